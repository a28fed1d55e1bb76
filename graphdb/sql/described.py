"""Facts and their properties as SQL: the facts of a step, the values that they have, the conditions that they meet.

Only facts between entities have properties, so nothing here looks at what kind of node a fact leads to.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, literal, select, true
from sqlalchemy.sql import FromClause

from graphdb.programs import Compare, Comparison, During, FactCondition
from graphdb.sql.codec import encode_node
from graphdb.sql.comparing import bound, value_compares
from graphdb.sql.dialect import Dialect, InOrder, Values
from graphdb.sql.schema import fact, node
from graphdb.sql.statements import ends, relation_id
from graphdb.values import Step

_EDGE, _VALUE = fact.alias("edge"), node.alias("value")


class Described:
    """The facts with properties by which a step leads from the nodes of a set.

    :param found: the nodes, as ``id``.
    """

    def __init__(self, dialect: Dialect, found: FromClause, step: Step) -> None:
        self._dialect = dialect
        near, self.far = ends(_EDGE, step.direction)
        of_step = (near == found.c.id) & (_EDGE.c.relation == relation_id(bound(step.relation)))
        self._facts = InOrder(found, _EDGE, of_step & _EDGE.c.properties.is_not(None))

    def reached(self, *conditions: FactCondition) -> Select[Any]:
        """The ids of the nodes that facts lead to whose properties meet the conditions, each once."""
        met = [self._meets(condition) for condition in conditions]
        return select(self.far.label("id")).select_from(self._facts).where(*met).distinct()

    def values(self, name: str, *conditions: ColumnElement[bool]) -> FromClause:
        """The different values of a property, as ``kind``, ``ident`` and ``whole``.

        :param conditions: those that the facts meet.
        """
        held = self._dialect.values(_EDGE.c.properties, bound(name))
        different = (
            select(held.kind.label("kind"), held.text.label("text"))
            .select_from(InOrder(self._facts, held.rows, true()))
            .where(*conditions)
            .distinct()
            .cte()
        )
        named = select(different, self._dialect.ident(different.c.text).label("ident")).cte()
        whole = case((named.c.text != named.c.ident, named.c.text)).label("whole")
        return select(named.c.kind, named.c.ident, whole).cte()

    def _meets(self, condition: FactCondition) -> ColumnElement[bool]:
        if isinstance(condition, During):
            _, ends_of_kind = self._held(condition.not_over)
            return self._compares(condition.begun) & (~exists(ends_of_kind) | self._compares(condition.not_over))
        return self._compares(condition)

    def _held(self, condition: Compare) -> tuple[Values, Select[Any]]:
        """The values of the property that a comparison is about, and the rows of those that are of its kind."""
        held = self._dialect.values(_EDGE.c.properties, bound(condition.attribute))
        of_kind = select(literal(1)).select_from(held.rows).where(held.kind == encode_node(condition.value)[0])
        return held, of_kind

    def _compares(self, condition: Compare) -> ColumnElement[bool]:
        comparison, given = condition.comparison, condition.value
        held, of_kind = self._held(condition)
        if comparison is Comparison.NOT_EQUAL:
            equal = value_compares(self._dialect, held.kind, held.text, Comparison.EQUAL, given)
            return exists(of_kind) & ~exists(of_kind.where(equal))
        return exists(of_kind.where(value_compares(self._dialect, held.kind, held.text, comparison, given)))


def known(values: FromClause) -> Select[Any]:
    """The ids of those values that are nodes of the graph."""
    return select(_VALUE.c.id).select_from(InOrder(values, _VALUE, _same(values)))


def unknown(values: FromClause) -> Select[Any]:
    """Those values that are no nodes of the graph."""
    columns = select(values.c.kind, values.c.ident, values.c.whole)
    return columns.where(~exists(select(_VALUE.c.id).where(_same(values)).correlate(values)))


def _same(values: FromClause) -> ColumnElement[bool]:
    return (_VALUE.c.ident == values.c.ident) & (_VALUE.c.kind == values.c.kind)
