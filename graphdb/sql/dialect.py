"""What differs between SQLite and PostgreSQL: the connection, and how many values travel in one statement.

Lists of seeds are bound as one parameter (a JSON text for SQLite, arrays for PostgreSQL), so that a statement is
prepared once whatever their number. Rows to write go through ``executemany`` on SQLite and as one array for each column
on PostgreSQL.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, NamedTuple, Protocol

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    ColumnElement,
    Connection,
    Float,
    Integer,
    SmallInteger,
    Table,
    Text,
    bindparam,
    case,
    cast,
    collate,
    column,
    func,
    literal_column,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql import FromClause, Join
from sqlalchemy.sql.compiler import SQLCompiler

from graphdb.sql.codec import IDENT_BYTES, SHORT_TEXT
from graphdb.sql.schema import NodeKind

LOWER = "kgqa_lower"
"""The function for lower case that connections to SQLite have: its own knows ASCII only."""
IDENT = "kgqa_ident"
"""Their function for what identifies a text."""
PROPERTY = "kgqa_property"
"""Their function for the values of a property; its own would round numbers."""

Columns = Sequence[str]
Rows = Sequence[tuple[object, ...]]


class Values(NamedTuple):
    """Several values for each row of the tables before them.

    :param rows: to be joined on nothing.
    :param text: what identifies a value among those of its kind, however long.
    """

    rows: FromClause
    kind: ColumnElement[int]
    text: ColumnElement[str]


class Dialect(Protocol):
    """How one kind of database takes many values at once."""

    has_lateral: bool
    """Whether a joined subquery can refer to the tables before it."""

    def texts(self, name: str) -> FromClause:
        """A list of texts bound as ``name``, as a table of ``position``, from 0, and ``value``."""
        ...

    def integers(self, name: str, width: int) -> FromClause:
        """A list of tuples of integers bound as ``name``, as a table of ``c0``, ``c1`` and so on."""
        ...

    def ordered(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """A text that is compared by its code points."""
        ...

    def position(self, text: ColumnElement[str], part: ColumnElement[str]) -> ColumnElement[int]:
        """Where a text first holds another, without regard to case: from 1, or 0 if it does not."""
        ...

    def values(self, properties: ColumnElement[str], name: ColumnElement[str]) -> Values:
        """The values of one of a fact's properties, as these are stored."""
        ...

    def ident(self, text: ColumnElement[str]) -> ColumnElement[str]:
        """What identifies a text in an index: see :func:`graphdb.sql.codec.ident_of`."""
        ...

    def sums(self, number: ColumnElement[Decimal]) -> Sequence[ColumnElement[Any]]:
        """The columns from which :meth:`total` makes a sum."""
        ...

    def total(self, sums: Sequence[Any]) -> int | float:
        """The sum of one number or more, exact if they are whole. It may be infinite."""
        ...

    def bind_texts(self, name: str, values: Sequence[str]) -> Mapping[str, object]:
        """The parameters for :meth:`texts`."""
        ...

    def bind_integers(self, name: str, rows: Sequence[Sequence[int]], width: int) -> Mapping[str, object]:
        """The parameters for :meth:`integers`."""
        ...

    def insert(self, connection: Connection, table: Table, columns: Columns, rows: Rows) -> None:
        """Insert rows that are not there."""
        ...

    def upsert(self, connection: Connection, table: Table, columns: Columns, rows: Rows, *, add: str = "") -> None:
        """Insert rows; on a row that is there, set the columns given, or add to the column named ``add``."""
        ...

    def update(self, connection: Connection, table: Table, columns: Columns, rows: Rows) -> None:
        """Set columns of the rows of this key. The key is the first of the columns."""
        ...

    def delete(self, connection: Connection, table: Table, columns: Columns, rows: Rows) -> None:
        """Delete the rows that have these values in these columns."""
        ...


class InOrder(Join):
    """A join that is made from the left to the right.

    SQLite takes other ways, such as to start from all facts of a relation. Connections to PostgreSQL are set to keep
    the order of every join.
    """

    inherit_cache = True


@compiles(InOrder, "sqlite")
def _cross_join(join: InOrder, compiler: SQLCompiler, **settings: Any) -> str:
    left, right = (compiler.process(side, **{**settings, "asfrom": True}) for side in (join.left, join.right))
    condition = true() if join.onclause is None else join.onclause
    on = compiler.process(condition, **{**settings, "asfrom": False})
    return f"{left} CROSS JOIN {right} ON {on}"


def _on_conflict(table: Table, columns: Sequence[str], add: str) -> str:
    keys = [c.name for c in table.primary_key.columns]
    changes = [
        f"{name} = {table.name}.{name} + excluded.{name}" if name == add else f"{name} = excluded.{name}"
        for name in columns
        if name not in keys
    ]
    return f"ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {', '.join(changes)}"


class SqliteDialect:
    """SQLite: JSON in, ``executemany`` for writes."""

    has_lateral = False

    def texts(self, name: str) -> FromClause:
        rows = func.json_each(bindparam(name, type_=Text)).table_valued(column("key", Integer), column("value", Text))
        return select(rows.c.key.label("position"), rows.c.value.label("value")).subquery()

    def integers(self, name: str, width: int) -> FromClause:
        rows = func.json_each(bindparam(name, type_=Text)).table_valued(column("value", Text))
        fields = [func.json_extract(rows.c.value, f"$[{i}]", type_=Integer).label(f"c{i}") for i in range(width)]
        return select(*fields).subquery()

    def ordered(self, text: ColumnElement[str]) -> ColumnElement[str]:
        return text

    def position(self, text: ColumnElement[str], part: ColumnElement[str]) -> ColumnElement[int]:
        return func.instr(getattr(func, LOWER)(text), getattr(func, LOWER)(part), type_=Integer)

    def values(self, properties: ColumnElement[str], name: ColumnElement[str]) -> Values:
        listed = getattr(func, PROPERTY)(properties, name)
        rows = func.json_each(listed).table_valued(column("value", Text), joins_implicitly=True)
        kind = cast(func.substr(rows.c.value, 1, 1), Integer)
        return Values(rows, kind, func.substr(rows.c.value, 2, type_=Text))

    def ident(self, text: ColumnElement[str]) -> ColumnElement[str]:
        return case((func.length(text) <= SHORT_TEXT, text), else_=getattr(func, IDENT)(text))

    def sums(self, number: ColumnElement[Decimal]) -> Sequence[ColumnElement[Any]]:
        # The halves of integers cannot overflow.
        whole = case((func.typeof(number) == "integer", type_coerce(number, BigInteger)))
        rest = case((func.typeof(number) == "real", type_coerce(number, Float)))
        return func.sum(whole.bitwise_rshift(32)), func.sum(whole.bitwise_and(2**32 - 1)), func.sum(rest)

    def total(self, sums: Sequence[Any]) -> int | float:
        high, low, rest = sums
        whole = ((high or 0) << 32) + (low or 0)
        return whole if rest is None else whole + float(rest)

    def bind_texts(self, name: str, values: Sequence[str]) -> Mapping[str, object]:
        return {name: json.dumps(values, ensure_ascii=False)}

    def bind_integers(self, name: str, rows: Sequence[Sequence[int]], width: int) -> Mapping[str, object]:  # noqa: ARG002
        return {name: json.dumps(rows)}

    def insert(self, connection: Connection, table: Table, columns: Columns, rows: Rows) -> None:
        self._insert(connection, table, columns, rows, "")

    def upsert(self, connection: Connection, table: Table, columns: Columns, rows: Rows, *, add: str = "") -> None:
        self._insert(connection, table, columns, rows, _on_conflict(table, columns, add))

    def _insert(self, connection: Connection, table: Table, columns: Columns, rows: Rows, end: str) -> None:
        if rows:
            target = f"{table.name} ({', '.join(columns)})"
            marks = ", ".join("?" * len(columns))
            connection.exec_driver_sql(f"INSERT INTO {target} VALUES ({marks}) {end}", list(rows))  # noqa: S608

    def update(self, connection: Connection, table: Table, columns: Columns, rows: Rows) -> None:
        if rows:
            key, *others = columns
            changes = ", ".join(f"{name} = ?" for name in others)
            values = [(*others, key) for key, *others in rows]
            connection.exec_driver_sql(f"UPDATE {table.name} SET {changes} WHERE {key} = ?", values)  # noqa: S608

    def delete(self, connection: Connection, table: Table, columns: Columns, rows: Rows) -> None:
        if rows:
            condition = " AND ".join(f"{name} = ?" for name in columns)
            connection.exec_driver_sql(f"DELETE FROM {table.name} WHERE {condition}", list(rows))  # noqa: S608


class PostgresDialect:
    """PostgreSQL: arrays in, for reads and for writes."""

    has_lateral = True

    def texts(self, name: str) -> FromClause:
        rows = func.unnest(bindparam(name, type_=ARRAY(Text))).table_valued(
            column("value", Text), with_ordinality="number", name=f"{name}_rows"
        )
        rows = rows.render_derived()
        return select((rows.c.number - 1).label("position"), rows.c.value.label("value")).subquery(name)

    def integers(self, name: str, width: int) -> FromClause:
        binds = [bindparam(f"{name}{i}", type_=ARRAY(BigInteger)) for i in range(width)]
        fields = [column(f"c{i}", BigInteger) for i in range(width)]
        return func.unnest(*binds).table_valued(*fields, name=name).render_derived()

    def ordered(self, text: ColumnElement[str]) -> ColumnElement[str]:
        return collate(text, "C")

    def position(self, text: ColumnElement[str], part: ColumnElement[str]) -> ColumnElement[int]:
        return func.strpos(_lower(text), _lower(part), type_=Integer)

    def values(self, properties: ColumnElement[str], name: ColumnElement[str]) -> Values:
        held = func.json_extract_path(cast(properties, JSON), name)
        listed = case((func.json_typeof(held) == "array", held), else_=func.json_build_array(held))
        elements = func.json_array_elements(case((held.is_not(None), listed)))
        rows = elements.table_valued(column("value", JSON), joins_implicitly=True)
        value, date = rows.c.value, func.json_extract_path_text(rows.c.value, "date")
        kind = case(
            (func.json_typeof(value) == "boolean", int(NodeKind.BOOLEAN)),
            (func.json_typeof(value) == "number", int(NodeKind.NUMBER)),
            (func.json_typeof(value) == "string", int(NodeKind.STRING)),
            (date.is_not(None), int(NodeKind.DATE)),
            else_=int(NodeKind.DATETIME),
        )
        moment = func.coalesce(date, func.json_extract_path_text(value, "datetime"))
        plain = value.op("#>>", return_type=Text())(literal_column("'{}'"))
        return Values(rows, kind, case((func.json_typeof(value) == "object", moment), else_=plain))

    def ident(self, text: ColumnElement[str]) -> ColumnElement[str]:
        encoded, size = func.convert_to(text, "UTF8"), func.generate_series(SHORT_TEXT, IDENT_BYTES).column_valued()
        fits = func.octet_length(func.left(text, size)) <= IDENT_BYTES
        beginning = func.left(text, select(func.max(size)).where(fits).scalar_subquery())
        short = (func.octet_length(text) <= IDENT_BYTES, text)
        return case(short, else_=func.concat(beginning, func.encode(func.sha256(encoded), "hex"), type_=Text))

    def sums(self, number: ColumnElement[Decimal]) -> Sequence[ColumnElement[Any]]:
        return (func.sum(number),)

    def total(self, sums: Sequence[Any]) -> int | float:
        (total,) = sums
        return int(total) if total == total.to_integral_value() else float(total)

    def bind_texts(self, name: str, values: Sequence[str]) -> Mapping[str, object]:
        return {name: list(values)}

    def bind_integers(self, name: str, rows: Sequence[Sequence[int]], width: int) -> Mapping[str, object]:
        columns = list(zip(*rows, strict=True)) or [()] * width
        return {f"{name}{i}": list(columns[i]) for i in range(width)}

    def insert(self, connection: Connection, table: Table, columns: Columns, rows: Rows) -> None:
        self._insert(connection, table, columns, rows, "")

    def upsert(self, connection: Connection, table: Table, columns: Columns, rows: Rows, *, add: str = "") -> None:
        self._insert(connection, table, columns, rows, _on_conflict(table, columns, add))

    def _insert(self, connection: Connection, table: Table, columns: Columns, rows: Rows, end: str) -> None:
        if rows:
            target = f"{table.name} ({', '.join(columns)})"
            source = f"SELECT * FROM {_arrays(table, columns)}"  # noqa: S608
            connection.exec_driver_sql(f"INSERT INTO {target} {source} {end}", _transposed(rows))

    def update(self, connection: Connection, table: Table, columns: Columns, rows: Rows) -> None:
        if rows:
            key, *others = columns
            changes = ", ".join(f"{name} = seeds.{name}" for name in others)
            source = f"{_arrays(table, columns)} AS seeds({', '.join(columns)})"
            connection.exec_driver_sql(
                f"UPDATE {table.name} SET {changes} FROM {source} WHERE {table.name}.{key} = seeds.{key}",  # noqa: S608
                _transposed(rows),
            )

    def delete(self, connection: Connection, table: Table, columns: Columns, rows: Rows) -> None:
        if rows:
            source = f"{_arrays(table, columns)} AS seeds({', '.join(columns)})"
            condition = " AND ".join(f"{table.name}.{name} = seeds.{name}" for name in columns)
            connection.exec_driver_sql(
                f"DELETE FROM {table.name} USING {source} WHERE {condition}",  # noqa: S608
                _transposed(rows),
            )


def _lower(text: ColumnElement[str]) -> ColumnElement[str]:
    """In lower case, whatever the locale of the database."""
    return collate(func.lower(collate(text, "und-x-icu")), "C")


def _arrays(table: Table, columns: Sequence[str]) -> str:
    return f"unnest({', '.join(f'%s::{_array_type(table.c[name])}' for name in columns)})"


def _array_type(field: Column[object]) -> str:
    if isinstance(field.type, SmallInteger):
        return "smallint[]"
    return "bigint[]" if isinstance(field.type, Integer) else "text[]"


def _transposed(rows: Rows) -> tuple[object, ...]:
    return tuple(list(values) for values in zip(*rows, strict=True))
