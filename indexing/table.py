"""The alias table: which surface forms there are, what each means, and which entity brought it. One SQLite file.

``surface`` has every distinct normalised form, ``meaning`` what it stands for, ``owned`` which entity brought the
meaning, so that a change of an entity takes back exactly what it alone had brought. ``word`` counts in how many
surface forms a word occurs. Surface ids are never used twice; ``removed`` keeps those that are gone, so that
other processes can follow.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TypeAlias

from graphdb.errors import AliasIndexError, IndexCorruptError, IndexMissingError
from indexing.candidates import SurfaceKind
from indexing.wordings import Wording

_KINDS = (SurfaceKind.NAME, SurfaceKind.ALIAS, SurfaceKind.VALUE, SurfaceKind.TYPE)
_CODES = {kind: code for code, kind in enumerate(_KINDS)}
_BUSY_TIMEOUT_S = 30.0

_SCHEMA = """
CREATE TABLE surface(id INTEGER PRIMARY KEY AUTOINCREMENT, form TEXT NOT NULL UNIQUE);
CREATE INDEX surface_compact ON surface(replace(form, ' ', ''));
CREATE TABLE meaning(id INTEGER PRIMARY KEY, surface INTEGER NOT NULL, kind INTEGER NOT NULL, node TEXT NOT NULL,
    text TEXT NOT NULL, owners INTEGER NOT NULL, UNIQUE(surface, kind, node, text));
CREATE TABLE entity(id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE);
CREATE TABLE owned(entity INTEGER NOT NULL, meaning INTEGER NOT NULL, PRIMARY KEY(entity, meaning)) WITHOUT ROWID;
CREATE TABLE word(text TEXT PRIMARY KEY, surfaces INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE removed(id INTEGER PRIMARY KEY AUTOINCREMENT, surface INTEGER NOT NULL);
CREATE TABLE state(name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO state VALUES ('watermark', 0), ('surfaces', 0), ('longest', 0);
"""
TYPES_OWNER = ""  # no entity has an empty key: it owns the wordings of the types

Row: TypeAlias = tuple[str, SurfaceKind, str, str]
"""A wording: its form, its kind, its node, and its spelling."""


@dataclass(frozen=True, slots=True)
class Surface:
    """A surface form and its id."""

    id: int
    form: str


@dataclass(frozen=True, slots=True)
class State:
    """The counters of the table.

    :param watermark: the change of the graph up to which the table is right.
    :param surfaces: how many surface forms there are.
    :param longest: the number of characters, without spaces, of the longest form there ever was.
    """

    watermark: int
    surfaces: int
    longest: int


class AliasTable:
    """One SQLite file, read by any number of threads and processes, written by one at a time."""

    def __init__(self, path: Path) -> None:
        if not path.is_file():
            raise IndexMissingError(f"the alias table {path} does not exist: build it with `kgqa index --rebuild`")
        self._path = path
        self._idle: SimpleQueue[sqlite3.Connection] = SimpleQueue()
        self._closed = False
        with self.reading() as connection:
            connection.execute("SELECT value FROM state").fetchall()

    @classmethod
    def create(cls, path: Path, fill: Callable[[TableWriter], None]) -> None:
        """Write a new table. Nobody else may know of the file yet, so it is written without a journal."""
        with mapped_errors(path), closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("PRAGMA cache_size = -131072")  # 128 MiB
            connection.executescript(_SCHEMA)
            connection.execute("BEGIN")
            writer = TableWriter(connection)
            fill(writer)
            writer.finish()
            connection.execute("COMMIT")
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute("PRAGMA journal_mode = WAL")

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """A connection for one consistent view of the table."""
        with mapped_errors(self._path):
            connection = self._borrow()
            try:
                connection.execute("BEGIN")
                yield connection
            finally:
                self._give_back(connection)

    @contextmanager
    def writing(self) -> Iterator[TableWriter]:
        """A transaction that only one process at a time can have; all of it is kept, or nothing."""
        with mapped_errors(self._path):
            connection = self._borrow()
            try:
                connection.execute("BEGIN IMMEDIATE")
                writer = TableWriter(connection)
                yield writer
                writer.finish()
                connection.commit()
            finally:
                self._give_back(connection)

    def connect(self) -> sqlite3.Connection:
        """A connection of the caller's own, for any thread, without implicit transactions."""
        with mapped_errors(self._path):
            connection = sqlite3.connect(
                f"{self._path.absolute().as_uri()}?mode=rw",  # never an empty file in place of a lost one
                uri=True,
                timeout=_BUSY_TIMEOUT_S,
                isolation_level=None,
                check_same_thread=False,
            )
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA cache_size = -65536")  # 64 MiB
            return connection

    def close(self) -> None:
        """Close all connections; one that a thread still reads with is closed when it is given back."""
        self._closed = True
        while True:
            try:
                self._idle.get_nowait().close()
            except Empty:
                return

    def _give_back(self, connection: sqlite3.Connection) -> None:
        connection.rollback()
        self._idle.put(connection)
        if self._closed:
            self.close()

    def _borrow(self) -> sqlite3.Connection:
        try:
            return self._idle.get_nowait()
        except Empty:
            return self.connect()


@contextmanager
def mapped_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except sqlite3.OperationalError as exc:
        if "locked" in str(exc) or "busy" in str(exc):
            raise AliasIndexError(
                f"another process has been writing the alias table {path} for {_BUSY_TIMEOUT_S:.0f} s: "
                "wait until it has finished, then try again"
            ) from exc
        raise IndexCorruptError(f"the alias table {path} cannot be used ({exc}): run `kgqa index --rebuild`") from exc
    except sqlite3.DatabaseError as exc:
        raise IndexCorruptError(f"the alias table {path} is damaged ({exc}): run `kgqa index --rebuild`") from exc


# --- reading ------------------------------------------------------------------------------------------------------


def state(connection: sqlite3.Connection) -> State:
    values = dict(connection.execute("SELECT name, value FROM state"))
    return State(values["watermark"], values["surfaces"], values["longest"])


def surfaces_of_compact(connection: sqlite3.Connection, compact_forms: Iterable[str]) -> list[tuple[str, Surface]]:
    """The surfaces that are these forms when spaces are left out, each with the compact form that found it."""
    query = (
        "SELECT asked.value, surface.id, surface.form FROM json_each(?) AS asked "
        "CROSS JOIN surface ON replace(surface.form, ' ', '') = asked.value"
    )
    rows = connection.execute(query, (_json(compact_forms),))
    return [(asked, Surface(id_, form)) for asked, id_, form in rows]


def forms_of(connection: sqlite3.Connection, ids: Iterable[int]) -> dict[int, str]:
    """The forms of those of the surfaces that there are."""
    query = "SELECT surface.id, form FROM json_each(?) AS asked CROSS JOIN surface ON surface.id = asked.value"
    return dict(connection.execute(query, (_json(ids),)))


def meanings_of(connection: sqlite3.Connection, surface: int, limit: int) -> list[tuple[SurfaceKind, str, str]]:
    """Kind, node and spelling of what a surface means: names first, then aliases, values and types, by node."""
    query = "SELECT kind, node, text FROM meaning WHERE surface = ? ORDER BY kind, node, text LIMIT ?"
    return [(_KINDS[kind], node, text) for kind, node, text in connection.execute(query, (surface, limit))]


def rows_of(connection: sqlite3.Connection, keys: Sequence[str]) -> dict[str, set[Row]]:
    """The wordings of each of these entities; none for one that the table does not have."""
    found: dict[str, set[Row]] = {key: set() for key in keys}
    query = (
        "SELECT asked.value, surface.form, kind, node, text FROM json_each(?) AS asked "
        "CROSS JOIN entity ON entity.key = asked.value CROSS JOIN owned ON owned.entity = entity.id "
        "CROSS JOIN meaning ON meaning.id = owned.meaning CROSS JOIN surface ON surface.id = meaning.surface"
    )
    for key, form, kind, node, text in connection.execute(query, (_json(keys),)):
        found[key].add((form, _KINDS[kind], node, text))
    return found


def word_counts(connection: sqlite3.Connection, words: Iterable[str]) -> dict[str, int]:
    """In how many surface forms each word occurs; words that occur in none are left out."""
    query = "SELECT text, surfaces FROM json_each(?) AS asked CROSS JOIN word ON word.text = asked.value"
    return dict(connection.execute(query, (_json(words),)))


def surface_ids(connection: sqlite3.Connection) -> list[int]:
    return [id_ for (id_,) in connection.execute("SELECT id FROM surface ORDER BY id")]


def surfaces_after(connection: sqlite3.Connection, id_: int) -> Iterator[Surface]:
    rows = connection.execute("SELECT id, form FROM surface WHERE id > ? ORDER BY id", (id_,))
    return (Surface(found, form) for found, form in rows)


def removed_after(connection: sqlite3.Connection, sequence: int) -> list[tuple[int, int]]:
    """Sequence and surface of what was removed after a removal."""
    return connection.execute("SELECT id, surface FROM removed WHERE id > ? ORDER BY id", (sequence,)).fetchall()


def last_removal(connection: sqlite3.Connection) -> int:
    return int(connection.execute("SELECT coalesce(max(id), 0) FROM removed").fetchone()[0])


def crowded_surfaces(connection: sqlite3.Connection, nodes: int) -> int:
    """How many surfaces mean more than this many nodes."""
    query = "SELECT count(*) FROM (SELECT 1 FROM meaning GROUP BY surface HAVING count(*) > ?)"
    return int(connection.execute(query, (nodes,)).fetchone()[0])


def _json(values: Iterable[object]) -> str:
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))


# --- writing ------------------------------------------------------------------------------------------------------


class TableWriter:
    """One transaction's changes of the table."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.added = 0
        self.removed = 0
        self._longest = 0

    def replace(self, wordings: Mapping[str, Sequence[Wording]]) -> None:
        """Give each of these entities exactly these wordings; an entity with none leaves the table."""
        owners = self._entity_ids(wordings)
        old = self._owned(owners.values())
        surfaces = self._surface_ids({wording.form for own in wordings.values() for wording in own})
        drop: list[tuple[int, int]] = []
        add: list[tuple[int, tuple[int, int, str, str]]] = []
        for key, own in wordings.items():
            wanted = {(surfaces[w.form], _CODES[w.kind], w.node, w.text) for w in own}
            had = old.get(owners[key], {})
            add.extend((owners[key], row) for row in sorted(wanted - had.keys()))
            drop.extend((owners[key], meaning) for row, meaning in had.items() if row not in wanted)
        self._add(add)
        self._drop(drop)
        gone = [owners[key] for key, own in wordings.items() if not own]
        self.connection.executemany("DELETE FROM entity WHERE id = ?", [(owner,) for owner in gone])

    def replace_types(self, wordings: Sequence[Wording]) -> None:
        """Give the types of the graph exactly these wordings."""
        self.replace({TYPES_OWNER: wordings})

    def set_watermark(self, watermark: int) -> None:
        self.connection.execute("UPDATE state SET value = ? WHERE name = 'watermark'", (watermark,))

    def finish(self) -> None:
        """Bring the counters up to date."""
        self.connection.execute(
            "UPDATE state SET value = value + ? WHERE name = 'surfaces'", (self.added - self.removed,)
        )
        self.connection.execute("UPDATE state SET value = max(value, ?) WHERE name = 'longest'", (self._longest,))

    def _entity_ids(self, keys: Iterable[str]) -> dict[str, int]:
        keys = list(keys)
        self.connection.executemany("INSERT OR IGNORE INTO entity(key) VALUES (?)", [(key,) for key in keys])
        query = "SELECT entity.key, entity.id FROM json_each(?) AS asked CROSS JOIN entity ON entity.key = asked.value"
        return dict(self.connection.execute(query, (_json(keys),)))

    def _owned(self, owners: Iterable[int]) -> dict[int, dict[tuple[int, int, str, str], int]]:
        query = (
            "SELECT owned.entity, meaning.id, surface, kind, node, text FROM json_each(?) AS asked "
            "CROSS JOIN owned ON owned.entity = asked.value CROSS JOIN meaning ON meaning.id = owned.meaning"
        )
        found: dict[int, dict[tuple[int, int, str, str], int]] = {}
        for owner, meaning, *row in self.connection.execute(query, (_json(owners),)):
            found.setdefault(owner, {})[tuple(row)] = meaning
        return found

    def _surface_ids(self, forms: set[str]) -> dict[str, int]:
        query = "SELECT form, surface.id FROM json_each(?) AS asked CROSS JOIN surface ON surface.form = asked.value"
        known: dict[str, int] = dict(self.connection.execute(query, (_json(forms),)))
        new = sorted(forms - known.keys())
        if not new:
            return known
        self.connection.executemany("INSERT INTO surface(form) VALUES (?)", [(form,) for form in new])
        self.added += len(new)
        self._longest = max(self._longest, *(len(form) - form.count(" ") for form in new))
        self._count_words(new, 1)
        return known | dict(self.connection.execute(query, (_json(new),)))

    def _count_words(self, forms: Iterable[str], sign: int) -> None:
        counts = Counter(word for form in forms for word in set(form.split(" ")))
        self.connection.executemany(
            "INSERT INTO word VALUES (?, ?) ON CONFLICT(text) DO UPDATE SET surfaces = surfaces + excluded.surfaces",
            [(word, sign * count) for word, count in sorted(counts.items())],
        )
        if sign < 0:
            self.connection.executemany(
                "DELETE FROM word WHERE text = ? AND surfaces <= 0", [(word,) for word in counts]
            )

    def _add(self, rows: list[tuple[int, tuple[int, int, str, str]]]) -> None:
        self.connection.executemany(
            "INSERT INTO meaning(surface, kind, node, text, owners) VALUES (?, ?, ?, ?, 1) "
            "ON CONFLICT DO UPDATE SET owners = owners + 1",
            [row for _, row in rows],
        )
        self.connection.executemany(
            "INSERT INTO owned SELECT ?, id FROM meaning WHERE surface = ? AND kind = ? AND node = ? AND text = ?",
            [(owner, *row) for owner, row in rows],
        )

    def _drop(self, rows: list[tuple[int, int]]) -> None:
        if not rows:
            return
        run = self.connection
        run.executemany("DELETE FROM owned WHERE entity = ? AND meaning = ?", rows)
        run.executemany("UPDATE meaning SET owners = owners - 1 WHERE id = ?", [(meaning,) for _, meaning in rows])
        meanings = _json({meaning for _, meaning in rows})
        touched = [
            surface
            for (surface,) in run.execute(
                "SELECT DISTINCT surface FROM json_each(?) AS asked CROSS JOIN meaning ON meaning.id = asked.value "
                "WHERE owners = 0",
                (meanings,),
            )
        ]
        run.execute("DELETE FROM meaning WHERE owners = 0 AND id IN (SELECT value FROM json_each(?))", (meanings,))
        self._remove_surfaces(touched)

    def _remove_surfaces(self, touched: list[int]) -> None:
        gone: list[tuple[int, str]] = self.connection.execute(
            "SELECT surface.id, form FROM json_each(?) AS asked CROSS JOIN surface ON surface.id = asked.value "
            "WHERE NOT EXISTS (SELECT 1 FROM meaning WHERE meaning.surface = surface.id)",
            (_json(touched),),
        ).fetchall()
        if not gone:
            return
        self.connection.executemany("DELETE FROM surface WHERE id = ?", [(id_,) for id_, _ in gone])
        self.connection.executemany("INSERT INTO removed(surface) VALUES (?)", [(id_,) for id_, _ in gone])
        self.removed += len(gone)
        self._count_words([form for _, form in gone], -1)
