"""Knowledge graphs: values, the store protocol and its implementations, readers, and sync.

Nothing here knows of the alias index or of the model.
"""

from graphdb.ledger import Ledger
from graphdb.opening import open_store
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
    "RelationInfo",
    "Scalar",
    "Schema",
    "SqlStore",
    "Step",
    "SyncReport",
    "Truncation",
    "TypeInfo",
    "open_store",
    "order_of",
    "sync",
]
