"""What is known of a graph before it is asked about: some entities of each type, with what is around them.

Everything is read through limits, so the time that it takes does not grow with the graph.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from graphdb import (
    TYPE_RELATION,
    Direction,
    Entity,
    EntityType,
    Fact,
    GraphReader,
    Literal,
    LiteralKind,
    Node,
    PropertyValue,
    Scalar,
    Schema,
    Step,
    TypeInfo,
)
from graphdb.errors import InputError
from graphdb.wording import words_of
from kgqa.wording.vocabulary import is_of_time

_OFFERED = 600  # entities of a type that are chosen from
_CHOSEN = 160  # of them
_FAN_OUT = 12  # neighbours of one that are looked at
_KINDS = {
    LiteralKind.NUMBER: "number",
    LiteralKind.STRING: "text",
    LiteralKind.BOOLEAN: "truth",
    LiteralKind.DATE: "date",
    LiteralKind.DATETIME: "moment",
}
_IDENTIFIERS = frozenset(
    [
        "id",
        "ids",
        "code",
        "codes",
        "key",
        "nr",
        "no",
        "number",
        "numbers",
        "uuid",
        "uri",
        "url",
        "phone",
        "zip",
        "postcode",
        "index",
        "isbn",
    ]
)
_PLACES = frozenset(["latitude", "longitude", "lat", "lon", "lng"])
_LONG_TEXT = 40  # characters
_COMMON = 0.6  # of the values of an attribute that tells kinds apart, at most so many are different


@dataclass(frozen=True, slots=True)
class AttributeSample:
    """An attribute of the entities of one type.

    :param values: with the entities that have them, as far as they were seen.
    :param kind: ``number``, ``year``, ``date``, ``moment``, ``text`` or ``truth``.
    :param identifies: whether each entity most likely has a value of its own, which says nothing about it.
    """

    type: str
    name: str
    kind: str
    values: tuple[tuple[str, Literal], ...]
    identifies: bool

    @property
    def is_size(self) -> bool:
        """Whether its values can be ranked and compared in a way that people would ask for."""
        return self.kind in {"number", "year", "date"} and not self.identifies

    @property
    def tells_kinds(self) -> bool:
        """Whether several entities share its values."""
        return self.kind == "truth" or (self.kind == "text" and not self.identifies)

    @property
    def is_long(self) -> bool:
        texts = [str(value) for _, value in self.values]
        return self.kind == "text" and sum(map(len, texts)) > _LONG_TEXT * len(texts)


class GraphSample:
    """Some entities of each type, and what is around them.

    :ivar entities: all that were read, by their keys.
    :ivar members: keys of some entities of each type.
    :ivar edges: some pairs of subject and object of each relation.
    :ivar facts: some facts of each relation whose facts have properties.
    :ivar attributes: what the entities of each type have.
    """

    def __init__(self, graph: GraphReader, chance: random.Random) -> None:
        self.schema = graph.schema()
        _check(self.schema)
        self.relations = {each.name: each for each in self.schema.relations if each.name != TYPE_RELATION}
        self.types: dict[str, TypeInfo] = {each.name: each for each in self.schema.types if each.entities}
        self.members = {name: _members(graph, name, chance) for name in self.types}
        self._degrees: dict[tuple[Node, Step], int] = {}
        self._of: dict[str, list[Step]] = {}
        self._single: dict[Step, bool] = {}
        chosen = list(dict.fromkeys(key for keys in self.members.values() for key in keys))
        self._count(graph, chosen)
        self.edges = self._edges(graph, chosen)
        ends = dict.fromkeys(key for pairs in self.edges.values() for pair in pairs for key in pair)
        others = [key for key in ends if key not in set(chosen)]
        self._count(graph, others)
        self.entities: dict[str, Entity] = graph.entities([*chosen, *others])
        self.facts = self._described(graph)
        self.attributes = {name: self._attributes(name) for name in self.types}
        self._count_values(graph)

    def degree(self, node: Node, step: Step) -> int:
        """How many neighbours a node has, if it was read; a value is had by how many entities."""
        return self._degrees.get((node, step), 0)

    def steps(self, key: str) -> list[Step]:
        """The steps that lead from an entity to others."""
        return [step for step in self._of.get(key, ()) if not self.is_attribute(step.relation)]

    def is_attribute(self, relation: str) -> bool:
        info = self.relations.get(relation)
        return info is not None and bool(info.literal_kinds) and not info.object_types

    def types_of(self, key: str) -> tuple[str, ...]:
        entity = self.entities.get(key)
        return entity.types if entity else ()

    def ends(self, step: Step) -> tuple[str, ...]:
        """The types that a step leads to."""
        info = self.relations[step.relation]
        return info.object_types if step.direction is Direction.OUT else info.subject_types

    def starts(self, step: Step) -> tuple[str, ...]:
        """The types that a step leads from."""
        return self.ends(step.reverse)

    @property
    def entity_steps(self) -> list[Step]:
        """Every step between entities of which some facts were seen, in both directions."""
        names = [name for name, pairs in self.edges.items() if pairs]
        return [Step(name, direction) for name in names for direction in Direction]

    def pairs(self, step: Step) -> Sequence[tuple[str, str]]:
        """Some entities with one that a step leads to."""
        pairs = self.edges.get(step.relation, [])
        return pairs if step.direction is Direction.OUT else [(other, key) for key, other in pairs]

    def property_of(self, relation: str, name: str) -> AttributeSample | None:
        """A property of the facts of a relation."""
        values = [
            (fact.subject, Literal(each))
            for fact in self.facts[relation]
            if name in fact.properties
            for each in _each(fact.properties[name])
        ]
        return _attribute("", name, name, values) if values else None

    def is_single(self, step: Step) -> bool:
        """Whether a step most likely leads to one thing alone."""
        if step not in self._single:
            counts = [self.degree(key, step) for key, _ in self.pairs(step)]
            self._single[step] = bool(counts) and sum(counts) <= 1.1 * len(counts)
        return self._single[step]

    def is_only(self, step: Step) -> bool:
        """Whether no other step leads from the same types to the same ones."""
        starts, ends = set(self.starts(step)), set(self.ends(step))
        others = [each for each in self.entity_steps if each != step]
        return not any(starts & set(self.starts(each)) and ends & set(self.ends(each)) for each in others)

    # --- reading ----------------------------------------------------------------------------------------------

    def _count(self, graph: GraphReader, keys: Sequence[str]) -> None:
        for degree in graph.degrees(keys):
            if degree.step.relation != TYPE_RELATION:
                key = keys[degree.node]
                self._degrees[key, degree.step] = degree.count
                self._of.setdefault(key, []).append(degree.step)

    def _count_values(self, graph: GraphReader) -> None:
        """How many entities have the values that several share."""
        shared = [each for own in self.attributes.values() for each in own if each.tells_kinds]
        values = list(dict.fromkeys(value for each in shared for _, value in each.values))
        for degree in graph.degrees(values):
            self._degrees[values[degree.node], degree.step] = degree.count

    def _edges(self, graph: GraphReader, keys: Sequence[str]) -> dict[str, list[tuple[str, str]]]:
        rows: list[tuple[Node, Step]] = [(key, step) for key in keys for step in self.steps(key)]
        read = graph.neighbours(rows, limit=_FAN_OUT)
        found: defaultdict[str, dict[tuple[str, str], None]] = defaultdict(dict)
        for row, target in zip(read.rows, read.targets, strict=True):
            key, step = rows[row]
            if isinstance(key, str) and isinstance(target, str):
                pair = (key, target) if step.direction is Direction.OUT else (target, key)
                found[step.relation][pair] = None
        return {name: list(pairs) for name, pairs in sorted(found.items())}

    def _described(self, graph: GraphReader) -> dict[str, Sequence[Fact]]:
        described = [name for name in self.edges if self.relations[name].properties]
        found: dict[str, Sequence[Fact]] = {}
        for name in described:
            facts = graph.facts([(one, name, other) for one, other in self.edges[name]])
            found[name] = [fact for fact in facts if fact.properties and isinstance(fact.object, str)]
        return found

    def _attributes(self, type_name: str) -> list[AttributeSample]:
        values: defaultdict[str, list[tuple[str, Literal]]] = defaultdict(list)
        for key in self.members[type_name]:
            entity = self.entities.get(key)
            for name, value in entity.properties.items() if entity else ():
                for each in _each(value):
                    values[name].append((key, Literal(each)))
        return [
            made
            for name, own in sorted(values.items())
            if (info := self.relations.get(name)) and (made := _attribute(type_name, info.name, info.text, own))
        ]


def _check(schema: Schema) -> None:
    if not schema.entities:
        raise InputError("the graph is empty: sync facts into it first")
    if not any(each.entities for each in schema.types):
        raise InputError(
            "the entities of the graph have no types, so nothing says what can be asked of which: "
            "give them types, or train on questions of your own"
        )


def _members(graph: GraphReader, name: str, chance: random.Random) -> list[str]:
    row = (EntityType(name), Step(TYPE_RELATION, Direction.IN))
    keys = [str(node) for node in graph.neighbours([row], limit=_OFFERED).targets]
    return chance.sample(keys, min(len(keys), _CHOSEN))


def _each(value: PropertyValue) -> tuple[Scalar, ...]:
    return value if isinstance(value, tuple) else (value,)


def _attribute(type_name: str, name: str, text: str, values: list[tuple[str, Literal]]) -> AttributeSample | None:
    kinds = {value.kind for _, value in values}
    if len(kinds) > 1 or (kind := _KINDS.get(next(iter(kinds)))) is None:
        return None
    words = words_of(name).split()
    if kind == "number" and is_of_time(text) and _are_years(value for _, value in values):
        kind = "year"
    different = len({value for _, value in values})
    identifies = words[-1] in _IDENTIFIERS if kind != "text" else different > max(1, _COMMON * len(values))
    identifies = identifies or bool(_PLACES & set(words))
    return AttributeSample(type_name, name, kind, tuple(values), identifies)


def _are_years(values: Iterable[Literal]) -> bool:
    return all(isinstance(each.value, int) and 1000 <= each.value < 2200 for each in values)
