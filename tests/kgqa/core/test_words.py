"""Programs in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphdb import (
    TYPE_RELATION,
    Direction,
    EntityType,
    Hop,
    Literal,
    LiteralKind,
    Node,
    Path,
    RelationInfo,
    Scalar,
    Schema,
    Step,
    TypeInfo,
)
from graphdb.programs import (
    NAME,
    Aggregate,
    Beside,
    Combined,
    Compare,
    Compared,
    Comparison,
    Condition,
    Count,
    Difference,
    During,
    Exists,
    FactCondition,
    FactValues,
    Following,
    Function,
    Grouped,
    HasNeighbours,
    NodeSet,
    Program,
    Ranked,
    Restricted,
    SetOperation,
    SharedNeighbour,
    Through,
)
from graphdb.wording import inverse_words_of, words_of
from kgqa.wording import in_words
from kgqa.wording.english import Phrase, Shape, conjugated, denied, phrase_of
from kgqa.wording.measures import Measure, measure_of
from kgqa.wording.nouns import plural_of, singular_of
from kgqa.wording.verbs import base_of_participle, base_of_third, participle_of, third_of
from tests.programs import programs


def _relation(name: str, subjects: str, objects: str = "", kind: str = "", inverse: str = "") -> RelationInfo:
    kinds = (LiteralKind(kind),) if kind else ()
    inverse = inverse or inverse_words_of(name)
    return RelationInfo(name, words_of(name), inverse, 1, tuple(subjects.split()), tuple(objects.split()), kinds)


_TYPES = ("State", "City", "River", "Film", "Person", "Flop", "Country")
_SCHEMA = Schema(
    10,
    10,
    tuple(TypeInfo(name, words_of(name), 1) for name in _TYPES),
    (
        _relation("borders", "State", "State"),
        _relation("capital", "State", "City"),
        _relation("in_state", "City River", "State"),
        _relation("traverses", "River", "State"),
        _relation("part_of", "State", "Country"),
        _relation("population", "State City", kind="number"),
        _relation("length", "River", kind="number"),
        _relation("starred_actors", "Film", "Person"),
        _relation("directed_by", "Film", "Person"),
        _relation("written_by", "Film", "Person", inverse="wrote"),
        _relation("has_genre", "Film", kind="string"),
        _relation("release_year", "Film", kind="number"),
        _relation("released", "Film", kind="date"),
        _relation("active", "Person", kind="boolean"),
        _relation("age", "Person", kind="number"),
        _relation("ACTED_IN", "Person", "Film"),
        _relation("REVIEWED", "Person", "Film"),
        _relation("WROTE", "Person", "Film"),
        _relation("KNOWS", "Person", "Person"),
        _relation("WORKED_AT", "Person", "Company"),
    ),
)
_NAMES: dict[Node, str] = {
    "tx": "Texas",
    "oh": "Ohio",
    "acme": "Acme",
    "tom": "Tom Hanks",
    "ron": "Ron Howard",
    "alien": "Alien",
}
_BORDERS, _CAPITAL, _IN, _TRAVERSES = Step("borders"), Step("capital"), Step("in_state"), Step("traverses")
_STARRED, _DIRECTED_BY, _ACTED = Step("starred_actors"), Step("directed_by"), Step("ACTED_IN")
_REVIEWED, _WROTE, _KNOWS = Step("REVIEWED"), Step("WROTE"), Step("KNOWS")


def _path(seed: Node, *steps: Step) -> Path:
    return Path(seed, tuple(Hop(step) for step in steps))


def _all(name: str) -> Path:
    return _path(EntityType(name), Step(TYPE_RELATION, Direction.IN))


def _and(*parts: NodeSet) -> Combined:
    return Combined(SetOperation.INTERSECTION, parts)


def _or(*parts: NodeSet) -> Combined:
    return Combined(SetOperation.UNION, parts)


def _not(*parts: NodeSet) -> Combined:
    return Combined(SetOperation.DIFFERENCE, parts)


def _where(members: NodeSet, *conditions: Condition) -> Restricted:
    return Restricted(members, conditions)


def _is(attribute: str, comparison: str, value: Scalar) -> Compare:
    return Compare(attribute, Comparison(comparison), Literal(value))


_STATES, _RIVERS, _CITIES, _FILMS, _PEOPLE = map(_all, ("State", "River", "City", "Film", "Person"))
_NEAR_TEXAS = _path("tx", _BORDERS.reverse)
_IN_TEXAS = _and(_CITIES, _path("tx", _IN.reverse))
_WITH_TOM, _BY_RON = _path("tom", _STARRED.reverse), _path("ron", _DIRECTED_BY.reverse)


def _check(cases: list[tuple[Program, str]]) -> None:
    said = [(in_words(program, _SCHEMA, _NAMES), str(program)) for program, _ in cases]
    assert said == [(expected, str(program)) for program, expected in cases]


def test_paths() -> None:
    _check(
        [
            (Path("tx", ()), "Texas"),
            (Path("key", ()), "key"),
            (Path(EntityType("Film"), ()), "film"),
            (_FILMS, "films"),
            (_PEOPLE, "people"),
            (_path("tx", _CAPITAL), "capital of Texas"),
            (_path("tx", _CAPITAL, Step("population")), "population of the capital of Texas"),
            (_path("alien", _STARRED), "starred actors of Alien"),
            (_path("alien", Step(TYPE_RELATION)), "type of Alien"),
            (_NEAR_TEXAS, "states that border Texas"),
            (_path("tx", _BORDERS), "states that Texas borders"),
            (_path("tx", _IN.reverse), "cities or rivers in Texas"),
            (_path("tx", Step("part_of")), "countries that Texas is part of"),
            (_path("tx", Step("part_of", Direction.IN)), "states that are part of Texas"),
            (_BY_RON, "films directed by Ron Howard"),
            (_path("alien", _DIRECTED_BY), "people that directed Alien"),
            (_path("alien", Step("written_by")), "people that wrote Alien"),
            (_path("tom", _ACTED), "films that Tom Hanks acted in"),
            (_path("alien", _ACTED.reverse), "people that acted in Alien"),
            (_WITH_TOM, "films with starred actors Tom Hanks"),
            (_path("tx", _BORDERS.reverse, _TRAVERSES.reverse), "rivers that traverse states that border Texas"),
            (_path("ron", _DIRECTED_BY.reverse, _STARRED), "starred actors of films directed by Ron Howard"),
            (
                Path("tom", (Hop(_ACTED), Hop(_ACTED.reverse, exclude_seed=True))),
                "people that acted in films that Tom Hanks acted in other than Tom Hanks",
            ),
            (_path(EntityType("River"), Step(TYPE_RELATION, Direction.IN), _TRAVERSES), "states traversed by rivers"),
            (_path("x", Step("unknownThing")), "unknown thing of x"),
            (_path("x", Step("unknownThing", Direction.IN)), "ones with unknown thing x"),
        ]
    )


def test_values_as_seeds() -> None:
    _check(
        [
            (_path(Literal("comedy"), Step("has_genre", Direction.IN)), "films with genre comedy"),
            (_path(Literal(1999), Step("release_year", Direction.IN)), "films with release year 1999"),
            (_path(Literal(123456), Step("length", Direction.IN)), "rivers with length 123,456"),
            (_path(Literal(date(1979, 5, 25)), Step("released", Direction.IN)), "films released on 25 May 1979"),
            (_path(Literal(True), Step("active", Direction.IN)), "people that are active"),
            (
                _path(Literal(1999), Step("release_year", Direction.IN), _DIRECTED_BY),
                "people that directed films with release year 1999",
            ),
        ]
    )


def test_combined() -> None:
    _check(
        [
            (_and(_STATES, _NEAR_TEXAS), "states that border Texas"),
            (_IN_TEXAS, "cities in Texas"),
            (_and(_path("tx", _IN.reverse), _CITIES), "cities in Texas"),
            (_and(_WITH_TOM, _BY_RON), "films with starred actors Tom Hanks and directed by Ron Howard"),
            (_and(_path("alien", _ACTED.reverse), _all("Flop")), "flops that acted in Alien"),
            (_and(_FILMS, _all("Flop")), "films that are flops"),
            (_and(_CITIES, _path("tx", _CAPITAL)), "cities that are the capital of Texas"),
            (_and(_path("tx", _CAPITAL), _path("oh", _CAPITAL)), "capital of Texas that is also the capital of Ohio"),
            (_or(_NEAR_TEXAS, _path("oh", _BORDERS.reverse)), "states that border Texas or that border Ohio"),
            (_or(Path("tx", ()), Path("oh", ())), "Texas or Ohio"),
            (_or(_path("tx", _CAPITAL), _path("oh", _CAPITAL)), "capital of Texas or capital of Ohio"),
            (_not(_STATES, _NEAR_TEXAS), "states that do not border Texas"),
            (_not(_FILMS, _BY_RON), "films not directed by Ron Howard"),
            (_not(_WITH_TOM, _BY_RON), "films with starred actors Tom Hanks and not directed by Ron Howard"),
            (_not(_BY_RON, _WITH_TOM), "films directed by Ron Howard and without starred actors Tom Hanks"),
            (_not(_PEOPLE, _path("alien", _ACTED.reverse)), "people that never acted in Alien"),
            (_not(_CITIES, _path("tx", _IN.reverse)), "cities not in Texas"),
            (_not(_NEAR_TEXAS, Path("oh", ())), "states that border Texas other than Ohio"),
            (_not(_FILMS, _all("Flop")), "films that are not flops"),
            (_not(_CITIES, _path("tx", _CAPITAL)), "cities but not the capital of Texas"),
            (_not(_STATES, Ranked(_STATES, "population")), "states but not the state with the greatest population"),
        ]
    )


def test_conditions() -> None:
    _check(
        [
            (_where(_IN_TEXAS, _is("population", ">", 500_000)), "cities in Texas with population more than 500,000"),
            (_where(_CITIES, _is("population", "≤", 500)), "cities with population at most 500"),
            (
                _where(_CITIES, _is("population", "≥", 10_000), _is("population", "<", 20_000)),
                "cities with population between 10,000 and 20,000",
            ),
            (_where(_FILMS, _is("release_year", ">", 1990)), "films with release year after 1990"),
            (_where(_FILMS, _is("release_year", "=", 1990)), "films with release year 1990"),
            (_where(_FILMS, _is("released", "<", date(2000, 1, 1))), "films released before 1 January 2000"),
            (_where(_FILMS, _is("has_genre", "contains", "sci")), "films with genre containing sci"),
            (_where(_FILMS, _is("has_genre", "≠", "comedy")), "films with genre other than comedy"),
            (_where(_FILMS, _is(NAME, "=", "Alien")), "films named Alien"),
            (_where(_FILMS, _is(NAME, "starts with", "Al")), "films with name starting with Al"),
            (_where(_PEOPLE, _is("active", "=", False)), "people that are not active"),
            (_where(_PEOPLE, HasNeighbours(_ACTED)), "people that acted in some films"),
            (_where(_PEOPLE, HasNeighbours(_ACTED, Comparison.EQUAL, 0)), "people that acted in no films"),
            (_where(_FILMS, HasNeighbours(_STARRED, Comparison.EQUAL, 0)), "films with no starred actors"),
            (_where(_PEOPLE, HasNeighbours(Step("age"), Comparison.EQUAL, 0)), "people with no ages"),
            (
                _where(_RIVERS, HasNeighbours(_TRAVERSES, Comparison.GREATER, 3)),
                "rivers that traverse more than 3 states",
            ),
            (_where(_STATES, HasNeighbours(_TRAVERSES.reverse, Comparison.EQUAL, 1)), "states that 1 river traverses"),
            (
                _where(_PEOPLE, HasNeighbours(_DIRECTED_BY.reverse, Comparison.AT_LEAST, 2)),
                "people that directed at least 2 films",
            ),
            (_where(_CITIES, HasNeighbours(_CAPITAL.reverse)), "cities that are the capital of some states"),
            (_where(_PEOPLE, SharedNeighbour(_ACTED, _WROTE)), "people that acted in and wrote the same film"),
            (
                _where(_PEOPLE, SharedNeighbour(_DIRECTED_BY.reverse, _STARRED.reverse)),
                "people that directed and are the starred actors of the same film",
            ),
            (
                _where(_FILMS, SharedNeighbour(_DIRECTED_BY, Step("written_by"))),
                "films directed by and written by the same person",
            ),
            (
                _where(_IN_TEXAS, _is("population", ">", 5), HasNeighbours(_CAPITAL.reverse)),
                "cities in Texas with population more than 5 and that are the capital of some states",
            ),
        ]
    )


def test_ranked() -> None:
    _check(
        [
            (Ranked(_STATES, "population"), "state with the greatest population"),
            (Ranked(_STATES, "population", greatest=False), "state with the least population"),
            (
                Ranked(_and(_RIVERS, _path("tx", _TRAVERSES.reverse)), "length", first=3),
                "top 3 rivers that traverse Texas with the greatest length",
            ),
            (Ranked(_NEAR_TEXAS, "population"), "state that borders Texas with the greatest population"),
            (Ranked(_FILMS, "released", greatest=False), "film released earliest"),
            (Ranked(_FILMS, "release_year"), "film with the latest release year"),
            (Ranked(_STATES, _BORDERS), "state that borders the most states"),
            (Ranked(_STATES, _TRAVERSES.reverse), "state that the most rivers traverse"),
            (Ranked(_FILMS, _STARRED, greatest=False), "film with the fewest starred actors"),
            (Ranked(_PEOPLE, _DIRECTED_BY.reverse), "person that directed the most films"),
            (
                Ranked(Ranked(_FILMS, "release_year", first=2), "has_genre"),
                "one of the top 2 films with the latest release year with the greatest genre",
            ),
            (
                _and(_NEAR_TEXAS, Ranked(_STATES, "population", first=3)),
                "states that border Texas and that are among the top 3 states with the greatest population",
            ),
        ]
    )


def test_following() -> None:
    largest = Ranked(_STATES, "population")
    _check(
        [
            (Following(largest, (_BORDERS.reverse,)), "states that border the state with the greatest population"),
            (Following(largest, (_CAPITAL,)), "capital of the state with the greatest population"),
            (
                Following(_and(_STATES, _NEAR_TEXAS), (_TRAVERSES.reverse,)),
                "rivers that traverse states that border Texas",
            ),
            (
                Ranked(Following(largest, (_IN.reverse,)), "population"),
                "city or river in the state with the greatest population with the greatest population",
            ),
            (
                _and(_CITIES, Following(largest, (_BORDERS.reverse, _IN.reverse))),
                "cities in states that border the state with the greatest population",
            ),
        ]
    )


def test_computed() -> None:
    _check(
        [
            (Count(_and(_STATES, _NEAR_TEXAS)), "number of states that border Texas"),
            (Count(_path("tx", _CAPITAL)), "number of capitals of Texas"),
            (Count(_PEOPLE), "number of people"),
            (Exists(_BY_RON), "whether there are films directed by Ron Howard"),
            (Exists(Path("tx", ())), "whether there is Texas"),
            (Exists(_and(Path("oh", ()), _NEAR_TEXAS)), "whether Ohio borders Texas"),
            (Aggregate(Function.AVERAGE, _path("alien", _STARRED), "age"), "average age of starred actors of Alien"),
            (Aggregate(Function.SUM, _IN_TEXAS, "population"), "total population of cities in Texas"),
            (Aggregate(Function.MAXIMUM, _RIVERS, "length"), "greatest length of rivers"),
            (
                Aggregate(Function.MINIMUM, _path("tx", _CAPITAL), "population"),
                "least population of the capital of Texas",
            ),
            (
                Difference(Path("tx", ()), Path("oh", ()), "population"),
                "difference in population between Texas and Ohio",
            ),
        ]
    )


def test_groups() -> None:
    films_of = Grouped(Count(_FILMS), _DIRECTED_BY)
    population = Aggregate(Function.AVERAGE, _CITIES, "population")
    latest = Aggregate(Function.MAXIMUM, _FILMS, "released")
    of_old_people = Grouped(Count(_FILMS), _DIRECTED_BY, _where(_PEOPLE, _is("age", ">", 50)))
    _check(
        [
            (films_of, "number of films directed by each person"),
            (of_old_people, "number of films directed by each person with age more than 50"),
            (Grouped(Count(_FILMS), _ACTED.reverse), "number of films that each person acted in"),
            (Grouped(Count(_PEOPLE), _ACTED), "number of people that acted in each film"),
            (Grouped(Count(_CITIES), _IN), "number of cities in each state"),
            (Grouped(Count(_IN_TEXAS), Step("age")), "number of cities in Texas for each age"),
            (Grouped(Count(_FILMS), Step(TYPE_RELATION)), "number of films for each type"),
            (
                Grouped(Count(_NEAR_TEXAS), _TRAVERSES.reverse),
                "number of states that border Texas and that each river traverses",
            ),
            (Grouped(Count(_FILMS), _DIRECTED_BY, Path("ron", ())), "number of films directed by each of Ron Howard"),
            (
                Grouped(Count(_FILMS), _DIRECTED_BY, _or(Path("ron", ()), Path("tom", ()))),
                "number of films directed by each of Ron Howard and Tom Hanks",
            ),
            (Grouped(population, _IN), "average population of cities in each state"),
            (Grouped(latest, _DIRECTED_BY), "latest date films directed by each person were released"),
        ]
    )


def test_attributes_beside_entities() -> None:
    _check(
        [
            (Beside(_IN_TEXAS, "population"), "cities in Texas and their population"),
            (Beside(Ranked(_RIVERS, "length"), "length"), "river with the greatest length and its length"),
            (Beside(_FILMS, "released"), "films and when they were released"),
            (Beside(_FILMS, "release_year"), "films and their release year"),
            (Beside(_PEOPLE, "active"), "people and whether they are active"),
            (Beside(Path("tom", ()), "age"), "Tom Hanks and its age"),
        ]
    )


def test_comparisons() -> None:
    texas, ohio = (_path(key, Step("population")) for key in ("tx", "oh"))
    released = [_path(key, Step("released")) for key in ("alien", "tom")]
    _check(
        [
            (
                Compared(texas, Comparison.GREATER, ohio),
                "whether the population of Texas is greater than the population of Ohio",
            ),
            (Compared(released[0], Comparison.LESS, released[1]), "whether Alien was released before Tom Hanks"),
            (
                Compared(Count(_WITH_TOM), Comparison.AT_LEAST, Count(_BY_RON)),
                "whether the number of films with starred actors Tom Hanks is at least the number of films "
                "directed by Ron Howard",
            ),
        ]
    )


def test_values_of_facts() -> None:
    tom, ron, alien, texas = (Path(key, ()) for key in ("tom", "ron", "alien", "tx"))
    _check(
        [
            (FactValues(tom, _ACTED, "roles", alien), "roles of Tom Hanks in Alien"),
            (FactValues(alien, _ACTED.reverse, "roles", tom), "roles of Tom Hanks in Alien"),
            (FactValues(tom, _ACTED, "roles"), "roles of Tom Hanks in films"),
            (FactValues(alien, _ACTED.reverse, "roles"), "roles in Alien"),
            (FactValues(_PEOPLE, _ACTED, "roles", alien), "roles of people in Alien"),
            (FactValues(tom, _REVIEWED, "rating", alien), "rating of Tom Hanks that reviewed Alien"),
            (FactValues(tom, _REVIEWED, "rating"), "rating of Tom Hanks that reviewed some films"),
            (FactValues(alien, _REVIEWED.reverse, "rating"), "rating of people that reviewed Alien"),
            (FactValues(alien, _DIRECTED_BY, "paidFee", ron), "paid fee of Alien directed by Ron Howard"),
            (FactValues(ron, _DIRECTED_BY.reverse, "fee"), "fee of films directed by Ron Howard"),
            (FactValues(texas, _CAPITAL, "since", Path("oh", ())), "since when Texas has capital Ohio"),
            (Count(FactValues(tom, _ACTED, "role")), "number of roles of Tom Hanks in films"),
            (Exists(FactValues(tom, _ACTED, "roles", alien)), "whether there are roles of Tom Hanks in Alien"),
        ]
    )


def test_facts_that_meet_conditions() -> None:
    acme, worked = Path("acme", ()), Step("WORKED_AT", Direction.IN)
    may = date(2010, 5, 1)

    def through(*conditions: FactCondition) -> Through:
        return Through(acme, worked, conditions)

    def during(first: Scalar, last: Scalar) -> During:
        return During("from", "to", Literal(first), Literal(last))

    in_2010 = through(during(2010, 2010))
    _check(
        [
            (in_2010, "people that worked at Acme in 2010"),
            (
                through(during(may, may)),
                "people that worked at Acme on 1 May 2010",
            ),
            (through(during(date(2010, 1, 1), date(2010, 12, 31))), "people that worked at Acme in 2010"),
            (
                through(during(2010, 2012)),
                "people that worked at Acme at some time between 2010 and 2012",
            ),
            (
                through(_is("post", "=", "clerk"), during(2010, 2010)),
                "people that worked at Acme in 2010 with post clerk",
            ),
            (
                through(_is("from", "≤", 2010), _is("to", "≥", 2012)),
                "people that worked at Acme from 2010 or earlier and until 2012 or later",
            ),
            (
                through(_is("from", "<", 2010), _is("to", ">", 2010)),
                "people that worked at Acme from before 2010 and until after 2010",
            ),
            (
                through(_is("from", "≤", 15), _is("to", "≥", 15)),
                "people that worked at Acme from at most 15 and to at least 15",
            ),
            (
                through(_is("year", "≥", 2000), _is("year", "<", 2010)),
                "people that worked at Acme with year between 2000 and 2010",
            ),
            (through(_is("year", ">", 2000)), "people that worked at Acme with year after 2000"),
            (through(_is("from", "<", may)), "people that worked at Acme from before 1 May 2010"),
            (
                Through(Path("tom", ()), _ACTED, (_is("roles", "=", "Neo"),)),
                "films that Tom Hanks acted in with roles Neo",
            ),
            (
                Through(Path("tx", ()), _CAPITAL, (_is("since", ">", 1900),)),
                "capital of Texas since after 1900",
            ),
            (_and(_PEOPLE, in_2010), "people that worked at Acme in 2010"),
            (
                _and(in_2010, _path("alien", _ACTED.reverse)),
                "people that worked at Acme in 2010 and that acted in Alien",
            ),
            (_not(_PEOPLE, in_2010), "people that never worked at Acme in 2010"),
            (Ranked(in_2010, "age"), "person that worked at Acme in 2010 with the greatest age"),
            (Count(in_2010), "number of people that worked at Acme in 2010"),
        ]
    )


_CAMPUS = Schema(
    10,
    10,
    tuple(TypeInfo(name, words_of(name), 1) for name in ("Student", "Professor", "Course", "Diagnosis", "recipes")),
    (
        _relation("advises", "Professor", "Student"),
        _relation("teaches", "Professor Student", "Course"),
        _relation("enrolledIn", "Student", "Course"),
        _relation("offeredBy", "Course", "Department"),
        _relation("majorsIn", "Student", "Department"),
        _relation("member_of", "Professor Student", "Group"),
        _relation("was_capital_of", "City", "Country"),
        _relation("born_in", "Student", "City"),
        _relation("assigned_to", "Issue", "Developer"),
        _relation("uses_currency", "Country", "Currency"),
        _relation("needs_tool", "recipes", "tools"),
        _relation("treated_by", "Patient", "Doctor"),
        _relation("performs", "Doctor", "Procedure"),
        _relation("PRESCRIBED", "Patient", "Drug"),
        _relation("allergic_to", "Patient", "Drug"),
        _relation("diagnosed_with", "Patient", "Diagnosis"),
        _relation("trainedBy", "Chef", "Chef"),
        _relation("admires", "Chef", "Chef"),
        _relation("hired_on", "Professor", kind="date"),
        _relation("died_on", "Professor", kind="date"),
        _relation("founded_in", "Department", kind="number"),
        _relation("opened", "Park", kind="number"),
        _relation("calling_code", "Country", kind="string"),
        _relation("drives_on_left", "Country", kind="boolean"),
        _relation("area_km2", "Country", kind="number"),
        _relation("population_m", "Country", kind="number"),
        _relation("weight_kg", "Patient", kind="number"),
        _relation("calories", "recipes", kind="number"),
        _relation("speaks", "Student", kind="string"),
        _relation("bicycles", "Train", kind="boolean"),
        _relation("passengers_per_day", "Station", kind="number"),
    ),
)


def _step(name: str) -> Step:
    return Step(name[1:], Direction.IN) if name.startswith("^") else Step(name)


def _from(seed: Node, *steps: str) -> Path:
    return _path(seed, *map(_step, steps))


_STUDENTS, _PATIENTS, _COUNTRIES, _RECIPES = map(_all, ("Student", "Patient", "Country", "recipes"))


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (_from("x", "^advises"), "professors that advise x"),
        (_from("x", "advises"), "students that x advises"),
        (_from("x", "^advises", "advises"), "students advised by professors that advise x"),
        (_from("x", "^teaches"), "professors or students that teach x"),
        (_and(_STUDENTS, _from("x", "^teaches")), "students that teach x"),
        (_and(_from("x", "^teaches"), _from("y", "^enrolledIn")), "students enrolled in y and that teach x"),
        (_from("x", "enrolledIn"), "courses that x is enrolled in"),
        (_from("x", "^enrolledIn", "majorsIn"), "departments in which students enrolled in x major"),
        (_from("x", "offeredBy"), "departments that offer x"),
        (_from("x", "majorsIn"), "departments that x majors in"),
        (_from("x", "^member_of"), "professors or students that are members of x"),
        (_from("x", "^was_capital_of"), "cities that were capitals of x"),
        (_from("x", "was_capital_of"), "countries that x was a capital of"),
        (_from("x", "born_in"), "cities that x was born in"),
        (_from("x", "^assigned_to"), "issues assigned to x"),
        (_from("x", "assigned_to"), "developers that x is assigned to"),
        (_from("x", "uses_currency"), "currencies that x uses"),
        (_from("x", "^PRESCRIBED"), "patients with prescribed drug x"),
        (_from("x", "PRESCRIBED"), "prescribed drug of x"),
        (_from("x", "treated_by"), "doctors that treated x"),
        (_from("x", "^allergic_to"), "patients allergic to x"),
        (_from("x", "diagnosed_with"), "diagnoses that x is diagnosed with"),
        (_where(_RECIPES, HasNeighbours(Step("needs_tool"), Comparison.EQUAL, 0)), "recipes that need no tools"),
        (
            _where(_STUDENTS, HasNeighbours(_step("^advises"), Comparison.EQUAL, 0)),
            "students that no professors advise",
        ),
        (
            _where(_all("Course"), HasNeighbours(_step("^enrolledIn"), Comparison.EQUAL, 0)),
            "courses with no students enrolled in them",
        ),
        (_where(_all("Department"), HasNeighbours(_step("^offeredBy"))), "departments that offer some courses"),
    ],
)
def test_verbs_and_participles(program: Program, said: str) -> None:
    assert in_words(program, _CAMPUS, {}) == said


def test_shared_neighbours_keep_the_direction_of_each_step() -> None:
    pairs = [("trainedBy", "admires"), ("^trainedBy", "admires"), ("trainedBy", "^admires"), ("^trainedBy", "^admires")]
    chefs = _all("Chef")
    said = [in_words(_where(chefs, SharedNeighbour(_step(a), _step(b))), _CAMPUS, {}) for a, b in pairs]
    assert said == [
        "chefs that are trained by and admire the same chef",
        "chefs that trained and admire the same chef",
        "chefs trained by and admired by the same chef",
        "chefs that trained and are admired by the same chef",
    ]


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (_from("x", "hired_on"), "when x was hired"),
        (_from("x", "died_on"), "when x died"),
        (_from("x", "founded_in"), "when x was founded"),
        (_from("x", "opened"), "when x was opened"),
        (Count(_from("x", "founded_in")), "number of years x was founded"),
        (_from("x", "calling_code"), "calling code of x"),
        (_from("x", "drives_on_left"), "whether x drives on left"),
        (_from("x", "area_km2"), "area in km2 of x"),
        (_from("x", "population_m"), "population in millions of x"),
        (_from("x", "speaks"), "what x speaks"),
        (_from("x", "bicycles"), "whether x has bicycles"),
        (_where(_all("Train"), _is("bicycles", "=", False)), "trains that have no bicycles"),
        (Ranked(_all("Station"), "passengers_per_day"), "station with the most passengers per day"),
        (_from(Literal(1969), "^founded_in"), "departments founded in 1969"),
        (_from(Literal("Welsh"), "^speaks"), "students that speak Welsh"),
        (_where(_all("Professor"), _is("hired_on", "<", date(1995, 1, 1))), "professors hired before 1 January 1995"),
        (_where(_all("Professor"), _is("died_on", "≥", date(1995, 1, 1))), "professors that died since 1 January 1995"),
        (_where(_COUNTRIES, _is("drives_on_left", "=", False)), "countries that do not drive on left"),
        (_where(_COUNTRIES, _is("population_m", ">", 5)), "countries with population more than 5 million"),
        (
            _where(_PATIENTS, _is("weight_kg", "≥", 70), _is("weight_kg", "≤", 80)),
            "patients with weight between 70 and 80 kg",
        ),
        (_where(_RECIPES, _is("calories", "<", 200)), "recipes with less than 200 calories"),
        (Ranked(_RECIPES, "calories"), "recipe with the most calories"),
        (Ranked(_all("Professor"), "died_on"), "professor that died latest"),
        (Ranked(_PATIENTS, "weight_kg", first=2), "top 2 patients with the greatest weight"),
        (Aggregate(Function.MINIMUM, _all("Professor"), "hired_on"), "earliest date professors were hired"),
        (Aggregate(Function.SUM, _COUNTRIES, "area_km2"), "total area of countries"),
    ],
)
def test_attributes(program: Program, said: str) -> None:
    assert in_words(program, _CAMPUS, {}) == said


@pytest.mark.parametrize(
    ("members", "said"),
    [
        (_from("x", "advises"), "whether x advises y"),
        (_from("x", "^advises"), "whether y advises x"),
        (_from("x", "^enrolledIn"), "whether y is enrolled in x"),
        (_from("x", "calling_code"), "whether y is the calling code of x"),
        (_from(Literal("44"), "^calling_code"), "whether y has calling code 44"),
        (_STUDENTS, "whether y is a student"),
        (_and(_STUDENTS, _from("x", "^teaches")), "whether y is a student that teaches x"),
        (_from("x", "advises", "majorsIn"), "whether y is a department in which students that x advises major"),
    ],
)
def test_statements(members: NodeSet, said: str) -> None:
    assert in_words(Exists(_and(Path("y", ()), members)), _CAMPUS, {}) == said


_STEPS = st.builds(Step, st.sampled_from([*(r.name for r in _SCHEMA.relations), "unknown", " "]))
_EITHER = _STEPS | _STEPS.map(lambda step: step.reverse)
_LITERALS = st.builds(Literal, st.sampled_from([1, 2000, 12345, 0.5, "", "text", True, date(2000, 1, 1)]))
_SEEDS = st.sampled_from(["tx", "key", EntityType("Film"), EntityType("Unknown")]) | _LITERALS
_PATHS = st.builds(Path, _SEEDS, st.lists(st.builds(Hop, _EITHER, st.booleans()), max_size=3).map(tuple))


@given(programs(_PATHS, _EITHER, st.sampled_from([r.name for r in _SCHEMA.relations]), _LITERALS))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_program_has_words(program: Program) -> None:
    text = in_words(program, _SCHEMA, _NAMES)
    assert text
    assert ", reversed" not in text or any(isinstance(part, SharedNeighbour) for part in _parts(program))


def _parts(part: object) -> Iterator[object]:
    yield part
    if is_dataclass(part):
        for one in fields(part):
            value = getattr(part, one.name)
            for each in value if isinstance(value, tuple) else (value,):
                yield from _parts(each)


@pytest.mark.parametrize(
    ("text", "shape", "said"),
    [
        ("capital", Shape.NOUN, "capital"),
        ("starred actors", Shape.NOUN, "starred actors"),
        ("has genre", Shape.NOUN, "genre"),
        ("has won", Shape.VERB, "has won"),
        ("borders", Shape.VERB, "borders"),
        ("plays for country", Shape.VERB, "plays for country"),
        ("acted in", Shape.VERB, "acted in"),
        ("wrote", Shape.VERB, "wrote"),
        ("directed by", Shape.MODIFIER, "directed by"),
        ("in language", Shape.MODIFIER, "in language"),
        ("is in country", Shape.MODIFIER, "in country"),
        ("located in", Shape.MODIFIER, "located in"),
        ("is part of", Shape.ROLE, "part of"),
        ("is a member of", Shape.ROLE, "member of"),
        ("is a", Shape.NOUN, "kind"),
        ("parent of", Shape.ROLE, "parent of"),
        ("genres", Shape.NOUN, "genres"),
        ("heads", Shape.VERB, "heads"),
        ("works with", Shape.VERB, "works with"),
        ("digitises", Shape.VERB, "digitises"),
        ("report to", Shape.VERB, "reports to"),
        ("works", Shape.NOUN, "works"),
        ("members", Shape.NOUN, "members"),
        ("filed under", Shape.MODIFIER, "filed under"),
        ("set in", Shape.MODIFIER, "set in"),
        ("underwent", Shape.VERB, "underwent"),
        ("first appeared in", Shape.VERB, "first appeared in"),
        ("calling code", Shape.NOUN, "calling code"),
        ("building", Shape.NOUN, "building"),
        ("containing", Shape.MODIFIER, "containing"),
        ("suitable for", Shape.MODIFIER, "suitable for"),
        ("substitute for", Shape.ROLE, "substitute for"),
        ("flight to", Shape.VERB, "has flight to"),
        ("has office in", Shape.VERB, "has office in"),
    ],
)
def test_shapes_of_texts(text: str, shape: Shape, said: str) -> None:
    assert phrase_of(text) == Phrase(shape, said)


def test_forms_of_words() -> None:
    nouns = ("person", "city", "day", "box", "film", "bus")
    assert [plural_of(noun) for noun in nouns] == ["people", "cities", "days", "boxes", "films", "buses"]
    irregular = ("diagnosis", "aircraft", "species", "shelf", "chairwoman", "gas")
    assert [*map(plural_of, irregular)] == ["diagnoses", "aircraft", "species", "shelves", "chairwomen", "gases"]
    several = (
        "recipes",
        "currencies",
        "classes",
        "branches",
        "houses",
        "viruses",
        "lives",
        "status",
        "series",
    )
    one = ["recipe", "currency", "class", "branch", "house", "virus", "life", "status", "series"]
    assert [singular_of(noun) for noun in several] == one
    assert plural_of("point of interest") == "points of interest"
    assert plural_of("states") == "states"
    assert conjugated("crosses", plural=True) == "cross"
    assert conjugated("has won", plural=True) == "have won"
    assert conjugated("flies to", plural=True) == "fly to"
    assert conjugated("wrote", plural=True) == "wrote"
    assert denied("borders", plural=False) == "does not border"
    assert denied("acted in", plural=True) == "never acted in"


@pytest.mark.parametrize(
    ("text", "measure"),
    [
        ("area km 2", Measure("area", "km2")),
        ("height cm", Measure("height", "cm")),
        ("max dose mg", Measure("max dose", "mg")),
        ("elevation m", Measure("elevation", "m")),
        ("population m", Measure("population", "million")),
        ("duration minutes", Measure("duration", "minutes")),
        ("budget eur", Measure("budget", "euros")),
        ("prep minutes", Measure("prep minutes")),
        ("price per kg", Measure("price per kg")),
        ("open 24 h", Measure("open 24 h")),
        ("m", Measure("m")),
    ],
)
def test_units(text: str, measure: Measure) -> None:
    assert measure_of(text) == measure


@pytest.mark.parametrize(
    ("base", "third", "participle"),
    [
        ("advise", "advises", "advised"),
        ("carry", "carries", "carried"),
        ("play", "plays", "played"),
        ("teach", "teaches", "taught"),
        ("stop", "stops", "stopped"),
        ("write", "writes", "written"),
        ("referee", "referees", "refereed"),
        ("hold", "holds", "held"),
    ],
)
def test_forms_of_verbs(base: str, third: str, participle: str) -> None:
    assert (third_of(base), participle_of(base)) == (third, participle)
    assert (base_of_third(third), base_of_participle(participle)) == (base, base)
