"""Measures what questions that a graph makes of itself teach the reader, and a few of its own beside them.

    python benchmarks/reader.py --measure atlas,hospital,software --train --out fold.safetensors
    python -m benchmarks.bootstrap --reader fold.safetensors --measure atlas,hospital,software
    python -m benchmarks.bootstrap --reader fold.safetensors --measure hospital --own 0,5,20,100
    python -m benchmarks.bootstrap … --questions 0 --own 20      only questions written for it
    python -m benchmarks.bootstrap … --proposed                  no training: what is proposed

The reader must not have seen the graphs, as the one that ships has. Of the questions that were written for a graph, in
a random order, the first 110 measure. It is fitted on questions that the graph makes of itself, and then on so many of
the others. Exact: the likeliest program has exactly the right answers. Proposed: some candidate has.
"""

from __future__ import annotations

import argparse
import copy
import random
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.progress import track

from benchmarks.reader import CORPUS, read
from kgqa import KGQA
from kgqa.bootstrap import bootstrap
from kgqa.questions import Question, read_questions
from kgqa.reader import Reader, load_reader
from kgqa.reader.fitting import FitOptions, ReadingExample, fit, reading_examples


def prepare(folder: Path, reader: Reader, count: int, seed: int) -> tuple[list[ReadingExample], list[ReadingExample]]:
    """What may be meant by questions that the graph makes, and by those that were written for it."""
    with tempfile.TemporaryDirectory() as home, KGQA.open(f"{home}/graph.db") as qa:
        qa.sync(folder / "graph.jsonl")
        began = time.perf_counter()
        made = bootstrap(qa.store, qa.index, questions=count, seed=seed).questions if count else ()
        print(f"{folder.name}: {len(made)} questions made in {time.perf_counter() - began:.1f} s", flush=True)
        asked = read_questions(folder / "questions.jsonl")
        random.Random(0).shuffle(asked)

        def examples(questions: Sequence[Question], what: str) -> list[ReadingExample]:
            found = reading_examples(questions, qa.store, qa.index, reader)
            return list(track(found, f"{what} of {folder.name}", total=len(questions)))

        return examples(made, "questions made"), examples(asked, "questions written")


def measure(reader: Reader, examples: Sequence[ReadingExample]) -> tuple[str, Counter[str]]:
    """How well questions are read: figures in a line, and how many of each form are right."""
    found = read(reader, examples)
    counts = found.counts
    line = (
        f"exact {100 * found.share('exact'):.1f} ({counts['exact']} of {counts['answerable']}), "
        f"exact and given {100 * found.share('given'):.1f}, proposed {100 * found.share('proposed'):.1f}, "
        f"held back {counts['held back']} of {counts['unanswerable']} without an answer"
    )
    return line, found.exact


def fitted(reader: Reader, examples: Sequence[ReadingExample], options: FitOptions, what: str) -> None:
    began = time.perf_counter()

    def progress(step: int, total: int, loss: float) -> None:
        if step % 10 == 0 or step == total:
            print(f"  {what}: step {step} of {total}, loss {loss:.3f}, {time.perf_counter() - began:.0f} s", flush=True)

    fit(reader, examples, options, progress=progress)


def options_for(examples: Sequence[ReadingExample], arguments: argparse.Namespace, epochs: int) -> FitOptions:
    useful = sum(e.teaches for e in examples)
    return FitOptions(
        epochs=epochs,
        batch=max(1, min(8, useful)),
        candidates=arguments.candidates,
        encoder_rate=arguments.rate,
        weights_rate=arguments.rate * 50,
        seed=arguments.seed,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--reader", type=Path, required=True, help="one that was trained without these graphs")
    parser.add_argument("--measure", required=True, help="graphs to measure on, separated by commas")
    parser.add_argument("--questions", type=int, default=360, help="how many are made")
    parser.add_argument("--own", default="0", help="how many of its own are added, separated by commas")
    parser.add_argument("--proposed", action="store_true", help="only say for how many the right program is proposed")
    parser.add_argument("--epochs", type=int, default=2)
    parser.add_argument("--rate", type=float, default=4e-4, help="of the adapters of the encoder")
    parser.add_argument("--candidates", type=int, default=12, help="programs of a question that a step compares")
    parser.add_argument("--asked", type=int, default=110, help="how many measure")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    own = sorted(int(count) for count in arguments.own.split(","))
    for name in arguments.measure.split(","):
        given = load_reader(arguments.reader)
        made, asked = prepare(arguments.corpus / name, given, arguments.questions, arguments.seed)
        answerable = [example for example in made if example.answerable]
        if answerable:
            meant, equal = sum(e.meant is not None for e in answerable), sum(any(e.matches) for e in answerable)
            print(
                f"  of {len(answerable)} made with an answer, {meant} have their program proposed, {equal} an equal one"
            )
            lost = Counter(e.group for e in answerable if not any(e.matches))
            print(f"  not proposed: {dict(lost.most_common())}", flush=True)
        if arguments.proposed:
            continue
        test, others = asked[: arguments.asked], asked[arguments.asked :]
        if own[-1] > len(others):
            parser.error(f"{name} has {len(others)} questions of its own to add, not {own[-1]}")
        line, before = measure(given, test)
        print(f"{name}, as it is: {line}", flush=True)
        reader = copy.deepcopy(given)
        if made:
            fitted(reader, made, options_for(made, arguments, arguments.epochs), "bootstrapped")
        for count in own:
            taught = copy.deepcopy(reader) if count else reader
            if count:
                fitted(taught, others[:count], options_for(others[:count], arguments, 3), f"{count} of its own")
            line, after = measure(taught, test)
            print(f"{name}, {len(made)} made, {count} of its own: {line}")
            changed = {form: after[form] - before[form] for form in {*before, *after} if after[form] != before[form]}
            print(f"  right by form, against the reader before: {changed}", flush=True)


if __name__ == "__main__":
    main()
