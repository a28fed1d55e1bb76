"""Whether two graphs of the same facts give the same answers, and how fast.

    python benchmarks/same_answers.py --graph A --graph B --model DIR --questions FILE [--sample 500]

Each question is asked of both, one by one, warm, with evidence.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.table import Table

from graphdb import Node
from kgqa import KGQA
from kgqa.questions import read_questions

WARM_UP = 20
SHOWN = 5


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graph", action="append", required=True, help="give two")
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--questions", type=Path, required=True)
    parser.add_argument("--sample", type=int, default=500)
    args = parser.parse_args()
    if len(args.graph) != 2:
        parser.error("give --graph twice: these two are compared")
    questions = [q.question for q in read_questions(args.questions)]
    questions = questions[:: max(1, len(questions) // args.sample)][: args.sample]
    table = Table("graph", "p50 ms", "p95 ms")
    found = []
    for graph in args.graph:
        with KGQA.open(graph, model=args.model, read_only=True) as qa:
            answers, times = ask(qa, questions)
            table.add_row(qa.store.url, *(f"{1000 * np.percentile(times, q):.1f}" for q in (50, 95)))
        found.append(answers)
    console = Console()
    console.print(table)
    differ = [q for q, a, b in zip(questions, *found, strict=True) if a != b]
    console.print(f"{len(questions) - len(differ):,} of {len(questions):,} answer sets are identical")
    for question in differ[:SHOWN]:
        console.print(f"  differs: {question}", markup=False)


def ask(qa: KGQA, questions: list[str]) -> tuple[list[frozenset[Node] | None], list[float]]:
    """The answer set of each question, ``None`` where no answer is given, and the seconds that it took."""
    for question in questions[:WARM_UP]:
        qa.ask(question)
    answers: list[frozenset[Node] | None] = []
    times = []
    for question in questions:
        began = time.perf_counter()
        answer = qa.ask(question)
        times.append(time.perf_counter() - began)
        answers.append(None if answer.abstained else frozenset(answer.nodes))
    return answers, times


if __name__ == "__main__":
    main()
