"""The server is killed and started again while questions are asked and facts are written.

This needs control over the server: two shell commands, KGQA_TEST_NEO4J_KILL and KGQA_TEST_NEO4J_START, that end it as
a crash would and start it on the same data.
"""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable

import pytest

from graphdb import Direction, Fact, Hop, Path, Step
from graphdb.errors import StoreUnavailableError
from graphdb.neo4j import Neo4jStore

_KILL, _START = os.environ.get("KGQA_TEST_NEO4J_KILL"), os.environ.get("KGQA_TEST_NEO4J_START")
# Where nobody may crash the server, this is no test that a server lacks.
pytestmark = (
    pytest.mark.neo4j
    if _KILL and _START
    else pytest.mark.skip(reason="KGQA_TEST_NEO4J_KILL and KGQA_TEST_NEO4J_START do not say how to crash the server")
)
_COLLEAGUES = Path("a0", (Hop(Step("r")), Hop(Step("r", Direction.IN), exclude_seed=True)))
# More than fifty from the start: at the instant in which a node gets its fiftieth fact, Neo4j shows only some of them
# (docs/limits.md), and this is about the crash.
_COUNT = 60
_ANSWER = [sorted(f"a{i}" for i in range(1, _COUNT))]


class _User:
    """Does one thing again and again until told to stop, and notes what came of it."""

    def __init__(self, work: Callable[[int], None]) -> None:
        self.errors: list[StoreUnavailableError] = []
        self.wrong: list[Exception] = []
        self.done = 0
        self._work = work
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            try:
                self._work(self.done)
            except StoreUnavailableError as exc:
                self.errors.append(exc)
            except Exception as exc:
                self.wrong.append(exc)
            else:
                self.done += 1

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()


def test_the_server_crashes_and_comes_back(url: str) -> None:
    with Neo4jStore.open(url, retry_time_s=1) as store:
        store.upsert_facts([Fact(f"a{i}", "r", "hub") for i in range(_COUNT)])

        def read(_number: int) -> None:
            assert store.run([_COLLEAGUES]) == _ANSWER

        def write(number: int) -> None:
            store.upsert_facts([Fact(f"b{number}", "s", "hub"), Fact(f"b{number}", "t", "hub")])

        reader, writer = _User(read), _User(write)
        try:
            _wait_for(lambda: bool(reader.done and writer.done))
            _command(_KILL)
            _wait_for(lambda: bool(reader.errors and writer.errors))
            _command(_START)
            before = reader.done, writer.done
            _wait_for(lambda: reader.done > before[0] and writer.done > before[1])
        finally:
            reader.stop()
            writer.stop()
        assert reader.wrong + writer.wrong == []
        for error in (*reader.errors, *writer.errors):
            assert error.is_retryable()
            assert "check that it runs" in str(error)
        assert store.run([_COLLEAGUES]) == _ANSWER
        triples = [(f"b{i}", relation, "hub") for i in range(writer.done) for relation in ("s", "t")]
        assert len(store.facts(triples)) == len(triples)


def _command(text: str | None) -> None:
    subprocess.run(str(text), shell=True, check=True, stdout=subprocess.DEVNULL, timeout=300)  # noqa: S602


def _wait_for(condition: Callable[[], bool], seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "the store did not recover"
        time.sleep(0.1)
