"""Spans of OpenTelemetry for the parts of the work, where ``opentelemetry-api`` is installed; elsewhere nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from contextvars import Context
from functools import cache
from typing import TYPE_CHECKING

from graphdb.programs import Program
from graphdb.query import Query
from graphdb.store import Degree, GraphReader, Neighbourhood, Schema
from graphdb.values import Entity, Fact, Found, Node, Step

if TYPE_CHECKING:
    from opentelemetry.trace import Tracer

_NOTHING = nullcontext()


def span(
    name: str, attributes: Mapping[str, int | str] | None = None, *, also_for: Iterable[Context] = ()
) -> AbstractContextManager[object]:
    """A span around a part of the work. It names and counts; what is asked and answered is never in it.

    :param also_for: where else the work was asked for, to be linked to the spans that were current there.
    """
    tracer = _tracer()
    if tracer is None:
        return _NOTHING
    from opentelemetry.trace import Link, get_current_span  # noqa: PLC0415 (where it is installed)

    others = (context.run(get_current_span).get_span_context() for context in also_for)
    links = [Link(other) for other in {other.span_id: other for other in others if other.is_valid}.values()]
    return tracer.start_as_current_span(name, attributes=attributes, links=links)


@cache
def _tracer() -> Tracer | None:
    try:
        from opentelemetry import trace  # noqa: PLC0415 (if it is installed, and not before it is used)
    except ModuleNotFoundError:
        return None
    return trace.get_tracer("kgqa")


def traced(graph: GraphReader, system: str) -> GraphReader:
    """The same reads, each in a span of its own; where there are no spans, the graph itself.

    :param system: the database, by its name in the semantic conventions of OpenTelemetry.
    """
    return graph if _tracer() is None else _Traced(graph, system)


class _Traced:
    """A :class:`~graphdb.store.GraphReader` whose reads are spans."""

    def __init__(self, graph: GraphReader, system: str) -> None:
        self._graph = graph
        self._system = system

    def schema(self) -> Schema:
        with self._span("schema"):
            return self._graph.schema()

    def entities(self, keys: Sequence[str]) -> dict[str, Entity]:
        with self._span("entities", len(keys)):
            return self._graph.entities(keys)

    def degrees(self, nodes: Sequence[Node]) -> Sequence[Degree]:
        with self._span("degrees", len(nodes)):
            return self._graph.degrees(nodes)

    def neighbours(self, rows: Sequence[tuple[Node, Step]], *, limit: int | None = None) -> Neighbourhood:
        with self._span("neighbours", len(rows)):
            return self._graph.neighbours(rows, limit=limit)

    def facts(self, triples: Sequence[tuple[Node, str, Node]]) -> Sequence[Fact]:
        with self._span("facts", len(triples)):
            return self._graph.facts(triples)

    def run(self, programs: Sequence[Program]) -> Sequence[Sequence[Found]]:
        with self._span("run", len(programs)):
            return self._graph.run(programs)

    def query(self, program: Program) -> Query | None:
        return self._graph.query(program)

    def watermark(self) -> int:
        with self._span("watermark"):
            return self._graph.watermark()

    def _span(self, operation: str, size: int = 1) -> AbstractContextManager[object]:
        told = {"db.system.name": self._system, "db.operation.name": operation}
        return span(f"graphdb.{operation}", {**told, "db.operation.batch.size": size})
