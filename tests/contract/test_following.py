"""Programs: steps that go on from the nodes of a set."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from graphdb import Entity, EntityType, Fact, GraphStore, Literal, Node, Path, Step
from graphdb.errors import InputError
from graphdb.programs import (
    Aggregate,
    Comparison,
    Count,
    Difference,
    Exists,
    Following,
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
    IS_A,
    OF_ANN,
    OF_BOB,
    PEOPLE,
    UNKNOWN,
    WROTE,
    YEARS,
    both,
    but_not,
    check,
    compared,
    either,
    one,
    path,
    where,
)

_KNOWS, _YEAR, _SHOWN = Step("knows"), Step("year"), Step("shown")
_FILM = EntityType("Film")


def _from(members: NodeSet, *steps: Step) -> Following:
    return Following(members, steps)


_FOLLOWED: Sequence[tuple[Program, list[Node]]] = [
    (_from(path("ann", _KNOWS), DIRECTED), ["f3", "f4"]),
    (_from(Path("ann", ()), _KNOWS, DIRECTED), ["f3", "f4"]),
    (_from(Path("ann", ()), DIRECTED, DIRECTED.reverse), ["ann", "bob"]),
    (_from(Ranked(FILMS, "year"), DIRECTED.reverse), ["ann"]),
    (_from(Ranked(FILMS, "year", first=3), WROTE.reverse), ["ann", "cat"]),
    (_from(Ranked(PEOPLE, DIRECTED, greatest=False), _KNOWS, DIRECTED), ["f3", "f4"]),
    (_from(both(OF_ANN, OF_BOB), DIRECTED.reverse), ["ann", "bob"]),
    (_from(either(OF_BOB, path("cat", WROTE)), WROTE.reverse), ["ann", "cat"]),
    (_from(but_not(FILMS, OF_ANN), DIRECTED.reverse), ["bob"]),
    (_from(compared(FILMS, "year", "<", 1985), WROTE.reverse, _KNOWS.reverse), ["ann", "cat"]),
    (_from(_from(OF_BOB, DIRECTED.reverse), WROTE), ["f1", "f3"]),
    (both(_from(OF_BOB, WROTE.reverse), PEOPLE), ["ann"]),
    (both(FILMS, _from(PEOPLE, DIRECTED), _from(PEOPLE, WROTE)), ["f1", "f2", "f3"]),
    (but_not(_from(PEOPLE, DIRECTED), _from(PEOPLE, WROTE)), ["f4"]),
    (either(_from(OF_ANN, _YEAR), _from(OF_ANN, IS_A)), [_FILM, *map(Literal, (1979, 1985, 1986))]),
    (where(_from(PEOPLE, DIRECTED), HasNeighbours(DIRECTED.reverse, Comparison.EQUAL, 2)), ["f3"]),
    (Ranked(_from(path("ann", _KNOWS), DIRECTED), "year"), ["f3"]),
    (Ranked(_from(PEOPLE, DIRECTED), "year", first=2, greatest=False), ["f1", "f4"]),
    (Count(_from(OF_ANN, DIRECTED.reverse)), [Literal(2)]),
    (Count(_from(PEOPLE, DIRECTED, DIRECTED.reverse)), [Literal(2)]),
    (Exists(_from(path("cat", _KNOWS), DIRECTED)), [Literal(True)]),
    (Exists(_from(path("dan", _KNOWS), DIRECTED)), [Literal(False)]),
    (Aggregate(Function.SUM, _from(path("ann", _KNOWS), DIRECTED), "year"), [Literal(1985 + 1984)]),
    (Difference(Ranked(OF_ANN, "year"), _from(Path("bob", ()), WROTE), "year"), [Literal(7)]),
]


def test_steps_go_on_from_the_nodes_of_a_set(cinema: GraphStore) -> None:
    check(cinema, _FOLLOWED)


_ON_THE_WAY: Sequence[tuple[Program, list[Node]]] = [
    (_from(OF_BOB, _YEAR), [Literal(1984), Literal(1985)]),
    (_from(OF_BOB, _SHOWN), [Literal(True)]),
    (_from(YEARS, _YEAR.reverse), ["f1", "f2", "f3", "f4", "f5"]),
    (_from(YEARS, _YEAR.reverse, DIRECTED.reverse), ["ann", "bob"]),
    (_from(YEARS, _YEAR), []),
    (_from(Path(Literal(1986), ()), _YEAR.reverse), ["f2"]),
    (_from(Path(Literal("1986"), ()), _YEAR.reverse), ["f5"]),
    (_from(Path("f4", ()), Step("gross"), Step("gross").reverse), ["f4"]),
    (_from(Path("f4", ()), Step("gross")), [Literal(BIG)]),
    (_from(Path("f4", ()), _SHOWN, _SHOWN.reverse, IS_A), [_FILM, EntityType("Flop")]),
    (_from(OF_BOB, IS_A), [_FILM, EntityType("Flop")]),
    (_from(path("f4", IS_A), IS_A.reverse), ["f1", "f2", "f3", "f4", "f5"]),
    (_from(Path(EntityType("Flop"), ()), IS_A.reverse, IS_A), [_FILM, EntityType("Flop")]),
    (_from(path("f4", IS_A), IS_A), []),
    (_from(path("f4", IS_A), _YEAR.reverse), []),
    (_from(either(YEARS, OF_BOB, path("ann", IS_A)), IS_A.reverse), ["ann", "bob", "cat", "dan"]),
    (_from(either(YEARS, OF_BOB, path("ann", IS_A)), DIRECTED.reverse), ["ann", "bob"]),
]


def test_values_and_types_on_the_way(cinema: GraphStore) -> None:
    check(cinema, _ON_THE_WAY)


_NOWHERE: Sequence[Program] = [
    _from(UNKNOWN, DIRECTED.reverse),
    _from(Path("nobody", ()), DIRECTED),
    _from(Path(Literal(1), ()), _YEAR.reverse),
    _from(Path(EntityType("Nothing"), ()), IS_A.reverse),
    _from(OF_ANN, DIRECTED),
    _from(OF_ANN, Step("no such relation")),
    _from(OF_ANN, Step("no such relation"), DIRECTED.reverse),
    _from(both(path("ann", WROTE), path("bob", WROTE)), DIRECTED.reverse),
    _from(Ranked(UNKNOWN, "year"), DIRECTED.reverse),
    _from(_from(UNKNOWN, DIRECTED), DIRECTED.reverse),
    Ranked(_from(UNKNOWN, DIRECTED.reverse), DIRECTED),
]


def test_steps_that_lead_nowhere(cinema: GraphStore) -> None:
    check(cinema, [(program, []) for program in _NOWHERE])
    check(cinema, [(Count(_from(OF_ANN, DIRECTED)), [Literal(0)])])


def test_a_relation_that_is_an_attribute_as_well_leads_to_both(store: GraphStore) -> None:
    store.upsert_entities([Entity("a", types=("T",), properties={"r": (1, 2)}), Entity("b", properties={"r": 2})])
    store.upsert_facts([Fact("a", "r", "b"), Fact("b", "r", "c")])
    step, a = Step("r"), Path("a", ())
    expected: list[tuple[Program, list[Node]]] = [
        (_from(a, step), ["b", Literal(1), Literal(2)]),
        (_from(a, step, step), ["c", Literal(2)]),
        (_from(a, step, step.reverse), ["a", "b"]),
        (_from(_from(a, step), step.reverse, step), ["b", "c", Literal(1), Literal(2)]),
        (Count(_from(path(EntityType("T"), IS_A.reverse), step)), [Literal(3)]),
    ]
    for program, found in expected:
        assert one(store, program) == found


def test_a_following_says_its_steps() -> None:
    followed = _from(Ranked(OF_ANN, "year"), DIRECTED.reverse, _KNOWS)
    assert str(followed) == "(first 1 of (ann → directed) by greatest year) → ^directed → knows"
    with pytest.raises(InputError, match="one step at least"):
        Following(OF_ANN, ())
