"""Spans of requests, where OpenTelemetry's SDK is set up."""

from __future__ import annotations

from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from tests.kgqa.server.conftest import Serve


def test_a_request_is_a_span_with_its_route_and_status(serve: Serve) -> None:
    spans, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(spans))
    trace.set_tracer_provider(provider)
    assert serve().get("/health").status_code == 200
    found = {span.name: dict(span.attributes or {}) for span in spans.get_finished_spans()}
    spans.shutdown()  # other tests of this process leave nothing here
    assert found["GET /health"]["http.route"] == "/health"
    assert found["GET /health"]["http.response.status_code"] == 200
