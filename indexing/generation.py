"""One build of an alias index as a process has it open: its table, and vectors kept in step with the table."""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from threading import Lock

import numpy as np

from graphdb.errors import IndexCorruptError
from indexing import table as tables
from indexing.files import Meta, table_path, vectors_path
from indexing.locks import ReadWriteLock
from indexing.table import AliasTable, TableWriter
from indexing.vectors import Ids, VectorIndex, Vectors

_log = logging.getLogger(__name__)
_SAVED_DRIFT = 0.01  # share of vectors that may differ from the file before it is written again
_SAVED_DRIFT_LEAST = 1000


class Generation:
    """An open build. Safe to use from several threads.

    The vectors are derived from the table: whatever the file lacks or has too much is mended when it is opened, and
    later whenever the table has changed, in whichever process.
    """

    def __init__(self, root: Path, meta: Meta) -> None:
        self.meta = meta
        if not table_path(root, meta.build).is_file():
            raise IndexCorruptError(
                f"the alias index in {root} has lost its table {table_path(root, meta.build).name}: "
                "run `kgqa index --rebuild`"
            )
        self.table = AliasTable(table_path(root, meta.build))
        self._vectors_path = vectors_path(root, meta.build)
        self._lock = ReadWriteLock()
        self._users = 1  # whoever opened it
        self._counting = Lock()
        self._following = Lock()
        self._watch = self.table.connect()
        self._seen = -1
        self._last_id = 0
        self._last_removal = 0
        self._drift = 0
        try:
            self._vectors = self._load()
        except BaseException:
            self.release()
            raise

    def acquire(self) -> None:
        """Keep the files open until the :meth:`release` that belongs to this call."""
        with self._counting:
            self._users += 1

    def release(self) -> None:
        """Close the files if nobody uses them any more."""
        with self._counting:
            self._users -= 1
            if self._users:
                return
        self._watch.close()
        self.table.close()

    def follow(self) -> None:
        """Take over what changed in the table since the last call. Nearly free if nothing did."""
        with self._following, tables.mapped_errors(self._vectors_path):
            seen = self._data_version()
            if seen == self._seen:
                return
            with self.table.reading() as connection:
                added = list(tables.surfaces_after(connection, self._last_id))
                removed = tables.removed_after(connection, self._last_removal)
            known = [surface for _, surface in removed if surface <= self._last_id]
            if added or known:
                with self._lock.writing():
                    self._vectors.remove(known)
                    self._vectors.add([s.id for s in added], [s.form for s in added])
            self._drift += len(added) + len(known)
            self._last_id = max([self._last_id, *(s.id for s in added), *(surface for _, surface in removed)])
            self._last_removal = max([self._last_removal, *(sequence for sequence, _ in removed)])
            self._seen = seen

    def search(self, vectors: Vectors, limit: int) -> tuple[Vectors, Ids]:
        with self._lock.reading():
            return self._vectors.search(vectors, limit)

    def keep_vectors(self) -> None:
        """Write the vectors to their file if it is far behind, after training them anew if they have outgrown that."""
        if self._vectors.outgrown:
            _log.info("the graph has outgrown the vectors' lists: training them anew")
            vectors = self._build()
            with self._lock.writing():
                self._vectors = vectors
            self._save()
        elif self._drift > max(_SAVED_DRIFT_LEAST, _SAVED_DRIFT * len(self._vectors)):
            self._save()

    def _data_version(self) -> int:
        return int(self._watch.execute("PRAGMA data_version").fetchone()[0])

    def _load(self) -> VectorIndex:
        if not self._vectors_path.is_file():
            _log.warning("the vectors %s are missing: making them from the table", self._vectors_path.name)
            return self._build()
        vectors = VectorIndex.load(self._vectors_path)
        self._seen = self._data_version()
        with self.table.reading() as connection:
            wanted = np.array(tables.surface_ids(connection), np.int64)
            self._last_id = int(wanted.max(initial=0))
            self._last_removal = tables.last_removal(connection)
            stored = vectors.ids()
            missing = np.setdiff1d(wanted, stored)
            forms = tables.forms_of(connection, missing.tolist())
        surplus = np.setdiff1d(stored, wanted)
        vectors.remove(surplus.tolist())
        vectors.add(list(forms), list(forms.values()))
        self._drift = len(forms) + len(surplus)
        return vectors

    def _build(self) -> VectorIndex:
        self._seen = self._data_version()
        with self.table.reading() as connection:
            surfaces = list(tables.surfaces_after(connection, 0))
            self._last_removal = tables.last_removal(connection)
        self._last_id = max((s.id for s in surfaces), default=0)
        return VectorIndex.build([s.id for s in surfaces], [s.form for s in surfaces])

    def _save(self) -> None:
        temporary = self._vectors_path.with_suffix(".faiss.new")
        with self._lock.reading():
            self._vectors.save(temporary)
        temporary.replace(self._vectors_path)
        self._drift = 0


def create(root: Path, meta: Meta, fill: Callable[[TableWriter], None]) -> None:
    """Write the files of a new build; it becomes the current one only with :func:`~indexing.files.write_meta`."""
    AliasTable.create(table_path(root, meta.build), fill)
    table = AliasTable(table_path(root, meta.build))
    try:
        with table.reading() as connection:
            surfaces = list(tables.surfaces_after(connection, 0))
    finally:
        table.close()
    vectors = VectorIndex.build([s.id for s in surfaces], [s.form for s in surfaces])
    vectors.save(vectors_path(root, meta.build))
