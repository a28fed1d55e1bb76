"""What an alias table has that the graph has not, and the other way round."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from graphdb import Entity, GraphStore
from indexing import table, wordings
from indexing.table import TYPES_OWNER, Row
from indexing.wordings import Wording

_BATCH = 5000


@dataclass(frozen=True, slots=True)
class Difference:
    """How the index and the graph differ about one entity.

    :param key: the entity's key; ``None`` for the types of the graph.
    :param missing: names, aliases and values that the index lacks, as the graph spells them.
    :param stale: those that the index has and the graph has not.
    :param gone: whether the graph does not have the entity any more.
    :param unknown: whether the index has nothing of the entity.
    """

    key: str | None
    missing: tuple[str, ...]
    stale: tuple[str, ...]
    gone: bool = False
    unknown: bool = False


def compare(connection: sqlite3.Connection, store: GraphStore) -> Iterator[Difference]:
    """Every difference, in bounded memory: entities in the order of the store's scan, then those gone, then types."""
    seen = Seen(connection)
    for batch in store.scan(batch_size=_BATCH):
        seen.add(entity.key for entity in batch)
        yield from _differences(connection, batch)
    for keys in seen.others():
        there = store.entities(keys)
        yield from _differences(connection, list(there.values()))
        gone = [key for key in keys if key not in there]
        for key, rows in table.rows_of(connection, gone).items():
            yield Difference(key, (), _texts(rows), gone=True)
    types = [row(w) for info in store.schema().types for w in wordings.of_type(info)]
    yield from _difference(None, set(types), table.rows_of(connection, [TYPES_OWNER])[TYPES_OWNER])


class Seen:
    """The keys of entities that were seen, kept in the database's temporary storage."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        connection.execute("CREATE TEMP TABLE seen(key TEXT PRIMARY KEY) WITHOUT ROWID")

    def add(self, keys: Iterable[str]) -> None:
        self._connection.executemany("INSERT OR IGNORE INTO seen VALUES (?)", ((key,) for key in keys))

    def forget(self) -> None:
        self._connection.execute("DROP TABLE temp.seen")

    def others(self) -> Iterator[list[str]]:
        """The entities of the table that were not seen, in batches; the table may lose them meanwhile."""
        after = TYPES_OWNER
        while True:
            rows = self._connection.execute(
                "SELECT key FROM entity WHERE key > ? AND key NOT IN (SELECT key FROM seen) ORDER BY key LIMIT ?",
                (after, _BATCH),
            ).fetchall()
            if not rows:
                return
            yield [key for (key,) in rows]
            after = rows[-1][0]


def row(wording: Wording) -> Row:
    """A wording as the table has it."""
    return wording.form, wording.kind, wording.node, wording.text


def _differences(connection: sqlite3.Connection, entities: Sequence[Entity]) -> Iterator[Difference]:
    known = table.rows_of(connection, [entity.key for entity in entities])
    for entity in entities:
        yield from _difference(entity.key, {row(w) for w in wordings.of_entity(entity).wordings}, known[entity.key])


def _difference(key: str | None, wanted: set[Row], had: set[Row]) -> Iterator[Difference]:
    if wanted != had:
        yield Difference(key, _texts(wanted - had), _texts(had - wanted), unknown=not had)


def _texts(rows: Iterable[Row]) -> tuple[str, ...]:
    return tuple(sorted({text for *_, text in rows}))
