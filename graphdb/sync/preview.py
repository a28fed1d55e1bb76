"""A dry run: the outcomes that the writes of a sync would have, with nothing written."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence

from graphdb.errors import InputError
from graphdb.ledger import BatchEntry, Claim, Ledger, record_of_entity
from graphdb.readers import Triple
from graphdb.store import GraphStore, Outcome
from graphdb.sync.mirror import facts_of, is_bare
from graphdb.sync.report import Tally
from graphdb.values import TYPE_RELATION, Entity, Fact, Literal, Node, PropertyValue, kind_of

_Properties = Mapping[str, PropertyValue]


class PreviewGraph:
    """The graph as it would be: what would be written is kept here, all else is read from the store."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._entities: dict[str, Entity | None] = {}
        self._facts: dict[Triple, _Properties | None] = {}
        self._facts_about: defaultdict[str, set[Triple]] = defaultdict(set)
        self._gained: Counter[str] = Counter()
        self._mentioned: set[str] = set()

    def upsert_entities(self, entities: Sequence[Entity]) -> list[Outcome]:
        self._read_entities(entity.key for entity in entities)
        return [self._upsert_entity(entity) for entity in entities]

    def _upsert_entity(self, given: Entity) -> Outcome:
        known = self._entities[given.key]
        if known is None:
            self._entities[given.key] = given
            return Outcome.ADDED
        if is_bare(given):
            return Outcome.UNCHANGED
        merged = Entity(given.key, given.name, given.aliases, given.types, {**known.properties, **given.properties})
        self._entities[given.key] = merged
        return Outcome.UNCHANGED if merged == known else Outcome.UPDATED

    def delete_entities(self, keys: Sequence[str]) -> list[Outcome]:
        self._read_entities(keys)
        return [self._delete_entity(key) for key in keys]

    def _delete_entity(self, key: str) -> Outcome:
        known = self._entities[key] is not None
        stored = facts_of(self._store, [key]) if known else []
        self._read_facts(fact.triple for fact in stored)
        for triple in self._facts_about[key]:
            self._set_fact(triple, None)
        self._entities[key] = None
        self._mentioned.discard(key)
        return Outcome.DELETED if known else Outcome.ABSENT

    def upsert_facts(self, facts: Sequence[Fact]) -> list[Outcome]:
        self._read_facts(fact.triple for fact in facts)
        self._check_kinds(facts)
        return [self._upsert_fact(fact) for fact in facts]

    def _upsert_fact(self, fact: Fact) -> Outcome:
        self._mention(fact.subject)
        if isinstance(fact.object, Literal):
            return self._add_value(fact.subject, fact.relation, fact.object)
        self._mention(fact.object)
        known = self._facts[fact.triple]
        self._set_fact(fact.triple, fact.properties)
        if known is None:
            return Outcome.ADDED
        return Outcome.UNCHANGED if known == fact.properties else Outcome.UPDATED

    def delete_facts(self, triples: Sequence[tuple[str, str, Node]]) -> list[Outcome]:
        named = [(s, r, o) for s, r, o in triples if isinstance(o, str | Literal)]
        self._read_facts(named)
        return [self._delete_fact(triple) for triple in named]

    def _delete_fact(self, triple: Triple) -> Outcome:
        subject, relation, target = triple
        if isinstance(target, Literal):
            return self._remove_value(subject, relation, target)
        known = self._facts[triple]
        self._set_fact(triple, None)
        return Outcome.ABSENT if known is None else Outcome.DELETED

    # --- values of attributes -----------------------------------------------------------------------------------

    def _values(self, subject: str, relation: str) -> list[Literal]:
        entity = self._entities[subject]
        value = () if entity is None else entity.properties.get(relation, ())
        return [Literal(v) for v in (value if isinstance(value, tuple) else (value,))]

    def _set_values(self, subject: str, relation: str, values: Sequence[Literal]) -> None:
        entity = self._entities[subject] or Entity(subject)
        properties = {name: value for name, value in entity.properties.items() if name != relation}
        if values:
            properties[relation] = tuple(value.value for value in values)
        self._entities[subject] = Entity(entity.key, entity.name, entity.aliases, entity.types, properties)

    def _add_value(self, subject: str, relation: str, value: Literal) -> Outcome:
        values = self._values(subject, relation)
        if value in values:
            return Outcome.UNCHANGED
        self._set_values(subject, relation, [*values, value])
        return Outcome.ADDED

    def _remove_value(self, subject: str, relation: str, value: Literal) -> Outcome:
        values = self._values(subject, relation)
        if value not in values:
            return Outcome.ABSENT
        self._set_values(subject, relation, [v for v in values if v != value])
        return Outcome.DELETED

    def _check_kinds(self, facts: Sequence[Fact]) -> None:
        kinds: dict[tuple[str, str], str] = {}
        for fact in facts:
            if not isinstance(fact.object, Literal):
                continue
            held = self._values(fact.subject, fact.relation)
            first = kinds.setdefault((fact.subject, fact.relation), kind_of((held or [fact.object])[0].value))
            if first != fact.object.kind:
                raise InputError(
                    f"the attribute {fact.relation!r} of {fact.subject!r} would mix {first} and {fact.object.kind} "
                    "values: give values of one kind, or delete the others first"
                )

    # --- what is there ------------------------------------------------------------------------------------------

    def holds(self, triples: Sequence[Triple]) -> list[bool]:
        """Whether each fact would be there."""
        self._read_facts(triples)
        return [
            o in self._values(s, r) if isinstance(o, Literal) else self._facts[s, r, o] is not None
            for s, r, o in triples
        ]

    def in_use(self, keys: Sequence[str]) -> dict[str, bool]:
        """Of these entities those that would be there, and whether they would have facts or attributes."""
        self._read_entities(keys)
        stored = self._store.entities(keys)
        edges = Counter(self._gained)
        for degree in self._store.degrees(keys):
            if degree.step.relation != TYPE_RELATION:
                edges[keys[degree.node]] += degree.count
        for key, known in stored.items():
            edges[key] -= sum(len(v) if isinstance(v, tuple) else 1 for v in known.properties.values())
        there = {key: entity for key in keys if (entity := self._entities[key]) is not None}
        return {key: edges[key] > 0 or bool(entity.properties) for key, entity in there.items()}

    def _mention(self, key: str) -> None:
        self._mentioned.add(key)
        if key in self._entities and self._entities[key] is None:
            self._entities[key] = Entity(key)

    def _set_fact(self, triple: Triple, properties: _Properties | None) -> None:
        change = (properties is not None) - (self._facts[triple] is not None)
        self._facts[triple] = properties
        self._gained[triple[0]] += change
        self._gained[str(triple[2])] += change

    def _read_entities(self, keys: Iterable[str]) -> None:
        missing = [key for key in dict.fromkeys(keys) if key not in self._entities]
        found = self._store.entities(missing) if missing else {}
        for key in missing:
            self._entities[key] = found.get(key) or (Entity(key) if key in self._mentioned else None)

    def _read_facts(self, triples: Iterable[Triple]) -> None:
        triples = list(triples)
        self._read_entities(subject for subject, _, target in triples if isinstance(target, Literal))
        missing = [t for t in dict.fromkeys(triples) if t not in self._facts and not isinstance(t[2], Literal)]
        found = {fact.triple: fact for fact in self._store.facts(missing)} if missing else {}
        for triple in missing:
            self._facts[triple] = found[triple].properties if triple in found else None
            self._facts_about[triple[0]].add(triple)
            self._facts_about[str(triple[2])].add(triple)


class PreviewBook:
    """The ledger as it would be, as far as a dry run needs it."""

    def __init__(self, graph: PreviewGraph, store: GraphStore, ledger: Ledger) -> None:
        self._graph = graph
        self._store = store
        self._ledger = ledger
        self._claimed: dict[str, set[bytes]] = {}
        self._erased: set[str] = set()

    def begin(self, source: str) -> None:
        self._claimed[source] = set()

    def sweeps(self) -> int:
        return 0

    def record(self, source: str, entry: BatchEntry) -> int:
        self._claimed[source].update(claim.record for claim in entry.claims)
        gone = {claim.record for claim in entry.facts_gone} | {*map(record_of_entity, entry.entities_gone)}
        self._erased.update(entry.entities_gone)
        for claimed in self._claimed.values():
            claimed.difference_update(gone)
        return 0

    def mirror(self, tallies: Mapping[str, Tally]) -> None:
        """Counts all of it with the last source."""
        dropped = list({claim.record: claim for source in tallies for claim in self._dropped(source)}.values())
        facts = [claim for claim in dropped if not claim.is_entity]
        held = self._graph.holds([claim.triple for claim in facts])
        lost = [claim for claim, there in zip(facts, held, strict=True) if there]
        tally = Tally() if not tallies else list(tallies.values())[-1]
        tally.facts[Outcome.DELETED] += len(lost)
        self._graph.delete_facts([claim.triple for claim in lost])
        rows = [claim.subject for claim in dropped if claim.is_entity]
        for key, in_use in self._graph.in_use(rows).items():
            if in_use:
                tally.keep(key)
            else:
                tally.entities[Outcome.DELETED] += 1

    def finish(self, source: str, digest: str, counts: Mapping[str, int]) -> None:
        """Nothing is written down."""

    def _dropped(self, source: str) -> Iterable[Claim]:
        for batch in self._ledger.claims(source):
            for _, claim in batch:
                if claim.subject in self._erased:
                    continue
                others = self._ledger.claimants(claim.record).keys() - self._claimed.keys()
                if not others and not any(claim.record in claimed for claimed in self._claimed.values()):
                    yield claim
