"""What a word means that no name of the schema says, such as "major" of cities: those of more than so many people.

Learned from questions with answers. Where a proposed set has all answers and more, and some word of the question is
left over, an attribute may be what tells the answers from the rest: all answers lie on one side of some number, and all
else on the other. What explains one question may be chance. A sense is what explains several questions with the same
word at one number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from graphdb import Compare, Comparison, Literal

_QUESTIONS = 3  # that a sense must explain
_SHARE = 0.6  # of the questions that it could explain


@dataclass(frozen=True, slots=True)
class Sense:
    """A word that stands for a comparison with an attribute.

    :param type: of the entities that it is said of.
    :param comparison: ``>`` or ``≤``.
    """

    word: str
    type: str
    attribute: str
    comparison: Comparison
    value: float

    @property
    def condition(self) -> Compare:
        return Compare(self.attribute, self.comparison, Literal(self.value))


@dataclass(frozen=True, slots=True)
class Member:
    """An entity of a set that was proposed.

    :param numbers: its attributes that are numbers.
    :param right: whether it is one of the answers.
    """

    types: frozenset[str]
    numbers: Mapping[str, float]
    right: bool


@dataclass(frozen=True, slots=True)
class TooMuch:
    """A question, and a proposed set that has all its answers and more.

    :param words: the words of the question that the set leaves unexplained.
    """

    question: int
    words: Sequence[str]
    members: Sequence[Member]


@dataclass(frozen=True, slots=True)
class _Split:
    """What would tell the answers of one question from the rest: a number from ``low`` up to below ``high``."""

    question: int
    low: float
    high: float


_Key = tuple[str, str, str, Comparison]


def learn_senses(cases: Iterable[TooMuch]) -> list[Sense]:
    """The senses that explain several questions each; of one word and type the one that explains most."""
    splits: defaultdict[_Key, list[_Split]] = defaultdict(list)
    asked: defaultdict[tuple[str, str], set[int]] = defaultdict(set)
    for case in cases:
        types = frozenset[str].intersection(*(m.types for m in case.members)) if case.members else frozenset()
        for word in case.words:
            for name in sorted(types):
                asked[word, name].add(case.question)
                for attribute, comparison, split in _splits(case):
                    splits[word, name, attribute, comparison].append(split)
    best: dict[tuple[str, str], tuple[int, Sense]] = {}
    for (word, name, attribute, comparison), found in sorted(splits.items()):
        value, explained = _most_common(found)
        if explained < max(_QUESTIONS, _SHARE * len(asked[word, name])):
            continue
        if (word, name) not in best or best[word, name][0] < explained:
            best[word, name] = explained, Sense(word, name, attribute, comparison, value)
    return [sense for _, sense in best.values()]


def _splits(case: TooMuch) -> Iterator[tuple[str, Comparison, _Split]]:
    """The attributes that tell the answers from the rest."""
    for attribute in sorted(set[str]().union(*(m.numbers for m in case.members))):
        right = [m.numbers.get(attribute) for m in case.members if m.right]
        rest = [m.numbers[attribute] for m in case.members if not m.right and attribute in m.numbers]
        known = [number for number in right if number is not None]
        if len(known) < len(right) or not known or not rest:
            continue
        if min(known) > max(rest):
            yield attribute, Comparison.GREATER, _Split(case.question, max(rest), min(known))
        elif max(known) < min(rest):
            yield attribute, Comparison.AT_MOST, _Split(case.question, max(known), min(rest))


def _most_common(splits: Sequence[_Split]) -> tuple[float, int]:
    """The number within most of the ranges, counting each question once, and of how many.

    The middle of the range that they share, rounded as people do as far as that stays within.
    """
    value, most = 0.0, 0
    for candidate in splits:
        inside = [s for s in splits if s.low <= candidate.low < s.high]
        questions = len({s.question for s in inside})
        if questions > most:
            most = questions
            value = _round_number(max(s.low for s in inside), min(s.high for s in inside))
    return value, most


def _round_number(low: float, high: float) -> float:
    """The roundest number from ``low`` to below ``high`` that is near their middle."""
    middle = (low + high) / 2
    for digits in range(1, 8):
        rounded = float(f"{middle:.{digits - 1}e}")
        if low <= rounded < high:
            return rounded
    return middle
