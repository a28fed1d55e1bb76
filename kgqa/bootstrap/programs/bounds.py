"""Bounds that people would name: round numbers, years, decades, within what an attribute's values are."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from datetime import date

from graphdb import Compare, Comparison, Literal
from kgqa.bootstrap.sample import AttributeSample

_MIDDLE = (0.15, 0.85)  # of the values, in order, between which bounds are
_BOUNDS = (
    Comparison.GREATER,
    Comparison.LESS,
    Comparison.GREATER,
    Comparison.LESS,
    Comparison.AT_LEAST,
    Comparison.AT_MOST,
)


def bounds_of(attribute: AttributeSample, chance: random.Random) -> list[Compare]:
    """One bound; none if the values are too few or too much alike."""
    value = _some(attribute, chance)
    if value is None:
        return []
    comparison = chance.choice(_BOUNDS)
    if isinstance(value, date):
        return [Compare(attribute.name, comparison, Literal(_edge(value.year, comparison)))]
    if attribute.kind == "year" and chance.random() < 0.15:
        return [Compare(attribute.name, Comparison.EQUAL, Literal(value))]
    return [Compare(attribute.name, comparison, Literal(value))]


def range_of(attribute: AttributeSample, chance: random.Random) -> list[Compare]:
    """A lower and an upper bound; none if the values are too few or too much alike."""
    one, other = _some(attribute, chance), _some(attribute, chance)
    if one is None or other is None:
        return []
    if isinstance(one, date) and isinstance(other, date):
        first, last = sorted((one.year, other.year))
        if chance.random() < 0.5:
            first, last = (first, first) if chance.random() < 0.6 else (first // 10 * 10, first // 10 * 10 + 9)
        return _between(attribute, date(first, 1, 1), date(last, 12, 31))
    low, high = sorted((float(one), float(other)))  # type: ignore[arg-type]
    if attribute.kind == "year" and chance.random() < 0.4:
        low = low // 10 * 10
        high = low + 9
    if low == high:
        return []
    return _between(attribute, _whole(low), _whole(high))


def _between(attribute: AttributeSample, low: float | date, high: float | date) -> list[Compare]:
    return [
        Compare(attribute.name, Comparison.AT_LEAST, Literal(low)),
        Compare(attribute.name, Comparison.AT_MOST, Literal(high)),
    ]


def _edge(year: int, comparison: Comparison) -> date:
    """What "after 2010" and the like compare with."""
    return date(year, 12, 31) if comparison in {Comparison.GREATER, Comparison.AT_MOST} else date(year, 1, 1)


def _some(attribute: AttributeSample, chance: random.Random) -> float | int | date | None:
    """A value from the middle, rounded as people would."""
    values: Sequence[float | date] = sorted(value.value for _, value in attribute.values)  # type: ignore[misc]
    if len(values) < 3 or values[0] == values[-1]:
        return None
    value = values[int(len(values) * chance.uniform(*_MIDDLE))]
    if isinstance(value, date) or attribute.kind == "year":
        return value
    return _rounded(value, float(values[-1]) - float(values[0]))  # type: ignore[arg-type]


def _rounded(value: float, spread: float) -> float | int:
    """To one or two digits of what the values spread over."""
    unit = 10.0 ** math.floor(math.log10(spread / 4)) if spread > 0 else 1.0
    unit *= 5 if spread / unit > 25 else 1
    return _whole(round(round(value / unit) * unit, 6))


def _whole(value: float) -> float | int:
    return int(value) if float(value).is_integer() else value
