"""What a database holds: its vocabulary and its counts, and samples of a graph that kgqa did not write."""

from __future__ import annotations

from collections.abc import Sequence

from graphdb.neo4j.cypher.parts import cached, edge, member, quote
from graphdb.neo4j.names import NodeClass
from graphdb.values import Direction

VOCABULARY = """\
CALL () { CALL db.relationshipTypes() YIELD relationshipType RETURN collect(relationshipType) AS types }
CALL () { CALL db.propertyKeys() YIELD propertyKey RETURN collect(propertyKey) AS properties }
RETURN types, properties"""

IDENTITY = """\
CALL dbms.components() YIELD name AS component, versions
WITH versions WHERE component = 'Neo4j Kernel'
CALL db.info() YIELD name, id
RETURN versions[0], name, id"""

ANY_NODE = "RETURN EXISTS { (n) }"

NOTHING = "RETURN 1"

LABELS = "CALL db.labels() YIELD label RETURN label"

SCHEMA_GRAPH = "CALL db.schema.visualization() YIELD nodes, relationships RETURN nodes, relationships"


def node_count(label: str) -> str:
    """The pattern of the nodes of a label."""
    return f"(:{quote(label)})"


def edge_count(relation_type: str, label: str | None = None, direction: Direction = Direction.OUT) -> str:
    """The pattern of the relationships of a type (that leave or reach nodes of a label)."""
    near = f"(:{quote(label)})" if label is not None else "()"
    return edge(near, relation_type, direction, "()")


def counts(patterns: Sequence[str]) -> str:
    """How often each of the patterns occurs, in order, from the count store."""
    return "RETURN [" + ", ".join(f"COUNT {{ {pattern} }}" for pattern in patterns) + "]"


@cached
def class_count(node_class: NodeClass) -> str:
    """How many entities a class has."""
    return f"MATCH (n:{member(node_class)}) RETURN count(n)"


@cached
def property_counts(node_class: NodeClass, *, sampled: bool) -> str:
    """The properties of the nodes of a class, or of a random ``$share`` of them: name, labels, type of the value,
    number of values."""
    return f"""\
MATCH (n:{member(node_class)}){" WHERE rand() < $share" if sampled else ""}
WITH n, labels(n) AS labels
UNWIND keys(n) AS name
WITH name, labels, [] + n[name] AS values WHERE NOT name IN $hidden AND size(values) > 0
RETURN name, labels, valueType(values[0]) AS type, sum(size(values))"""


# --- graphs of others -------------------------------------------------------------------------------------------------

UNIQUE = """\
SHOW CONSTRAINTS YIELD entityType, type, labelsOrTypes, properties
WHERE entityType = 'NODE' AND (type CONTAINS 'UNIQUE' OR type CONTAINS 'KEY') AND size(properties) = 1
RETURN labelsOrTypes[0], properties[0]"""


def _sampled(label: str) -> str:
    return f"MATCH (n:{quote(label)})\nWITH n LIMIT $within\nWITH n WHERE rand() < $share"


def sampled_properties(label: str) -> str:
    """The properties in a sample of a label's nodes: name, type of the value, nodes, values, different values,
    longest text, most values of a node, some values."""
    return f"""\
{_sampled(label)}
UNWIND keys(n) AS name
WITH name, n[name] AS value, [] + n[name] AS several WHERE size([] + n[name]) > 0
WITH name, valueType(several[0]) AS type, value, several,
  CASE WHEN several[0] IS :: STRING THEN size(several[0]) ELSE 0 END AS length
RETURN name, type, count(*), sum(size(several)), count(DISTINCT value), max(length), max(size(several)),
  collect(several[0])[..$examples]"""


def sampled_labels(label: str) -> str:
    """The labels that occur together in a sample of a label's nodes, with the number of nodes."""
    return f"{_sampled(label)}\nRETURN labels(n), count(*)"


def is_unique(label: str, property_name: str) -> str:
    """Whether every one of the first ``$within`` nodes of a label has a value of its own."""
    name = f"n.{quote(property_name)}"
    return f"""\
MATCH (n:{quote(label)})
WITH n LIMIT $within
RETURN count(*) = count({name}) AND count(*) = count(DISTINCT {name})"""


def is_covered(label: str, others: Sequence[str]) -> str:
    """Whether all nodes of a label have one of the others too."""
    return f"RETURN NOT EXISTS {{ (:{quote(label)}&!({'|'.join(map(quote, others))})) }}"


def overlaps(label: str, other: str) -> str:
    """Whether some node has both labels."""
    return f"RETURN EXISTS {{ (:{quote(label)}&{quote(other)}) }}"


def sampled_edge_properties(relation_types: Sequence[str]) -> str:
    """The properties of the first ``$within`` relationships of each type: type, name, type of the value, how many of
    them have it."""
    parts = (f"MATCH ()-[r:{quote(name)}]->() RETURN r LIMIT $within" for name in relation_types)
    sample = "\n  UNION ALL\n  ".join(parts)
    return f"""\
CALL () {{
  {sample}
}}
UNWIND keys(r) AS name
WITH type(r) AS relation, name, [] + r[name] AS several WHERE size(several) > 0
RETURN relation, name, valueType(several[0]), count(*)"""
