"""Sets of nodes as statements: each is one select of the ids of its nodes, so that a set is never read to be used.

Sets that are parts of others are common table expressions, as SQLite cannot parse deep nesting. Every use of a table
within one select has an alias of its own, so that statements can be put together freely; the aliases are made once, as
that takes longer than most statements run.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, TypeGuard

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    case,
    except_,
    exists,
    false,
    func,
    intersect,
    literal,
    select,
    true,
    union,
)
from sqlalchemy.sql import FromClause

from graphdb.programs import (
    NAME,
    Combined,
    Compare,
    Comparison,
    Condition,
    FactValues,
    Following,
    HasNeighbours,
    NodeSet,
    Ranked,
    Restricted,
    SetOperation,
    SharedNeighbour,
    Through,
)
from graphdb.sql.codec import encode_node, ident_of
from graphdb.sql.comparing import COMPARISONS, bound, number, text_compares, value_compares
from graphdb.sql.described import Described, known, unknown
from graphdb.sql.dialect import Dialect, InOrder
from graphdb.sql.schema import NodeKind, degree, fact, node
from graphdb.sql.statements import DIRECTIONS, ends, reach, relation_id
from graphdb.values import Direction, Hop, LiteralKind, Node, Path, Step

_Id = ColumnElement[int]
_MOST = 2**63 - 1  # no set has more nodes
_RANKED_KINDS = (NodeKind.NUMBER, NodeKind.DATE, NodeKind.DATETIME)
"""From the first on, the kinds of values that are ranked."""

_START, _ENTITY, _VALUE = node.alias("start"), node.alias("entity"), node.alias("value")
_EDGE, _OTHER, _HELD = fact.alias("edge"), fact.alias("other"), fact.alias("held")


class Sets:
    """Makes the statements of sets, for one kind of database.

    :param connection: to read from how many nodes it is best to start.
    """

    def __init__(self, dialect: Dialect, connection: Connection) -> None:
        self._dialect = dialect
        self._connection = connection

    def ids(self, members: NodeSet) -> Select[Any]:
        """The ids of a set's nodes, each once, as ``id``."""
        match members:
            case Path(seed, hops):
                return reach(_seed(seed), [(bound(h.step.relation), h.step.direction, h.exclude_seed) for h in hops])
            case Combined():
                return self._combined(members)
            case Restricted():
                return self._restricted(members)
            case Ranked():
                return select(self.ranked(members).cte().c.id)
            case Following(of, steps):
                onward = [(bound(step.relation), step.direction, False) for step in steps]
                return reach(self.ids(of), onward, several=True)
        return self._of_facts(members)

    def loose(self, members: NodeSet) -> Select[Any] | None:
        """The nodes of a set that have no id, as properties of facts may have them; ``None`` if it can have none.

        The columns are those of :meth:`fact_values`. Such nodes lead nowhere, and meet no condition.
        """
        match members:
            case FactValues():
                return unknown(self.fact_values(members))
            case Combined(operation, parts):
                found = [self.loose(part) for part in parts]
                able = [part for part in found if part is not None]
                match operation:
                    case SetOperation.UNION:
                        return _together(union, able) if able else None
                    case SetOperation.INTERSECTION:
                        return _together(intersect, able) if len(able) == len(found) else None
                    case SetOperation.DIFFERENCE:
                        return _together(except_, able) if found[0] is not None else None
        return None

    # --- properties of facts ----------------------------------------------------------------------------------

    def _of_facts(self, members: FactValues | Through) -> Select[Any]:
        if isinstance(members, FactValues):
            return known(self.fact_values(members))
        return Described(self._dialect, self.ids(members.members).cte(), members.step).reached(*members.conditions)

    def fact_values(self, wanted: FactValues) -> FromClause:
        """The values of a property of facts, as ``kind``, ``ident`` and ``whole``, whether or not they have ids."""
        members, step, others = wanted.members, wanted.step, wanted.others
        if others is not None and self._is_smaller(others, members):
            members, step, others = others, step.reverse, members
        described = Described(self._dialect, self.ids(members).cte(), step)
        conditions = [] if others is None else [self.is_in(others, described.far)]
        return described.values(wanted.property, *conditions)

    def _is_smaller(self, one: NodeSet, other: NodeSet) -> bool:
        """Whether it is better to start from one set than from another, as far as that is soon seen."""
        if not _is_near(one) or not _is_near(other):
            return _is_near(one)
        return self._size(one) < self._size(other)

    def is_in(self, members: NodeSet, found: _Id) -> ColumnElement[bool]:
        """Whether a node is in a set; null if the set is a node that the graph does not have."""
        if isinstance(members, Path) and not members.hops:
            return found == _seed(members.seed).scalar_subquery()
        if _is_near(members):
            return _holds(members, found)
        # Within a case, it is looked up in all of them at once, and never the other way round.
        return case((found.in_(select(self.ids(members).cte().c.id)), true()), else_=false())

    # --- combinations -----------------------------------------------------------------------------------------

    def _combined(self, combined: Combined) -> Select[Any]:
        parts = combined.parts
        match combined.operation:
            case SetOperation.UNION:
                return self._all(union, parts)
            case SetOperation.INTERSECTION:
                near = [part for part in parts if _is_near(part)]
                base = [part for part in parts if not _is_near(part)] or [min(near, key=self._size)]
                found = self._all(intersect, base).cte()
                tested = [_holds(part, found.c.id) for part in near if part not in base]
            case SetOperation.DIFFERENCE:
                base = [parts[0], *(part for part in parts[1:] if not _is_near(part))]
                found = self._all(except_, base).cte()
                tested = [~_holds(part, found.c.id) for part in parts[1:] if _is_near(part)]
        return select(found.c.id).where(*tested)

    def _all(self, combine: Callable[..., Any], parts: Sequence[NodeSet]) -> Select[Any]:
        return _together(combine, [self.ids(part) for part in parts])

    def _size(self, path: Path) -> int:
        """How many nodes a path of one hop has. It is read at once, whatever their number."""
        if not path.hops:
            return 1
        seed = _seed(path.seed).cte()
        counted = select(_neighbours(seed.c.id, path.hops[0].step)).select_from(seed)
        return self._connection.execute(counted).scalar_one_or_none() or 0

    # --- conditions -------------------------------------------------------------------------------------------

    def _restricted(self, restricted: Restricted) -> Select[Any]:
        members, conditions = _narrowed(restricted)
        return self.entity_ids(members).where(*map(self._meets, conditions))

    def _entities(self, members: NodeSet) -> FromClause:
        """What to select from for the entities of a set."""
        found = self.ids(members).cte()
        return InOrder(found, _ENTITY, (_ENTITY.c.id == found.c.id) & (_ENTITY.c.kind == NodeKind.ENTITY))

    def entity_ids(self, members: NodeSet) -> Select[Any]:
        """The ids of the entities of a set, as ``id``."""
        return select(_ENTITY.c.id).select_from(self._entities(members))

    def _meets(self, condition: Condition) -> ColumnElement[bool]:
        """Whether an entity meets a condition."""
        match condition:
            case Compare(attribute, comparison, value) if attribute == NAME:
                if value.kind is not LiteralKind.STRING:
                    return false()
                name = func.coalesce(_ENTITY.c.name, _ENTITY.c.whole, _ENTITY.c.ident)
                return text_compares(self._dialect, name, comparison, str(value.value))
            case Compare():
                return self._has_value(condition)
            case HasNeighbours(step, comparison, count):
                return COMPARISONS[comparison](_neighbours(_ENTITY.c.id, step), min(count, _MOST))
            case SharedNeighbour(first, second):
                return _shares(first, second)

    def _has_value(self, condition: Compare) -> ColumnElement[bool]:
        equal = _holds(_having(condition), _ENTITY.c.id)
        if condition.comparison is Comparison.EQUAL:
            return equal
        of_attribute = (_EDGE.c.subject == _ENTITY.c.id) & (_EDGE.c.relation == relation_id(bound(condition.attribute)))
        of_kind = (
            select(_EDGE.c.object)
            .select_from(InOrder(_EDGE, _VALUE, _VALUE.c.id == _EDGE.c.object))
            .where(of_attribute, _VALUE.c.kind == encode_node(condition.value)[0])
            .correlate(_ENTITY)
        )
        if condition.comparison is Comparison.NOT_EQUAL:
            return exists(of_kind) & ~equal
        text = (
            func.coalesce(_VALUE.c.whole, _VALUE.c.ident)
            if condition.value.kind is LiteralKind.STRING
            else _VALUE.c.ident
        )
        met = value_compares(self._dialect, _VALUE.c.kind, text, condition.comparison, condition.value)
        return exists(of_kind.where(met))

    # --- ranks ------------------------------------------------------------------------------------------------

    def ranked(self, ranked: Ranked) -> Select[Any]:
        """The ids of those that come first, each with its ``place``."""
        if isinstance(ranked.by, Step):
            size = _neighbours(_ENTITY.c.id, ranked.by).label("size")
            sizes = select(_ENTITY.c.id, size).select_from(self._entities(ranked.members)).cte()
            order = [sizes.c.size]
        else:
            values = self.values(ranked.members, ranked.by)
            best = func.max if ranked.greatest else func.min
            columns = [best(values.c.number).label("number"), best(values.c.text).label("text")]
            sizes = select(values.c.id, *columns).group_by(values.c.id).cte()
            order = [sizes.c.number, sizes.c.text]
        ordered = [column.desc() if ranked.greatest else column.asc() for column in order]
        # All that are no worse than the last of the first; a size that is missing compares as null.
        at_last = literal(min(ranked.first, _MOST) - 1, BigInteger)
        lasts = [select(column).order_by(*ordered).limit(1).offset(at_last).scalar_subquery() for column in order]
        no_worse = operator.ge if ranked.greatest else operator.le
        kept = func.coalesce(*(no_worse(column, last) for column, last in zip(order, lasts, strict=True)), true())
        return select(sizes.c.id, func.rank().over(order_by=ordered).label("place")).where(kept)

    def values(self, members: NodeSet, attribute: str) -> FromClause:
        """The values of an attribute that the entities of a set have, of the first kind that can be ranked.

        The columns are ``id`` of the entity, ``kind`` and ``ident`` of the value, and the value as ``number`` or else
        as ``text``.
        """
        found = self.ids(members).cte()
        first = case(
            *((exists(_of_kind(found, attribute, kind)), int(kind)) for kind in _RANKED_KINDS[:-1]),
            else_=int(_RANKED_KINDS[-1]),
        )
        held = _of_kind(found, attribute, select(first).scalar_subquery())
        text = case((_VALUE.c.kind != NodeKind.NUMBER, _VALUE.c.ident))
        columns = (
            _VALUE.c.kind,
            _VALUE.c.ident,
            number(_VALUE.c.kind, _VALUE.c.ident).label("number"),
            text.label("text"),
        )
        return held.add_columns(*columns).cte()


def _together(combine: Callable[..., Any], parts: Sequence[Select[Any]]) -> Select[Any]:
    """The parts, combined; each has nodes in the same columns."""
    selects = [select(part.cte()) for part in parts]
    return selects[0] if len(selects) == 1 else select(combine(*selects).cte())


def _of_kind(found: FromClause, attribute: str, kind: object) -> Select[Any]:
    """The entities of a set with their values of one kind of an attribute."""
    of_attribute = (_EDGE.c.subject == found.c.id) & (_EDGE.c.relation == relation_id(bound(attribute)))
    of_kind = (_VALUE.c.id == _EDGE.c.object) & (_VALUE.c.kind == kind)
    return select(found.c.id).select_from(InOrder(InOrder(found, _EDGE, of_attribute), _VALUE, of_kind))


def _shares(first: Step, second: Step) -> ColumnElement[bool]:
    """Whether some node is a neighbour of an entity by both steps."""
    near, far = ends(_EDGE, first.direction)
    other_near, other_far = ends(_OTHER, second.direction)
    of_second = _OTHER.c.relation == relation_id(bound(second.relation))
    both = InOrder(_EDGE, _OTHER, (other_near == _ENTITY.c.id) & of_second & (other_far == far))
    of_first = (near == _ENTITY.c.id) & (_EDGE.c.relation == relation_id(bound(first.relation)))
    return exists(select(far).select_from(both).where(of_first).correlate(_ENTITY))


def _seed(seed: Node) -> Select[Any]:
    kind, text = encode_node(seed)
    return select(_START.c.id).where(_START.c.kind == kind, _START.c.ident == ident_of(text))


def _neighbours(of: _Id, step: Step) -> ColumnElement[int]:
    """How many neighbours a node has by a step."""
    facts = select(degree.c.facts).where(
        degree.c.node == of,
        degree.c.direction == DIRECTIONS[step.direction],
        degree.c.relation == relation_id(bound(step.relation)),
    )
    return func.coalesce(facts.correlate(of.table).scalar_subquery(), 0)


def _is_near(members: NodeSet) -> TypeGuard[Path]:
    """Whether it takes one look to tell if a node is in the set."""
    return isinstance(members, Path) and len(members.hops) < 2


def _holds(path: Path, found: _Id) -> ColumnElement[bool]:
    """Whether a node is in the set of a path of one hop, or none."""
    if not path.hops:
        return exists(_seed(path.seed).where(_START.c.id == found).correlate(found.table))
    (hop,) = path.hops
    seed = _seed(path.seed).scalar_subquery()
    near, far = ends(_HELD, hop.step.direction)
    held = select(far).where(_HELD.c.relation == relation_id(bound(hop.step.relation)), near == seed, far == found)
    there = exists(held.correlate(found.table))
    return there & (found != seed) if hop.exclude_seed else there


def _having(condition: Compare) -> Path:
    """The entities that have a value."""
    return Path(condition.value, (Hop(Step(condition.attribute, Direction.IN)),))


def _narrowed(restricted: Restricted) -> tuple[NodeSet, list[Condition]]:
    """A set whose members may be read from a value that they must have, and the conditions that are left."""
    values: list[NodeSet] = []
    left: list[Condition] = []
    for condition in restricted.conditions:
        if isinstance(condition, Compare) and condition.comparison is Comparison.EQUAL and condition.attribute != NAME:
            values.append(_having(condition))
        else:
            left.append(condition)
    if not values:
        return restricted.members, left
    return Combined(SetOperation.INTERSECTION, (restricted.members, *values)), left
