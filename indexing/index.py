"""The alias index: built from a graph store, brought up to date from its changes, asked for candidates."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self, TypeVar
from uuid import uuid4

from graphdb import Entity, GraphStore
from graphdb.errors import AliasIndexError, IndexCorruptError, IndexMismatchError
from graphdb.tracing import span
from indexing import generation, wordings
from indexing import table as tables
from indexing.candidates import Candidate
from indexing.comparing import Difference, Seen, compare
from indexing.files import Meta, pointer_stamp, read_meta, remove_builds, write_meta, writer_lock
from indexing.generation import Generation
from indexing.matching import NODES_PER_SURFACE, Matcher
from indexing.normalise import compact, normalise
from indexing.report import IndexReport, Progress
from indexing.similarity import similarity
from indexing.table import State, TableWriter
from indexing.wordings import Wording

T = TypeVar("T")

_log = logging.getLogger(__name__)
_SEARCHED = 64  # neighbours that a search for one name compares


class AliasIndex:
    """Every way to say an entity, a string value or a type of one graph. Safe to use from several threads.

    Updates and rebuilds, in this or another process, are noticed at the next call.
    """

    def __init__(self, path: Path, *, report: IndexReport | None = None) -> None:
        self._path = path
        self._report = report
        self._opening = Lock()
        self._closed = False
        self._stamp, self._generation = _open_current(path)

    # --- life ---------------------------------------------------------------------------------------------------

    @classmethod
    def open(cls, path: Path) -> AliasIndex:
        """Open the index in a folder.

        :raises IndexMissingError: if there is none.
        :raises IndexCorruptError: if its files are damaged.
        :raises IndexMismatchError: if it was built with another format or encoder.
        """
        return cls(path)

    @classmethod
    def build(cls, path: Path, store: GraphStore, *, progress: Progress | None = None) -> AliasIndex:
        """Build the index of a graph anew in a folder, in place of what is there, and open it.

        The old index, if any, stays in use until the new one is complete.
        """
        path.mkdir(parents=True, exist_ok=True)
        with writer_lock(path):
            meta = Meta(uuid4().hex, store.graph_id)
            filler = _Filler(store, progress)
            try:
                generation.create(path, meta, filler.fill)
                write_meta(path, meta)
            except BaseException:
                remove_builds(path, keep=_current_build(path))
                raise
            remove_builds(path, keep=meta.build)
        index = cls(path)
        index._report = index._make_report(filler)
        return index

    def close(self) -> None:
        """Close the files. A second call does nothing."""
        with self._opening:
            if not self._closed:
                self._closed = True
                self._generation.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # --- what it is ---------------------------------------------------------------------------------------------

    @property
    def graph_id(self) -> str:
        """The identity of the graph that it was built from."""
        with self._using() as current:
            return current.meta.graph_id

    @property
    def watermark(self) -> int:
        """The change of the graph up to which the index is right."""
        return self._state().watermark

    @property
    def report(self) -> IndexReport | None:
        """What the last build or update through this object did."""
        return self._report

    def __len__(self) -> int:
        """How many distinct surface forms there are."""
        return self._state().surfaces

    # --- keeping it right ---------------------------------------------------------------------------------------

    def update(self, store: GraphStore, *, compare: bool = False, progress: Progress | None = None) -> IndexReport:
        """Take over what changed in the graph since the watermark: all of it, or nothing if it fails.

        :param compare: read the whole graph and mend every difference, whatever the watermark says. So is a graph
            read in any case that does not count its changes.
        :raises IndexMismatchError: if it is another graph, or one that went back to an earlier state.
        """
        with writer_lock(self._path), self._using() as current:
            filler = _Filler(store, progress)
            with current.table.writing() as writer:
                _check_graph(self._path, current.meta, tables.state(writer.connection).watermark, store)
                filler.update(writer, compare=compare)
            current.follow()
            current.keep_vectors()
        self._report = self._make_report(filler)
        return self._report

    def check(self, store: GraphStore) -> None:
        """Raise unless the index belongs to this graph.

        :raises IndexMismatchError: if it is another graph, or one that went back to an earlier state.
        """
        with self._using() as current:
            _check_graph(self._path, current.meta, self.watermark, store)

    def differences(self, store: GraphStore) -> Iterator[Difference]:
        """What differs between the index and the graph as it is now, in bounded memory."""
        with self._using() as current, current.table.reading() as connection:
            yield from compare(connection, store)

    # --- asking -------------------------------------------------------------------------------------------------

    def candidates(
        self,
        questions: Sequence[str],
        *,
        limit: int = 40,
        fuzzy: bool = True,
        question_words: Collection[str] = (),
    ) -> list[list[Candidate]]:
        """For each question, the spans that may be mentions with the nodes that they may mean.

        Exact matches come first, longest span first, then similar surface forms, most similar first.

        :param limit: the most candidates of a question; half of them at most are similar forms. Of a surface form
            shared by many nodes, :data:`~indexing.matching.NODES_PER_SURFACE` are offered: names before aliases,
            values and types, then in order of key.
        :param fuzzy: whether to look for similar forms where the exact matches leave words unexplained.
        :param question_words: words that questions are made of (see :func:`~indexing.spans.frequent_words`): they
            neither begin nor end a mention that is only similar to a surface form; one may begin a mention with a
            word that no surface form has.
        """
        words = frozenset(question_words)
        with span("indexing.candidates", {"kgqa.questions": len(questions)}):
            return self._ask(
                lambda current, connection: Matcher(connection, current.search, limit, words).candidates(
                    questions, fuzzy=fuzzy
                )
            )

    def search(self, text: str, *, limit: int = 10) -> list[Candidate]:
        """The nodes whose names are most like a text as a whole, best first."""
        form = normalise(text)
        if not form:
            return []

        def find(current: Generation, connection: sqlite3.Connection) -> list[Candidate]:
            matcher = Matcher(connection, current.search, limit)
            exact = [surface for _, surface in tables.surfaces_of_compact(connection, [compact(form)])]
            (near,) = matcher.neighbours([form], _SEARCHED)
            surfaces = {surface.id: surface for surface in (*exact, *near)}
            return matcher.nodes_of(text, [(similarity(form, s.form), s) for s in surfaces.values()])

        return self._ask(find)

    # --- inside -------------------------------------------------------------------------------------------------

    @contextmanager
    def _using(self) -> Iterator[Generation]:
        """The current build, kept open for as long as it is used."""
        with self._opening:
            if self._closed:
                raise AliasIndexError(f"the alias index in {self._path} was closed: open it again to use it")
            if pointer_stamp(self._path) != self._stamp:
                old = self._generation
                self._stamp, self._generation = _open_current(self._path)
                old.release()
                _log.info("took over the rebuilt alias index in %s", self._path)
            current = self._generation
            current.acquire()
        try:
            yield current
        finally:
            current.release()

    def _ask(self, work: Callable[[Generation, sqlite3.Connection], T]) -> T:
        """Do something with one consistent view of the current build; again if it was replaced meanwhile."""
        while True:
            with self._using() as current:
                stamp = self._stamp
                try:
                    current.follow()
                    with current.table.reading() as connection:
                        return work(current, connection)
                except IndexCorruptError:
                    if pointer_stamp(self._path) == stamp:
                        raise

    def _state(self) -> State:
        return self._ask(lambda _, connection: tables.state(connection))

    def _make_report(self, filler: _Filler) -> IndexReport:
        state, crowded = self._ask(
            lambda _, connection: (
                tables.state(connection),
                tables.crowded_surfaces(connection, NODES_PER_SURFACE),
            )
        )
        return IndexReport(
            watermark=state.watermark,
            entities=filler.entities,
            deleted=filler.deleted,
            surfaces=state.surfaces,
            surfaces_added=filler.added,
            surfaces_removed=filler.removed,
            long_values=filler.long_values,
            blank_names=filler.blank_names,
            crowded=crowded,
        )


class _Filler:
    """Writes what a store has into a table, and counts."""

    def __init__(self, store: GraphStore, progress: Progress | None) -> None:
        self._store = store
        self._progress = progress
        self._total = 0
        self.entities = 0
        self.deleted = 0
        self.added = 0
        self.removed = 0
        self.long_values = 0
        self.blank_names = 0

    def fill(self, writer: TableWriter) -> None:
        """Everything. The watermark is taken first: what changes meanwhile is read again by the next update."""
        watermark = self._store.watermark()
        self._total = self._store.schema().entities if self._progress else 0
        for batch in self._store.scan():
            self._replace(writer, batch, ())
        self._finish(writer, watermark)

    def update(self, writer: TableWriter, *, compare: bool) -> None:
        """What changed since the table's watermark, or all that differs."""
        watermark = self._store.watermark()
        since = tables.state(writer.connection).watermark
        if compare or not watermark:
            self._reconcile(writer, watermark)
            return
        if watermark == since:
            return
        for batch in self._store.changes(since):
            live = self._store.entities([change.key for change in batch if not change.deleted])
            self._replace(writer, live.values(), [change.key for change in batch if change.key not in live])
        self._finish(writer, watermark)

    def _reconcile(self, writer: TableWriter, watermark: int) -> None:
        self._total = self._store.schema().entities if self._progress else 0
        seen = Seen(writer.connection)
        for batch in self._store.scan():
            seen.add(entity.key for entity in batch)
            self._replace(writer, batch, ())
        for keys in seen.others():
            live = self._store.entities(keys)
            self._replace(writer, live.values(), [key for key in keys if key not in live])
        seen.forget()
        self._finish(writer, watermark)

    def _replace(self, writer: TableWriter, entities: Iterable[Entity], deleted: Sequence[str]) -> None:
        new: dict[str, Sequence[Wording]] = dict.fromkeys(deleted, ())
        for entity in entities:
            own = wordings.of_entity(entity)
            new[entity.key] = own.wordings
            self.long_values += own.long_values
            self.blank_names += own.blank_names
        writer.replace(new)
        self.entities += len(new) - len(deleted)
        self.deleted += len(deleted)
        if self._progress:
            self._progress(self.entities + self.deleted, self._total)

    def _finish(self, writer: TableWriter, watermark: int) -> None:
        writer.replace_types(tuple(_types(self._store)))
        writer.set_watermark(watermark)
        self.added, self.removed = writer.added, writer.removed


def _types(store: GraphStore) -> Iterator[Wording]:
    for info in store.schema().types:
        yield from wordings.of_type(info)


def _check_graph(path: Path, meta: Meta, watermark: int, store: GraphStore) -> None:
    if meta.graph_id != store.graph_id:
        raise IndexMismatchError(
            f"the alias index in {path} was built for graph {meta.graph_id}, but {store.url} is graph "
            f"{store.graph_id}: name that graph's index, or run `kgqa index --rebuild`"
        )
    if store.watermark() < watermark:
        raise IndexMismatchError(
            f"the alias index in {path} knows change {watermark} of the graph, but {store.url} is only at change "
            f"{store.watermark()}, as if it were restored from an older copy: run `kgqa index --rebuild`"
        )


def _current_build(path: Path) -> str | None:
    try:
        return read_meta(path).build
    except AliasIndexError:
        return None


def _open_current(path: Path) -> tuple[tuple[int, int], Generation]:
    """The current build, and the stamp of its pointer. Another process may replace it while it is being opened."""
    while True:
        stamp = pointer_stamp(path)
        meta = read_meta(path)
        try:
            return stamp, Generation(path, meta)
        except IndexCorruptError:
            if pointer_stamp(path) == stamp:
                raise
