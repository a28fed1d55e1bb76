"""Accuracy on published questions: trained on some of them, measured on the rest.

    python benchmarks/accuracy.py metaqa --data DIR --work DIR                       # one model for 1, 2 and 3 hops
    python benchmarks/accuracy.py metaqa --data DIR --work DIR --train 1-hop=961,2-hop=1190,3-hop=1142
    python benchmarks/accuracy.py wikimovies --data DIR --work DIR
    python benchmarks/accuracy.py wc2014 --data DIR --work DIR --test 0.2            # paths and conjunctions
    python benchmarks/accuracy.py wc2014 --data DIR --work DIR --test 0.2 --branches 1 --paths-only
    python benchmarks/accuracy.py metaqa --data DIR --work DIR --unanswerable 0.3    # and knowing when not to answer

Raw question text, no gold entities, no hop labels. ``--typos`` also asks every question with one random edit in the
mention of its topic. The split is made with ``--seed``; the ``--test`` share is never trained or tuned on. Texts are
drawn for it, so that none is in both parts, or with ``--split question`` questions, as published splits are.
``--unanswerable`` adds questions without an answer to both parts (see ``unanswerable.py``), so many that they are this
share of each. Those of the test are about other entities and made from other questions, and what they ask of another
graph is about another data set than in training.
The graph, the index and the model stay in ``--work``, and are used again by ``speed.py``.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.unanswerable import Maker, topic_names
from kgqa import KGQA
from kgqa.convert import LAYOUTS, convert
from kgqa.evaluation import Report
from kgqa.model import ModelConfig
from kgqa.questions import Question, read_questions, write_questions
from kgqa.training import TrainOptions
from kgqa.training.typos import mistype

console = Console()

_FOREIGN = ("geoquery", "wc2014", "metaqa")  # whose questions are asked where nothing of the kind is known
_SAME_GRAPH = {"wikimovies": ("metaqa",)}


def main() -> None:
    args = _arguments()
    work: Path = args.work / args.layout
    work.mkdir(parents=True, exist_ok=True)
    kb = args.data / "metaqa" / "kb.txt" if args.layout == "wikimovies" else None
    if not (work / "facts.jsonl").exists():
        console.print(convert(args.layout, args.data / args.layout, work, kb=kb))
    questions = [q for f in sorted(work.glob("questions*.jsonl")) for q in read_questions(f)]
    train, test = split(questions, args.seed, args.test, by_text=args.split == "text")
    train = limited(train, args.train)
    name = f"{len(train)}-{args.seed}" + ("" if args.branches is None else f"-{args.branches}")
    name += "-paths" if args.paths_only else ""
    name += "" if args.split == "text" else "-by-question"
    name += f"-unanswerable-{args.unanswerable}" if args.unanswerable else ""
    model = work / f"model-{name}"
    with KGQA.open(str(work / "graph.db"), model=model if (model / "model.safetensors").exists() else None) as qa:
        if qa.store.watermark() == 0:
            began = time.monotonic()
            console.print(qa.sync(work / "facts.jsonl"))
            console.print(f"graph and index: {time.monotonic() - began:.0f} s")
        if args.unanswerable:
            train, test = with_unanswerable(qa, train, test, args)
        write_questions(work / "test.jsonl", test)
        if not (model / "model.safetensors").exists():
            began, worked = time.monotonic(), time.process_time()
            options = TrainOptions(epochs=args.epochs, seed=args.seed, read=not args.paths_only)
            config = None if args.branches is None else ModelConfig(branches=args.branches)
            summary = qa.train(train, model, options=options, config=config)
            console.print(
                f"trained on {summary.trained_on} questions in {summary.steps} steps, {summary.seconds:.0f} s of "
                f"training, {time.monotonic() - began:.0f} s and {time.process_time() - worked:.0f} s of processor "
                "time in all"
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


def split(
    questions: Sequence[Question], seed: int, share: float, *, by_text: bool
) -> tuple[list[Question], list[Question]]:
    """Questions to train on, and the share to test on.

    :param by_text: whether texts are drawn and not questions, so that questions of one text stay together.
    """
    chance = random.Random(seed)
    shuffled = list(questions)
    chance.shuffle(shuffled)
    if not by_text:
        kept = round(len(shuffled) * share)
        return shuffled[kept:], shuffled[:kept]
    texts = sorted({q.question for q in shuffled})
    chance.shuffle(texts)
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


def with_unanswerable(
    qa: KGQA, train: list[Question], test: list[Question], args: argparse.Namespace
) -> tuple[list[Question], list[Question]]:
    """Both with questions that have no answer among them."""
    entities = [e for batch in qa.store.scan() for e in batch]
    random.Random(args.seed).shuffle(entities)
    half = len(entities) // 2
    foreign = [layout for layout in _FOREIGN if layout not in (args.layout, *_SAME_GRAPH.get(args.layout, ()))]
    parts = []
    for questions, own, layout in ((train, entities[:half], foreign[0]), (test, entities[half:], foreign[1])):
        count = round(len(questions) * args.unanswerable / (1 - args.unanswerable))
        made = Maker(qa.store, qa.index, own, args.seed).make(count, questions, _texts(layout, args.data))
        console.print(f"without an answer: {dict(Counter(q.group for q in made))}, no relation from {layout}")
        parts.append([*questions, *made])
    return parts[0], parts[1]


def _texts(layout: str, data: Path) -> list[tuple[str, str]]:
    """Questions of a data set that name one topic, with its name; one for each way to ask."""
    converted = LAYOUTS[layout](data / layout, None)
    names = {fact.subject: fact.subject for fact in converted.facts} | {e.key: e.name for e in converted.entities}
    questions = [q for split in converted.questions.values() for q in split if len(q.topic) == 1]
    named = topic_names(questions, names)
    texts = {q.question.replace(named[q.id][0], "…"): (q.question, named[q.id][0]) for q in questions if q.id in named}
    return sorted(texts.values())


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
    console.print(f"calibration error {report.calibration_error:.3f}")
    if report.abstention_precision is not None and report.abstention_recall is not None:
        precision, recall = report.abstention_precision, report.abstention_recall
        console.print(
            f"of the questions not answered, {100 * precision:.1f} % have no answer; of those without an "
            f"answer, {100 * recall:.1f} % were not answered"
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("layout", choices=("metaqa", "wikimovies", "wc2014", "geoquery"))
    parser.add_argument(
        "--data", type=Path, default=os.environ.get("KGQA_DATA"), required="KGQA_DATA" not in os.environ
    )
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--train", help="how many training questions of each group: GROUP=N,…")
    parser.add_argument("--test", type=float, default=0.1, help="share of the questions that is kept back for the test")
    parser.add_argument("--split", choices=("text", "question"), default="text", help="what is drawn for the test")
    parser.add_argument("--unanswerable", type=float, default=0.0, help="share of questions that have no answer")
    parser.add_argument("--branches", type=int, help="most mentions whose paths are combined")
    parser.add_argument("--paths-only", action="store_true", help="follow paths, without learning to read")
    parser.add_argument("--epochs", type=int)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--typos", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()
