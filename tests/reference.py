"""A graph as plain dicts and sets, slow and obviously right: what the stores are compared with."""

from __future__ import annotations

import operator
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from functools import reduce
from typing import Any

from graphdb import (
    TYPE_RELATION,
    Direction,
    Entity,
    EntityType,
    Fact,
    Found,
    GraphStore,
    Literal,
    LiteralKind,
    Node,
    Outcome,
    Path,
    PropertyValue,
    Row,
    Step,
    order_of,
)
from graphdb.programs import (
    NAME,
    Aggregate,
    Beside,
    Combined,
    Compare,
    Compared,
    Comparison,
    Condition,
    Count,
    Difference,
    Exists,
    FactCondition,
    FactValues,
    Following,
    Function,
    Grouped,
    HasNeighbours,
    NodeSet,
    Program,
    Ranked,
    Restricted,
    SetOperation,
    SharedNeighbour,
    Through,
    Value,
)

Edge = tuple[str, str, Node]

_SETS: Mapping[SetOperation, Callable[[set[Node], set[Node]], set[Node]]] = {
    SetOperation.INTERSECTION: operator.and_,
    SetOperation.UNION: operator.or_,
    SetOperation.DIFFERENCE: operator.sub,
}
_COMPARISONS: Mapping[Comparison, Callable[[Any, Any], bool]] = {
    Comparison.EQUAL: operator.eq,
    Comparison.NOT_EQUAL: operator.ne,
    Comparison.LESS: operator.lt,
    Comparison.AT_MOST: operator.le,
    Comparison.GREATER: operator.gt,
    Comparison.AT_LEAST: operator.ge,
    Comparison.CONTAINS: lambda text, part: part.lower() in text.lower(),
    Comparison.STARTS_WITH: lambda text, part: text.lower().startswith(part.lower()),
}
_RANKED_KINDS = (LiteralKind.NUMBER, LiteralKind.DATE, LiteralKind.DATETIME)


def exact(entity: Entity) -> tuple[object, ...]:
    """All that an entity says, with the kinds of its values: 1, True and "1" differ."""
    values = {name: _literals(value) for name, value in entity.properties.items()}
    return entity.key, entity.name, entity.aliases, entity.types, values


def exact_fact(fact: Fact) -> tuple[object, ...]:
    """All that a fact says, with the kinds of its values."""
    return fact.triple, {name: _literals(value) for name, value in fact.properties.items()}


def _literals(value: PropertyValue) -> tuple[Literal, ...]:
    return tuple(Literal(v) for v in value) if isinstance(value, tuple) else (Literal(value),)


def clear(store: GraphStore) -> None:
    """Delete everything from a store."""
    for batch in list(store.scan()):
        store.delete_entities([entity.key for entity in batch])


class Reference:
    """The graph: names by key, and facts (types and attributes too) with their properties."""

    def __init__(self) -> None:
        self.names: dict[str, tuple[str, tuple[str, ...]]] = {}
        self.edges: dict[Edge, Fact | None] = {}

    # --- writing ----------------------------------------------------------------------------------------------

    def upsert_entity(self, entity: Entity) -> Outcome:
        known = entity.key in self.names
        bare = entity == Entity(entity.key)
        if known and bare:
            return Outcome.UNCHANGED
        before = (self.names.get(entity.key), set(self.edges))
        self.names[entity.key] = (entity.name, entity.aliases)
        wanted: dict[str, set[Node]] = {TYPE_RELATION: {EntityType(name) for name in entity.types}}
        wanted |= {name: set(_literals(value)) for name, value in entity.properties.items()}
        for relation, nodes in wanted.items():
            for edge in [e for e in self.edges if e[:2] == (entity.key, relation) and not isinstance(e[2], str)]:
                del self.edges[edge]
            self.edges |= {(entity.key, relation, node): None for node in nodes}
        if not known:
            return Outcome.ADDED
        return Outcome.UNCHANGED if before == (self.names[entity.key], set(self.edges)) else Outcome.UPDATED

    def delete_entity(self, key: str) -> Outcome:
        if self.names.pop(key, None) is None:
            return Outcome.ABSENT
        self.edges = {edge: fact for edge, fact in self.edges.items() if key not in (edge[0], edge[2])}
        return Outcome.DELETED

    def mixes_kinds(self, facts: Iterable[Fact]) -> bool:
        """Whether some attribute would have values of two kinds."""
        kinds: dict[tuple[str, str], set[str]] = {}
        for s, r, o in [*self.edges, *(fact.triple for fact in facts)]:
            if isinstance(o, Literal):
                kinds.setdefault((s, r), set()).add(o.kind)
        return any(len(found) > 1 for found in kinds.values())

    def upsert_fact(self, fact: Fact) -> Outcome:
        for key in (fact.subject, fact.object):
            if isinstance(key, str):
                self.names.setdefault(key, (key, ()))
        known = fact.triple in self.edges
        old = self.edges.get(fact.triple)
        self.edges[fact.triple] = fact
        if not known:
            return Outcome.ADDED
        before = exact_fact(old) if old else exact_fact(Fact(*fact.triple))
        return Outcome.UNCHANGED if before == exact_fact(fact) else Outcome.UPDATED

    def delete_fact(self, triple: Edge) -> Outcome:
        if triple not in self.edges:
            return Outcome.ABSENT
        del self.edges[triple]
        return Outcome.DELETED

    # --- reading ----------------------------------------------------------------------------------------------

    def nodes(self) -> set[Node]:
        return set(self.names) | {o for _, _, o in self.edges}

    def relations(self) -> set[str]:
        return {r for _, r, _ in self.edges}

    def entity(self, key: str) -> Entity:
        name, aliases = self.names[key]
        types = tuple(o.name for s, _, o in self.edges if s == key and isinstance(o, EntityType))
        values: dict[str, list[object]] = {}
        for s, r, o in self.edges:
            if s == key and isinstance(o, Literal):
                values.setdefault(r, []).append(o.value)
        properties: dict[str, PropertyValue] = {r: tuple(v) for r, v in values.items()}  # type: ignore[arg-type]
        return Entity(key, name, aliases, types, properties)

    def follow(self, node: Node, step: Step) -> set[Node]:
        if step.direction is Direction.OUT:
            return {o for s, r, o in self.edges if s == node and r == step.relation and isinstance(node, str)}
        return {s for s, r, o in self.edges if o == node and r == step.relation}

    def degrees(self, node: Node) -> dict[Step, int]:
        counts: Counter[Step] = Counter()
        for s, r, o in self.edges:
            counts[Step(r, Direction.OUT)] += s == node
            counts[Step(r, Direction.IN)] += o == node
        return {step: count for step, count in counts.items() if count}

    def fact(self, triple: tuple[Node, str, Node]) -> Fact | None:
        s, r, o = triple
        if not isinstance(s, str) or isinstance(o, EntityType) or (s, r, o) not in self.edges:
            return None
        return self.edges[s, r, o] or Fact(s, r, o)

    # --- programs ---------------------------------------------------------------------------------------------

    def answer(self, program: Program) -> list[Found]:
        """What a store answers, in its order."""
        match program:
            case Grouped():
                return list(self._grouped(program))
            case Beside(members, attribute):
                entities = [node for node in self.answer(members) if isinstance(node, str)]
                return [Row(key, tuple(sorted(self._values(key, attribute), key=order_of))) for key in entities]
            case _:
                return list(self._nodes(program))

    def _nodes(self, program: NodeSet | Value) -> list[Node]:
        match program:
            case Compared():
                return self._compared(program)
            case Count(members):
                return [Literal(len(self.run(members)))]
            case Exists(members):
                return [Literal(bool(self.run(members)))]
            case Aggregate():
                return self._aggregate(program)
            case Difference():
                return self._difference(program)
            case _:
                return list(self._ranked(program)) if isinstance(program, Ranked) else self._sorted(program)

    def _sorted(self, members: NodeSet) -> list[Node]:
        return sorted(self.run(members), key=order_of)

    def run(self, members: NodeSet) -> set[Node]:
        """The nodes of a set."""
        match members:
            case Path():
                return self._path(members)
            case Combined(operation, parts):
                return reduce(_SETS[operation], [self.run(part) for part in parts])
            case Restricted(of, conditions):
                return {e for e in self._entities(of) if all(self._meets(e, condition) for condition in conditions)}
            case Ranked():
                return set(self._ranked(members))
            case Following(of, steps):
                reached = self.run(of)
                for step in steps:
                    reached = set().union(*(self.follow(node, step) for node in reached))
                return reached
        return self._of_facts(members)

    def _of_facts(self, members: FactValues | Through) -> set[Node]:
        match members:
            case FactValues(of, step, name, others):
                ends = None if others is None else self.run(others)
                described = [(end, given) for end, given in self._described(of, step) if ends is None or end in ends]
                return {value for _, given in described for value in given.get(name, ())}
            case Through(of, step, conditions):
                return {
                    end for end, given in self._described(of, step) if all(_holds(given, each) for each in conditions)
                }

    def _described(self, members: NodeSet, step: Step) -> Iterator[tuple[Node, Mapping[str, Sequence[Literal]]]]:
        """Where the facts lead that a step takes from a set, with their properties."""
        found = self.run(members)
        for (s, r, o), fact in self.edges.items():
            near, far = (s, o) if step.direction is Direction.OUT else (o, s)
            if r == step.relation and near in found and fact is not None:
                yield far, {name: _literals(value) for name, value in fact.properties.items()}

    def _path(self, path: Path) -> set[Node]:
        reached = {path.seed} & self.nodes()
        for hop in path.hops:
            reached = set().union(*(self.follow(node, hop.step) for node in reached))
            if hop.exclude_seed:
                reached.discard(path.seed)
        return reached

    def _entities(self, members: NodeSet) -> list[str]:
        return sorted(node for node in self.run(members) if isinstance(node, str))

    def _values(self, key: str, attribute: str) -> list[Literal]:
        return [o for o in self.follow(key, Step(attribute)) if isinstance(o, Literal)]

    def _meets(self, key: str, condition: Condition) -> bool:
        match condition:
            case Compare(attribute):
                held = [Literal(self.names[key][0])] if attribute == NAME else self._values(key, attribute)
                return _compares(held, condition)
            case HasNeighbours(step, comparison, number):
                return _COMPARISONS[comparison](len(self.follow(key, step)), number)
            case SharedNeighbour(first, second):
                return bool(self.follow(key, first) & self.follow(key, second))

    def _comparable(self, entities: Sequence[str], attribute: str) -> dict[str, list[Literal]]:
        """Per entity, its values of the first kind that any of them has and that can be ranked."""
        values = {key: self._values(key, attribute) for key in entities}
        kinds = {value.kind for held in values.values() for value in held}
        kind = next((kind for kind in _RANKED_KINDS if kind in kinds), None)
        kept = {key: [value for value in held if value.kind is kind] for key, held in values.items()}
        return {key: held for key, held in kept.items() if held}

    def _ranked(self, ranked: Ranked) -> list[str]:
        entities = self._entities(ranked.members)
        if isinstance(ranked.by, Step):
            sizes: dict[str, Any] = {key: len(self.follow(key, ranked.by)) for key in entities}
        else:
            best = max if ranked.greatest else min
            sizes = {key: best(map(_size, held)) for key, held in self._comparable(entities, ranked.by).items()}
        order = sorted(sizes, key=lambda key: sizes[key], reverse=ranked.greatest)  # stable: ties stay sorted by key
        last = {sizes[key] for key in order[: ranked.first]}
        return [key for key in order if sizes[key] in last]

    def _aggregate(self, aggregate: Aggregate) -> list[Node]:
        comparable = self._comparable(self._entities(aggregate.members), aggregate.attribute)
        return _computed(aggregate.function, [value for held in comparable.values() for value in held])

    def _difference(self, difference: Difference) -> list[Node]:
        """Both sides have one number if all their values are that number, however many there are."""
        numbers: list[set[Literal]] = []
        for members in (difference.left, difference.right):
            held = [self._values(key, difference.attribute) for key in self._entities(members)]
            numbers.append({v for values in held for v in values if v.kind is LiteralKind.NUMBER})
        if [len(found) for found in numbers] != [1, 1]:
            return []
        left, right = (Fraction(_size(found.pop())) for found in numbers)
        return _number(left - right)

    def _compared(self, compared: Compared) -> list[Node]:
        left, right = self._nodes(compared.left), self._nodes(compared.right)
        if len(left) != 1 or len(right) != 1 or not isinstance(left[0], Literal) or not isinstance(right[0], Literal):
            return []
        if left[0].kind is not right[0].kind:
            return []
        return [Literal(_COMPARISONS[compared.comparison](_size(left[0]), _size(right[0])))]

    def _grouped(self, grouped: Grouped) -> list[Row]:
        of, inside = grouped.of, None if grouped.groups is None else self.run(grouped.groups)
        groups: dict[Node, set[Node]] = {}
        for member in self.run(of.members):
            for group in self.follow(member, grouped.by):
                if inside is None or group in inside:
                    groups.setdefault(group, set()).add(member)
        rows = [Row(group, tuple(self._of_group(of, groups[group]))) for group in sorted(groups, key=order_of)]
        return sorted((row for row in rows if row.values), key=lambda row: order_of(row.values[0]), reverse=True)

    def _of_group(self, of: Count | Aggregate, members: set[Node]) -> list[Literal]:
        if isinstance(of, Count):
            return [Literal(len(members))]
        comparable = self._comparable(self._entities(of.members), of.attribute)
        values = [value for key in comparable if key in members for value in comparable[key]]
        return [value for value in _computed(of.function, values) if isinstance(value, Literal)]


def _holds(given: Mapping[str, Sequence[Literal]], condition: FactCondition) -> bool:
    """Whether the properties of a fact meet a condition."""
    if isinstance(condition, Compare):
        return _compares(given.get(condition.attribute, ()), condition)
    ends = [value for value in given.get(condition.end, ()) if value.kind is condition.first.kind]
    begun = _compares(given.get(condition.start, ()), condition.begun)
    return begun and (not ends or _compares(ends, condition.not_over))


def _computed(function: Function, values: Sequence[Literal]) -> list[Node]:
    """A function of values of one kind."""
    if not values:
        return []
    if function in {Function.MINIMUM, Function.MAXIMUM}:
        best = min if function is Function.MINIMUM else max
        return [best(values, key=_size)]
    if values[0].kind is not LiteralKind.NUMBER:
        return []
    total = sum((Fraction(_size(value)) for value in values), Fraction(0))
    return _number(total / len(values) if function is Function.AVERAGE else total)


def _compares(held: Iterable[Literal], condition: Compare) -> bool:
    """Whether one of these values meets a condition."""
    compare, right = _COMPARISONS[condition.comparison], condition.value
    met = [compare(_size(value), _size(right)) for value in held if value.kind == right.kind]
    return bool(met) and all(met) if condition.comparison is Comparison.NOT_EQUAL else any(met)


def _size(literal: Literal) -> Any:
    """What literals of one kind are compared by."""
    return order_of(literal)[1]


def _number(exact_value: Fraction) -> list[Node]:
    """A number as a store gives it: whole and exact if it fits in 64 bits, else a float, and nothing beyond those."""
    if exact_value.denominator == 1 and -(2**63) <= exact_value < 2**63:
        return [Literal(int(exact_value))]
    try:
        return [Literal(float(exact_value))]
    except OverflowError:
        return []


def targets_of(store: GraphStore, node: Node, step: Step) -> Sequence[Node]:
    """What one step from one node leads to."""
    return store.neighbours([(node, step)]).targets
