"""Paths."""

from __future__ import annotations

from collections.abc import Iterator

from graphdb.neo4j.cypher.parts import cached, edge, found, holders, key_of, members, quote, quote_text, typed_node
from graphdb.neo4j.legs import Branch, EdgeLeg, HolderLeg, Leg, Reached, TypedLeg, TypesLeg, ValueLeg
from graphdb.neo4j.names import ENTITY_LABEL


@cached
def path(branches: tuple[tuple[Branch, str], ...]) -> str:
    """A path as a query, from the ways to walk it, each with the parameter that holds its seed."""
    return "\nUNION\n".join("\n".join(_branch(branch, f"${parameter}")) for branch, parameter in branches)


def _branch(branch: Branch, seed: str) -> Iterator[str]:
    clauses, here = walk(branch, seed)
    yield from clauses
    node = key_of(here, branch.classes) if branch.reached is Reached.ENTITIES else here
    yield f"RETURN DISTINCT {quote_text(branch.reached)} AS kind, {node} AS node"


def walk(branch: Branch, seed: str) -> tuple[list[str], str]:
    """The clauses of one way to walk a path, and the expression of what they reach. It may come several times.

    Each hop is a clause of its own: a relationship may be walked twice.

    :param seed: the expression of the seed.
    """
    clauses = []
    here = seed
    if branch.node_class is not None:
        here = "n0"
        clauses.append(f"MATCH {found(here, branch.node_class, seed)}")
    for number, leg in enumerate(branch.legs, 1):
        there = f"{_LETTERS[leg.reached]}{number}"
        keeps = branch.node_class is not None and any(later.exclude_seed for later in branch.legs[number - 1 :])
        kept = "n0, " if keeps and here != "n0" else ""
        if number > 1:
            clauses.append(f"WITH DISTINCT {kept}{here}")
        clauses += leg_clauses(leg, here, there, kept)
        if leg.exclude_seed and leg.reached is branch.start:
            condition = f"WHERE {there} <> {'n0' if branch.node_class is not None else seed}"
            clauses.append(condition if isinstance(leg, EdgeLeg) else f"WITH * {condition}")
        here = there
    return clauses, here


_LETTERS = {Reached.ENTITIES: "n", Reached.VALUES: "v", Reached.TYPES: "t"}


def leg_clauses(leg: Leg, here: str, there: str, kept: str = "") -> Iterator[str]:
    """The clauses of one hop.

    :param here: the variable to start from, or the parameter of the seed.
    :param there: the variable of what is reached.
    :param kept: other variables that are needed later, each with a comma.
    """
    match leg:
        case EdgeLeg():
            near = f"({here}:{members(leg.near)})" if leg.near else f"({here})"
            yield f"MATCH {edge(near, leg.relation_type, leg.direction, f'({there}:{members(leg.far)})')}"
        case ValueLeg():
            if leg.near:
                yield f"WITH {kept}{here} WHERE {here}:{members(leg.near)}"
            yield f"UNWIND [] + {here}.{quote(leg.property)} AS {there}"
        case HolderLeg():
            yield holders(there, leg.node_class, leg.column, here, "" if here.startswith("$") else here)
        case TypesLeg():
            yield f"UNWIND labels({here}) AS {there}"
            if leg.labels:
                yield f"WITH * WHERE {there} IN [{', '.join(quote_text(label) for label in leg.labels)}]"
            else:
                yield (
                    f"WITH * WHERE {there} <> {quote_text(ENTITY_LABEL)} "
                    f"AND (NOT {there} STARTS WITH '_KGQA' OR {there} STARTS WITH '_KGQA:')"
                )
        case TypedLeg():
            if leg.label is not None:
                yield f"MATCH {typed_node(there, leg.classes, leg.label)}"
            else:
                yield f"MATCH ({there}:{members(leg.classes)}) WHERE {here} IN labels({there})"
