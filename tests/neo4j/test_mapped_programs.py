"""Programs on a graph that kgqa did not write."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graphdb import (
    TYPE_RELATION,
    Direction,
    Entity,
    EntityType,
    Fact,
    Found,
    Hop,
    Literal,
    LiteralKind,
    Node,
    Path,
    PropertyInfo,
    Row,
    Scalar,
    Step,
    order_of,
)
from graphdb.mapping import Mapping, RelationshipMapping
from graphdb.neo4j import Neo4jStore
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
    Exists,
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
from tests.neo4j import films
from tests.neo4j.server import execute, server
from tests.programs import check_programs, programs
from tests.reference import Reference

pytestmark = pytest.mark.neo4j

_IS_A = Step(TYPE_RELATION)
_ACTED, _DIRECTED, _KNOWS = Step("ACTED_IN"), Step("DIRECTED"), Step("KNOWS")
# What nothing identifies is no entity, and what is no number is no value.
_MORE = """
MATCH (keanu:Person {id: 1}) MATCH (wick:Film {imdb: 'tt2911666'}) MATCH (snow:Film {imdb: 'tt1706620'})
CREATE (keanu)-[:ACTED_IN {roles: ['Nobody'], billing: 1}]->(:Film {title: 'Lost', released: date('2030-01-01')})
CREATE (keanu)-[:DIRECTED {fee: 1}]->(wick)
CREATE (keanu)-[:ACTED_IN]->(wick)
SET wick.born = 2001, snow.rating = 0.0 / 0.0, wick.rating = 7.5
"""


def _mapping() -> Mapping:
    """Besides what the graph of films has, one attribute that is another property of each class."""
    person, film = films.MAPPING.nodes
    person = replace(person, renamed={"made": "born"})
    film = replace(film, renamed={"made": "released"}, attributes=(*film.attributes, "rating"))
    return replace(films.MAPPING, nodes=(person, film))


def _reference() -> Reference:
    reference = films.reference()
    for entity in [reference.entity(key) for key in reference.names]:
        properties = dict(entity.properties)
        properties |= {
            new: properties[old] for old, new in (("born", "made"), ("released", "made")) if old in properties
        }
        if entity.name == "John Wick":
            properties["rating"] = 7.5
        reference.upsert_entity(Entity(entity.key, entity.name, entity.aliases, entity.types, properties))
    reference.upsert_fact(Fact("Person:1", "DIRECTED", "Film:tt2911666"))
    return reference


@pytest.fixture(scope="module")
def mapped() -> Iterator[Neo4jStore]:
    """A store that reads the films, and more."""
    here = server()
    with here.graph(*films.LABELS) as url:
        with here.connection() as connection:
            execute(connection, films.CREATE, **films.PARAMETERS)
            execute(connection, _MORE)
        with Neo4jStore.open(url, mapping=_mapping()) as opened:
            yield opened


def _path(seed: Node, *steps: Step) -> Path:
    return Path(seed, tuple(Hop(step) for step in steps))


_FILMS, _PEOPLE = _path(EntityType("Film"), _IS_A.reverse), _path(EntityType("Person"), _IS_A.reverse)
_ALL = Combined(SetOperation.UNION, (_FILMS, _PEOPLE))
_KEANU = _path("Person:1", _ACTED)
_MATRIX, _SNOW, _WICK = "Film:tt0133093", "Film:tt1706620", "Film:tt2911666"


def _where(members: NodeSet, attribute: str, comparison: Comparison, value: Scalar) -> Restricted:
    return Restricted(members, (Compare(attribute, comparison, Literal(value)),))


def _literals(*values: Scalar) -> list[Node]:
    return [Literal(value) for value in values]


def _row(node: str, *values: Scalar) -> Row:
    return Row(node, tuple(map(Literal, values)))


_AVERAGE = [Row(EntityType("Person"), (Literal((1964 + 1965 + 1981 + 1966) / 4),))]
_ANSWERS: Sequence[tuple[Program, Sequence[Found]]] = [
    (Combined(SetOperation.INTERSECTION, (_KEANU, _path("Person:2", _DIRECTED))), [_MATRIX]),
    (Combined(SetOperation.INTERSECTION, (_ALL, _FILMS)), [_MATRIX, _SNOW, _WICK]),
    (Combined(SetOperation.DIFFERENCE, (_FILMS, _KEANU)), [_SNOW]),
    (_where(_ALL, "born", Comparison.GREATER, 1965), ["Person:3", "Person:4"]),
    (_where(_ALL, "made", Comparison.GREATER, 1965), ["Person:3", "Person:4"]),
    (_where(_ALL, "made", Comparison.LESS, date(2000, 1, 1)), [_MATRIX]),
    (_where(_FILMS, "genres", Comparison.CONTAINS, "ACT"), [_MATRIX, _SNOW]),
    (_where(_ALL, NAME, Comparison.STARTS_WITH, "chris"), ["Person:3", "Person:4"]),
    (_where(_ALL, NAME, Comparison.CONTAINS, "matrix"), [_MATRIX]),
    (Restricted(_PEOPLE, (HasNeighbours(_ACTED, Comparison.EQUAL, 2),)), ["Person:1"]),
    (Restricted(_FILMS, (HasNeighbours(_DIRECTED.reverse),)), [_MATRIX, _WICK]),
    (Restricted(_ALL, (HasNeighbours(_DIRECTED, Comparison.EQUAL, 0), HasNeighbours(_ACTED))), ["Person:3"]),
    (Restricted(_ALL, (SharedNeighbour(_ACTED, _DIRECTED),)), ["Person:1"]),
    (Restricted(_FILMS, (SharedNeighbour(_ACTED.reverse, _DIRECTED.reverse),)), [_WICK]),
    (Restricted(_ALL, (SharedNeighbour(Step("made"), Step("born")),)), [f"Person:{i}" for i in (1, 2, 3, 4)]),
    (Ranked(_FILMS, "released"), [_SNOW]),
    (Ranked(_FILMS, "rating", first=3), [_WICK]),
    (Ranked(_ALL, "made", first=2, greatest=False), ["Person:1", "Person:2"]),
    (Ranked(_PEOPLE, _ACTED, first=2), ["Person:1", "Person:3"]),
    (Ranked(_PEOPLE, _ACTED, first=3), ["Person:1", "Person:3", "Person:2", "Person:4"]),
    (Following(_where(_PEOPLE, "born", Comparison.LESS, 1965), (_ACTED, _DIRECTED.reverse)), ["Person:1", "Person:2"]),
    (Following(Ranked(_FILMS, "released"), (_IS_A, _IS_A.reverse)), [_MATRIX, _SNOW, _WICK]),
    (Following(_KEANU, (Step("made"), Step("made").reverse)), [_MATRIX]),
    (Following(Path("Person:1", ()), (_ACTED, Step("released"))), [Literal(date(1999, 3, 31))]),
    (FactValues(Path("Person:1", ()), _ACTED, "roles", Path(_MATRIX, ())), _literals("Neo", "Thomas A. Anderson")),
    (FactValues(Path("Person:1", ()), _ACTED, "roles"), _literals("John Wick", "Neo", "Thomas A. Anderson")),
    (FactValues(_ALL, _ACTED, "billing"), _literals(1)),
    (FactValues(_FILMS, _ACTED.reverse, "roles", Path("Person:3", ())), _literals("Curtis")),
    (
        FactValues(_ALL, _ACTED, "roles", _where(_FILMS, "released", Comparison.GREATER, date(2000, 1, 1))),
        _literals("Curtis"),
    ),
    (FactValues(_PEOPLE, _KNOWS, "since", _PEOPLE), _literals(1998)),
    (FactValues(_PEOPLE, _KNOWS, "since", Path(_MATRIX, ())), []),
    (FactValues(_PEOPLE, _DIRECTED, "fee"), []),
    (Through(_ALL, _ACTED, (Compare("roles", Comparison.CONTAINS, Literal("neo")),)), [_MATRIX]),
    (Through(_PEOPLE, _ACTED, (Compare("billing", Comparison.EQUAL, Literal(1)),)), [_MATRIX]),
    (Through(_PEOPLE, _KNOWS, (Compare("since", Comparison.LESS, Literal(2000)),)), ["Person:2"]),
    (Through(_PEOPLE, _DIRECTED, (Compare("fee", Comparison.EQUAL, Literal(1)),)), []),
    (Count(_FILMS), [Literal(3)]),
    (Count(_KEANU), [Literal(2)]),
    (Count(_path("Person:1", _IS_A)), [Literal(2)]),
    (Exists(_path("Person:4", _ACTED)), [Literal(False)]),
    (Aggregate(Function.SUM, _PEOPLE, "born"), [Literal(1964 + 1965 + 1981 + 1966)]),
    (Aggregate(Function.AVERAGE, _FILMS, "rating"), [Literal(7.5)]),
    (Aggregate(Function.MINIMUM, _FILMS, "made"), [Literal(date(1999, 3, 31))]),
    (Difference(Path("Person:3", ()), Path("Person:1", ()), "born"), [Literal(17)]),
    (Difference(_PEOPLE, Path("Person:1", ()), "born"), []),
    (Compared(_path("Person:1", Step("born")), Comparison.LESS, _path("Person:2", Step("born"))), [Literal(True)]),
    (Compared(Count(_KEANU), Comparison.LESS, Count(_path("Person:4", _ACTED))), [Literal(False)]),
    (Grouped(Count(_FILMS), _ACTED.reverse), [_row("Person:1", 2), _row("Person:3", 1)]),
    (Grouped(Count(_ALL), _ACTED, Path(_MATRIX, ())), [_row(_MATRIX, 1)]),
    (Grouped(Count(_FILMS), _ACTED.reverse, _FILMS), []),
    (Grouped(Aggregate(Function.MAXIMUM, _PEOPLE, "born"), _ACTED, _KEANU), [_row(_MATRIX, 1964), _row(_WICK, 1964)]),
    (Grouped(Aggregate(Function.AVERAGE, _ALL, "made"), _IS_A, Path(EntityType("Person"), ())), _AVERAGE),
    (Beside(_FILMS, "rating"), [_row(_MATRIX), _row(_SNOW), _row(_WICK, 7.5)]),
    (Beside(Ranked(_PEOPLE, "born"), "made"), [_row("Person:3", 1981)]),
]


def test_every_form_on_a_mapped_graph(mapped: Neo4jStore) -> None:
    answers = mapped.run([program for program, _ in _ANSWERS])
    for (program, expected), answer in zip(_ANSWERS, answers, strict=True):
        assert list(answer) == list(expected), program
    check_programs(mapped, _reference(), [program for program, _ in _ANSWERS])


_SEEDS = st.sampled_from(sorted(films.reference().nodes(), key=order_of)) | st.sampled_from(
    ["Person:9", "tt0133093", Literal("Ohio"), EntityType("Review")]
)
_STEPS = st.builds(
    Step,
    st.sampled_from(["ACTED_IN", "DIRECTED", "KNOWS", "born", "genres", "made", TYPE_RELATION]),
    st.sampled_from(Direction),
)
_PATHS = st.builds(
    Path, _SEEDS, st.lists(st.builds(Hop, _STEPS, st.booleans()), max_size=2).map(tuple)
) | st.sampled_from([_FILMS, _PEOPLE])
_ATTRIBUTES = st.sampled_from(["born", "genres", "released", "made", "rating", "roles", "billing", "since", "unknown"])
_LITERALS = st.builds(
    Literal,
    st.sampled_from([1, 1964, 1981, 1998, 7.5, "Neo", date(1999, 3, 31), "action", "Chris", "Chris Evans", True]),
)


@given(asked=st.lists(programs(_PATHS, _STEPS, _ATTRIBUTES, _LITERALS), min_size=1, max_size=15))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_programs_on_a_mapped_graph_agree_with_the_reference(mapped: Neo4jStore, asked: list[Program]) -> None:
    check_programs(mapped, _reference(), asked)


def test_of_several_relationships_one_must_meet_all_conditions(mapped: Neo4jStore) -> None:
    """What is one fact here may be several relationships there, such as two terms of office."""
    here = server()
    with here.connection() as connection:
        execute(
            connection,
            """
            MATCH (a:Person {id: 3}), (b:Person {id: 4})
            CREATE (a)-[:MET {from: 2000, to: 2004}]->(b) CREATE (a)-[:MET {from: 2012, to: 2016}]->(b)
            """,
        )
    met = RelationshipMapping("MET", ("Person",), ("Person",), properties=("from", "to"))
    with Neo4jStore.open(mapped.url, auth=server().auth, mapping=replace(_mapping(), relationships=(met,))) as store:
        when = [
            Through(
                Path("Person:3", ()),
                Step("MET"),
                (Compare("from", Comparison.AT_MOST, Literal(y)), Compare("to", Comparison.AT_LEAST, Literal(y))),
            )
            for y in (2003, 2010, 2012)
        ]
        assert [list(answer) for answer in store.run(when)] == [["Person:4"], [], ["Person:4"]]
        during = [
            Through(Path("Person:3", ()), Step("MET"), (During("from", "to", Literal(y), Literal(y)),))
            for y in (2003, 2010, 2012)
        ]
        assert store.run(during) == store.run(when)
        both = [Grouped(Count(Path("Person:3", ())), Step("MET"))]
        assert [list(answer) for answer in store.run(both)] == [[_row("Person:4", 1)]]
        begun = FactValues(Path("Person:3", ()), Step("MET"), "from", Path("Person:4", ()))
        assert [list(answer) for answer in store.run([begun])] == [_literals(2000, 2012)]


def test_the_schema_has_the_properties_that_the_mapping_names(mapped: Neo4jStore) -> None:
    number, string = LiteralKind.NUMBER, LiteralKind.STRING
    assert {relation.name: relation.properties for relation in mapped.schema().relations if relation.properties} == {
        "ACTED_IN": (PropertyInfo("billing", (number,), 2), PropertyInfo("roles", (string,), 4)),
        "KNOWS": (PropertyInfo("since", (number,), 1),),
    }
    unseen = RelationshipMapping("DIRECTED", ("Person",), ("Film",), properties=("credit", "fee"))
    with Neo4jStore.open(mapped.url, auth=server().auth, mapping=replace(_mapping(), relationships=(unseen,))) as store:
        info = store.schema().relation("DIRECTED")
        assert info is not None
        assert info.properties == (PropertyInfo("credit", (), 0), PropertyInfo("fee", (number,), 1))
