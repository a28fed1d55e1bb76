"""What is computed of sets, in words."""

from __future__ import annotations

from graphdb import (
    TYPE_RELATION,
    Path,
    Step,
)
from graphdb.programs import (
    Aggregate,
    Beside,
    Compared,
    Comparison,
    Count,
    Difference,
    Exists,
    Function,
    Grouped,
    Ranked,
)
from tests.kgqa.wording.sayings import (
    ACTED,
    BY_RON,
    CAPITAL,
    CITIES,
    DIRECTED_BY,
    FILMS,
    IN,
    IN_TEXAS,
    NEAR_TEXAS,
    PEOPLE,
    RIVERS,
    STARRED,
    STATES,
    TRAVERSES,
    WITH_TOM,
    both,
    check,
    compare,
    either,
    path,
    where,
)


def test_computed() -> None:
    check(
        [
            (Count(both(STATES, NEAR_TEXAS)), "number of states that border Texas"),
            (Count(path("tx", CAPITAL)), "number of capitals of Texas"),
            (Count(PEOPLE), "number of people"),
            (Exists(BY_RON), "whether there are films directed by Ron Howard"),
            (Exists(Path("tx", ())), "whether there is Texas"),
            (Exists(both(Path("oh", ()), NEAR_TEXAS)), "whether Ohio borders Texas"),
            (Aggregate(Function.AVERAGE, path("alien", STARRED), "age"), "average age of starred actors of Alien"),
            (Aggregate(Function.SUM, IN_TEXAS, "population"), "total population of cities in Texas"),
            (Aggregate(Function.MAXIMUM, RIVERS, "length"), "greatest length of rivers"),
            (
                Aggregate(Function.MINIMUM, path("tx", CAPITAL), "population"),
                "least population of the capital of Texas",
            ),
            (
                Difference(Path("tx", ()), Path("oh", ()), "population"),
                "difference in population between Texas and Ohio",
            ),
        ]
    )


def test_groups() -> None:
    films_of = Grouped(Count(FILMS), DIRECTED_BY)
    population = Aggregate(Function.AVERAGE, CITIES, "population")
    latest = Aggregate(Function.MAXIMUM, FILMS, "released")
    of_old_people = Grouped(Count(FILMS), DIRECTED_BY, where(PEOPLE, compare("age", ">", 50)))
    check(
        [
            (films_of, "number of films directed by each person"),
            (of_old_people, "number of films directed by each person with age more than 50"),
            (Grouped(Count(FILMS), ACTED.reverse), "number of films that each person acted in"),
            (Grouped(Count(PEOPLE), ACTED), "number of people that acted in each film"),
            (Grouped(Count(CITIES), IN), "number of cities in each state"),
            (Grouped(Count(IN_TEXAS), Step("age")), "number of cities in Texas for each age"),
            (Grouped(Count(FILMS), Step(TYPE_RELATION)), "number of films for each type"),
            (
                Grouped(Count(NEAR_TEXAS), TRAVERSES.reverse),
                "number of states that border Texas and that each river traverses",
            ),
            (Grouped(Count(FILMS), DIRECTED_BY, Path("ron", ())), "number of films directed by each of Ron Howard"),
            (
                Grouped(Count(FILMS), DIRECTED_BY, either(Path("ron", ()), Path("tom", ()))),
                "number of films directed by each of Ron Howard and Tom Hanks",
            ),
            (Grouped(population, IN), "average population of cities in each state"),
            (Grouped(latest, DIRECTED_BY), "latest date films directed by each person were released"),
        ]
    )


def test_attributes_beside_entities() -> None:
    check(
        [
            (Beside(IN_TEXAS, "population"), "cities in Texas and their population"),
            (Beside(Ranked(RIVERS, "length"), "length"), "river with the greatest length and its length"),
            (Beside(FILMS, "released"), "films and when they were released"),
            (Beside(FILMS, "release_year"), "films and their release year"),
            (Beside(PEOPLE, "active"), "people and whether they are active"),
            (Beside(Path("tom", ()), "age"), "Tom Hanks and its age"),
        ]
    )


def test_comparisons() -> None:
    texas, ohio = (path(key, Step("population")) for key in ("tx", "oh"))
    released = [path(key, Step("released")) for key in ("alien", "tom")]
    check(
        [
            (
                Compared(texas, Comparison.GREATER, ohio),
                "whether the population of Texas is greater than the population of Ohio",
            ),
            (Compared(released[0], Comparison.LESS, released[1]), "whether Alien was released before Tom Hanks"),
            (
                Compared(Count(WITH_TOM), Comparison.AT_LEAST, Count(BY_RON)),
                "whether the number of films with starred actors Tom Hanks is at least the number of films "
                "directed by Ron Howard",
            ),
        ]
    )
