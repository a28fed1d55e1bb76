"""The store on Neo4j: a graph that kgqa writes, or a user's own, read through a mapping."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from os import PathLike
from pathlib import Path as FilePath
from types import TracebackType
from typing import Self, TypeVar

from graphdb.errors import ReadOnlyStoreError, StoreError
from graphdb.mapping import Mapping
from graphdb.neo4j import cypher, names
from graphdb.neo4j.catalogue import read_schema
from graphdb.neo4j.driver import Connection, Driver, Run
from graphdb.neo4j.layout import Layout, ManagedLayout
from graphdb.neo4j.mapped import MappedLayout
from graphdb.neo4j.reading import Reader
from graphdb.neo4j.reads import Reads
from graphdb.neo4j.writing import Writer
from graphdb.programs import Program
from graphdb.query import Query
from graphdb.store import Change, Degree, GraphReader, Neighbourhood, Outcome, Schema
from graphdb.tracing import traced
from graphdb.values import Entity, Fact, Found, Node, Step

logger = logging.getLogger(__name__)

T = TypeVar("T")

DEFAULT_RETRY_TIME_S = 15.0
_CHANGES = 5000


class Neo4jStore:
    """A :class:`~graphdb.store.GraphStore` in Neo4j 5.26 or later, any edition. Open it with :meth:`open`.

    It may be shared by threads; writers of one graph take turns. Degrees come from the counts that Neo4j keeps with
    every node, so they count every relationship, also those to nodes that are no entities.

    :param connection: the database, which the store closes.
    :param mapping: how to see a graph that kgqa did not write; such a graph is only read.
    """

    def __init__(self, connection: Connection, *, mapping: Mapping | None = None, read_only: bool = False) -> None:
        self._connection = connection
        self._mapped = MappedLayout(mapping) if mapping is not None else None
        self._layout: Layout = self._mapped or ManagedLayout()
        self._reader = Reader(self._layout)
        self._writer = None if read_only or mapping is not None else Writer(connection, self._reader)
        self._graph_id: str | None = None
        self._schema: tuple[int | frozenset[str], Schema] | None = None

    @classmethod
    def open(
        cls,
        url: str,
        *,
        auth: tuple[str, str] | None = None,
        database: str | None = None,
        mapping: Mapping | str | PathLike[str] | None = None,
        read_only: bool = False,
        retry_time_s: float = DEFAULT_RETRY_TIME_S,
    ) -> Self:
        """Connect to a server.

        :param url: ``neo4j://HOST[:PORT][/DATABASE]``; also ``bolt://``, and ``+s`` or ``+ssc`` for encryption.
        :param auth: user and password; else those of the URL, else ``KGQA_NEO4J_USER`` and ``KGQA_NEO4J_PASSWORD``.
        :param database: its name; else that of the URL, else the user's home database.
        :param mapping: how to see a graph that kgqa did not write, or the file that says so; it is only read then.
        :param read_only: never write; the graph must exist.
        :param retry_time_s: for how long, in seconds, a call is made again while the server cannot be used.
        :raises SettingsError: if the URL or the mapping is not understood.
        :raises StoreUnavailableError: if the server cannot be reached.
        :raises StoreAccessError: if it refuses the credentials.
        :raises StoreError: if it is too old, or if nothing can be read from the database.
        """
        mapping = _mapping(mapping)
        connection = Connection.open(url, auth=auth, database=database, retry_time_s=retry_time_s)
        return cls._prepared(connection, mapping, read_only=read_only)

    @classmethod
    def on_driver(
        cls,
        driver: Driver,
        url: str,
        *,
        database: str | None = None,
        mapping: Mapping | str | PathLike[str] | None = None,
        read_only: bool = False,
    ) -> Self:
        """Use a driver that is open already, and that its owner closes after the store.

        :param url: where the driver is connected to, for messages.
        """
        mapping = _mapping(mapping)
        return cls._prepared(Connection(driver, url, database=database), mapping, read_only=read_only)

    @classmethod
    def _prepared(cls, connection: Connection, mapping: Mapping | None, *, read_only: bool) -> Self:
        store = cls(connection, mapping=mapping, read_only=read_only)
        try:
            store._check()
        except BaseException:
            store.close()
            raise
        return store

    def _check(self) -> None:
        """Look whether there is a graph that kgqa wrote, and say so if there is another one."""
        if self._mapped is not None:
            self._graph_id = f"{self._connection.store_id}-{self._mapped.fingerprint()}"
            return
        self._graph_id = self._stored_graph_id()
        if self._graph_id is not None:
            return
        if self._writer is None:
            raise StoreError(
                f"the database {self.url} holds no graph that kgqa wrote: sync facts into it first, "
                "or give a mapping of the graph that it holds (`kgqa inspect` proposes one)"
            )
        if self._is_used():
            logger.warning(
                "the database %s holds a graph that kgqa did not write and does not see: "
                "to ask it, give a mapping (`kgqa inspect` proposes one)",
                self.url,
            )

    @property
    def url(self) -> str:
        """Where the graph is, without user and password."""
        return self._connection.url

    @property
    def graph_id(self) -> str:
        """The random identity that the graph got when it was first written.

        Of a mapped graph: the identity that Neo4j gave the database, with what entity keys are made of.
        """
        if self._graph_id is None:
            self._graph_id = self._stored_graph_id() or self._write().prepare()
        return self._graph_id

    def __repr__(self) -> str:
        return f"Neo4jStore({self.url!r})"

    # --- reading ----------------------------------------------------------------------------------------------

    def reading(self, work: Callable[[GraphReader], T]) -> T:
        """See :meth:`GraphStore.reading <graphdb.store.GraphStore.reading>`.

        Every statement sees what is committed when it begins.
        """
        return self._connection.read(lambda run: work(traced(self._reads(run), "neo4j")))

    def schema(self) -> Schema:
        """See :meth:`GraphReader.schema <graphdb.store.GraphReader.schema>`.

        All counts are exact, but those of attributes in a graph of more than 300,000 entities: they are estimates.
        It is only read again after something was written.
        """
        return self._reads(self._connection.rows).schema()

    def entities(self, keys: Sequence[str]) -> dict[str, Entity]:
        """See :meth:`GraphReader.entities <graphdb.store.GraphReader.entities>`."""
        return self.reading(lambda graph: graph.entities(keys))

    def scan(self, *, batch_size: int = 5000) -> Iterator[Sequence[Entity]]:
        """See :meth:`GraphStore.scan <graphdb.store.GraphStore.scan>`. Each batch is read when it is asked for."""
        return self._reader.scan(self._connection.rows, batch_size)

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
        """See :meth:`GraphReader.run <graphdb.store.GraphReader.run>`. Each program is one statement."""
        return self.reading(lambda graph: graph.run(programs))

    def query(self, program: Program) -> Query | None:
        """See :meth:`GraphReader.query <graphdb.store.GraphReader.query>`. The server is asked only of what is new."""
        return self._reads(self._connection.rows).query(program)

    # --- changes ----------------------------------------------------------------------------------------------

    def watermark(self) -> int:
        """See :meth:`GraphReader.watermark <graphdb.store.GraphReader.watermark>`. Of a mapped graph it is always 0."""
        return self._reads(self._connection.rows).watermark()

    def changes(self, since: int) -> Iterator[Sequence[Change]]:
        """See :meth:`GraphStore.changes <graphdb.store.GraphStore.changes>`.

        An entity that changes again meanwhile may be left to the next call, ``since`` the watermark of this one.
        Of a mapped graph every entity is given, with the sequence 0, as nothing says when it changed.
        """
        if self._mapped is not None:
            for batch in self.scan(batch_size=_CHANGES):
                yield [Change(0, entity.key, deleted=False) for entity in batch]
            return
        until = self.watermark()
        while since < until:
            rows = self._connection.rows(cypher.CHANGES, {"since": since, "until": until, "size": _CHANGES})
            if not rows:
                return
            yield [Change(sequence, key, deleted) for sequence, key, deleted in rows]
            since = rows[-1][0]

    # --- writing ----------------------------------------------------------------------------------------------

    def upsert_entities(self, entities: Sequence[Entity]) -> Sequence[Outcome]:
        """See :meth:`GraphStore.upsert_entities <graphdb.store.GraphStore.upsert_entities>`."""
        return self._write().upsert_entities(entities)

    def delete_entities(self, keys: Sequence[str]) -> Sequence[Outcome]:
        """See :meth:`GraphStore.delete_entities <graphdb.store.GraphStore.delete_entities>`."""
        return self._write().delete_entities(keys)

    def upsert_facts(self, facts: Sequence[Fact]) -> Sequence[Outcome]:
        """See :meth:`GraphStore.upsert_facts <graphdb.store.GraphStore.upsert_facts>`."""
        return self._write().upsert_facts(facts)

    def delete_facts(self, triples: Sequence[tuple[str, str, Node]]) -> Sequence[Outcome]:
        """See :meth:`GraphStore.delete_facts <graphdb.store.GraphStore.delete_facts>`."""
        return self._write().delete_facts(triples)

    # --- life ---------------------------------------------------------------------------------------------------

    def close(self) -> None:
        """Release the connection, and the driver if the store opened it. A second call does nothing."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, exc_type: type[BaseException] | None, exc: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    # --- helpers ----------------------------------------------------------------------------------------------

    def _reads(self, run: Run) -> Reads:
        return Reads(run, self._layout, self._reader, self._read_schema)

    def _read_schema(self, run: Run) -> Schema:
        # Asked first: what is written while the schema is read makes it old at once.
        version = self._connection.latest_commit() if self._mapped is not None else self._reads(run).watermark()
        if self._schema is None or self._schema[0] != version or version == frozenset():
            self._schema = version, read_schema(run, self._layout)
        return self._schema[1]

    def _write(self) -> Writer:
        if self._mapped is not None:
            raise ReadOnlyStoreError(
                f"the graph at {self.url} is read through a mapping and never written: write to it with your own tools "
                "and run `kgqa index` then, or sync into a graph that kgqa writes, in another database or server"
            )
        if self._writer is None:
            raise ReadOnlyStoreError(f"the graph at {self.url} was opened to be read only: open it without read_only")
        return self._writer

    def _stored_graph_id(self) -> str | None:
        rows = self._connection.rows(cypher.META, {"id": names.META_ID})
        return str(rows[0][0]) if rows else None

    def _is_used(self) -> bool:
        return bool(self._connection.rows(cypher.ANY_NODE)[0][0])


def _mapping(mapping: Mapping | str | PathLike[str] | None) -> Mapping | None:
    return mapping if mapping is None or isinstance(mapping, Mapping) else Mapping.read(FilePath(mapping))
