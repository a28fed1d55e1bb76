"""Paths as Cypher: the same answers as the embedded store on random graphs, and queries that read well."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphdb import TYPE_RELATION, Direction, Entity, EntityType, Fact, GraphStore, Hop, Literal, Path, SqlStore, Step
from graphdb.neo4j import Neo4jStore
from tests.reference import clear

pytestmark = pytest.mark.neo4j

KEYS = [f"n{i}" for i in range(12)]
RELATIONS = ["knows", "né à", "a `b`", r"\u0060 RETURN 1 //", "p"]
ATTRIBUTES = ["p", "q", r"back\slash '\u0027"]
TYPES = ["T", "Entity", "_KGQAMany", "Ünï `x`"]
VALUES = [1, 2, 2.5, "1", "x", True, date(2024, 2, 29)]

ENTITIES = st.lists(
    st.builds(
        Entity,
        key=st.sampled_from(KEYS),
        types=st.lists(st.sampled_from(TYPES), max_size=3).map(tuple),
        properties=st.dictionaries(
            st.sampled_from(ATTRIBUTES),
            st.sampled_from(VALUES) | st.lists(st.sampled_from([1, 2, 2.5]), min_size=1, max_size=3).map(tuple),
            max_size=3,
        ),
    ),
    max_size=8,
    unique_by=lambda entity: entity.key,
)
FACTS = st.lists(
    st.builds(Fact, st.sampled_from(KEYS), st.sampled_from(RELATIONS), st.sampled_from(KEYS)),
    max_size=40,
    unique_by=lambda fact: fact.triple,
)
SEEDS = (
    st.sampled_from([*KEYS, "absent"])
    | st.builds(Literal, st.sampled_from(VALUES))
    | st.builds(EntityType, st.sampled_from(TYPES))
)
STEPS = st.builds(
    Step, st.sampled_from([*RELATIONS, *ATTRIBUTES, TYPE_RELATION, "unknown"]), st.sampled_from(Direction)
)
PATHS = st.builds(Path, SEEDS, st.lists(st.builds(Hop, STEPS, st.booleans()), max_size=4).map(tuple))


@pytest.fixture
def embedded() -> Iterator[SqlStore]:
    """An embedded store."""
    with SqlStore.open("sqlite://") as opened:
        yield opened


def _fill(store: GraphStore, entities: list[Entity], facts: list[Fact]) -> None:
    clear(store)
    store.upsert_entities(entities)
    store.upsert_facts(facts)


@given(entities=ENTITIES, facts=FACTS, paths=st.lists(PATHS, min_size=20, max_size=40))
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_answers_are_those_of_the_embedded_store(
    store: Neo4jStore, embedded: SqlStore, entities: list[Entity], facts: list[Fact], paths: list[Path]
) -> None:
    for graph in (store, embedded):
        _fill(graph, entities, facts)
    assert [list(found) for found in store.run(paths)] == [list(found) for found in embedded.run(paths)]


def _hops(*steps: Step, exclude_last: bool = False) -> tuple[Hop, ...]:
    return tuple(Hop(step, exclude_last and i == len(steps) - 1) for i, step in enumerate(steps))


def test_a_path_reads_well(store: Neo4jStore) -> None:
    store.upsert_entities([Entity("film", types=("Film",), properties={"year": 1999})])
    store.upsert_facts([Fact("film", "starred_actors", "person")])
    starred = Step("starred_actors")
    query = store.query(Path("person", _hops(starred.reverse, starred, exclude_last=True)))
    assert query is not None
    assert query.text == (
        "MATCH (n0:`Entity` {`key`: $seed})\n"
        "MATCH (n0)<-[:`starred_actors`]-(n1:`Entity`)\n"
        "WITH DISTINCT n0, n1\n"
        "MATCH (n1)-[:`starred_actors`]->(n2:`Entity`)\n"
        "WHERE n2 <> n0\n"
        "RETURN DISTINCT 'entity' AS kind, n2.`key` AS node"
    )
    assert query.parameters == {"seed": "person"}
    typed = store.query(Path(EntityType("Film"), _hops(Step(TYPE_RELATION, Direction.IN), Step("year"))))
    assert typed is not None
    assert typed.text == (
        "MATCH (n1:`Entity`&`Film`)\n"
        "WITH DISTINCT n1\n"
        "UNWIND [] + n1.`year` AS v2\n"
        "RETURN DISTINCT 'value' AS kind, v2 AS node"
    )
    assert typed.parameters == {}


def test_a_path_that_the_graph_cannot_walk_has_no_query(store: Neo4jStore) -> None:
    assert store.query(Path("a", _hops(Step("unknown")))) is None
    assert store.query(Path(Literal(1), _hops(Step(TYPE_RELATION)))) is None


def test_a_relation_begun_by_another_program_is_seen(url: str, store: Neo4jStore) -> None:
    assert store.run([Path("a", _hops(Step("new")))]) == [[]]
    with Neo4jStore.open(url) as other:
        other.upsert_facts([Fact("a", "new", "b")])
    assert store.run([Path("a", _hops(Step("new")))]) == [["b"]]
    assert store.neighbours([("a", Step("new"))]).targets == ["b"]
    assert [(d.step, d.count) for d in store.degrees(["a"])] == [(Step("new"), 1)]
