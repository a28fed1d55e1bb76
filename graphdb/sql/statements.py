"""The statements that read, as SQLAlchemy expressions. Each is built once for a kind of database."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, Text, bindparam, case, exists, literal, null, select, true
from sqlalchemy.sql import FromClause

from graphdb.sql.dialect import Dialect, InOrder
from graphdb.sql.schema import IN, OUT, NodeKind, degree, fact, node, relation, tally
from graphdb.values import Direction

_UNCUT = 2**63 - 1  # greater than any id
_EDGE, _NAMED, _TARGET = fact.alias("edge"), relation.alias("named"), node.alias("target")

DIRECTIONS = {Direction.OUT: OUT, Direction.IN: IN}


class Statements:
    """What :class:`graphdb.sql.reading.Reader` runs.

    Nodes come in as the parameters ``seeds`` (idents) and ``kind``, integers as ``ids`` or ``triples``.
    """

    def __init__(self, dialect: Dialect) -> None:
        seeds = dialect.texts("seeds")
        start = seeds.join(node, (node.c.kind == bindparam("kind")) & (node.c.ident == seeds.c.value))
        self.ids = select(seeds.c.position, node.c.id).select_from(start)
        self.entities = select(
            seeds.c.position, node.c.id, node.c.ident, node.c.whole, node.c.name, node.c.aliases
        ).select_from(start)
        self.degrees = (
            select(seeds.c.position, degree.c.relation, degree.c.direction, degree.c.facts)
            .select_from(start.join(degree, degree.c.node == node.c.id))
            .order_by(seeds.c.position, degree.c.direction, degree.c.relation)
        )
        self.hops = {d: _hop(seeds, start, d) for d in Direction}
        self.capped_hops = {d: _capped_hop(dialect, seeds, start, d) for d in Direction}
        self.values = _values(dialect)
        self.value_ids = _value_ids(dialect)
        self.kinds_of_values = _kinds_of_values(dialect)
        self.held = _held(dialect)
        self.facts_out, self.facts_in = _facts_out(dialect), _facts_in(dialect)
        self.unused = _unused(dialect)
        names = dialect.texts("names")
        self.relation_ids = select(relation.c.name, relation.c.id).select_from(
            names.join(relation, relation.c.name == names.c.value)
        )


def _hop(seeds: FromClause, start: FromClause, direction: Direction) -> Select[Any]:
    near, far = ends(fact, direction)
    target = node.alias("target")
    joined = (
        start.join(relation, relation.c.name == bindparam("relation"))
        .join(fact, (fact.c.relation == relation.c.id) & (near == node.c.id))
        .join(target, target.c.id == far)
    )
    return (
        select(seeds.c.position, target.c.kind, target.c.ident, target.c.whole, null())
        .select_from(joined)
        .order_by(seeds.c.position, far)
    )


def _capped_hop(dialect: Dialect, seeds: FromClause, start: FromClause, direction: Direction) -> Select[Any]:
    """A hop whose rows are cut at ``limit``, so that no more of a hub is read than that."""
    of_node = (
        (degree.c.node == node.c.id)
        & (degree.c.direction == DIRECTIONS[direction])
        & (degree.c.relation == relation.c.id)
    )
    rows = start.join(relation, relation.c.name == bindparam("relation")).join(degree, of_node)
    joined, far = _first_by_join(rows, direction) if dialect.has_lateral else _first_by_bound(rows, direction)
    target = node.alias("target")
    return (
        select(seeds.c.position, target.c.kind, target.c.ident, target.c.whole, degree.c.facts)
        .select_from(joined.join(target, target.c.id == far))
        .order_by(seeds.c.position, far)
    )


def _first_by_join(rows: FromClause, direction: Direction) -> tuple[FromClause, ColumnElement[int]]:
    near, far = ends(fact, direction)
    first = (
        select(far.label("far"))
        .where(fact.c.relation == relation.c.id, near == node.c.id)
        .correlate(relation, node)
        .order_by(far)
        .limit(bindparam("limit", type_=Integer))
        .lateral("first")
    )
    return rows.join(first, true()), first.c.far


def _first_by_bound(rows: FromClause, direction: Direction) -> tuple[FromClause, ColumnElement[int]]:
    """Rows with more end at their last allowed neighbour, which the index finds."""
    other = fact.alias("other")
    near, far = ends(other, direction)
    last = (
        select(far)
        .where(other.c.relation == relation.c.id, near == node.c.id)
        .correlate(relation, node)
        .order_by(far)
        .limit(1)
        .offset(bindparam("limit", type_=Integer) - 1)
        .scalar_subquery()
    )
    end = case((degree.c.facts > bindparam("limit", type_=Integer), last), else_=literal(_UNCUT))
    near, far = ends(fact, direction)
    return rows.join(fact, (fact.c.relation == relation.c.id) & (near == node.c.id) & (far <= end)), far


def _of_values(ids: FromClause, subject: ColumnElement[int]) -> FromClause:
    """Facts with types and literals: found through the degrees, so that those with other entities are not read.

    The sums, here and in the condition, keep planners from taking another way.
    """
    return (
        ids.join(degree, (degree.c.node == subject) & (degree.c.direction == OUT))
        .join(fact, (fact.c.subject == degree.c.node + 0) & (fact.c.relation == degree.c.relation))
        .join(node, (node.c.id == fact.c.object) & (node.c.kind != NodeKind.ENTITY))
    )


def _has_values() -> ColumnElement[bool]:
    return (degree.c.relation + 0).in_(select(tally.c.relation).where(tally.c.kind != NodeKind.ENTITY))


def _values(dialect: Dialect) -> Select[Any]:
    ids = dialect.integers("ids", 1)
    return (
        select(fact.c.subject, relation.c.name, node.c.kind, node.c.ident, node.c.whole)
        .select_from(_of_values(ids, ids.c.c0).join(relation, relation.c.id == fact.c.relation))
        .where(_has_values())
    )


def _value_ids(dialect: Dialect) -> Select[Any]:
    ids = dialect.integers("ids", 1)
    return (
        select(fact.c.subject, fact.c.relation, fact.c.object, node.c.kind)
        .select_from(_of_values(ids, ids.c.c0))
        .where(_has_values())
    )


def _kinds_of_values(dialect: Dialect) -> Select[Any]:
    pairs = dialect.integers("pairs", 2)
    return (
        select(fact.c.subject, fact.c.relation, node.c.kind)
        .select_from(
            pairs.join(fact, (fact.c.subject == pairs.c.c0) & (fact.c.relation == pairs.c.c1)).join(
                node, (node.c.id == fact.c.object) & (node.c.kind != NodeKind.ENTITY)
            )
        )
        .distinct()
    )


def _facts_out(dialect: Dialect) -> Select[Any]:
    ids = dialect.integers("ids", 1)
    joined = ids.join(fact, fact.c.subject == ids.c.c0).join(node, node.c.id == fact.c.object)
    return select(fact.c.subject, fact.c.relation, fact.c.object, node.c.kind).select_from(joined)


def _facts_in(dialect: Dialect) -> Select[Any]:
    ids = dialect.integers("ids", 1)
    joined = ids.join(degree, (degree.c.node == ids.c.c0) & (degree.c.direction == IN)).join(
        fact, (fact.c.relation == degree.c.relation) & (fact.c.object == degree.c.node)
    )
    return select(fact.c.subject, fact.c.relation, fact.c.object).select_from(joined)


def _unused(dialect: Dialect) -> Select[Any]:
    ids = dialect.integers("ids", 1)
    return select(ids.c.c0).where(~exists(select(degree.c.node).where(degree.c.node == ids.c.c0)))


def _held(dialect: Dialect) -> Select[Any]:
    triples = dialect.integers("triples", 3)
    same = (fact.c.subject == triples.c.c0) & (fact.c.relation == triples.c.c1) & (fact.c.object == triples.c.c2)
    return select(fact.c.subject, fact.c.relation, fact.c.object, fact.c.properties).select_from(
        triples.join(fact, same)
    )


def ends(facts: FromClause, direction: Direction) -> tuple[ColumnElement[int], ColumnElement[int]]:
    """The columns that a hop in this direction starts from and leads to."""
    return (facts.c.subject, facts.c.object) if direction is Direction.OUT else (facts.c.object, facts.c.subject)


def reach(
    seed: Select[Any], hops: Iterable[tuple[ColumnElement[str], Direction, bool]], *, several: bool = False
) -> Select[Any]:
    """The ids of the nodes that hops lead to, each once.

    :param seed: the id of the node to start from, as ``id``; no row if the graph has none.
    :param hops: the name of each one's relation, its direction, and whether the seed is then dropped.
    :param several: whether there may be several nodes to start from, none of which can then be dropped.
    """
    reached = seed
    for number, (name, direction, exclude_seed) in enumerate(hops):
        before, (near, far) = reached.cte(), ends(_EDGE, direction)
        joined = InOrder(before, _EDGE, (near == before.c.id) & (_EDGE.c.relation == relation_id(name)))
        reached = select(far.label("id")).select_from(joined)
        if number > 0 or several:  # one node has each neighbour once
            reached = reached.distinct()
        if exclude_seed:
            reached = reached.where(far != seed.scalar_subquery())
    return reached


def relation_id(name: ColumnElement[str]) -> ColumnElement[int]:
    """The id of the relation of this name, if there is one."""
    return select(_NAMED.c.id).where(_NAMED.c.name == name).scalar_subquery()


def shown(ids: Select[Any], *columns: str) -> Select[Any]:
    """The nodes of these ids, as they are decoded, followed by further columns of theirs."""
    found = ids.cte()
    stored = (_TARGET.c.kind, _TARGET.c.ident, _TARGET.c.whole)
    joined = InOrder(found, _TARGET, _TARGET.c.id == found.c.id)
    return select(*stored, *(found.c[name] for name in columns)).select_from(joined)


@lru_cache(maxsize=512)
def path_statement(shape: tuple[tuple[Direction, bool], ...]) -> Select[Any]:
    """The statement that runs every path of this shape: per hop its direction, and whether the seed is then dropped.

    The parameters are ``kind`` and ``ident`` of the seed, and ``relation0``, ``relation1`` and so on.
    """
    start = node.alias()
    seed = select(start.c.id).where(start.c.kind == bindparam("kind"), start.c.ident == bindparam("ident"))
    return shown(reach(seed, [(bindparam(f"relation{i}", type_=Text), *hop) for i, hop in enumerate(shape)]))
