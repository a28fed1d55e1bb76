"""Programs: sets that are combined, restricted and ranked, and what is computed from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

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
    Node,
    Path,
    PropertyValue,
    Scalar,
    Step,
)
from graphdb.programs import (
    NAME,
    Aggregate,
    Combined,
    Compare,
    Comparison,
    Condition,
    Count,
    Difference,
    Exists,
    Function,
    HasNeighbours,
    NodeSet,
    Program,
    Ranked,
    Restricted,
    SetOperation,
    SharedNeighbour,
)
from tests.programs import agree, check_programs, programs
from tests.reference import Reference, clear

_IS_A = Step(TYPE_RELATION)
_BIG = 2**63 - 1


def _path(seed: Node, *steps: Step) -> Path:
    return Path(seed, tuple(Hop(step) for step in steps))


def _all(type_name: str) -> Path:
    return _path(EntityType(type_name), _IS_A.reverse)


_FILMS, _PEOPLE = _all("Film"), _all("Person")
_DIRECTED, _WROTE = Step("directed"), Step("wrote")

ENTITIES = [
    Entity("ann", "Ann Lee", types=("Person",), properties={"born": date(1950, 5, 1)}),
    Entity("bob", "Bob Lee", types=("Person",), properties={"born": date(1949, 12, 31)}),
    Entity("cat", "Émile 100%", types=("Person",)),
    Entity("dan", "it's 'D_n'", types=("Person",), properties={"born": "unknown"}),
    Entity("f1", "Alien", types=("Film",), properties={"year": 1979, "rating": 8.5, "tag": ("SciFi", "horror")}),
    Entity("f2", "Aliens", types=("Film",), properties={"year": 1986, "rating": 8.4, "tag": ("scifi_2", "50% off")}),
    Entity("f3", "Brazil", types=("Film",), properties={"year": 1985, "rating": (-1, 7.9), "tag": ('a "b" \\ c', "É")}),
    Entity("f4", "Dune", types=("Film", "Flop"), properties={"year": 1984, "shown": True, "gross": _BIG}),
    Entity("f5", "Eraser", types=("Film",), properties={"year": "1986", "shown": False, "gross": _BIG - 1}),
]
FACTS = [
    Fact("ann", "directed", "f1"),
    Fact("ann", "directed", "f2"),
    Fact("ann", "directed", "f3"),
    Fact("ann", "wrote", "f3"),
    Fact("bob", "directed", "f3"),
    Fact("bob", "directed", "f4"),
    Fact("bob", "wrote", "f1"),
    Fact("cat", "wrote", "f2"),
    Fact("ann", "knows", "bob"),
    Fact("cat", "knows", "bob"),
]


@pytest.fixture
def films(store: GraphStore) -> GraphStore:
    """People, and the films that they directed and wrote."""
    store.upsert_entities(ENTITIES)
    store.upsert_facts(FACTS)
    return store


def _reference(entities: Sequence[Entity], facts: Sequence[Fact] = ()) -> Reference:
    reference = Reference()
    for entity in entities:
        reference.upsert_entity(entity)
    for fact in facts:
        reference.upsert_fact(fact)
    return reference


def _one(store: GraphStore, program: Program) -> list[Node]:
    (answer,) = store.run([program])
    return list(answer)


def _check(store: GraphStore, cases: Sequence[tuple[Program, list[Node]]]) -> None:
    """All in one run; the reference must agree, too."""
    reference = _reference(ENTITIES, FACTS)
    answers = store.run([program for program, _ in cases])
    for (program, expected), answer in zip(cases, answers, strict=True):
        assert agree(answer, expected), f"{program}: {list(answer)}, not {expected}"
        assert agree(reference.answer(program), expected), program


def _compared(members: NodeSet, attribute: str, comparison: str, value: Scalar) -> Restricted:
    return _where(members, Compare(attribute, Comparison(comparison), Literal(value)))


def _where(members: NodeSet, *conditions: Condition) -> Restricted:
    return Restricted(members, conditions)


def _and(*parts: NodeSet) -> Combined:
    return Combined(SetOperation.INTERSECTION, parts)


def _or(*parts: NodeSet) -> Combined:
    return Combined(SetOperation.UNION, parts)


def _but(*parts: NodeSet) -> Combined:
    return Combined(SetOperation.DIFFERENCE, parts)


# --- sets -----------------------------------------------------------------------------------------------------

_OF_ANN, _OF_BOB = _path("ann", _DIRECTED), _path("bob", _DIRECTED)
_UNKNOWN = _path("nobody", _DIRECTED)
_YEARS = _path(EntityType("Film"), _IS_A.reverse, Step("year"))


_COMBINED: Sequence[tuple[Program, list[Node]]] = [
    (Path("ann", ()), ["ann"]),
    (Path("nobody", ()), []),
    (Path(Literal(1979), ()), [Literal(1979)]),
    (Path(Literal("1979"), ()), []),
    (Path(EntityType("Flop"), ()), [EntityType("Flop")]),
    (_and(_OF_ANN, _OF_BOB), ["f3"]),
    (_and(_FILMS, _OF_BOB), ["f3", "f4"]),
    (_and(_OF_ANN, _OF_BOB, _path("ann", _WROTE)), ["f3"]),
    (_and(_OF_ANN, _UNKNOWN), []),
    (_and(_path("ann", Step("no such relation")), _OF_ANN), []),
    (_or(_OF_ANN, _OF_BOB), ["f1", "f2", "f3", "f4"]),
    (_or(_UNKNOWN, _UNKNOWN), []),
    (_but(_OF_ANN, _OF_BOB), ["f1", "f2"]),
    (_but(_FILMS, _OF_ANN, _OF_BOB), ["f5"]),
    (_but(_OF_ANN, _UNKNOWN), ["f1", "f2", "f3"]),
    (_but(_OF_ANN, _FILMS), []),
    (_and(_FILMS, Path("f1", ())), ["f1"]),
    (_but(_OF_ANN, Path("f1", ())), ["f2", "f3"]),
    (
        _but(_path("f3", _DIRECTED.reverse, _DIRECTED), Path("f3", (Hop(_DIRECTED.reverse), Hop(_DIRECTED, True)))),
        ["f3"],
    ),
    (_and(_or(_OF_ANN, _OF_BOB), _but(_FILMS, _path("bob", _WROTE))), ["f2", "f3", "f4"]),
    (_and(_and(_FILMS, _OF_ANN), _or(_and(_OF_BOB, _FILMS), _path("cat", _WROTE))), ["f2", "f3"]),
    (_but(_or(_OF_ANN, _OF_BOB), _or(_path("ann", _WROTE), _path("bob", _WROTE))), ["f2", "f4"]),
]


def test_sets_are_combined(films: GraphStore) -> None:
    _check(films, _COMBINED)


def test_sets_may_hold_nodes_of_every_kind(films: GraphStore) -> None:
    everything = _or(_path("f4", _IS_A), _path("f4", Step("shown")), _YEARS, Path("ann", ()))
    assert _one(films, everything) == [
        "ann",
        EntityType("Film"),
        EntityType("Flop"),
        Literal(True),
        *map(Literal, (1979, 1984, 1985, 1986)),
        Literal("1986"),
    ]
    assert _one(films, _and(everything, _path("f1", _IS_A))) == [EntityType("Film")]
    assert _one(films, _but(_YEARS, _path("f1", Step("year")), _path("f5", Step("year")))) == [
        *map(Literal, (1984, 1985, 1986))
    ]
    assert _one(films, Count(everything)) == [Literal(9)]
    assert _one(films, _where(everything, HasNeighbours(Step("year"), Comparison.AT_LEAST, 0))) == ["ann"]
    assert _one(films, _where(everything, HasNeighbours(_IS_A))) == ["ann"]
    assert _one(films, Ranked(everything, _DIRECTED, first=5)) == ["ann"]
    assert _one(films, _where(_YEARS, HasNeighbours(Step("year").reverse))) == []
    assert _one(films, _where(_YEARS, SharedNeighbour(Step("year").reverse, Step("year").reverse))) == []


# --- conditions -----------------------------------------------------------------------------------------------


_COMPARED: Sequence[tuple[str, str, Scalar, list[Node]]] = [
    ("year", "=", 1986, ["f2"]),
    ("year", "=", "1986", ["f5"]),
    ("year", "≠", 1986, ["f1", "f3", "f4"]),
    ("year", "≠", "1987", ["f5"]),
    ("year", "<", 1985, ["f1", "f4"]),
    ("year", "≤", 1985, ["f1", "f3", "f4"]),
    ("year", ">", 1984.5, ["f2", "f3"]),
    ("year", "≥", 1985, ["f2", "f3"]),
    ("year", ">", -5, ["f1", "f2", "f3", "f4"]),
    ("year", "<", 10000, ["f1", "f2", "f3", "f4"]),
    ("year", ">", "19", ["f5"]),
    ("rating", "<", 0, ["f3"]),
    ("rating", ">", -1.5, ["f1", "f2", "f3"]),
    ("rating", "≥", 8.5, ["f1"]),
    ("rating", ">", 7, ["f1", "f2", "f3"]),
    ("rating", "=", 7.9, ["f3"]),
    ("rating", "≠", 7.9, ["f1", "f2"]),
    ("rating", "≠", -1, ["f1", "f2"]),
    ("rating", "<", 1e300, ["f1", "f2", "f3"]),
    ("rating", ">", -1e300, ["f1", "f2", "f3"]),
    ("gross", "=", _BIG, ["f4"]),
    ("gross", "<", _BIG, ["f5"]),
    ("gross", "≥", _BIG, ["f4"]),
    ("gross", "<", 1e19, ["f4", "f5"]),
    ("gross", ">", 2.5, ["f4", "f5"]),
    ("shown", "=", True, ["f4"]),
    ("shown", "≠", True, ["f5"]),
    ("shown", "<", True, ["f5"]),
    ("shown", "=", 1, []),
    ("tag", "=", "SciFi", ["f1"]),
    ("tag", "=", "scifi", []),
    ("tag", "≠", "SciFi", ["f2", "f3"]),
    ("tag", "contains", "SCIFI", ["f1", "f2"]),
    ("tag", "starts with", "hor", ["f1"]),
    ("tag", "starts with", "rror", []),
    ("tag", "contains", "%", ["f2"]),
    ("tag", "contains", "0% o", ["f2"]),
    ("tag", "contains", "_", ["f2"]),
    ("tag", "contains", "i_", ["f2"]),
    ("tag", "starts with", "_", []),
    ("tag", "contains", '"B" \\', ["f3"]),
    ("tag", "contains", "é", ["f3"]),
    ("tag", "starts with", "é", ["f3"]),
    ("tag", "contains", "", ["f1", "f2", "f3"]),
    ("year", "contains", "98", ["f5"]),
    ("name", "=", "Alien", ["f1"]),
    ("name", "≠", "Alien", ["f2", "f3", "f4", "f5"]),
    ("name", "starts with", "alien", ["f1", "f2"]),
    ("name", "contains", "RA", ["f3", "f5"]),
    ("name", ">", "Brazil", ["f4", "f5"]),
    ("name", "≤", "Aliens", ["f1", "f2"]),
    ("name", "=", 1, []),
    ("name", "≠", 1, []),
    ("no such attribute", "≠", 1, []),
    ("no such attribute", "=", "x", []),
    ("directed", "≠", 1, []),
]


def test_values_are_compared(films: GraphStore) -> None:
    _check(films, [(_compared(_FILMS, a, c, v), expected) for a, c, v, expected in _COMPARED])


_COMPARED_PEOPLE: Sequence[tuple[str, str, Scalar, list[Node]]] = [
    ("born", "<", date(1950, 5, 1), ["bob"]),
    ("born", "≥", date(1949, 12, 31), ["ann", "bob"]),
    ("born", "≠", date(1950, 5, 1), ["bob"]),
    ("born", "=", date(1950, 5, 1), ["ann"]),
    ("born", "<", datetime(2000, 1, 1, tzinfo=UTC), []),
    ("born", "≠", "known", ["dan"]),
    (NAME, "contains", "é", ["cat"]),
    (NAME, "contains", "0%", ["cat"]),
    (NAME, "contains", "_", ["dan"]),
    (NAME, "starts with", "IT'S '", ["dan"]),
    (NAME, "=", "it's 'D_n'", ["dan"]),
    (NAME, "contains", "lee", ["ann", "bob"]),
]


def test_dates_and_names_are_compared(films: GraphStore) -> None:
    _check(films, [(_compared(_PEOPLE, a, c, v), expected) for a, c, v, expected in _COMPARED_PEOPLE])


def test_the_name_of_an_entity_without_one_is_its_key(store: GraphStore) -> None:
    long = "Key " * 600
    store.upsert_entities([Entity(long, types=("T",)), Entity("k", types=("T",)), Entity("named", long, types=("T",))])
    assert _one(store, _where(_all("T"), Compare(NAME, Comparison.EQUAL, Literal(long)))) == [long, "named"]
    assert _one(store, _where(_all("T"), Compare(NAME, Comparison.STARTS_WITH, Literal("K")))) == [long, "k", "named"]


def test_long_texts_are_compared_as_a_whole(store: GraphStore) -> None:
    long = "x" * 3000
    for key, text in (("a", long + "a"), ("b", long + "b"), ("c", "y")):
        store.upsert_entities([Entity(key, types=("T",), properties={"text": text})])
    expected: list[tuple[Comparison, str, list[Node]]] = [
        (Comparison.EQUAL, long + "a", ["a"]),
        (Comparison.NOT_EQUAL, long + "a", ["b", "c"]),
        (Comparison.LESS, long + "b", ["a"]),
        (Comparison.AT_LEAST, long + "b", ["b", "c"]),
        (Comparison.CONTAINS, "XB", ["b"]),
    ]
    for comparison, text, found in expected:
        assert _one(store, _where(_all("T"), Compare("text", comparison, Literal(text)))) == found


def test_datetimes_are_compared(store: GraphStore) -> None:
    moments = [
        datetime(2020, 1, 1, tzinfo=UTC),
        datetime(2020, 1, 1, microsecond=5, tzinfo=UTC),
        datetime(2020, 1, 1, 0, 0, 1, tzinfo=UTC),
        datetime(999, 1, 1, tzinfo=UTC),
    ]
    entities = [Entity(f"e{i}", types=("T",), properties={"at": moment}) for i, moment in enumerate(moments)]
    store.upsert_entities(entities)
    later = _where(_all("T"), Compare("at", Comparison.GREATER, Literal(moments[0])))
    assert _one(store, later) == ["e1", "e2"]
    assert _one(store, Ranked(_all("T"), "at", first=4, greatest=False)) == ["e3", "e0", "e1", "e2"]
    assert _one(store, Aggregate(Function.MAXIMUM, _all("T"), "at")) == [Literal(moments[2])]


_NEIGHBOURS: Sequence[tuple[Condition, list[Node]]] = [
    (HasNeighbours(_DIRECTED), ["ann", "bob"]),
    (HasNeighbours(_DIRECTED, Comparison.EQUAL, 0), ["cat", "dan"]),
    (HasNeighbours(_DIRECTED, Comparison.AT_MOST, 2), ["bob", "cat", "dan"]),
    (HasNeighbours(_DIRECTED, Comparison.GREATER, 2), ["ann"]),
    (HasNeighbours(_DIRECTED, Comparison.NOT_EQUAL, 2), ["ann", "cat", "dan"]),
    (HasNeighbours(_DIRECTED, Comparison.LESS, 10**30), ["ann", "bob", "cat", "dan"]),
    (HasNeighbours(_DIRECTED, Comparison.AT_LEAST, 0), ["ann", "bob", "cat", "dan"]),
    (HasNeighbours(Step("knows").reverse, Comparison.EQUAL, 2), ["bob"]),
    (HasNeighbours(Step("born")), ["ann", "bob", "dan"]),
    (HasNeighbours(_IS_A, Comparison.EQUAL, 1), ["ann", "bob", "cat", "dan"]),
    (HasNeighbours(Step("no such relation"), Comparison.EQUAL, 0), ["ann", "bob", "cat", "dan"]),
    (HasNeighbours(Step("no such relation")), []),
    (SharedNeighbour(_DIRECTED, _WROTE), ["ann"]),
    (SharedNeighbour(_WROTE, _DIRECTED), ["ann"]),
    (SharedNeighbour(_DIRECTED, _DIRECTED), ["ann", "bob"]),
    (SharedNeighbour(_DIRECTED, Step("knows").reverse), []),
    (SharedNeighbour(_DIRECTED, Step("no such relation")), []),
]


def test_neighbours_are_counted_and_compared(films: GraphStore) -> None:
    _check(films, [(_where(_PEOPLE, condition), expected) for condition, expected in _NEIGHBOURS])


def test_values_and_types_are_neighbours_too(films: GraphStore) -> None:
    assert _one(films, _where(_FILMS, HasNeighbours(Step("tag"), Comparison.EQUAL, 2))) == ["f1", "f2", "f3"]
    assert _one(films, _where(_FILMS, HasNeighbours(_IS_A, Comparison.GREATER, 1))) == ["f4"]
    assert _one(films, _where(_FILMS, SharedNeighbour(_IS_A, _IS_A), SharedNeighbour(Step("rating"), Step("rating"))))


def test_an_attribute_may_be_a_relation_between_entities_as_well(store: GraphStore) -> None:
    store.upsert_entities([Entity("a", types=("T",), properties={"r": (1, 2)}), Entity("b", types=("T",))])
    store.upsert_facts([Fact("a", "r", "b"), Fact("b", "r", "a")])
    assert _one(store, _where(_all("T"), HasNeighbours(Step("r"), Comparison.EQUAL, 3))) == ["a"]
    assert _one(store, Ranked(_all("T"), Step("r"), first=2)) == ["a", "b"]
    assert _one(store, Ranked(_all("T"), "r", first=2)) == ["a"]
    assert _one(store, Aggregate(Function.SUM, _all("T"), "r")) == [Literal(3)]
    assert _one(store, _where(_all("T"), Compare("r", Comparison.NOT_EQUAL, Literal(3)))) == ["a"]


def test_all_conditions_must_hold(films: GraphStore) -> None:
    at_least = Compare("year", Comparison.AT_LEAST, Literal(1984))
    at_most = Compare("year", Comparison.AT_MOST, Literal(1985))
    assert _one(films, _where(_FILMS, at_least, at_most)) == ["f3", "f4"]
    by_ann = HasNeighbours(_DIRECTED.reverse, Comparison.EQUAL, 2)
    assert _one(films, _where(_FILMS, at_least, by_ann, at_most)) == ["f3"]
    assert _one(films, _where(_where(_FILMS, at_most), at_least)) == ["f3", "f4"]
    # Two values may meet one condition each.
    low, high = (Compare("rating", c, Literal(0)) for c in (Comparison.LESS, Comparison.GREATER))
    assert _one(films, _where(_FILMS, low, high)) == ["f3"]


# --- ranks ----------------------------------------------------------------------------------------------------


_RANKED: Sequence[tuple[Program, list[Node]]] = [
    (Ranked(_FILMS, "year"), ["f2"]),
    (Ranked(_FILMS, "year", first=3), ["f2", "f3", "f4"]),
    (Ranked(_FILMS, "year", greatest=False), ["f1"]),
    (Ranked(_FILMS, "year", first=100), ["f2", "f3", "f4", "f1"]),
    (Ranked(_FILMS, "year", first=10**30), ["f2", "f3", "f4", "f1"]),
    (Ranked(_FILMS, "rating", first=3), ["f1", "f2", "f3"]),
    (Ranked(_FILMS, "rating", greatest=False), ["f3"]),
    (Ranked(_FILMS, "gross"), ["f4"]),
    (Ranked(_FILMS, "gross", first=2, greatest=False), ["f5", "f4"]),
    (Ranked(_FILMS, "tag"), []),
    (Ranked(_FILMS, "shown"), []),
    (Ranked(_FILMS, "no such attribute"), []),
    (Ranked(_UNKNOWN, "year"), []),
    (Ranked(_YEARS, "year"), []),
    (Ranked(_PEOPLE, "born"), ["ann"]),
    (Ranked(_PEOPLE, "born", first=3, greatest=False), ["bob", "ann"]),
    (Ranked(_PEOPLE, _DIRECTED), ["ann"]),
    (Ranked(_PEOPLE, _DIRECTED, first=2), ["ann", "bob"]),
    (Ranked(_PEOPLE, _DIRECTED, first=3), ["ann", "bob", "cat", "dan"]),
    (Ranked(_PEOPLE, _DIRECTED, greatest=False), ["cat", "dan"]),
    (Ranked(_PEOPLE, Step("knows").reverse), ["bob"]),
    (Ranked(_PEOPLE, Step("no such relation")), ["ann", "bob", "cat", "dan"]),
    (Ranked(_or(_PEOPLE, _YEARS, Path(EntityType("Film"), ())), _WROTE, first=1), ["ann", "bob", "cat"]),
    (Ranked(Ranked(_FILMS, "year", first=2), "year", greatest=False), ["f3"]),
    (Ranked(_where(_FILMS, HasNeighbours(_WROTE.reverse)), "year", greatest=False), ["f1"]),
    (_and(Ranked(_FILMS, "year", first=3), _OF_BOB), ["f3", "f4"]),
    (Ranked(_and(_FILMS, _OF_BOB), "year", first=3), ["f3", "f4"]),
    (_but(_PEOPLE, Ranked(_PEOPLE, _DIRECTED)), ["bob", "cat", "dan"]),
]


def test_the_first_come_best_first(films: GraphStore) -> None:
    _check(films, _RANKED)


def test_all_that_tie_with_the_last_are_given(store: GraphStore) -> None:
    sizes = {"a": 3, "b": 5, "c": 5.0, "d": 4, "e": 4, "f": 4, "g": -7}
    store.upsert_entities([Entity(k, types=("T",), properties={"size": size}) for k, size in sizes.items()])
    assert [_one(store, Ranked(_all("T"), "size", first=n)) for n in (1, 2, 3, 6)] == [
        ["b", "c"],
        ["b", "c"],
        ["b", "c", "d", "e", "f"],
        ["b", "c", "d", "e", "f", "a"],
    ]
    least = [_one(store, Ranked(_all("T"), "size", first=n, greatest=False)) for n in (1, 3)]
    assert least == [["g"], ["g", "a", "d", "e", "f"]]


def test_of_several_values_the_one_that_ranks_best_counts(store: GraphStore) -> None:
    sizes: Mapping[str, PropertyValue] = {"a": (1, 10), "b": (2, 9), "c": 5}
    store.upsert_entities([Entity(k, types=("T",), properties={"size": size}) for k, size in sizes.items()])
    assert _one(store, Ranked(_all("T"), "size", first=3)) == ["a", "b", "c"]
    assert _one(store, Ranked(_all("T"), "size", first=3, greatest=False)) == ["a", "b", "c"]


def test_numbers_are_ranked_before_dates_and_dates_before_datetimes(store: GraphStore) -> None:
    values: Mapping[str, Scalar] = {
        "n": 3,
        "d1": date(2001, 1, 1),
        "d2": date(2002, 1, 1),
        "t": datetime(2003, 1, 1, tzinfo=UTC),
        "s": "zzz",
        "b": True,
    }
    store.upsert_entities([Entity(k, types=("T",), properties={"v": value}) for k, value in values.items()])
    everything = _all("T")
    expected: list[tuple[NodeSet, list[Node], list[Node]]] = [
        (everything, ["n"], [Literal(3)]),
        (_but(everything, Path("n", ())), ["d2", "d1"], [Literal(date(2002, 1, 1))]),
        (_or(*(Path(k, ()) for k in ("s", "b", "t"))), ["t"], [Literal(datetime(2003, 1, 1, tzinfo=UTC))]),
        (_or(*(Path(k, ()) for k in ("s", "b"))), [], []),
    ]
    for members, ranked, greatest in expected:
        assert _one(store, Ranked(members, "v", first=5)) == ranked
        assert _one(store, Aggregate(Function.MAXIMUM, members, "v")) == greatest
    for function in (Function.SUM, Function.AVERAGE):
        assert _one(store, Aggregate(function, everything, "v")) == [Literal(3)]
        assert _one(store, Aggregate(function, _but(everything, Path("n", ())), "v")) == []


def test_numbers_are_ranked_exactly(store: GraphStore) -> None:
    sizes = [-(2**63), -1e300, -0.5, 0, 5e-324, 1e-7, 0.1, 0.30000000000000004, 0.3, 2**53, 2**53 + 1, _BIG, 1e19, 1e23]
    entities = [Entity(f"e{i:02}", types=("T",), properties={"size": size}) for i, size in enumerate(sizes)]
    store.upsert_entities(entities)
    order: list[Node] = [f"e{i:02}" for i in sorted(range(len(sizes)), key=lambda i: sizes[i])]
    assert _one(store, Ranked(_all("T"), "size", first=99, greatest=False)) == order
    for size in sizes:
        below: list[Node] = [e.key for e in entities if e.properties["size"] < size]  # type: ignore[operator]
        assert _one(store, _where(_all("T"), Compare("size", Comparison.LESS, Literal(size)))) == below
    assert _one(store, Aggregate(Function.MAXIMUM, _all("T"), "size")) == [Literal(1e23)]
    assert _one(store, Aggregate(Function.MINIMUM, _all("T"), "size")) == [Literal(-1e300)]


# --- computed -------------------------------------------------------------------------------------------------


_COMPUTED: Sequence[tuple[Program, Scalar | None]] = [
    (Count(_FILMS), 5),
    (Count(_YEARS), 5),
    (Count(_UNKNOWN), 0),
    (Count(_and(_OF_ANN, _OF_BOB)), 1),
    (Count(Ranked(_PEOPLE, _DIRECTED, greatest=False)), 2),
    (Exists(_OF_ANN), True),
    (Exists(_UNKNOWN), False),
    (Exists(_where(_FILMS, Compare("year", Comparison.GREATER, Literal(2000)))), False),
    (Aggregate(Function.SUM, _FILMS, "year"), 1979 + 1986 + 1985 + 1984),
    (Aggregate(Function.AVERAGE, _FILMS, "year"), 1983.5),
    (Aggregate(Function.AVERAGE, _OF_BOB, "year"), 1984.5),
    (Aggregate(Function.AVERAGE, _or(Path("f3", ()), Path("f1", ())), "year"), 1982),
    (Aggregate(Function.MINIMUM, _FILMS, "year"), 1979),
    (Aggregate(Function.MAXIMUM, _FILMS, "year"), 1986),
    (Aggregate(Function.SUM, _FILMS, "rating"), 8.5 + 8.4 - 1 + 7.9),
    (Aggregate(Function.AVERAGE, _FILMS, "rating"), (8.5 + 8.4 - 1 + 7.9) / 4),
    (Aggregate(Function.MINIMUM, _FILMS, "rating"), -1),
    (Aggregate(Function.MAXIMUM, _FILMS, "rating"), 8.5),
    (Aggregate(Function.SUM, _FILMS, "gross"), float(2 * _BIG - 1)),
    (Aggregate(Function.SUM, Path("f4", ()), "gross"), _BIG),
    (Aggregate(Function.AVERAGE, Path("f4", ()), "gross"), _BIG),
    (Aggregate(Function.MAXIMUM, _FILMS, "gross"), _BIG),
    (Aggregate(Function.SUM, _FILMS, "tag"), None),
    (Aggregate(Function.MAXIMUM, _FILMS, "tag"), None),
    (Aggregate(Function.SUM, _FILMS, "shown"), None),
    (Aggregate(Function.SUM, _UNKNOWN, "year"), None),
    (Aggregate(Function.AVERAGE, _UNKNOWN, "year"), None),
    (Aggregate(Function.SUM, _YEARS, "year"), None),
    (Aggregate(Function.SUM, _FILMS, "no such attribute"), None),
    (Aggregate(Function.MINIMUM, _PEOPLE, "born"), date(1949, 12, 31)),
    (Aggregate(Function.MAXIMUM, _PEOPLE, "born"), date(1950, 5, 1)),
    (Aggregate(Function.AVERAGE, _PEOPLE, "born"), None),
    (Aggregate(Function.SUM, Ranked(_FILMS, "year", first=2), "year"), 1986 + 1985),
    (Difference(Path("f2", ()), Path("f1", ()), "year"), 7),
    (Difference(Path("f1", ()), Path("f2", ()), "year"), -7),
    (Difference(Path("f1", ()), Path("f2", ()), "rating"), 8.5 - 8.4),
    (Difference(Path("f4", ()), Path("f5", ()), "gross"), 1),
    (Difference(Path("f3", ()), Path("f1", ()), "rating"), None),
    (Difference(_OF_ANN, Path("f1", ()), "year"), None),
    (Difference(Path("f5", ()), Path("f1", ()), "year"), None),
    (Difference(_UNKNOWN, Path("f1", ()), "year"), None),
    (Difference(Path("f1", ()), _UNKNOWN, "year"), None),
    (Difference(Path("ann", ()), Path("bob", ()), "born"), None),
    (Difference(Ranked(_FILMS, "year"), Ranked(_FILMS, "year", greatest=False), "year"), 7),
]


def test_what_is_computed(films: GraphStore) -> None:
    _check(films, [(program, [] if value is None else [Literal(value)]) for program, value in _COMPUTED])


def test_every_value_of_every_entity_is_summed(store: GraphStore) -> None:
    sizes: Mapping[str, PropertyValue] = {"a": (-5, 10), "b": 10, "c": 10, "d": "10"}
    store.upsert_entities([Entity(k, types=("T",), properties={"size": size}) for k, size in sizes.items()])
    assert _one(store, Aggregate(Function.SUM, _all("T"), "size")) == [Literal(25)]
    assert _one(store, Aggregate(Function.AVERAGE, _all("T"), "size")) == [Literal(6.25)]
    # Both are the same number.
    both = _or(Path("b", ()), Path("c", ()))
    assert _one(store, Difference(both, Path("c", ()), "size")) == [Literal(0)]


def test_whole_numbers_are_summed_exactly(store: GraphStore) -> None:
    sizes = {"a": _BIG, "b": -_BIG, "c": 2**53 + 1, "d": -(2**63)}
    store.upsert_entities([Entity(k, types=("T",), properties={"size": size}) for k, size in sizes.items()])
    assert _one(store, Aggregate(Function.SUM, _all("T"), "size")) == [Literal(2**53 + 1 - 2**63)]
    three = _but(_all("T"), Path("d", ()))
    assert _one(store, Aggregate(Function.SUM, three, "size")) == [Literal(2**53 + 1)]
    assert _one(store, Aggregate(Function.AVERAGE, _or(Path("a", ()), Path("b", ())), "size")) == [Literal(0)]
    assert _one(store, Difference(Path("c", ()), Path("a", ()), "size")) == [Literal(2**53 + 1 - _BIG)]
    (beyond,) = _one(store, Difference(Path("a", ()), Path("d", ()), "size"))
    assert beyond == Literal(2.0**64)


def test_a_sum_beyond_all_numbers_is_no_answer(store: GraphStore) -> None:
    store.upsert_entities([Entity(k, types=("T",), properties={"size": 1.7e308}) for k in "ab"])
    assert _one(store, Aggregate(Function.SUM, _all("T"), "size")) == []
    assert _one(store, Aggregate(Function.MAXIMUM, _all("T"), "size")) == [Literal(1.7e308)]


def test_many_programs_at_once_and_none(films: GraphStore) -> None:
    given_programs: list[Program] = [Count(_FILMS), _OF_BOB, _UNKNOWN, Ranked(_FILMS, "year"), Exists(_UNKNOWN)]
    found = films.run(given_programs)
    assert [list(answer) for answer in found] == [[Literal(5)], ["f3", "f4"], [], ["f2"], [Literal(False)]]
    assert list(films.run([])) == []


def test_answers_follow_the_graph(films: GraphStore) -> None:
    ranked, count = Ranked(_FILMS, "year"), Count(_where(_PEOPLE, HasNeighbours(_DIRECTED)))
    assert [list(a) for a in films.run([ranked, count])] == [["f2"], [Literal(2)]]
    films.upsert_entities([Entity("f6", types=("Film",), properties={"year": 2020})])
    films.upsert_facts([Fact("dan", "directed", "f6")])
    assert [list(a) for a in films.run([ranked, count])] == [["f6"], [Literal(3)]]
    films.delete_entities(["f6"])
    assert [list(a) for a in films.run([ranked, count])] == [["f2"], [Literal(2)]]


# --- random ---------------------------------------------------------------------------------------------------

_KEYS = st.sampled_from(["a", "b", "c", "d", "e", "É"])
_NUMBERS = st.sampled_from([0, 1, 2, -1, 2.5, -0.1, 10, 9, 2**53 + 1, 2**53, _BIG, 1e20])
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
_FACTS = st.builds(Fact, subject=_KEYS, relation=_RELATIONS, object=_KEYS)
_STEPS = st.builds(
    Step, st.sampled_from(["r", "s", "r", "s", "p", TYPE_RELATION, "unknown"]), st.sampled_from(Direction)
)
_SEEDS: st.SearchStrategy[Node] = (
    _KEYS | st.sampled_from(["T", "U", "none"]).map(EntityType) | st.builds(Literal, _SCALARS)
)
_PATHS = st.sampled_from([_all("T"), _all("U"), _path(EntityType("T"), _IS_A.reverse, Step("p"))]) | st.builds(
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
    check_programs(store, _reference(entities, facts), asked)
