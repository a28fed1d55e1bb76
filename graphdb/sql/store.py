"""The embedded store: a graph in SQLite or PostgreSQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from types import TracebackType
from typing import Self, TypeVar

from sqlalchemy import URL, Connection, Engine

from graphdb.errors import ReadOnlyStoreError, StoreError
from graphdb.programs import Program
from graphdb.sql import records
from graphdb.sql.catalogue import Catalogue
from graphdb.sql.engine import WRITES, connect, dialect_of, parse_url, shown
from graphdb.sql.errors import mapped
from graphdb.sql.history import read_changes
from graphdb.sql.layout import create_tables, read_graph_id
from graphdb.sql.reading import Reader
from graphdb.sql.reads import Reads
from graphdb.sql.writing import Batch
from graphdb.store import Change, Degree, GraphReader, Neighbourhood, Outcome, Schema
from graphdb.tracing import traced
from graphdb.values import Entity, Fact, Found, Node, Step

_Record = TypeVar("_Record")
_T = TypeVar("_T")

DEFAULT_TIMEOUT_S = 30.0


class SqlStore:
    """A :class:`~graphdb.store.GraphStore` in a relational database. Open it with :meth:`open`.

    Reads of one call see one state of the graph; writers take turns. It may be shared by threads, and one database
    by processes. The neighbours of a row come in the order in which they were first stored.
    """

    def __init__(self, url: URL, *, read_only: bool, timeout_s: float) -> None:
        self._url = shown(url)
        self._read_only = read_only
        self._closed = False
        self._dialect = dialect_of(url)
        self._reader = Reader(self._dialect)
        self._catalogue = Catalogue()
        engine = connect(url, read_only=read_only, timeout_s=timeout_s)
        self._engine = engine
        self._reads, self._writes = _modes(engine)

    @classmethod
    def open(cls, url: str, *, read_only: bool = False, timeout_s: float = DEFAULT_TIMEOUT_S) -> Self:
        """Open a graph, and create it if the database is empty.

        :param url: the path of a SQLite file, or a URL of SQLAlchemy for SQLite or PostgreSQL.
        :param read_only: never write; the graph must exist.
        :param timeout_s: how long to wait, in seconds, for a connection and for another process that is writing.
        :raises SettingsError: if the URL is not understood, or its driver is not installed.
        :raises StoreUnavailableError: if the server cannot be reached.
        :raises StoreCorruptError: if the database holds something else, or was written by another version.
        """
        store = cls(parse_url(url), read_only=read_only, timeout_s=timeout_s)
        try:
            store._prepare()
        except BaseException:
            store.close()
            raise
        return store

    def _prepare(self) -> None:
        if not self._read_only:
            with self._transaction(self._writes) as connection:
                create_tables(connection, self._url)
        with self._transaction(self._reads) as connection:
            self._graph_id = read_graph_id(connection, self._url)

    @property
    def url(self) -> str:
        """Where the graph is, without any password."""
        return self._url

    @property
    def graph_id(self) -> str:
        """The random identity that the graph got when it was created."""
        return self._graph_id

    def __repr__(self) -> str:
        return f"SqlStore({self._url!r})"

    # --- reading ----------------------------------------------------------------------------------------------

    def reading(self, work: Callable[[GraphReader], _T]) -> _T:
        """See :meth:`GraphStore.reading <graphdb.store.GraphStore.reading>`."""
        with self._reading() as connection:
            reads = Reads(connection, self._dialect, self._reader, self._catalogue)
            return work(traced(reads, self._engine.name))

    def schema(self) -> Schema:
        """See :meth:`GraphReader.schema <graphdb.store.GraphReader.schema>`.

        The types at the ends of relations with many facts, and the properties of these, are those of a sample; all
        other counts are exact.
        """
        return self.reading(lambda graph: graph.schema())

    def entities(self, keys: Sequence[str]) -> dict[str, Entity]:
        """See :meth:`GraphReader.entities <graphdb.store.GraphReader.entities>`."""
        return self.reading(lambda graph: graph.entities(keys))

    def scan(self, *, batch_size: int = 5000) -> Iterator[Sequence[Entity]]:
        """See :meth:`GraphStore.scan <graphdb.store.GraphStore.scan>`. Each batch is read when it is asked for."""
        last = 0
        while True:
            with self._reading() as connection:
                batch = self._reader.scan(connection, after=last, size=batch_size)
            if not batch:
                return
            yield [entity for _, entity in batch]
            last = batch[-1][0]

    def degrees(self, nodes: Sequence[Node]) -> Sequence[Degree]:
        """See :meth:`GraphReader.degrees <graphdb.store.GraphReader.degrees>`."""
        return self.reading(lambda graph: graph.degrees(nodes))

    def neighbours(self, rows: Sequence[tuple[Node, Step]], *, limit: int | None = None) -> Neighbourhood:
        """See :meth:`GraphReader.neighbours <graphdb.store.GraphReader.neighbours>`."""
        return self.reading(lambda graph: graph.neighbours(rows, limit=limit))

    def facts(self, triples: Sequence[tuple[Node, str, Node]]) -> Sequence[Fact]:
        """See :meth:`GraphReader.facts <graphdb.store.GraphReader.facts>`."""
        return self.reading(lambda graph: graph.facts(triples))

    def run(self, programs: Sequence[Program]) -> Sequence[Sequence[Found]]:
        """See :meth:`GraphReader.run <graphdb.store.GraphReader.run>`."""
        return self.reading(lambda graph: graph.run(programs))

    def query(self, program: Program) -> None:  # noqa: ARG002
        """Nothing: the statements here name nodes by numbers, which say nothing to people."""
        return

    # --- changes ----------------------------------------------------------------------------------------------

    def watermark(self) -> int:
        """See :meth:`GraphReader.watermark <graphdb.store.GraphReader.watermark>`."""
        return self.reading(lambda graph: graph.watermark())

    def changes(self, since: int) -> Iterator[Sequence[Change]]:
        """See :meth:`GraphStore.changes <graphdb.store.GraphStore.changes>`.

        An entity that changes again meanwhile may be left to the next call, ``since`` the watermark of this one.
        """
        until = self.watermark()
        while since < until:
            with self._reading() as connection:
                batch = read_changes(connection, since, until)
            if not batch:
                return
            yield batch
            since = batch[-1].sequence

    # --- writing ----------------------------------------------------------------------------------------------

    def upsert_entities(self, entities: Sequence[Entity]) -> Sequence[Outcome]:
        """See :meth:`GraphStore.upsert_entities <graphdb.store.GraphStore.upsert_entities>`."""
        return self._write(records.upsert_entities, entities)

    def delete_entities(self, keys: Sequence[str]) -> Sequence[Outcome]:
        """See :meth:`GraphStore.delete_entities <graphdb.store.GraphStore.delete_entities>`."""
        return self._write(records.delete_entities, keys)

    def upsert_facts(self, facts: Sequence[Fact]) -> Sequence[Outcome]:
        """See :meth:`GraphStore.upsert_facts <graphdb.store.GraphStore.upsert_facts>`."""
        return self._write(records.upsert_facts, facts)

    def delete_facts(self, triples: Sequence[tuple[str, str, Node]]) -> Sequence[Outcome]:
        """See :meth:`GraphStore.delete_facts <graphdb.store.GraphStore.delete_facts>`."""
        return self._write(records.delete_facts, triples)

    def _write(
        self, operation: Callable[[Batch, Sequence[_Record]], list[Outcome]], given: Sequence[_Record]
    ) -> Sequence[Outcome]:
        if self._read_only:
            raise ReadOnlyStoreError(f"the graph {self._url} was opened read-only: open it without read_only to write")
        if not given:
            return []
        with self._transaction(self._writes) as connection:
            batch = Batch(connection, self._dialect, self._reader)
            outcomes = operation(batch, given)
            batch.finish()
            return outcomes

    # --- life -------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Release all connections. A second call does nothing."""
        self._closed = True
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Connection]:
        if self._closed:
            raise StoreError(f"the graph {self._url} is closed: open it again")
        with mapped(self._url), engine.begin() as connection:
            yield connection

    def _reading(self) -> AbstractContextManager[Connection]:
        return self._transaction(self._reads)


def _modes(engine: Engine) -> tuple[Engine, Engine]:
    """The engine for reads, each of which sees one state of the graph, and the engine for writes."""
    if engine.dialect.name == "sqlite":
        return engine, engine.execution_options(**{WRITES: True})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True), engine
