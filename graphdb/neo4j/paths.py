"""Paths as Cypher: the ways in which a path can be walked through the layout of a graph, each a :class:`Branch`.

A relation may be a relationship type, an attribute, or both, so that what a hop reaches is entities, values or both.
Nearly always there is one branch.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

from graphdb.neo4j import cypher
from graphdb.neo4j.driver import Run, storable
from graphdb.neo4j.layout import Layout, located
from graphdb.neo4j.legs import Branch, EdgeLeg, HolderLeg, Leg, Reached, TypedLeg, TypesLeg, ValueLeg
from graphdb.neo4j.names import NodeClass
from graphdb.query import Query
from graphdb.values import TYPE_RELATION, Direction, EntityType, Hop, Literal, Node, Path, Scalar, Step, order_of

_IS_A = Step(TYPE_RELATION)
Seed: TypeAlias = tuple[type, Scalar]
"""A seed as a parameter, with its type: 1 and True are different seeds."""


def render(path: Path, layout: Layout) -> Query | None:
    """The read-only query that gives the answer of a path; ``None`` if the graph has no way to walk it.

    Its rows are what kind of node was reached and the node: an entity's key, a value, or the label of a type.
    """
    ways = list(branches_of(path, layout))
    if not ways:
        return None
    seeds = list(dict.fromkeys(seed for _, seed in ways))
    names = {seed: "seed" if len(seeds) == 1 else f"seed{i}" for i, seed in enumerate(seeds)}
    text = cypher.path(tuple((branch, names[seed]) for branch, seed in ways))
    return Query(text, {name: value for (_, value), name in names.items() if f"${name}" in text})


def answer(run: Run, path: Path, layout: Layout) -> list[Node]:
    """The answer set of a path in the transaction at hand, in the order of :func:`graphdb.values.order_of`."""
    layout.learn(run, {hop.step.relation for hop in path.hops})
    query = render(path, layout)
    if query is None:
        return []
    found: set[Node] = set()
    for kind, value in run(query.text, query.parameters):
        found.update(nodes_of(Reached(kind), value, layout))
    return sorted(found, key=order_of)


def nodes_of(kind: Reached, value: object, layout: Layout) -> Iterator[Node]:
    """The node that a row of an answer gives, if it is one."""
    if value is None:
        return
    if kind is Reached.ENTITIES:
        yield str(value)
    elif kind is Reached.TYPES:
        name = layout.type_of(str(value))
        if name is not None:
            yield EntityType(name)
    else:
        stored = storable(value)
        if stored is not None and not isinstance(stored, tuple):
            yield Literal(stored)


def branches_of(path: Path, layout: Layout) -> Iterator[tuple[Branch, Seed]]:
    """The ways to walk a path, each with its seed."""
    seed = path.seed
    if isinstance(seed, str):
        for number, value in located(layout, seed):
            for legs in _walks(path.hops, (number,), layout):
                yield Branch(Reached.ENTITIES, legs, layout.classes[number]), (type(value), value)
    elif isinstance(seed, Literal):
        for legs in _from_values(path.hops, layout):
            yield Branch(Reached.VALUES, legs), (type(seed.value), seed.value)
    else:
        label = layout.label_of(seed.name)
        for legs in _from_types(path.hops, layout, label) if label is not None else ():
            yield Branch(Reached.TYPES, legs), (str, str(label))


def legs_of(step: Step, classes: tuple[NodeClass, ...], layout: Layout) -> list[Leg]:
    """The ways to take one step from entities of these classes; each leads to other nodes."""
    numbers = tuple(layout.classes.index(c) for c in classes)
    return [leg for (leg,) in _walks((Hop(step),), numbers, layout)]


def legs_from(start: Reached, step: Step, classes: tuple[NodeClass, ...], layout: Layout) -> list[Leg]:
    """The ways to take one step from nodes of a kind.

    :param classes: those that the nodes can belong to, if they are entities.
    """
    match start:
        case Reached.ENTITIES:
            return legs_of(step, classes, layout)
        case Reached.VALUES:
            walks = _from_values((Hop(step),), layout)
        case Reached.TYPES:
            walks = _from_types((Hop(step),), layout, None)
    return [leg for (leg,) in walks]


def _walks(hops: Sequence[Hop], classes: tuple[int, ...], layout: Layout) -> Iterator[tuple[Leg, ...]]:
    """The ways to walk the hops from entities of these classes."""
    if not hops:
        yield ()
        return
    hop, rest = hops[0], hops[1:]
    relation, direction = hop.step.relation, hop.step.direction
    edge = layout.edges().get(relation)
    if edge is not None:
        ends = (edge.subjects, edge.objects)
        near, far = ends if direction is Direction.OUT else ends[::-1]
        able = tuple(c for c in classes if c in near)
        if able and far:
            narrowed = _narrowed(layout, classes, able)
            edge_leg = EdgeLeg(edge.type, direction, _classes(layout, far), narrowed, hop.exclude_seed)
            yield from _then(edge_leg, _walks(rest, far, layout))
    if direction is Direction.IN:
        return
    if relation == TYPE_RELATION and (layout.managed or layout.type_labels()):
        yield from _then(TypesLeg(layout.type_labels(), hop.exclude_seed), _from_types(rest, layout, None))
    columns = [c for c in layout.attributes().get(relation, ()) if c.node_class in classes]
    for name in dict.fromkeys(c.property for c in columns):
        able = tuple(c.node_class for c in columns if c.property == name)
        leg = ValueLeg(name, _narrowed(layout, classes, able), hop.exclude_seed)
        yield from _then(leg, _from_values(rest, layout))


def _from_values(hops: Sequence[Hop], layout: Layout) -> Iterator[tuple[Leg, ...]]:
    """The ways to walk the hops from values: backwards along attributes."""
    if not hops:
        yield ()
        return
    hop, rest = hops[0], hops[1:]
    if hop.step.direction is Direction.IN:
        for column in layout.attributes().get(hop.step.relation, ()):
            leg = HolderLeg(layout.classes[column.node_class], column, hop.exclude_seed)
            yield from _then(leg, _walks(rest, (column.node_class,), layout))


def _from_types(hops: Sequence[Hop], layout: Layout, label: str | None) -> Iterator[tuple[Leg, ...]]:
    """The ways to walk the hops from types: backwards to the entities of them."""
    if not hops:
        yield ()
        return
    hop, rest = hops[0], hops[1:]
    if hop.step == _IS_A.reverse:
        leg = TypedLeg(layout.classes, label, hop.exclude_seed)
        yield from _then(leg, _walks(rest, tuple(range(len(layout.classes))), layout))


def _then(leg: Leg, walks: Iterable[tuple[Leg, ...]]) -> Iterator[tuple[Leg, ...]]:
    return ((leg, *legs) for legs in walks)


def _classes(layout: Layout, numbers: Sequence[int]) -> tuple[NodeClass, ...]:
    return tuple(layout.classes[i] for i in numbers)


def _narrowed(layout: Layout, classes: Sequence[int], able: Sequence[int]) -> tuple[NodeClass, ...]:
    """The classes to narrow the entities down to, if not all of them can go on."""
    return () if len(able) == len(classes) else _classes(layout, able)
