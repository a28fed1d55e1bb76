"""Creating the tables, and telling whether a database is ours."""

from __future__ import annotations

import uuid

from sqlalchemy import Connection, func, inspect, select

from graphdb.errors import StoreCorruptError
from graphdb.sql.schema import SCHEMA_VERSION, TYPE_RELATION_ID, meta, metadata, relation
from graphdb.values import TYPE_RELATION

_LOCK = 0x6B677161  # any number that only we use for an advisory lock


def create_tables(connection: Connection, url: str) -> None:
    """Create the graph if the database has none.

    :raises StoreCorruptError: if it is a SQLite file of something else.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
    names = inspect(connection).get_table_names()
    if meta.name in names:
        return
    if names and connection.dialect.name == "sqlite":
        raise StoreCorruptError(
            f"{url} is a database of something else (it has the table {names[0]!r}): name another file for the graph"
        )
    metadata.create_all(connection)
    connection.execute(relation.insert().values(id=TYPE_RELATION_ID, name=TYPE_RELATION))
    connection.execute(
        meta.insert().values(
            id=1,
            schema_version=SCHEMA_VERSION,
            graph_id=uuid.uuid4().hex,
            watermark=0,
            next_node=1,
            next_relation=TYPE_RELATION_ID + 1,
        )
    )


def read_graph_id(connection: Connection, url: str) -> str:
    """The identity of the graph.

    :raises StoreCorruptError: if there is no graph, or it was written by another version.
    """
    if not inspect(connection).has_table(meta.name):
        raise StoreCorruptError(f"{url} holds no graph: load facts into it first, or name another database")
    version, graph_id = connection.execute(select(meta.c.schema_version, meta.c.graph_id)).one()
    if version != SCHEMA_VERSION:
        raise StoreCorruptError(
            f"the graph {url} has version {version} of the tables, and this is for version {SCHEMA_VERSION}: "
            "load the facts into a new database, or use the version of kgqa that wrote it"
        )
    return str(graph_id)
