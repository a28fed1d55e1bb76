"""A schema to say programs of: states and rivers, films and people."""

from __future__ import annotations

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
    Combined,
    Compare,
    Comparison,
    Condition,
    NodeSet,
    Program,
    Restricted,
    SetOperation,
)
from graphdb.wording import inverse_words_of, words_of
from kgqa.wording import in_words


def relation(name: str, subjects: str, objects: str = "", kind: str = "", inverse: str = "") -> RelationInfo:
    kinds = (LiteralKind(kind),) if kind else ()
    inverse = inverse or inverse_words_of(name)
    return RelationInfo(name, words_of(name), inverse, 1, tuple(subjects.split()), tuple(objects.split()), kinds)


_TYPES = ("State", "City", "River", "Film", "Person", "Flop", "Country")
SCHEMA = Schema(
    10,
    10,
    tuple(TypeInfo(name, words_of(name), 1) for name in _TYPES),
    (
        relation("borders", "State", "State"),
        relation("capital", "State", "City"),
        relation("in_state", "City River", "State"),
        relation("traverses", "River", "State"),
        relation("part_of", "State", "Country"),
        relation("population", "State City", kind="number"),
        relation("length", "River", kind="number"),
        relation("starred_actors", "Film", "Person"),
        relation("directed_by", "Film", "Person"),
        relation("written_by", "Film", "Person", inverse="wrote"),
        relation("has_genre", "Film", kind="string"),
        relation("release_year", "Film", kind="number"),
        relation("released", "Film", kind="date"),
        relation("active", "Person", kind="boolean"),
        relation("age", "Person", kind="number"),
        relation("ACTED_IN", "Person", "Film"),
        relation("REVIEWED", "Person", "Film"),
        relation("WROTE", "Person", "Film"),
        relation("KNOWS", "Person", "Person"),
        relation("WORKED_AT", "Person", "Company"),
    ),
)
NAMES: dict[Node, str] = {
    "tx": "Texas",
    "oh": "Ohio",
    "acme": "Acme",
    "tom": "Tom Hanks",
    "ron": "Ron Howard",
    "alien": "Alien",
}
BORDERS, CAPITAL, IN, TRAVERSES = Step("borders"), Step("capital"), Step("in_state"), Step("traverses")
STARRED, DIRECTED_BY, ACTED = Step("starred_actors"), Step("directed_by"), Step("ACTED_IN")
REVIEWED, WROTE, KNOWS = Step("REVIEWED"), Step("WROTE"), Step("KNOWS")


def path(seed: Node, *steps: Step) -> Path:
    return Path(seed, tuple(Hop(step) for step in steps))


def all_of(name: str) -> Path:
    return path(EntityType(name), Step(TYPE_RELATION, Direction.IN))


def both(*parts: NodeSet) -> Combined:
    return Combined(SetOperation.INTERSECTION, parts)


def either(*parts: NodeSet) -> Combined:
    return Combined(SetOperation.UNION, parts)


def but_not(*parts: NodeSet) -> Combined:
    return Combined(SetOperation.DIFFERENCE, parts)


def where(members: NodeSet, *conditions: Condition) -> Restricted:
    return Restricted(members, conditions)


def compare(attribute: str, comparison: str, value: Scalar) -> Compare:
    return Compare(attribute, Comparison(comparison), Literal(value))


STATES, RIVERS, CITIES, FILMS, PEOPLE = map(all_of, ("State", "River", "City", "Film", "Person"))
NEAR_TEXAS = path("tx", BORDERS.reverse)
IN_TEXAS = both(CITIES, path("tx", IN.reverse))
WITH_TOM, BY_RON = path("tom", STARRED.reverse), path("ron", DIRECTED_BY.reverse)


def check(cases: list[tuple[Program, str]]) -> None:
    said = [(in_words(program, SCHEMA, NAMES), str(program)) for program, _ in cases]
    assert said == [(expected, str(program)) for program, expected in cases]
