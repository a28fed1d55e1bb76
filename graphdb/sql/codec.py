"""Nodes and properties as they are stored, and back. Equal nodes have one stored form, whatever type they came in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date, datetime

from graphdb.errors import StoreCorruptError
from graphdb.sql.schema import LITERAL_KINDS, NodeKind
from graphdb.values import EntityType, Literal, LiteralKind, Node, PropertyValue, Scalar

IDENT_BYTES = 1000  # an index row of PostgreSQL holds 2,700 bytes
SHORT_TEXT = IDENT_BYTES // 4
"""So many characters are never too long to identify themselves."""
_INT64 = 2**63
_ENTITY, _TYPE = int(NodeKind.ENTITY), int(NodeKind.TYPE)
_NODE_KINDS = {literal: int(kind) for kind, literal in LITERAL_KINDS.items()}


def ident_of(text: str) -> str:
    """What identifies the text in an index: the text itself, or its beginning and its digest if it is very long.

    A shortened one is longer than any that is not, so the two never meet.
    """
    if len(text) <= SHORT_TEXT:
        return text
    encoded = text.encode()
    if len(encoded) <= IDENT_BYTES:
        return text
    return encoded[:IDENT_BYTES].decode(errors="ignore") + hashlib.sha256(encoded).hexdigest()


def whole_of(text: str, ident: str) -> str | None:
    """What the column ``whole`` holds beside this ident."""
    return None if text == ident else text


def encode_node(node: Node) -> tuple[int, str]:
    """The kind of a node and its text."""
    if isinstance(node, str):
        return _ENTITY, node
    if isinstance(node, EntityType):
        return _TYPE, node.name
    return _NODE_KINDS[node.kind], _literal_text(node)


def _literal_text(literal: Literal) -> str:
    value = literal.value
    match literal.kind:
        case LiteralKind.BOOLEAN:
            return "true" if value else "false"
        case LiteralKind.NUMBER:
            return _number_text(value)  # type: ignore[arg-type]
        case _:
            return str(literal)


def _number_text(value: int | float) -> str:
    return repr(_number(value))


def _number(value: int | float) -> int | float:
    """The number, as an integer if it is one that fits in 64 bits."""
    return int(value) if isinstance(value, float) and value.is_integer() and -_INT64 <= value < _INT64 else value


def decode_node(kind: int, ident: str, whole: str | None) -> Node:
    """The node of a stored row."""
    text = ident if whole is None else whole
    if kind == _ENTITY:
        return text
    if kind == _TYPE:
        return EntityType(text)
    return Literal(_scalar(kind, text))


def _scalar(kind: int, text: str) -> Scalar:
    try:
        match kind:
            case NodeKind.BOOLEAN:
                return text == "true"
            case NodeKind.NUMBER:
                return int(text) if text.lstrip("-").isdigit() else float(text)
            case NodeKind.STRING:
                return text
            case NodeKind.DATE:
                return date.fromisoformat(text)
            case NodeKind.DATETIME:
                return datetime.fromisoformat(text)
    except ValueError as exc:
        raise _foreign(f"the literal {text!r} of kind {kind}") from exc
    raise _foreign(f"a node of kind {kind}")


def _foreign(what: str) -> StoreCorruptError:
    return StoreCorruptError(
        f"the graph holds {what}, which this version of kgqa did not write: "
        "load the facts into a new database, or use the version that wrote it"
    )


def encode_properties(properties: Mapping[str, PropertyValue]) -> str | None:
    """Properties of a fact as JSON, dates and datetimes tagged; ``None`` if there are none.

    Numbers stand there as they identify literals.
    """
    if not properties:
        return None
    stored = {name: _stored_property(value) for name, value in properties.items()}
    return json.dumps(stored, ensure_ascii=False, separators=(",", ":"))


def _stored_property(value: PropertyValue) -> object:
    match value:
        case tuple():
            return [_stored_property(each) for each in value]
        case datetime():
            return {"datetime": value.isoformat()}
        case date():
            return {"date": value.isoformat()}
        case float():
            return _number(value)
    return value


def decode_properties(text: str | None) -> dict[str, PropertyValue]:
    """The properties that :func:`encode_properties` stored."""
    if text is None:
        return {}
    try:
        stored: dict[str, object] = json.loads(text)
        return {name: _property(value) for name, value in stored.items()}
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise _foreign(f"the properties {text!r}") from exc


def property_texts(properties: str | None, name: str) -> str | None:
    """The values of one of the properties that :func:`encode_properties` stored, each once, as a JSON list of texts.

    Each text is the number of the kind, which is one digit, and then the text that identifies the value.
    """
    held = json.loads(properties).get(name) if properties else None
    if held is None:
        return None
    return json.dumps([_numbered(v) for v in held] if isinstance(held, list) else [_numbered(held)])


def _numbered(stored: object) -> str:
    match stored:
        case bool():
            return f"{NodeKind.BOOLEAN:d}{'true' if stored else 'false'}"
        case str():
            return f"{NodeKind.STRING:d}{stored}"
        case {"date": text}:
            return f"{NodeKind.DATE:d}{text}"
        case {"datetime": text}:
            return f"{NodeKind.DATETIME:d}{text}"
    return f"{NodeKind.NUMBER:d}{stored!r}"


def _property(value: object) -> PropertyValue:
    if isinstance(value, list):
        return tuple(_untagged(v) for v in value)
    return _untagged(value)


def _untagged(value: object) -> Scalar:
    if not isinstance(value, dict):
        return value  # type: ignore[return-value]
    if "date" in value:
        return date.fromisoformat(value["date"])
    return datetime.fromisoformat(value["datetime"])
