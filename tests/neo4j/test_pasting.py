"""Queries as people see them, given to the server as a console gives what is pasted into it."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from graphdb import TYPE_RELATION, Direction, Entity, EntityType, Fact, Hop, Literal, Path, Query, Scalar, Step
from graphdb.neo4j import Neo4jStore
from graphdb.neo4j.driver import Connection
from graphdb.programs import (
    NAME,
    Aggregate,
    Beside,
    Combined,
    Compare,
    Compared,
    Comparison,
    Count,
    Difference,
    During,
    Function,
    Grouped,
    HasNeighbours,
    Program,
    Ranked,
    Restricted,
    SetOperation,
    Through,
)
from tests.neo4j.server import Server

pytestmark = pytest.mark.neo4j

ANN = 'Ann "O\'Hara";\\ // `ann` ü\n:param x => 1;'
FILMS = Path(EntityType("Film"), (Hop(Step(TYPE_RELATION, Direction.IN)),))
OF_ANN = Path(ANN, (Hop(Step("directed; `or` so")),))
PROGRAMS: list[Program] = [
    OF_ANN,
    Path(
        Literal(date(1979, 5, 25)), (Hop(Step("released", Direction.IN)), Hop(Step("directed; `or` so", Direction.IN)))
    ),
    Path(Literal(8.5), (Hop(Step("rating", Direction.IN)),)),
    Count(Combined(SetOperation.INTERSECTION, (FILMS, OF_ANN))),
    Combined(SetOperation.DIFFERENCE, (FILMS, OF_ANN)),
    Restricted(
        FILMS,
        (Compare("rating", Comparison.AT_LEAST, Literal(-1)), Compare(NAME, Comparison.CONTAINS, Literal("';\\"))),
    ),
    Restricted(FILMS, (Compare("seen", Comparison.LESS, Literal(datetime(2020, 1, 1, tzinfo=UTC))),)),
    Restricted(FILMS, (HasNeighbours(Step("directed; `or` so", Direction.IN), Comparison.EQUAL, 0),)),
    Ranked(FILMS, "rating", first=2),
    Aggregate(Function.AVERAGE, FILMS, "rating"),
    Difference(Path("f1", ()), Path("f2", ()), "rating"),
    Compared(Path("f1", (Hop(Step("rating")),)), Comparison.GREATER, Path("f2", (Hop(Step("rating")),))),
    Grouped(Count(FILMS), Step("directed; `or` so", Direction.IN), Path(ANN, ())),
    Grouped(Count(FILMS), Step("rating"), Combined(SetOperation.UNION, (Path(Literal(8), ()), Path(Literal(8.5), ())))),
    Grouped(Aggregate(Function.MAXIMUM, FILMS, "rating"), Step("directed; `or` so", Direction.IN)),
    Beside(OF_ANN, "rating"),
    Beside(Ranked(FILMS, "rating", first=2), "released"),
    Through(Path(ANN, ()), Step("directed; `or` so"), (During("from", "to", Literal(1979), Literal(1979)),)),
]


def pasted(connection: Connection, text: str) -> list[list[object]]:
    """The rows that a console shows: it has the server work out the parameters, and then runs the statement."""
    parameters: dict[str, object] = {}
    lines = text.split("\n")
    while match := re.fullmatch(r":param (\w+) => (.*);", lines[0]):
        (row,) = connection.rows(f"RETURN {match[2]}")
        parameters[match[1]] = row[0]
        lines = lines[1:]
    statement = "\n".join(lines)
    assert statement.endswith(";")
    return connection.rows(statement[:-1], parameters)


def test_what_is_pasted_gives_the_answer(store: Neo4jStore, neo4j_server: Server) -> None:
    store.upsert_entities(
        [
            Entity(ANN, "Ann", types=("Person",)),
            Entity("f1", "Alien ';\\", types=("Film",), properties={"rating": 8.5, "released": date(1979, 5, 25)}),
            Entity("f2", "Heat", types=("Film",), properties={"rating": 8, "seen": datetime(2019, 1, 1, tzinfo=UTC)}),
            Entity("f3", "Her", types=("Film",), properties={"rating": 7.5}),
        ]
    )
    store.upsert_facts([Fact(ANN, "directed; `or` so", film, {"from": 1978}) for film in ("f1", "f2")])
    with neo4j_server.connection() as connection:
        for program, answer in zip(PROGRAMS, store.run(PROGRAMS), strict=True):
            query = store.query(program)
            assert query is not None
            assert answer, program
            rows = pasted(connection, str(query))
            assert rows == connection.rows(query.text, query.parameters), program
            assert len(rows) == len(answer)


SCALARS: st.SearchStrategy[Scalar] = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"])),
    st.dates(min_value=date(1, 1, 1)),
    st.datetimes(),
    st.datetimes(timezones=st.just(UTC)),
)


@given(value=SCALARS)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(value=-(2**63))
@example(value=5e-324)
@example(value=1.7976931348623157e308)
@example(value="\\u0027;\n\r\u2028'")
def test_every_value_comes_back(neo4j_server: Server, value: Scalar) -> None:
    given_value = Query("RETURN $value", {"value": value})
    with neo4j_server.connection() as connection:
        (row,) = pasted(connection, str(given_value))
        assert row == connection.rows("RETURN $value", {"value": value})[0]
