"""Amounts and times as people type them: ``more than 5``, ``at least three``, ``since 2010``."""

from __future__ import annotations

import random
from datetime import date

from graphdb import Comparison, Literal
from kgqa.wording.english import number_in_words

_MORE = ("more than", "over", "above", "greater than", "upwards of")
_LESS = ("less than", "under", "below", "lower than")
_AT_LEAST = ("at least", "{} or more", "no less than", "a minimum of", "{}+")
_AT_MOST = ("at most", "{} or less", "up to", "no more than", "a maximum of")
_WAYS = {
    Comparison.GREATER: _MORE,
    Comparison.LESS: _LESS,
    Comparison.AT_LEAST: _AT_LEAST,
    Comparison.AT_MOST: _AT_MOST,
    Comparison.EQUAL: ("exactly", "{}", "{}"),
}
_TIMES = {
    Comparison.GREATER: ("after {}", "later than {}", "after {}"),
    Comparison.LESS: ("before {}", "earlier than {}", "before {}"),
    Comparison.AT_LEAST: ("since {}", "in {} or later", "from {} on"),
    Comparison.AT_MOST: ("in {} or earlier", "up to {}", "until {}"),
    Comparison.EQUAL: ("in {}",),
}
_FEW = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five", 6: "six", 7: "seven", 8: "eight", 9: "nine", 10: "ten"}


def in_figures(value: Literal) -> str:
    """A number as people type it."""
    if isinstance(value.value, bool) or not isinstance(value.value, int | float):
        return str(value)
    return number_in_words(value.value)


class Amounts:
    """Says amounts and times, each time in one of the ways there are."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance

    def amount(self, comparison: Comparison, amount: str) -> str:
        """A number with how it compares."""
        way = self._chance.choice(_WAYS[comparison])
        return way.format(amount) if "{}" in way else f"{way} {amount}"

    def quantity(self, comparison: Comparison, number: int) -> str:
        """How many of something: ``no``, ``some``, ``at least three``."""
        if (comparison, number) == (Comparison.EQUAL, 0):
            return "no"
        if (comparison, number) == (Comparison.AT_LEAST, 1):
            return "some"
        said = _FEW.get(number, str(number)) if self._chance.random() < 0.5 else str(number)
        if comparison is Comparison.LESS:
            return f"{self._chance.choice(('fewer than', 'less than', 'under'))} {said}"
        if comparison is Comparison.EQUAL:
            return f"{self._chance.choice(('exactly ', '', 'just '))}{said}"
        return self.amount(comparison, said)

    def time(self, comparison: Comparison, value: Literal) -> str:
        """A year or a date with how it compares."""
        when = value.value
        said = str(value)
        if isinstance(when, date):
            whole = (when.month, when.day) in {(1, 1), (12, 31)}
            said = str(when.year) if whole else f"{when.day} {when:%B} {when.year}"
        return self._chance.choice(_TIMES[comparison]).format(said)

    def period(self, first: Literal, last: Literal) -> str:
        """A period that something was so in: ``in 2010``, ``between 2010 and 2012``."""
        one, other = (each.value.year if isinstance(each.value, date) else each.value for each in (first, last))
        if one == other:
            return self._chance.choice((f"in {one}", f"in {one}", f"during {one}", f"back in {one}"))
        return self._chance.choice((f"between {one} and {other}", f"from {one} to {other}"))
