"""Entities: written, read, updated, deleted."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from graphdb import Direction, Entity, EntityType, Fact, GraphStore, Hop, Literal, Outcome, Path, Step
from graphdb.errors import InputError
from tests.reference import exact, targets_of

_FILM = Entity(
    key="film/1",
    name="The Matrix",
    aliases=("Matrix", "Die Matrix"),
    types=("Film", "Work"),
    properties={"year": 1999, "genres": ("scifi", "action"), "released": date(1999, 3, 31), "score": 8.7, "seen": True},
)


def test_an_entity_comes_back_as_it_was_given(store: GraphStore) -> None:
    assert store.upsert_entities([_FILM]) == [Outcome.ADDED]
    assert exact(store.entities(["film/1"])["film/1"]) == exact(_FILM)


def test_the_same_again_changes_nothing(store: GraphStore) -> None:
    store.upsert_entities([_FILM])
    before = store.watermark()
    assert store.upsert_entities([_FILM]) == [Outcome.UNCHANGED]
    assert store.watermark() == before


def test_outcomes_are_in_the_order_of_the_records(store: GraphStore) -> None:
    store.upsert_entities([_FILM, Entity("b")])
    batch = [Entity("c"), Entity("film/1", "Matrix"), Entity("b"), Entity("a")]
    assert store.upsert_entities(batch) == [Outcome.ADDED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.ADDED]


def test_an_update_replaces_names_types_and_the_attributes_that_it_names(store: GraphStore) -> None:
    store.upsert_entities([_FILM])
    update = Entity("film/1", "Matrix 1", ("M",), ("Film",), {"genres": "drama", "year": 2000})
    assert store.upsert_entities([update]) == [Outcome.UPDATED]
    expected = Entity(
        "film/1",
        "Matrix 1",
        ("M",),
        ("Film",),
        {"genres": "drama", "year": 2000, "released": date(1999, 3, 31), "score": 8.7, "seen": True},
    )
    assert exact(store.entities(["film/1"])["film/1"]) == exact(expected)
    assert targets_of(store, Literal("scifi"), Step("genres", Direction.IN)) == []
    assert targets_of(store, EntityType("Work"), Step("rdf:type", Direction.IN)) == []


def test_an_attribute_may_change_its_kind_when_it_is_replaced(store: GraphStore) -> None:
    store.upsert_entities([Entity("a", properties={"p": (1, 2)})])
    assert store.upsert_entities([Entity("a", properties={"p": "one"})]) == [Outcome.UPDATED]
    assert store.entities(["a"])["a"].properties == {"p": "one"}


@pytest.mark.parametrize(("old", "new"), [(1, True), (True, 1), (1, "1"), ("True", True), (0, False)])
def test_values_that_python_holds_equal_are_different_attributes(
    store: GraphStore, old: bool | int | str, new: bool | int | str
) -> None:
    store.upsert_entities([Entity("a", properties={"p": old})])
    assert store.upsert_entities([Entity("a", properties={"p": new})]) == [Outcome.UPDATED]
    assert targets_of(store, "a", Step("p")) == [Literal(new)]
    assert targets_of(store, Literal(old), Step("p", Direction.IN)) == []


def test_a_bare_entity_leaves_what_is_known(store: GraphStore) -> None:
    store.upsert_entities([_FILM])
    assert store.upsert_entities([Entity("film/1")]) == [Outcome.UNCHANGED]
    assert exact(store.entities(["film/1"])["film/1"]) == exact(_FILM)


def test_an_entity_that_a_fact_created_can_be_described(store: GraphStore) -> None:
    store.upsert_facts([Fact("a", "knows", "b")])
    assert store.entities(["a"])["a"] == Entity("a")
    assert store.upsert_entities([Entity("a", "Ann", types=("Person",))]) == [Outcome.UPDATED]
    assert store.entities(["a"])["a"] == Entity("a", "Ann", types=("Person",))
    assert targets_of(store, "a", Step("knows")) == ["b"]


def test_attributes_are_facts(store: GraphStore) -> None:
    store.upsert_entities([Entity("paris", properties={"population": 5})])
    assert store.upsert_facts([Fact("paris", "population", Literal(5))]) == [Outcome.UNCHANGED]
    assert store.upsert_facts([Fact("paris", "population", Literal(4.5))]) == [Outcome.ADDED]
    assert store.entities(["paris"])["paris"].properties == {"population": (4.5, 5)}
    assert store.delete_facts([("paris", "population", Literal(5))]) == [Outcome.DELETED]
    assert store.entities(["paris"])["paris"].properties == {"population": 4.5}
    assert store.delete_facts([("paris", "population", Literal(4.5))]) == [Outcome.DELETED]
    assert store.entities(["paris"])["paris"].properties == {}


def test_unknown_keys_are_left_out(store: GraphStore) -> None:
    store.upsert_entities([_FILM, Entity("Film")])
    assert set(store.entities(["film/1", "FILM/1", "scifi", "Film", ""])) == {"film/1", "Film"}
    assert store.entities([]) == {}


def test_a_key_asked_twice_is_answered_once(store: GraphStore) -> None:
    store.upsert_entities([Entity("a")])
    assert store.entities(["a", "a"]) == {"a": Entity("a")}


def test_deleting_takes_the_facts_in_both_directions(store: GraphStore) -> None:
    store.upsert_entities([Entity("b", types=("T",), properties={"p": 1}), Entity("z", types=("T",))])
    store.upsert_facts([Fact("a", "r", "b"), Fact("b", "r", "c"), Fact("b", "r", "b"), Fact("a", "r", "c")])
    assert store.delete_entities(["b", "absent"]) == [Outcome.DELETED, Outcome.ABSENT]
    assert set(store.entities(["a", "b", "c", "z"])) == {"a", "c", "z"}
    assert store.facts([("a", "r", "b"), ("b", "r", "c"), ("a", "r", "c")]) == [Fact("a", "r", "c")]
    degrees = store.degrees(["a", "b", "c", Literal(1), EntityType("T")])
    assert [(d.node, d.step, d.count) for d in degrees] == [
        (0, Step("r"), 1),
        (2, Step("r", Direction.IN), 1),
        (4, Step("rdf:type", Direction.IN), 1),
    ]


def test_an_entity_that_is_added_again_starts_anew(store: GraphStore) -> None:
    store.upsert_entities([_FILM])
    store.upsert_facts([Fact("film/1", "by", "a")])
    store.delete_entities(["film/1"])
    assert store.upsert_entities([Entity("film/1")]) == [Outcome.ADDED]
    assert store.entities(["film/1"]) == {"film/1": Entity("film/1")}
    assert store.degrees(["film/1"]) == []


def test_an_empty_batch_does_nothing(store: GraphStore) -> None:
    before = store.watermark()
    assert (store.upsert_entities([]), store.delete_entities([])) == ([], [])
    assert (store.upsert_facts([]), store.delete_facts([])) == ([], [])
    assert store.watermark() == before


def test_a_record_may_occur_only_once_in_a_batch(store: GraphStore) -> None:
    with pytest.raises(InputError, match=r"'a'.*twice"):
        store.upsert_entities([Entity("a"), Entity("a", "Ann")])
    with pytest.raises(InputError, match="twice"):
        store.upsert_facts([Fact("a", "p", Literal(1)), Fact("a", "p", Literal(1.0))])
    assert store.entities(["a"]) == {}
    assert store.watermark() == 0


def test_scan_gives_each_entity_once(store: GraphStore) -> None:
    given = [Entity(f"k{i}", f"n{i}", types=("T",), properties={"i": i}) for i in range(23)]
    store.upsert_entities(given)
    batches = list(store.scan(batch_size=5))
    assert max(len(batch) for batch in batches) <= 5
    assert sorted(e.key for batch in batches for e in batch) == sorted(e.key for e in given)
    assert {e.key: exact(e) for batch in batches for e in batch} == {e.key: exact(e) for e in given}
    with pytest.raises(InputError, match="at least 1"):
        list(store.scan(batch_size=0))


def test_what_is_written_while_scanning_does_not_disturb(store: GraphStore) -> None:
    store.upsert_entities([Entity(f"k{i}") for i in range(10)])
    seen: list[str] = []
    for batch in store.scan(batch_size=2):
        seen += [entity.key for entity in batch]
        store.upsert_entities([Entity(key, f"{key}!") for key in seen])
    assert sorted(seen) == sorted(f"k{i}" for i in range(10))


def test_aware_datetimes_are_one_instant_in_any_zone(store: GraphStore) -> None:
    noon = datetime.fromisoformat("2020-06-01T12:00:00+02:00")
    store.upsert_entities([Entity("a", properties={"at": noon})])
    assert store.upsert_facts([Fact("a", "at", Literal(datetime(2020, 6, 1, 10, tzinfo=UTC)))]) == [Outcome.UNCHANGED]
    assert store.run([Path(Literal(noon), (Hop(Step("at", Direction.IN)),))]) == [["a"]]
