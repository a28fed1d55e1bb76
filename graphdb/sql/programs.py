"""Programs, each run as one statement or two: what is computed is computed in the database."""

from __future__ import annotations

from functools import reduce
from operator import add
from typing import Any

from sqlalchemy import Connection, Select, exists, func, null, or_, select

from graphdb.programs import (
    Aggregate,
    Beside,
    Compared,
    Count,
    Difference,
    Exists,
    FactValues,
    Function,
    Grouped,
    NodeSet,
    One,
    Program,
    Ranked,
    Value,
)
from graphdb.sql.codec import decode_node, encode_node, ident_of
from graphdb.sql.comparing import COMPARISONS
from graphdb.sql.dialect import Dialect
from graphdb.sql.numbers import aggregated, number_answer
from graphdb.sql.schema import NodeKind
from graphdb.sql.sets import Sets
from graphdb.sql.statements import path_statement, shown
from graphdb.sql.tables import Tables
from graphdb.values import Found, Literal, Node, Path, order_of


class Programs:
    """Runs programs through a connection to one kind of database."""

    def __init__(self, dialect: Dialect, connection: Connection) -> None:
        self._dialect = dialect
        self._connection = connection
        self._sets = Sets(dialect, connection)
        self._tables = Tables(dialect, connection, self._sets)

    def run(self, program: Program) -> list[Found]:
        """See :meth:`graphdb.store.GraphStore.run`. Sets are in the order of :func:`~graphdb.values.order_of`."""
        match program:
            case Grouped():
                return list(self._tables.grouped(program))
            case Beside():
                return list(self._tables.beside(program))
            case _:
                return list(self._run(program))

    def _run(self, program: NodeSet | Value) -> list[Node]:
        match program:
            case Compared():
                return self._compared(program)
            case Count(members) | Exists(members):
                return [Literal(self._count(members) if isinstance(program, Count) else self._exists(members))]
            case Aggregate():
                return self._aggregate(program)
            case Difference():
                return self._difference(program)
            case _:
                return self._set(program)

    def _set(self, members: NodeSet) -> list[Node]:
        if isinstance(members, Path):
            return _path(self._connection, members)
        if isinstance(members, Ranked):
            return self._ranked(members)
        parts = [shown(part) if "id" in part.selected_columns else part for part in self._parts(members)]
        rows = (row for part in parts for row in self._connection.execute(part))
        return sorted((decode_node(*row) for row in rows), key=order_of)

    def _count(self, members: NodeSet) -> int:
        counts = [select(func.count()).select_from(part.cte()).scalar_subquery() for part in self._parts(members)]
        return int(self._connection.execute(select(reduce(add, counts))).scalar_one())

    def _exists(self, members: NodeSet) -> bool:
        asked = select(or_(*(exists(part) for part in self._parts(members))))
        return bool(self._connection.execute(asked).scalar_one())

    def _parts(self, members: NodeSet) -> list[Select[Any]]:
        """The nodes of a set, each in one of these: those that have an id, and those that have none."""
        if isinstance(members, FactValues):
            return [select(self._sets.fact_values(members))]
        loose = self._sets.loose(members)
        return [self._sets.ids(members), *([] if loose is None else [loose])]

    def _ranked(self, ranked: Ranked) -> list[Node]:
        rows = self._connection.execute(shown(self._sets.ranked(ranked), "place"))
        placed = [(place, decode_node(*stored)) for *stored, place in rows]
        return [found for _, found in sorted(placed, key=lambda entry: (entry[0], order_of(entry[1])))]

    def _aggregate(self, aggregate: Aggregate) -> list[Node]:
        values = self._sets.values(aggregate.members, aggregate.attribute)
        if aggregate.function in {Function.MINIMUM, Function.MAXIMUM}:
            greatest = aggregate.function is Function.MAXIMUM
            order = [c.desc() if greatest else c.asc() for c in (values.c.number, values.c.text)]
            ranked = select(values.c.kind, values.c.ident, null())
            return [decode_node(*row) for row in self._connection.execute(ranked.order_by(*order).limit(1))]
        numbers = select(func.count(), *self._dialect.sums(values.c.number)).where(values.c.kind == NodeKind.NUMBER)
        count, *sums = self._connection.execute(numbers).one()
        if not count:
            return []
        total = self._dialect.total(sums)
        return list(aggregated(aggregate.function, total, count))

    def _difference(self, difference: Difference) -> list[Node]:
        left = self._one_number(difference.left, difference.attribute)
        right = self._one_number(difference.right, difference.attribute)
        return [] if left is None or right is None else list(number_answer(left - right))

    def _compared(self, compared: Compared) -> list[Node]:
        left, right = (self._one_value(side) for side in (compared.left, compared.right))
        if left is None or right is None or left.kind is not right.kind:
            return []
        return [Literal(bool(COMPARISONS[compared.comparison](order_of(left), order_of(right))))]

    def _one_value(self, program: One) -> Literal | None:
        """The answer of a program, if it is one value."""
        found = self._run(program)
        return found[0] if len(found) == 1 and isinstance(found[0], Literal) else None

    def _one_number(self, members: NodeSet, attribute: str) -> int | float | None:
        """The number that all of a set's values of an attribute are, if they are one."""
        values = self._sets.values(members, attribute)
        numbers = select(values.c.kind, values.c.ident, null()).where(values.c.kind == NodeKind.NUMBER).distinct()
        found = [decode_node(*row) for row in self._connection.execute(numbers.limit(2))]
        if len(found) == 1 and isinstance(found[0], Literal) and isinstance(found[0].value, int | float):
            return found[0].value
        return None


def _path(connection: Connection, path: Path) -> list[Node]:
    kind, text = encode_node(path.seed)
    parameters: dict[str, object] = {"kind": kind, "ident": ident_of(text)}
    parameters |= {f"relation{i}": hop.step.relation for i, hop in enumerate(path.hops)}
    statement = path_statement(tuple((hop.step.direction, hop.exclude_seed) for hop in path.hops))
    return sorted((decode_node(*row) for row in connection.execute(statement, parameters)), key=order_of)
