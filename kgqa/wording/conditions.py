"""Conditions in words, as they follow the noun of what meets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from graphdb import Direction, Literal, Step
from graphdb.programs import (
    NAME,
    Compare,
    Comparison,
    Condition,
    During,
    FactCondition,
    HasNeighbours,
    SharedNeighbour,
)
from kgqa.wording.english import (
    Phrase,
    Shape,
    being,
    conjugated,
    denied,
    in_role,
    is_participle,
    number_in_words,
)
from kgqa.wording.measures import MILLIONS
from kgqa.wording.nouns import in_number, looks_plural, singular_of, with_article
from kgqa.wording.vocabulary import Attribute, Vocabulary, is_year

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
_PERIODS = {"since": "since", "from": "from", "to": "until", "till": "until", "until": "until"}
"""Properties of facts that say from when or until when these are so."""
_WITHIN = {
    Comparison.EQUAL: ("", ""),
    Comparison.LESS: ("before ", ""),
    Comparison.AT_MOST: ("", " or earlier"),
    Comparison.GREATER: ("after ", ""),
    Comparison.AT_LEAST: ("", " or later"),
}
_PREPOSITIONAL = frozenset({"at", "in", "on"})
_LOWER, _UPPER = {Comparison.GREATER, Comparison.AT_LEAST}, {Comparison.LESS, Comparison.AT_MOST}
_SOME = {(Comparison.AT_LEAST, 1), (Comparison.GREATER, 0), (Comparison.NOT_EQUAL, 0)}
_NONE = {(Comparison.EQUAL, 0), (Comparison.LESS, 1), (Comparison.AT_MOST, 0)}


@dataclass(frozen=True, slots=True)
class Modifier:
    """What is said of members after their noun, and how it is denied.

    :param name_last: whether it is a clause, after its ``that``, which their name would end.
    """

    text: str
    denied: str
    name_last: bool = False


class Conditions:
    """Says conditions.

    Where ``several`` is asked for, it is whether they are said of several members.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._words = vocabulary.of

    def all_of(self, conditions: Sequence[Condition], several: bool) -> list[str]:
        """Each condition; a lower and an upper bound of an attribute as one."""
        said: list[str] = []
        left = list(conditions)
        while left:
            condition = left.pop(0)
            other = next((each for each in left if _are_range(condition, each)), None)
            if other is not None and isinstance(condition, Compare) and isinstance(other, Compare):
                left.remove(other)
                attribute = self._words.attribute(condition.attribute)
                counted = not self._vocabulary.is_time(condition.attribute, condition.value)
                said.append(_having(attribute, self._between(condition, other), counted, several).text)
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
        if word := self._vocabulary.sense(compare):
            be = being(plural=several)
            return Modifier(f"that {be} {word}", f"that {be} not {word}")
        name, comparison, value = compare.attribute, compare.comparison, compare.value
        text = self._vocabulary.node(value)
        if name == NAME and comparison is Comparison.EQUAL:
            return Modifier(f"named {text}", f"not named {text}")
        attribute = self._words.attribute(name)
        if isinstance(value.value, bool) and comparison is Comparison.EQUAL:
            yes, no = (f"that {said}" for said in being_so(attribute, several))
            return Modifier(yes, no) if value.value else Modifier(no, yes)
        if self._vocabulary.is_time(name, value):
            how = _OF_TIMES.get(comparison) or _OF_NUMBERS.get(comparison, "")
            if not how and attribute.says_when:
                how = f"{attribute.preposition or _at_time(value.value)} "
            return _having(attribute, f"{how}{text}", False, several)
        number = _is_counted(attribute, value)
        how = _OF_NUMBERS.get(comparison, "")
        if attribute.says_when and not how and attribute.preposition:
            how = f"{attribute.preposition} "
        return _having(attribute, f"{how}{text}", number, several, one=value.value == 1)

    def of_facts(self, relation: str, conditions: Sequence[FactCondition]) -> str:
        """Conditions on the properties of facts, first when these were so."""
        said = [self._during(condition) for condition in conditions if isinstance(condition, During)]
        having: list[str] = []
        left = [condition for condition in conditions if isinstance(condition, Compare)]
        while left:
            condition = left.pop(0)
            bound = next((each for each in left if _are_range(condition, each)), None)
            if bound is not None:
                left.remove(bound)
                having.append(self._of_fact(relation, condition, self._between(condition, bound)))
            else:
                having.append(self._of_fact(relation, condition, ""))
        return " ".join(filter(None, (*said, " and ".join(having))))

    def _of_fact(self, relation: str, compare: Compare, between: str) -> str:
        """A comparison of a property of facts, or the range that it and another make."""
        attribute, value = self._words.property(relation, compare.attribute), compare.value
        text = self._vocabulary.node(value)
        preposition = _PERIODS.get(attribute.text)
        if preposition and (isinstance(value.value, date) or is_year(value)):
            before, after = _WITHIN.get(compare.comparison, (_OF_NUMBERS.get(compare.comparison, ""), ""))
            return f"{preposition} {between or f'{before}{text}{after}'}"
        if isinstance(value.value, bool):
            return f"as {'' if value.value else 'not '}{attribute.text}"
        timely = isinstance(value.value, date) or (attribute.of_time and is_year(value))
        how = (_OF_TIMES if timely else _OF_NUMBERS).get(compare.comparison, "")
        if timely and attribute.says_when and not how:
            how = f"{_at_time(value.value)} "
        said = between or f"{how}{text}"
        if attribute.text in _PREPOSITIONAL and timely:
            return said
        number = not timely and _is_counted(attribute, value)
        return _having(attribute, said, number, several=True, one=value.value == 1).text

    def _during(self, during: During) -> str:
        first, last = during.first, during.last
        if first == last:
            return f"{'in' if is_year(first) else 'on'} {self._vocabulary.node(first)}"
        if (year := _whole_year(first, last)) is not None:
            return f"in {year}"
        return f"at some time between {self._vocabulary.node(first)} and {self._vocabulary.node(last)}"

    def _between(self, one: Compare, other: Compare) -> str:
        low, high = (one, other) if one.comparison in _LOWER else (other, one)
        return f"between {self._vocabulary.node(low.value)} and {self._vocabulary.node(high.value)}"

    def neighbours(self, step: Step, quantity: str, many: bool, several: bool) -> str:
        """Having so many neighbours.

        :param quantity: how many, such as ``at least 2`` or ``no``.
        :param many: whether their noun is then said of several.
        """
        if step.direction is Direction.OUT and self._words.is_attribute(step.relation):
            return self._values(self._words.attribute(step.relation), quantity, many, several)
        neighbours = f"{quantity} {self._words.reached(step, many) or in_number('thing', many)}"
        match self._words.phrase(step):
            case None | Phrase(derived=True):
                return self._neighbours_to(step, neighbours, many, several)
            case Phrase(Shape.NOUN, text):
                return f"with {quantity} {in_number(text, many)}"
            case Phrase(Shape.VERB, text):
                return f"that {conjugated(text, plural=several)} {neighbours}"
            case Phrase(Shape.ROLE, text, past):
                return f"that {being(plural=several, past=past)} {in_role(text, plural=several)} {neighbours}"
            case Phrase(_, text):
                return f"{text} {neighbours}"

    def _neighbours_to(self, step: Step, neighbours: str, many: bool, several: bool) -> str:
        """The same, if only the opposite way of the step can be said."""
        match self._words.phrase(step.reverse):
            case Phrase(Shape.VERB, text):
                return f"that {neighbours} {conjugated(text, plural=many)}"
            case Phrase(Shape.MODIFIER, text):
                return f"with {neighbours} {text} them"
            case Phrase(Shape.ROLE, text, past):
                return f"with {neighbours} that {being(plural=many, past=past)} {in_role(text, plural=many)} them"
            case known:
                text = known.text if known else self._words.text(step)
        return f"that {being(plural=several)} the {text} of {neighbours}"

    def _values(self, attribute: Attribute, quantity: str, many: bool, several: bool) -> str:
        """Having so many values of an attribute."""
        if attribute.shape is Shape.NOUN:
            return f"with {quantity} {in_number(attribute.unmistakable, many)}"
        yes, no = _so(attribute, several)
        if quantity in {"some", "no"}:
            return f"that {yes if quantity == 'some' else no}"
        return f"that {yes} {quantity} {in_number('thing', many)}"

    def _shared(self, first: Step, second: Step, several: bool) -> str:
        """Having a neighbour by both of two steps.

        Each step is said of the members if it can be, or else of what they share.
        """
        steps = (first, second)
        noun = next(filter(None, (self._words.reached(step, False) for step in steps)), "thing")
        phrases = [self._words.phrase(step) for step in steps]
        nouns = [phrase.text for phrase in phrases if phrase and phrase.shape is Shape.NOUN]
        mine = [said for step in steps if (said := self._of_members(step, several))]
        theirs = [self._of_shared(step) for step in steps if not self._said_of_members(step)]
        if len(nouns) == 2:
            return f"with the same {nouns[0]} and {nouns[1]}"
        if nouns:
            return f"that {mine[0]} their {nouns[0]}" if mine else f"with {nouns[0]} that {theirs[0]}"
        if all(phrase is not None and phrase.shape is Shape.MODIFIER and not phrase.past for phrase in phrases):
            return f"{' and '.join(phrase.text for phrase in phrases if phrase)} the same {noun}"
        if len(mine) == 2:
            return f"that {mine[0]} and {mine[1]} the same {noun}"
        if mine:
            return f"that {mine[0]} {with_article(noun)} that {theirs[0]}"
        return f"with the same {noun} that {theirs[0]} and {theirs[1]}"

    def _said_of_members(self, step: Step) -> bool:
        return self._words.phrase(step) is not None or self._is_noun(step.reverse)

    def _is_noun(self, step: Step) -> bool:
        phrase = self._words.phrase(step)
        return phrase is None or phrase.shape is Shape.NOUN

    def _of_members(self, step: Step, several: bool) -> str:
        """What members do to what a step leads to; empty if that is not how it is said."""
        match self._words.phrase(step):
            case Phrase(Shape.VERB, text):
                return conjugated(text, plural=several)
            case Phrase(Shape.ROLE, text, past):
                return f"{being(plural=several, past=past)} {in_role(text, plural=several)}"
            case Phrase(Shape.MODIFIER, text, past):
                return f"{being(plural=several, past=past)} {text}"
            case None if self._is_noun(step.reverse):
                back = self._words.phrase(step.reverse)
                return f"{being(plural=several)} the {back.text if back else self._words.text(step)} of"
        return ""

    def _of_shared(self, step: Step) -> str:
        """What a thing that a step leads to does to the members."""
        match self._words.phrase(step.reverse):
            case Phrase(Shape.VERB, text):
                return f"{conjugated(text, plural=False)} them"
            case Phrase(Shape.ROLE, text, past):
                return f"{being(plural=False, past=past)} {in_role(text, plural=False)} them"
            case Phrase(_, text, past):
                return f"{being(plural=False, past=past)} {text} them"
        return f"has them as {self._words.text(step)}"


def _having(attribute: Attribute, value: str, counted: bool, several: bool, *, one: bool = False) -> Modifier:
    """Having a value of an attribute.

    :param value: with a preposition of its own if the attribute says when.
    :param counted: whether it is a number, which goes before what it counts and its unit.
    :param one: whether that number is one.
    """
    text = attribute.text
    if attribute.shape is not Shape.NOUN:
        yes, no = _so(attribute, several)
        if attribute.shape is Shape.MODIFIER:
            return Modifier(f"{text} {value}", f"not {text} {value}")
        return Modifier(f"that {yes} {value}", f"that {no} {value}")
    if counted and looks_plural(text) and attribute.unit in {"", MILLIONS}:
        millions = f" {attribute.unit}" if attribute.unit else ""
        said = f"{value}{millions} {singular_of(text) if one and not millions else text}"
    elif counted and attribute.unit:
        said = f"{text} {value} {attribute.unit}"
    else:
        said = " ".join(filter(None, (text, "" if counted else attribute.preposition, value)))
    return Modifier(f"with {said}", f"without {said}")


def _so(attribute: Attribute, several: bool) -> tuple[str, str]:
    """What is said of members whose attribute is no noun, and how it is denied."""
    if attribute.shape is Shape.VERB:
        return conjugated(attribute.text, plural=several), denied(attribute.text, plural=several)
    be = being(plural=several)
    return f"{be} {attribute.text}", f"{be} not {attribute.text}"


def being_so(attribute: Attribute, several: bool) -> tuple[str, str]:
    """That an attribute which says yes or no is true of members, and that it is not."""
    if attribute.shape is Shape.VERB and not is_participle(attribute.text):
        return _so(attribute, several)
    if attribute.shape is Shape.NOUN and looks_plural(attribute.text):
        return f"{'have' if several else 'has'} {attribute.text}", f"{'have' if several else 'has'} no {attribute.text}"
    be = being(plural=several)
    return f"{be} {attribute.text}", f"{be} not {attribute.text}"


def _is_counted(attribute: Attribute, value: Literal) -> bool:
    """Whether a value says how many or how much, rather than which year of several."""
    years = attribute.text.endswith("years") and is_year(value)
    return isinstance(value.value, int | float) and not years


def _at_time(value: object) -> str:
    return "on" if isinstance(value, date) else "in"


def _are_range(one: Condition, other: Condition) -> bool:
    """Whether two conditions are the bounds of a range."""
    if not isinstance(one, Compare) or not isinstance(other, Compare) or one.attribute != other.attribute:
        return False
    bounds = (one.comparison, other.comparison)
    return one.value.kind is other.value.kind and any(a in _LOWER and b in _UPPER for a, b in (bounds, bounds[::-1]))


def _whole_year(first: Literal, last: Literal) -> int | None:
    """The year that two days are the first and the last of."""
    match first.value, last.value:
        case (datetime(), _) | (_, datetime()):
            return None
        case date(month=1, day=1), date(month=12, day=31) if first.value.year == last.value.year:
            return first.value.year
    return None


def _quantity(comparison: Comparison, number: int) -> tuple[str, bool]:
    """How many, in words, and whether their noun is then said of several."""
    if (comparison, number) in _SOME:
        return "some", True
    if (comparison, number) in _NONE:
        return "no", True
    return f"{_OF_NUMBERS.get(comparison, '')}{number_in_words(number)}", number != 1
