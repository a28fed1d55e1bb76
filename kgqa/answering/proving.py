"""Proofs for the answers of any program: facts that show that each is in the set, re-read from the live graph.

A node is shown to be in a set by the facts on one way to it. Ways are found backwards, a step at a time: what a step
may have been taken from is what its reverse leads to, intersected by the store with where the step starts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from graphdb import (
    TYPE_RELATION,
    Combined,
    Compare,
    Comparison,
    Condition,
    Difference,
    Direction,
    During,
    EntityType,
    Exists,
    Fact,
    FactCondition,
    FactValues,
    Following,
    GraphReader,
    HasNeighbours,
    Hop,
    Literal,
    Node,
    NodeSet,
    Path,
    Program,
    PropertyValue,
    Ranked,
    Restricted,
    Scalar,
    SetOperation,
    SharedNeighbour,
    Step,
    Through,
    nodes_in,
)
from graphdb.programs import NAME
from graphdb.values import order_of
from kgqa.answering.answer import Proof

Facts = tuple[Fact, ...]
Triple = tuple[Node, str, Node]

_MOST_WAYS = 50  # to one answer that are looked at
_MOST_VALUES = 20  # of an attribute
_HOLDS: Mapping[Comparison, Callable[[int], bool]] = {
    Comparison.EQUAL: lambda order: order == 0,
    Comparison.NOT_EQUAL: lambda order: order != 0,
    Comparison.LESS: lambda order: order < 0,
    Comparison.AT_MOST: lambda order: order <= 0,
    Comparison.GREATER: lambda order: order > 0,
    Comparison.AT_LEAST: lambda order: order >= 0,
}


def proofs(graph: GraphReader, program: Program, answers: Sequence[Node]) -> list[Proof]:
    """One proof for each of the answers that facts can show.

    That a set has a member is shown by the facts of one of them. What is counted, added up, ranked against others or
    not there is not shown, as no few facts do so.
    """
    match program:
        case Exists(members):
            shown = _of_member(graph, members) if answers and answers[0] == Literal(True) else None
            return [Proof(answers[0], shown)] if shown else []
        case Difference(left, right, attribute):
            parts = [_first_value(graph, side, attribute) for side in (left, right)]
            return [Proof(answers[0], tuple(f for part in parts for f in part))] if answers and all(parts) else []
        case Path() | Combined() | Restricted() | Ranked() | Following() | FactValues() | Through():
            found = ((answer, _shown(graph, program, answer)) for answer in answers)
            return [Proof(answer, tuple(dict.fromkeys(facts))) for answer, facts in found if facts]
    return []


def _of_member(graph: GraphReader, members: NodeSet) -> Facts | None:
    (nodes,) = graph.run([members])
    return next(_shown_each(graph, members, nodes_in(nodes)[:1]), None)


def _first_value(graph: GraphReader, members: NodeSet, attribute: str) -> Facts:
    (nodes,) = graph.run([members])
    return next((facts for node in nodes_in(nodes)[:1] if (facts := _values(graph, node, attribute))), ())


def _shown(graph: GraphReader, members: NodeSet, node: Node) -> Facts | None:
    """The facts that show that a node is in a set; ``None`` if they cannot be found."""
    match members:
        case FactValues():
            return _with_value(graph, members, node)
        case Combined(operation, parts):
            return _combined(graph, operation, parts, node)
        case Restricted(of, conditions):
            return _all(_shown(graph, of, node), *(_met(graph, node, condition) for condition in conditions))
        case Ranked(of, by):
            return _all(_shown(graph, of, node), _values(graph, node, by) if isinstance(by, str) else ())
    return _reached(graph, members, node)


def _reached(graph: GraphReader, members: Path | Following | Through, node: Node) -> Facts | None:
    match members:
        case Path(seed, (*hops, Hop(step))) if hops or not isinstance(seed, EntityType):
            return _along(graph, Path(seed, tuple(hops)), step, node)
        case Following(of, (*steps, step)):
            return _along(graph, Following(of, tuple(steps)) if steps else of, step, node)
        case Through(of, step, conditions):
            return _along(graph, of, step, node, lambda fact: all(_meets_fact(fact, c) for c in conditions))
    return () if isinstance(members, Path) and (members.hops or node == members.seed) else None


def _all(*parts: Facts | None) -> Facts | None:
    """The facts of all parts, if all are shown."""
    shown = [part for part in parts if part is not None]
    return tuple(fact for part in shown for fact in part) if len(shown) == len(parts) else None


def _combined(graph: GraphReader, operation: SetOperation, parts: Sequence[NodeSet], node: Node) -> Facts | None:
    match operation:
        case SetOperation.DIFFERENCE:  # that it is in no other cannot be shown by facts
            return _shown(graph, parts[0], node)
        case SetOperation.INTERSECTION:
            return _all(*(_shown(graph, part, node) for part in parts))
    found = [facts for part in parts if (facts := _shown(graph, part, node)) is not None]
    return tuple(fact for part in found for fact in part) if found else None


def _along(
    graph: GraphReader, before: NodeSet, step: Step, node: Node, meets: Callable[[Fact], bool] = lambda _: True
) -> Facts | None:
    """The facts of a way to a node whose last step is this one."""
    if isinstance(before, Path) and not before.hops:
        sources: Sequence[Node] = [before.seed]
    else:
        back = Path(node, (Hop(step.reverse),))
        (found,) = graph.run([Combined(SetOperation.INTERSECTION, (before, back))])
        sources = nodes_in(found)[:_MOST_WAYS]
    if step.relation == TYPE_RELATION:
        return next(_shown_each(graph, before, sources), None)
    facts: dict[Triple, Fact] = {
        fact.triple: fact for fact in graph.facts([_triple(source, step, node) for source in sources])
    }
    for source in sources:
        fact = facts.get(_triple(source, step, node))
        if fact is not None and meets(fact) and (way := _shown(graph, before, source)) is not None:
            return (*way, fact)
    return None


def _shown_each(graph: GraphReader, members: NodeSet, nodes: Iterable[Node]) -> Iterator[Facts]:
    return (facts for node in nodes if (facts := _shown(graph, members, node)) is not None)


def _with_value(graph: GraphReader, wanted: FactValues, value: Node) -> Facts | None:
    """A fact with this value of a property."""
    sides = [] if wanted.others is None else [wanted.others]
    found = graph.run([wanted.members, *sides])
    sources = nodes_in(found[0])[:_MOST_WAYS]
    if wanted.others is None:
        rows = [(source, wanted.step) for source in sources]
        near = graph.neighbours(rows, limit=_MOST_WAYS)
        pairs = [(sources[row], target) for row, target in zip(near.rows, near.targets, strict=True)]
    else:
        pairs = [(source, target) for source in sources for target in nodes_in(found[1])[:_MOST_WAYS]]
    facts = graph.facts([_triple(source, wanted.step, target) for source, target in pairs])
    said = ((fact, [Literal(each) for each in _several(fact.properties, wanted.property)]) for fact in facts)
    return next(((fact,) for fact, values in said if value in values), None)


def _met(graph: GraphReader, node: Node, condition: Condition) -> Facts | None:
    """The facts that show that a node meets a condition; none where there is nothing to show."""
    match condition:
        case Compare(attribute):
            found = _values(graph, node, attribute) if attribute != NAME else ()
            return tuple(fact for fact in found if isinstance(fact.object, Literal) and _meets(fact.object, condition))
        case HasNeighbours(step, comparison, number) if comparison in {Comparison.AT_LEAST, Comparison.GREATER}:
            near = graph.neighbours([(node, step)], limit=max(1, number + (comparison is Comparison.GREATER)))
            return tuple(graph.facts([_triple(node, step, target) for target in near.targets]))
        case SharedNeighbour(first, second):
            ways = tuple(Path(node, (Hop(step),)) for step in (first, second))
            (shared,) = graph.run([Combined(SetOperation.INTERSECTION, ways)])
            some = nodes_in(shared)[:1]
            return tuple(graph.facts([_triple(node, step, other) for other in some for step in (first, second)]))
    return ()


def _values(graph: GraphReader, node: Node, attribute: str) -> Facts:
    near = graph.neighbours([(node, Step(attribute))], limit=_MOST_VALUES)
    return tuple(graph.facts([(node, attribute, value) for value in near.targets]))


def _meets_fact(fact: Fact, condition: FactCondition) -> bool:
    if isinstance(condition, During):
        begun = Compare(condition.start, Comparison.AT_MOST, condition.last)
        lasting = Compare(condition.end, Comparison.AT_LEAST, condition.first)
        ends = [Literal(value).kind for value in _several(fact.properties, condition.end)]
        return _meets_fact(fact, begun) and (condition.first.kind not in ends or _meets_fact(fact, lasting))
    return any(_meets(Literal(value), condition) for value in _several(fact.properties, condition.attribute))


def _meets(value: Literal, condition: Compare) -> bool:
    """Whether a value compares so; values are compared with those of their own kind."""
    wanted = condition.value
    if value.kind is not wanted.kind:
        return False
    if condition.comparison is Comparison.CONTAINS:
        return str(wanted).lower() in str(value).lower()
    if condition.comparison is Comparison.STARTS_WITH:
        return str(value).lower().startswith(str(wanted).lower())
    one, other = order_of(value), order_of(wanted)
    return _HOLDS[condition.comparison]((one > other) - (one < other))


def _several(properties: Mapping[str, PropertyValue], name: str) -> tuple[Scalar, ...]:
    value = properties.get(name, ())
    return value if isinstance(value, tuple) else (value,)


def _triple(source: Node, step: Step, target: Node) -> Triple:
    return (source, step.relation, target) if step.direction is Direction.OUT else (target, step.relation, source)
