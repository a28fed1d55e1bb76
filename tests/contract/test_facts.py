"""Facts between entities, and values of attributes."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from graphdb import (
    TYPE_RELATION,
    Direction,
    Entity,
    EntityType,
    Fact,
    GraphStore,
    Literal,
    Node,
    Outcome,
    PropertyValue,
    Scalar,
    Step,
)
from graphdb.errors import InputError
from tests.reference import exact_fact, targets_of

LONG = "long text " * 2000

VALUES: list[Scalar] = [
    True,
    False,
    0,
    1,
    -1,
    2**63 - 1,
    -(2**63),
    2**53 + 1,
    2.5,
    -0.0,
    1e-300,
    1.7976931348623157e308,
    1e22,
    0.1 + 0.2,
    "",
    "1",
    "true",
    "2020-02-29",
    'O\'Hara "the" `great` \\ $x {y} %s :z ?',
    "Ünïcödé 東京 é",  # decomposed accent
    "é",  # composed
    "👩‍👩‍👧‍👦 😀",
    "\n\t\r line  ",
    LONG,
    LONG + "!",
    date(2020, 2, 29),
    date(1, 1, 1),
    datetime(2020, 2, 29, 23, 59, 59, 999999),  # noqa: DTZ001
    datetime(2020, 2, 29, 12, tzinfo=UTC),
]
NAMES = [
    "plain",
    "with space",
    "it's",
    'say "hi"',
    "back`tick",
    "dot.ted/slash",
    "Ünï 東京",
    "😀",
    "A-B:C",
    "{x}",
    "$p",
]


@pytest.mark.parametrize("value", VALUES, ids=lambda v: f"{type(v).__name__}-{str(v)[:12]!a}")
def test_a_value_comes_back_exactly(store: GraphStore, value: Scalar) -> None:
    literal = Literal(value)
    assert store.upsert_facts([Fact("a", "p", literal)]) == [Outcome.ADDED]
    assert store.upsert_facts([Fact("a", "p", literal)]) == [Outcome.UNCHANGED]
    assert store.facts([("a", "p", literal)]) == [Fact("a", "p", literal)]
    assert targets_of(store, "a", Step("p")) == [literal]
    assert targets_of(store, literal, Step("p", Direction.IN)) == ["a"]
    stored = store.entities(["a"])["a"].properties["p"]
    assert Literal(stored) == literal  # type: ignore[arg-type]
    assert store.delete_facts([("a", "p", literal)]) == [Outcome.DELETED]


def test_values_are_told_apart(store: GraphStore) -> None:
    literals = list(dict.fromkeys(Literal(value) for value in VALUES))
    store.upsert_facts([Fact(f"e{i}", "p", literal) for i, literal in enumerate(literals)])
    found = store.neighbours([(literal, Step("p", Direction.IN)) for literal in literals])
    assert list(zip(found.rows, found.targets, strict=True)) == [(i, f"e{i}") for i in range(len(literals))]


@pytest.mark.parametrize("name", NAMES)
def test_any_name_can_be_a_relation_an_attribute_a_type_and_a_key(store: GraphStore, name: str) -> None:
    store.upsert_entities([Entity(name, name + "!", (name + "?",), (name,), {name: name})])
    store.upsert_facts([Fact(name, name, "other", {name: name})])
    assert store.entities([name])[name] == Entity(name, name + "!", (name + "?",), (name,), {name: name})
    assert store.facts([(name, name, "other")]) == [Fact(name, name, "other", {name: name})]
    assert set(targets_of(store, name, Step(name))) == {"other", Literal(name)}
    assert targets_of(store, EntityType(name), Step(TYPE_RELATION, Direction.IN)) == [name]


def test_facts_carry_typed_properties(store: GraphStore) -> None:
    properties: dict[str, PropertyValue] = {
        "roles": ("Neo", "Anderson"),
        "years": (1999, 2003),
        "since": date(1999, 3, 31),
        "at": datetime(2020, 1, 1, 12, tzinfo=UTC),
        "pay": 2.5,
        "big": 2**63 - 1,
        "main": True,
    }
    fact = Fact("keanu", "acted in", "matrix", properties)
    assert store.upsert_facts([fact]) == [Outcome.ADDED]
    assert [exact_fact(f) for f in store.facts([fact.triple])] == [exact_fact(fact)]
    assert store.upsert_facts([fact]) == [Outcome.UNCHANGED]


def test_properties_are_replaced_as_a_whole(store: GraphStore) -> None:
    store.upsert_facts([Fact("a", "r", "b", {"x": 1, "y": 2})])
    assert store.upsert_facts([Fact("a", "r", "b", {"x": True})]) == [Outcome.UPDATED]
    assert [exact_fact(f) for f in store.facts([("a", "r", "b")])] == [exact_fact(Fact("a", "r", "b", {"x": True}))]
    assert store.upsert_facts([Fact("a", "r", "b")]) == [Outcome.UPDATED]
    assert store.facts([("a", "r", "b")])[0].properties == {}


def test_facts_come_back_in_the_order_asked_without_duplicates(store: GraphStore) -> None:
    store.upsert_entities([Entity("a", types=("T",), properties={"p": 1})])
    store.upsert_facts([Fact("a", "r", "b"), Fact("a", "s", "b"), Fact("b", "r", "a")])
    asked: list[tuple[Node, str, Node]] = [
        ("b", "r", "a"),
        ("a", "p", Literal(1)),
        ("a", "p", Literal(True)),
        ("a", "r", "a"),
        ("a", "unknown", "b"),
        ("nobody", "r", "b"),
        ("a", TYPE_RELATION, EntityType("T")),
        (Literal(1), "p", "a"),
        ("a", "r", "b"),
        ("b", "r", "a"),
    ]
    expected = [Fact("b", "r", "a"), Fact("a", "p", Literal(1)), Fact("a", "r", "b")]
    assert store.facts(asked) == expected
    assert store.facts([]) == []


def test_parallel_relations_and_loops_are_separate_facts(store: GraphStore) -> None:
    facts = [Fact("a", "r", "a"), Fact("a", "s", "a"), Fact("a", "r", "b"), Fact("a", "s", "b"), Fact("b", "r", "a")]
    assert store.upsert_facts(facts) == [Outcome.ADDED] * 5
    assert store.delete_facts([("a", "r", "a")]) == [Outcome.DELETED]
    assert {(d.step, d.count) for d in store.degrees(["a"])} == {
        (Step("r"), 1),
        (Step("s"), 2),
        (Step("r", Direction.IN), 1),
        (Step("s", Direction.IN), 1),
    }


def test_deletes_name_what_was_there(store: GraphStore) -> None:
    store.upsert_facts([Fact("a", "r", "b"), Fact("a", "p", Literal(1))])
    triples: list[tuple[str, str, Node]] = [
        ("a", "r", "b"),
        ("b", "r", "a"),
        ("a", "p", Literal("1")),
        ("a", "p", Literal(1)),
        ("a", "unknown", "b"),
        ("nobody", "r", "b"),
    ]
    absent, deleted = Outcome.ABSENT, Outcome.DELETED
    assert store.delete_facts(triples) == [deleted, absent, absent, deleted, absent, absent]
    assert set(store.entities(["a", "b"])) == {"a", "b"}
    assert store.degrees(["a", "b", Literal(1)]) == []


def test_a_deleted_fact_can_be_added_again(store: GraphStore) -> None:
    store.upsert_facts([Fact("a", "r", "b", {"x": 1}), Fact("a", "p", Literal("v"))])
    store.delete_facts([("a", "r", "b"), ("a", "p", Literal("v"))])
    assert store.upsert_facts([Fact("a", "r", "b"), Fact("a", "p", Literal("v"))]) == [Outcome.ADDED, Outcome.ADDED]
    assert store.facts([("a", "r", "b")])[0].properties == {}
    assert targets_of(store, Literal("v"), Step("p", Direction.IN)) == ["a"]


def test_types_are_not_deleted_as_facts(store: GraphStore) -> None:
    store.upsert_entities([Entity("a", types=("T",))])
    with pytest.raises(InputError, match="give the entity's types"):
        store.delete_facts([("a", TYPE_RELATION, EntityType("T"))])
    assert store.entities(["a"])["a"].types == ("T",)


@pytest.mark.parametrize(("first", "second"), [(1, "one"), ("x", True), (date(2020, 1, 1), 2020), (1, True)])
def test_an_attribute_has_values_of_one_kind(store: GraphStore, first: Scalar, second: Scalar) -> None:
    store.upsert_facts([Fact("a", "p", Literal(first))])
    with pytest.raises(InputError, match=r"'p' of 'a' would mix"):
        store.upsert_facts([Fact("a", "p", Literal(second))])
    with pytest.raises(InputError, match="would mix"):
        store.upsert_facts([Fact("b", "p", Literal(first)), Fact("b", "p", Literal(second))])
    assert store.upsert_facts([Fact("b", "p", Literal(second))]) == [Outcome.ADDED]


def test_a_relation_may_lead_to_entities_and_to_values(store: GraphStore) -> None:
    store.upsert_facts([Fact("a", "r", "b"), Fact("a", "r", Literal("b")), Fact("b", "r", Literal("c"))])
    assert set(targets_of(store, "a", Step("r"))) == {"b", Literal("b")}
    assert [(d.step, d.count) for d in store.degrees(["a"])] == [(Step("r"), 2)]
    assert store.entities(["a"])["a"].properties == {"r": "b"}


def test_a_batch_that_fails_leaves_nothing(store: GraphStore) -> None:
    store.upsert_facts([Fact("a", "p", Literal(1))])
    before = (store.watermark(), store.schema())
    batch = [Fact("new", "r", "newer"), Fact("a", "q", Literal(2)), Fact("a", "p", Literal("text"))]
    with pytest.raises(InputError, match="would mix"):
        store.upsert_facts(batch)
    assert (store.watermark(), store.schema()) == before
    assert store.entities(["new", "newer"]) == {}
    assert store.upsert_facts(batch[:2]) == [Outcome.ADDED] * 2
