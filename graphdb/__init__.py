"""Knowledge graphs: values, the store protocol and its implementations, readers, and sync.

Nothing here knows of the alias index or of the model.
"""

from graphdb.ledger import Ledger
from graphdb.opening import open_store
from graphdb.query import Query
from graphdb.readers import (
    DeleteEntity,
    DeleteFact,
    Record,
    Source,
    UpsertEntity,
    UpsertFact,
    read_records,
    write_facts_jsonl,
)
from graphdb.sql import SqlStore
from graphdb.store import (
    Change,
    Degree,
    GraphStore,
    Neighbourhood,
    Outcome,
    RelationInfo,
    Schema,
    Truncation,
    TypeInfo,
)
from graphdb.sync import SyncReport, sync
from graphdb.values import (
    TYPE_RELATION,
    Direction,
    Entity,
    EntityType,
    Fact,
    Hop,
    Literal,
    LiteralKind,
    Node,
    Path,
    PropertyValue,
    Scalar,
    Step,
    order_of,
)

__all__ = [
    "TYPE_RELATION",
    "Change",
    "Degree",
    "DeleteEntity",
    "DeleteFact",
    "Direction",
    "Entity",
    "EntityType",
    "Fact",
    "GraphStore",
    "Hop",
    "Ledger",
    "Literal",
    "LiteralKind",
    "Neighbourhood",
    "Node",
    "Outcome",
    "Path",
    "PropertyValue",
    "Query",
    "Record",
    "RelationInfo",
    "Scalar",
    "Schema",
    "Source",
    "SqlStore",
    "Step",
    "SyncReport",
    "Truncation",
    "TypeInfo",
    "UpsertEntity",
    "UpsertFact",
    "open_store",
    "order_of",
    "read_records",
    "sync",
    "write_facts_jsonl",
]
