"""Programs: properties of the facts that a step follows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import pytest

from graphdb import (
    Compare,
    Comparison,
    Count,
    During,
    Entity,
    EntityType,
    Exists,
    Fact,
    FactValues,
    Following,
    GraphStore,
    Literal,
    LiteralKind,
    Node,
    NodeSet,
    Path,
    Program,
    PropertyInfo,
    PropertyValue,
    Ranked,
    Scalar,
    Step,
    Through,
)
from graphdb.errors import InputError
from graphdb.programs import NAME
from tests.contract.films import all_of, both, but_not, compared, either, one, path, reference_of
from tests.programs import agree

_ACTED, _WORKED = Step("ACTED_IN"), Step("WORKED_AT")
_PEOPLE = all_of("Person")
_KEANU, _CARRIE, _MATRIX, _WICK, _ACME = (Path(key, ()) for key in ("keanu", "carrie", "matrix", "wick", "acme"))

_ENTITIES = [
    *(Entity(key, types=("Person",)) for key in ("keanu", "carrie", "ann", "bob", "cat")),
    Entity("matrix", "The Matrix", types=("Film",), properties={"year": 1999, "hero": "Neo"}),
    Entity("wick", "John Wick", types=("Film",), properties={"year": 2014, "hero": "John Wick"}),
    Entity("acme", types=("Company",), properties={"founded": 2005}),
]
_FACTS = [
    Fact("keanu", "ACTED_IN", "matrix", {"roles": ("Neo", "Thomas A. Anderson"), "billing": 1}),
    Fact("keanu", "ACTED_IN", "wick", {"roles": "John Wick", "billing": 1}),
    Fact("carrie", "ACTED_IN", "matrix", {"roles": "Trinity", "billing": 3}),
    Fact("cat", "ACTED_IN", "wick"),
    Fact("ann", "WORKED_AT", "acme", {"from": 2001, "to": 2009, "pay": (1.5, 2.5)}),
    Fact("bob", "WORKED_AT", "acme", {"from": 2005, "to": 2015, "post": "Head of Sales"}),
    Fact("cat", "WORKED_AT", "acme", {"from": "2005", "until": date(2010, 5, 1)}),
    Fact("keanu", "WORKED_AT", "acme"),
]


@pytest.fixture
def careers(store: GraphStore) -> GraphStore:
    """People with the films that they acted in and the company that they worked at."""
    store.upsert_entities(_ENTITIES)
    store.upsert_facts(_FACTS)
    return store


def _roles(members: NodeSet, others: NodeSet | None = None) -> FactValues:
    return FactValues(members, _ACTED, "roles", others)


def _at(members: NodeSet, attribute: str, comparison: str, value: Scalar) -> Through:
    return Through(members, _WORKED.reverse, (Compare(attribute, Comparison(comparison), Literal(value)),))


def _during(start: str, end: str, first: Scalar, last: Scalar | None = None) -> Through:
    period = Literal(first), Literal(first if last is None else last)
    return Through(_ACME, _WORKED.reverse, (During(start, end, *period),))


def _literals(*values: Scalar) -> list[Node]:
    return [Literal(value) for value in values]


def _check(store: GraphStore, cases: Sequence[tuple[Program, list[Node]]]) -> None:
    """All in one run; the reference must agree, too."""
    reference = reference_of(_ENTITIES, _FACTS)
    answers = store.run([program for program, _ in cases])
    for (program, expected), answer in zip(cases, answers, strict=True):
        assert agree(answer, expected), f"{program}: {list(answer)}, not {expected}"
        assert agree(reference.answer(program), expected), program


_VALUES: Sequence[tuple[Program, list[Node]]] = [
    (_roles(_KEANU, _MATRIX), _literals("Neo", "Thomas A. Anderson")),
    (_roles(_KEANU), _literals("John Wick", "Neo", "Thomas A. Anderson")),
    (FactValues(_MATRIX, _ACTED.reverse, "roles"), _literals("Neo", "Thomas A. Anderson", "Trinity")),
    (FactValues(_MATRIX, _ACTED.reverse, "roles", _CARRIE), _literals("Trinity")),
    (_roles(_PEOPLE, _WICK), _literals("John Wick")),
    (_roles(_PEOPLE, compared(all_of("Film"), "year", "<", 2000)), _literals("Neo", "Thomas A. Anderson", "Trinity")),
    (_roles(Ranked(_PEOPLE, _ACTED), compared(all_of("Film"), "year", ">", 2000)), _literals("John Wick")),
    (_roles(_KEANU, all_of("Film")), _literals("John Wick", "Neo", "Thomas A. Anderson")),
    (FactValues(_PEOPLE, _ACTED, "billing"), _literals(1, 3)),
    (FactValues(_PEOPLE, _WORKED, "from"), _literals(2001, 2005, "2005")),
    (FactValues(_PEOPLE, _WORKED, "until", _ACME), _literals(date(2010, 5, 1))),
    (FactValues(_ACME, _WORKED.reverse, "pay"), _literals(1.5, 2.5)),
    (_roles(_MATRIX), []),
    (_roles(_CARRIE, _WICK), []),
    (_roles(_KEANU, path("nobody", _ACTED)), []),
    (_roles(_KEANU, Path("nobody", ())), []),
    (_roles(Path("nobody", ()), _MATRIX), []),
    (FactValues(_KEANU, _ACTED, "salary"), []),
    (FactValues(_KEANU, Step("unknown"), "roles"), []),
    (FactValues(_MATRIX, Step("year"), "roles"), []),
    (FactValues(Path(Literal(1999), ()), Step("year").reverse, "roles"), []),
    (FactValues(path(EntityType("Film")), _ACTED.reverse, "roles"), []),
]


_AT_WORK: Sequence[tuple[Program, list[Node]]] = [
    (_during("from", "to", 2003), ["ann"]),
    (_during("from", "to", 2009), ["ann", "bob"]),
    (_during("from", "to", 2010), ["bob"]),
    (_during("from", "to", 2000), []),
    (_during("from", "to", 1990, 2001), ["ann"]),
    (_during("from", "to", 2015, 2030), ["bob"]),
    (_during("from", "to", 2016), []),
    (_during("from", "no such end", 2016), ["ann", "bob"]),
    (_during("from", "post", 2016), ["ann", "bob"]),  # where an end is a text, it says nothing of a year
    (_during("from", "to", date(2010, 1, 1), date(2010, 12, 31)), []),
    (_during("until", "until", date(2010, 1, 1), date(2010, 12, 31)), ["cat"]),
    (_during("no such start", "to", 2010), []),
    (Through(_PEOPLE, Step("unknown"), (During("from", "to", Literal(1), Literal(1)),)), []),
    (
        Through(
            _ACME,
            _WORKED.reverse,
            (
                During("from", "to", Literal(2006), Literal(2006)),
                Compare("post", Comparison.STARTS_WITH, Literal("head")),
            ),
        ),
        ["bob"],
    ),
]


def test_facts_that_were_so_in_a_period(careers: GraphStore) -> None:
    _check(careers, _AT_WORK)


def test_what_has_no_end_goes_on(store: GraphStore) -> None:
    store.upsert_facts(
        [
            Fact("ann", "WORKED_AT", "acme", {"from": date(2001, 5, 1)}),
            Fact("bob", "WORKED_AT", "acme", {"from": date(2001, 5, 1), "to": date(2004, 5, 1)}),
            Fact("cat", "WORKED_AT", "acme", {"to": date(2030, 5, 1)}),
            Fact("dan", "WORKED_AT", "acme", {"from": date(2001, 5, 1), "to": "present"}),
        ]
    )
    asked = [_during("from", "to", date(year, 1, 1), date(year, 12, 31)) for year in (2000, 2001, 2004, 2020)]
    assert [one(store, each) for each in asked] == [[], ["ann", "bob", "dan"], ["ann", "bob", "dan"], ["ann", "dan"]]


@pytest.mark.parametrize(
    ("first", "last", "reason"),
    [
        (2010, 2009, "2009, which is earlier"),
        (2010, date(2011, 1, 1), "from one number or time to another"),
        ("2010", "2011", "from one number or time to another"),
    ],
)
def test_what_is_no_period(first: Scalar, last: Scalar, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        _during("from", "to", first, last)


def test_values_of_the_facts_between_two_sets(careers: GraphStore) -> None:
    _check(careers, _VALUES)


_BETWEEN_2005_AND_2015 = Through(
    _ACME,
    _WORKED.reverse,
    (Compare("from", Comparison.AT_MOST, Literal(2010)), Compare("to", Comparison.AT_LEAST, Literal(2010))),
)
_THROUGH: Sequence[tuple[Program, list[Node]]] = [
    (_BETWEEN_2005_AND_2015, ["bob"]),
    (_at(_ACME, "from", "<", 2005), ["ann"]),
    (_at(_ACME, "from", "≤", 2005), ["ann", "bob"]),
    (_at(_ACME, "from", "=", 2005), ["bob"]),
    (_at(_ACME, "from", "=", "2005"), ["cat"]),
    (_at(_ACME, "from", "≠", 2005), ["ann"]),
    (_at(_ACME, "pay", "=", 2.5), ["ann"]),
    (_at(_ACME, "pay", "≠", 2.5), []),
    (_at(_ACME, "pay", "≠", 3), ["ann"]),
    (_at(_ACME, "pay", ">", 2), ["ann"]),
    (_at(_ACME, "post", "contains", "SALES"), ["bob"]),
    (_at(_ACME, "post", "starts with", "head"), ["bob"]),
    (_at(_ACME, "post", "starts with", "sales"), []),
    (_at(_ACME, "until", ">", date(2010, 1, 1)), ["cat"]),
    (_at(_ACME, "until", ">", 2000), []),
    (_at(_ACME, "unknown", "≠", 1), []),
    (_at(Path("nobody", ()), "from", ">", 0), []),
    (_at(path(EntityType("Company")), "from", ">", 0), []),
    (Through(_PEOPLE, _ACTED, (Compare("billing", Comparison.EQUAL, Literal(1)),)), ["matrix", "wick"]),
    (Through(_PEOPLE, _ACTED, (Compare("roles", Comparison.EQUAL, Literal("Neo")),)), ["matrix"]),
    (Through(_MATRIX, Step("year"), (Compare("roles", Comparison.NOT_EQUAL, Literal("Neo")),)), []),
]


def test_steps_along_facts_that_meet_conditions(careers: GraphStore) -> None:
    _check(careers, _THROUGH)


_HEROES = path(EntityType("Film"), Step("rdf:type").reverse, Step("hero"))
_USED: Sequence[tuple[Program, list[Node]]] = [
    (Count(_roles(_PEOPLE)), _literals(4)),
    (Count(either(_roles(_PEOPLE), _HEROES, _MATRIX)), _literals(5)),
    (Exists(_roles(_KEANU, _MATRIX)), _literals(True)),
    (Exists(_roles(_CARRIE, _WICK)), _literals(False)),
    (both(_roles(_PEOPLE), _HEROES), _literals("John Wick", "Neo")),
    (both(_roles(_KEANU), FactValues(_MATRIX, _ACTED.reverse, "roles")), _literals("Neo", "Thomas A. Anderson")),
    (both(_roles(_PEOPLE), Path(Literal("Trinity"), ())), []),
    (but_not(_roles(_PEOPLE), _HEROES), _literals("Thomas A. Anderson", "Trinity")),
    (but_not(_HEROES, _roles(_KEANU, _MATRIX)), _literals("John Wick")),
    (but_not(_roles(_PEOPLE), _roles(_KEANU)), _literals("Trinity")),
    (but_not(either(_roles(_CARRIE), _MATRIX), _roles(_CARRIE)), ["matrix"]),
    (either(_roles(_CARRIE), _roles(_KEANU, _WICK)), _literals("John Wick", "Trinity")),
    (either(_roles(_CARRIE), _MATRIX), ["matrix", *_literals("Trinity")]),
    (Following(_roles(_KEANU), (Step("hero").reverse,)), ["matrix", "wick"]),
    (Following(FactValues(_PEOPLE, _WORKED, "from"), (Step("founded").reverse,)), ["acme"]),
    (_roles(_roles(_KEANU)), []),
    (compared(_roles(_KEANU), "hero", "≠", "x"), []),
    (Ranked(_roles(_KEANU), _ACTED), []),
    (Following(_BETWEEN_2005_AND_2015, (_WORKED,)), ["acme"]),
    (both(_at(_ACME, "from", "≤", 2005), _at(_ACME, "to", "<", 2010)), ["ann"]),
    (but_not(_PEOPLE, _at(_ACME, "from", ">", 0)), ["carrie", "cat", "keanu"]),
    (Count(_at(_ACME, "from", ">", 0)), _literals(2)),
    (FactValues(_at(_ACME, "from", "=", 2005), _WORKED, "post"), _literals("Head of Sales")),
    (Ranked(_at(_ACME, "from", "≤", 2005), _WORKED, first=2), ["ann", "bob"]),
]


def test_both_are_sets_like_any_other(careers: GraphStore) -> None:
    _check(careers, _USED)


_MANY: dict[str, PropertyValue] = {
    "name": "n",
    "key": 1,
    'quoted "\\ `x`': "q",
    "a.b": "dotted",
    "_kgqa:p": "ours",
    "numbers": (0.1, 0.30000000000000004, 2**53 + 1, -1e300, 5e-324),
    "beyond": (2**53 + 1, 1e20, 2.0**60),
    "times": (datetime(2020, 1, 1, tzinfo=UTC), datetime(2020, 1, 1, microsecond=1, tzinfo=UTC)),
    "flag": False,
    "empty": "",
    "texts": ('"', "\\", "é\n", "😀", "[1]", '{"date":"x"}', "null"),
    "long": ("x" * 999 + "é" * 900, "é" * 5000, "z" * 250),
}


def test_every_value_comes_back_as_it_is(store: GraphStore) -> None:
    entities = [Entity("a", properties={"p": _MANY["long"]}), Entity("b", properties={"q": _MANY["beyond"]})]
    facts = [Fact("a", "r", "b", _MANY), Fact("b", "r", "a", {"one": 2.0**60})]
    store.upsert_entities(entities)
    store.upsert_facts(facts)
    reference = reference_of(entities, facts)
    a, b, step = Path("a", ()), Path("b", ()), Step("r")
    for name, value in _MANY.items():
        values = value if isinstance(value, tuple) else (value,)
        asked = FactValues(a, step, name, b)
        assert one(store, asked) == reference.answer(asked)
        assert set(one(store, asked)) == set(_literals(*values))
        assert one(store, Count(asked)) == [Literal(len(values))]
        for each in values if name != NAME else ():
            equal = Through(a, step, (Compare(name, Comparison.EQUAL, Literal(each)),))
            assert one(store, equal) == ["b"], (name, each)
    # Values are the same nodes as those of attributes, however long.
    assert one(store, Count(both(FactValues(a, step, "long"), path("a", Step("p"))))) == [Literal(3)]
    assert one(store, Following(FactValues(a, step, "long"), (Step("p").reverse,))) == ["a"]
    assert one(store, Following(FactValues(b, step, "one"), (Step("q").reverse,))) == ["b"]


def test_properties_are_those_that_the_facts_have_now(careers: GraphStore) -> None:
    asked = _roles(_CARRIE, _MATRIX)
    careers.upsert_facts([Fact("carrie", "ACTED_IN", "matrix", {"roles": "Trin"})])
    assert one(careers, asked) == _literals("Trin")
    careers.upsert_facts([Fact("carrie", "ACTED_IN", "matrix", {"played": "Trin"})])
    assert one(careers, asked) == []
    assert one(careers, FactValues(_CARRIE, _ACTED, "played")) == _literals("Trin")


def test_the_same_number_is_no_change(store: GraphStore) -> None:
    store.upsert_facts([Fact("a", "r", "b", {"n": 2**60})])
    assert list(store.upsert_facts([Fact("a", "r", "b", {"n": 2.0**60})])) == ["unchanged"]


def test_what_such_programs_refuse_and_say() -> None:
    with pytest.raises(InputError, match="one condition at least"):
        Through(_ACME, _WORKED.reverse, ())
    with pytest.raises(InputError, match="which no fact has"):
        _at(_ACME, "name", "=", "x")
    with pytest.raises(InputError, match="a property of facts must not be empty"):
        FactValues(_ACME, _WORKED, "")
    assert str(_roles(_KEANU, _MATRIX)) == "roles of ((keanu) → ACTED_IN → (matrix))"
    assert str(_roles(_KEANU)) == "roles of ((keanu) → ACTED_IN)"
    assert str(_at(_ACME, "from", "≤", 2010)) == "(acme) → ^WORKED_AT where from ≤ 2010"


# --- the schema -----------------------------------------------------------------------------------------------


def test_the_schema_tells_the_properties_of_facts(careers: GraphStore) -> None:
    number, string = LiteralKind.NUMBER, LiteralKind.STRING
    found = {r.name: r.properties for r in careers.schema().relations if r.properties}
    assert found == {
        "ACTED_IN": (PropertyInfo("billing", (number,), 3), PropertyInfo("roles", (string,), 3)),
        "WORKED_AT": (
            PropertyInfo("from", (number, string), 3),
            PropertyInfo("pay", (number,), 1),
            PropertyInfo("post", (string,), 1),
            PropertyInfo("to", (number,), 2),
            PropertyInfo("until", (LiteralKind.DATE,), 1),
        ),
    }
    careers.upsert_facts([Fact("keanu", "WORKED_AT", "acme", {"from": 1})])
    info = careers.schema().relation("WORKED_AT")
    assert info is not None
    assert info.properties[0].facts == 4


def test_properties_of_many_facts_are_counted_about(store: GraphStore) -> None:
    facts = [Fact(f"s{i}", "r", f"o{i % 70}", {"n": i} | ({"even": True} if i % 2 == 0 else {})) for i in range(4000)]
    store.upsert_facts(facts)
    info = store.schema().relation("r")
    assert info is not None
    even, n = info.properties
    assert (even.name, even.literal_kinds, n) == (
        "even",
        (LiteralKind.BOOLEAN,),
        PropertyInfo("n", (LiteralKind.NUMBER,), 4000),
    )
    assert 1000 < even.facts < 3000
