"""Where a sync writes down what it did: the ledger, or in a dry run the preview."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from graphdb.ledger import BatchEntry, Ledger, Run
from graphdb.store import GraphStore
from graphdb.sync.mirror import mirror
from graphdb.sync.report import Tally
from graphdb.sync.writing import Retry


class Book(Protocol):
    """What a sync needs of the ledger; sources go by their names."""

    def begin(self, source: str) -> None:
        """A sync of this source starts."""

    def sweeps(self) -> int:
        """See :meth:`Ledger.sweeps`."""
        ...

    def record(self, source: str, entry: BatchEntry) -> int:
        """See :meth:`Ledger.record`."""
        ...

    def mirror(self, tallies: Mapping[str, Tally]) -> None:
        """Delete what these sources have dropped and no source claims, and count it."""

    def finish(self, source: str, digest: str, counts: Mapping[str, int]) -> None:
        """The sync of this source is complete."""


class LedgerBook:
    """The ledger itself."""

    def __init__(self, store: GraphStore, ledger: Ledger, retry: Retry, *, delete: bool) -> None:
        ledger.bind(store.graph_id)
        self._store = store
        self._ledger = ledger
        self._retry = retry
        self._delete = delete
        self._runs: dict[str, Run] = {}

    def begin(self, source: str) -> None:
        self._runs[source] = self._ledger.begin(source, renews=self._delete)

    def sweeps(self) -> int:
        return self._ledger.sweeps()

    def record(self, source: str, entry: BatchEntry) -> int:
        return self._ledger.record(self._runs[source], entry)

    def mirror(self, tallies: Mapping[str, Tally]) -> None:
        runs = [(self._runs[source], tally) for source, tally in tallies.items()]
        mirror(self._store, self._ledger, runs, self._retry)

    def finish(self, source: str, digest: str, counts: Mapping[str, int]) -> None:
        self._ledger.finish(self._runs[source], digest, counts)
