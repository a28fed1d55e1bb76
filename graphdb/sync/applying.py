"""Applying fact files to a graph, with a ledger of what came from where."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias, TypeVar

from graphdb.errors import InputError, RecordError
from graphdb.ledger import BatchEntry, Ledger, claim_of_fact
from graphdb.readers import Record, Source, open_records
from graphdb.readers.lines import STDIN
from graphdb.store import GraphStore, Outcome
from graphdb.sync.book import Book, LedgerBook
from graphdb.sync.portions import Portion, claims_of, portions, prepared
from graphdb.sync.preview import PreviewBook, PreviewGraph
from graphdb.sync.rejects import RejectsFile
from graphdb.sync.report import SyncReport, Tally
from graphdb.sync.window import Window
from graphdb.sync.writing import GraphWriter, Retry, write
from graphdb.values import Fact

Progress: TypeAlias = Callable[[str, int], None]
"""Called now and then with the path of a source and the number of its rows that are done."""

BATCH_SIZE = 5000

_Key = TypeVar("_Key", bound=Hashable)
_Row = TypeVar("_Row", bound=Record)


def sync(
    store: GraphStore,
    sources: Sequence[Source | str | Path],
    *,
    ledger: Ledger,
    delete: bool = False,
    rejects: Path | None = None,
    dry_run: bool = False,
    batch_size: int = BATCH_SIZE,
    progress: Progress | None = None,
    retry: Retry | None = None,
) -> SyncReport:
    """Apply fact files to a graph, in their order: a later row wins over an earlier one.

    Every row is written whether or not the ledger knows it, since others may have changed the graph; what is already
    so comes back as unchanged. The graph is written first and the ledger second, and both steps can be repeated: if a
    sync is interrupted at any point, the same call completes it, and graph and ledger end as if it had run once.
    Several syncs may run at the same time. While the graph takes some rows of a file, a thread reads the next ones.
    Memory does not grow with the number of rows, except in a dry run.

    :param sources: files, ``-`` for standard input, or :class:`~graphdb.readers.Source` objects that say more.
    :param ledger: the ledger of this graph.
    :param delete: also delete what an earlier sync of a source *of the same name* brought and no source has any more.
        Nothing else is deleted: not what another source claims, nor what nobody synced. An entity that only stood in
        deleted facts goes with them; one that had a row of its own stays while it has other facts, and is reported.
        Nothing is deleted so if any row was rejected. (Rows that say ``delete`` always delete.)
    :param rejects: a file for all rejected rows as JSONL, with path, line, reason and the row itself.
    :param dry_run: report what would happen; neither the graph nor the ledger is written (``rejects`` is). It keeps
        about 1 kB of memory for each record that the sources name.
    :param batch_size: rows for one write to the store.
    :param progress: called after each batch.
    :param retry: how often to try again when the database is not available.
    :raises InputError: if a source cannot be read at all, or the sources cannot be synced together.
    :raises StoreError: if the graph cannot be written; what was applied stays, and the same call completes it.
    :raises LedgerError: if the ledger fails, or belongs to another graph.
    """
    named = _check_sources(sources, delete=delete, rejects=rejects)
    if batch_size < 1:
        raise InputError(f"batch_size is {batch_size}: it must be at least 1")
    started = time.monotonic()
    ledger.check_graph(store.graph_id)
    retry = retry or Retry()
    with RejectsFile(rejects) as rejects_file, _collecting_only_what_is_new():
        writer, book = _preview(store, ledger) if dry_run else (store, LedgerBook(store, ledger, retry, delete=delete))
        tally = _Job(writer, book, rejects_file, batch_size, progress, retry).run(named, delete=delete)
    return tally.report(seconds=time.monotonic() - started, watermark=store.watermark(), dry_run=dry_run)


@contextmanager
def _collecting_only_what_is_new() -> Iterator[None]:
    """Garbage collection leaves out what is there already: so many rows come and go that it would look through all
    of a large process every few thousand of them. A process that froze its objects itself is left as it is.
    """
    if gc.get_freeze_count():
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _preview(store: GraphStore, ledger: Ledger) -> tuple[GraphWriter, Book]:
    graph = PreviewGraph(store)
    return graph, PreviewBook(graph, store, ledger)


def _check_sources(sources: Sequence[Source | str | Path], *, delete: bool, rejects: Path | None) -> list[Source]:
    named = [source if isinstance(source, Source) else Source(str(source)) for source in sources]
    names = [source.name for source in named]
    for source in named:
        if names.count(source.name) > 1:
            raise InputError(f"the source {source.name!r} is given twice: give each file once, or different names")
        if source.path == STDIN:
            if delete and source.name == STDIN:
                raise InputError("delete needs a name for standard input, to know what it brought before: give one")
        elif not Path(source.path).is_file() and not Path(source.path).is_fifo():
            raise InputError(f"{source.path} is not a file that can be read: nothing was synced; check the path")
        elif rejects is not None and Path(source.path).resolve() == rejects.resolve():
            raise InputError(f"{rejects} is a source too and would be overwritten: name another file for rejected rows")
    return named


class _Job:
    """One call of :func:`sync`."""

    def __init__(
        self,
        writer: GraphWriter,
        book: Book,
        rejects: RejectsFile,
        batch_size: int,
        progress: Progress | None,
        retry: Retry,
    ) -> None:
        self._writer = writer
        self._book = book
        self._rejects = rejects
        self._batch_size = batch_size
        self._progress = progress
        self._retry = retry

    def run(self, sources: Sequence[Source], *, delete: bool) -> Tally:
        """Apply all sources, then delete what they have dropped, then call them complete."""
        done = [(source.name, *self._apply_source(source)) for source in sources]
        if delete and any(tally.rejected for _, tally, _ in done):
            for name, tally, _ in done:
                tally.not_mirrored.append(name)
        elif delete:
            self._book.mirror({name: tally for name, tally, _ in done})
        total = Tally()
        for name, tally, digest in done:
            self._book.finish(name, digest, tally.to_counts())
            total.include(tally)
        return total

    def _apply_source(self, source: Source) -> tuple[Tally, str]:
        tally = Tally()
        self._book.begin(source.name)
        swept = self._book.sweeps()
        with open_records(source) as records, prepared(portions(records, self._batch_size), source) as ready:
            for portion in ready:
                swept = self._apply(source, portion, tally, swept)
            return tally, records.digest()

    def _apply(self, source: Source, portion: Portion, tally: Tally, swept: int) -> int:
        """Graph first, ledger second; the graph once more if another sync swept in between.

        :param swept: the number of sweeps at some time before; returned is that of now.
        """
        tally.rows = portion.rows
        for error in portion.rejected:
            self._reject(error, tally)
        self._write(portion.window, tally, tally)
        while (now := self._book.record(source.name, _entry(portion, tally))) != swept:
            swept = now
            self._write(portion.window, tally, Tally())
        self._rejects.flush()
        if self._progress is not None:
            self._progress(source.path, tally.rows)
        return swept

    def _write(self, window: Window, tally: Tally, counted: Tally) -> None:
        """Write a window to the graph; rows that it refuses are rejected and leave the window.

        :param counted: where the outcomes are counted.
        """
        writer, retry = self._writer, self._retry
        entities = list(window.entities.items())
        outcomes = write(writer.upsert_entities, [record.entity for _, record in entities], retry)
        counted.entities.update(self._settle(window.entities, entities, outcomes, tally))
        facts = list(window.facts.items())
        outcomes = write(writer.upsert_facts, [record.fact for _, record in facts], retry)
        counted.facts.update(self._settle(window.facts, facts, outcomes, tally))
        triples = list(window.facts_gone.items())
        outcomes = write(writer.delete_facts, [triple for triple, _ in triples], retry)
        counted.facts.update(self._settle(window.facts_gone, triples, outcomes, tally))
        keys = list(window.entities_gone.items())
        outcomes = write(writer.delete_entities, [key for key, _ in keys], retry)
        counted.entities.update(self._settle(window.entities_gone, keys, outcomes, tally))

    def _settle(
        self,
        held: dict[_Key, _Row],
        rows: Sequence[tuple[_Key, _Row]],
        outcomes: Iterable[Outcome | InputError],
        tally: Tally,
    ) -> Iterator[Outcome]:
        for (key, record), outcome in zip(rows, outcomes, strict=True):
            if isinstance(outcome, Outcome):
                yield outcome
            else:
                del held[key]
                origin = record.origin
                self._reject(RecordError(origin.path, origin.line, str(outcome), origin.text), tally)

    def _reject(self, error: RecordError, tally: Tally) -> None:
        tally.reject(error)
        self._rejects.write(error)


def _entry(portion: Portion, tally: Tally) -> BatchEntry:
    window = portion.window
    return BatchEntry(
        claims=portion.claims if len(window) == portion.size else claims_of(window),
        facts_gone=[claim_of_fact(Fact(*triple)) for triple in window.facts_gone],
        entities_gone=list(window.entities_gone),
        rows=tally.rows,
        counts=tally.to_counts(),
    )
