"""Spans of requests and of the parts of answering, where OpenTelemetry's SDK is set up; and nothing without it."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Iterator, Sequence

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from graphdb import GraphReader, tracing
from kgqa import KGQA
from kgqa.server.batching import Asking, Batcher
from tests.kgqa.films import Films
from tests.kgqa.server.conftest import Serve
from tests.kgqa.server.test_asking import QUESTION


@pytest.fixture(scope="module")
def exporter() -> Iterator[InMemorySpanExporter]:
    """Where all spans of this process go; other tests of it leave nothing there."""
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    trace.set_tracer_provider(provider)
    yield exporter
    exporter.shutdown()


@pytest.fixture
def spans(exporter: InMemorySpanExporter) -> InMemorySpanExporter:
    exporter.clear()
    return exporter


def by_name(spans: InMemorySpanExporter) -> dict[str, ReadableSpan]:
    return {span.name: span for span in spans.get_finished_spans()}


def path_to(span: ReadableSpan, spans: InMemorySpanExporter) -> list[str]:
    """The names of the spans around a span, the outermost first."""
    known = {s.context.span_id: s for s in spans.get_finished_spans() if s.context}
    parent = known[span.parent.span_id] if span.parent else None
    return [*path_to(parent, spans), span.name] if parent else [span.name]


def test_a_request_is_a_span_with_its_route_and_status(spans: InMemorySpanExporter, serve: Serve) -> None:
    assert serve().get("/health").status_code == 200
    attributes = by_name(spans)["GET /health"].attributes or {}
    assert attributes["http.route"] == "/health"
    assert attributes["http.response.status_code"] == 200


def test_the_parts_of_answering_are_spans_of_the_request(spans: InMemorySpanExporter, serve: Serve) -> None:
    assert serve().post("/ask", json={"question": QUESTION}).json()["answers"]
    found = by_name(spans)
    assert path_to(found["kgqa.ask"], spans)[0] == "POST /ask"
    assert path_to(found["kgqa.ask"], spans)[-2:] == ["kgqa.batch", "kgqa.ask"]
    for part in ("indexing.candidates", "kgqa.follow", "graphdb.run"):
        assert path_to(found[part], spans)[-2:] == ["kgqa.ask", part]
    assert path_to(found["graphdb.degrees"], spans)[-2:] == ["kgqa.follow", "graphdb.degrees"]
    assert (found["graphdb.run"].attributes or {})["db.system.name"] == "sqlite"


def test_without_a_model_proposing_and_reading_are_spans(spans: InMemorySpanExporter, films: Films) -> None:
    with KGQA.open(str(films.graph)) as qa:
        qa.ask("films directed by Ridley Scott")
    found = by_name(spans)
    assert {"indexing.candidates", "kgqa.propose", "kgqa.read", "graphdb.run"} <= set(found)
    assert path_to(found["kgqa.read"], spans) == ["kgqa.ask", "kgqa.read"]


def test_what_is_asked_and_answered_is_in_no_span(spans: InMemorySpanExporter, serve: Serve) -> None:
    answer = serve().post("/ask", json={"question": QUESTION}).json()
    told = " ".join(f"{span.name} {dict(span.attributes or {})}" for span in spans.get_finished_spans())
    secrets = [QUESTION, answer["mentions"][0]["text"], *(found["name"] for found in answer["answers"])]
    assert not [secret for secret in secrets if secret in told]


def test_a_batch_is_linked_to_all_requests_that_it_answers(spans: InMemorySpanExporter) -> None:
    def work(questions: Sequence[str], _: Asking) -> list[str]:
        return [question.upper() for question in questions]

    tracer = trace.get_tracer("tests")

    async def request(batcher: Batcher[str], question: str) -> list[str | BaseException]:
        with tracer.start_as_current_span(question):
            return await batcher.ask([question, question], Asking())

    async def requests() -> None:
        async with Batcher(work, capacity=8, largest=8) as batcher:
            assert await asyncio.gather(*(request(batcher, q) for q in "ab")) == [["A", "A"], ["B", "B"]]

    asyncio.run(requests())
    found = by_name(spans)
    batch, first, second = found["kgqa.batch"], found["a"], found["b"]
    assert path_to(batch, spans) == ["a", "kgqa.batch"]
    assert second.context in [link.context for link in batch.links]
    assert (batch.attributes or {})["kgqa.questions"] == 4
    assert first.context is not None


def test_without_opentelemetry_there_is_nothing(films: Films, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry", None)  # as if it were not installed
    tracing._tracer.cache_clear()
    try:
        assert tracing.span("a") is tracing.span("b", {"kgqa.questions": 1})

        def itself(graph: GraphReader) -> bool:
            return tracing.traced(graph, "sqlite") is graph

        with films.open() as qa:
            assert qa.store.reading(itself)
            assert qa.ask(QUESTION).answers
    finally:
        tracing._tracer.cache_clear()
