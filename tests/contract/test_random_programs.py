"""Random programs on random graphs, compared with the reference."""

from __future__ import annotations

from datetime import UTC, date, datetime

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphdb import (
    TYPE_RELATION,
    Direction,
    Entity,
    EntityType,
    Fact,
    GraphStore,
    Hop,
    Literal,
    Node,
    Path,
    PropertyValue,
    Scalar,
    Step,
)
from graphdb.programs import (
    Program,
)
from tests.contract.films import (
    BIG,
    IS_A,
    all_of,
    path,
    reference_of,
)
from tests.programs import check_programs, programs
from tests.reference import clear

_KEYS = st.sampled_from(["a", "b", "c", "d", "e", "É"])
_NUMBERS = st.sampled_from([0, 1, 2, -1, 2.5, -0.1, 10, 9, 2**53 + 1, 2**53, BIG, 1e20])
_TEXTS = st.sampled_from(["", "1", "10", "a", "A", "ab%", "a_b", "Éa", "é", "😀", "it's"])
_DATES = st.sampled_from([date(2020, 2, 29), date(999, 1, 1)])
_TIMES = st.sampled_from([datetime(2020, 2, 29, tzinfo=UTC), datetime(2020, 2, 29, microsecond=1, tzinfo=UTC)])
_SCALARS: st.SearchStrategy[Scalar] = _NUMBERS | _TEXTS | _DATES | _TIMES | st.booleans()
_SEVERAL: st.SearchStrategy[PropertyValue] = st.one_of(
    *(st.lists(kind, min_size=1, max_size=3).map(tuple) for kind in (_NUMBERS, _TEXTS, _DATES))
)
_ATTRIBUTES = st.sampled_from(["p", "q", "r"])
_RELATIONS = st.sampled_from(["r", "s"])
_ENTITIES = st.builds(
    Entity,
    key=_KEYS,
    name=st.sampled_from(["", "Ab", "aB", "É_%"]),
    types=st.lists(st.sampled_from(["T", "U"]), max_size=2).map(tuple),
    properties=st.dictionaries(_ATTRIBUTES, _NUMBERS | _SCALARS | _SEVERAL, max_size=3),
)
_FACTS = st.builds(
    Fact,
    subject=_KEYS,
    relation=_RELATIONS,
    object=_KEYS,
    properties=st.dictionaries(_ATTRIBUTES, _NUMBERS | _SCALARS | _SEVERAL, max_size=3),
)
_STEPS = st.builds(
    Step, st.sampled_from(["r", "s", "r", "s", "p", TYPE_RELATION, "unknown"]), st.sampled_from(Direction)
)
_SEEDS: st.SearchStrategy[Node] = (
    _KEYS | st.sampled_from(["T", "U", "none"]).map(EntityType) | st.builds(Literal, _SCALARS)
)
_PATHS = st.sampled_from([all_of("T"), all_of("U"), path(EntityType("T"), IS_A.reverse, Step("p"))]) | st.builds(
    Path, _SEEDS, st.lists(st.builds(Hop, _STEPS, st.booleans()), max_size=3).map(tuple)
)
_PROGRAMS = programs(_PATHS, _STEPS, _ATTRIBUTES, st.builds(Literal, _NUMBERS) | st.builds(Literal, _SCALARS))


@given(
    entities=st.lists(_ENTITIES, max_size=6, unique_by=lambda e: e.key),
    facts=st.lists(_FACTS, max_size=10, unique_by=lambda f: f.triple),
    asked=st.lists(_PROGRAMS, min_size=1, max_size=12),
)
@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_every_program_agrees_with_the_reference(
    store: GraphStore, entities: list[Entity], facts: list[Fact], asked: list[Program]
) -> None:
    clear(store)
    if entities:
        store.upsert_entities(entities)
    if facts:
        store.upsert_facts(facts)
    check_programs(store, reference_of(entities, facts), asked)
