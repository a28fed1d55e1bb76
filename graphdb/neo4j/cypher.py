"""All Cypher of kgqa. Values are parameters; labels, relationship types and properties are quoted by :func:`quote`.

Every text depends only on the vocabulary of a graph, never on a value, so that the server plans it once.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from graphdb.neo4j.legs import Branch, Classes, EdgeLeg, HolderLeg, Leg, Reached, TypedLeg, TypesLeg, ValueLeg
from graphdb.neo4j.names import (
    ENTITY_LABEL,
    MANY_LABEL,
    META_LABEL,
    SEQUENCE_PROPERTY,
    TOMBSTONE_LABEL,
    Column,
    NodeClass,
)
from graphdb.values import Direction


def quote(identifier: str) -> str:
    """A label, relationship type, property or variable as Cypher text.

    Backslashes are escaped because the parser reads ``\\u0060`` as a backtick, even between backticks.
    """
    return "`" + identifier.replace("\\", "\\u005c").replace("`", "``") + "`"


def quote_text(text: str) -> str:
    """A string of the vocabulary as Cypher text (never used for a value)."""
    return "'" + text.replace("\\", "\\u005c\\u005c").replace("'", "\\'") + "'"


# --- parts of patterns ------------------------------------------------------------------------------------------------

_ENTITY = quote(ENTITY_LABEL)
_META = quote(META_LABEL)
_TOMBSTONE = quote(TOMBSTONE_LABEL)
_MANY = quote(MANY_LABEL)
_SEQUENCE = quote(SEQUENCE_PROPERTY)

_cached = lru_cache(maxsize=4096)


def member(node_class: NodeClass) -> str:
    """The label expression of a class."""
    others = "|".join(quote(label) for label in node_class.unless)
    return quote(node_class.label) + (f"&!({others})" if others else "")


def members(classes: Classes) -> str:
    """The label expression of nodes of any of the classes."""
    if len(classes) == 1:
        return member(classes[0])
    return "|".join(f"({member(c)})" if c.unless else member(c) for c in classes)


def key_of(variable: str, classes: Classes) -> str:
    """The expression for an entity's key."""
    if len(classes) == 1:
        return _key_of(variable, classes[0])
    cases = " ".join(f"WHEN {variable}:{member(c)} THEN {_key_of(variable, c)}" for c in classes)
    return f"CASE {cases} END"


def _key_of(variable: str, node_class: NodeClass) -> str:
    value = f"{variable}.{quote(node_class.key)}"
    if not node_class.prefix:
        return value
    return f"{quote_text(node_class.prefix)} + {f'toString({value})' if node_class.integer_key else value}"


def found(variable: str, node_class: NodeClass, value: str) -> str:
    """The pattern of the node of a class that a value identifies."""
    return f"({variable}:{member(node_class)} {{{quote(node_class.key)}: {value}}})"


def edge(near: str, relation_type: str, direction: Direction, far: str) -> str:
    """The pattern of a relationship followed in a direction."""
    arrow = f"-[:{quote(relation_type)}]-"
    return f"{near}{arrow}>{far}" if direction is Direction.OUT else f"{near}<{arrow}{far}"


def holders(variable: str, node_class: NodeClass, column: Column, value: str, scope: str = "") -> str:
    """A clause that finds the nodes of a class that have a value of an attribute.

    :param value: the expression of the value.
    :param scope: the variables that it needs.
    """
    name = f"{variable}.{quote(column.property)}"
    equal = f"MATCH ({variable}:{member(node_class)}) WHERE {name} = {value}"
    if column.one:
        return equal
    if node_class.label != ENTITY_LABEL or node_class.prefix:
        return f"MATCH ({variable}:{member(node_class)}) WHERE {value} IN [] + {name}"
    among = f"MATCH ({variable}:{_MANY}) WHERE {value} IN [] + {name}"
    if column.many:
        return among
    return f"CALL ({scope}) {{\n  {equal} RETURN {variable}\n  UNION\n  {among} RETURN {variable}\n}}"


# --- the catalogue ----------------------------------------------------------------------------------------------------

VOCABULARY = """\
CALL db.relationshipTypes() YIELD relationshipType
WITH collect(relationshipType) AS types
CALL db.propertyKeys() YIELD propertyKey
RETURN types, collect(propertyKey) AS properties"""

IDENTITY = """\
CALL dbms.components() YIELD name AS component, versions
WITH versions WHERE component = 'Neo4j Kernel'
CALL db.info() YIELD name, id
RETURN versions[0], name, id"""

ANY_NODE = "RETURN EXISTS { (n) }"

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


@_cached
def class_count(node_class: NodeClass) -> str:
    """How many entities a class has."""
    return f"MATCH (n:{member(node_class)}) RETURN count(n)"


@_cached
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


def sampled_edge_properties(relation_type: str) -> str:
    """The properties of some relationships of a type: name, type of the value."""
    return f"""\
MATCH ()-[r:{quote(relation_type)}]->()
WITH r LIMIT $within
UNWIND keys(r) AS name
RETURN DISTINCT name, valueType(([] + r[name])[0])"""


# --- reading ----------------------------------------------------------------------------------------------------------


@_cached
def entities(node_class: NodeClass) -> str:
    """Entities by ``$keys``, each given once: key, properties, labels."""
    return f"""\
UNWIND $keys AS key
MATCH {found("n", node_class, "key")}
RETURN key, properties(n), labels(n)"""


@_cached
def scan(node_class: NodeClass, *, first: bool) -> str:
    """At most ``$size`` entities with keys beyond ``$after``, in the order of the key."""
    key = f"n.{quote(node_class.key)}"
    return f"""\
MATCH (n:{member(node_class)})
WHERE {key} {">=" if first else ">"} $after
RETURN {key} AS key, properties(n), labels(n)
ORDER BY key LIMIT $size"""


@_cached
def degrees(node_class: NodeClass, out_types: tuple[str, ...], in_types: tuple[str, ...]) -> str:
    """What leaves the entities of ``$keys``, without reading a single relationship.

    Rows: key, the number of relationships of each type (outgoing, then incoming), that of all types, the properties
    with the number of their values, the labels.
    """
    counts = [f"COUNT {{ {edge('(n)', t, Direction.OUT, '()')} }}" for t in out_types]
    counts += [f"COUNT {{ {edge('(n)', t, Direction.IN, '()')} }}" for t in in_types]
    return f"""\
UNWIND $keys AS key
MATCH {found("n", node_class, "key")}
RETURN key, [{", ".join(counts)}], COUNT {{ (n)-->() }} + COUNT {{ (n)<--() }},
  [name IN keys(n) | [name, size([] + n[name])]], labels(n)"""


@_cached
def few_degrees(node_class: NodeClass) -> str:
    """What leaves those entities of ``$keys`` that have at most ``$most`` relationships, by counting them.

    Rows: key, outgoing types with their counts, incoming ones, properties with the number of values, labels. Of
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
  [name IN keys(n) | [name, size([] + n[name])]], labels(n)"""


@_cached
def literal_degrees(classes: Classes, columns: tuple[Column, ...]) -> str:
    """How many nodes have each of ``$values`` in each column: position of the value, counts in order."""
    counts = [f"COUNT {{ {_counted(classes[c.node_class], c)} }}" for c in columns]
    return f"""\
UNWIND range(0, size($values) - 1) AS i
WITH i, $values[i] AS value
RETURN i, [{", ".join(counts)}]"""


def _counted(node_class: NodeClass, column: Column) -> str:
    return holders("m", node_class, column, "value", "value") + " RETURN m"


@_cached
def type_degree(classes: Classes, label: str) -> str:
    """How many entities have a label."""
    return f"MATCH {_typed('n', classes, label)} RETURN count(n)"


def _typed(variable: str, classes: Classes, label: str) -> str:
    if len(classes) == 1 and classes[0].label == label:
        return f"({variable}:{member(classes[0])})"
    expression = members(classes)
    return f"({variable}:{f'({expression})' if '|' in expression else expression}&{quote(label)})"


@_cached
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


@_cached
def attribute(node_class: NodeClass, property_name: str) -> str:
    """The values of an attribute of ``$keys``: key, list of values."""
    return f"""\
UNWIND $keys AS key
MATCH {found("n", node_class, "key")}
WHERE n.{quote(property_name)} IS NOT NULL
RETURN key, [] + n.{quote(property_name)}"""


@_cached
def types(node_class: NodeClass) -> str:
    """The labels of ``$keys``."""
    return f"UNWIND $keys AS key\nMATCH {found('n', node_class, 'key')}\nRETURN key, labels(n)"


@_cached
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


@_cached
def typed(classes: Classes, label: str) -> str:
    """The entities that have a label, at most ``$limit`` of them."""
    return f"""\
MATCH {_typed("m", classes, label)}
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


@_cached
def facts(subject: NodeClass, relation_type: str, target: NodeClass) -> str:
    """The relationships between the pairs of ``$rows`` (subject, object, position): position, properties of each."""
    return f"""\
UNWIND $rows AS row
MATCH {found("s", subject, "row[0]")}
MATCH {found("o", target, "row[1]")}
{_between(f"(s)-[r:{quote(relation_type)}]->(o)")}"""


@_cached
def values_held(node_class: NodeClass, property_name: str) -> str:
    """Which of ``$rows`` (subject, value, position) are true: positions."""
    return f"""\
UNWIND $rows AS row
MATCH {found("n", node_class, "row[0]")}
WHERE row[1] IN [] + n.{quote(property_name)}
RETURN row[2]"""


# --- paths ------------------------------------------------------------------------------------------------------------


@_cached
def path(branches: tuple[tuple[Branch, str], ...]) -> str:
    """A path as a query, from the ways to walk it, each with the parameter that holds its seed."""
    return "\nUNION\n".join("\n".join(_branch(branch, f"${parameter}")) for branch, parameter in branches)


def _branch(branch: Branch, seed: str) -> Iterator[str]:
    """The clauses of one way to walk a path. Each hop is a clause of its own: a relationship may be walked twice."""
    here = seed
    classes: Classes = ()
    if branch.node_class is not None:
        here, classes = "n0", (branch.node_class,)
        yield f"MATCH {found(here, branch.node_class, seed)}"
    for number, leg in enumerate(branch.legs, 1):
        there = f"{_LETTERS[leg.reached]}{number}"
        keeps = branch.node_class is not None and any(later.exclude_seed for later in branch.legs[number - 1 :])
        if number > 1:
            yield f"WITH DISTINCT {'n0, ' if keeps and here != 'n0' else ''}{here}"
        yield from _leg(leg, here, there, "n0, " if keeps and here != "n0" else "")
        if leg.exclude_seed and leg.reached is branch.start:
            condition = f"WHERE {there} <> {'n0' if branch.node_class is not None else seed}"
            yield condition if isinstance(leg, EdgeLeg) else f"WITH * {condition}"
        here, classes = there, leg.far if isinstance(leg, EdgeLeg) else classes
        if isinstance(leg, HolderLeg):
            classes = (leg.node_class,)
        elif isinstance(leg, TypedLeg):
            classes = leg.classes
    node = key_of(here, classes) if branch.reached is Reached.ENTITIES else here
    yield f"RETURN DISTINCT {quote_text(branch.reached)} AS kind, {node} AS node"


_LETTERS = {Reached.ENTITIES: "n", Reached.VALUES: "v", Reached.TYPES: "t"}


def _leg(leg: Leg, here: str, there: str, kept: str) -> Iterator[str]:
    match leg:
        case EdgeLeg():
            near = f"({here}:{members(leg.near)})" if leg.near else f"({here})"
            yield f"MATCH {edge(near, leg.relation_type, leg.direction, f'({there}:{members(leg.far)})')}"
        case ValueLeg():
            if leg.near:
                yield f"WITH {kept}{here} WHERE {here}:{members(leg.near)}"
            yield f"UNWIND [] + {here}.{quote(leg.property)} AS {there}"
        case HolderLeg():
            yield holders(there, leg.node_class, leg.column, here, "" if here.startswith("$") else here)
        case TypesLeg():
            yield f"UNWIND labels({here}) AS {there}"
            if leg.labels:
                yield f"WITH * WHERE {there} IN [{', '.join(quote_text(label) for label in leg.labels)}]"
            else:
                yield (
                    f"WITH * WHERE {there} <> {quote_text(ENTITY_LABEL)} "
                    f"AND (NOT {there} STARTS WITH '_KGQA' OR {there} STARTS WITH '_KGQA:')"
                )
        case TypedLeg():
            if leg.label is not None:
                yield f"MATCH {_typed(there, leg.classes, leg.label)}"
            else:
                yield f"MATCH ({there}:{members(leg.classes)}) WHERE {here} IN labels({there})"


# --- changes ----------------------------------------------------------------------------------------------------------

META = f"MATCH (m:{_META} {{id: $id}}) RETURN m.graph_id, m.sequence"

CREATE_META = f"""\
MERGE (m:{_META} {{id: $id}})
ON CREATE SET m.graph_id = $graph_id, m.sequence = 0, m.version = $version
RETURN m.graph_id, m.version"""

CHANGES = f"""\
CALL () {{
  MATCH (n:{_ENTITY}) WHERE $since < n.{_SEQUENCE} <= $until
  RETURN n.{_SEQUENCE} AS sequence, n.key AS key, false AS deleted ORDER BY sequence LIMIT $size
  UNION ALL
  MATCH (t:{_TOMBSTONE}) WHERE $since < t.sequence <= $until
  RETURN t.sequence AS sequence, t.key AS key, true AS deleted ORDER BY sequence LIMIT $size
}}
RETURN sequence, key, deleted ORDER BY sequence LIMIT $size"""

# --- writing ----------------------------------------------------------------------------------------------------------

CONSTRAINTS = {
    "kgqa_entity_key": f"CREATE CONSTRAINT kgqa_entity_key IF NOT EXISTS FOR (n:{_ENTITY}) REQUIRE n.key IS UNIQUE",
    "kgqa_meta_id": f"CREATE CONSTRAINT kgqa_meta_id IF NOT EXISTS FOR (n:{_META}) REQUIRE n.id IS UNIQUE",
    "kgqa_tombstone_key": (
        f"CREATE CONSTRAINT kgqa_tombstone_key IF NOT EXISTS FOR (n:{_TOMBSTONE}) REQUIRE n.key IS UNIQUE"
    ),
    "kgqa_entity_sequence": f"CREATE INDEX kgqa_entity_sequence IF NOT EXISTS FOR (n:{_ENTITY}) ON (n.{_SEQUENCE})",
    "kgqa_tombstone_sequence": (
        f"CREATE INDEX kgqa_tombstone_sequence IF NOT EXISTS FOR (n:{_TOMBSTONE}) ON (n.sequence)"
    ),
}
"""The constraints and indexes of a managed graph, by name."""
OUR_INDEXES = "SHOW INDEXES YIELD name WHERE name STARTS WITH 'kgqa_' RETURN name"
AWAIT_INDEXES = "CALL db.awaitIndexes($seconds)"


def create_attribute_index(name: str, property_name: str) -> str:
    """An index that finds entities by a value of an attribute."""
    return f"CREATE INDEX {quote(name)} IF NOT EXISTS FOR (n:{_ENTITY}) ON (n.{quote(property_name)})"


def drop_attribute_index(name: str) -> str:
    """The end of such an index."""
    return f"DROP INDEX {quote(name)} IF EXISTS"


# Writing to the node takes its lock, so that writers of one graph take turns.
LOCK_META = f"""\
MATCH (m:{_META} {{id: $id}})
SET m.locked = true
REMOVE m.locked
RETURN m.sequence, coalesce(m.unindexed, []), COUNT {{ (:{_TOMBSTONE}) }} > 0"""

SET_SEQUENCE = f"MATCH (m:{_META} {{id: $id}}) SET m.sequence = $sequence"

SET_UNINDEXED = f"MATCH (m:{_META} {{id: $id}}) SET m.unindexed = $unindexed"

# An entity that exists keeps its sequence, so what it has then says whether it is new.
MERGE_ENTITIES = f"""\
UNWIND range(0, size($keys) - 1) AS i
WITH i, $keys[i] AS key, $first + i AS sequence
MERGE (n:{_ENTITY} {{key: key}})
ON CREATE SET n.name = key, n.{_SEQUENCE} = sequence
WITH i, n, sequence WHERE coalesce(n.{_SEQUENCE}, -1) <> sequence
RETURN collect(i)"""

CREATE_ENTITIES = f"""\
UNWIND $rows AS row
CREATE (n:{_ENTITY} {{key: row.key}})
SET n += row.properties
SET n:$(row.labels)"""

UPDATE_ENTITIES = f"""\
UNWIND $rows AS row
MATCH (n:{_ENTITY} {{key: row.key}})
SET n += row.properties
REMOVE n:$(row.removed)
SET n:$(row.labels)"""

DELETE_ENTITIES = f"""\
UNWIND $keys AS key
MATCH (n:{_ENTITY} {{key: key}})
DETACH DELETE n"""

BURY = f"UNWIND $rows AS row MERGE (t:{_TOMBSTONE} {{key: row[0]}}) SET t.sequence = row[1]"

REVIVE = f"UNWIND $keys AS key MATCH (t:{_TOMBSTONE} {{key: key}}) DELETE t"


# Facts go in as columns: half as many values to send as rows would be.
_COLUMNS = f"""\
UNWIND range(0, size($subjects) - 1) AS i
WITH i, $subjects[i] AS subject, $objects[i] AS object
MATCH (s:{_ENTITY} {{key: subject}})
MATCH (o:{_ENTITY} {{key: object}})"""

# The type is data here, so that one plan serves all relations. To read that way would look at all relationships.
_COLUMNS_OF_TYPES = f"""\
UNWIND range(0, size($types) - 1) AS t
WITH t, $types[t] AS columns
UNWIND range(0, size(columns[1]) - 1) AS i
WITH t, i, columns, columns[1][i] AS subject, columns[2][i] AS object
MATCH (s:{_ENTITY} {{key: subject}})
MATCH (o:{_ENTITY} {{key: object}})"""

CREATE_FACTS = f"{_COLUMNS_OF_TYPES}\nCREATE (s)-[:$(columns[0])]->(o)"
"""Create relationships, given as ``$types`` (type, subjects, objects)."""

CREATE_FACTS_WITH_PROPERTIES = f"{_COLUMNS_OF_TYPES}\nCREATE (s)-[r:$(columns[0])]->(o)\nSET r = columns[3][i]"
"""Create relationships, given as ``$types`` (type, subjects, objects, properties)."""

HELD_FACTS = f"""\
{_COLUMNS_OF_TYPES}
OPTIONAL MATCH (s)-[r]->(o) WHERE type(r) = columns[0]
WITH t, i, r WHERE r IS NOT NULL
RETURN t, i, properties(r)"""
"""Which of the relationships given as ``$types`` (type, subjects, objects) there are: both positions, properties."""


@_cached
def upsert_facts(relation_type: str, *, properties: bool) -> str:
    """Create those relationships between ``$subjects`` and ``$objects``, with ``$properties``, that are not there:
    position and properties of the others.

    The optional match starts from both ends: without it, the planner finds one and reads all its relationships.
    """
    create = f"CREATE (s)-[new:{quote(relation_type)}]->(o)" + (" SET new = $properties[i]" if properties else "")
    return f"""\
{_COLUMNS}
OPTIONAL MATCH (s)-[r:{quote(relation_type)}]->(o)
FOREACH (_ IN CASE WHEN r IS NULL THEN [1] ELSE [] END | {create})
WITH i, r WHERE r IS NOT NULL
RETURN i, properties(r)"""


_ROWS = f"""\
UNWIND $rows AS row
MATCH (s:{_ENTITY} {{key: row[0]}})
MATCH (o:{_ENTITY} {{key: row[1]}})"""


@_cached
def update_facts(relation_type: str) -> str:
    """Replace the properties of the relationships of ``$rows`` (subject, object, properties)."""
    return f"{_ROWS}\nCALL (row, s, o) {{ MATCH (s)-[r:{quote(relation_type)}]->(o) SET r = row[2] }}"


@_cached
def delete_facts(relation_type: str) -> str:
    """Delete the relationships of ``$rows`` (subject, object, position): positions of those that there were."""
    return f"""\
{_ROWS}
CALL (s, o) {{ MATCH (s)-[r:{quote(relation_type)}]->(o) DELETE r RETURN count(*) AS deleted }}
WITH row, deleted WHERE deleted > 0
RETURN row[2]"""
