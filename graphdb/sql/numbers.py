"""Numbers that were computed, as answers."""

from __future__ import annotations

import math

from graphdb.programs import Function
from graphdb.values import Literal

_INT64 = 2**63


def aggregated(function: Function, total: int | float, count: int) -> list[Literal]:
    """The sum of some numbers as an answer, or their average."""
    return number_answer(_divided(total, count) if function is Function.AVERAGE else total)


def _divided(total: int | float, count: int) -> int | float:
    """The quotient, exact if it is whole."""
    return total // count if isinstance(total, int) and total % count == 0 else total / count


def number_answer(value: int | float) -> list[Literal]:
    """A number as an answer: a float if it is an integer beyond 64 bits, and none if it is beyond the floats."""
    if isinstance(value, int) and -_INT64 <= value < _INT64:
        return [Literal(value)]
    try:
        number = float(value)
    except OverflowError:
        return []
    return [Literal(number)] if math.isfinite(number) else []
