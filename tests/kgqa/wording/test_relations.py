"""Relations and attributes of many kinds, in words."""

from __future__ import annotations

from datetime import date

import pytest

from graphdb import (
    Direction,
    Literal,
    Node,
    Path,
    Schema,
    Step,
    TypeInfo,
)
from graphdb.programs import (
    Aggregate,
    Comparison,
    Count,
    Exists,
    Function,
    HasNeighbours,
    NodeSet,
    Program,
    Ranked,
    SharedNeighbour,
)
from graphdb.wording import words_of
from kgqa.wording import in_words
from tests.kgqa.wording.sayings import (
    all_of,
    both,
    compare,
    path,
    relation,
    where,
)

_CAMPUS = Schema(
    10,
    10,
    tuple(TypeInfo(name, words_of(name), 1) for name in ("Student", "Professor", "Course", "Diagnosis", "recipes")),
    (
        relation("advises", "Professor", "Student"),
        relation("teaches", "Professor Student", "Course"),
        relation("enrolledIn", "Student", "Course"),
        relation("offeredBy", "Course", "Department"),
        relation("majorsIn", "Student", "Department"),
        relation("member_of", "Professor Student", "Group"),
        relation("was_capital_of", "City", "Country"),
        relation("born_in", "Student", "City"),
        relation("assigned_to", "Issue", "Developer"),
        relation("uses_currency", "Country", "Currency"),
        relation("needs_tool", "recipes", "tools"),
        relation("treated_by", "Patient", "Doctor"),
        relation("performs", "Doctor", "Procedure"),
        relation("PRESCRIBED", "Patient", "Drug"),
        relation("allergic_to", "Patient", "Drug"),
        relation("diagnosed_with", "Patient", "Diagnosis"),
        relation("trainedBy", "Chef", "Chef"),
        relation("admires", "Chef", "Chef"),
        relation("hired_on", "Professor", kind="date"),
        relation("died_on", "Professor", kind="date"),
        relation("founded_in", "Department", kind="number"),
        relation("opened", "Park", kind="number"),
        relation("calling_code", "Country", kind="string"),
        relation("drives_on_left", "Country", kind="boolean"),
        relation("area_km2", "Country", kind="number"),
        relation("population_m", "Country", kind="number"),
        relation("weight_kg", "Patient", kind="number"),
        relation("calories", "recipes", kind="number"),
        relation("speaks", "Student", kind="string"),
        relation("bicycles", "Train", kind="boolean"),
        relation("passengers_per_day", "Station", kind="number"),
    ),
)


def _step(name: str) -> Step:
    return Step(name[1:], Direction.IN) if name.startswith("^") else Step(name)


def _from(seed: Node, *steps: str) -> Path:
    return path(seed, *map(_step, steps))


_STUDENTS, _PATIENTS, _COUNTRIES, _RECIPES = map(all_of, ("Student", "Patient", "Country", "recipes"))
_PROFESSORS = all_of("Professor")


@pytest.mark.parametrize(
    ("program", "said"),
    [
        (_from("x", "^advises"), "professors that advise x"),
        (_from("x", "advises"), "students that x advises"),
        (_from("x", "^advises", "advises"), "students advised by professors that advise x"),
        (_from("x", "^teaches"), "professors or students that teach x"),
        (both(_STUDENTS, _from("x", "^teaches")), "students that teach x"),
        (both(_from("x", "^teaches"), _from("y", "^enrolledIn")), "students enrolled in y and that teach x"),
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
        (where(_RECIPES, HasNeighbours(Step("needs_tool"), Comparison.EQUAL, 0)), "recipes that need no tools"),
        (
            where(_STUDENTS, HasNeighbours(_step("^advises"), Comparison.EQUAL, 0)),
            "students that no professors advise",
        ),
        (
            where(all_of("Course"), HasNeighbours(_step("^enrolledIn"), Comparison.EQUAL, 0)),
            "courses with no students enrolled in them",
        ),
        (where(all_of("Department"), HasNeighbours(_step("^offeredBy"))), "departments that offer some courses"),
    ],
)
def test_verbs_and_participles(program: Program, said: str) -> None:
    assert in_words(program, _CAMPUS, {}) == said


def test_shared_neighbours_keep_the_direction_of_each_step() -> None:
    pairs = [("trainedBy", "admires"), ("^trainedBy", "admires"), ("trainedBy", "^admires"), ("^trainedBy", "^admires")]
    chefs = all_of("Chef")
    said = [in_words(where(chefs, SharedNeighbour(_step(a), _step(b))), _CAMPUS, {}) for a, b in pairs]
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
        (where(all_of("Train"), compare("bicycles", "=", False)), "trains that have no bicycles"),
        (Ranked(all_of("Station"), "passengers_per_day"), "station with the most passengers per day"),
        (_from(Literal(1969), "^founded_in"), "departments founded in 1969"),
        (_from(Literal("Welsh"), "^speaks"), "students that speak Welsh"),
        (
            where(all_of("Professor"), compare("hired_on", "<", date(1995, 1, 1))),
            "professors hired before 1 January 1995",
        ),
        (
            where(all_of("Professor"), compare("died_on", "≥", date(1995, 1, 1))),
            "professors that died since 1 January 1995",
        ),
        (where(_COUNTRIES, compare("drives_on_left", "=", False)), "countries that do not drive on left"),
        (where(_COUNTRIES, compare("population_m", ">", 5)), "countries with population more than 5 million"),
        (
            where(_PATIENTS, compare("weight_kg", "≥", 70), compare("weight_kg", "≤", 80)),
            "patients with weight between 70 and 80 kg",
        ),
        (where(_RECIPES, compare("calories", "<", 200)), "recipes with less than 200 calories"),
        (Ranked(_RECIPES, "calories"), "recipe with the most calories"),
        (Ranked(all_of("Professor"), "died_on"), "professor that died latest"),
        (Ranked(_PATIENTS, "weight_kg", first=2), "top 2 patients with the greatest weight"),
        (Aggregate(Function.MINIMUM, all_of("Professor"), "hired_on"), "earliest date professors were hired"),
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
        (both(_STUDENTS, _from("x", "^teaches")), "whether y is a student that teaches x"),
        (_from("x", "advises", "majorsIn"), "whether y is a department in which students that x advises major"),
    ],
)
def test_statements(members: NodeSet, said: str) -> None:
    assert in_words(Exists(both(Path("y", ()), members)), _CAMPUS, {}) == said
