"""Programs: sets that are ranked, and what is computed from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime

from graphdb import (
    Entity,
    EntityType,
    Fact,
    GraphStore,
    Literal,
    Node,
    Path,
    PropertyValue,
    Scalar,
    Step,
)
from graphdb.programs import (
    Aggregate,
    Compare,
    Comparison,
    Count,
    Difference,
    Exists,
    Function,
    HasNeighbours,
    NodeSet,
    Program,
    Ranked,
)
from tests.contract.films import (
    BIG,
    DIRECTED,
    FILMS,
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
    either,
    one,
    where,
)

# --- ranks ----------------------------------------------------------------------------------------------------


_RANKED: Sequence[tuple[Program, list[Node]]] = [
    (Ranked(FILMS, "year"), ["f2"]),
    (Ranked(FILMS, "year", first=3), ["f2", "f3", "f4"]),
    (Ranked(FILMS, "year", greatest=False), ["f1"]),
    (Ranked(FILMS, "year", first=100), ["f2", "f3", "f4", "f1"]),
    (Ranked(FILMS, "year", first=10**30), ["f2", "f3", "f4", "f1"]),
    (Ranked(FILMS, "rating", first=3), ["f1", "f2", "f3"]),
    (Ranked(FILMS, "rating", greatest=False), ["f3"]),
    (Ranked(FILMS, "gross"), ["f4"]),
    (Ranked(FILMS, "gross", first=2, greatest=False), ["f5", "f4"]),
    (Ranked(FILMS, "tag"), []),
    (Ranked(FILMS, "shown"), []),
    (Ranked(FILMS, "no such attribute"), []),
    (Ranked(UNKNOWN, "year"), []),
    (Ranked(YEARS, "year"), []),
    (Ranked(PEOPLE, "born"), ["ann"]),
    (Ranked(PEOPLE, "born", first=3, greatest=False), ["bob", "ann"]),
    (Ranked(PEOPLE, DIRECTED), ["ann"]),
    (Ranked(PEOPLE, DIRECTED, first=2), ["ann", "bob"]),
    (Ranked(PEOPLE, DIRECTED, first=3), ["ann", "bob", "cat", "dan"]),
    (Ranked(PEOPLE, DIRECTED, greatest=False), ["cat", "dan"]),
    (Ranked(PEOPLE, Step("knows").reverse), ["bob"]),
    (Ranked(PEOPLE, Step("no such relation")), ["ann", "bob", "cat", "dan"]),
    (Ranked(either(PEOPLE, YEARS, Path(EntityType("Film"), ())), WROTE, first=1), ["ann", "bob", "cat"]),
    (Ranked(Ranked(FILMS, "year", first=2), "year", greatest=False), ["f3"]),
    (Ranked(where(FILMS, HasNeighbours(WROTE.reverse)), "year", greatest=False), ["f1"]),
    (both(Ranked(FILMS, "year", first=3), OF_BOB), ["f3", "f4"]),
    (Ranked(both(FILMS, OF_BOB), "year", first=3), ["f3", "f4"]),
    (but_not(PEOPLE, Ranked(PEOPLE, DIRECTED)), ["bob", "cat", "dan"]),
]


def test_the_first_come_best_first(cinema: GraphStore) -> None:
    check(cinema, _RANKED)


def test_all_that_tie_with_the_last_are_given(store: GraphStore) -> None:
    sizes = {"a": 3, "b": 5, "c": 5.0, "d": 4, "e": 4, "f": 4, "g": -7}
    store.upsert_entities([Entity(k, types=("T",), properties={"size": size}) for k, size in sizes.items()])
    assert [one(store, Ranked(all_of("T"), "size", first=n)) for n in (1, 2, 3, 6)] == [
        ["b", "c"],
        ["b", "c"],
        ["b", "c", "d", "e", "f"],
        ["b", "c", "d", "e", "f", "a"],
    ]
    least = [one(store, Ranked(all_of("T"), "size", first=n, greatest=False)) for n in (1, 3)]
    assert least == [["g"], ["g", "a", "d", "e", "f"]]


def test_of_several_values_the_one_that_ranks_best_counts(store: GraphStore) -> None:
    sizes: Mapping[str, PropertyValue] = {"a": (1, 10), "b": (2, 9), "c": 5}
    store.upsert_entities([Entity(k, types=("T",), properties={"size": size}) for k, size in sizes.items()])
    assert one(store, Ranked(all_of("T"), "size", first=3)) == ["a", "b", "c"]
    assert one(store, Ranked(all_of("T"), "size", first=3, greatest=False)) == ["a", "b", "c"]


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
    everything = all_of("T")
    expected: list[tuple[NodeSet, list[Node], list[Node]]] = [
        (everything, ["n"], [Literal(3)]),
        (but_not(everything, Path("n", ())), ["d2", "d1"], [Literal(date(2002, 1, 1))]),
        (either(*(Path(k, ()) for k in ("s", "b", "t"))), ["t"], [Literal(datetime(2003, 1, 1, tzinfo=UTC))]),
        (either(*(Path(k, ()) for k in ("s", "b"))), [], []),
    ]
    for members, ranked, greatest in expected:
        assert one(store, Ranked(members, "v", first=5)) == ranked
        assert one(store, Aggregate(Function.MAXIMUM, members, "v")) == greatest
    for function in (Function.SUM, Function.AVERAGE):
        assert one(store, Aggregate(function, everything, "v")) == [Literal(3)]
        assert one(store, Aggregate(function, but_not(everything, Path("n", ())), "v")) == []


def test_numbers_are_ranked_exactly(store: GraphStore) -> None:
    sizes = [-(2**63), -1e300, -0.5, 0, 5e-324, 1e-7, 0.1, 0.30000000000000004, 0.3, 2**53, 2**53 + 1, BIG, 1e19, 1e23]
    entities = [Entity(f"e{i:02}", types=("T",), properties={"size": size}) for i, size in enumerate(sizes)]
    store.upsert_entities(entities)
    order: list[Node] = [f"e{i:02}" for i in sorted(range(len(sizes)), key=lambda i: sizes[i])]
    assert one(store, Ranked(all_of("T"), "size", first=99, greatest=False)) == order
    for size in sizes:
        below: list[Node] = [e.key for e in entities if e.properties["size"] < size]  # type: ignore[operator]
        assert one(store, where(all_of("T"), Compare("size", Comparison.LESS, Literal(size)))) == below
    assert one(store, Aggregate(Function.MAXIMUM, all_of("T"), "size")) == [Literal(1e23)]
    assert one(store, Aggregate(Function.MINIMUM, all_of("T"), "size")) == [Literal(-1e300)]


# --- computed -------------------------------------------------------------------------------------------------


_COMPUTED: Sequence[tuple[Program, Scalar | None]] = [
    (Count(FILMS), 5),
    (Count(YEARS), 5),
    (Count(UNKNOWN), 0),
    (Count(both(OF_ANN, OF_BOB)), 1),
    (Count(Ranked(PEOPLE, DIRECTED, greatest=False)), 2),
    (Exists(OF_ANN), True),
    (Exists(UNKNOWN), False),
    (Exists(where(FILMS, Compare("year", Comparison.GREATER, Literal(2000)))), False),
    (Aggregate(Function.SUM, FILMS, "year"), 1979 + 1986 + 1985 + 1984),
    (Aggregate(Function.AVERAGE, FILMS, "year"), 1983.5),
    (Aggregate(Function.AVERAGE, OF_BOB, "year"), 1984.5),
    (Aggregate(Function.AVERAGE, either(Path("f3", ()), Path("f1", ())), "year"), 1982),
    (Aggregate(Function.MINIMUM, FILMS, "year"), 1979),
    (Aggregate(Function.MAXIMUM, FILMS, "year"), 1986),
    (Aggregate(Function.SUM, FILMS, "rating"), 8.5 + 8.4 - 1 + 7.9),
    (Aggregate(Function.AVERAGE, FILMS, "rating"), (8.5 + 8.4 - 1 + 7.9) / 4),
    (Aggregate(Function.MINIMUM, FILMS, "rating"), -1),
    (Aggregate(Function.MAXIMUM, FILMS, "rating"), 8.5),
    (Aggregate(Function.SUM, FILMS, "gross"), float(2 * BIG - 1)),
    (Aggregate(Function.SUM, Path("f4", ()), "gross"), BIG),
    (Aggregate(Function.AVERAGE, Path("f4", ()), "gross"), BIG),
    (Aggregate(Function.MAXIMUM, FILMS, "gross"), BIG),
    (Aggregate(Function.SUM, FILMS, "tag"), None),
    (Aggregate(Function.MAXIMUM, FILMS, "tag"), None),
    (Aggregate(Function.SUM, FILMS, "shown"), None),
    (Aggregate(Function.SUM, UNKNOWN, "year"), None),
    (Aggregate(Function.AVERAGE, UNKNOWN, "year"), None),
    (Aggregate(Function.SUM, YEARS, "year"), None),
    (Aggregate(Function.SUM, FILMS, "no such attribute"), None),
    (Aggregate(Function.MINIMUM, PEOPLE, "born"), date(1949, 12, 31)),
    (Aggregate(Function.MAXIMUM, PEOPLE, "born"), date(1950, 5, 1)),
    (Aggregate(Function.AVERAGE, PEOPLE, "born"), None),
    (Aggregate(Function.SUM, Ranked(FILMS, "year", first=2), "year"), 1986 + 1985),
    (Difference(Path("f2", ()), Path("f1", ()), "year"), 7),
    (Difference(Path("f1", ()), Path("f2", ()), "year"), -7),
    (Difference(Path("f1", ()), Path("f2", ()), "rating"), 8.5 - 8.4),
    (Difference(Path("f4", ()), Path("f5", ()), "gross"), 1),
    (Difference(Path("f3", ()), Path("f1", ()), "rating"), None),
    (Difference(OF_ANN, Path("f1", ()), "year"), None),
    (Difference(Path("f5", ()), Path("f1", ()), "year"), None),
    (Difference(UNKNOWN, Path("f1", ()), "year"), None),
    (Difference(Path("f1", ()), UNKNOWN, "year"), None),
    (Difference(Path("ann", ()), Path("bob", ()), "born"), None),
    (Difference(Ranked(FILMS, "year"), Ranked(FILMS, "year", greatest=False), "year"), 7),
]


def test_what_is_computed(cinema: GraphStore) -> None:
    check(cinema, [(program, [] if value is None else [Literal(value)]) for program, value in _COMPUTED])


def test_every_value_of_every_entity_is_summed(store: GraphStore) -> None:
    sizes: Mapping[str, PropertyValue] = {"a": (-5, 10), "b": 10, "c": 10, "d": "10"}
    store.upsert_entities([Entity(k, types=("T",), properties={"size": size}) for k, size in sizes.items()])
    assert one(store, Aggregate(Function.SUM, all_of("T"), "size")) == [Literal(25)]
    assert one(store, Aggregate(Function.AVERAGE, all_of("T"), "size")) == [Literal(6.25)]
    # Both are the same number.
    both = either(Path("b", ()), Path("c", ()))
    assert one(store, Difference(both, Path("c", ()), "size")) == [Literal(0)]


def test_whole_numbers_are_summed_exactly(store: GraphStore) -> None:
    half = 2**62 - 1  # in whatever order they are added, every partial sum fits in 64 bits
    sizes = {"a": half, "b": -half, "c": 2**53 + 1, "d": -half - 1}
    store.upsert_entities([Entity(k, types=("T",), properties={"size": size}) for k, size in sizes.items()])
    assert one(store, Aggregate(Function.SUM, all_of("T"), "size")) == [Literal(2**53 - half)]
    three = but_not(all_of("T"), Path("d", ()))
    assert one(store, Aggregate(Function.SUM, three, "size")) == [Literal(2**53 + 1)]
    assert one(store, Aggregate(Function.AVERAGE, either(Path("a", ()), Path("b", ())), "size")) == [Literal(0)]
    assert one(store, Difference(Path("c", ()), Path("a", ()), "size")) == [Literal(2**53 + 1 - half)]


def test_a_difference_beyond_64_bits_is_a_float(store: GraphStore) -> None:
    sizes = {"most": BIG, "least": -(2**63)}
    store.upsert_entities([Entity(k, properties={"size": size}) for k, size in sizes.items()])
    assert one(store, Difference(Path("most", ()), Path("least", ()), "size")) == [Literal(2.0**64)]


def test_a_sum_beyond_all_numbers_is_no_answer(store: GraphStore) -> None:
    store.upsert_entities([Entity(k, types=("T",), properties={"size": 1.7e308}) for k in "ab"])
    assert one(store, Aggregate(Function.SUM, all_of("T"), "size")) == []
    assert one(store, Aggregate(Function.MAXIMUM, all_of("T"), "size")) == [Literal(1.7e308)]


def test_many_programs_at_once_and_none(cinema: GraphStore) -> None:
    given_programs: list[Program] = [Count(FILMS), OF_BOB, UNKNOWN, Ranked(FILMS, "year"), Exists(UNKNOWN)]
    found = cinema.run(given_programs)
    assert [list(answer) for answer in found] == [[Literal(5)], ["f3", "f4"], [], ["f2"], [Literal(False)]]
    assert list(cinema.run([])) == []


def test_answers_follow_the_graph(cinema: GraphStore) -> None:
    ranked, count = Ranked(FILMS, "year"), Count(where(PEOPLE, HasNeighbours(DIRECTED)))
    assert [list(a) for a in cinema.run([ranked, count])] == [["f2"], [Literal(2)]]
    cinema.upsert_entities([Entity("f6", types=("Film",), properties={"year": 2020})])
    cinema.upsert_facts([Fact("dan", "directed", "f6")])
    assert [list(a) for a in cinema.run([ranked, count])] == [["f6"], [Literal(3)]]
    cinema.delete_entities(["f6"])
    assert [list(a) for a in cinema.run([ranked, count])] == [["f2"], [Literal(2)]]
