"""One transaction that writes a managed graph: what is there, what changes, and the sequence of the changes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeAlias, TypeVar

from graphdb.errors import InputError
from graphdb.neo4j import cypher, names
from graphdb.neo4j.driver import Run
from graphdb.neo4j.reading import Reader, merged_properties
from graphdb.store import Outcome
from graphdb.values import Entity, Fact, Literal, Node, PropertyValue, Scalar

MOST_INDEXED_BYTES = 7000
"""Values of more than about 8,000 bytes break an index."""

_ROWS = 10_000
_BYTES_OF_OTHERS = 16

T = TypeVar("T")
_Row: TypeAlias = list[object]


class TooLongToIndexError(Exception):
    """Some properties are about to get values that their indexes cannot hold."""

    def __init__(self, properties: frozenset[str]) -> None:
        super().__init__(properties)
        self.properties = properties


class NotPreparedError(Exception):
    """The bookkeeping node is missing."""


class Batch:
    """The graph within one transaction. Other writers wait until it ends. :meth:`finish` must be called last."""

    def __init__(self, run: Run, reader: Reader) -> None:
        self._run = run
        self._reader = reader
        rows = run(cypher.LOCK_META, {"id": names.META_ID})
        if not rows:
            raise NotPreparedError
        self._base, unindexed, self._has_tombstones, self._relationships = rows[0]
        self.unindexed = frozenset(str(name) for name in unindexed)
        self._sequence: int = self._base
        self._dirty = False

    def finish(self) -> None:
        """Move the watermark."""
        if self._dirty and self._sequence == self._base:
            self._sequence += 1
        if self._sequence != self._base:
            self._run(cypher.SET_SEQUENCE, {"id": names.META_ID, "sequence": self._sequence})

    # --- entities ---------------------------------------------------------------------------------------------

    def upsert_entities(self, entities: Sequence[Entity]) -> list[Outcome]:
        known = self._reader.entities(self._run, [entity.key for entity in entities])
        pairs: list[tuple[Entity | None, Entity]] = []
        outcomes = []
        for entity in entities:
            old = known.get(entity.key)
            new = entity if old is None else _merged(old, entity)
            if old is None:
                outcomes.append(Outcome.ADDED)
            elif _same(old, new):
                outcomes.append(Outcome.UNCHANGED)
                continue
            else:
                outcomes.append(Outcome.UPDATED)
            pairs.append((old, new))
        self._write_entities(pairs)
        return outcomes

    def delete_entities(self, keys: Sequence[str]) -> list[Outcome]:
        found = {key for key, _ in self._run(cypher.types(names.MANAGED_CLASS), {"keys": list(keys)})}
        gone = [key for key in keys if key in found]
        for chunk in _chunks(gone):
            self._run(cypher.DELETE_ENTITIES, {"keys": chunk})
            self._run(cypher.BURY, {"rows": [[key, self._advance()] for key in chunk]})
        return [Outcome.DELETED if key in found else Outcome.ABSENT for key in keys]

    def _write_entities(self, pairs: Sequence[tuple[Entity | None, Entity]]) -> None:
        """Write what differs between the entities that are there and those that shall be."""
        created: list[dict[str, object]] = []
        updated: list[dict[str, object]] = []
        for old, new in pairs:
            row = _row(old, new)
            row["properties"][names.SEQUENCE_PROPERTY] = self._advance()  # type: ignore[index]
            (created if old is None else updated).append(row)
        self._refuse_long(created + updated)
        for chunk in _chunks(created):
            self._run(cypher.CREATE_ENTITIES, {"rows": chunk})
        for chunk in _chunks(updated):
            self._run(cypher.UPDATE_ENTITIES, {"rows": chunk})
        self._revive([row["key"] for row in created])

    def _refuse_long(self, rows: Iterable[Mapping[str, object]]) -> None:
        long: set[str] = set()
        for row in rows:
            properties: Mapping[str, object] = row["properties"]  # type: ignore[assignment]
            long.update(name for name, value in properties.items() if _size(value) > MOST_INDEXED_BYTES)
        long -= {*self.unindexed, "name", "aliases"}
        if long:
            raise TooLongToIndexError(frozenset(long))

    def _revive(self, keys: Sequence[object]) -> None:
        if self._has_tombstones and keys:
            self._run(cypher.REVIVE, {"keys": list(keys)})

    # --- facts ------------------------------------------------------------------------------------------------

    def upsert_facts(self, facts: Sequence[Fact]) -> list[Outcome]:
        outcomes = [Outcome.UNCHANGED] * len(facts)
        for positions in _chunks(range(len(facts))):
            self._upsert_edges(facts, positions, outcomes)
        values = {i: fact for i, fact in enumerate(facts) if isinstance(fact.object, Literal)}
        if values:
            self._add_values(values, outcomes)
        return outcomes

    def _upsert_edges(self, facts: Sequence[Fact], positions: Sequence[int], outcomes: list[Outcome]) -> None:
        """Create the entities that facts need and the facts between entities, and replace properties."""
        ends = (end for i in positions for end in (facts[i].subject, facts[i].object))
        keys = list(dict.fromkeys(end for end in ends if isinstance(end, str)))
        edges = [i for i in positions if isinstance(facts[i].object, str)]
        described = any(facts[i].properties for i in edges)
        parameters = {"keys": keys, "first": self._sequence + 1, **_numbered([facts[i] for i in edges], keys)}
        if described:
            parameters["properties"] = _properties(facts, edges)
        text = cypher.upsert_facts(self._relationships, properties=described)
        fresh, missing, found, undecided = self._run(text, parameters)[0]
        if fresh:
            self._sequence += len(keys)
            self._revive([keys[i] for i in fresh])
        held: dict[int, list[Mapping[str, object]]] = {}
        for i, properties in found:
            held.setdefault(edges[i], []).append(properties)
        added = set(edges) if missing is None else {edges[i] for i in missing}
        added |= self._upsert_between_hubs(facts, [edges[i] for i in undecided], held)
        for i in added:
            outcomes[i] = Outcome.ADDED
        updated = [i for i in edges if i not in added and _differs(facts[i], held.get(i, []))]
        self._replace_properties(facts, updated)
        for i in updated:
            outcomes[i] = Outcome.UPDATED
        self._dirty = self._dirty or bool(added or updated)

    def _upsert_between_hubs(
        self, facts: Sequence[Fact], positions: Sequence[int], held: dict[int, list[Mapping[str, object]]]
    ) -> set[int]:
        """Create those facts that are not there, and say which; the properties of the others go into ``held``."""
        known: set[int] = set()
        for relation, places in _by_relation(facts, positions).items():
            subjects, objects = [facts[i].subject for i in places], [facts[i].object for i in places]
            parameters: dict[str, object] = {"subjects": subjects, "objects": objects}
            described = any(facts[i].properties for i in places)
            if described:
                parameters["properties"] = _properties(facts, places)
            for i, properties in self._run(cypher.upsert_facts_of(relation, properties=described), parameters):
                held.setdefault(places[i], []).append(properties)
                known.add(places[i])
        return set(positions) - known

    def _replace_properties(self, facts: Sequence[Fact], positions: Sequence[int]) -> None:
        for relation, places in _by_relation(facts, positions).items():
            rows = [[facts[i].subject, facts[i].object, _plain(facts[i].properties)] for i in places]
            self._run(cypher.update_facts(relation), {"rows": rows})

    def _in_chunks(self, text: str, rows: Sequence[object]) -> list[list[Any]]:
        return [row for chunk in _chunks(rows) for row in self._run(text, {"rows": chunk})]

    def _add_values(self, facts: Mapping[int, Fact], outcomes: list[Outcome]) -> None:
        subjects = dict.fromkeys(fact.subject for fact in facts.values())
        known = self._reader.entities(self._run, subjects)
        changed: dict[str, Entity] = {}
        for i, fact in facts.items():
            entity = changed.get(fact.subject, known[fact.subject])
            values = _literals(entity.properties.get(fact.relation))
            value = fact.object
            if not isinstance(value, Literal) or value in values:
                continue
            if values and values[0].kind is not value.kind:
                raise InputError(
                    f"the attribute {fact.relation!r} of {fact.subject!r} would mix "
                    f"{' and '.join(sorted({values[0].kind, value.kind}))} values by adding {value.value!r}: "
                    "give values of one kind, or delete the others first"
                )
            changed[fact.subject] = _with_values(entity, fact.relation, [*values, value])
            outcomes[i] = Outcome.ADDED
        self._write_entities([(known[key], entity) for key, entity in changed.items()])

    def delete_facts(self, triples: Sequence[tuple[str, str, Node]]) -> list[Outcome]:
        outcomes = dict.fromkeys(range(len(triples)), Outcome.ABSENT)
        relations: dict[str, list[_Row]] = {}
        for i, (subject, relation, target) in enumerate(triples):
            if isinstance(target, str):
                relations.setdefault(relation, []).append([subject, target, i])
        for relation, rows in relations.items():
            for (i,) in self._in_chunks(cypher.delete_facts(relation), rows):
                outcomes[i] = Outcome.DELETED
                self._dirty = True
        self._remove_values(triples, outcomes)
        return [outcomes[i] for i in range(len(triples))]

    def _remove_values(self, triples: Sequence[tuple[str, str, Node]], outcomes: dict[int, Outcome]) -> None:
        asked = {i: (s, r, o) for i, (s, r, o) in enumerate(triples) if isinstance(o, Literal)}
        known = self._reader.entities(self._run, dict.fromkeys(s for s, _, _ in asked.values()))
        changed: dict[str, Entity] = {}
        for i, (subject, relation, value) in asked.items():
            if subject not in known:
                continue
            entity = changed.get(subject, known[subject])
            values = _literals(entity.properties.get(relation))
            if value in values:
                changed[subject] = _with_values(entity, relation, [v for v in values if v != value])
                outcomes[i] = Outcome.DELETED
        self._write_entities([(known[key], entity) for key, entity in changed.items()])

    def _advance(self) -> int:
        self._sequence += 1
        return self._sequence


# --- values -----------------------------------------------------------------------------------------------------------


def _chunks(rows: Sequence[T]) -> Iterator[list[T]]:
    return (list(rows[i : i + _ROWS]) for i in range(0, len(rows), _ROWS))


def _by_relation(facts: Sequence[Fact], positions: Iterable[int]) -> dict[str, list[int]]:
    relations: dict[str, list[int]] = {}
    for i in positions:
        relations.setdefault(facts[i].relation, []).append(i)
    return relations


def _numbered(facts: Sequence[Fact], keys: Sequence[str]) -> dict[str, object]:
    """Facts between entities as :func:`cypher.upsert_facts` takes them."""
    size = len(keys)
    places = {key: i for i, key in enumerate(keys)}
    relations = {relation: i for i, relation in enumerate(dict.fromkeys(fact.relation for fact in facts))}
    numbers = [
        (relations[fact.relation] * size + places[fact.subject]) * size + places[str(fact.object)] for fact in facts
    ]
    return {"relations": list(relations), "facts": numbers}


def _properties(facts: Sequence[Fact], positions: Sequence[int]) -> list[dict[str, object]]:
    """The properties of facts, as a column."""
    return [_plain(facts[i].properties) for i in positions]


def _differs(fact: Fact, held: Sequence[Mapping[str, object]]) -> bool:
    """Whether a fact has other properties than its relationships."""
    if not (fact.properties or held):
        return False
    return _forms(Fact("s", "r", "o", merged_properties(held)).properties) != _forms(fact.properties)


def _literals(value: PropertyValue | None) -> list[Literal]:
    if value is None:
        return []
    return [Literal(v) for v in (value if isinstance(value, tuple) else (value,))]


def _forms(properties: Mapping[str, PropertyValue]) -> dict[str, list[Literal]]:
    """Properties in a form in which 1 and True differ."""
    return {name: _literals(value) for name, value in properties.items()}


def _plain(properties: Mapping[str, PropertyValue]) -> dict[str, object]:
    """Properties as Neo4j keeps them: see :func:`graphdb.neo4j.names.second_property_of`."""
    plain: dict[str, object] = {}
    for name, value in properties.items():
        if not isinstance(value, tuple):
            plain[names.property_of(name)] = value
            continue
        first, second = _split(value)
        plain[names.property_of(name)] = first
        if second:
            plain[names.second_property_of(name)] = second
    return plain


def _split(values: tuple[Scalar, ...]) -> tuple[list[Scalar], list[Scalar]]:
    """Values of one kind, parted so that each list has one type of Neo4j's and loses nothing."""
    if any(isinstance(v, float) for v in values) and any(_is_beyond_float(v) for v in values):
        return [v for v in values if isinstance(v, float)], [v for v in values if not isinstance(v, float)]
    naive: list[Scalar] = [v for v in values if isinstance(v, datetime) and v.tzinfo is None]
    if 0 < len(naive) < len(values):
        return [v for v in values if v not in naive], naive
    return list(values), []


def _is_beyond_float(value: Scalar) -> bool:
    return isinstance(value, int) and int(float(value)) != value


def _size(value: object) -> int:
    """About how many bytes a value takes in an index."""
    if isinstance(value, str):
        return len(value.encode()) if len(value) * 4 > MOST_INDEXED_BYTES else len(value)
    if isinstance(value, list):
        return sum(_size(v) + _BYTES_OF_OTHERS for v in value)
    return _BYTES_OF_OTHERS


def _merged(old: Entity, given: Entity) -> Entity:
    if given.name == given.key and not (given.aliases or given.types or given.properties):
        return old
    return Entity(given.key, given.name, given.aliases, given.types, {**old.properties, **given.properties})


def _same(old: Entity, new: Entity) -> bool:
    return old == new and _forms(old.properties) == _forms(new.properties)


def _with_values(entity: Entity, attribute: str, values: Sequence[Literal]) -> Entity:
    properties = {name: value for name, value in entity.properties.items() if name != attribute}
    if values:
        properties[attribute] = tuple(v.value for v in values)
    return Entity(entity.key, entity.name, entity.aliases, entity.types, properties)


def _stored(entity: Entity) -> tuple[dict[str, object], set[str]]:
    """The properties and the labels of an entity's node, but for its key and the label that all have."""
    properties: dict[str, object] = {"name": entity.name}
    if entity.aliases:
        properties["aliases"] = list(entity.aliases)
    properties |= _plain(entity.properties)
    labels = {names.label_of(name) for name in entity.types}
    if any(isinstance(value, tuple) for value in entity.properties.values()):
        labels.add(names.MANY_LABEL)
    return properties, labels


def _row(old: Entity | None, new: Entity) -> dict[str, object]:
    """What to write so that the node of one entity becomes that of another."""
    properties, labels = _stored(new)
    if old is None:
        return {"key": new.key, "properties": properties, "labels": sorted(labels)}
    old_properties, old_labels = _stored(old)
    before, after = _forms(old.properties), _forms(new.properties)
    same = [name for name in before if before[name] == after.get(name)]
    kept = {f(name) for name in same for f in (names.property_of, names.second_property_of)}
    changed = {name: value for name, value in properties.items() if name not in kept}
    changed |= dict.fromkeys(old_properties.keys() - properties.keys())
    return {
        "key": new.key,
        "properties": changed,
        "labels": sorted(labels - old_labels),
        "removed": sorted(old_labels - labels),
    }
