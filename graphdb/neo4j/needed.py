"""What of a graph's vocabulary a program needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from graphdb.neo4j.driver import Run
from graphdb.neo4j.layout import Layout
from graphdb.programs import (
    NAME,
    Aggregate,
    Beside,
    Combined,
    Compare,
    Compared,
    Condition,
    Count,
    Difference,
    During,
    Exists,
    FactValues,
    Following,
    Grouped,
    HasNeighbours,
    Program,
    Ranked,
    Restricted,
    SharedNeighbour,
    Through,
)
from graphdb.values import Literal, Path


def learn_program(run: Run, program: Program, layout: Layout) -> None:
    """Look at the vocabulary again if the database may have what the program needs and is not known yet."""
    parts = list(_parts(program))
    relations = {relation for part in parts for relation in _relations(part)}
    properties = {name for part in parts for name in _properties(part)}
    layout.learn(run, None if None in relations else {r for r in relations if r is not None}, properties)


def _parts(part: Program | Condition) -> Iterator[Program | Condition]:
    """A program with the sets and the conditions on entities within it."""
    yield part
    inside: Iterable[Program | Condition] = ()
    match part:
        case Combined(parts=several):
            inside = several
        case Restricted(members, conditions):
            inside = (members, *conditions)
        case FactValues(members=members, others=others) if others is not None:
            inside = (members, others)
        case Difference(left, right) | Compared(left=left, right=right):
            inside = (left, right)
        case Grouped(of, groups=groups):
            inside = (of,) if groups is None else (of, groups)
        case Ranked() | Following() | FactValues() | Through() | Count() | Exists() | Aggregate() | Beside():
            inside = (part.members,)
    for each in inside:
        yield from _parts(each)


def _relations(part: Program | Condition) -> Iterator[str | None]:
    """The relations that a part names itself; ``None`` among them if it needs all attributes."""
    match part:
        case Path(seed, hops):
            yield from (hop.step.relation for hop in hops)
            if isinstance(seed, Literal) and not hops:
                yield None
        case Ranked(by=by):
            yield by if isinstance(by, str) else by.relation
        case Following(steps=steps):
            yield from (step.relation for step in steps)
        case Aggregate(attribute=attribute) | Difference(attribute=attribute) | Beside(attribute=attribute):
            yield attribute
        case Compare(attribute):
            yield from [attribute] if attribute != NAME else []
        case HasNeighbours(step) | FactValues(step=step) | Through(step=step) | Grouped(by=step):
            yield step.relation
        case SharedNeighbour(first, second):
            yield from (first.relation, second.relation)


def _properties(part: Program | Condition) -> Iterator[str]:
    """The properties of facts that a part names itself."""
    match part:
        case FactValues(property=name):
            yield name
        case Through(conditions=conditions):
            for condition in conditions:
                match condition:
                    case During(start, end):
                        yield from (start, end)
                    case Compare(attribute):
                        yield attribute
