"""Conditions in words, as they follow the noun of what meets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from graphdb import Literal, Step
from graphdb.programs import NAME, Compare, Comparison, Condition, HasNeighbours, SharedNeighbour
from graphdb.wording import words_of
from kgqa.answering.english import (
    Phrase,
    Shape,
    being,
    conjugated,
    in_number,
    is_of_time,
    number_in_words,
    without_preposition,
)
from kgqa.answering.vocabulary import Vocabulary, is_year

_OF_NUMBERS = {
    Comparison.NOT_EQUAL: "other than ",
    Comparison.LESS: "less than ",
    Comparison.AT_MOST: "at most ",
    Comparison.GREATER: "more than ",
    Comparison.AT_LEAST: "at least ",
    Comparison.CONTAINS: "containing ",
    Comparison.STARTS_WITH: "starting with ",
}
_OF_TIMES = {
    Comparison.NOT_EQUAL: "other than ",
    Comparison.LESS: "before ",
    Comparison.AT_MOST: "up to ",
    Comparison.GREATER: "after ",
    Comparison.AT_LEAST: "since ",
}
_BEGINNINGS = frozenset({"began", "begin", "beginning", "begun", "from", "since", "start", "started", "starts"})
_ENDS = frozenset({"end", "ended", "ending", "ends", "finished", "till", "to", "until"})
_LOWER, _UPPER = {Comparison.GREATER, Comparison.AT_LEAST}, {Comparison.LESS, Comparison.AT_MOST}
_SOME = {(Comparison.AT_LEAST, 1), (Comparison.GREATER, 0), (Comparison.NOT_EQUAL, 0)}
_NONE = {(Comparison.EQUAL, 0), (Comparison.LESS, 1), (Comparison.AT_MOST, 0)}


@dataclass(frozen=True, slots=True)
class Modifier:
    """What is said of members after their noun, and how it is denied."""

    text: str
    denied: str


class Conditions:
    """Says conditions.

    Where ``several`` is asked for, it is whether they are said of several members.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def all_of(self, conditions: Sequence[Condition], several: bool) -> list[str]:
        """Each condition; a lower and an upper bound of an attribute as one."""
        said: list[str] = []
        left = list(conditions)
        while left:
            condition = left.pop(0)
            other = next((each for each in left if _are_range(condition, each)), None)
            if other is not None and isinstance(condition, Compare) and isinstance(other, Compare):
                left.remove(other)
                said.append(self._having(condition.attribute, self._between(condition, other), direct=True))
            else:
                said.append(self._condition(condition, several))
        return said

    def _condition(self, condition: Condition, several: bool) -> str:
        match condition:
            case Compare():
                return self.compared(condition, several).text
            case HasNeighbours(step, comparison, number):
                return self.neighbours(step, *_quantity(comparison, number), several)
            case SharedNeighbour(first, second):
                return self._shared(first, second, several)

    def compared(self, compare: Compare, several: bool) -> Modifier:
        attribute, comparison, value = compare.attribute, compare.comparison, compare.value
        text = self._vocabulary.node(value)
        if attribute == NAME and comparison is Comparison.EQUAL:
            return Modifier(f"named {text}", f"not named {text}")
        if isinstance(value.value, bool) and comparison is Comparison.EQUAL:
            adjective, be = self._vocabulary.attribute(attribute).text, being(plural=several)
            yes, no = f"that {be} {adjective}", f"that {be} not {adjective}"
            return Modifier(yes, no) if value.value else Modifier(no, yes)
        timely = self._vocabulary.is_time(attribute, value)
        how = (_OF_TIMES if timely else _OF_NUMBERS).get(comparison, "")
        said = self._having(attribute, f"{how}{text}", direct=timely and bool(how))
        return Modifier(said, f"without{said.removeprefix('with')}" if said.startswith("with ") else f"not {said}")

    def _having(self, attribute: str, value: str, *, direct: bool) -> str:
        """Having a value of an attribute.

        :param direct: whether the value begins with a preposition of its own.
        """
        phrase = self._vocabulary.attribute(attribute)
        if phrase.shape is Shape.NOUN:
            return f"with {phrase.text} {value}"
        return f"{without_preposition(phrase.text) if direct else phrase.text} {value}"

    def of_facts(self, conditions: Sequence[Compare]) -> str:
        """Conditions on the properties of facts; that a fact began before a time and ended after it as that time."""
        said: list[str] = []
        having: list[str] = []
        left = list(conditions)
        while left:
            condition = left.pop(0)
            end = next((each for each in left if _is_within(condition, each)), None)
            bound = next((each for each in left if _are_range(condition, each)), None)
            if end is not None:
                left.remove(end)
                said.append(self._at_time(condition.value))
            elif bound is not None:
                left.remove(bound)
                having.append(f"{words_of(condition.attribute)} {self._between(condition, bound)}")
            else:
                having.append(self._of_fact(condition))
        return " ".join([*said, *([f"with {' and '.join(having)}"] if having else [])])

    def _of_fact(self, compare: Compare) -> str:
        name, value = words_of(compare.attribute), compare.value
        timely = isinstance(value.value, date) or (is_of_time(name) and is_year(value))
        how = (_OF_TIMES if timely else _OF_NUMBERS).get(compare.comparison, "")
        return f"{name} {how}{self._vocabulary.node(value)}"

    def _at_time(self, value: Literal) -> str:
        return f"{'in' if is_year(value) else 'on'} {self._vocabulary.node(value)}"

    def _between(self, one: Compare, other: Compare) -> str:
        low, high = (one, other) if one.comparison in _LOWER else (other, one)
        return f"between {self._vocabulary.node(low.value)} and {self._vocabulary.node(high.value)}"

    def neighbours(self, step: Step, quantity: str, many: bool, several: bool) -> str:
        """Having so many neighbours.

        :param quantity: how many, such as ``at least 2`` or ``no``.
        :param many: whether their noun is then said of several.
        """
        phrase, noun = self._vocabulary.phrase(step), self._vocabulary.reached(step) or "thing"
        neighbours = f"{quantity} {in_number(noun, many)}"
        match phrase:
            case None:
                return self._neighbours_to(step, neighbours, many, several)
            case Phrase(Shape.NOUN, text):
                return f"with {quantity} {in_number(text, many)}"
            case Phrase(Shape.VERB, text):
                return f"that {conjugated(text, plural=several)} {neighbours}"
            case Phrase(Shape.ROLE, text):
                return f"that {being(plural=several)} {text} {neighbours}"
        return f"{phrase.text} {neighbours}"

    def _neighbours_to(self, step: Step, neighbours: str, many: bool, several: bool) -> str:
        """The same, if only the opposite way of the step can be said."""
        match self._vocabulary.phrase(step.reverse):
            case Phrase(Shape.VERB, text):
                return f"that {neighbours} {conjugated(text, plural=many)}"
            case Phrase(Shape.MODIFIER, text):
                return f"with {neighbours} {text} them"
            case Phrase(Shape.ROLE, text):
                return f"with {neighbours} that {being(plural=many)} {text} them"
            case known:
                text = known.text if known else self._vocabulary.text(step)
        return f"that {being(plural=several)} the {text} of {neighbours}"

    def _shared(self, first: Step, second: Step, several: bool) -> str:
        """Having a neighbour by both of two steps."""
        steps = (first, second)
        noun = self._vocabulary.reached(first) or self._vocabulary.reached(second) or "thing"
        match [self._vocabulary.phrase(step) for step in steps]:
            case [Phrase(Shape.NOUN, one), Phrase(Shape.NOUN, other)]:
                return f"with the same {one} and {other}"
            case [Phrase(Shape.VERB, one), Phrase(Shape.VERB, other)]:
                verbs = (conjugated(text, plural=several) for text in (one, other))
                return f"that {' and '.join(verbs)} the same {noun}"
            case [Phrase(Shape.MODIFIER, one), Phrase(Shape.MODIFIER, other)]:
                return f"{one} and {other} the same {noun}"
        match backs := [self._vocabulary.phrase(step.reverse) for step in steps]:
            case [Phrase(Shape.VERB, one), Phrase(Shape.VERB, other)]:
                return f"that the same {noun} {one} and {other}"
            case [Phrase(Shape.MODIFIER, one), Phrase(Shape.MODIFIER, other)]:
                return f"with the same {noun} {one} and {other} them"
        texts = (back.text if back else self._vocabulary.text(step) for back, step in zip(backs, steps, strict=True))
        return f"with the same {noun} by {' and '.join(texts)}"


def _are_range(one: Condition, other: Condition) -> bool:
    """Whether two conditions are the bounds of a range."""
    if not isinstance(one, Compare) or not isinstance(other, Compare) or one.attribute != other.attribute:
        return False
    bounds = (one.comparison, other.comparison)
    return one.value.kind is other.value.kind and any(a in _LOWER and b in _UPPER for a, b in (bounds, bounds[::-1]))


def _is_within(one: Compare, other: Compare) -> bool:
    """Whether two conditions on facts say that these lasted from before a time until after it."""
    begin, end = (one, other) if one.comparison is Comparison.AT_MOST else (other, one)
    enclosing = (begin.comparison, end.comparison) == (Comparison.AT_MOST, Comparison.AT_LEAST)
    timely = isinstance(one.value.value, date) or is_year(one.value)
    words = [set(words_of(each.attribute).split()) for each in (begin, end)]
    named = bool(words[0] & _BEGINNINGS) and bool(words[1] & _ENDS)
    return enclosing and timely and named and one.value == other.value


def _quantity(comparison: Comparison, number: int) -> tuple[str, bool]:
    """How many, in words, and whether their noun is then said of several."""
    if (comparison, number) in _SOME:
        return "some", True
    if (comparison, number) in _NONE:
        return "no", True
    return f"{_OF_NUMBERS.get(comparison, '')}{number_in_words(number)}", number != 1
