"""Every form of program, each with questions that ask for it in different words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from graphdb import (
    TYPE_RELATION,
    Aggregate,
    Beside,
    Combined,
    Compare,
    Compared,
    Comparison,
    Condition,
    Count,
    Difference,
    Direction,
    During,
    EntityType,
    Exists,
    FactValues,
    Following,
    Function,
    Grouped,
    HasNeighbours,
    Hop,
    Literal,
    Node,
    NodeSet,
    Path,
    Program,
    Ranked,
    Restricted,
    Scalar,
    SetOperation,
    SharedNeighbour,
    Step,
    Through,
)
from graphdb.programs import NAME


@dataclass(frozen=True, slots=True)
class Form:
    """A form of program.

    :param part: which part of a program it is a form of.
    :param program: one of that form.
    :param questions: that ask for it.
    :param opposite: where the answer is yes or no, one with the other answer, and as many questions: yes and no are
        often right by chance, so a question counts with its opposite.
    """

    part: str
    name: str
    program: Program
    questions: tuple[str, ...]
    opposite: tuple[Program, tuple[str, ...]] | None = None


def _path(seed: Node, *steps: Step) -> Path:
    return Path(seed, tuple(Hop(step) for step in steps))


def _all(name: str) -> Path:
    return _path(EntityType(name), Step(TYPE_RELATION, Direction.IN))


def _combined(operation: SetOperation, *parts: NodeSet) -> Combined:
    return Combined(operation, parts)


def _and(*parts: NodeSet) -> Combined:
    return _combined(SetOperation.INTERSECTION, *parts)


def _where(members: NodeSet, *conditions: Condition) -> Restricted:
    return Restricted(members, conditions)


def _is(attribute: str, how: str, value: Scalar) -> Compare:
    return Compare(attribute, Comparison(how), Literal(value))


_FILMS, _PEOPLE, _STUDIOS = map(_all, ("Film", "Person", "Studio"))
_DIRECTED, _WROTE, _ACTED, _WORKED = map(Step, ("DIRECTED", "WROTE", "ACTED_IN", "WORKED_AT"))
_PRODUCED, _BASED = map(Step, ("PRODUCED", "BASED_IN"))
_IDA, _TOM, _LENA, _NORA = (f"Person:{key}" for key in ("ida", "tom", "lena", "nora"))
_ORCHARD, _SALT, _STATIC = (f"Film:{key}" for key in ("orchard", "salt", "static"))
_HALCYON, _NORTHLIGHT = "Studio:halcyon", "Studio:northlight"
_BY_IDA, _WITH_TOM, _WITH_LENA = _path(_IDA, _DIRECTED), _path(_TOM, _ACTED), _path(_LENA, _ACTED)
_OF_HALCYON, _IN_ITALY = _path(_HALCYON, _PRODUCED), _path("Country:italy", _BASED.reverse)
_IN_TURIN = _path(Literal("Turin"), Step("city", Direction.IN))
_RATING, _MINUTES = Step("rating"), Step("minutes")

FORMS = (
    # --- seeds --------------------------------------------------------------------------------------------------
    Form("seed", "entity", _BY_IDA, ("Which films did Ida Moor direct?", "films directed by ida moor")),
    Form("seed", "value", _IN_TURIN, ("Which studios are in Turin?", "studios whose city is Turin")),
    Form("seed", "type", _FILMS, ("List all films.", "Which films are there?")),
    Form(
        "seed",
        "three, each with its own branch",
        _and(_WITH_TOM, _path("Person:paul", _DIRECTED), _path(_NORA, _ACTED)),
        (
            "Which film directed by Paul Verne has both Tom Berger and Nora Quist in it?",
            "films by Paul Verne with Tom Berger and with Nora Quist",
        ),
    ),
    # --- sets ---------------------------------------------------------------------------------------------------
    Form(
        "set",
        "path of two hops",
        _path(_TOM, _ACTED, _DIRECTED.reverse),
        ("Who directed the films that Tom Berger acted in?", "directors of films with Tom Berger"),
    ),
    Form(
        "set",
        "path of three hops",
        _path(_NORA, _ACTED, _PRODUCED.reverse, _BASED),
        (
            "In which countries are the studios based that produced films with Nora Quist?",
            "countries of studios that produced the films Nora Quist acted in",
        ),
    ),
    Form(
        "set",
        "intersection",
        _and(_WITH_TOM, _WITH_LENA),
        ("Which films have both Tom Berger and Lena Ward in them?", "films with Tom Berger and Lena Ward"),
    ),
    Form(
        "set",
        "union",
        _combined(SetOperation.UNION, _BY_IDA, _path("Person:sam", _DIRECTED)),
        ("Which films were directed by Ida Moor or Sam Okoro?", "films directed by either Sam Okoro or Ida Moor"),
    ),
    Form(
        "set",
        "difference",
        _combined(SetOperation.DIFFERENCE, _WITH_TOM, _WITH_LENA),
        ("Which films did Tom Berger act in but not Lena Ward?", "films with Tom Berger and without Lena Ward"),
    ),
    Form(
        "set",
        "same partner by two relations",
        _where(_PEOPLE, SharedNeighbour(_DIRECTED, _WROTE)),
        ("Who both wrote and directed the same film?", "people who directed a film that they wrote themselves"),
    ),
    Form(
        "set",
        "restricted to a type",
        _and(_PEOPLE, _path(_STATIC, _ACTED.reverse)),
        ("Which people acted in Blue Static?", "persons who played in Blue Static"),
    ),
    # --- filters ------------------------------------------------------------------------------------------------
    Form(
        "filter",
        "=",
        _where(_FILMS, _is("year", "=", 2010)),
        ("Which films are from 2010?", "films with the year 2010"),
    ),
    Form(
        "filter",
        "≠",
        _where(_FILMS, _is("genre", "≠", "horror")),
        ("Which films are not horror?", "films whose genre is other than horror"),
    ),
    Form(
        "filter",
        "<",
        _where(_FILMS, _is("minutes", "<", 100)),
        ("Which films are shorter than 100 minutes?", "films of less than 100 minutes"),
    ),
    Form(
        "filter",
        "≤",
        _where(_STUDIOS, _is("employees", "≤", 120)),
        ("Which studios have at most 120 employees?", "studios with 120 employees or fewer"),
    ),
    Form(
        "filter",
        ">",
        _where(_FILMS, _is("rating", ">", 8)),
        ("Which films have a rating above 8?", "films rated higher than 8"),
    ),
    Form(
        "filter",
        "≥",
        _where(_STUDIOS, _is("employees", "≥", 120)),
        ("Which studios have at least 120 employees?", "studios with 120 or more employees"),
    ),
    Form(
        "filter",
        "between",
        _where(_FILMS, _is("year", "≥", 2000), _is("year", "≤", 2012)),
        ("Which films came out between 2000 and 2012?", "films from 2000 to 2012"),
    ),
    Form(
        "filter",
        "a date before",
        _where(_PEOPLE, _is("born", "<", date(1970, 1, 1))),
        ("Who was born before 1970?", "people born before 1 January 1970"),
    ),
    Form(
        "filter",
        "contains",
        _where(_FILMS, _is(NAME, "contains", "Moon")),
        ('Which films have "Moon" in their name?', 'films whose name contains "moon"'),
    ),
    Form(
        "filter",
        "starts with",
        _where(_FILMS, _is(NAME, "starts with", "Night")),
        ('Which films have a name that starts with "Night"?', 'films whose name begins with "Night"'),
    ),
    Form(
        "filter",
        "exists",
        _where(_FILMS, HasNeighbours(_RATING)),
        ("Which films have a rating?", "films that were given a rating"),
    ),
    Form(
        "filter",
        "has none",
        _where(_PEOPLE, HasNeighbours(_ACTED, Comparison.EQUAL, 0)),
        ("Who never acted in a film?", "people that have not acted in any film"),
    ),
    Form(
        "filter",
        "number of neighbours > n",
        _where(_PEOPLE, HasNeighbours(_DIRECTED, Comparison.GREATER, 1)),
        ("Who directed more than one film?", "people that directed more than 1 film"),
    ),
    Form(
        "filter",
        "property of the relationship",
        Through(Path(_HALCYON, ()), _WORKED.reverse, (_is("from", "<", 2008),)),
        ("Who has worked at Halcyon Pictures since before 2008?", "who started at Halcyon Pictures before 2008"),
    ),
    Form(
        "filter",
        "year inside a relationship's start and end",
        Through(Path(_HALCYON, ()), _WORKED.reverse, (During("from", "to", Literal(2012), Literal(2012)),)),
        ("Who worked at Halcyon Pictures in 2012?", "people at Halcyon Pictures in 2012"),
    ),
    # --- results ------------------------------------------------------------------------------------------------
    Form(
        "result",
        "entities with an attribute beside them",
        Beside(_IN_ITALY, "employees"),
        (
            "Which studios are based in Italy, and how many employees does each have?",
            "studios based in Italy and their number of employees",
        ),
    ),
    Form(
        "result",
        "attribute value",
        _path(_ORCHARD, _MINUTES),
        ("How many minutes does The Glass Orchard take?", "minutes of The Glass Orchard"),
    ),
    Form(
        "result",
        "property of the relationship",
        FactValues(Path(_TOM, ()), _ACTED, "role", Path("Film:harbour", ())),
        ("Which role did Tom Berger have in Night Harbour?", "Who did Tom Berger play in Night Harbour?"),
    ),
    Form(
        "result",
        "distinct values",
        _path(EntityType("Film"), Step(TYPE_RELATION, Direction.IN), Step("genre")),
        ("Which genres do films have?", "What are the different genres of films?"),
    ),
    Form(
        "result",
        "count",
        Count(_BY_IDA),
        ("How many films did Ida Moor direct?", "number of films by director Ida Moor"),
    ),
    Form(
        "result",
        "sum",
        Aggregate(Function.SUM, _STUDIOS, "employees"),
        ("How many employees do all studios have in total?", "total number of employees of the studios"),
    ),
    Form(
        "result",
        "average",
        Aggregate(Function.AVERAGE, _BY_IDA, "minutes"),
        ("What is the average length in minutes of films directed by Ida Moor?", "average minutes of Ida Moor's films"),
    ),
    Form(
        "result",
        "maximum",
        Aggregate(Function.MAXIMUM, _FILMS, "rating"),
        ("What is the highest rating of any film?", "maximum rating of films"),
    ),
    Form(
        "result",
        "minimum",
        Aggregate(Function.MINIMUM, _STUDIOS, "founded"),
        ("In which year was the earliest studio founded?", "minimum founding year of the studios"),
    ),
    Form(
        "result",
        "top 1 by an attribute",
        Ranked(_FILMS, "rating"),
        ("Which film has the highest rating?", "the best rated film"),
    ),
    Form(
        "result",
        "top k by an attribute",
        Ranked(_FILMS, "minutes", first=3),
        ("What are the three longest films?", "top 3 films by minutes"),
    ),
    Form(
        "result",
        "top k by number of neighbours",
        Ranked(_PEOPLE, _ACTED),
        ("Who acted in the most films?", "person with the most films as an actor"),
    ),
    Form(
        "result",
        "grouped count",
        Grouped(Count(_FILMS), _DIRECTED.reverse),
        ("How many films did each person direct?", "number of films per director"),
    ),
    Form(
        "result",
        "grouped count by a value",
        Grouped(Count(_FILMS), Step("genre")),
        ("How many films are there of each genre?", "number of films per genre"),
    ),
    Form(
        "result",
        "average of each group",
        Grouped(Aggregate(Function.AVERAGE, _FILMS, "minutes"), _PRODUCED.reverse),
        ("What is the average length in minutes of each studio's films?", "average minutes of films per studio"),
    ),
    Form(
        "result",
        "yes/no",
        Exists(_and(Path(_LENA, ()), _path(_STATIC, _WROTE.reverse))),
        ("Did Lena Ward write Blue Static?", "Was Blue Static written by Lena Ward?"),
        (
            Exists(_and(Path(_NORA, ()), _path(_STATIC, _WROTE.reverse))),
            ("Did Nora Quist write Blue Static?", "Was Blue Static written by Nora Quist?"),
        ),
    ),
    Form(
        "result",
        "comparison of two entities",
        Ranked(_combined(SetOperation.UNION, Path(_ORCHARD, ()), Path(_SALT, ())), "rating"),
        (
            "Which has the higher rating, The Glass Orchard or Salt and Ember?",
            "Is The Glass Orchard or Salt and Ember rated higher?",
        ),
    ),
    Form(
        "result",
        "yes/no of a comparison",
        Compared(_path(_ORCHARD, _MINUTES), Comparison.GREATER, _path(_SALT, _MINUTES)),
        (
            "Is The Glass Orchard longer than Salt and Ember?",
            "Does The Glass Orchard have more minutes than Salt and Ember?",
        ),
        (
            Compared(_path(_SALT, _MINUTES), Comparison.GREATER, _path(_ORCHARD, _MINUTES)),
            (
                "Is Salt and Ember longer than The Glass Orchard?",
                "Does Salt and Ember have more minutes than The Glass Orchard?",
            ),
        ),
    ),
    Form(
        "result",
        "difference of two entities",
        Difference(Path(_HALCYON, ()), Path(_NORTHLIGHT, ()), "employees"),
        (
            "How many more employees does Halcyon Pictures have than Northlight?",
            "difference in employees between Halcyon Pictures and Northlight",
        ),
    ),
    Form(
        "result",
        "followed from a ranked set",
        Following(Ranked(_FILMS, "rating"), (_DIRECTED.reverse,)),
        ("Who directed the film with the highest rating?", "director of the best rated film"),
    ),
)
