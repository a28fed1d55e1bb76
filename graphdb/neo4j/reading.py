"""What is read while questions are asked: entities, degrees, neighbourhoods and facts.

Each call is one statement for all rows that share a step.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from graphdb.errors import InputError
from graphdb.neo4j import cypher
from graphdb.neo4j.driver import Run, storable
from graphdb.neo4j.layout import Layout, located
from graphdb.neo4j.names import ENTITY_LABEL, HIDDEN_PROPERTIES, Column, NodeClass, fact_attribute_of
from graphdb.store import Degree, Neighbourhood, Truncation
from graphdb.values import (
    TYPE_RELATION,
    Direction,
    Entity,
    EntityType,
    Fact,
    Literal,
    Node,
    PropertyValue,
    Scalar,
    Step,
    order_of,
)

_STATIC_TYPES = 64
"""Up to so many relationship types, the degrees of all of them are asked for in one statement."""
_NO_LIMIT = 2**31 - 1

T = TypeVar("T")
Found = tuple[list[Node], int]
"""The nodes that a row leads to, and how many there are in all."""


def literals_of(stored: object) -> list[Literal]:
    """The values of an attribute as the database holds them, each once. What we have no kind for is left out."""
    value = storable(stored)
    if value is None:
        return []
    return list(dict.fromkeys(Literal(v) for v in (value if isinstance(value, tuple) else (value,))))


def _grouped(pairs: Iterable[tuple[T, int]]) -> dict[T, list[int]]:
    groups: dict[T, list[int]] = {}
    for name, position in pairs:
        groups.setdefault(name, []).append(position)
    return groups


class Reader:
    """The reading half of a store.

    Every call is given what runs a statement in the transaction at hand.

    :param layout: how the graph lies there.
    """

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self._classes = layout.classes
        # what every entity that we write has, and no step leads to: not worth sending
        self._bookkeeping: Mapping[str, list[str]] = {
            "hidden": list(HIDDEN_PROPERTIES) if layout.managed else [],
            "classes": [ENTITY_LABEL] if layout.managed else [],
        }

    # --- entities ---------------------------------------------------------------------------------------------

    def entities(self, run: Run, keys: Collection[str]) -> dict[str, Entity]:
        """See :meth:`graphdb.store.GraphReader.entities`."""
        found: dict[str, Entity] = {}
        for number, values in self._located(keys).items():
            node_class = self._classes[number]
            for value, properties, labels in run(cypher.entities(node_class), {"keys": list(values)}):
                entity = self._entity(number, value, properties, labels)
                found[entity.key] = entity
        return {key: found[key] for key in keys if key in found}

    def scan(self, run: Run, batch_size: int) -> Iterator[Sequence[Entity]]:
        """See :meth:`graphdb.store.GraphStore.scan`.

        :param run: for each batch; it may be a transaction of its own.
        """
        if batch_size < 1:
            raise InputError(f"batch_size is {batch_size}: it must be at least 1")
        for number, node_class in enumerate(self._classes):
            after: str | int = -(2**63) if node_class.integer_key else ""
            first = True
            while rows := run(cypher.scan(node_class, first=first), {"after": after, "size": batch_size}):
                yield [self._entity(number, *row) for row in rows]
                after, first = rows[-1][0], False
                if len(rows) < batch_size:
                    break

    def _entity(self, number: int, value: object, properties: Mapping[str, object], labels: Sequence[str]) -> Entity:
        node_class = self._classes[number]
        texts: list[str] = []
        for name in node_class.names:
            texts += [text for value in literals_of(properties.get(name)) if (text := str(value))]
        attributes: dict[str, PropertyValue] = {}
        for name, stored in properties.items():
            attribute = self._layout.attribute_of(number, name)
            values = tuple(v.value for v in literals_of(stored)) if attribute is not None else ()
            if attribute is not None and values:
                attributes[attribute] = (*attributes.get(attribute, ()), *values)  # type: ignore[misc]
        types = [t for t in map(self._layout.type_of, labels) if t is not None]
        return Entity(node_class.key_of(value), texts[0] if texts else "", tuple(texts[1:]), tuple(types), attributes)

    def _located(self, keys: Iterable[str]) -> dict[int, dict[str | int, str]]:
        """Per class, the values that identify the entities of these keys there, with the keys."""
        groups: dict[int, dict[str | int, str]] = {}
        for key in keys:
            for number, value in located(self._layout, key):
                groups.setdefault(number, {})[value] = key
        return groups

    # --- degrees ----------------------------------------------------------------------------------------------

    def degrees(self, run: Run, nodes: Sequence[Node]) -> Sequence[Degree]:
        """See :meth:`graphdb.store.GraphReader.degrees`."""
        found = self._degrees(run, list(dict.fromkeys(nodes)))
        return [Degree(i, step, count) for i, node in enumerate(nodes) for step, count in found.get(node, {}).items()]

    def _degrees(self, run: Run, nodes: Sequence[Node]) -> dict[Node, dict[Step, int]]:
        found: dict[Node, dict[Step, int]] = {}
        for number, values in self._located(node for node in nodes if isinstance(node, str)).items():
            found |= self._entity_degrees(run, number, values)
        literals = [node for node in nodes if isinstance(node, Literal)]
        if literals:
            found |= self._literal_degrees(run, literals)
        for node in nodes:
            label = self._layout.label_of(node.name) if isinstance(node, EntityType) else None
            if label is not None:
                count = run(cypher.type_degree(self._classes, label), {})[0][0]
                found[node] = {Step(TYPE_RELATION, Direction.IN): count} if count else {}
        return found

    def is_held(self, run: Run, node: Literal | EntityType) -> bool:
        """Whether some entity has this value or type."""
        return bool(self._degrees(run, [node]).get(node))

    def _entity_degrees(self, run: Run, number: int, keys: Mapping[str | int, str]) -> dict[Node, dict[Step, int]]:
        out_types, in_types = self._types_of(number)
        if max(len(out_types), len(in_types)) > _STATIC_TYPES:
            return self._many_types(run, number, keys)
        found, stale = self._static_degrees(run, number, list(keys), out_types, in_types)
        if stale and self._layout.managed:
            self._layout.learn(run, None)
            found |= self._static_degrees(run, number, stale, *self._types_of(number))[0]
        return found

    def _types_of(self, number: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The relationship types that can leave and reach nodes of a class."""
        edges = self._layout.edges().values()
        leaving = sorted(e.type for e in edges if number in e.subjects)
        return tuple(leaving), tuple(sorted(e.type for e in edges if number in e.objects))

    def _static_degrees(
        self, run: Run, number: int, values: list[str | int], out_types: tuple[str, ...], in_types: tuple[str, ...]
    ) -> tuple[dict[Node, dict[Step, int]], list[str | int]]:
        """The degrees, and those entities that have relationships of other types than these."""
        node_class = self._classes[number]
        steps = [Step(t) for t in out_types] + [Step(t, Direction.IN) for t in in_types]
        found: dict[Node, dict[Step, int]] = {}
        stale = []
        for value, counts, total, sizes, labels in run(
            cypher.degrees(node_class, out_types, in_types), {"keys": values, **self._bookkeeping}
        ):
            degrees = {step: count for step, count in zip(steps, counts, strict=True) if count}
            found[node_class.key_of(value)] = self._with_values(number, degrees, sizes, labels)
            if sum(counts) != total:
                stale.append(value)
        return found, stale

    def _many_types(self, run: Run, number: int, keys: Mapping[str | int, str]) -> dict[Node, dict[Step, int]]:
        """Degrees in a graph of many types: by counting where there are few relationships, else by chunks of types."""
        node_class = self._classes[number]
        out_types, in_types = self._types_of(number)
        found: dict[Node, dict[Step, int]] = {}
        hubs: list[str | int] = []
        parameters = {"keys": list(keys), "most": len(out_types) + len(in_types), **self._bookkeeping}
        for value, leaving, arriving, sizes, labels in run(cypher.few_degrees(node_class), parameters):
            if leaving is None:
                hubs.append(value)
                continue
            degrees = {Step(t): c for t, c in leaving if self._layout.managed or t in out_types}
            degrees |= {Step(t, Direction.IN): c for t, c in arriving if self._layout.managed or t in in_types}
            found[node_class.key_of(value)] = self._with_values(number, degrees, sizes, labels)
        if hubs:
            self._layout.learn(run, None)
            out_types, in_types = self._types_of(number)
            for i in range(0, max(len(out_types), len(in_types)), _STATIC_TYPES):
                part = slice(i, i + _STATIC_TYPES)
                chunk, _ = self._static_degrees(run, number, hubs, out_types[part], in_types[part])
                for node, degrees in chunk.items():
                    known = found.setdefault(node, {})
                    known |= degrees
        return found

    def _with_values(
        self, number: int, degrees: dict[Step, int], sizes: Sequence[tuple[str, int]], labels: Sequence[str]
    ) -> dict[Step, int]:
        for name, size in sizes:
            attribute = self._layout.attribute_of(number, name)
            if attribute is not None and size:
                step = Step(attribute)
                degrees[step] = degrees.get(step, 0) + size
        types = sum(self._layout.type_of(label) is not None for label in labels)
        if types:
            degrees[Step(TYPE_RELATION)] = types
        return degrees

    def _literal_degrees(self, run: Run, literals: Sequence[Literal]) -> dict[Node, dict[Step, int]]:
        self._layout.learn(run, None)
        attributes = self._layout.attributes()
        named = [(name, column) for name in sorted(attributes) for column in attributes[name]]
        found: dict[Node, dict[Step, int]] = {literal: {} for literal in literals}
        parameters = {"values": [literal.value for literal in literals]}
        for start in range(0, len(named), _STATIC_TYPES):
            chunk = named[start : start + _STATIC_TYPES]
            text = cypher.literal_degrees(self._classes, tuple(column for _, column in chunk))
            for i, counts in run(text, parameters):
                degrees = found[literals[i]]
                for (name, _), count in zip(chunk, counts, strict=True):
                    if count:
                        step = Step(name, Direction.IN)
                        degrees[step] = degrees.get(step, 0) + count
        return found

    # --- neighbourhoods ---------------------------------------------------------------------------------------

    def neighbours(self, run: Run, rows: Sequence[tuple[Node, Step]], limit: int | None) -> Neighbourhood:
        """See :meth:`graphdb.store.GraphReader.neighbours`."""
        if limit is not None and limit < 1:
            raise InputError(f"limit is {limit}: it must be at least 1, or None for no limit")
        positions = _grouped((row, i) for i, row in enumerate(rows))
        found = self._neighbours(run, positions, limit)
        edges: list[tuple[int, Node]] = []
        truncated: list[Truncation] = []
        for row, (targets, total) in found.items():
            targets.sort(key=order_of)
            cut = targets[:limit]
            for i in positions[row]:
                edges += [(i, target) for target in cut]
                if total > len(cut):
                    truncated.append(Truncation(i, total))
        edges.sort(key=lambda e: e[0])
        truncated.sort(key=lambda t: t.row)
        return Neighbourhood([i for i, _ in edges], [target for _, target in edges], truncated)

    def _neighbours(
        self, run: Run, rows: Iterable[tuple[Node, Step]], limit: int | None
    ) -> dict[tuple[Node, Step], Found]:
        steps: dict[Step, list[Node]] = {}
        for node, step in rows:
            steps.setdefault(step, []).append(node)
        self._layout.learn(run, {step.relation for step in steps})
        found: dict[tuple[Node, Step], Found] = {}
        for step, nodes in steps.items():
            for node, targets, total in self._step(run, step, nodes, limit):
                known, count = found.setdefault((node, step), ([], 0))
                known += targets
                found[node, step] = known, count + total
        return found

    def _step(
        self, run: Run, step: Step, nodes: Sequence[Node], limit: int | None
    ) -> Iterator[tuple[Node, Sequence[Node], int]]:
        keys = [node for node in nodes if isinstance(node, str)]
        if keys:
            yield from self._from_entities(run, step, keys, limit)
        if step.direction is Direction.OUT:
            return
        if step.relation == TYPE_RELATION:
            yield from self._of_types(run, [node for node in nodes if isinstance(node, EntityType)], limit)
            return
        literals = [node for node in nodes if isinstance(node, Literal)]
        columns = tuple(self._layout.attributes().get(step.relation, ()))
        if literals and columns:
            text = cypher.holders_of(self._classes, columns)
            parameters = {"values": [literal.value for literal in literals], "limit": limit or _NO_LIMIT}
            for i, targets, total in run(text, parameters):
                yield literals[i], targets, total

    def _from_entities(
        self, run: Run, step: Step, keys: Sequence[str], limit: int | None
    ) -> Iterator[tuple[Node, Sequence[Node], int]]:
        edge = self._layout.edges().get(step.relation)
        columns = self._layout.attributes().get(step.relation, ()) if step.direction is Direction.OUT else ()
        for number, values in self._located(keys).items():
            node_class = self._classes[number]
            if step.direction is Direction.OUT and step.relation == TYPE_RELATION:
                for value, labels in run(cypher.types(node_class), {"keys": list(values)}):
                    kinds: list[Node] = [EntityType(t) for t in map(self._layout.type_of, labels) if t is not None]
                    yield node_class.key_of(value), kinds, len(kinds)
                continue
            if edge is not None:
                ends = (edge.subjects, edge.objects)
                near, far = ends if step.direction is Direction.OUT else ends[::-1]
                if number in near:
                    targets = tuple(self._classes[i] for i in far)
                    text = cypher.neighbours(node_class, edge.type, step.direction, targets, capped=limit is not None)
                    parameters = {"keys": list(values), "limit": limit} if limit else {"keys": list(values)}
                    for value, found, *total in run(text, parameters):
                        yield node_class.key_of(value), found, total[0] if total else len(found)
            for column in (c for c in columns if c.node_class == number):
                text = cypher.attribute(node_class, column.property)
                for value, stored in run(text, {"keys": list(values)}):
                    literals = literals_of(stored)
                    yield node_class.key_of(value), literals, len(literals)

    def _of_types(
        self, run: Run, types: Sequence[EntityType], limit: int | None
    ) -> Iterator[tuple[Node, Sequence[Node], int]]:
        for node in types:
            label = self._layout.label_of(node.name)
            if label is None:
                continue
            targets = [t for (t,) in run(cypher.typed(self._classes, label), {"limit": limit or _NO_LIMIT})]
            total = len(targets)
            if limit is not None and total >= limit:
                total = run(cypher.type_degree(self._classes, label), {})[0][0]
            yield node, targets, total

    # --- facts ------------------------------------------------------------------------------------------------

    def facts(self, run: Run, triples: Sequence[tuple[Node, str, Node]]) -> Sequence[Fact]:
        """See :meth:`graphdb.store.GraphReader.facts`."""
        asked = [
            (s, r, o)
            for s, r, o in dict.fromkeys(triples)
            if isinstance(s, str) and r != TYPE_RELATION and not isinstance(o, EntityType)
        ]
        held = self.held(run, asked)
        return [Fact(*triple, held[i]) for i, triple in enumerate(asked) if i in held]

    def held(self, run: Run, triples: Sequence[tuple[str, str, str | Literal]]) -> dict[int, dict[str, PropertyValue]]:
        """The positions of those triples that there are, with the properties of the relationships."""
        self._layout.learn(run, {r for _, r, _ in triples})
        found: dict[int, dict[str, PropertyValue]] = {}
        for relation, positions in _grouped((r, i) for i, (_, r, _) in enumerate(triples)).items():
            edge = self._layout.edges().get(relation)
            ends = [(i, triples[i][0], triples[i][2]) for i in positions]
            if edge is not None:
                allowed = self._layout.edge_properties(relation)
                groups: dict[tuple[NodeClass, NodeClass], list[list[object]]] = {}
                for i, subject, target in ends:
                    if isinstance(target, str):
                        for a, s in located(self._layout, subject):
                            for b, o in located(self._layout, target):
                                if a in edge.subjects and b in edge.objects:
                                    pair = self._classes[a], self._classes[b]
                                    groups.setdefault(pair, []).append([s, o, i])
                for (near, far), rows in groups.items():
                    for i, several in run(cypher.facts(near, edge.type, far), {"rows": rows}):
                        found[i] = merged_properties(several, allowed)
            for column in self._layout.attributes().get(relation, ()):
                value_rows = self._value_rows(column, ends)
                if value_rows:
                    text = cypher.values_held(self._classes[column.node_class], column.property)
                    found |= {i: {} for (i,) in run(text, {"rows": value_rows})}
        return found

    def _value_rows(
        self, column: Column, ends: Sequence[tuple[int, str, str | Literal]]
    ) -> list[list[str | int | Scalar]]:
        rows = []
        for i, subject, target in ends:
            value = self._classes[column.node_class].value_of(subject)
            if isinstance(target, Literal) and value is not None:
                rows.append([value, target.value, i])
        return rows


def merged_properties(
    several: Sequence[Mapping[str, object]], allowed: frozenset[str] | None = None
) -> dict[str, PropertyValue]:
    """The properties of a fact, of which a graph that kgqa did not write may have several relationships.

    Their different values are all given, as far as they are of one kind.

    :param allowed: the properties that take part; ``None`` for all.
    """
    values: dict[str, list[Literal]] = {}
    for properties in several:
        for name, stored in properties.items():
            attribute = fact_attribute_of(name) if allowed is None else name
            if attribute is not None and (allowed is None or name in allowed):
                values.setdefault(attribute, []).extend(literals_of(stored))
    return {name: tuple(v.value for v in found if v.kind is found[0].kind) for name, found in values.items() if found}
