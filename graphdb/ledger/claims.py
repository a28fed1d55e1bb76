"""What the ledger knows of one record: its identity, and a digest of what a source says about it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from graphdb.errors import LedgerError
from graphdb.readers.records import Triple
from graphdb.values import Entity, Fact, Literal, LiteralKind, Scalar

_ENTITY = bytes(8)
_INTEGER = re.compile(r"-?\d+")


class Claim(NamedTuple):
    """One record that a source asks for: an entity, a fact, or one value of an attribute.

    :param record: 16 bytes that identify it: 8 of the subject's key, so that the records of one entity lie together,
        and 8 of the rest.
    :param content: 8 bytes of what the source says about it; empty for a fact without properties.
    :param subject: the entity's key, or the fact's subject.
    :param relation: empty for an entity.
    :param object: the object's key, or the literal as text.
    :param kind: the literal's kind; empty if the object is no literal.
    """

    record: bytes
    content: bytes
    subject: str
    relation: str
    object: str
    kind: str

    @property
    def is_entity(self) -> bool:
        return not self.relation

    @property
    def triple(self) -> Triple:
        """The fact that is claimed; only if this is no entity."""
        target = Literal(_parse(self.object, LiteralKind(self.kind))) if self.kind else self.object
        return self.subject, self.relation, target


@lru_cache(maxsize=2**15)
def key_digest(key: str) -> bytes:
    """8 bytes that stand for an entity's key."""
    return _digest(key)


def record_of_entity(key: str) -> bytes:
    """The 16 bytes that identify an entity."""
    return key_digest(key) + _ENTITY


def record_of_fact(triple: Triple) -> bytes:
    """The 16 bytes that identify a fact."""
    subject, relation, target = triple
    return _record(subject, relation, *_object(target))


def claim_of_fact(fact: Fact) -> Claim:
    """The claim that a fact stands for."""
    subject, relation = fact.subject, fact.relation
    text, kind = _object(fact.object)
    content = _digest(repr(sorted(fact.properties.items()))) if fact.properties else b""
    return Claim(_record(subject, relation, text, kind), content, subject, relation, text, kind)


def claims_of_entity(entity: Entity) -> Iterator[Claim]:
    """The claims that an entity stands for: itself, and each value of its attributes."""
    content = _digest(repr((entity.name, entity.aliases, entity.types)))
    yield Claim(record_of_entity(entity.key), content, entity.key, "", "", "")
    for name, value in entity.properties.items():
        for scalar in value if isinstance(value, tuple) else (value,):
            yield claim_of_fact(Fact(entity.key, name, Literal(scalar)))


def _object(target: str | Literal) -> tuple[str, str]:
    return (_format(target.value), target.kind.value) if isinstance(target, Literal) else (target, "")


def _record(subject: str, relation: str, text: str, kind: str) -> bytes:
    return key_digest(subject) + _digest(f"{relation}\0{kind}\0{text}")


def _digest(text: str) -> bytes:
    return blake2b(text.encode(), digest_size=8).digest()


def _format(value: Scalar) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case date():
            return value.isoformat()
        case str():
            return value
    return repr(value)


def _parse(text: str, kind: LiteralKind) -> Scalar:
    try:
        match kind:
            case LiteralKind.BOOLEAN:
                return text == "true"
            case LiteralKind.NUMBER:
                return int(text) if _INTEGER.fullmatch(text) else float(text)
            case LiteralKind.DATE:
                return date.fromisoformat(text)
            case LiteralKind.DATETIME:
                return datetime.fromisoformat(text)
            case LiteralKind.STRING:
                return text
    except ValueError as exc:
        raise LedgerError(f"the ledger holds {text!r} as a {kind}: it is damaged; sync with a new ledger file") from exc
