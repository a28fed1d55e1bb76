"""The databases that the contract suite runs on. Each gives a graph of its own and deletes only what it created."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

from tests.neo4j.server import neo4j_graph

Backend = Callable[[Path], AbstractContextManager[str]]


@contextmanager
def sqlite_graph(folder: Path) -> Iterator[str]:
    """The URL of a new SQLite file."""
    yield f"sqlite:///{folder / 'graph.db'}"


@contextmanager
def postgres_graph(_folder: Path) -> Iterator[str]:
    """The URL of a new schema on the server that KGQA_TEST_POSTGRES_URL names."""
    server = os.environ.get("KGQA_TEST_POSTGRES_URL")
    if not server:
        pytest.skip("no PostgreSQL: set KGQA_TEST_POSTGRES_URL (`eval $(.ci/postgres)` starts a server)")
    name = f"kgqa_test_{uuid.uuid4().hex}"
    engine = create_engine(server, poolclass=NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    try:
        url = make_url(server).update_query_dict({"options": f"-csearch_path={name}"})
        yield url.render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
        engine.dispose()


BACKENDS: dict[str, Backend] = {"sqlite": sqlite_graph, "postgres": postgres_graph, "neo4j": neo4j_graph}
"""By name. A name other than ``sqlite`` is also the marker of its tests."""
