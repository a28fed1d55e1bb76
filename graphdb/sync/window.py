"""A window of consecutive rows, regrouped into the few batches that a store takes, with the meaning of their order."""

from __future__ import annotations

from graphdb.readers.records import DeleteEntity, DeleteFact, Record, Triple, UpsertEntity, UpsertFact
from graphdb.values import Literal


class Window:
    """Rows that may be applied as: entities, then facts, then deletions of facts; or as deletions of entities alone.

    Applied so, the graph ends as if the rows were applied one by one: a row that would not commute with one that it
    would overtake, or that names the same record again, does not fit, and begins the next window.

    :param size: how many rows it holds at most.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._taken = 0
        self.entities: dict[str, UpsertEntity] = {}
        self.facts: dict[Triple, UpsertFact] = {}
        self.facts_gone: dict[Triple, DeleteFact] = {}
        self.entities_gone: dict[str, DeleteEntity] = {}
        self._added_values: set[tuple[str, str]] = set()
        self._removed_values: set[tuple[str, str]] = set()

    def __len__(self) -> int:
        return len(self.entities) + len(self.facts) + len(self.facts_gone) + len(self.entities_gone)

    def add(self, record: Record) -> bool:
        """Take a row if it fits.

        :returns: whether it did; an empty window takes any row.
        """
        if self._taken >= self.size or not self._fits(record):
            return False
        self._taken += 1
        return True

    def _fits(self, record: Record) -> bool:
        if self.entities_gone and not isinstance(record, DeleteEntity):
            return False
        match record:
            case UpsertFact():
                return self._add_fact(record)
            case UpsertEntity():
                return self._add_entity(record)
            case DeleteFact():
                return self._add_deletion(record)
            case DeleteEntity():
                return self._add_removal(record)

    def _add_fact(self, record: UpsertFact) -> bool:
        subject, relation, target = triple = record.fact.triple
        if triple in self.facts or triple in self.facts_gone:
            return False
        if isinstance(target, Literal):
            if (subject, relation) in self._removed_values:
                return False
            self._added_values.add((subject, relation))
        self.facts[triple] = record
        return True

    def _add_entity(self, record: UpsertEntity) -> bool:
        entity = record.entity
        if entity.key in self.entities:
            return False
        for name in entity.properties:
            if (entity.key, name) in self._added_values or (entity.key, name) in self._removed_values:
                return False
        self.entities[entity.key] = record
        return True

    def _add_deletion(self, record: DeleteFact) -> bool:
        subject, relation, target = record.triple
        if record.triple in self.facts_gone:
            return False
        if isinstance(target, Literal):
            self._removed_values.add((subject, relation))
        self.facts_gone[record.triple] = record
        return True

    def _add_removal(self, record: DeleteEntity) -> bool:
        if len(self) > len(self.entities_gone) or record.key in self.entities_gone:
            return False
        self.entities_gone[record.key] = record
        return True
