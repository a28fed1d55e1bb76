"""What the nodes, relations and attributes of a graph are called."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from graphdb import (
    TYPE_RELATION,
    Condition,
    Direction,
    EntityType,
    Literal,
    LiteralKind,
    Node,
    RelationInfo,
    Scalar,
    Schema,
    Step,
)
from graphdb.wording import is_reversed, words_of
from kgqa.wording.english import (
    Phrase,
    Shape,
    is_active,
    is_participle,
    number_in_words,
    passive_of,
    phrase_of,
    split_preposition,
)
from kgqa.wording.listed import listed
from kgqa.wording.measures import Measure, measure_of
from kgqa.wording.nouns import in_number, singular_of

_YEARS = range(1000, 2200)
_NAMED_TYPES = 3
"""Of how many types at most all are named."""
_DATES = frozenset({LiteralKind.DATE, LiteralKind.DATETIME})
_TIMES = listed(
    """
    born built created date dated died ended established founded opened published released since started year
    """
)


@dataclass(frozen=True, slots=True)
class Attribute:
    """How an attribute is said.

    :param text: without its unit, and for what says when without its last preposition.
    :param preposition: the preposition that the text ended with.
    :param unit: the unit of its numbers.
    :param alone: whether no other attribute is called so without a unit.
    :param of_time: whether it says when.
    :param of_days: whether it says on which day.
    :param boolean: whether it only says yes or no.
    """

    shape: Shape
    text: str
    preposition: str = ""
    unit: str = ""
    alone: bool = True
    of_time: bool = False
    of_days: bool = False
    boolean: bool = False

    @property
    def in_unit(self) -> str:
        return Measure(self.text, self.unit).in_unit

    @property
    def unmistakable(self) -> str:
        """Without its unit if it is clear without."""
        return self.text if self.alone else self.in_unit

    @property
    def says_when(self) -> bool:
        """Whether it is no noun and says when."""
        return self.of_time and self.shape is not Shape.NOUN


class Lexicon:
    """The words of a schema, each found out once."""

    def __init__(self, schema: Schema) -> None:
        self._relations = {relation.name: relation for relation in schema.relations}
        self._types = {known.name: known.text for known in schema.types}
        self._agents = _agents(schema)
        self._texts = frozenset(relation.text for relation in schema.relations)
        self._phrases: dict[Step, Phrase | None] = {}
        self._attributes: dict[str, Attribute] = {}
        self._properties: dict[tuple[str, str], Attribute] = {}
        self._reached: dict[tuple[Step, bool], str | None] = {}

    def type(self, name: str) -> str:
        return singular_of(self._types.get(name) or words_of(name))

    def text(self, step: Step) -> str:
        info = self._relations.get(step.relation)
        if info is not None:
            return info.text_of(step.direction)
        return words_of("type" if step.relation == TYPE_RELATION else step.relation)

    def phrase(self, step: Step) -> Phrase | None:
        """How a step reads from what it is taken from; ``None`` if nobody said and it does not follow."""
        if step not in self._phrases:
            self._phrases[step] = self._phrase_of(step)
        return self._phrases[step]

    def _phrase_of(self, step: Step) -> Phrase | None:
        info = self._relations.get(step.relation)
        text = self.text(step)
        if is_reversed(text) or (info is None and step.direction is Direction.IN):
            onward = self.phrase(step.reverse) if step.direction is Direction.IN else None
            return passive_of(onward) if onward is not None and not self.is_attribute(step.relation) else None
        agent = info is None or step.direction is Direction.IN or not self._is_patient(info)
        return phrase_of(text, attribute=self.is_attribute(step.relation), nouns=self.kinds(step), agent=agent)

    def _is_patient(self, info: RelationInfo) -> bool:
        return bool(info.subject_types) and info.subject_types[0] not in self._agents

    def is_attribute(self, name: str) -> bool:
        """Whether a relation leads to values only."""
        info = self._relations.get(name)
        return bool(info and info.literal_kinds and not info.object_types)

    def attribute(self, name: str) -> Attribute:
        if name not in self._attributes:
            self._attributes[name] = self._attribute_of(name)
        return self._attributes[name]

    def _attribute_of(self, name: str) -> Attribute:
        info = self._relations.get(name)
        return self._attribute(self.text(Step(name)), frozenset(info.literal_kinds if info else ()))

    def property(self, relation: str, name: str) -> Attribute:
        """How a property of the facts of a relation is said."""
        if (relation, name) not in self._properties:
            info = self._relations.get(relation)
            known = next((each for each in info.properties if each.name == name), None) if info else None
            kinds = frozenset(known.literal_kinds if known else ())
            self._properties[relation, name] = self._attribute(words_of(name), kinds)
        return self._properties[relation, name]

    def _attribute(self, text: str, kinds: frozenset[LiteralKind]) -> Attribute:
        boolean = kinds == {LiteralKind.BOOLEAN}
        measure = measure_of(text) if LiteralKind.NUMBER in kinds else Measure(text)
        phrase = phrase_of(measure.text, attribute=True)
        if LiteralKind.NUMBER in kinds and is_active(phrase.text) and " " not in phrase.text:
            phrase = Phrase(Shape.NOUN, phrase.text)
        done, preposition = split_preposition(phrase.text)
        of_time = not boolean and _says_when(phrase, preposition, kinds)
        keeps = phrase.shape is not Shape.NOUN and not of_time
        return Attribute(
            phrase.shape,
            phrase.text if keeps else done,
            preposition,
            measure.unit,
            measure.text not in self._texts,
            of_time,
            bool(kinds & _DATES) or (LiteralKind.NUMBER not in kinds and preposition == "on"),
            boolean,
        )

    def reached(self, step: Step, several: bool) -> str | None:
        """The noun of what a step leads to, if its types are known and few."""
        if (step, several) not in self._reached:
            self._reached[step, several] = noun_of(self.kinds(step), several)
        return self._reached[step, several]

    def kinds(self, step: Step) -> tuple[str, ...]:
        """The nouns of the types of what a step leads to; none if they are not known."""
        info = self._relations.get(step.relation)
        if info is None or step.relation == TYPE_RELATION:
            return ()
        return tuple(map(self.type, _ends(info, step.direction)))


def noun_of(kinds: Sequence[str], several: bool) -> str | None:
    """What things of some kinds are called, if these are known and few."""
    if not kinds or len(kinds) > _NAMED_TYPES:
        return None
    *before, last = (in_number(kind, several) for kind in kinds)
    return f"{', '.join(before)} or {last}" if before else last


class _Same:
    """A schema as a key of a cache, by identity: comparing two of them would take longer than saying a program."""

    __slots__ = ("schema",)

    def __init__(self, schema: Schema) -> None:
        self.schema = schema

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and other.schema is self.schema

    def __hash__(self) -> int:
        return id(self.schema)


@lru_cache(maxsize=8)
def _lexicon(schema: _Same) -> Lexicon:
    return Lexicon(schema.schema)


class Vocabulary:
    """The words of a graph.

    :param names: how nodes are called, if not as their keys, values and types read.
    :param senses: words that stand for conditions.
    """

    def __init__(
        self, schema: Schema, names: Mapping[Node, str], senses: Mapping[Condition, str] | None = None
    ) -> None:
        self.of = _lexicon(_Same(schema))
        self._names = names
        self._senses = senses or {}

    def sense(self, condition: Condition) -> str | None:
        """The word that stands for a condition, if there is one."""
        return self._senses.get(condition)

    def node(self, node: Node) -> str:
        """What a node is called."""
        if node in self._names:
            return self._names[node]
        match node:
            case EntityType(name):
                return self.of.type(name)
            case Literal(value):
                return _value_in_words(value)
        return node

    def is_time(self, attribute: str, value: Literal) -> bool:
        if isinstance(value.value, date):
            return True
        if not self.of.attribute(attribute).of_time:
            return False
        return isinstance(value.value, str) or is_year(value)


def is_year(value: Literal) -> bool:
    """Whether a number is most likely a year, where it stands for a time."""
    return isinstance(value.value, int) and not isinstance(value.value, bool) and value.value in _YEARS


def is_of_time(text: str) -> bool:
    """Whether the words of an attribute most likely say when."""
    return not _TIMES.isdisjoint(text.partition(" per ")[0].split())


def _ends(info: RelationInfo, direction: Direction) -> tuple[str, ...]:
    return info.object_types if direction is Direction.OUT else info.subject_types


def _agents(schema: Schema) -> frozenset[str]:
    """The types of those that do things: by whom something is done, or that are said to do it."""
    return frozenset(_agents_of(relation) for relation in schema.relations if relation.object_types) - {""}


def _agents_of(relation: RelationInfo) -> str:
    if relation.text.endswith(" by"):
        return relation.object_types[0]
    if relation.subject_types and is_active(relation.text):
        return relation.subject_types[0]
    return ""


def _says_when(phrase: Phrase, preposition: str, kinds: frozenset[LiteralKind]) -> bool:
    if kinds & _DATES and LiteralKind.NUMBER not in kinds:
        return True
    if is_of_time(phrase.text):
        return preposition not in {"at", "for"} and (LiteralKind.STRING not in kinds or phrase.shape is not Shape.NOUN)
    timely = preposition in {"in", "on", "since", "until"} or (not preposition and is_participle(phrase.text))
    return LiteralKind.NUMBER in kinds and phrase.shape is not Shape.NOUN and timely


def _value_in_words(value: Scalar) -> str:
    match value:
        case bool():
            return str(value).lower()
        case int() | float():
            return number_in_words(value)
        case datetime():
            return f"{value.day} {value:%B} {value.year} {value:%H:%M}"
        case date():
            return f"{value.day} {value:%B} {value.year}"
    return value or '""'
