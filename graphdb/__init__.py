"""Knowledge graphs: values, the store protocol and its implementations, readers, and sync.

Nothing here knows of the alias index or of the model.
"""

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
    "Step",
    "Truncation",
    "TypeInfo",
]
