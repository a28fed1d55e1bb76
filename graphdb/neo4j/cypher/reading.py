"""What is read while questions are asked, and what changed."""

from __future__ import annotations

from graphdb.neo4j.cypher.parts import (
    ENTITY,
    META_NODE,
    SEQUENCE,
    TOMBSTONE,
    cached,
    edge,
    found,
    holders,
    key_of,
    member,
    members,
    quote,
    typed_node,
)
from graphdb.neo4j.legs import Classes
from graphdb.neo4j.names import Column, NodeClass
from graphdb.values import Direction


@cached
def entities(node_class: NodeClass) -> str:
    """Entities by ``$keys``, each given once: key, properties, labels."""
    return f"""\
UNWIND $keys AS key
MATCH {found("n", node_class, "key")}
RETURN key, properties(n), labels(n)"""


@cached
def scan(node_class: NodeClass, *, first: bool) -> str:
    """At most ``$size`` entities with keys beyond ``$after``, in the order of the key."""
    key = f"n.{quote(node_class.key)}"
    return f"""\
MATCH (n:{member(node_class)})
WHERE {key} {">=" if first else ">"} $after
RETURN {key} AS key, properties(n), labels(n)
ORDER BY key LIMIT $size"""


_VALUES = """\
[name IN keys(n) WHERE NOT name IN $hidden | [name, size([] + n[name])]],
  [label IN labels(n) WHERE NOT label IN $classes]"""


@cached
def degrees(node_class: NodeClass, out_types: tuple[str, ...], in_types: tuple[str, ...]) -> str:
    """What leaves the entities of ``$keys``, without reading a single relationship.

    Rows: key, the number of relationships of each type (outgoing, then incoming), that of all types, the properties
    with the number of their values, the labels; of both without those that ``$hidden`` and ``$classes`` name.
    """
    counts = [f"COUNT {{ {edge('(n)', t, Direction.OUT, '()')} }}" for t in out_types]
    counts += [f"COUNT {{ {edge('(n)', t, Direction.IN, '()')} }}" for t in in_types]
    return f"""\
UNWIND $keys AS key
MATCH {found("n", node_class, "key")}
RETURN key, [{", ".join(counts)}], COUNT {{ (n)-->() }} + COUNT {{ (n)<--() }},
  {_VALUES}"""


@cached
def few_degrees(node_class: NodeClass) -> str:
    """What leaves those entities of ``$keys`` that have at most ``$most`` relationships, by counting them.

    Rows: key, outgoing types with their counts, incoming ones, properties and labels as in :func:`degrees`. Of
    entities with more relationships the counts are null.
    """
    return f"""\
UNWIND $keys AS key
MATCH {found("n", node_class, "key")}
WITH key, n, COUNT {{ (n)--() }} <= $most AS few
CALL (n, few) {{
  WITH n WHERE few MATCH (n)-[r]->() WITH type(r) AS t, count(*) AS c RETURN collect([t, c]) AS leaving
}}
CALL (n, few) {{
  WITH n WHERE few MATCH (n)<-[r]-() WITH type(r) AS t, count(*) AS c RETURN collect([t, c]) AS arriving
}}
RETURN key, CASE WHEN few THEN leaving END, CASE WHEN few THEN arriving END,
  {_VALUES}"""


@cached
def literal_degrees(classes: Classes, columns: tuple[Column, ...]) -> str:
    """How many nodes have each of ``$values`` in each column: position of the value, counts in order."""
    counts = [f"COUNT {{ {_counted(classes[c.node_class], c)} }}" for c in columns]
    return f"""\
UNWIND range(0, size($values) - 1) AS i
WITH i, $values[i] AS value
RETURN i, [{", ".join(counts)}]"""


def _counted(node_class: NodeClass, column: Column) -> str:
    return holders("m", node_class, column, "value", "value") + " RETURN m"


@cached
def type_degree(classes: Classes, label: str) -> str:
    """How many entities have a label."""
    return f"MATCH {typed_node('n', classes, label)} RETURN count(n)"


@cached
def neighbours(
    node_class: NodeClass, relation_type: str, direction: Direction, targets: Classes, *, capped: bool
) -> str:
    """The entities that one step leads to from each of ``$keys``: key, targets, and their total if ``$limit`` cuts."""
    start = f"UNWIND $keys AS key\nMATCH {found('n', node_class, 'key')}"
    hop = f"MATCH {edge('(n)', relation_type, direction, f'(m:{members(targets)})')}"
    target = key_of("m", targets)
    if not capped:
        return f"{start}\nCALL (n) {{ {hop} RETURN collect(DISTINCT {target}) AS targets }}\nRETURN key, targets"
    return f"""\
{start}
CALL (n) {{
  {hop}
  WITH DISTINCT {target} AS target WHERE target IS NOT NULL
  ORDER BY target LIMIT $limit
  RETURN collect(target) AS targets
}}
RETURN key, targets, CASE
  WHEN size(targets) < $limit THEN size(targets)
  ELSE COUNT {{ {hop} WITH DISTINCT {target} AS target WHERE target IS NOT NULL RETURN target }}
END"""


@cached
def attribute(node_class: NodeClass, property_name: str) -> str:
    """The values of an attribute of ``$keys``: key, list of values."""
    return f"""\
UNWIND $keys AS key
MATCH {found("n", node_class, "key")}
WHERE n.{quote(property_name)} IS NOT NULL
RETURN key, [] + n.{quote(property_name)}"""


@cached
def types(node_class: NodeClass) -> str:
    """The labels of ``$keys``."""
    return f"UNWIND $keys AS key\nMATCH {found('n', node_class, 'key')}\nRETURN key, labels(n)"


@cached
def holders_of(classes: Classes, columns: tuple[Column, ...]) -> str:
    """The entities that have each of ``$values``, at most ``$limit`` of each: position, keys, total."""
    parts = []
    for column in columns:
        node_class = classes[column.node_class]
        target = key_of("m", (node_class,))
        parts.append(f"{holders('m', node_class, column, 'value', 'value')} RETURN {target} AS target")
    inner = parts[0] if len(parts) == 1 else f"CALL (value) {{ {' UNION '.join(parts)} }} RETURN target"
    return f"""\
UNWIND range(0, size($values) - 1) AS i
WITH i, $values[i] AS value
CALL (value) {{ {inner} }}
WITH i, target WHERE target IS NOT NULL
WITH i, target ORDER BY target
WITH i, collect(target) AS targets
RETURN i, targets[..$limit], size(targets)"""


@cached
def typed(classes: Classes, label: str) -> str:
    """The entities that have a label, at most ``$limit`` of them."""
    return f"""\
MATCH {typed_node("m", classes, label)}
WITH {key_of("m", classes)} AS target WHERE target IS NOT NULL
RETURN target ORDER BY target LIMIT $limit"""


def _between(pattern: str) -> str:
    """The clauses that read the relationships between two nodes that are found already.

    The subquery keeps the planner from finding only one of them and then reading all its relationships.
    """
    return f"""\
CALL (row, s, o) {{ MATCH {pattern} RETURN collect(properties(r)) AS several }}
WITH row, several WHERE size(several) > 0
RETURN row[2], several"""


@cached
def facts(subject: NodeClass, relation_type: str, target: NodeClass) -> str:
    """The relationships between the pairs of ``$rows`` (subject, object, position): position, properties of each."""
    return f"""\
UNWIND $rows AS row
MATCH {found("s", subject, "row[0]")}
MATCH {found("o", target, "row[1]")}
{_between(f"(s)-[r:{quote(relation_type)}]->(o)")}"""


@cached
def values_held(node_class: NodeClass, property_name: str) -> str:
    """Which of ``$rows`` (subject, value, position) are true: positions."""
    return f"""\
UNWIND $rows AS row
MATCH {found("n", node_class, "row[0]")}
WHERE row[1] IN [] + n.{quote(property_name)}
RETURN row[2]"""


# --- changes ----------------------------------------------------------------------------------------------------------

META = f"MATCH (m:{META_NODE} {{id: $id}}) RETURN m.graph_id, m.sequence"

CHANGES = f"""\
CALL () {{
  MATCH (n:{ENTITY}) WHERE $since < n.{SEQUENCE} <= $until
  RETURN n.{SEQUENCE} AS sequence, n.key AS key, false AS deleted ORDER BY sequence LIMIT $size
  UNION ALL
  MATCH (t:{TOMBSTONE}) WHERE $since < t.sequence <= $until
  RETURN t.sequence AS sequence, t.key AS key, true AS deleted ORDER BY sequence LIMIT $size
}}
RETURN sequence, key, deleted ORDER BY sequence LIMIT $size"""
