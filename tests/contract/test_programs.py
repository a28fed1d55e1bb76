"""Programs: sets that are combined, and restricted by conditions."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

from graphdb import (
    Entity,
    EntityType,
    Fact,
    GraphStore,
    Hop,
    Literal,
    Node,
    Path,
    Scalar,
    Step,
)
from graphdb.programs import (
    NAME,
    Aggregate,
    Compare,
    Comparison,
    Condition,
    Count,
    Function,
    HasNeighbours,
    Program,
    Ranked,
    SharedNeighbour,
)
from tests.contract.films import (
    BIG,
    DIRECTED,
    FILMS,
    IS_A,
    OF_ANN,
    OF_BOB,
    PEOPLE,
    UNKNOWN,
    WROTE,
    YEARS,
    all_of,
    both,
    but_not,
    check,
    compared,
    either,
    one,
    path,
    where,
)

# --- sets -----------------------------------------------------------------------------------------------------

_COMBINED: Sequence[tuple[Program, list[Node]]] = [
    (Path("ann", ()), ["ann"]),
    (Path("nobody", ()), []),
    (Path(Literal(1979), ()), [Literal(1979)]),
    (Path(Literal("1979"), ()), []),
    (Path(EntityType("Flop"), ()), [EntityType("Flop")]),
    (both(OF_ANN, OF_BOB), ["f3"]),
    (both(FILMS, OF_BOB), ["f3", "f4"]),
    (both(OF_ANN, OF_BOB, path("ann", WROTE)), ["f3"]),
    (both(OF_ANN, UNKNOWN), []),
    (both(path("ann", Step("no such relation")), OF_ANN), []),
    (either(OF_ANN, OF_BOB), ["f1", "f2", "f3", "f4"]),
    (either(UNKNOWN, UNKNOWN), []),
    (but_not(OF_ANN, OF_BOB), ["f1", "f2"]),
    (but_not(FILMS, OF_ANN, OF_BOB), ["f5"]),
    (but_not(OF_ANN, UNKNOWN), ["f1", "f2", "f3"]),
    (but_not(OF_ANN, FILMS), []),
    (both(OF_ANN, OF_ANN), ["f1", "f2", "f3"]),
    (but_not(OF_ANN, OF_ANN), []),
    (but_not(OF_ANN, Path("nobody", ())), ["f1", "f2", "f3"]),
    (both(OF_ANN, Path("nobody", ())), []),
    (both(FILMS, Path("f1", ())), ["f1"]),
    (but_not(OF_ANN, Path("f1", ())), ["f2", "f3"]),
    (
        but_not(path("f3", DIRECTED.reverse, DIRECTED), Path("f3", (Hop(DIRECTED.reverse), Hop(DIRECTED, True)))),
        ["f3"],
    ),
    (both(either(OF_ANN, OF_BOB), but_not(FILMS, path("bob", WROTE))), ["f2", "f3", "f4"]),
    (both(both(FILMS, OF_ANN), either(both(OF_BOB, FILMS), path("cat", WROTE))), ["f2", "f3"]),
    (but_not(either(OF_ANN, OF_BOB), either(path("ann", WROTE), path("bob", WROTE))), ["f2", "f4"]),
]


def test_sets_are_combined(cinema: GraphStore) -> None:
    check(cinema, _COMBINED)


def test_sets_may_hold_nodes_of_every_kind(cinema: GraphStore) -> None:
    everything = either(path("f4", IS_A), path("f4", Step("shown")), YEARS, Path("ann", ()))
    assert one(cinema, everything) == [
        "ann",
        EntityType("Film"),
        EntityType("Flop"),
        Literal(True),
        *map(Literal, (1979, 1984, 1985, 1986)),
        Literal("1986"),
    ]
    assert one(cinema, both(everything, path("f1", IS_A))) == [EntityType("Film")]
    assert one(cinema, but_not(YEARS, path("f1", Step("year")), path("f5", Step("year")))) == [
        *map(Literal, (1984, 1985, 1986))
    ]
    assert one(cinema, Count(everything)) == [Literal(9)]
    assert one(cinema, where(everything, HasNeighbours(Step("year"), Comparison.AT_LEAST, 0))) == ["ann"]
    assert one(cinema, where(everything, HasNeighbours(IS_A))) == ["ann"]
    assert one(cinema, Ranked(everything, DIRECTED, first=5)) == ["ann"]
    assert one(cinema, where(YEARS, HasNeighbours(Step("year").reverse))) == []
    assert one(cinema, where(YEARS, SharedNeighbour(Step("year").reverse, Step("year").reverse))) == []


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
    ("gross", "=", BIG, ["f4"]),
    ("gross", "<", BIG, ["f5"]),
    ("gross", "≥", BIG, ["f4"]),
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


def test_values_are_compared(cinema: GraphStore) -> None:
    check(cinema, [(compared(FILMS, a, c, v), expected) for a, c, v, expected in _COMPARED])


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


def test_dates_and_names_are_compared(cinema: GraphStore) -> None:
    check(cinema, [(compared(PEOPLE, a, c, v), expected) for a, c, v, expected in _COMPARED_PEOPLE])


def test_the_name_of_an_entity_without_one_is_its_key(store: GraphStore) -> None:
    long = "Key " * 600
    store.upsert_entities([Entity(long, types=("T",)), Entity("k", types=("T",)), Entity("named", long, types=("T",))])
    assert one(store, where(all_of("T"), Compare(NAME, Comparison.EQUAL, Literal(long)))) == [long, "named"]
    assert one(store, where(all_of("T"), Compare(NAME, Comparison.STARTS_WITH, Literal("K")))) == [long, "k", "named"]


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
        assert one(store, where(all_of("T"), Compare("text", comparison, Literal(text)))) == found


def test_datetimes_are_compared(store: GraphStore) -> None:
    moments = [
        datetime(2020, 1, 1, tzinfo=UTC),
        datetime(2020, 1, 1, microsecond=5, tzinfo=UTC),
        datetime(2020, 1, 1, 0, 0, 1, tzinfo=UTC),
        datetime(999, 1, 1, tzinfo=UTC),
    ]
    entities = [Entity(f"e{i}", types=("T",), properties={"at": moment}) for i, moment in enumerate(moments)]
    store.upsert_entities(entities)
    later = where(all_of("T"), Compare("at", Comparison.GREATER, Literal(moments[0])))
    assert one(store, later) == ["e1", "e2"]
    assert one(store, Ranked(all_of("T"), "at", first=4, greatest=False)) == ["e3", "e0", "e1", "e2"]
    assert one(store, Aggregate(Function.MAXIMUM, all_of("T"), "at")) == [Literal(moments[2])]


_NEIGHBOURS: Sequence[tuple[Condition, list[Node]]] = [
    (HasNeighbours(DIRECTED), ["ann", "bob"]),
    (HasNeighbours(DIRECTED, Comparison.EQUAL, 0), ["cat", "dan"]),
    (HasNeighbours(DIRECTED, Comparison.AT_MOST, 2), ["bob", "cat", "dan"]),
    (HasNeighbours(DIRECTED, Comparison.GREATER, 2), ["ann"]),
    (HasNeighbours(DIRECTED, Comparison.NOT_EQUAL, 2), ["ann", "cat", "dan"]),
    (HasNeighbours(DIRECTED, Comparison.LESS, 10**30), ["ann", "bob", "cat", "dan"]),
    (HasNeighbours(DIRECTED, Comparison.AT_LEAST, 0), ["ann", "bob", "cat", "dan"]),
    (HasNeighbours(Step("knows").reverse, Comparison.EQUAL, 2), ["bob"]),
    (HasNeighbours(Step("born")), ["ann", "bob", "dan"]),
    (HasNeighbours(IS_A, Comparison.EQUAL, 1), ["ann", "bob", "cat", "dan"]),
    (HasNeighbours(Step("no such relation"), Comparison.EQUAL, 0), ["ann", "bob", "cat", "dan"]),
    (HasNeighbours(Step("no such relation")), []),
    (SharedNeighbour(DIRECTED, WROTE), ["ann"]),
    (SharedNeighbour(WROTE, DIRECTED), ["ann"]),
    (SharedNeighbour(DIRECTED, DIRECTED), ["ann", "bob"]),
    (SharedNeighbour(DIRECTED, Step("knows").reverse), []),
    (SharedNeighbour(DIRECTED, Step("no such relation")), []),
]


def test_neighbours_are_counted_and_compared(cinema: GraphStore) -> None:
    check(cinema, [(where(PEOPLE, condition), expected) for condition, expected in _NEIGHBOURS])


def test_values_and_types_are_neighbours_too(cinema: GraphStore) -> None:
    assert one(cinema, where(FILMS, HasNeighbours(Step("tag"), Comparison.EQUAL, 2))) == ["f1", "f2", "f3"]
    assert one(cinema, where(FILMS, HasNeighbours(IS_A, Comparison.GREATER, 1))) == ["f4"]
    assert one(cinema, where(FILMS, SharedNeighbour(IS_A, IS_A), SharedNeighbour(Step("rating"), Step("rating"))))


def test_an_attribute_may_be_a_relation_between_entities_as_well(store: GraphStore) -> None:
    store.upsert_entities([Entity("a", types=("T",), properties={"r": (1, 2)}), Entity("b", types=("T",))])
    store.upsert_facts([Fact("a", "r", "b"), Fact("b", "r", "a")])
    assert one(store, where(all_of("T"), HasNeighbours(Step("r"), Comparison.EQUAL, 3))) == ["a"]
    assert one(store, Ranked(all_of("T"), Step("r"), first=2)) == ["a", "b"]
    assert one(store, Ranked(all_of("T"), "r", first=2)) == ["a"]
    assert one(store, Aggregate(Function.SUM, all_of("T"), "r")) == [Literal(3)]
    assert one(store, where(all_of("T"), Compare("r", Comparison.NOT_EQUAL, Literal(3)))) == ["a"]


def test_all_conditions_must_hold(cinema: GraphStore) -> None:
    at_least = Compare("year", Comparison.AT_LEAST, Literal(1984))
    at_most = Compare("year", Comparison.AT_MOST, Literal(1985))
    assert one(cinema, where(FILMS, at_least, at_most)) == ["f3", "f4"]
    by_ann = HasNeighbours(DIRECTED.reverse, Comparison.EQUAL, 2)
    assert one(cinema, where(FILMS, at_least, by_ann, at_most)) == ["f3"]
    assert one(cinema, where(where(FILMS, at_most), at_least)) == ["f3", "f4"]
    # Two values may meet one condition each.
    low, high = (Compare("rating", c, Literal(0)) for c in (Comparison.LESS, Comparison.GREATER))
    assert one(cinema, where(FILMS, low, high)) == ["f3"]
