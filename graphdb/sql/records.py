"""The four writes of the store's contract, said in terms of one :class:`~graphdb.sql.writing.Batch`."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Mapping, Sequence

from graphdb.errors import InputError
from graphdb.sql.codec import encode_properties, ident_of
from graphdb.sql.reading import Ident, Triple, ident_of_node
from graphdb.sql.schema import LITERAL_KINDS, NodeKind
from graphdb.sql.writing import Batch
from graphdb.store import Outcome
from graphdb.values import TYPE_RELATION, Entity, EntityType, Fact, Literal, Node


def upsert_facts(batch: Batch, facts: Sequence[Fact]) -> list[Outcome]:
    """See :meth:`graphdb.store.GraphStore.upsert_facts`."""
    ends: dict[str | Literal, Ident] = {}
    for fact in facts:
        for end in (fact.subject, fact.object):
            if end not in ends:
                ends[end] = ident_of_node(end)
    interned = batch.intern({named: end for end, named in ends.items()})
    ids = {end: interned[named] for end, named in ends.items()}
    relations = batch.relations(fact.relation for fact in facts)
    rows = {(ids[fact.subject], relations[fact.relation], ids[fact.object]): fact for fact in facts}
    if len(rows) < len(facts):
        _refuse_repeats("fact", (fact.triple for fact in facts))
    kinds = {ids[end]: named[0] for end, named in ends.items()}
    _refuse_mixed_kinds(batch, rows, kinds)
    held = batch.reader.held(batch.connection, batch.possible(rows))
    added: dict[Triple, str | None] = {}
    updated: dict[Triple, str | None] = {}
    outcomes = []
    for triple, fact in rows.items():
        stored = encode_properties(fact.properties)
        if triple not in held:
            added[triple] = stored
            outcomes.append(Outcome.ADDED)
        elif held[triple] != stored:
            updated[triple] = stored
            outcomes.append(Outcome.UPDATED)
        else:
            outcomes.append(Outcome.UNCHANGED)
    batch.add(added, kinds)
    batch.set_properties(updated)
    for owner in dict.fromkeys(s for s, _, o in added if kinds[o] != NodeKind.ENTITY):
        batch.change(owner)
    return outcomes


def _refuse_mixed_kinds(batch: Batch, rows: dict[Triple, Fact], kinds: dict[int, int]) -> None:
    """An attribute has values of one kind, because a list of Neo4j has."""
    present: dict[tuple[int, int], set[int]] = {}
    literals = {triple: fact for triple, fact in rows.items() if kinds[triple[2]] != NodeKind.ENTITY}
    asked = sorted({(s, r) for s, r, _ in literals if not (batch.is_new(s) or batch.is_new_relation(r))})
    for subject, relation, kind in batch.reader.kinds_of_values(batch.connection, asked):
        present.setdefault((subject, relation), set()).add(kind)
    for (subject, relation, target), fact in literals.items():
        found = present.setdefault((subject, relation), set())
        found.add(kinds[target])
        if len(found) > 1:
            mixed = " and ".join(sorted(LITERAL_KINDS[kind] for kind in found))
            raise InputError(
                f"the attribute {fact.relation!r} of {fact.subject!r} would mix {mixed} values by adding "
                f"{fact.object.value!r}: give values of one kind, or delete the others first"  # type: ignore[union-attr]
            )


def delete_facts(batch: Batch, triples: Sequence[tuple[str, str, Node]]) -> list[Outcome]:
    """See :meth:`graphdb.store.GraphStore.delete_facts`."""
    _refuse_repeats("fact", triples)
    for subject, relation, _ in triples:
        if relation == TYPE_RELATION:
            raise InputError(
                f"{TYPE_RELATION!r} of {subject!r} cannot be deleted as a fact: give the entity's types instead"
            )
    named = [(ident_of_node(s), r, ident_of_node(o)) for s, r, o in triples]
    placed = batch.reader.placed(batch.connection, named)
    held = batch.reader.held(batch.connection, list(placed))
    kinds = {triple[2]: placed[triple][2][0] for triple in held}
    batch.remove(list(held), kinds)
    for owner in dict.fromkeys(s for s, _, o in held if kinds[o] != NodeKind.ENTITY):
        batch.change(owner)
    gone = {placed[triple] for triple in held}
    return [Outcome.DELETED if name in gone else Outcome.ABSENT for name in named]


def delete_entities(batch: Batch, keys: Sequence[str]) -> list[Outcome]:
    """See :meth:`graphdb.store.GraphStore.delete_entities`."""
    _refuse_repeats("entity", keys)
    ids = batch.reader.ids(batch.connection, [(NodeKind.ENTITY, ident_of(key)) for key in keys])
    found = {key: ids[NodeKind.ENTITY, ident_of(key)] for key in keys if (NodeKind.ENTITY, ident_of(key)) in ids}
    triples = dict(batch.reader.facts_of(batch.connection, list(found.values())))
    batch.remove(list(triples), {o: kind for (_, _, o), kind in triples.items()})
    batch.bury(found)
    return [Outcome.DELETED if key in found else Outcome.ABSENT for key in keys]


def upsert_entities(batch: Batch, entities: Sequence[Entity]) -> list[Outcome]:
    """See :meth:`graphdb.store.GraphStore.upsert_entities`."""
    _refuse_repeats("entity", (entity.key for entity in entities))
    known = batch.reader.entities(batch.connection, [entity.key for entity in entities])
    given = [entity for entity in entities if entity.key not in known or not _is_bare(entity)]
    wanted = {entity.key: _values(entity) for entity in given}
    ids = batch.intern(_nodes(wanted))
    relations = batch.relations(name for values in wanted.values() for name in values)
    have = _stored_values(batch, [known[entity.key][0] for entity in given if entity.key in known])
    added: dict[Triple, str | None] = {}
    removed: list[Triple] = []
    kinds: dict[int, int] = {}
    renamed: list[tuple[int, str | None, str | None]] = []
    outcomes = {entity.key: Outcome.UNCHANGED for entity in entities}
    for entity in given:
        entity_id = ids[NodeKind.ENTITY, ident_of(entity.key)]
        before = (len(added), len(removed), len(renamed))
        for name, values in wanted[entity.key].items():
            relation = relations[name]
            now = {ids[named]: named[0] for named in values}
            old = have.get((entity_id, relation), {})
            kinds |= now | old
            added |= {(entity_id, relation, o): None for o in now if o not in old}
            removed += [(entity_id, relation, o) for o in old if o not in now]
        new = entity.key not in known
        if _renames(entity, None if new else known[entity.key][1]):
            renamed.append((entity_id, *_stored_names(entity)))
        if new:
            outcomes[entity.key] = Outcome.ADDED
        elif before != (len(added), len(removed), len(renamed)):
            outcomes[entity.key] = Outcome.UPDATED
            batch.change(entity_id)
    batch.remove(removed, kinds)
    batch.add(added, kinds)
    batch.rename(renamed)
    return list(outcomes.values())


def _is_bare(entity: Entity) -> bool:
    return entity.name == entity.key and not (entity.aliases or entity.types or entity.properties)


def _renames(entity: Entity, known: Entity | None) -> bool:
    if known is None:
        return entity.name != entity.key or bool(entity.aliases)
    return (entity.name, entity.aliases) != (known.name, known.aliases)


def _stored_names(entity: Entity) -> tuple[str | None, str | None]:
    name = None if entity.name == entity.key else entity.name
    return name, json.dumps(entity.aliases, ensure_ascii=False) if entity.aliases else None


def _values(entity: Entity) -> dict[str, dict[Ident, Node]]:
    """Per relation that the entity replaces, the nodes it shall lead to."""
    nodes: dict[str, list[Node]] = {TYPE_RELATION: [EntityType(name) for name in entity.types]}
    for name, value in entity.properties.items():
        nodes[name] = [Literal(v) for v in (value if isinstance(value, tuple) else (value,))]
    return {name: {ident_of_node(value): value for value in values} for name, values in nodes.items()}


def _nodes(wanted: Mapping[str, Mapping[str, Mapping[Ident, Node]]]) -> dict[Ident, Node]:
    nodes: dict[Ident, Node] = {}
    for key, relations in wanted.items():
        nodes[ident_of_node(key)] = key
        for values in relations.values():
            nodes |= values
    return nodes


def _stored_values(batch: Batch, ids: Sequence[int]) -> dict[tuple[int, int], dict[int, int]]:
    """Per entity and relation, the values that are there, with their kinds."""
    found: dict[tuple[int, int], dict[int, int]] = {}
    for subject, relation, value, kind in batch.reader.value_ids(batch.connection, ids):
        found.setdefault((subject, relation), {})[value] = kind
    return found


def _refuse_repeats(what: str, names: Iterable[Hashable]) -> None:
    seen: set[Hashable] = set()
    for name in names:
        if name in seen:
            raise InputError(f"the {what} {name!r} occurs twice in one batch: give each record once")
        seen.add(name)
