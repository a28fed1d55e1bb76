"""The Neo4j server of the tests: the one that KGQA_TEST_NEO4J_URI names, else a container, else the tests are skipped.

Neo4j Community has one database, so the tests take turns on it. They refuse to touch a server that is not empty when
they start, and delete what they created.
"""

from __future__ import annotations

import atexit
import fcntl
import gc
import hashlib
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from urllib.parse import quote

import pytest

from graphdb.neo4j.driver import Connection

_LABELS = ("Entity", "_KGQAMeta", "_KGQATombstone")
_PASSWORD = "kgqa-test-password"  # noqa: S105 (of a container that lives as long as the tests)
_IMAGE = "neo4j:5.26-community"
_HOW = "set KGQA_TEST_NEO4J_URI, _USER and _PASSWORD to those of an empty server, or start a Docker daemon"


def execute(connection: Connection, text: str, **parameters: object) -> None:
    """Run a statement that writes."""
    connection.write(lambda run: run(text, parameters))


class Server:
    """A server with one empty database.

    :param uri: its address.
    """

    def __init__(self, uri: str, user: str, password: str) -> None:
        self.uri = uri
        self.auth = (user, password)
        scheme, _, host = uri.partition("://")
        self.url = f"{scheme}://{quote(user, safe='')}:{quote(password, safe='')}@{host}"
        """The address with the credentials."""
        name = hashlib.sha256(uri.encode()).hexdigest()[:16]
        self._lock_path = Path(tempfile.gettempdir()) / f"kgqa-test-neo4j-{name}.lock"
        with self.turn():
            self._refuse_unless_empty()
        self._own = self._connect()
        atexit.register(self._end)

    def _connect(self) -> Connection:
        return Connection.open(self.uri, auth=self.auth, database=None, retry_time_s=30)

    @contextmanager
    def connection(self) -> Iterator[Connection]:
        """A connection of its own."""
        connection = self._connect()
        try:
            yield connection
        finally:
            connection.close()

    @contextmanager
    def turn(self) -> Iterator[None]:
        """The database for oneself: tests in other processes wait."""
        with self._lock_path.open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    @contextmanager
    def graph(self, *labels: str) -> Iterator[str]:
        """The URL of the empty database. What has one of our labels, or of those given, is deleted afterwards."""
        with self.turn():
            try:
                yield self.url
            finally:
                for label in (*_LABELS, *labels):
                    execute(self._own, f"MATCH (n:`{label}`) DETACH DELETE n")

    def _refuse_unless_empty(self) -> None:
        with self.connection() as connection:
            nodes = connection.rows("MATCH (n) RETURN count(n)")[0][0]
        if nodes:
            pytest.exit(
                f"the Neo4j server at {self.uri} holds {nodes} nodes: the tests only run on an empty one", returncode=2
            )

    def _end(self) -> None:
        """Drop the constraints and indexes that the stores created."""
        with self.turn():
            for kind, kinds in (("CONSTRAINT", "CONSTRAINTS"), ("INDEX", "INDEXES")):
                rows = self._own.rows(f"SHOW {kinds} YIELD name WHERE name STARTS WITH 'kgqa_' RETURN name")
                for (name,) in rows:
                    execute(self._own, f"DROP {kind} `{name}` IF EXISTS")
        self._own.close()


def server() -> Server:
    """The server of this session; skips the test if there is none."""
    found = _server()
    if isinstance(found, str):
        pytest.skip(found)
    return found


@cache
def _server() -> Server | str:
    """The server, or why there is none."""
    uri = os.environ.get("KGQA_TEST_NEO4J_URI")
    if uri:
        return Server(
            uri, os.environ.get("KGQA_TEST_NEO4J_USER", "neo4j"), os.environ.get("KGQA_TEST_NEO4J_PASSWORD", "")
        )
    return _container()


def _container() -> Server | str:
    import docker.errors
    from testcontainers.community.neo4j import Neo4jContainer

    reason = ""
    with warnings.catch_warnings():
        # the docker client leaves its socket open where no daemon answers, and it is collected at any later time
        warnings.simplefilter("ignore", ResourceWarning)
        try:
            container = Neo4jContainer(_IMAGE, password=_PASSWORD)
            container.start()
        except docker.errors.DockerException as exc:
            reason = f"no Neo4j ({exc}): {_HOW}"
        gc.collect()
    if reason:
        return reason
    atexit.register(container.stop)
    return Server(container.get_connection_url(), "neo4j", _PASSWORD)


@contextmanager
def neo4j_graph(_folder: Path) -> Iterator[str]:
    """The URL of an empty graph on the server of the tests."""
    with server().graph() as url:
        yield url
