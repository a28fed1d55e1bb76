"""How values are compared, as SQL. Numbers are never cast from what is none, in whatever order a database tests."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import ColumnElement, Numeric, Text, bindparam, case, cast

from graphdb.programs import Comparison
from graphdb.sql.codec import encode_node
from graphdb.sql.dialect import Dialect
from graphdb.sql.schema import NodeKind
from graphdb.values import Literal, LiteralKind

COMPARISONS: Mapping[Comparison, Callable[[Any, Any], ColumnElement[bool]]] = {
    Comparison.EQUAL: operator.eq,
    Comparison.NOT_EQUAL: operator.ne,
    Comparison.LESS: operator.lt,
    Comparison.AT_MOST: operator.le,
    Comparison.GREATER: operator.gt,
    Comparison.AT_LEAST: operator.ge,
}


def bound(value: str) -> ColumnElement[str]:
    """A text as a parameter."""
    return bindparam(None, value, type_=Text)


def number(kind: ColumnElement[int], text: ColumnElement[str]) -> ColumnElement[Decimal]:
    """The number that a value is; null if it is none."""
    return case((kind == NodeKind.NUMBER, cast(text, Numeric)))


def value_compares(
    dialect: Dialect, kind: ColumnElement[int], text: ColumnElement[str], comparison: Comparison, given: Literal
) -> ColumnElement[bool]:
    """Whether a value compares so with one of the same kind."""
    _, right = encode_node(given)
    match given.kind:
        case LiteralKind.NUMBER:
            return COMPARISONS[comparison](number(kind, text), cast(bound(right), Numeric))
        case LiteralKind.STRING:
            return text_compares(dialect, text, comparison, right)
    return COMPARISONS[comparison](text, bound(right))


def text_compares(
    dialect: Dialect, text: ColumnElement[str], comparison: Comparison, given: str
) -> ColumnElement[bool]:
    """Whether a text compares so with another."""
    if comparison is Comparison.CONTAINS:
        return dialect.position(text, bound(given)) > 0
    if comparison is Comparison.STARTS_WITH:
        return dialect.position(text, bound(given)) == 1
    return COMPARISONS[comparison](dialect.ordered(text), bound(given))
