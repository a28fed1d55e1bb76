"""Random operations, after each of which every read agrees with the reference."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeAlias

import pytest
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
    Path,
    Step,
    order_of,
)
from graphdb.errors import InputError
from tests.contract.checks import check_reads
from tests.reference import Reference, clear

KEYS = st.sampled_from(["a", "b", "c", "d", "É", "it's `q`"])
RELATIONS = st.sampled_from(["r", "R", 'has `odd` "name\'s"', "p"])
ATTRIBUTES = st.sampled_from(["p", "q", "r"])
TYPES = st.sampled_from(["T", "U", "a"])
VALUES = st.sampled_from(
    [True, False, 0, 1, -1, 2.5, 2**63 - 1, "1", "a", "", "😀", date(2020, 2, 29), datetime(2020, 2, 29, tzinfo=UTC)]
)
PROPERTIES = st.dictionaries(st.sampled_from(["since", "role"]), VALUES, max_size=2)

ENTITIES = st.builds(
    Entity,
    key=KEYS,
    name=st.sampled_from(["", "a", "Name"]),
    aliases=st.sampled_from([(), ("x",), ("y", "x")]),
    types=st.lists(TYPES, max_size=2).map(tuple),
    properties=st.dictionaries(ATTRIBUTES, VALUES, max_size=2),
)
EDGES = st.builds(Fact, subject=KEYS, relation=RELATIONS, object=KEYS, properties=PROPERTIES)
ATTRIBUTE_FACTS = st.builds(Fact, subject=KEYS, relation=ATTRIBUTES, object=st.builds(Literal, VALUES))
FACTS = EDGES | ATTRIBUTE_FACTS
TRIPLES = FACTS.map(lambda fact: fact.triple)

Operation: TypeAlias = tuple[str, list[object]]


def _operation(
    name: str, records: st.SearchStrategy[object], key: Callable[[object], object]
) -> st.SearchStrategy[Operation]:
    batches = st.lists(records, min_size=1, max_size=4, unique_by=key)
    return batches.map(lambda batch: (name, batch))


OPERATIONS = st.lists(
    _operation("upsert_entities", ENTITIES, lambda e: e.key)  # type: ignore[attr-defined]
    | _operation("upsert_facts", FACTS, lambda f: f.triple)  # type: ignore[attr-defined]
    | _operation("upsert_facts", FACTS, lambda f: f.triple)  # type: ignore[attr-defined]
    | _operation("delete_facts", TRIPLES, lambda t: t)
    | _operation("delete_entities", KEYS, lambda k: k),
    min_size=1,
    max_size=8,
)
SEEDS = KEYS | st.builds(Literal, VALUES) | st.builds(EntityType, TYPES)
STEPS = st.builds(
    Step, st.sampled_from(["r", "R", "p", "q", TYPE_RELATION, "unknown"]) | RELATIONS, st.sampled_from(Direction)
)
PATHS = st.builds(Path, SEEDS, st.lists(st.builds(Hop, STEPS, st.booleans()), min_size=1, max_size=3).map(tuple))

_ONE = {
    "upsert_entities": Reference.upsert_entity,
    "upsert_facts": Reference.upsert_fact,
    "delete_facts": Reference.delete_fact,
    "delete_entities": Reference.delete_entity,
}


def _apply(store: GraphStore, reference: Reference, operation: Operation) -> None:
    name, records = operation
    if name == "upsert_facts" and reference.mixes_kinds(records):  # type: ignore[arg-type]
        with pytest.raises(InputError, match="would mix"):
            store.upsert_facts(records)  # type: ignore[arg-type]
        return
    before = store.watermark()
    outcomes = list(getattr(store, name)(records))
    assert outcomes == [_ONE[name](reference, record) for record in records]  # type: ignore[operator]
    changed = any(outcome in {"added", "updated", "deleted"} for outcome in outcomes)
    assert (store.watermark() > before) == changed


@given(operations=OPERATIONS, paths=st.lists(PATHS, min_size=1, max_size=6))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_every_read_agrees_with_the_reference(
    store: GraphStore, operations: list[Operation], paths: list[Path]
) -> None:
    clear(store)
    reference = Reference()
    for operation in operations:
        _apply(store, reference, operation)
    check_reads(store, reference)
    expected = [sorted(reference.run(path), key=order_of) for path in paths]
    assert [list(answer) for answer in store.run(paths)] == expected
