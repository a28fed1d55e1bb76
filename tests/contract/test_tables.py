"""Programs: rows of groups and of entities with an attribute beside them, and answers that are compared."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from graphdb import Entity, EntityType, Fact, GraphStore, Literal, Path, Row, Scalar, Step, nodes_in
from graphdb.errors import InputError
from graphdb.programs import (
    Aggregate,
    Beside,
    Compared,
    Comparison,
    Count,
    Difference,
    FactValues,
    Function,
    Grouped,
    One,
    Program,
    Ranked,
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
    check,
    compared,
    either,
    one,
    path,
)

_BY = DIRECTED.reverse


def _row(node: str, *values: Scalar) -> Row:
    return Row(node, tuple(map(Literal, values)))


def _of(node: Scalar, *values: Scalar) -> Row:
    return Row(Literal(node), tuple(map(Literal, values)))


_COUNTS: Sequence[tuple[Program, list[Row]]] = [
    (Grouped(Count(FILMS), _BY), [_row("ann", 3), _row("bob", 2)]),
    (Grouped(Count(PEOPLE), DIRECTED), [_row("f3", 2), _row("f1", 1), _row("f2", 1), _row("f4", 1)]),
    (Grouped(Count(compared(FILMS, "year", "<", 1986)), _BY), [_row("ann", 2), _row("bob", 2)]),
    (Grouped(Count(FILMS), _BY, PEOPLE), [_row("ann", 3), _row("bob", 2)]),
    (Grouped(Count(FILMS), _BY, Path("bob", ())), [_row("bob", 2)]),
    (Grouped(Count(FILMS), _BY, either(Path("bob", ()), Path("cat", ()))), [_row("bob", 2)]),
    (Grouped(Count(FILMS), _BY, Ranked(PEOPLE, "born", greatest=False)), [_row("bob", 2)]),
    (Grouped(Count(FILMS), _BY, all_of("Flop")), []),
    (Grouped(Count(FILMS), _BY, all_of("no such type")), []),
    (Grouped(Count(FILMS), _BY, UNKNOWN), []),
    (Grouped(Count(UNKNOWN), _BY), []),
    (Grouped(Count(FILMS), Step("no such relation")), []),
    (Grouped(Count(FILMS), IS_A), [Row(EntityType("Film"), (Literal(5),)), Row(EntityType("Flop"), (Literal(1),))]),
    (Grouped(Count(both(OF_ANN, OF_BOB)), Step("rating")), [_of(-1, 1), _of(7.9, 1)]),
    (Grouped(Count(YEARS), Step("year").reverse), [_row(f"f{i}", 1) for i in (1, 2, 3, 4, 5)]),
    (
        Grouped(Count(either(PEOPLE, YEARS)), Step("year").reverse, compared(FILMS, "year", ">", 1985)),
        [_row("f2", 1)],
    ),
    (Grouped(Count(either(FILMS, PEOPLE)), Step("knows")), [_row("bob", 2)]),
]
_FUNCTIONS: Sequence[tuple[Program, list[Row]]] = [
    (Grouped(Aggregate(Function.AVERAGE, FILMS, "year"), _BY), [_row("bob", 1984.5), _row("ann", 5950 / 3)]),
    (Grouped(Aggregate(Function.SUM, FILMS, "rating"), _BY), [_row("ann", 23.8), _row("bob", 6.9)]),
    (Grouped(Aggregate(Function.MAXIMUM, FILMS, "year"), _BY), [_row("ann", 1986), _row("bob", 1985)]),
    (Grouped(Aggregate(Function.MINIMUM, FILMS, "rating"), _BY), [_row("ann", -1), _row("bob", -1)]),
    (
        Grouped(Aggregate(Function.MINIMUM, FILMS, "rating"), WROTE.reverse),
        [_row("bob", 8.5), _row("cat", 8.4), _row("ann", -1)],
    ),
    (Grouped(Aggregate(Function.SUM, FILMS, "gross"), _BY), [_row("bob", BIG)]),
    (
        Grouped(Aggregate(Function.MAXIMUM, PEOPLE, "born"), DIRECTED, path("bob", DIRECTED)),
        [_row("f3", date(1950, 5, 1)), _row("f4", date(1949, 12, 31))],
    ),
    (Grouped(Aggregate(Function.SUM, PEOPLE, "born"), DIRECTED), []),
    (Grouped(Aggregate(Function.MAXIMUM, FILMS, "tag"), _BY), []),
    (Grouped(Aggregate(Function.SUM, FILMS, "no such attribute"), _BY), []),
    (Grouped(Aggregate(Function.SUM, YEARS, "year"), Step("year").reverse), []),
]


def test_members_are_counted_for_each_group(cinema: GraphStore) -> None:
    check(cinema, _COUNTS)


def test_functions_of_each_group(cinema: GraphStore) -> None:
    check(cinema, _FUNCTIONS)


def test_dates_of_groups_count_where_no_member_has_a_number(store: GraphStore) -> None:
    early, late = datetime(2020, 1, 1, tzinfo=UTC), datetime(2021, 1, 1, tzinfo=UTC)
    given: dict[str, Scalar] = {"a": early, "b": late, "c": date(2022, 1, 1)}
    store.upsert_entities([Entity(key, types=("T",), properties={"at": value}) for key, value in given.items()])
    store.upsert_facts([Fact(key, "of", group) for key, group in (("a", "g"), ("b", "g"), ("c", "h"))])
    latest = Aggregate(Function.MAXIMUM, all_of("T"), "at")
    assert one(store, Grouped(latest, Step("of"))) == [_row("h", date(2022, 1, 1))]
    store.delete_entities(["c"])
    assert one(store, Grouped(latest, Step("of"))) == [_row("g", late)]


_BESIDE: Sequence[tuple[Program, list[Row]]] = [
    (Beside(OF_ANN, "year"), [_row("f1", 1979), _row("f2", 1986), _row("f3", 1985)]),
    (Beside(OF_BOB, "rating"), [_row("f3", -1, 7.9), _row("f4")]),
    (Beside(FILMS, "no such attribute"), [_row(f"f{i}") for i in (1, 2, 3, 4, 5)]),
    (
        Beside(PEOPLE, "born"),
        [_row("ann", date(1950, 5, 1)), _row("bob", date(1949, 12, 31)), _row("cat"), _row("dan", "unknown")],
    ),
    (Beside(Ranked(FILMS, "year", first=2), "shown"), [_row("f2"), _row("f3")]),
    (Beside(Ranked(FILMS, "year", first=2, greatest=False), "year"), [_row("f1", 1979), _row("f4", 1984)]),
    (Beside(Ranked(PEOPLE, DIRECTED), "directed"), [_row("ann")]),
    (Beside(compared(FILMS, "shown", "=", False), "shown"), [_row("f5", False)]),
    (Beside(either(OF_BOB, YEARS), "gross"), [_row("f3"), _row("f4", BIG)]),
    (Beside(YEARS, "year"), []),
    (Beside(UNKNOWN, "year"), []),
]


def test_entities_with_an_attribute_beside_them(cinema: GraphStore) -> None:
    check(cinema, _BESIDE)


def test_the_nodes_of_rows(cinema: GraphStore) -> None:
    assert nodes_in(one(cinema, Grouped(Count(FILMS), _BY))) == ["ann", "bob"]
    assert nodes_in(one(cinema, OF_BOB)) == ["f3", "f4"]


def _compared(left: One, how: str, right: One) -> Compared:
    return Compared(left, Comparison(how), right)


_FIRST, _SECOND = path("f1", Step("year")), path("f2", Step("year"))
_ANN_BORN, _BOB_BORN = path("ann", Step("born")), path("bob", Step("born"))
_COMPARED: Sequence[tuple[Program, list[bool]]] = [
    (_compared(_FIRST, "<", _SECOND), [True]),
    (_compared(_FIRST, ">", _SECOND), [False]),
    (_compared(_FIRST, "≠", _SECOND), [True]),
    (_compared(_FIRST, "≤", _FIRST), [True]),
    (_compared(_FIRST, "=", _FIRST), [True]),
    (_compared(_ANN_BORN, "≥", _BOB_BORN), [True]),
    (_compared(Count(OF_ANN), ">", Count(OF_BOB)), [True]),
    (_compared(Count(UNKNOWN), "<", Count(OF_BOB)), [True]),
    (_compared(Count(path("ann", Step("no such relation"))), "=", Count(UNKNOWN)), [True]),
    (_compared(Aggregate(Function.MAXIMUM, OF_ANN, "year"), ">", Aggregate(Function.MAXIMUM, OF_BOB, "year")), [True]),
    (
        _compared(Difference(Path("f2", ()), Path("f1", ()), "year"), "=", Count(compared(FILMS, "year", "=", 1))),
        [False],
    ),
    (_compared(path("f4", Step("gross")), ">", path("f5", Step("gross"))), [True]),
    (_compared(path("f4", Step("shown")), ">", path("f5", Step("shown"))), [True]),
    (_compared(path("dan", Step("born")), "=", path("dan", Step("born"))), [True]),
    (_compared(FactValues(PEOPLE, DIRECTED, "fee"), "=", _FIRST), []),
    (_compared(_FIRST, "<", path("f5", Step("year"))), []),  # a text
    (_compared(path("f3", Step("rating")), "<", _FIRST), []),  # two values
    (_compared(_ANN_BORN, "<", _FIRST), []),
    (_compared(path("f1", Step("gross")), "<", _FIRST), []),
    (_compared(Path("ann", ()), "=", Path("ann", ())), []),
    (_compared(UNKNOWN, "<", _FIRST), []),
]


def test_two_answers_are_compared(cinema: GraphStore) -> None:
    check(cinema, [(program, [Literal(each) for each in expected]) for program, expected in _COMPARED])


def test_two_answers_are_not_searched() -> None:
    with pytest.raises(InputError, match="not by 'contains'"):
        _compared(_FIRST, "contains", _SECOND)
