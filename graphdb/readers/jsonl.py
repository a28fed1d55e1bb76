"""One JSON object a line: facts and entities, to upsert or to delete."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from datetime import date, datetime
from typing import NoReturn

from graphdb.errors import InputError, RecordError
from graphdb.readers.lines import Line
from graphdb.readers.records import DeleteEntity, DeleteFact, Origin, Record, UpsertEntity, UpsertFact
from graphdb.values import Entity, Fact, Literal, LiteralKind, PropertyValue, Scalar, kind_of

_UPSERT_FACT = ("op", "subject", "relation", "object", "properties")
_DELETE_FACT = ("op", "subject", "relation", "object")
_UPSERT_ENTITY = ("op", "entity", "name", "aliases", "types", "properties")
_DELETE_ENTITY = ("op", "entity")
_LITERAL = ("value", "type")


def read_jsonl(path: str, lines: Iterator[Line]) -> Iterator[Record | RecordError]:
    """Each line as the record it describes; blank lines are skipped."""
    for line in lines:
        if line.error:
            yield RecordError(path, line.number, line.error, line.text)
        elif text := line.text.strip():
            try:
                yield parse_record(text, Origin(path, line.number, line.text))
            except InputError as exc:
                yield RecordError(path, line.number, str(exc), line.text)


def parse_record(text: str, origin: Origin) -> Record:
    """The record that one JSON object describes.

    :raises InputError: with what is wrong and what is allowed.
    """
    row = _decode(text)
    op = row.get("op", "upsert")
    if op not in ("upsert", "delete"):
        raise InputError(f'\'op\' is {_show(op)}: use "upsert" (the default) or "delete"')
    if "entity" in row:
        if op == "delete":
            _check_fields(row, _DELETE_ENTITY, "the deletion of an entity")
            return DeleteEntity(_text(row, "entity"), origin)
        _check_fields(row, _UPSERT_ENTITY, "an entity")
        return UpsertEntity(_entity(row), origin)
    if op == "delete":
        _check_fields(row, _DELETE_FACT, "the deletion of a fact")
        return DeleteFact(_fact(row).triple, origin)
    _check_fields(row, _UPSERT_FACT, "a fact")
    return UpsertFact(_fact(row), origin)


def _decode(text: str) -> dict[str, object]:
    try:
        row = _DECODER.decode(text)
    except InputError:
        raise
    except RecursionError as exc:
        raise InputError("the JSON is nested too deeply: a record has at most three levels") from exc
    except ValueError as exc:
        raise InputError(f"not valid JSON ({exc}): write one object a line") from exc
    if not isinstance(row, dict):
        raise InputError(f"{_show(row)} is not a JSON object: write one object a line")
    return row


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    row = dict(pairs)
    if len(row) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputError(f"the field {twice!r} occurs twice in one object: keep one of them")
    return row


def _no_constant(name: str) -> NoReturn:
    raise InputError(f"{name} cannot be stored: numbers must be finite")


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_constant=_no_constant)


def _check_fields(row: dict[str, object], allowed: tuple[str, ...], what: str) -> None:
    unknown = [name for name in row if name not in allowed]
    if unknown:
        listed = ", ".join(map(repr, unknown))
        raise InputError(f"unknown field {listed} in {what}: allowed are {', '.join(allowed)}")


def _entity(row: dict[str, object]) -> Entity:
    return Entity(
        _text(row, "entity"),
        _text(row, "name") if "name" in row else "",
        _texts(row, "aliases"),
        _texts(row, "types"),
        _properties(row),
    )


def _fact(row: dict[str, object]) -> Fact:
    subject, relation = _text(row, "subject"), _text(row, "relation")
    if "object" not in row:
        raise InputError("the field 'object' is missing: give an entity's key, or a literal as {\"value\": …}")
    value = row["object"]
    if isinstance(value, str):
        return Fact(subject, relation, value, _properties(row))
    if isinstance(value, dict):
        return Fact(subject, relation, Literal(read_literal(value)), _properties(row))
    raise InputError(f"'object' is {_show(value)}: give an entity's key, or a literal as {{\"value\": {_show(value)}}}")


def _text(row: dict[str, object], name: str) -> str:
    if name not in row:
        raise InputError(
            f"the field {name!r} is missing: a fact has 'subject', 'relation' and 'object', an entity has 'entity'"
        )
    value = row[name]
    if not isinstance(value, str):
        raise InputError(f"{name!r} is {_show(value)}: give a string")
    return value


def _texts(row: dict[str, object], name: str) -> tuple[str, ...]:
    values = row.get(name, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise InputError(f"{name!r} is {_show(values)}: give a list of strings")
    return tuple(values)


def _properties(row: dict[str, object]) -> dict[str, PropertyValue]:
    values = row.get("properties", {})
    if not isinstance(values, dict):
        raise InputError(f"'properties' is {_show(values)}: give an object of names and values")
    return {name: _property(name, value) for name, value in values.items()}


def _property(name: str, value: object) -> PropertyValue:
    if isinstance(value, list):
        return tuple(_scalar(name, item) for item in value)
    return _scalar(name, value)


def _scalar(name: str, value: object) -> Scalar:
    if isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, dict):
        return read_literal(value)
    raise InputError(
        f"property {name!r} has the value {_show(value)}: "
        'use a string, a number, true, false, {"value": …, "type": …}, or a list of those'
    )


def read_literal(row: dict[str, object]) -> Scalar:
    """The value of an object like ``{"value": "1979-05-25", "type": "date"}``."""
    _check_fields(row, _LITERAL, "a literal")
    value = row.get("value")
    if not isinstance(value, bool | int | float | str):
        raise InputError(f"a literal has the value {_show(value)}: use a string, a number, true or false")
    if "type" not in row:
        return value
    kind = next((k for k in LiteralKind if k == row["type"]), None)
    if kind is None:
        raise InputError(f"a literal has the type {_show(row['type'])}: allowed are {', '.join(LiteralKind)}")
    if isinstance(value, str) and kind in (LiteralKind.DATE, LiteralKind.DATETIME):
        return _moment(value, kind)
    if kind_of(value) is not kind:
        raise InputError(f"{_show(value)} is a {kind_of(value)}, not a {kind}: mend the value or its type")
    return value


def _moment(text: str, kind: LiteralKind) -> date:
    value: date | None = None
    with suppress(ValueError):
        value = date.fromisoformat(text) if kind is LiteralKind.DATE else datetime.fromisoformat(text)
    # fromisoformat also takes week dates and dates without a time of day, which are more likely to be mistakes
    if value is None or len(text) < len("2020-01-31") or (kind is LiteralKind.DATE and value.isoformat() != text):
        example = "2020-01-31" if kind is LiteralKind.DATE else "2020-01-31T12:00:00+00:00"
        raise InputError(f"{text!r} is not a {kind}: write it like {example}")
    if kind is LiteralKind.DATETIME and len(text) == len("2020-01-31"):
        raise InputError(f"{text!r} has no time of day: write it like 2020-01-31T12:00:00+00:00, or use the type date")
    return value


def _show(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 80 else text[:79] + "…"
