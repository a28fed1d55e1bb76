"""Sets of programs as Cypher.

A set is rendered for one kind of node at a time, as nearly every set has nodes of one kind only. So nothing that is
said of entities meets a value, and what the graph cannot have is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TypeAlias

from graphdb.neo4j.cypher import described
from graphdb.neo4j.cypher import programs as cypher
from graphdb.neo4j.cypher.programs import Clauses, Held
from graphdb.neo4j.layout import Layout, located
from graphdb.neo4j.legs import Branch, Classes, EdgeLeg, Leg, Reached
from graphdb.neo4j.paths import branches_of, legs_from, legs_of
from graphdb.programs import (
    NAME,
    Combined,
    Compare,
    Comparison,
    Condition,
    During,
    FactCondition,
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
from graphdb.values import (
    TYPE_RELATION,
    Direction,
    EntityType,
    Literal,
    LiteralKind,
    Path,
    Scalar,
    Step,
)

_MOST = 2**31 - 1
"""More than any set has, and as much as a position in a list can be."""
_MEMBERS = Step(TYPE_RELATION, Direction.IN)


@dataclass(frozen=True, slots=True)
class Nodes:
    """The nodes of one kind of a set.

    :param classes: those that its entities can belong to.
    """

    clauses: Clauses
    classes: Classes = ()


_Condition: TypeAlias = str | bool
"""A condition as text, or whether it holds for all or for none."""


@dataclass(slots=True)
class Sets:
    """The rendering of one program; it hands out the names of parameters."""

    layout: Layout
    _names: dict[tuple[str, type, Scalar], str] = field(default_factory=dict)

    def parameters(self) -> Iterator[tuple[str, Scalar]]:
        """The names of all parameters, with their values."""
        return ((name, value) for (_, _, value), name in self._names.items())

    def parameter(self, stem: str, value: Scalar) -> str:
        """The expression of a parameter. One value has one name."""
        key = stem, type(value), value
        if key not in self._names:
            number = sum(other == stem for other, _, _ in self._names) + 1
            self._names[key] = stem if number == 1 else f"{stem}{number}"
        return f"${self._names[key]}"

    def kinds(self, members: NodeSet) -> list[tuple[Reached, Nodes]]:
        kinds = ((kind, self.set(members, kind)) for kind in Reached)
        return [(kind, nodes) for kind, nodes in kinds if nodes is not None]

    def with_values(self, members: NodeSet, attribute: str) -> tuple[Clauses, Held] | None:
        """The entities of a set, and where they have the values of an attribute, if they can have any."""
        nodes = self.set(members, Reached.ENTITIES)
        held = self.held(attribute, nodes.classes) if nodes else []
        return (nodes.clauses, held) if nodes and held else None

    # --- sets -------------------------------------------------------------------------------------------------

    def set(self, members: NodeSet, kind: Reached) -> Nodes | None:
        """The nodes of one kind of a set, if it can have any."""
        match members:
            case Path():
                return self._path(members, kind)
            case Combined(operation, parts):
                combined = {SetOperation.UNION: self._union, SetOperation.INTERSECTION: self._intersection}
                return combined.get(operation, self._difference)(parts, kind)
            case Following(of, steps):
                return self._following(of, steps, kind)
            case FactValues() | Through():
                return self._of_facts(members, kind)
        if kind is not Reached.ENTITIES:
            return None
        return self._restricted(members) if isinstance(members, Restricted) else self.ranked(members)

    def _path(self, path: Path, kind: Reached) -> Nodes | None:
        if not path.hops and not isinstance(path.seed, str):
            return self._held_node(path.seed, kind)
        ways = [(branch, seed) for branch, (_, seed) in branches_of(path, self.layout) if branch.reached is kind]
        if not ways:
            return None
        clauses = cypher.reached([(branch, self.parameter("seed", seed)) for branch, seed in ways])
        return Nodes(clauses, self.ordered(c for branch, _ in ways for c in branch.classes))

    def _held_node(self, node: Literal | EntityType, kind: Reached) -> Nodes | None:
        """A value or a type itself, if the graph has it."""
        if isinstance(node, EntityType):
            label = self.layout.label_of(node.name)
            if kind is not Reached.TYPES or label is None:
                return None
            return Nodes(cypher.held_type(self.parameter("seed", label), self.layout.classes, label))
        columns = [column for several in self.layout.attributes().values() for column in several]
        if kind is not Reached.VALUES or not columns:
            return None
        where = [(self.layout.classes[column.node_class], column) for column in columns]
        return Nodes(cypher.held_value(self.parameter("seed", node.value), where))

    def _union(self, parts: Sequence[NodeSet], kind: Reached) -> Nodes | None:
        found = [nodes for part in parts if (nodes := self.set(part, kind))]
        if not found:
            return None
        classes = self.ordered(c for nodes in found for c in nodes.classes)
        return Nodes(cypher.union([nodes.clauses for nodes in found]), classes)

    def _intersection(self, parts: Sequence[NodeSet], kind: Reached) -> Nodes | None:
        plain, labels = self.parted(parts, kind)
        if not plain:
            plain, labels = [parts[0]], labels[1:]
        found = [self.set(part, kind) for part in plain]
        nodes = [each for each in found if each is not None]
        if len(nodes) < len(found) or None in labels:
            return None
        classes = tuple(c for c in nodes[0].classes if all(c in other.classes for other in nodes))
        if kind is Reached.ENTITIES and not classes:
            return None
        clauses = cypher.intersection([each.clauses for each in nodes])
        return Nodes(clauses.where(*(cypher.has_label(label) for label in labels if label is not None)), classes)

    def _difference(self, parts: Sequence[NodeSet], kind: Reached) -> Nodes | None:
        first = self.set(parts[0], kind)
        if first is None:
            return None
        plain, labels = self.parted(parts[1:], kind)
        others = [nodes.clauses for part in plain if (nodes := self.set(part, kind))]
        unlike = (f"NOT {cypher.has_label(label)}" for label in labels if label is not None)
        return Nodes(cypher.difference(first.clauses, others).where(*unlike), first.classes)

    def parted(self, parts: Sequence[NodeSet], kind: Reached) -> tuple[list[NodeSet], list[str | None]]:
        """The parts, without those that are all entities of a type: whether a node has a label is quickly seen.

        :returns: the other parts, and the labels of the types; ``None`` of a type that the graph cannot have.
        """
        plain: list[NodeSet] = []
        labels: list[str | None] = []
        for part in parts:
            match part:
                case Path(EntityType(name), (hop,)) if hop.step == _MEMBERS and kind is Reached.ENTITIES:
                    labels.append(self.layout.label_of(name))
                case _:
                    plain.append(part)
        return plain, labels

    def _following(self, members: NodeSet, steps: Sequence[Step], kind: Reached) -> Nodes | None:
        *before, step = steps
        here = Following(members, tuple(before)) if before else members
        found = [nodes for start in Reached if (nodes := self._one_step(here, start, step, kind))]
        if not found:
            return None
        clauses = cypher.union([nodes.clauses for nodes in found])
        return Nodes(clauses, self.ordered(c for nodes in found for c in nodes.classes))

    def _one_step(self, members: NodeSet, start: Reached, step: Step, kind: Reached) -> Nodes | None:
        """The nodes of one kind that a step leads to from the nodes of another kind of a set."""
        if all(leg.reached is not kind for leg in legs_from(start, step, self.layout.classes, self.layout)):
            return None
        nodes = self.set(members, start)
        if nodes is None:
            return None
        legs = [leg for leg in legs_from(start, step, nodes.classes, self.layout) if leg.reached is kind]
        classes = self.ordered(c for leg in legs for c in Branch(start, (leg,)).classes)
        return Nodes(cypher.followed(nodes.clauses, legs, classes), classes) if legs else None

    def _restricted(self, restricted: Restricted) -> Nodes | None:
        nodes = self.set(restricted.members, Reached.ENTITIES)
        if nodes is None:
            return None
        conditions = [self._condition(condition, nodes.classes) for condition in restricted.conditions]
        if False in conditions:
            return None
        texts = [condition for condition in conditions if isinstance(condition, str)]
        return replace(nodes, clauses=nodes.clauses.where(*texts))

    def ranked(self, ranked: Ranked) -> Nodes | None:
        nodes = self.set(ranked.members, Reached.ENTITIES)
        if nodes is None:
            return None
        first = None if ranked.first == 1 else self.parameter("first", min(ranked.first, _MOST))
        if isinstance(ranked.by, Step):
            count = cypher.neighbours(legs_of(ranked.by, nodes.classes, self.layout))
            clauses = cypher.ranked_by_count(nodes.clauses, count, first, greatest=ranked.greatest)
            return replace(nodes, clauses=clauses)
        held = self.held(ranked.by, nodes.classes)
        if not held:
            return None
        return replace(nodes, clauses=cypher.ranked_by_values(nodes.clauses, held, first, greatest=ranked.greatest))

    # --- properties of facts ----------------------------------------------------------------------------------

    def _of_facts(self, members: FactValues | Through, kind: Reached) -> Nodes | None:
        nodes = self.set(members.members, Reached.ENTITIES)
        leg = self._edge(nodes, members.step)
        if nodes is None or leg is None:
            return None
        if isinstance(members, Through):
            return self._through(nodes.clauses, leg, members) if kind is Reached.ENTITIES else None
        return self._fact_values(nodes.clauses, leg, members) if kind is Reached.VALUES else None

    def _edge(self, nodes: Nodes | None, step: Step) -> EdgeLeg | None:
        """The hop along relationships that a step is from some entities, if it is one."""
        legs = legs_of(step, nodes.classes, self.layout) if nodes else []
        return next((leg for leg in legs if isinstance(leg, EdgeLeg)), None)

    def _fact_values(self, nodes: Clauses, leg: EdgeLeg, wanted: FactValues) -> Nodes | None:
        names = self.layout.fact_properties(wanted.step.relation, wanted.property)
        if not names:
            return None
        match wanted.others:
            case None:
                return Nodes(described.values_along(nodes, leg, names))
            case Path(str(key), ()):
                there = self._is_one(key, leg.far)
                return Nodes(described.values_along(nodes, leg, names, [there])) if there else None
        others = self.set(wanted.others, Reached.ENTITIES)
        back = self._edge(others, wanted.step.reverse)
        if others is None or back is None:
            return None
        return Nodes(described.values_between(nodes, leg, others.clauses, back, names))

    def _is_one(self, key: str, far: Classes) -> str:
        """The condition that a relationship leads to an entity; empty if it cannot."""
        able = [(self.layout.classes[i], value) for i, value in located(self.layout, key)]
        found = [(c, self.parameter("seed", value)) for c, value in able if c in far]
        return described.is_one(found, far) if found else ""

    def _through(self, nodes: Clauses, leg: EdgeLeg, through: Through) -> Nodes | None:
        met = [self._of_fact(through.step.relation, condition) for condition in through.conditions]
        able = [condition for condition in met if condition is not None]
        return Nodes(described.reached_along(nodes, leg, able), leg.far) if len(able) == len(met) else None

    def _of_fact(self, relation: str, condition: FactCondition) -> str | None:
        """What a relationship must meet, if it can."""
        if isinstance(condition, During):
            begun = self._of_fact(relation, condition.begun)
            ends = self.layout.fact_properties(relation, condition.end)
            if begun is None or not ends:
                return begun
            listed = cypher.listed(described.RELATIONSHIP, ends)
            not_over = self._compares(listed, condition.not_over)
            return f"{begun} AND {described.open_or(listed, condition.first.kind, not_over)}"
        names = self.layout.fact_properties(relation, condition.attribute)
        return self._compares(cypher.listed(described.RELATIONSHIP, names), condition) if names else None

    # --- conditions -------------------------------------------------------------------------------------------

    def _condition(self, condition: Condition, classes: Classes) -> _Condition:
        match condition:
            case Compare():
                return self._compare(condition, classes)
            case HasNeighbours():
                return self._has_neighbours(condition, classes)
            case SharedNeighbour(first, second):
                pairs = [
                    (one, other)
                    for one in legs_of(first, classes, self.layout)
                    for other in legs_of(second, classes, self.layout)
                    if _can_meet(one, other)
                ]
                return cypher.shared_neighbour(pairs) if pairs else False

    def _compare(self, compare: Compare, classes: Classes) -> _Condition:
        value, comparison = compare.value, compare.comparison
        if compare.attribute == NAME:
            if value.kind is not LiteralKind.STRING:
                return False
            return cypher.compared(cypher.name(classes), comparison, self.parameter("value", value.value))
        held = self.held(compare.attribute, classes)
        return self._compares(cypher.values(held), compare) if held else False

    def _compares(self, listed: str, compare: Compare) -> str:
        """The condition that one of some values compares so."""
        how = _alternatives(compare.comparison, compare.value.value)
        alternatives = [(comparison, self.parameter("value", value)) for comparison, value in how]
        return cypher.some_compares(listed, compare.value.kind, alternatives)

    def _has_neighbours(self, has: HasNeighbours, classes: Classes) -> _Condition:
        legs = legs_of(has.step, classes, self.layout)
        if (has.comparison, has.number) in _SOME:
            return cypher.any_neighbour(legs) if legs else False
        if (has.comparison, has.number) in _NONE:
            return f"NOT {cypher.any_neighbour(legs)}" if legs else True
        number = self.parameter("number", min(has.number, _MOST))
        return cypher.compared(cypher.neighbours(legs), has.comparison, number)

    def held(self, attribute: str, classes: Classes) -> Held:
        """The properties of these classes that hold an attribute; without the classes if it is the same for all."""
        names: dict[int, tuple[str, ...]] = {}
        for column in self.layout.attributes().get(attribute, ()):
            if self.layout.classes[column.node_class] in classes:
                names[column.node_class] = (*names.get(column.node_class, ()), column.property)
        groups: dict[tuple[str, ...], list[int]] = {}
        for number, properties in names.items():
            groups.setdefault(properties, []).append(number)
        if len(groups) == 1 and len(names) == len(classes):
            return [((), properties) for properties in groups]
        return [(tuple(self.layout.classes[i] for i in numbers), properties) for properties, numbers in groups.items()]

    def ordered(self, classes: Iterable[object]) -> Classes:
        """Each of the classes once, in the order of the layout."""
        found = set(classes)
        return tuple(c for c in self.layout.classes if c in found)


_SOME = {(Comparison.AT_LEAST, 1), (Comparison.GREATER, 0), (Comparison.NOT_EQUAL, 0)}
_NONE = {(Comparison.EQUAL, 0), (Comparison.LESS, 1), (Comparison.AT_MOST, 0)}


def _can_meet(one: Leg, other: Leg) -> bool:
    """Whether two hops can lead to the same node."""
    if isinstance(one, EdgeLeg) and isinstance(other, EdgeLeg):
        return any(c in other.far for c in one.far)
    return one.reached is other.reached


def _alternatives(comparison: Comparison, value: Scalar) -> list[tuple[Comparison, Scalar]]:
    """What of Cypher's own comparisons one of ours is.

    A datetime with a time zone and one without cannot be compared there. Here the one without is meant in UTC; if they
    are the same moment, it is the lesser.
    """
    exact = [(comparison, value)]
    if not isinstance(value, datetime) or comparison in {Comparison.EQUAL, Comparison.NOT_EQUAL}:
        return exact
    if value.tzinfo is not None:
        same = {Comparison.LESS: Comparison.AT_MOST, Comparison.AT_LEAST: Comparison.GREATER}
        return [*exact, (same.get(comparison, comparison), value.astimezone(UTC).replace(tzinfo=None))]
    same = {Comparison.AT_MOST: Comparison.LESS, Comparison.GREATER: Comparison.AT_LEAST}
    return [*exact, (same.get(comparison, comparison), value.replace(tzinfo=UTC))]
