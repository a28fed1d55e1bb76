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
RETURN m.sequence, coalesce(m.unindexed, []), COUNT {{ (:{TOMBSTONE}) }} > 0"""

SET_SEQUENCE = f"MATCH (m:{META_NODE} {{id: $id}}) SET m.sequence = $sequence"

SET_UNINDEXED = f"MATCH (m:{META_NODE} {{id: $id}}) SET m.unindexed = $unindexed"

# An entity that exists keeps its sequence, so what it has then says whether it is new.
MERGE_ENTITIES = f"""\
UNWIND range(0, size($keys) - 1) AS i
WITH i, $keys[i] AS key, $first + i AS sequence
MERGE (n:{ENTITY} {{key: key}})
ON CREATE SET n.name = key, n.{SEQUENCE} = sequence
WITH i, n, sequence WHERE coalesce(n.{SEQUENCE}, -1) <> sequence
RETURN collect(i)"""

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


# Facts go in as columns: half as many values to send as rows would be.
_COLUMNS = f"""\
UNWIND range(0, size($subjects) - 1) AS i
WITH i, $subjects[i] AS subject, $objects[i] AS object
MATCH (s:{ENTITY} {{key: subject}})
MATCH (o:{ENTITY} {{key: object}})"""

# The type is data here, so that one plan serves all relations. To read that way would look at all relationships.
_COLUMNS_OF_TYPES = f"""\
UNWIND range(0, size($types) - 1) AS t
WITH t, $types[t] AS columns
UNWIND range(0, size(columns[1]) - 1) AS i
WITH t, i, columns, columns[1][i] AS subject, columns[2][i] AS object
MATCH (s:{ENTITY} {{key: subject}})
MATCH (o:{ENTITY} {{key: object}})"""

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


@cached
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
