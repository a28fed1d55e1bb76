"""The tables. Entities, types and literals are rows of one table of nodes, so that every edge is a row of integers.

``rdf:type`` and the attributes are relations like any other, and a literal or type node exists while some entity has
it. Node ids are handed out in order and never again, so the order of ids is the order of creation.
"""

from __future__ import annotations

from enum import IntEnum

from sqlalchemy import BigInteger, Column, Index, Integer, MetaData, SmallInteger, Table, Text, UniqueConstraint, text

from graphdb.values import LiteralKind

SCHEMA_VERSION = 1
TYPE_RELATION_ID = 1
"""The id of ``rdf:type``, which every database has from the start."""


class NodeKind(IntEnum):
    """What a node is, as it is stored. The numbers are part of the schema."""

    ENTITY = 0
    TYPE = 1
    BOOLEAN = 2
    NUMBER = 3
    STRING = 4
    DATE = 5
    DATETIME = 6


LITERAL_KINDS: dict[int, LiteralKind] = {
    NodeKind.BOOLEAN: LiteralKind.BOOLEAN,
    NodeKind.NUMBER: LiteralKind.NUMBER,
    NodeKind.STRING: LiteralKind.STRING,
    NodeKind.DATE: LiteralKind.DATE,
    NodeKind.DATETIME: LiteralKind.DATETIME,
}

OUT, IN = 0, 1
"""The directions of the degree table."""

metadata = MetaData()

# Equality and order by code point, whatever the locale of the database.
_Name = Text().with_variant(Text(collation="C"), "postgresql")
# INTEGER is SQLite's name for its 64-bit row id.
_Id = BigInteger().with_variant(Integer, "sqlite")

meta = Table(
    "kgqa_meta",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("schema_version", Integer, nullable=False),
    Column("graph_id", Text, nullable=False),
    Column("watermark", _Id, nullable=False),
    Column("next_node", _Id, nullable=False),
    Column("next_relation", _Id, nullable=False),
)

node = Table(
    "kgqa_node",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("kind", SmallInteger, nullable=False),
    Column("ident", _Name, nullable=False),  # the key, type or value; shortened with its digest if very long
    Column("whole", Text),  # the whole of it if `ident` is shortened
    Column("name", Text),  # an entity's name, unless it is the key
    Column("aliases", Text),  # an entity's aliases, a JSON list, if any
    Column("changed", _Id),  # an entity's latest change
    # The ident comes first: a planner without statistics would else start from all nodes of a kind.
    UniqueConstraint("ident", "kind", name="kgqa_node_ident"),
    Index("kgqa_node_type", "ident", sqlite_where=text("kind = 1"), postgresql_where=text("kind = 1")),
    Index(
        "kgqa_node_changed",
        "changed",
        sqlite_where=text("changed IS NOT NULL"),
        postgresql_where=text("changed IS NOT NULL"),
    ),
)

relation = Table(
    "kgqa_relation",
    metadata,
    Column("id", _Id, primary_key=True, autoincrement=False),
    Column("name", _Name, nullable=False, unique=True),
)

fact = Table(
    "kgqa_fact",
    metadata,
    Column("subject", _Id, primary_key=True, autoincrement=False),
    Column("relation", _Id, primary_key=True, autoincrement=False),
    Column("object", _Id, primary_key=True, autoincrement=False),
    Column("properties", Text),
    Index("kgqa_fact_inverse", "relation", "object", "subject"),
    sqlite_with_rowid=False,
)

# How many facts leave a node by each step: kept with every write, so that no read ever counts the edges of a hub.
degree = Table(
    "kgqa_degree",
    metadata,
    Column("node", _Id, primary_key=True, autoincrement=False),
    Column("direction", SmallInteger, primary_key=True, autoincrement=False),
    Column("relation", _Id, primary_key=True, autoincrement=False),
    Column("facts", _Id, nullable=False),
    sqlite_with_rowid=False,
)

# How many facts each relation has, by the kind of their objects.
tally = Table(
    "kgqa_tally",
    metadata,
    Column("relation", _Id, primary_key=True, autoincrement=False),
    Column("kind", SmallInteger, primary_key=True, autoincrement=False),
    Column("facts", _Id, nullable=False),
    sqlite_with_rowid=False,
)

tombstone = Table(
    "kgqa_tombstone",
    metadata,
    Column("ident", _Name, primary_key=True),
    Column("whole", Text),
    Column("sequence", _Id, nullable=False, index=True),
)
