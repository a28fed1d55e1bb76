"""Programs as plain values, ready for JSON, and back: how answers show them and files keep them.

An object for each part: the name of its class as ``form``, and its fields. Nodes are ``{"key": …}``, ``{"type": …}``
and ``{"value": …}``; dates have a type, as in files of facts::

    {"form": "Count", "members": {"form": "Path", "seed": {"type": "Film"},
     "hops": [{"step": {"relation": "rdf:type", "direction": "in"}, "exclude_seed": false}]}}
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from typing import Any, TypeVar, cast

from graphdb.errors import InputError
from graphdb.programs import (
    Aggregate,
    Beside,
    Combined,
    Compare,
    Compared,
    Comparison,
    Condition,
    Count,
    Difference,
    During,
    Exists,
    FactCondition,
    FactValues,
    Following,
    Function,
    Grouped,
    HasNeighbours,
    NodeSet,
    One,
    Program,
    Ranked,
    Restricted,
    SetOperation,
    SharedNeighbour,
    Through,
)
from graphdb.readers.jsonl import read_literal
from graphdb.values import Direction, EntityType, Hop, Literal, LiteralKind, Node, Path, Step

_E = TypeVar("_E", bound=StrEnum)
_Row = Mapping[str, Any]

_DEEPEST = 20  # more than any question needs, and less than databases can read
_MOST_PARTS = 400


def program_to_dict(program: Program) -> dict[str, Any]:
    """A program as plain values."""
    return cast(dict[str, Any], _part(program))


def program_from_dict(row: object) -> Program:
    """The program that plain values stand for.

    :raises InputError: if they stand for none, with the part that is wrong.
    """
    _check_size(row)
    return _of(row, {**_SETS, **_RESULTS}, "a program")  # type: ignore[no-any-return]


def node_to_dict(node: Node) -> dict[str, Any]:
    """A node as plain values."""
    match node:
        case Literal(value):
            plain = value.isoformat() if isinstance(value, date) else value
            timed = node.kind in {LiteralKind.DATE, LiteralKind.DATETIME}
            return {"value": plain, "type": node.kind.value} if timed else {"value": plain}
        case EntityType(name):
            return {"type": name}
        case _:
            return {"key": node}


def node_from_dict(row: object) -> Node:
    """The node that plain values stand for.

    :raises InputError: if they stand for none.
    """
    if isinstance(row, Mapping):
        if "value" in row:
            return Literal(read_literal(dict(row)))
        if set(row) == {"type"}:
            return EntityType(_text(row, "type"))
        if set(row) == {"key"}:
            return _text(row, "key")
    raise InputError(f'a node is {{"key": …}}, {{"type": …}} or {{"value": …}}, not {_shown(row)}')


def _part(value: Any) -> Any:
    match value:
        case Literal() | EntityType():
            return node_to_dict(value)
        case Path():
            return {"form": "Path", "seed": node_to_dict(value.seed), "hops": _part(value.hops)}
        case Step() | Hop():
            return _fields(value)
        case StrEnum():
            return value.value
        case tuple():
            return [_part(item) for item in value]
    return {"form": type(value).__name__} | _fields(value) if is_dataclass(value) else value


def _fields(value: Any) -> dict[str, Any]:
    return {f.name: _part(getattr(value, f.name)) for f in fields(value)}


# --- reading ------------------------------------------------------------------------------------------------------


def _check_size(row: object) -> None:
    parts = [(row, 1)]
    for part, depth in parts:  # it grows meanwhile
        inside = part.values() if isinstance(part, Mapping) else part if isinstance(part, list | tuple) else ()
        parts += [(each, depth + 1) for each in inside if isinstance(each, Mapping | list | tuple)]
        if len(parts) > _MOST_PARTS or depth > _DEEPEST:
            raise InputError(
                f"a program may have {_MOST_PARTS} parts, {_DEEPEST} of them one in another, and this one has more"
            )


def _of(row: object, forms: Mapping[str, Callable[[_Row], Any]], what: str) -> Any:
    if not isinstance(row, Mapping) or row.get("form") not in forms:
        raise InputError(f'{what} is an object with a "form" of {", ".join(forms)}, not {_shown(row)}')
    return forms[row["form"]](row)


def _get(row: _Row, name: str) -> Any:
    if name not in row:
        raise InputError(f"{row.get('form', 'a part of a program')} lacks {name!r}: {_shown(row)}")
    return row[name]


def _text(row: _Row, name: str) -> str:
    value = _get(row, name)
    if not isinstance(value, str):
        raise InputError(f"{name!r} must be a string, not {_shown(value)}")
    return value


def _whole(row: _Row, name: str, default: int) -> int:
    value = row.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool):
        raise InputError(f"{name!r} must be a whole number, not {_shown(value)}")
    return value


def _flag(row: _Row, name: str, *, default: bool) -> bool:
    value = row.get(name, default)
    if not isinstance(value, bool):
        raise InputError(f"{name!r} must be true or false, not {_shown(value)}")
    return value


def _one_of(kind: type[_E], value: object) -> _E:
    found = next((member for member in kind if member.value == value), None)
    if found is None:
        raise InputError(f"{_shown(value)} is none of {', '.join(kind)}")
    return found


def _each(row: _Row, name: str) -> Sequence[object]:
    value = _get(row, name)
    if not isinstance(value, list | tuple):
        raise InputError(f"{name!r} must be a list, not {_shown(value)}")
    return value


def _set(row: _Row, name: str) -> NodeSet:
    return _of(_get(row, name), _SETS, "a set of nodes")  # type: ignore[no-any-return]


def _optional_set(row: _Row, name: str) -> NodeSet | None:
    return None if row.get(name) is None else _set(row, name)


def _one(row: _Row, name: str) -> One:
    return _of(_get(row, name), {**_SETS, **_VALUES}, "what has one value")  # type: ignore[no-any-return]


def _step(row: object) -> Step:
    if not isinstance(row, Mapping):
        raise InputError(f"a step is an object with a relation and a direction, not {_shown(row)}")
    return Step(_text(row, "relation"), _one_of(Direction, row.get("direction", Direction.OUT.value)))


def _hop(row: object) -> Hop:
    if not isinstance(row, Mapping):
        raise InputError(f"a hop is an object with a step, not {_shown(row)}")
    return Hop(_step(_get(row, "step")), _flag(row, "exclude_seed", default=False))


def _condition(row: object) -> Condition:
    return _of(row, _CONDITIONS, "a condition")  # type: ignore[no-any-return]


def _compare(row: _Row) -> Compare:
    return Compare(_text(row, "attribute"), _one_of(Comparison, _get(row, "comparison")), _literal(row, "value"))


def _literal(row: _Row, name: str) -> Literal:
    value = node_from_dict(_get(row, name))
    if not isinstance(value, Literal):
        raise InputError(f"{_shown(row)} compares with no value")
    return value


def _fact_values(row: _Row) -> FactValues:
    return FactValues(
        _set(row, "members"), _step(_get(row, "step")), _text(row, "property"), _optional_set(row, "others")
    )


def _ranked(row: _Row) -> Ranked:
    by = _get(row, "by")
    return Ranked(
        _set(row, "members"),
        by if isinstance(by, str) else _step(by),
        _whole(row, "first", 1),
        _flag(row, "greatest", default=True),
    )


_CONDITIONS: dict[str, Callable[[_Row], Condition]] = {
    "Compare": _compare,
    "HasNeighbours": lambda row: HasNeighbours(
        _step(_get(row, "step")),
        _one_of(Comparison, row.get("comparison", Comparison.AT_LEAST.value)),
        _whole(row, "number", 1),
    ),
    "SharedNeighbour": lambda row: SharedNeighbour(_step(_get(row, "first")), _step(_get(row, "second"))),
}
_FACT_CONDITIONS: dict[str, Callable[[_Row], FactCondition]] = {
    "Compare": _compare,
    "During": lambda row: During(_text(row, "start"), _text(row, "end"), _literal(row, "first"), _literal(row, "last")),
}
_SETS: dict[str, Callable[[_Row], NodeSet]] = {
    "Path": lambda row: Path(node_from_dict(_get(row, "seed")), tuple(map(_hop, _each(row, "hops")))),
    "Combined": lambda row: Combined(
        _one_of(SetOperation, _get(row, "operation")),
        tuple(_of(part, _SETS, "a set of nodes") for part in _each(row, "parts")),
    ),
    "Restricted": lambda row: Restricted(_set(row, "members"), tuple(map(_condition, _each(row, "conditions")))),
    "Ranked": _ranked,
    "Following": lambda row: Following(_set(row, "members"), tuple(map(_step, _each(row, "steps")))),
    "FactValues": _fact_values,
    "Through": lambda row: Through(
        _set(row, "members"),
        _step(_get(row, "step")),
        tuple(_of(each, _FACT_CONDITIONS, "a condition on facts") for each in _each(row, "conditions")),
    ),
}
_COMPUTED: dict[str, Callable[[_Row], Count | Aggregate]] = {
    "Count": lambda row: Count(_set(row, "members")),
    "Aggregate": lambda row: Aggregate(
        _one_of(Function, _get(row, "function")), _set(row, "members"), _text(row, "attribute")
    ),
}
_VALUES: dict[str, Callable[[_Row], One]] = {
    **_COMPUTED,
    "Difference": lambda row: Difference(_set(row, "left"), _set(row, "right"), _text(row, "attribute")),
}
_RESULTS: dict[str, Callable[[_Row], Program]] = {
    **_VALUES,
    "Exists": lambda row: Exists(_set(row, "members")),
    "Compared": lambda row: Compared(
        _one(row, "left"), _one_of(Comparison, _get(row, "comparison")), _one(row, "right")
    ),
    "Grouped": lambda row: Grouped(
        _of(_get(row, "of"), _COMPUTED, "what is computed of groups"),
        _step(_get(row, "by")),
        _optional_set(row, "groups"),
    ),
    "Beside": lambda row: Beside(_set(row, "members"), _text(row, "attribute")),
}


def _shown(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= 120 else text[:119] + "…"
