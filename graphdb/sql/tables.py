"""Programs whose answer is rows: groups with what is computed of each, and entities with an attribute beside them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, FromClause, Select, func, literal, select

from graphdb.programs import Aggregate, Beside, Function, Grouped, Ranked
from graphdb.sql.codec import decode_node
from graphdb.sql.comparing import bound
from graphdb.sql.dialect import Dialect, InOrder
from graphdb.sql.numbers import aggregated
from graphdb.sql.schema import LITERAL_KINDS, NodeKind, fact, node
from graphdb.sql.sets import Sets
from graphdb.sql.statements import ends, relation_id, shown
from graphdb.values import Literal, Node, Row, order_of

_EDGE, _VALUE = fact.alias("edge"), node.alias("value")


class Tables:
    """Runs these programs through a connection to one kind of database."""

    def __init__(self, dialect: Dialect, connection: Connection, sets: Sets) -> None:
        self._dialect = dialect
        self._connection = connection
        self._sets = sets

    # --- groups -----------------------------------------------------------------------------------------------

    def grouped(self, grouped: Grouped) -> list[Row]:
        """The groups with their values, the greatest first."""
        of = grouped.of
        rows = self._aggregated(grouped, of) if isinstance(of, Aggregate) else self._counted(grouped)
        found = [Row(group, (value,)) for group, value in rows if isinstance(value, Literal)]
        found.sort(key=lambda row: order_of(row.node))
        return sorted(found, key=lambda row: order_of(row.values[0]), reverse=True)

    def _counted(self, grouped: Grouped) -> list[tuple[Node, Node]]:
        joined, group = self._led_to(grouped, self._sets.ids(grouped.of.members).cte())
        counts = joined.add_columns(func.count().label("members")).group_by(group)
        return [(decode_node(*stored), Literal(count)) for *stored, count in self._rows(counts, "members")]

    def _aggregated(self, grouped: Grouped, of: Aggregate) -> list[tuple[Node, Node]]:
        values = self._sets.values(of.members, of.attribute)
        joined, group = self._led_to(grouped, values)
        if of.function in {Function.MINIMUM, Function.MAXIMUM}:
            return self._best(joined.add_columns(*values.c), greatest=of.function is Function.MAXIMUM)
        sums = [column.label(f"sum{i}") for i, column in enumerate(self._dialect.sums(values.c.number))]
        numbers = joined.add_columns(func.count().label("numbers"), *sums).where(values.c.kind == NodeKind.NUMBER)
        rows = self._rows(numbers.group_by(group), "numbers", *(column.name for column in sums))
        return [
            (decode_node(kind, ident, whole), value)
            for kind, ident, whole, count, *found in rows
            for value in aggregated(of.function, self._dialect.total(found), count)
        ]

    def _best(self, values: Select[Any], *, greatest: bool) -> list[tuple[Node, Node]]:
        """The greatest or the least of the values of each group."""
        held = values.cte()
        order = [column.desc() if greatest else column.asc() for column in (held.c.number, held.c.text)]
        place = func.row_number().over(partition_by=held.c.group, order_by=order).label("place")
        placed = select(held.c.group, held.c.kind, held.c.ident, place).cte()
        first = select(placed.c.group, placed.c.kind, placed.c.ident).where(placed.c.place == 1)
        return [
            (decode_node(*stored), decode_node(kind, ident, None))
            for *stored, kind, ident in self._rows(first, "kind", "ident")
        ]

    def _led_to(self, grouped: Grouped, members: FromClause) -> tuple[Select[Any], Any]:
        """The groups that members lead to, one row for each fact and each row of the members, and their column."""
        near, far = ends(_EDGE, grouped.by.direction)
        of_step = (near == members.c.id) & (_EDGE.c.relation == relation_id(bound(grouped.by.relation)))
        inside = [] if grouped.groups is None else [self._sets.is_in(grouped.groups, far)]
        return select(far.label("group")).select_from(InOrder(members, _EDGE, of_step)).where(*inside), far

    def _rows(self, groups: Select[Any], *columns: str) -> Sequence[Any]:
        """The groups as they are decoded, followed by further columns of theirs."""
        found = groups.cte()
        ids = select(found.c.group.label("id"), *(found.c[name] for name in columns))
        return self._connection.execute(shown(ids, *columns)).all()

    # --- attributes -------------------------------------------------------------------------------------------

    def beside(self, beside: Beside) -> list[Row]:
        """The entities of a set in its order, each with its values of an attribute."""
        ids = self._entities(beside)
        values: dict[int, list[Literal]] = {}
        for holder, *stored in self._connection.execute(_values(ids, beside.attribute)):
            values.setdefault(holder, []).append(decode_node(*stored))  # type: ignore[arg-type]
        found = [
            (place, decode_node(*stored), values.get(holder, []))
            for *stored, holder, place in self._connection.execute(shown(ids, "id", "place"))
        ]
        found.sort(key=lambda entry: (entry[0], order_of(entry[1])))
        return [Row(key, tuple(sorted(held, key=order_of))) for _, key, held in found]

    def _entities(self, beside: Beside) -> Select[Any]:
        """The ids of the entities, each with its ``place``."""
        if isinstance(beside.members, Ranked):
            return self._sets.ranked(beside.members)
        return self._sets.entity_ids(beside.members).add_columns(literal(0).label("place"))


def _values(ids: Select[Any], attribute: str) -> Select[Any]:
    """The values of an attribute that the nodes of these ids have."""
    found = ids.cte()
    of_attribute = (_EDGE.c.subject == found.c.id) & (_EDGE.c.relation == relation_id(bound(attribute)))
    literals = (_VALUE.c.id == _EDGE.c.object) & _VALUE.c.kind.in_([int(kind) for kind in LITERAL_KINDS])
    joined = InOrder(InOrder(found, _EDGE, of_attribute), _VALUE, literals)
    return select(found.c.id, _VALUE.c.kind, _VALUE.c.ident, _VALUE.c.whole).select_from(joined)
