"""What Prometheus is told, in a registry of each app's own."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.gc_collector import GCCollector
from prometheus_client.platform_collector import PlatformCollector
from prometheus_client.process_collector import ProcessCollector

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_SIZES = (1, 2, 4, 8, 16, 32, 64, 128)


class Metrics:
    """The figures of one app."""

    def __init__(self) -> None:
        registry = self._registry = CollectorRegistry()
        ProcessCollector(registry=registry)
        PlatformCollector(registry=registry)
        GCCollector(registry=registry)
        self.requests = Counter(
            "kgqa_http_requests", "Requests that were answered.", ("method", "route", "status"), registry=registry
        )
        self.request_seconds = Histogram(
            "kgqa_http_request_seconds", "How long requests took.", ("route",), buckets=_SECONDS, registry=registry
        )
        self.questions = Counter(
            "kgqa_questions", "Questions, by outcome: answered, abstained, failed.", ("outcome",), registry=registry
        )
        self.waiting = Gauge("kgqa_questions_waiting", "Questions that wait for an answer.", registry=registry)
        self.batch_size = Histogram(
            "kgqa_batch_questions", "Questions that were answered together.", buckets=_SIZES, registry=registry
        )
        self.batch_seconds = Histogram(
            "kgqa_batch_seconds", "How long answering them took.", buckets=_SECONDS, registry=registry
        )
        self.synced = Counter("kgqa_synced_rows", "What became of the rows of syncs.", ("outcome",), registry=registry)

    def text(self) -> bytes:
        """All figures in the text format of Prometheus."""
        return generate_latest(self._registry)
