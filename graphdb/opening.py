"""One way to open a graph, wherever it is."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from sqlalchemy import make_url

from graphdb.errors import SettingsError
from graphdb.mapping import Mapping
from graphdb.sql import SqlStore
from graphdb.store import GraphStore

_NEO4J = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
_SQL = ("sqlite", "postgresql")


def open_store(
    url: str,
    *,
    auth: tuple[str, str] | None = None,
    mapping: Mapping | str | PathLike[str] | None = None,
    read_only: bool = False,
) -> GraphStore:
    """Open the graph that a URL names. Whoever opens it closes it.

    :param url: ``neo4j://HOST`` (or ``bolt://``, or the ``+s`` and ``+ssc`` forms of the two), the path of a SQLite
        file, ``sqlite:///FILE``, or ``postgresql+psycopg://USER@HOST/DATABASE``.
    :param auth: user and password of a Neo4j server, over those of the URL and of the environment.
    :param mapping: how to see a graph in Neo4j that kgqa did not write, or the file that says so; it is only read then.
    :param read_only: never write; the graph must exist.
    :raises SettingsError: if the URL is of no kind that is supported, or the mapping cannot be used.
    :raises StoreError: or one of its subclasses, if the graph cannot be opened.
    """
    scheme, separator, _ = url.partition("://")
    if is_neo4j(url):
        from graphdb.neo4j import Neo4jStore  # noqa: PLC0415 (the driver is only loaded when it is used)

        store: GraphStore = Neo4jStore.open(url, auth=auth, mapping=mapping, read_only=read_only)
        return store
    if mapping is not None:
        raise SettingsError(f"a mapping was given for {url!r}: only a graph in Neo4j can have one, so leave it out")
    if not separator or scheme.partition("+")[0] in _SQL:
        return SqlStore.open(url, read_only=read_only)
    raise SettingsError(
        f"{scheme}:// is no graph that can be opened: give the path of a SQLite file, or a URL that starts with "
        f"{', '.join(f'{name}://' for name in (*_SQL, *_NEO4J))}"
    )


def is_neo4j(url: str) -> bool:
    """Whether a URL names a graph in Neo4j."""
    return url.partition("://")[0] in _NEO4J and "://" in url


def sqlite_file(url: str) -> Path | None:
    """The file of a graph that is kept in one; ``None`` for a graph on a server or in memory."""
    if "://" not in url:
        return Path(url)
    database = make_url(url).database if url.startswith("sqlite") else None
    return Path(database) if database and database != ":memory:" else None
