"""Programs as Cypher: what every statement keeps to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

import pytest
from neo4j import GraphDatabase

from graphdb import (
    TYPE_RELATION,
    Entity,
    EntityType,
    Fact,
    Hop,
    Literal,
    Node,
    Path,
    PropertyValue,
    Scalar,
    Step,
)
from graphdb.neo4j import Neo4jStore
from graphdb.programs import (
    NAME,
    Aggregate,
    Combined,
    Compare,
    Comparison,
    Count,
    Difference,
    Exists,
    FactValues,
    Following,
    Function,
    HasNeighbours,
    NodeSet,
    Program,
    Ranked,
    Restricted,
    SetOperation,
    SharedNeighbour,
    Through,
)
from tests.neo4j.server import Server
from tests.programs import check_programs
from tests.reference import Reference

pytestmark = pytest.mark.neo4j

_IS_A = Step(TYPE_RELATION)
_ACTED, _KNOWS = Step("ACTED_IN"), Step("KNOWS")


def _path(seed: Node, *steps: Step) -> Path:
    return Path(seed, tuple(Hop(step) for step in steps))


_PEOPLE = _path(EntityType("Person"), _IS_A.reverse)


def _where(members: NodeSet, attribute: str, comparison: Comparison, value: Scalar) -> Restricted:
    return Restricted(members, (Compare(attribute, comparison, Literal(value)),))


_TEXT, _NUMBER, _MANY = "Zq said it", 987654, 765432
_MOMENT = datetime(2022, 1, 2, 3, 4, 5, tzinfo=UTC)
_STATED: Sequence[Program] = [
    *(
        _where(_path(_TEXT, _KNOWS), attribute, comparison, value)
        for attribute, value in (("born", _NUMBER), ("genres", _TEXT), (NAME, _TEXT), ("at", _MOMENT))
        for comparison in Comparison
        if isinstance(value, str) or comparison not in {Comparison.CONTAINS, Comparison.STARTS_WITH}
    ),
    *(
        Restricted(_PEOPLE, (HasNeighbours(step, c, _NUMBER),))
        for step in (_ACTED, _IS_A, Step("both"))
        for c in (Comparison.LESS,)
    ),
    Restricted(_PEOPLE, (HasNeighbours(Step("both")), SharedNeighbour(Step("both"), Step("both")))),
    Restricted(_path(Literal(_TEXT), Step("genres").reverse), (HasNeighbours(_IS_A, Comparison.EQUAL, 0),)),
    *(
        Ranked(_PEOPLE, by, first, greatest)
        for by in ("born", _ACTED)
        for first in (1, _MANY)
        for greatest in (True, False)
    ),
    *(Combined(operation, (_path(_TEXT, _KNOWS), _path("other", _KNOWS), _PEOPLE)) for operation in SetOperation),
    Combined(SetOperation.UNION, (Path(Literal(_TEXT), ()), Path(EntityType("Person"), ()), Path(_TEXT, ()))),
    Following(Ranked(_PEOPLE, "born"), (_KNOWS, _ACTED.reverse)),
    Following(_path(_TEXT, Step("both")), (Step("both").reverse, Step("both"))),
    Following(Path(Literal(_NUMBER), ()), (Step("born").reverse, _IS_A, _IS_A.reverse)),
    FactValues(Path(_TEXT, ()), _ACTED, "roles"),
    FactValues(Path(_TEXT, ()), _ACTED, "roles", Path("other", ())),
    FactValues(_path(_TEXT, _ACTED.reverse), _ACTED, "roles", _path(_TEXT, _KNOWS)),
    *(
        Through(Path(_TEXT, ()), _ACTED, (Compare("roles", c, Literal(_TEXT)), Compare("at", c, Literal(value))))
        for c in Comparison
        for value in (_MOMENT, _TEXT)
        if isinstance(value, str) or c not in {Comparison.CONTAINS, Comparison.STARTS_WITH}
    ),
    Count(_path(_TEXT, Step("both"))),
    Exists(_path(_TEXT, Step("both"))),
    *(Aggregate(function, _PEOPLE, "born") for function in Function),
    Difference(Path(_TEXT, ()), Path("other", ()), "born"),
]


@pytest.fixture
def people(store: Neo4jStore) -> Neo4jStore:
    """A managed graph that has all that the statements name."""
    properties: dict[str, PropertyValue] = {"born": 1964, "genres": "x", "both": 1, "at": _MOMENT}
    store.upsert_entities([Entity("a", types=("Person",), properties=properties)])
    store.upsert_facts([Fact("a", relation, "b") for relation in ("KNOWS", "DIRECTED", "both")])
    store.upsert_facts([Fact("a", "ACTED_IN", "b", {"roles": ("Neo", "Mr Anderson"), "billing": 1})])
    return store


def test_no_statement_writes_or_says_a_value(people: Neo4jStore, neo4j_server: Server) -> None:
    with GraphDatabase.driver(neo4j_server.uri, auth=neo4j_server.auth) as driver:
        for program in _STATED:
            query = people.query(program)
            assert query is not None, program
            _, summary, _ = driver.execute_query(f"EXPLAIN {query.text}", dict(query.parameters))
            assert summary.query_type == "r", program
            for value in (_TEXT, str(_NUMBER), str(_MANY), "2022"):
                assert value not in query.text
            unquoted = re.sub("`(?:[^`]|``)*`", "", query.text)  # a property of other tests is called `$p`
            assert set(query.parameters) == set(re.findall(r"\$(\w+)", unquoted))


def test_a_program_reads_well(people: Neo4jStore) -> None:
    later = Restricted(_PEOPLE, (Compare("born", Comparison.GREATER, Literal(1900)), HasNeighbours(_ACTED)))
    query = people.query(Count(later))
    assert query is not None
    assert str(query) == (
        ":param value => 1900;\n"
        "MATCH (n1:`Entity`&`Person`)\n"
        "WITH DISTINCT n1 AS x\n"
        "WHERE any(v IN [] + x.`born` WHERE v > $value)\n"
        "  AND EXISTS { MATCH (x)-[:`ACTED_IN`]->(y:`Entity`) RETURN y }\n"
        "WITH count(x) AS nodes\n"
        "RETURN 'value' AS kind, nodes AS node;"
    )


def test_steps_from_a_set_go_on_from_its_nodes(people: Neo4jStore) -> None:
    oldest = Ranked(_PEOPLE, "born", greatest=False)
    query = people.query(Following(oldest, (_KNOWS.reverse, _ACTED)))
    assert query is not None
    ranked = people.query(oldest)
    assert ranked is not None
    before, _, _ = ranked.text.rpartition("\nRETURN")
    assert query.text == (
        f"{before}\n"
        "MATCH (x)<-[:`KNOWS`]-(y:`Entity`)\n"
        "WITH DISTINCT y AS x\n"
        "MATCH (x)-[:`ACTED_IN`]->(y:`Entity`)\n"
        "WITH DISTINCT y AS x\n"
        "RETURN 'entity' AS kind, x.`key` AS node"
    )


def test_properties_of_relationships_read_well(people: Neo4jStore) -> None:
    a, b = Path("a", ()), Path("b", ())
    first = Through(a, _ACTED, (Compare("billing", Comparison.AT_MOST, Literal(1)),))
    texts = [query.text for asked in (FactValues(a, _ACTED, "roles", b), first) if (query := people.query(asked))]
    assert texts == [
        (
            "MATCH (n0:`Entity` {`key`: $seed})\n"
            "WITH n0 AS x\n"
            "MATCH (x)-[r:`ACTED_IN`]->(y:`Entity`)\n"
            "WHERE y.`key` = $seed2\n"
            "UNWIND [] + r.`roles` AS v\n"
            "WITH DISTINCT v AS x\n"
            "RETURN 'value' AS kind, x AS node"
        ),
        (
            "MATCH (n0:`Entity` {`key`: $seed})\n"
            "WITH n0 AS x\n"
            "MATCH (x)-[r:`ACTED_IN`]->(y:`Entity`)\n"
            "WHERE any(v IN [] + r.`billing` WHERE v <= $value)\n"
            "WITH DISTINCT y AS x\n"
            "RETURN 'entity' AS kind, x.`key` AS node"
        ),
    ]


def test_what_the_graph_cannot_have_has_no_statement(people: Neo4jStore) -> None:
    unknown = _path("a", Step("unknown"))
    impossible: list[Program] = [
        Combined(SetOperation.INTERSECTION, (_PEOPLE, unknown)),
        Combined(SetOperation.UNION, (unknown, unknown)),
        Combined(SetOperation.DIFFERENCE, (unknown, _PEOPLE)),
        Restricted(_PEOPLE, (HasNeighbours(Step("unknown")),)),
        _where(_PEOPLE, "unknown", Comparison.EQUAL, 1),
        Ranked(_PEOPLE, "unknown"),
        Following(_PEOPLE, (_KNOWS, Step("unknown"))),
        Following(unknown, (_KNOWS,)),
        Following(_PEOPLE, (Step("born"), _KNOWS)),
        FactValues(_PEOPLE, _ACTED, "unknown"),
        FactValues(_PEOPLE, Step("born"), "roles"),
        FactValues(_PEOPLE, _ACTED, "roles", unknown),
        Through(_PEOPLE, _ACTED, (Compare("unknown", Comparison.NOT_EQUAL, Literal(1)),)),
        Count(unknown),
        Exists(unknown),
        Aggregate(Function.SUM, _PEOPLE, "unknown"),
        Difference(_PEOPLE, unknown, "born"),
    ]
    assert [people.query(program) for program in impossible] == [None] * len(impossible)
    expected: list[list[Node]] = [*([[]] * 13), [Literal(0)], [Literal(False)], [], []]
    assert [list(answer) for answer in people.run(impossible)] == expected


@pytest.mark.parametrize("moment", [datetime(2020, 1, 1), datetime(2020, 1, 1, tzinfo=UTC)])  # noqa: DTZ001
def test_datetimes_with_and_without_time_zone(store: Neo4jStore, moment: datetime) -> None:
    moments = [moment.replace(tzinfo=zone, microsecond=m) for zone in (None, UTC) for m in (0, 1)]
    reference = Reference()
    for i, each in enumerate(moments):
        entity = Entity(f"e{i}", types=("T",), properties={"at": each})
        store.upsert_entities([entity])
        reference.upsert_entity(entity)
    everything = _path(EntityType("T"), _IS_A.reverse)
    compared = [c for c in Comparison if c not in {Comparison.CONTAINS, Comparison.STARTS_WITH}]
    asked: list[Program] = [_where(everything, "at", comparison, moment) for comparison in compared]
    asked += [Ranked(everything, "at", first, greatest) for first in (1, 2, 3) for greatest in (True, False)]
    asked += [Aggregate(function, everything, "at") for function in (Function.MINIMUM, Function.MAXIMUM)]
    check_programs(store, reference, asked)


def _operators(plan: dict[str, object]) -> Iterator[str]:
    yield str(plan["operatorType"]).split("@")[0]
    children = plan.get("children", [])
    assert isinstance(children, list)
    for child in children:
        yield from _operators(child)


@pytest.mark.parametrize(
    "program",
    [
        _where(_PEOPLE, "born", Comparison.GREATER, 1900),
        Ranked(_PEOPLE, "born"),
        Ranked(_PEOPLE, "born", first=3),
        Ranked(_PEOPLE, _ACTED, first=3),
        Count(Combined(SetOperation.INTERSECTION, (_PEOPLE, _where(_PEOPLE, "born", Comparison.LESS, 2000)))),
        Aggregate(Function.AVERAGE, _PEOPLE, "born"),
        Following(Ranked(_PEOPLE, "born"), (_KNOWS, _IS_A)),
    ],
    ids=str,
)
def test_a_whole_type_is_scanned_once(people: Neo4jStore, neo4j_server: Server, program: Program) -> None:
    query = people.query(program)
    assert query is not None
    with GraphDatabase.driver(neo4j_server.uri, auth=neo4j_server.auth) as driver:
        _, summary, _ = driver.execute_query(f"PROFILE {query.text}", dict(query.parameters))
    assert summary.profile is not None
    scans = [name for name in _operators(summary.profile) if "Scan" in name or "Seek" in name]
    assert len(scans) == 1, scans
    assert scans[0] in {"NodeByLabelScan", "IntersectionNodeByLabelsScan"}
