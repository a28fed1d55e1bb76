"""The catalogue: types and relations with their counts, and the types at the ends of each relation."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Connection, func, select, text

from graphdb.sql.codec import decode_node
from graphdb.sql.schema import IN, LITERAL_KINDS, TYPE_RELATION_ID, NodeKind, degree, fact, node, relation, tally
from graphdb.store import RelationInfo, Schema, TypeInfo
from graphdb.values import TYPE_RELATION, LiteralKind
from graphdb.wording import inverse_words_of, words_of

_SAMPLE = 1000
_SLICES = 20
_MOST_TYPES = 8


def read_schema(connection: Connection) -> Schema:
    """See :meth:`graphdb.store.GraphStore.schema`."""
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
    subjects, objects = _sample(connection, relation_id, total)
    kinds = {LITERAL_KINDS[kind] for kind in counts if kind in LITERAL_KINDS}
    return RelationInfo(
        name=name,
        text="type" if name == TYPE_RELATION else words_of(name),
        inverse_text=inverse_words_of("type" if name == TYPE_RELATION else name),
        facts=total,
        subject_types=_types_of(connection, subjects),
        object_types=_types_of(connection, objects) if NodeKind.ENTITY in counts else (),
        literal_kinds=tuple(kind for kind in LiteralKind if kind in kinds),
    )


def _sample(connection: Connection, relation_id: int, total: int) -> tuple[Counter[int], Counter[int]]:
    """The subjects and objects of a relation's facts, or of some from all over the relation if it has many."""
    of_relation = select(fact.c.subject, fact.c.object).where(fact.c.relation == relation_id)
    if total <= _SAMPLE:
        rows = [(s, o) for s, o in connection.execute(of_relation)]
    else:
        first, last = connection.execute(
            select(func.min(fact.c.object), func.max(fact.c.object)).where(fact.c.relation == relation_id)
        ).one()
        starts = range(first, last + 1, max(1, (last - first) // _SLICES))
        rows = [row for start in starts for row in _slice(connection, relation_id, start)]
    return Counter(s for s, _ in rows), Counter(o for _, o in rows)


def _slice(connection: Connection, relation_id: int, start: int) -> Iterable[tuple[int, int]]:
    following = (
        select(fact.c.subject, fact.c.object)
        .where(fact.c.relation == relation_id, fact.c.object >= start)
        .order_by(fact.c.object, fact.c.subject)
        .limit(_SAMPLE // _SLICES)
    )
    return [(s, o) for s, o in connection.execute(following)]


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
