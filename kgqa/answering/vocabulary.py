"""What the nodes and relations of a graph are called."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime

from graphdb import TYPE_RELATION, Direction, EntityType, Literal, LiteralKind, Node, Scalar, Schema, Step
from graphdb.wording import is_reversed, words_of
from kgqa.answering.english import Phrase, is_of_time, number_in_words, phrase_of, without_noun

_YEARS = range(1000, 2200)


class Vocabulary:
    """The words of a graph.

    :param names: how nodes are called, if not as their keys, values and types read.
    """

    def __init__(self, schema: Schema, names: Mapping[Node, str]) -> None:
        self._relations = {relation.name: relation for relation in schema.relations}
        self._types = {known.name: known.text for known in schema.types}
        self._names = names

    def node(self, node: Node) -> str:
        """What a node is called."""
        if node in self._names:
            return self._names[node]
        match node:
            case EntityType(name):
                return self.type(name)
            case Literal(value):
                return _value_in_words(value)
        return node

    def type(self, name: str) -> str:
        return self._types.get(name) or words_of(name)

    def text(self, step: Step) -> str:
        info = self._relations.get(step.relation)
        if info is not None:
            return info.text_of(step.direction)
        return words_of("type" if step.relation == TYPE_RELATION else step.relation)

    def phrase(self, step: Step) -> Phrase | None:
        """How a step reads from what it is taken from; ``None`` if nobody said."""
        info = self._relations.get(step.relation)
        text = self.text(step)
        if is_reversed(text) or (info is None and step.direction is Direction.IN):
            return None
        phrase = phrase_of(text, attribute=bool(info and info.literal_kinds and not info.object_types))
        reached = self.reached(step)
        return replace(phrase, text=without_noun(phrase.text, reached)) if reached else phrase

    def attribute(self, name: str) -> Phrase:
        return phrase_of(self.text(Step(name)), attribute=True)

    def reached(self, step: Step) -> str | None:
        """The noun of what a step leads to, if that has one type."""
        info = self._relations.get(step.relation)
        if info is None or step.relation == TYPE_RELATION:
            return None
        types = info.object_types if step.direction is Direction.OUT else info.subject_types
        return self.type(types[0]) if len(types) == 1 else None

    def is_date(self, attribute: str) -> bool:
        info = self._relations.get(attribute)
        kinds = info.literal_kinds if info else ()
        if LiteralKind.NUMBER not in kinds and {LiteralKind.DATE, LiteralKind.DATETIME} & set(kinds):
            return True
        return is_of_time(self.text(Step(attribute)))

    def is_time(self, attribute: str, value: Literal) -> bool:
        return isinstance(value.value, date) or (is_year(value) and self.is_date(attribute))


def is_year(value: Literal) -> bool:
    """Whether a number is most likely a year, where it stands for a time."""
    return isinstance(value.value, int) and not isinstance(value.value, bool) and value.value in _YEARS


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
