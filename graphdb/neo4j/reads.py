"""The reads of one transaction: what a store offers to read from, bound to it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from graphdb.neo4j import cypher, names
from graphdb.neo4j.driver import Run
from graphdb.neo4j.layout import Layout
from graphdb.neo4j.needed import learn_program
from graphdb.neo4j.paths import answer, render
from graphdb.neo4j.programs import answer_program, render_program
from graphdb.neo4j.reading import Reader
from graphdb.programs import Program
from graphdb.query import Query
from graphdb.store import Degree, Neighbourhood, Schema
from graphdb.values import Entity, Fact, Found, Node, Path, Step


class Reads:
    """A :class:`~graphdb.store.GraphReader` for as long as a transaction lasts.

    :param run: runs a statement in the transaction.
    :param schema: reads the catalogue.
    """

    def __init__(self, run: Run, layout: Layout, reader: Reader, schema: Callable[[Run], Schema]) -> None:
        self._run = run
        self._layout = layout
        self._reader = reader
        self._schema = schema

    def schema(self) -> Schema:
        """See :meth:`graphdb.store.GraphReader.schema`."""
        return self._schema(self._run)

    def entities(self, keys: Sequence[str]) -> dict[str, Entity]:
        """See :meth:`graphdb.store.GraphReader.entities`."""
        return self._reader.entities(self._run, keys)

    def degrees(self, nodes: Sequence[Node]) -> Sequence[Degree]:
        """See :meth:`graphdb.store.GraphReader.degrees`."""
        return self._reader.degrees(self._run, nodes)

    def neighbours(self, rows: Sequence[tuple[Node, Step]], *, limit: int | None = None) -> Neighbourhood:
        """See :meth:`graphdb.store.GraphReader.neighbours`."""
        return self._reader.neighbours(self._run, rows, limit)

    def facts(self, triples: Sequence[tuple[Node, str, Node]]) -> Sequence[Fact]:
        """See :meth:`graphdb.store.GraphReader.facts`."""
        return self._reader.facts(self._run, triples)

    def run(self, programs: Sequence[Program]) -> Sequence[Sequence[Found]]:
        """See :meth:`graphdb.store.GraphReader.run`. Each program is one statement."""
        return [self._answer(program) for program in programs]

    def query(self, program: Program) -> Query | None:
        """See :meth:`graphdb.store.GraphReader.query`. The server is asked only of what is new."""
        learn_program(self._run, program, self._layout)
        return render(program, self._layout) if isinstance(program, Path) else render_program(program, self._layout)

    def watermark(self) -> int:
        """See :meth:`graphdb.store.GraphReader.watermark`."""
        if not self._layout.managed:
            return 0
        rows = self._run(cypher.META, {"id": names.META_ID})
        return int(rows[0][1]) if rows else 0

    def _answer(self, program: Program) -> Sequence[Found]:
        if not isinstance(program, Path):
            return answer_program(self._run, program, self._layout)
        if program.hops or isinstance(program.seed, str):
            return answer(self._run, program, self._layout)
        return [program.seed] if self._reader.is_held(self._run, program.seed) else []
