"""Many clients at once on a service of this machine: how long questions take, and whether any fails.

    python benchmarks/serve_load.py --graph films.db --model models/films --questions held-out.jsonl

Starts ``kgqa serve`` on a free port of the loopback interface, without a model if none is named. Each client asks one
question after the other over a connection of its own, taken from the file in turn, and waits for the answer; so there
are always as many questions in flight as clients. A failure is any response but 200, and any error of the connection.
Times are those of the clients, which share the processors with the service.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import platform
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx2
import numpy as np

from kgqa.questions import read_questions

_SERVE = (sys.executable, "-m", "kgqa", "serve", "--port", "0", "--json")


@dataclass(slots=True)
class Load:
    """What the clients saw.

    :param seconds: of each question that was answered.
    :param failures: how often what went wrong.
    """

    seconds: list[float] = field(default_factory=list)
    abstained: int = 0
    failures: Counter[str] = field(default_factory=Counter)


@contextmanager
def service(args: argparse.Namespace) -> Iterator[str]:
    """The URL of a service of its own, which is told to end afterwards."""
    command = [*_SERVE, "--graph", args.graph, *(("--model", args.model) if args.model else ())]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603
        assert process.stdout is not None
        line = process.stdout.readline()
        if not line:
            sys.exit("the service did not start")
        yield json.loads(line)["url"]
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, "the service did not end well"


async def client(url: str, questions: Iterator[str], until: float, load: Load) -> None:
    """Ask one question after the other."""
    async with httpx2.AsyncClient(base_url=url, timeout=60) as http:
        while time.perf_counter() < until:
            began = time.perf_counter()
            try:
                response = await http.post("/ask", json={"question": next(questions)})
            except httpx2.HTTPError as exc:
                load.failures[type(exc).__name__] += 1
                continue
            if response.status_code == httpx2.codes.OK:
                load.seconds.append(time.perf_counter() - began)
                load.abstained += response.json()["abstained"]
            else:
                load.failures[str(response.status_code)] += 1


async def run(url: str, questions: list[str], clients: int, seconds: float) -> Load:
    """All clients at once, for some seconds."""
    turn = itertools.cycle(questions)
    await client(url, turn, time.perf_counter() + 2, Load())  # until all is warm
    load = Load()
    until = time.perf_counter() + seconds
    await asyncio.gather(*(client(url, turn, until, load) for _ in range(clients)))
    return load


def batch_size(url: str) -> float:
    """How many questions were answered together, on average."""
    figures = dict(
        line.rsplit(" ", 1) for line in httpx2.get(f"{url}/metrics").text.splitlines() if not line.startswith("#")
    )
    return float(figures["kgqa_batch_questions_sum"]) / float(figures["kgqa_batch_questions_count"])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graph", required=True)
    parser.add_argument("--model")
    parser.add_argument("--questions", required=True, help="a file of questions, JSONL")
    parser.add_argument("--clients", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=60)
    args = parser.parse_args()
    questions = [question.question for question in read_questions(args.questions)]
    with service(args) as url:
        load = asyncio.run(run(url, questions, args.clients, args.seconds))
        together = batch_size(url)
    milliseconds = 1000 * np.percentile(load.seconds, [50, 95, 99])
    print(f"{platform.machine()}, {os.cpu_count()} cores, load average {os.getloadavg()[0]:.1f}")
    print(f"{args.clients} clients for {args.seconds:g} s: {len(load.seconds):,} questions answered")
    print(f"{len(load.seconds) / args.seconds:.0f} questions/s, {together:.1f} together on average")
    print("p50 {:.0f} ms, p95 {:.0f} ms, p99 {:.0f} ms".format(*milliseconds))
    print(f"abstained {load.abstained:,}, failures {dict(load.failures) or 'none'}")
    if load.failures:
        sys.exit(1)


if __name__ == "__main__":
    main()
