"""One way to open a graph, wherever it is."""

from __future__ import annotations

from graphdb.errors import SettingsError
from graphdb.sql import SqlStore
from graphdb.store import GraphStore

_NEO4J = ("neo4j", "neo4j+s", "neo4j+ssc", "bolt", "bolt+s", "bolt+ssc")
_SQL = ("sqlite", "postgresql")


def open_store(url: str, *, read_only: bool = False) -> GraphStore:
    """Open the graph that a URL names. Whoever opens it closes it.

    :param url: ``neo4j://HOST`` (or ``bolt://``, or the ``+s`` and ``+ssc`` forms of the two), the path of a SQLite
        file, ``sqlite:///FILE``, or ``postgresql+psycopg://USER@HOST/DATABASE``.
    :param read_only: never write; the graph must exist.
    :raises SettingsError: if the URL is of no kind that is supported.
    :raises StoreError: or one of its subclasses, if the graph cannot be opened.
    """
    scheme = url.partition("://")[0] if "://" in url else ""
    if scheme in _NEO4J:
        from graphdb.neo4j import Neo4jStore  # noqa: PLC0415 (the driver is only loaded when it is used)

        store: GraphStore = Neo4jStore.open(url, read_only=read_only)
        return store
    if not scheme or scheme.partition("+")[0] in _SQL:
        return SqlStore.open(url, read_only=read_only)
    raise SettingsError(
        f"{scheme}:// is no graph that can be opened: give the path of a SQLite file, or a URL that starts with "
        f"{', '.join(f'{name}://' for name in (*_SQL, *_NEO4J))}"
    )
