"""What is written to a managed graph."""

from __future__ import annotations

from graphdb.neo4j.cypher.parts import ENTITY, META_NODE, SEQUENCE, TOMBSTONE, cached, quote

CREATE_META = f"""\
MERGE (m:{META_NODE} {{id: $id}})
ON CREATE SET m.graph_id = $graph_id, m.sequence = 0, m.version = $version
RETURN m.graph_id, m.version"""

CONSTRAINTS = {
    "kgqa_entity_key": f"CREATE CONSTRAINT kgqa_entity_key IF NOT EXISTS FOR (n:{ENTITY}) REQUIRE n.key IS UNIQUE",
    "kgqa_meta_id": f"CREATE CONSTRAINT kgqa_meta_id IF NOT EXISTS FOR (n:{META_NODE}) REQUIRE n.id IS UNIQUE",
    "kgqa_tombstone_key": (
        f"CREATE CONSTRAINT kgqa_tombstone_key IF NOT EXISTS FOR (n:{TOMBSTONE}) REQUIRE n.key IS UNIQUE"
    ),
    "kgqa_entity_sequence": f"CREATE INDEX kgqa_entity_sequence IF NOT EXISTS FOR (n:{ENTITY}) ON (n.{SEQUENCE})",
    "kgqa_tombstone_sequence": (
        f"CREATE INDEX kgqa_tombstone_sequence IF NOT EXISTS FOR (n:{TOMBSTONE}) ON (n.sequence)"
    ),
}
"""The constraints and indexes of a managed graph, by name."""
OUR_INDEXES = "SHOW INDEXES YIELD name WHERE name STARTS WITH 'kgqa_' RETURN name"
AWAIT_INDEXES = "CALL db.awaitIndexes($seconds)"


def create_attribute_index(name: str, property_name: str) -> str:
    """An index that finds entities by a value of an attribute."""
    return f"CREATE INDEX {quote(name)} IF NOT EXISTS FOR (n:{ENTITY}) ON (n.{quote(property_name)})"


def drop_attribute_index(name: str) -> str:
    """The end of such an index."""
    return f"DROP INDEX {quote(name)} IF EXISTS"


# Writing to the node takes its lock, so that writers of one graph take turns.
LOCK_META = f"""\
MATCH (m:{META_NODE} {{id: $id}})
SET m.locked = true
REMOVE m.locked
RETURN m.sequence, coalesce(m.unindexed, []), COUNT {{ (:{TOMBSTONE}) }} > 0, COUNT {{ ()-->() }}"""

SET_SEQUENCE = f"MATCH (m:{META_NODE} {{id: $id}}) SET m.sequence = $sequence"

SET_UNINDEXED = f"MATCH (m:{META_NODE} {{id: $id}}) SET m.unindexed = $unindexed"

CREATE_ENTITIES = f"""\
UNWIND $rows AS row
CREATE (n:{ENTITY} {{key: row.key}})
SET n += row.properties
SET n:$(row.labels)"""

UPDATE_ENTITIES = f"""\
UNWIND $rows AS row
MATCH (n:{ENTITY} {{key: row.key}})
SET n += row.properties
REMOVE n:$(row.removed)
SET n:$(row.labels)"""

DELETE_ENTITIES = f"""\
UNWIND $keys AS key
MATCH (n:{ENTITY} {{key: key}})
DETACH DELETE n"""

BURY = f"UNWIND $rows AS row MERGE (t:{TOMBSTONE} {{key: row[0]}}) SET t.sequence = row[1]"

REVIVE = f"UNWIND $keys AS key MATCH (t:{TOMBSTONE} {{key: key}}) DELETE t"


_SET_NEW = " SET new = $properties[i]"

# An entity that exists keeps its sequence, so what it has then says whether it is new. Facts name their ends by their
# positions among the keys: each entity is looked up once, and numbers are quick to send.
_ENDS = f"""\
UNWIND range(0, size($keys) - 1) AS i
WITH i, $keys[i] AS key, $first + i AS sequence
MERGE (n:{ENTITY} {{key: key}})
ON CREATE SET n.name = key, n.{SEQUENCE} = sequence
WITH i, n, coalesce(n.{SEQUENCE}, -1) = sequence AS new ORDER BY i
WITH collect(n) AS nodes, collect(CASE WHEN new THEN i END) AS fresh"""

_FACT = """\
  WITH i, $relations[$facts[i] / size($keys) / size($keys)] AS type,
    nodes[$facts[i] / size($keys) % size($keys)] AS s, nodes[$facts[i] % size($keys)] AS o"""

_HUB = 1000
"""Between two entities that both have so many relationships, only those of the type in question are looked at."""
_FEW = 100

# Of the clauses that find the relationships there are, the plain one would be planned in a graph of few relationships
# as a scan of them all for each fact, and that plan kept while the graph grows. The planner has no such choice for a
# path of variable length.
_HELD = f"""\
  WITH i, type, s, o, COUNT {{ (s)-->() }} >= {_HUB} AND COUNT {{ (o)<--() }} >= {_HUB} AS hubs
  WITH i, type, o, hubs, CASE WHEN hubs THEN null ELSE s END AS s
  OPTIONAL MATCH (s)-[r]->(o) WHERE type(r) = type"""
_HELD_AMONG_FEW = """\
  OPTIONAL MATCH (s)-[path*1..1]->(o) WHERE type(path[0]) = type
  WITH i, path[0] AS r, false AS hubs"""
_HELD_AMONG_NONE = "  WITH i, null AS r, false AS hubs"


def upsert_facts(relationships: int, *, properties: bool) -> str:
    """Create those entities ``$keys``, and facts between them, that are not there.

    Each of the ``$facts`` is one number, which is quicker to send than three: with *n* keys, (*r n + s*) *n + o*, where
    *r* is the position of its relation among the ``$relations``, *s* and *o* those of its ends among the keys. The type
    is data here, so that one plan serves all relations.

    :param relationships: how many the graph has; the text is the same for all but the smallest graphs.
    :param properties: whether the facts get ``$properties``.
    :returns: one row: positions of the entities that are new; of the facts that are new, or nothing if all are;
        position and properties of those relationships that were there and have some; positions of the facts between
        two hubs, which are left to :func:`upsert_facts_of`.
    """
    held = _HELD if relationships >= _FEW else _HELD_AMONG_FEW if relationships else _HELD_AMONG_NONE
    return _upsert_facts(held, properties=properties)


@cached
def _upsert_facts(held: str, *, properties: bool) -> str:
    return f"""\
{_ENDS}
CALL (nodes) {{
  UNWIND range(0, size($facts) - 1) AS i
{_FACT}
{held}
  RETURN
    collect(CASE WHEN r IS NULL AND NOT hubs THEN i END) AS missing,
    collect(CASE WHEN size(keys(r)) > 0 THEN [i, properties(r)] END) AS described,
    collect(CASE WHEN hubs THEN i END) AS undecided
}}
CALL (nodes, missing) {{
  UNWIND missing AS i
{_FACT}
  CREATE (s)-[new:$(type)]->(o){_SET_NEW if properties else ""}
}}
RETURN fresh, CASE WHEN size(missing) < size($facts) THEN missing END, described, undecided"""


@cached
def upsert_facts_of(relation_type: str, *, properties: bool) -> str:
    """Create those relationships of one type between ``$subjects`` and ``$objects``, with ``$properties``, that are not
    there: position and properties of the others.

    The optional match starts from both ends: without it, the planner finds one and reads all its relationships.
    """
    create = f"CREATE (s)-[new:{quote(relation_type)}]->(o){_SET_NEW if properties else ''}"
    return f"""\
UNWIND range(0, size($subjects) - 1) AS i
WITH i, $subjects[i] AS subject, $objects[i] AS object
MATCH (s:{ENTITY} {{key: subject}})
MATCH (o:{ENTITY} {{key: object}})
OPTIONAL MATCH (s)-[r:{quote(relation_type)}]->(o)
FOREACH (_ IN CASE WHEN r IS NULL THEN [1] ELSE [] END | {create})
WITH i, r WHERE r IS NOT NULL
RETURN i, properties(r)"""


_ROWS = f"""\
UNWIND $rows AS row
MATCH (s:{ENTITY} {{key: row[0]}})
MATCH (o:{ENTITY} {{key: row[1]}})"""


@cached
def update_facts(relation_type: str) -> str:
    """Replace the properties of the relationships of ``$rows`` (subject, object, properties)."""
    return f"{_ROWS}\nCALL (row, s, o) {{ MATCH (s)-[r:{quote(relation_type)}]->(o) SET r = row[2] }}"


@cached
def delete_facts(relation_type: str) -> str:
    """Delete the relationships of ``$rows`` (subject, object, position): positions of those that there were."""
    return f"""\
{_ROWS}
CALL (s, o) {{ MATCH (s)-[r:{quote(relation_type)}]->(o) DELETE r RETURN count(*) AS deleted }}
WITH row, deleted WHERE deleted > 0
RETURN row[2]"""
