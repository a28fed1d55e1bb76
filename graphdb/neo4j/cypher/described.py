"""Relationships and their properties in programs. The conditions are on the relationship ``r`` or its far end ``y``."""

from __future__ import annotations

from collections.abc import Sequence

from graphdb.neo4j.cypher.parts import edge, members, quote
from graphdb.neo4j.cypher.programs import IS_KIND, Clauses, identified, listed, within
from graphdb.neo4j.legs import Classes, EdgeLeg
from graphdb.neo4j.names import NodeClass
from graphdb.values import LiteralKind

RELATIONSHIP = "r"


def reached_along(nodes: Clauses, leg: EdgeLeg, conditions: Sequence[str]) -> Clauses:
    """The entities that relationships lead to that meet the conditions."""
    return Clauses(_along(nodes, leg, (*conditions, identified("y", leg.far))), "WITH DISTINCT y AS x")


def values_along(nodes: Clauses, leg: EdgeLeg, names: Sequence[str], conditions: Sequence[str] = ()) -> Clauses:
    """The values of some properties of the relationships that meet the conditions."""
    return _values(_along(nodes, leg, (*conditions, identified("y", leg.far))), names)


def values_between(nodes: Clauses, leg: EdgeLeg, others: Clauses, back: EdgeLeg, names: Sequence[str]) -> Clauses:
    """The values of some properties of the relationships between two sets.

    :param back: the hop from the others.
    """
    ways = ((*_along(nodes, leg), f"RETURN {RELATIONSHIP}"), (*_along(others, back), f"RETURN {RELATIONSHIP}"))
    both = ("WITH r, count(*) AS ends", "WHERE ends = 2")
    return _values((*within(ways, "UNION ALL"), *both), names)


def open_or(listed: str, kind: LiteralKind, condition: str) -> str:
    """A condition on a list of values, or that it has none of a kind."""
    return f"({condition} OR NOT coalesce(any(v IN {listed} WHERE {IS_KIND[kind]}), false))"


def is_one(ways: Sequence[tuple[NodeClass, str]], far: Classes) -> str:
    """The condition that the far end is an entity.

    :param ways: a class that it can have, with the expression of what identifies it there.
    :param far: the classes that the far end can have.
    """
    found = [_is_of(node_class, far, seed) for node_class, seed in ways]
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})"


def _is_of(node_class: NodeClass, far: Classes, seed: str) -> str:
    equal = f"y.{quote(node_class.key)} = {seed}"
    return equal if far == (node_class,) else f"y:{members((node_class,))} AND {equal}"


def _along(nodes: Clauses, leg: EdgeLeg, conditions: Sequence[str] = ()) -> tuple[str, ...]:
    near = f"(x:{members(leg.near)})" if leg.near else "(x)"
    taken = f"MATCH {edge(near, leg.relation_type, leg.direction, f'(y:{members(leg.far)})', RELATIONSHIP)}"
    return (*nodes.text(), *Clauses((), taken, tuple(filter(None, conditions))).text())


def _values(lines: tuple[str, ...], names: Sequence[str]) -> Clauses:
    return Clauses((*lines, f"UNWIND {listed(RELATIONSHIP, names)} AS v"), "WITH DISTINCT v AS x")
