"""A dry run: the outcomes that the writes of a sync would have, with nothing written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from graphdb.errors import InputError
from graphdb.ledger import BatchEntry, Claim, Ledger, record_of_entity
from graphdb.readers import Triple
from graphdb.store import GraphStore, Outcome
from graphdb.sync.mirror import ends_of, is_bare
from graphdb.sync.report import Tally
from graphdb.values import TYPE_RELATION, Entity, Fact, Literal, Node, PropertyValue, kind_of

_Properties = Mapping[str, PropertyValue]


class PreviewGraph:
    """The graph as it would be: what would be written is kept here, all else is read from the store."""

    def __init__(self, store: GraphStore) -> None:
        self._store = store
        self._time = 0
        self._entities: dict[str, Entity | None] = {}
        self._facts: dict[Triple, tuple[int, _Properties | None]] = {}
        self._mentioned: set[str] = set()
        self._erased: dict[str, int] = {}

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
        self._time += 1
        outcomes = []
        for key in keys:
            outcomes.append(Outcome.ABSENT if self._entities[key] is None else Outcome.DELETED)
            self._entities[key] = None
            self._erased[key] = self._time
            self._mentioned.discard(key)
        return outcomes

    def upsert_facts(self, facts: Sequence[Fact]) -> list[Outcome]:
        self._read_facts(fact.triple for fact in facts)
        self._check_kinds(facts)
        return [self._upsert_fact(fact) for fact in facts]

    def _upsert_fact(self, fact: Fact) -> Outcome:
        self._mention(fact.subject)
        if isinstance(fact.object, Literal):
            return self._add_value(fact.subject, fact.relation, fact.object)
        self._mention(fact.object)
        known = self._held(fact.triple)
        self._facts[fact.triple] = self._time, fact.properties
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
        known = self._held(triple)
        self._facts[triple] = self._time, None
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
            o in self._values(s, r) if isinstance(o, Literal) else self._held((s, r, o)) is not None
            for s, r, o in triples
        ]

    def entity(self, key: str) -> Entity | None:
        """The entity as it would be, or ``None``."""
        self._read_entities([key])
        return self._entities[key]

    def _mention(self, key: str) -> None:
        self._mentioned.add(key)
        if key in self._entities and self._entities[key] is None:
            self._entities[key] = Entity(key)

    def _held(self, triple: Triple) -> _Properties | None:
        written, properties = self._facts[triple]
        erased = max(self._erased.get(triple[0], -1), self._erased.get(str(triple[2]), -1))
        return properties if written >= erased else None

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
            self._facts[triple] = 0, found[triple].properties if triple in found else None


class PreviewBook:
    """The ledger as it would be, as far as a dry run needs it."""

    def __init__(self, graph: PreviewGraph, store: GraphStore, ledger: Ledger) -> None:
        self._graph = graph
        self._store = store
        self._ledger = ledger
        self._claimed: dict[str, set[bytes]] = {}

    def begin(self, source: str) -> None:
        self._claimed[source] = set()

    def sweeps(self) -> int:
        return 0

    def record(self, source: str, entry: BatchEntry) -> int:
        self._claimed[source].update(claim.record for claim in entry.claims)
        gone = {*entry.facts_gone, *map(record_of_entity, entry.entities_gone)}
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
        self._preview_entities({claim.subject for claim in dropped if claim.is_entity}, lost, tally)

    def finish(self, source: str, digest: str, counts: Mapping[str, int]) -> None:
        """Nothing is written down."""

    def _dropped(self, source: str) -> Iterable[Claim]:
        for batch in self._ledger.claims(source):
            for _, claim in batch:
                others = self._ledger.claimants(claim.record).keys() - self._claimed.keys()
                if not others and not any(claim.record in claimed for claimed in self._claimed.values()):
                    yield claim

    def _preview_entities(self, dropped: set[str], lost: Sequence[Claim], tally: Tally) -> None:
        """Count the entities that would go: those that lose a fact or their row, and that no other fact holds."""
        degrees: Counter[str] = Counter()
        keys = [*dropped, *(key for key in ends_of(lost) if key not in dropped)]
        for degree in self._store.degrees(keys):
            if degree.step.relation != TYPE_RELATION:
                degrees[keys[degree.node]] += degree.count
        for claim in lost:
            degrees.subtract([claim.subject] if claim.kind else [claim.subject, claim.object])
        for key in keys:
            entity = self._graph.entity(key)
            if entity is None:
                continue
            if degrees[key] > 0:
                if key in dropped:
                    tally.keep(key)
            elif key in dropped or (is_bare(entity) and not self._claims(key)):
                tally.entities[Outcome.DELETED] += 1

    def _claims(self, key: str) -> bool:
        record = record_of_entity(key)
        return any(record in claimed for claimed in self._claimed.values()) or bool(self._ledger.claimants(record))
