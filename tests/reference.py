"""A graph as plain dicts and sets, slow and obviously right: what the stores are compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from graphdb import (
    TYPE_RELATION,
    Direction,
    Entity,
    EntityType,
    Fact,
    GraphStore,
    Literal,
    Node,
    Outcome,
    Path,
    PropertyValue,
    Step,
)

Edge = tuple[str, str, Node]


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

    def run(self, path: Path) -> set[Node]:
        reached = {path.seed} & self.nodes()
        for hop in path.hops:
            reached = set().union(*(self.follow(node, hop.step) for node in reached))
            if hop.exclude_seed:
                reached.discard(path.seed)
        return reached


def targets_of(store: GraphStore, node: Node, step: Step) -> Sequence[Node]:
    """What one step from one node leads to."""
    return store.neighbours([(node, step)]).targets
