"""Accuracy on published questions: trained on some of them, measured on the rest.

    python benchmarks/accuracy.py metaqa --data DIR --work DIR                       # one model for 1, 2 and 3 hops
    python benchmarks/accuracy.py metaqa --data DIR --work DIR --train 1-hop=961,2-hop=1190,3-hop=1142
    python benchmarks/accuracy.py wikimovies --data DIR --work DIR
    python benchmarks/accuracy.py wc2014 --data DIR --work DIR --test 0.2            # paths and conjunctions
    python benchmarks/accuracy.py wc2014 --data DIR --work DIR --test 0.2 --branches 1

Raw question text, no gold entities, no hop labels. ``--typos`` also asks every question with one random edit in the
mention of its topic. The split is made with ``--seed``; the ``--test`` share is never trained or tuned on.
The graph, the index and the model stay in ``--work``, and are used again by ``speed.py``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from kgqa import KGQA
from kgqa.convert import convert
from kgqa.evaluation import Report
from kgqa.model import ModelConfig
from kgqa.questions import Question, read_questions, write_questions
from kgqa.training import TrainOptions
from kgqa.training.typos import mistype

console = Console()


def main() -> None:
    args = _arguments()
    work: Path = args.work / args.layout
    work.mkdir(parents=True, exist_ok=True)
    kb = args.data / "metaqa" / "kb.txt" if args.layout == "wikimovies" else None
    if not (work / "facts.jsonl").exists():
        console.print(convert(args.layout, args.data / args.layout, work, kb=kb))
    questions = [q for f in sorted(work.glob("questions*.jsonl")) for q in read_questions(f)]
    train, test = split(questions, args.seed, args.test)
    train = limited(train, args.train)
    write_questions(work / "test.jsonl", test)
    name = f"{len(train)}-{args.seed}" + ("" if args.branches is None else f"-{args.branches}")
    model = work / f"model-{name}"
    with KGQA.open(str(work / "graph.db"), model=model if (model / "model.safetensors").exists() else None) as qa:
        if qa.store.watermark() == 0:
            began = time.monotonic()
            console.print(qa.sync(work / "facts.jsonl"))
            console.print(f"graph and index: {time.monotonic() - began:.0f} s")
        if not (model / "model.safetensors").exists():
            began = time.monotonic()
            options = TrainOptions(epochs=args.epochs, seed=args.seed)
            config = None if args.branches is None else ModelConfig(branches=args.branches)
            summary = qa.train(train, model, options=options, config=config)
            console.print(
                f"trained on {summary.trained_on} questions in {summary.seconds:.0f} s of training, "
                f"{time.monotonic() - began:.0f} s in all"
            )
        results: dict[str, Any] = {"layout": args.layout, "trained_on": len(train), "test": len(test)}
        report = qa.evaluate(test, latency_sample=0)
        results["plain"] = report.to_dict()
        show("as published", report)
        if args.typos:
            report = qa.evaluate(with_typos(qa, test, args.seed), latency_sample=0)
            results["one edit in the mention"] = report.to_dict()
            show("one random edit in the mention", report)
    (work / f"accuracy-{name}.json").write_text(json.dumps(results, indent=2) + "\n")


def split(questions: Sequence[Question], seed: int, share: float) -> tuple[list[Question], list[Question]]:
    """Questions to train on, and the share to test on; questions of one text stay together."""
    shuffled = list(questions)
    random.Random(seed).shuffle(shuffled)
    texts = list(dict.fromkeys(q.question for q in shuffled))
    kept_back = set(texts[: round(len(texts) * share)])
    return [q for q in shuffled if q.question not in kept_back], [q for q in shuffled if q.question in kept_back]


def limited(questions: list[Question], limits: str | None) -> list[Question]:
    """The first questions of each group, so many as ``GROUP=N,…`` says."""
    if limits is None:
        return questions
    left = {group: int(n) for group, _, n in (part.partition("=") for part in limits.split(","))}
    chosen = []
    for question in questions:
        if left.get(question.group, 0):
            left[question.group] -= 1
            chosen.append(question)
    return chosen


def with_typos(qa: KGQA, questions: Sequence[Question], seed: int) -> list[Question]:
    """The questions with one random edit in the mention of the topic; those whose topic is not named literally are
    left out."""
    rng = random.Random(seed)
    names = {key: entity.name for key, entity in qa.store.entities([k for q in questions for k in q.topic]).items()}
    edited = []
    for question in questions:
        name = names.get(question.topic[0], "") if question.topic else ""
        start = question.question.find(name) if name else -1
        if start >= 0:
            end = start + len(name)
            text = question.question[:start] + mistype(name, rng) + question.question[end:]
            edited.append(replace(question, question=text))
    return edited


def show(title: str, report: Report) -> None:
    table = Table(title=f"{title} (%)")
    for column in ("questions", "hits@1", "set F1", "exact set", "entity", "abstained"):
        table.add_column(column, justify="right")
    for name, f in [*report.groups.items(), ("all", report.overall)]:
        shares = (f.hits_at_1, f.f1, f.exact_match, f.entity_accuracy, f.abstained)
        table.add_row(f"{name}: {f.questions}", *("" if s is None else f"{100 * s:.2f}" for s in shares))
    console.print(table)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layout", choices=("metaqa", "wikimovies", "wc2014", "geoquery"))
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("KGQA_DATA"), required="KGQA_DATA" not in os.environ
    )
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--train", help="how many training questions of each group: GROUP=N,…")
    parser.add_argument("--test", type=float, default=0.1, help="share of the questions that is kept back for the test")
    parser.add_argument("--branches", type=int, help="most mentions whose paths are combined")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--typos", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
