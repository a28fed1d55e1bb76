"""The catalogue: types and relations with their counts, the types at the ends of each relation, and the properties of
its facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Select, func, select, text

from graphdb.sql.codec import decode_node, decode_properties
from graphdb.sql.history import read_watermark
from graphdb.sql.schema import IN, LITERAL_KINDS, TYPE_RELATION_ID, NodeKind, degree, fact, node, relation, tally
from graphdb.store import PropertyInfo, RelationInfo, Schema, TypeInfo
from graphdb.values import TYPE_RELATION, LiteralKind, kind_of
from graphdb.wording import inverse_words_of, words_of

_SAMPLE = 1000
_SLICES = 20
_MOST_TYPES = 8

_Row = tuple[int, int, str | None]
"""A fact of a relation: subject, object, stored properties."""


class Catalogue:
    """The schema, which is only read again after something was written."""

    def __init__(self) -> None:
        self._known: tuple[int, Schema] | None = None

    def read(self, connection: Connection) -> Schema:
        """See :meth:`graphdb.store.GraphReader.schema`."""
        watermark = read_watermark(connection)
        if self._known is None or self._known[0] != watermark:
            self._known = watermark, _read(connection)
        return self._known[1]


def _read(connection: Connection) -> Schema:
    entities = connection.execute(select(func.count()).where(node.c.kind == NodeKind.ENTITY)).scalar_one()
    counts = _counts(connection)
    relations = tuple(_relation(connection, *entry) for entry in sorted(counts.items(), key=lambda e: e[0][1]))
    return Schema(
        entities=entities,
        facts=sum(r.facts for r in relations if r.name != TYPE_RELATION),
        types=_types(connection),
        relations=relations,
    )


def _types(connection: Connection) -> tuple[TypeInfo, ...]:
    rows = connection.execute(
        select(node.c.kind, node.c.ident, node.c.whole, degree.c.facts)
        .join(degree, degree.c.node == node.c.id)
        .where(
            node.c.kind == text(str(NodeKind.TYPE.value)),
            degree.c.direction == IN,
            degree.c.relation == TYPE_RELATION_ID,
        )
    )
    counts = {str(decode_node(kind, ident, whole)): facts for kind, ident, whole, facts in rows}
    return tuple(TypeInfo(name, words_of(name), counts[name]) for name in sorted(counts))


def _counts(connection: Connection) -> dict[tuple[int, str], dict[int, int]]:
    """Per relation, the number of facts by the kind of the object."""
    counts: dict[tuple[int, str], dict[int, int]] = {}
    rows = connection.execute(
        select(relation.c.id, relation.c.name, tally.c.kind, tally.c.facts)
        .join(tally, tally.c.relation == relation.c.id)
        .where(tally.c.facts > 0)
    )
    for relation_id, name, kind, facts in rows:
        counts.setdefault((relation_id, name), {})[kind] = facts
    return counts


def _relation(connection: Connection, named: tuple[int, str], counts: dict[int, int]) -> RelationInfo:
    relation_id, name = named
    total = sum(counts.values())
    rows = _sample(connection, relation_id, total)
    kinds = {LITERAL_KINDS[kind] for kind in counts if kind in LITERAL_KINDS}
    return RelationInfo(
        name=name,
        text="type" if name == TYPE_RELATION else words_of(name),
        inverse_text=inverse_words_of("type" if name == TYPE_RELATION else name),
        facts=total,
        subject_types=_types_of(connection, Counter(s for s, _, _ in rows)),
        object_types=_types_of(connection, Counter(o for _, o, _ in rows)) if NodeKind.ENTITY in counts else (),
        literal_kinds=tuple(kind for kind in LiteralKind if kind in kinds),
        properties=_properties([text for _, _, text in rows], total),
    )


def _sample(connection: Connection, relation_id: int, total: int) -> Sequence[_Row]:
    """The facts of a relation, or some from all over the relation if it has many."""
    if total <= _SAMPLE:
        return _rows(connection, _of_relation(relation_id))
    first, last = connection.execute(
        select(func.min(fact.c.object), func.max(fact.c.object)).where(fact.c.relation == relation_id)
    ).one()
    starts = range(first, last + 1, max(1, (last - first) // _SLICES))
    return [row for start in starts for row in _slice(connection, relation_id, start)]


def _slice(connection: Connection, relation_id: int, start: int) -> Iterable[_Row]:
    following = (
        _of_relation(relation_id)
        .where(fact.c.object >= start)
        .order_by(fact.c.object, fact.c.subject)
        .limit(_SAMPLE // _SLICES)
    )
    return _rows(connection, following)


def _of_relation(relation_id: int) -> Select[Any]:
    return select(fact.c.subject, fact.c.object, fact.c.properties).where(fact.c.relation == relation_id)


def _rows(connection: Connection, facts: Select[Any]) -> Sequence[_Row]:
    return [(s, o, properties) for s, o, properties in connection.execute(facts)]


def _properties(sample: Sequence[str | None], total: int) -> tuple[PropertyInfo, ...]:
    """The properties of a relation's facts, counted in a sample of them."""
    counts: Counter[str] = Counter()
    kinds: dict[str, set[LiteralKind]] = {}
    for stored in filter(None, sample):
        for name, value in decode_properties(stored).items():
            counts[name] += 1
            kinds.setdefault(name, set()).add(kind_of(value[0] if isinstance(value, tuple) else value))
    return tuple(
        PropertyInfo(
            name,
            tuple(kind for kind in LiteralKind if kind in kinds[name]),
            round(counts[name] * total / len(sample)),
        )
        for name in sorted(counts)
    )


def _types_of(connection: Connection, ids: Counter[int]) -> tuple[str, ...]:
    """The most frequent types of entities that occur so many times each."""
    found: Counter[str] = Counter()
    rows = connection.execute(
        select(fact.c.subject, node.c.kind, node.c.ident, node.c.whole)
        .join(node, node.c.id == fact.c.object)
        .where(fact.c.subject.in_(list(ids)), fact.c.relation == TYPE_RELATION_ID)
    )
    for subject, kind, ident, whole in rows:
        found[str(decode_node(kind, ident, whole))] += ids[subject]
    return tuple(sorted(found, key=lambda name: (-found[name], name))[:_MOST_TYPES])
