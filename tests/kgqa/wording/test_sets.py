"""Sets in words: paths, combinations, conditions and ranks."""

from __future__ import annotations

from datetime import date

from graphdb import (
    TYPE_RELATION,
    Direction,
    EntityType,
    Hop,
    Literal,
    Path,
    Step,
)
from graphdb.programs import (
    NAME,
    Comparison,
    Following,
    HasNeighbours,
    Ranked,
    SharedNeighbour,
)
from tests.kgqa.wording.sayings import (
    ACTED,
    BORDERS,
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
    WROTE,
    all_of,
    both,
    but_not,
    check,
    compare,
    either,
    path,
    where,
)


def test_paths() -> None:
    check(
        [
            (Path("tx", ()), "Texas"),
            (Path("key", ()), "key"),
            (Path(EntityType("Film"), ()), "film"),
            (FILMS, "films"),
            (PEOPLE, "people"),
            (path("tx", CAPITAL), "capital of Texas"),
            (path("tx", CAPITAL, Step("population")), "population of the capital of Texas"),
            (path("alien", STARRED), "starred actors of Alien"),
            (path("alien", Step(TYPE_RELATION)), "type of Alien"),
            (NEAR_TEXAS, "states that border Texas"),
            (path("tx", BORDERS), "states that Texas borders"),
            (path("tx", IN.reverse), "cities or rivers in Texas"),
            (path("tx", Step("part_of")), "countries that Texas is part of"),
            (path("tx", Step("part_of", Direction.IN)), "states that are part of Texas"),
            (BY_RON, "films directed by Ron Howard"),
            (path("alien", DIRECTED_BY), "people that directed Alien"),
            (path("alien", Step("written_by")), "people that wrote Alien"),
            (path("tom", ACTED), "films that Tom Hanks acted in"),
            (path("alien", ACTED.reverse), "people that acted in Alien"),
            (WITH_TOM, "films with starred actors Tom Hanks"),
            (path("tx", BORDERS.reverse, TRAVERSES.reverse), "rivers that traverse states that border Texas"),
            (path("ron", DIRECTED_BY.reverse, STARRED), "starred actors of films directed by Ron Howard"),
            (
                Path("tom", (Hop(ACTED), Hop(ACTED.reverse, exclude_seed=True))),
                "people that acted in films that Tom Hanks acted in other than Tom Hanks",
            ),
            (path(EntityType("River"), Step(TYPE_RELATION, Direction.IN), TRAVERSES), "states traversed by rivers"),
            (path("x", Step("unknownThing")), "unknown thing of x"),
            (path("x", Step("unknownThing", Direction.IN)), "ones with unknown thing x"),
        ]
    )


def test_values_as_seeds() -> None:
    check(
        [
            (path(Literal("comedy"), Step("has_genre", Direction.IN)), "films with genre comedy"),
            (path(Literal(1999), Step("release_year", Direction.IN)), "films with release year 1999"),
            (path(Literal(123456), Step("length", Direction.IN)), "rivers with length 123,456"),
            (path(Literal(date(1979, 5, 25)), Step("released", Direction.IN)), "films released on 25 May 1979"),
            (path(Literal(True), Step("active", Direction.IN)), "people that are active"),
            (
                path(Literal(1999), Step("release_year", Direction.IN), DIRECTED_BY),
                "people that directed films with release year 1999",
            ),
        ]
    )


def test_combined() -> None:
    check(
        [
            (both(STATES, NEAR_TEXAS), "states that border Texas"),
            (IN_TEXAS, "cities in Texas"),
            (both(path("tx", IN.reverse), CITIES), "cities in Texas"),
            (both(WITH_TOM, BY_RON), "films with starred actors Tom Hanks and directed by Ron Howard"),
            (both(path("alien", ACTED.reverse), all_of("Flop")), "flops that acted in Alien"),
            (both(FILMS, all_of("Flop")), "films that are flops"),
            (both(CITIES, path("tx", CAPITAL)), "cities that are the capital of Texas"),
            (both(path("tx", CAPITAL), path("oh", CAPITAL)), "capital of Texas that is also the capital of Ohio"),
            (either(NEAR_TEXAS, path("oh", BORDERS.reverse)), "states that border Texas or that border Ohio"),
            (either(Path("tx", ()), Path("oh", ())), "Texas or Ohio"),
            (either(path("tx", CAPITAL), path("oh", CAPITAL)), "capital of Texas or capital of Ohio"),
            (but_not(STATES, NEAR_TEXAS), "states that do not border Texas"),
            (but_not(FILMS, BY_RON), "films not directed by Ron Howard"),
            (but_not(WITH_TOM, BY_RON), "films with starred actors Tom Hanks and not directed by Ron Howard"),
            (but_not(BY_RON, WITH_TOM), "films directed by Ron Howard and without starred actors Tom Hanks"),
            (but_not(PEOPLE, path("alien", ACTED.reverse)), "people that never acted in Alien"),
            (but_not(CITIES, path("tx", IN.reverse)), "cities not in Texas"),
            (but_not(NEAR_TEXAS, Path("oh", ())), "states that border Texas other than Ohio"),
            (but_not(FILMS, all_of("Flop")), "films that are not flops"),
            (but_not(CITIES, path("tx", CAPITAL)), "cities but not the capital of Texas"),
            (but_not(STATES, Ranked(STATES, "population")), "states but not the state with the greatest population"),
        ]
    )


def test_conditions() -> None:
    check(
        [
            (where(IN_TEXAS, compare("population", ">", 500_000)), "cities in Texas with population more than 500,000"),
            (where(CITIES, compare("population", "≤", 500)), "cities with population at most 500"),
            (
                where(CITIES, compare("population", "≥", 10_000), compare("population", "<", 20_000)),
                "cities with population between 10,000 and 20,000",
            ),
            (where(FILMS, compare("release_year", ">", 1990)), "films with release year after 1990"),
            (where(FILMS, compare("release_year", "=", 1990)), "films with release year 1990"),
            (where(FILMS, compare("released", "<", date(2000, 1, 1))), "films released before 1 January 2000"),
            (where(FILMS, compare("has_genre", "contains", "sci")), "films with genre containing sci"),
            (where(FILMS, compare("has_genre", "≠", "comedy")), "films with genre other than comedy"),
            (where(FILMS, compare(NAME, "=", "Alien")), "films named Alien"),
            (where(FILMS, compare(NAME, "starts with", "Al")), "films with name starting with Al"),
            (where(PEOPLE, compare("active", "=", False)), "people that are not active"),
            (where(PEOPLE, HasNeighbours(ACTED)), "people that acted in some films"),
            (where(PEOPLE, HasNeighbours(ACTED, Comparison.EQUAL, 0)), "people that acted in no films"),
            (where(FILMS, HasNeighbours(STARRED, Comparison.EQUAL, 0)), "films with no starred actors"),
            (where(PEOPLE, HasNeighbours(Step("age"), Comparison.EQUAL, 0)), "people with no ages"),
            (
                where(RIVERS, HasNeighbours(TRAVERSES, Comparison.GREATER, 3)),
                "rivers that traverse more than 3 states",
            ),
            (where(STATES, HasNeighbours(TRAVERSES.reverse, Comparison.EQUAL, 1)), "states that 1 river traverses"),
            (
                where(PEOPLE, HasNeighbours(DIRECTED_BY.reverse, Comparison.AT_LEAST, 2)),
                "people that directed at least 2 films",
            ),
            (where(CITIES, HasNeighbours(CAPITAL.reverse)), "cities that are the capital of some states"),
            (where(PEOPLE, SharedNeighbour(ACTED, WROTE)), "people that acted in and wrote the same film"),
            (
                where(PEOPLE, SharedNeighbour(DIRECTED_BY.reverse, STARRED.reverse)),
                "people that directed and are the starred actors of the same film",
            ),
            (
                where(FILMS, SharedNeighbour(DIRECTED_BY, Step("written_by"))),
                "films directed by and written by the same person",
            ),
            (
                where(IN_TEXAS, compare("population", ">", 5), HasNeighbours(CAPITAL.reverse)),
                "cities in Texas with population more than 5 and that are the capital of some states",
            ),
        ]
    )


def test_ranked() -> None:
    check(
        [
            (Ranked(STATES, "population"), "state with the greatest population"),
            (Ranked(STATES, "population", greatest=False), "state with the least population"),
            (
                Ranked(both(RIVERS, path("tx", TRAVERSES.reverse)), "length", first=3),
                "top 3 rivers that traverse Texas with the greatest length",
            ),
            (Ranked(NEAR_TEXAS, "population"), "state that borders Texas with the greatest population"),
            (Ranked(FILMS, "released", greatest=False), "film released earliest"),
            (Ranked(FILMS, "release_year"), "film with the latest release year"),
            (Ranked(STATES, BORDERS), "state that borders the most states"),
            (Ranked(STATES, TRAVERSES.reverse), "state that the most rivers traverse"),
            (Ranked(FILMS, STARRED, greatest=False), "film with the fewest starred actors"),
            (Ranked(PEOPLE, DIRECTED_BY.reverse), "person that directed the most films"),
            (
                Ranked(Ranked(FILMS, "release_year", first=2), "has_genre"),
                "one of the top 2 films with the latest release year with the greatest genre",
            ),
            (
                both(NEAR_TEXAS, Ranked(STATES, "population", first=3)),
                "states that border Texas and that are among the top 3 states with the greatest population",
            ),
        ]
    )


def test_following() -> None:
    largest = Ranked(STATES, "population")
    check(
        [
            (Following(largest, (BORDERS.reverse,)), "states that border the state with the greatest population"),
            (Following(largest, (CAPITAL,)), "capital of the state with the greatest population"),
            (
                Following(both(STATES, NEAR_TEXAS), (TRAVERSES.reverse,)),
                "rivers that traverse states that border Texas",
            ),
            (
                Ranked(Following(largest, (IN.reverse,)), "population"),
                "city or river in the state with the greatest population with the greatest population",
            ),
            (
                both(CITIES, Following(largest, (BORDERS.reverse, IN.reverse))),
                "cities in states that border the state with the greatest population",
            ),
        ]
    )
