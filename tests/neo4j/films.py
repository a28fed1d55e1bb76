"""A graph that kgqa did not write, in plain Cypher, and what it says."""

from __future__ import annotations

from graphdb import Entity, Fact, Literal
from graphdb.mapping import KeyType, Mapping, NodeMapping, RelationshipMapping, TypeMapping
from tests.reference import Reference

LABELS = ("Person", "Film", "Review")

SCHEMA = "CREATE CONSTRAINT person_id IF NOT EXISTS FOR (p:Person) REQUIRE p.id IS UNIQUE"
DROP_SCHEMA = "DROP CONSTRAINT person_id IF EXISTS"

# Two people called Chris Evans; several names on a node; parallel relationships; nodes that nothing identifies.
CREATE = """
CREATE (keanu:Person:Actor {id: 1, name: 'Keanu Reeves', nickname: 'Ke', born: 1964, home: point({x: 1, y: 2})})
CREATE (lana:Person:`Film-maker` {id: 2, name: 'Lana Wachowski', alsoKnownAs: ['L. Wachowski', 'Lana'], born: 1965})
CREATE (evans:Person:Actor {id: 3, name: 'Chris Evans', born: 1981})
CREATE (other:Person {id: 4, name: 'Chris Evans', born: 1966})
CREATE (matrix:Film {imdb: 'tt0133093', title: 'The Matrix', originalTitle: 'Matrix', released: date('1999-03-31'),
                     genres: ['science fiction', 'action'], plot: $plot})
CREATE (snow:Film {imdb: 'tt1706620', title: 'Snowpiercer', released: date('2013-08-01'), genres: 'action',
                   vector: [x IN range(1, 100) | x / 7.0]})
CREATE (wick:Film {imdb: 'tt2911666', title: 'John Wick'})
CREATE (keanu)-[:ACTED_IN {roles: ['Neo', 'Thomas A. Anderson'], billing: 1}]->(matrix)
CREATE (keanu)-[:ACTED_IN {roles: ['John Wick']}]->(wick)
CREATE (evans)-[:ACTED_IN {roles: ['Curtis']}]->(snow)
CREATE (lana)-[:DIRECTED]->(matrix)
CREATE (keanu)-[:KNOWS {since: 1998}]->(lana)
CREATE (lana)-[:KNOWS]->(keanu)
CREATE (other)-[:KNOWS]->(other)
CREATE (:Review {text: 'good'})-[:ABOUT]->(matrix)
CREATE (:Review {text: 'good'})-[:ABOUT]->(wick)
"""
PARAMETERS = {"plot": "A hacker learns. " * 200}

MAPPING = Mapping(
    nodes=(
        NodeMapping(
            label="Person",
            key="id",
            key_type=KeyType.INTEGER,
            name="name",
            aliases=("nickname", "alsoKnownAs"),
            attributes=("born",),
            single=("born",),
        ),
        NodeMapping(
            label="Film",
            key="imdb",
            name="title",
            aliases=("originalTitle",),
            attributes=("genres", "released"),
            single=("released",),
        ),
    ),
    relationships=(
        RelationshipMapping("ACTED_IN", ("Person",), ("Film",), "acted in", "cast", ("billing", "roles")),
        RelationshipMapping("DIRECTED", ("Person",), ("Film",)),
        RelationshipMapping("KNOWS", ("Person",), ("Person",), properties=("since",)),
    ),
    types=tuple(TypeMapping(label) for label in ("Actor", "Film", "Film-maker", "Person")),
)


def reference() -> Reference:
    """What the graph says through the mapping."""
    from datetime import date

    graph = Reference()
    entities = [
        Entity("Person:1", "Keanu Reeves", ("Ke",), ("Person", "Actor"), {"born": 1964}),
        Entity("Person:2", "Lana Wachowski", ("L. Wachowski", "Lana"), ("Person", "Film-maker"), {"born": 1965}),
        Entity("Person:3", "Chris Evans", (), ("Person", "Actor"), {"born": 1981}),
        Entity("Person:4", "Chris Evans", (), ("Person",), {"born": 1966}),
        Entity(
            "Film:tt0133093",
            "The Matrix",
            ("Matrix",),
            ("Film",),
            {"released": date(1999, 3, 31), "genres": ("science fiction", "action")},
        ),
        Entity("Film:tt1706620", "Snowpiercer", (), ("Film",), {"released": date(2013, 8, 1), "genres": "action"}),
        Entity("Film:tt2911666", "John Wick", (), ("Film",)),
    ]
    facts = [
        Fact("Person:1", "ACTED_IN", "Film:tt0133093", {"roles": ("Neo", "Thomas A. Anderson"), "billing": 1}),
        Fact("Person:1", "ACTED_IN", "Film:tt2911666", {"roles": "John Wick"}),
        Fact("Person:3", "ACTED_IN", "Film:tt1706620", {"roles": "Curtis"}),
        Fact("Person:2", "DIRECTED", "Film:tt0133093"),
        Fact("Person:1", "KNOWS", "Person:2", {"since": 1998}),
        Fact("Person:2", "KNOWS", "Person:1"),
        Fact("Person:4", "KNOWS", "Person:4"),
    ]
    for entity in entities:
        graph.upsert_entity(entity)
    for fact in facts:
        graph.upsert_fact(fact)
    assert Literal("action") in graph.nodes()
    return graph
