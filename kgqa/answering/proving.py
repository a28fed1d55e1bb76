"""Proofs for the answers of any program: facts that show that each is in the set, re-read from the live graph.

A node is shown to be in a set by the facts on one way to it. Ways are found backwards, a step at a time: what a step
may have been taken from is what its reverse leads to, intersected by the store with where the step starts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

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
Ways = dict[Node, Facts]
"""The facts that show something of each node; nodes of which they cannot be found are left out."""

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
            ways = _shown(graph, program, answers)
            found = ((answer, ways.get(answer)) for answer in answers)
            return [Proof(answer, tuple(dict.fromkeys(facts))) for answer, facts in found if facts]
    return []


def _of_member(graph: GraphReader, members: NodeSet) -> Facts | None:
    (nodes,) = graph.run([members])
    return next(iter(_shown(graph, members, nodes_in(nodes)[:1]).values()), None)


def _first_value(graph: GraphReader, members: NodeSet, attribute: str) -> Facts:
    (nodes,) = graph.run([members])
    return next(iter(_values(graph, nodes_in(nodes)[:1], attribute).values()), ())


def _shown(graph: GraphReader, members: NodeSet, nodes: Sequence[Node]) -> Ways:
    """The facts that show of some nodes of a set that they are in it. Those that cannot be shown are left out."""
    if not nodes:
        return {}
    match members:
        case FactValues():
            return _with_value(graph, members, nodes)
        case Combined(operation, parts):
            return _combined(graph, operation, parts, nodes)
        case Restricted(of, conditions):
            ways = _shown(graph, of, nodes)
            return _all(nodes, ways, *(_met(graph, nodes, condition) for condition in conditions))
        case Ranked(of, by):
            ways = _shown(graph, of, nodes)
            return _all(nodes, ways, _values(graph, nodes, by)) if isinstance(by, str) else ways
    return _reached(graph, members, nodes)


def _reached(graph: GraphReader, members: Path | Following | Through, nodes: Sequence[Node]) -> Ways:
    match members:
        case Path(seed, (*hops, Hop(step))) if hops or not isinstance(seed, EntityType):
            return _along(graph, Path(seed, tuple(hops)), step, nodes)
        case Following(of, (*steps, step)):
            return _along(graph, Following(of, tuple(steps)) if steps else of, step, nodes)
        case Through(of, step, conditions):
            return _along(graph, of, step, nodes, lambda fact: all(_meets_fact(fact, c) for c in conditions))
    return {node: () for node in nodes if isinstance(members, Path) and (members.hops or node == members.seed)}


def _all(nodes: Sequence[Node], *parts: Ways) -> Ways:
    """The facts of all parts, of the nodes that each of them shows."""
    shown = [node for node in nodes if all(node in part for part in parts)]
    return {node: tuple(fact for part in parts for fact in part[node]) for node in shown}


def _combined(graph: GraphReader, operation: SetOperation, parts: Sequence[NodeSet], nodes: Sequence[Node]) -> Ways:
    if operation is SetOperation.DIFFERENCE:  # that it is in no other cannot be shown by facts
        return _shown(graph, parts[0], nodes)
    found = [_shown(graph, part, nodes) for part in parts]
    if operation is SetOperation.INTERSECTION:
        return _all(nodes, *found)
    shown = [node for node in nodes if any(node in part for part in found)]
    return {node: tuple(fact for part in found for fact in part.get(node, ())) for node in shown}


def _along(
    graph: GraphReader,
    before: NodeSet,
    step: Step,
    nodes: Sequence[Node],
    meets: Callable[[Fact], bool] = lambda _: True,
) -> Ways:
    """The facts of a way to each of the nodes whose last step is this one."""
    sources = _sources(graph, before, step, nodes)
    if step.relation == TYPE_RELATION:
        return {node: way for node, (_, way) in _first_shown(graph, before, sources).items()}
    stated = _held(graph, [_triple(source, step, node) for node, own in sources.items() for source in own])
    facts = {
        (source, node): fact
        for node, own in sources.items()
        for source in own
        if (fact := stated.get(_triple(source, step, node))) is not None and meets(fact)
    }
    left = {node: [source for source in own if (source, node) in facts] for node, own in sources.items()}
    return {node: (*way, facts[source, node]) for node, (source, way) in _first_shown(graph, before, left).items()}


def _sources(graph: GraphReader, before: NodeSet, step: Step, nodes: Sequence[Node]) -> dict[Node, Sequence[Node]]:
    """What the last step to each of the nodes may have been taken from."""
    if isinstance(before, Path) and not before.hops:
        return {node: [before.seed] for node in nodes}
    backwards = [Path(node, (Hop(step.reverse),)) for node in nodes]
    found = graph.run([Combined(SetOperation.INTERSECTION, (before, back)) for back in backwards])
    return {node: nodes_in(own)[:_MOST_WAYS] for node, own in zip(nodes, found, strict=True)}


def _first_shown(
    graph: GraphReader, members: NodeSet, wanted: Mapping[Node, Sequence[Node]]
) -> dict[Node, tuple[Node, Facts]]:
    """For each key the first of its nodes that is shown to be in a set, with the facts.

    The first of all keys are looked at together, then the second of those whose first was not shown, and so on.
    """
    found: dict[Node, tuple[Node, Facts]] = {}
    for place in range(max(map(len, wanted.values()), default=0)):
        left = {key: own[place] for key, own in wanted.items() if key not in found and place < len(own)}
        ways = _shown(graph, members, list(dict.fromkeys(left.values())))
        found |= {key: (node, ways[node]) for key, node in left.items() if node in ways}
    return found


def _with_value(graph: GraphReader, wanted: FactValues, values: Sequence[Node]) -> Ways:
    """A fact with each of these values of a property."""
    sides = [] if wanted.others is None else [wanted.others]
    found = graph.run([wanted.members, *sides])
    sources = nodes_in(found[0])[:_MOST_WAYS]
    if wanted.others is None:
        rows = [(source, wanted.step) for source in sources]
        near = graph.neighbours(rows, limit=_MOST_WAYS)
        pairs = [(sources[row], target) for row, target in zip(near.rows, near.targets, strict=True)]
    else:
        pairs = [(source, target) for source in sources for target in nodes_in(found[1])[:_MOST_WAYS]]
    ways: dict[Node, Facts] = {}
    for fact in graph.facts([_triple(source, wanted.step, target) for source, target in pairs]):
        for value in _several(fact.properties, wanted.property):
            ways.setdefault(Literal(value), (fact,))
    return {value: ways[value] for value in values if value in ways}


def _met(graph: GraphReader, nodes: Sequence[Node], condition: Condition) -> Ways:
    """The facts that show that each of the nodes meets a condition; none where there is nothing to show."""
    nothing: Ways = dict.fromkeys(nodes, ())
    match condition:
        case Compare(attribute) if attribute != NAME:
            return {
                node: tuple(
                    fact for fact in facts if isinstance(fact.object, Literal) and _meets(fact.object, condition)
                )
                for node, facts in _values(graph, nodes, attribute).items()
            }
        case HasNeighbours(step, comparison, number) if comparison in {Comparison.AT_LEAST, Comparison.GREATER}:
            return _neighbouring(graph, nodes, step, max(1, number + (comparison is Comparison.GREATER)))
        case SharedNeighbour(first, second):
            ways = [tuple(Path(node, (Hop(step),)) for step in (first, second)) for node in nodes]
            shared = graph.run([Combined(SetOperation.INTERSECTION, way) for way in ways])
            some = zip(nodes, map(nodes_in, shared), strict=True)
            return _stated(
                graph,
                {n: [_triple(n, step, other) for other in own[:1] for step in (first, second)] for n, own in some},
            )
    return nothing


def _values(graph: GraphReader, nodes: Sequence[Node], attribute: str) -> Ways:
    return _neighbouring(graph, nodes, Step(attribute), _MOST_VALUES)


def _neighbouring(graph: GraphReader, nodes: Sequence[Node], step: Step, most: int) -> Ways:
    """The facts of a step from each of the nodes, up to so many."""
    near = graph.neighbours([(node, step) for node in nodes], limit=most)
    triples: dict[Node, list[Triple]] = {node: [] for node in nodes}
    for row, target in zip(near.rows, near.targets, strict=True):
        triples[nodes[row]].append(_triple(nodes[row], step, target))
    return _stated(graph, triples)


def _stated(graph: GraphReader, wanted: Mapping[Node, Sequence[Triple]]) -> Ways:
    """Those of the triples of each node that the graph holds, as facts."""
    held = _held(graph, [triple for own in wanted.values() for triple in own])
    return {node: tuple(held[triple] for triple in own if triple in held) for node, own in wanted.items()}


def _held(graph: GraphReader, triples: Sequence[Triple]) -> dict[Triple, Fact]:
    return {fact.triple: fact for fact in graph.facts(triples)}


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
