"""The reads of one transaction: what a store offers to read from, bound to a connection."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection

from graphdb.programs import Program
from graphdb.sql.catalogue import Catalogue
from graphdb.sql.dialect import Dialect
from graphdb.sql.history import read_watermark
from graphdb.sql.programs import Programs
from graphdb.sql.reading import Reader
from graphdb.store import Degree, Neighbourhood, Schema
from graphdb.values import Entity, Fact, Found, Node, Step


class Reads:
    """A :class:`~graphdb.store.GraphReader` for as long as a transaction lasts."""

    def __init__(self, connection: Connection, dialect: Dialect, reader: Reader, catalogue: Catalogue) -> None:
        self._connection = connection
        self._dialect = dialect
        self._reader = reader
        self._catalogue = catalogue

    def schema(self) -> Schema:
        """See :meth:`graphdb.store.GraphReader.schema`."""
        return self._catalogue.read(self._connection)

    def entities(self, keys: Sequence[str]) -> dict[str, Entity]:
        """See :meth:`graphdb.store.GraphReader.entities`."""
        return {key: entity for key, (_, entity) in self._reader.entities(self._connection, keys).items()}

    def degrees(self, nodes: Sequence[Node]) -> Sequence[Degree]:
        """See :meth:`graphdb.store.GraphReader.degrees`."""
        return self._reader.degrees(self._connection, nodes)

    def neighbours(self, rows: Sequence[tuple[Node, Step]], *, limit: int | None = None) -> Neighbourhood:
        """See :meth:`graphdb.store.GraphReader.neighbours`."""
        return self._reader.neighbours(self._connection, rows, limit)

    def facts(self, triples: Sequence[tuple[Node, str, Node]]) -> Sequence[Fact]:
        """See :meth:`graphdb.store.GraphReader.facts`."""
        return self._reader.facts(self._connection, triples)

    def run(self, programs: Sequence[Program]) -> Sequence[Sequence[Found]]:
        """See :meth:`graphdb.store.GraphReader.run`."""
        running = Programs(self._dialect, self._connection)
        return [running.run(program) for program in programs]

    def query(self, program: Program) -> None:  # noqa: ARG002
        """Nothing: the statements here name nodes by numbers, which say nothing to people."""
        return

    def watermark(self) -> int:
        """See :meth:`graphdb.store.GraphReader.watermark`."""
        return read_watermark(self._connection)
