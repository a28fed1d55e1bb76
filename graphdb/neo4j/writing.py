"""The four writes of the store's contract on a managed graph, each in one transaction.

Writers take turns: each holds the lock of the node ``_KGQAMeta`` until it commits. So sequences are handed out in the
order of the commits, and a reader of changes that has seen a sequence has seen all before it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Hashable, Iterable, Sequence
from uuid import uuid4

from graphdb.errors import InputError, StoreCorruptError
from graphdb.neo4j import cypher, names
from graphdb.neo4j.batch import MOST_INDEXED_BYTES, Batch, NotPreparedError, TooLongToIndexError
from graphdb.neo4j.driver import Connection, Run
from graphdb.neo4j.reading import Reader
from graphdb.store import Outcome
from graphdb.values import TYPE_RELATION, Entity, Fact, Literal, Node

FORMAT_VERSION = 1

_INDEX_WAIT_S = 600


class Writer:
    """The writing half of a store.

    :param connection: where the graph is.
    :param reader: the reading half, for what is there already.
    """

    def __init__(self, connection: Connection, reader: Reader) -> None:
        self._connection = connection
        self._reader = reader
        self._indexed: set[str] = set()

    def prepare(self, graph_id: str | None = None) -> str:
        """Create the constraints and the bookkeeping node, if they are not there.

        :param graph_id: the identity that the graph then gets; a random one if not given.
        :returns: the identity of the graph.
        """
        there = {name for (name,) in self._connection.rows(cypher.OUR_INDEXES)}
        missing = [text for name, text in cypher.CONSTRAINTS.items() if name not in there]
        for text in missing:
            self._connection.define(text)
        if missing:
            self._connection.rows(cypher.AWAIT_INDEXES, {"seconds": _INDEX_WAIT_S})
        parameters = {"id": names.META_ID, "graph_id": graph_id or uuid4().hex, "version": FORMAT_VERSION}
        graph_id, version = self._connection.write(lambda run: run(cypher.CREATE_META, parameters))[0]
        if version != FORMAT_VERSION:
            raise StoreCorruptError(
                f"the graph at {self._connection.url} was written by another version of kgqa (format {version}, "
                f"this one writes {FORMAT_VERSION}): use that version, or sync into an empty database"
            )
        return str(graph_id)

    def upsert_entities(self, entities: Sequence[Entity]) -> Sequence[Outcome]:
        """See :meth:`graphdb.store.GraphStore.upsert_entities`."""
        _refuse_repeats("entity", (entity.key for entity in entities))
        _check_keys(entity.key for entity in entities)
        attributes = dict.fromkeys(name for entity in entities for name in entity.properties)
        return self._write(lambda batch: batch.upsert_entities(entities), entities, attributes)

    def upsert_facts(self, facts: Sequence[Fact]) -> Sequence[Outcome]:
        """See :meth:`graphdb.store.GraphStore.upsert_facts`."""
        _refuse_repeats("fact", (fact.triple for fact in facts))
        _check_keys(end for fact in facts for end in (fact.subject, fact.object) if isinstance(end, str))
        attributes = dict.fromkeys(fact.relation for fact in facts if isinstance(fact.object, Literal))
        return self._write(lambda batch: batch.upsert_facts(facts), facts, attributes)

    def delete_entities(self, keys: Sequence[str]) -> Sequence[Outcome]:
        """See :meth:`graphdb.store.GraphStore.delete_entities`."""
        _refuse_repeats("entity", keys)
        return self._write(lambda batch: batch.delete_entities(keys), keys)

    def delete_facts(self, triples: Sequence[tuple[str, str, Node]]) -> Sequence[Outcome]:
        """See :meth:`graphdb.store.GraphStore.delete_facts`."""
        _refuse_repeats("fact", triples)
        for subject, relation, _ in triples:
            if relation == TYPE_RELATION:
                raise InputError(
                    f"{TYPE_RELATION!r} of {subject!r} cannot be deleted as a fact: give the entity's types instead"
                )
        return self._write(lambda batch: batch.delete_facts(triples), triples)

    def _write(
        self, work: Callable[[Batch], list[Outcome]], records: Sequence[object], attributes: Iterable[str] = ()
    ) -> Sequence[Outcome]:
        if not records:
            return []

        def write(run: Run) -> tuple[list[Outcome], frozenset[str]]:
            batch = Batch(run, self._reader)
            outcomes = work(batch)
            batch.finish()
            return outcomes, batch.unindexed

        while True:
            try:
                outcomes, unindexed = self._connection.write(write)
            except NotPreparedError:
                self.prepare()
                continue
            except TooLongToIndexError as exc:
                self._leave_unindexed(exc.properties)
                continue
            self._index({names.property_of(name) for name in attributes} - unindexed)
            return outcomes

    # --- indexes of attributes --------------------------------------------------------------------------------

    def _index(self, properties: set[str]) -> None:
        """Create the indexes of attributes seen for the first time, so that values are found without a scan."""
        if properties <= self._indexed:
            return
        there = {name for (name,) in self._connection.rows(cypher.OUR_INDEXES)}
        for name in sorted(properties - self._indexed):
            if _index_name(name) not in there:
                self._connection.define(cypher.create_attribute_index(_index_name(name), name))
            self._indexed.add(name)

    def _leave_unindexed(self, properties: frozenset[str]) -> None:
        """Drop the indexes of properties that have values too long for one, for good."""

        def note(run: Run) -> None:
            _, unindexed, *_ = run(cypher.LOCK_META, {"id": names.META_ID})[0]
            run(cypher.SET_UNINDEXED, {"id": names.META_ID, "unindexed": sorted({*unindexed, *properties})})

        self._connection.write(note)
        for name in sorted(properties):
            self._connection.define(cypher.drop_attribute_index(_index_name(name)))
            self._indexed.discard(name)


def _index_name(property_name: str) -> str:
    return f"kgqa_attribute_{hashlib.sha256(property_name.encode()).hexdigest()[:16]}"


def _check_keys(keys: Iterable[str]) -> None:
    for key in keys:
        if len(key) * 4 > MOST_INDEXED_BYTES and len(key.encode()) > MOST_INDEXED_BYTES:
            raise InputError(
                f"the key {key[:60]!r}… has {len(key.encode())} bytes: Neo4j can find keys of at most "
                f"{MOST_INDEXED_BYTES}; use a shorter key, and keep the long text as a name or a value"
            )


def _refuse_repeats(what: str, records: Iterable[Hashable]) -> None:
    given = list(records)
    if len(set(given)) == len(given):
        return
    seen: set[Hashable] = set()
    for record in given:
        if record in seen:
            raise InputError(f"the {what} {record!r} occurs twice in one batch: give each record once")
        seen.add(record)
