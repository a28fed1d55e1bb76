"""How fast questions are answered, and where the time goes.

    python benchmarks/speed.py --graph FILE --model DIR --questions FILE [--sample 300] [--graph URL …]

Latency is of questions asked one by one, warm, with evidence; throughput is in batches of 64 without it. The shares
are of the time of single questions: ``encoder`` is the transformer, ``index`` the candidates, ``store`` every call to
the graph with its share of the transaction, ``follow`` the propagation on the subgraph; the rest is extraction and
bookkeeping.
"""

from __future__ import annotations

import argparse
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from graphdb import GraphReader
from kgqa import KGQA
from kgqa.encoder import TextEncoder
from kgqa.model.follow import follow_all
from kgqa.questions import read_questions

T = TypeVar("T")


@contextmanager
def stopwatch(qa: KGQA, seconds: defaultdict[str, float]) -> Iterator[None]:
    """Adds up the time that each stage takes; stages do not contain each other."""

    def timed(stage: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            began = time.perf_counter()
            try:
                return call(*args, **kwargs)
            finally:
                seconds[stage] += time.perf_counter() - began

        return wrapper

    reading = qa.store.reading

    def timed_reading(work: Callable[[GraphReader], T]) -> T:
        outside: Callable[[Any], T] = timed("outside", work)
        before, began = seconds["outside"], time.perf_counter()
        try:
            return reading(lambda graph: outside(_TimedReader(graph, timed)))
        finally:
            seconds["store"] += time.perf_counter() - began - (seconds["outside"] - before)

    with ExitStack() as stack:
        stack.enter_context(patch.object(qa.store, "reading", timed_reading))
        stack.enter_context(patch.object(qa.index, "candidates", timed("index", qa.index.candidates)))
        stack.enter_context(patch.object(TextEncoder, "forward", timed("encoder", TextEncoder.forward)))
        stack.enter_context(patch("kgqa.model.model.follow_all", timed("follow", follow_all)))
        yield


class _TimedReader:
    """A reader whose calls are timed as the stage ``store``."""

    def __init__(self, graph: GraphReader, timed: Callable[..., Callable[..., Any]]) -> None:
        self._graph = graph
        self._timed = timed

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return self._timed("store", getattr(self._graph, name))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graph", action="append", required=True, help="may be given more than once, to compare")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=300)
    args = parser.parse_args()
    questions = [q.question for q in read_questions(args.questions)]
    table = Table(title=f"{torch.get_num_threads()} threads")
    for column in ("graph", "p50 ms", "p95 ms", "p99 ms", "encoder", "index", "store", "follow", "rest", "batch q/s"):
        table.add_column(column, justify="left" if column == "graph" else "right")
    for graph in args.graph:
        with KGQA.open(graph, model=args.model) as qa:
            table.add_row(graph, *measure(qa, questions, args.sample))
    Console().print(table)


def measure(qa: KGQA, questions: list[str], sample: int) -> list[str]:
    for question in questions[:20]:
        qa.ask(question)
    seconds: defaultdict[str, float] = defaultdict(float)
    times = []
    with stopwatch(qa, seconds):
        for question in questions[:sample]:
            began = time.perf_counter()
            qa.ask(question)
            times.append(time.perf_counter() - began)
    began = time.perf_counter()
    for i in range(0, len(questions), 64):
        qa.ask_batch(questions[i : i + 64], evidence=0)
    rate = len(questions) / (time.perf_counter() - began)
    total = sum(times)
    shares = [seconds[stage] / total for stage in ("encoder", "index", "store", "follow")]
    return [
        *(f"{1000 * np.percentile(times, q):.1f}" for q in (50, 95, 99)),
        *(f"{share:.0%}" for share in (*shares, 1 - sum(shares))),
        f"{rate:.0f}",
    ]


if __name__ == "__main__":
    main()
