"""Properties of facts in words."""

from __future__ import annotations

from datetime import date

from graphdb import (
    Direction,
    Literal,
    Path,
    Scalar,
    Step,
)
from graphdb.programs import (
    Count,
    During,
    Exists,
    FactCondition,
    FactValues,
    Ranked,
    Through,
)
from tests.kgqa.wording.sayings import (
    ACTED,
    CAPITAL,
    DIRECTED_BY,
    PEOPLE,
    REVIEWED,
    both,
    but_not,
    check,
    compare,
    path,
)


def test_values_of_facts() -> None:
    tom, ron, alien, texas = (Path(key, ()) for key in ("tom", "ron", "alien", "tx"))
    check(
        [
            (FactValues(tom, ACTED, "roles", alien), "roles of Tom Hanks in Alien"),
            (FactValues(alien, ACTED.reverse, "roles", tom), "roles of Tom Hanks in Alien"),
            (FactValues(tom, ACTED, "roles"), "roles of Tom Hanks in films"),
            (FactValues(alien, ACTED.reverse, "roles"), "roles in Alien"),
            (FactValues(PEOPLE, ACTED, "roles", alien), "roles of people in Alien"),
            (FactValues(tom, REVIEWED, "rating", alien), "rating of Tom Hanks that reviewed Alien"),
            (FactValues(tom, REVIEWED, "rating"), "rating of Tom Hanks that reviewed some films"),
            (FactValues(alien, REVIEWED.reverse, "rating"), "rating of people that reviewed Alien"),
            (FactValues(alien, DIRECTED_BY, "paidFee", ron), "paid fee of Alien directed by Ron Howard"),
            (FactValues(ron, DIRECTED_BY.reverse, "fee"), "fee of films directed by Ron Howard"),
            (FactValues(texas, CAPITAL, "since", Path("oh", ())), "since when Texas has capital Ohio"),
            (Count(FactValues(tom, ACTED, "role")), "number of roles of Tom Hanks in films"),
            (Exists(FactValues(tom, ACTED, "roles", alien)), "whether there are roles of Tom Hanks in Alien"),
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
    check(
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
                through(compare("post", "=", "clerk"), during(2010, 2010)),
                "people that worked at Acme in 2010 with post clerk",
            ),
            (
                through(compare("from", "≤", 2010), compare("to", "≥", 2012)),
                "people that worked at Acme from 2010 or earlier and until 2012 or later",
            ),
            (
                through(compare("from", "<", 2010), compare("to", ">", 2010)),
                "people that worked at Acme from before 2010 and until after 2010",
            ),
            (
                through(compare("from", "≤", 15), compare("to", "≥", 15)),
                "people that worked at Acme from at most 15 and to at least 15",
            ),
            (
                through(compare("year", "≥", 2000), compare("year", "<", 2010)),
                "people that worked at Acme with year between 2000 and 2010",
            ),
            (through(compare("year", ">", 2000)), "people that worked at Acme with year after 2000"),
            (through(compare("from", "<", may)), "people that worked at Acme from before 1 May 2010"),
            (
                Through(Path("tom", ()), ACTED, (compare("roles", "=", "Neo"),)),
                "films that Tom Hanks acted in with roles Neo",
            ),
            (
                Through(Path("tx", ()), CAPITAL, (compare("since", ">", 1900),)),
                "capital of Texas since after 1900",
            ),
            (both(PEOPLE, in_2010), "people that worked at Acme in 2010"),
            (
                both(in_2010, path("alien", ACTED.reverse)),
                "people that worked at Acme in 2010 and that acted in Alien",
            ),
            (but_not(PEOPLE, in_2010), "people that never worked at Acme in 2010"),
            (Ranked(in_2010, "age"), "person that worked at Acme in 2010 with the greatest age"),
            (Count(in_2010), "number of people that worked at Acme in 2010"),
        ]
    )
