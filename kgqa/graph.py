"""A graph with what is derived from it: its alias index, and the ledger of what was synced into it. No model."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, RLock
from types import TracebackType
from typing import Self

from graphdb import GraphStore, Ledger, Program, Schema, SyncReport, open_store, sync
from graphdb.errors import IndexMissingError, SettingsError
from graphdb.mapping import Mapping
from graphdb.opening import is_neo4j
from graphdb.readers import Source
from graphdb.sync import Progress as SyncProgress
from indexing import AliasIndex, Candidate, IndexReport
from indexing import Progress as IndexProgress
from kgqa.bootstrap import Bootstrapped, bootstrap
from kgqa.bootstrap import Progress as BootstrapProgress
from kgqa.correcting import correction_of
from kgqa.questions import Corrections, GivenAnswer, Question, write_questions
from kgqa.settings import Settings
from kgqa.workspace import Workspace

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """A store, and where what is derived from it is kept.

    :param mapping: what it is read through, if that was named.
    """

    store: GraphStore
    workspace: Workspace
    mapping: Mapping | None = None


def open_graph_store(settings: Settings, *, auth: tuple[str, str] | None = None, read_only: bool = False) -> Opened:
    """Open the store that the settings name, through the mapping that they name or that was kept for this graph.

    :raises SettingsError: if they name none.
    :raises StoreError: if the graph cannot be opened.
    """
    if settings.graph is None:
        raise SettingsError(
            "no graph is named: give its URL or its SQLite file (--graph), set KGQA_GRAPH, "
            'or write graph = "…" into kgqa.toml'
        )
    auth = auth or settings.neo4j_auth()
    if settings.mapping is not None:
        mapping = Mapping.read(settings.mapping)
        store = open_store(settings.graph, auth=auth, mapping=mapping, read_only=read_only)
        return Opened(store, Workspace.of(store, settings.home), mapping)
    kept = _through_kept_mapping(settings.graph, auth, settings.home)
    if kept is not None:
        return kept
    store = open_store(settings.graph, auth=auth, read_only=read_only)
    return Opened(store, Workspace.of(store, settings.home))


def _through_kept_mapping(url: str, auth: tuple[str, str] | None, home: Path) -> Opened | None:
    """The graph through the mapping that an earlier `kgqa index` kept, if it kept one of this very database."""
    if not is_neo4j(url):
        return None
    for workspace in Workspace.mapped(home):
        store = open_store(url, auth=auth, mapping=workspace.mapping)
        if Workspace.of(store, home) == workspace:
            logger.info("%s is read through %s", store.url, workspace.mapping)
            return Opened(store, workspace)
        store.close()
    return None


class Graph:
    """A knowledge graph that is searched by name and kept up to date; close it, or use it in ``with``."""

    def __init__(self, opened: Opened) -> None:
        self._store = opened.store
        self._workspace = opened.workspace
        self._mapping = opened.mapping
        self._lock = RLock()
        self._updating = Lock()
        self._index: AliasIndex | None = None

    @property
    def store(self) -> GraphStore:
        """The graph itself."""
        return self._store

    @property
    def workspace(self) -> Workspace:
        """Where its index and its ledger are kept."""
        return self._workspace

    @property
    def index(self) -> AliasIndex:
        """The alias index of the graph.

        :raises IndexMissingError: if the graph has not been indexed.
        """
        if self._index is not None:  # without waiting for whoever asks at the moment
            return self._index
        with self._lock:
            if self._index is None:
                try:
                    index = AliasIndex.open(self._workspace.index)
                except IndexMissingError as exc:
                    raise IndexMissingError(
                        f"{self._store.url} has no alias index yet: run `kgqa index --graph {self._store.url}`"
                    ) from exc
                index.check(self._store)
                self._index = index
            return self._index

    def schema(self) -> Schema:
        """What the graph can say: its types and relations."""
        return self._store.schema()

    def search(self, text: str, *, limit: int = 10) -> list[Candidate]:
        """The entities, values and types whose name is most like a text, best first."""
        return self.index.search(text, limit=limit)

    def sync(
        self,
        *sources: Source | str | Path,
        delete: bool = False,
        rejects: str | Path | None = None,
        dry_run: bool = False,
        progress: SyncProgress | None = None,
        indexing: IndexProgress | None = None,
    ) -> SyncReport:
        """Apply files of facts to the graph; they are answerable when this returns.

        :param sources: files, or ``-`` for standard input; see :func:`graphdb.sync`.
        :param delete: also delete what earlier syncs of the same files brought and they no longer have.
        :param rejects: a file for the rows that were rejected.
        :param dry_run: only report what would happen.
        :param progress: told of the rows that are done.
        :param indexing: told of the entities that are indexed.
        """
        if not dry_run:
            self._store.upsert_entities([])  # a graph that is only read refuses before the ledger notes a sync
        self._workspace.folder.mkdir(parents=True, exist_ok=True)
        with Ledger(self._workspace.ledger) as ledger:
            report = sync(
                self._store,
                sources,
                ledger=ledger,
                delete=delete,
                rejects=Path(rejects) if rejects else None,
                dry_run=dry_run,
                progress=progress,
            )
        if not dry_run:
            self.update_index(progress=indexing)
        return report

    def update_index(
        self, *, rebuild: bool = False, compare: bool = False, progress: IndexProgress | None = None
    ) -> IndexReport:
        """Build the alias index, or bring it up to date with the graph. Others can ask meanwhile.

        :param rebuild: build it anew even if there is one.
        :param compare: look for differences in the whole graph, not only in what changed since the last time.
        """
        with self._updating:
            if self._mapping is not None:
                self._workspace.keep(self._mapping)
            try:
                if not rebuild:
                    report = self.index.update(self._store, compare=compare, progress=progress)
                    self._follow(self.index)
                    return report
            except IndexMissingError:
                logger.info("building the alias index of %s", self._store.url)
            index = AliasIndex.build(self._workspace.index, self._store, progress=progress)
            self._follow(index)
            if index.report is None:
                raise AssertionError("an index that was just built has a report")
            return index.report

    def _follow(self, index: AliasIndex) -> None:
        """Use an index that was brought up to date, or take a new one into use."""
        with self._lock:
            if self._index is not None and self._index is not index:
                self._index.close()
            self._index = index

    def bootstrap(
        self,
        *,
        questions: int = 400,
        seed: int = 0,
        out: str | Path | None = None,
        progress: BootstrapProgress | None = None,
    ) -> Bootstrapped:
        """Make questions of the graph itself, with their answers, to train on where nobody has any.

        :param questions: how many; there are fewer where the graph has no more to ask for.
        :param seed: the same seed gives the same questions about the same graph.
        :param out: a file to write them to.
        :param progress: told of the questions that are made, and of how many there will be.
        :raises InputError: if the graph is empty, or its entities have no types.
        :raises IndexMissingError: if the graph has not been indexed.
        :raises OSError: if the file cannot be written.
        """
        if out is not None:
            with Path(out).open("a", encoding="utf-8"):
                pass  # what cannot be written is better known before the work than after it
        made = bootstrap(self._store, self.index, questions=questions, seed=seed, progress=progress)
        if out is not None:
            write_questions(out, made.questions)
        return made

    def correct(
        self, question: str, *, answers: Sequence[GivenAnswer] | None = None, program: Program | None = None
    ) -> Question:
        """Say what is right where an answer was not. It is kept beside the graph, and training reads it: see
        :attr:`corrections`. A later correction of the same question takes the place of this one.

        :param answers: the complete set of answers: keys, names or values, or rows of one and the values beside it;
            empty if the graph has none.
        :param program: what was meant, such as one of the readings of an answer; instead of the answers.
        :return: the correction as it was kept.
        :raises InputError: if neither is given or both are, or the question is empty.
        :raises UnknownNameError: if the graph does not have one of the answers, or something that the program names.
        :raises IndexMissingError: if the graph has not been indexed.
        """
        correction = correction_of(self._store, self.index, question, answers=answers, program=program)
        return self.corrections.add(correction)

    @property
    def corrections(self) -> Corrections:
        """What :meth:`correct` kept."""
        return Corrections(self._workspace.corrections)

    def close(self) -> None:
        """Release the graph and the index. A second call does nothing."""
        with self._lock:
            if self._index is not None:
                self._index.close()
            self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._store.url!r})"
