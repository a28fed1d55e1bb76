"""Measures the reader that ships with the package, or trains one on the corpus and measures that.

    python benchmarks/reader.py --measure atlas,hospital,software --train       trained on all other graphs
    python benchmarks/reader.py --measure atlas,hospital,software --untrained   the encoder as published
    python benchmarks/reader.py --train --out READER                            of all graphs
    python benchmarks/reader.py --further court,films --reader READER --out READER
                                             trained further, on graphs that it does not know, and on some that it does
    python benchmarks/reader.py --again 4000 --without court,films --reader READER --out READER
                                             trained further on so many questions of the graphs that it knows
    python benchmarks/reader.py --measure DIR --corpus OTHERS                   as it ships, on graphs of your own

Graphs that have a ``renamed.json`` come twice: the second, ``court/renamed``, has the same things and questions under
the schema of another modeller, and is left out of the training wherever the first is.

The reader that ships has seen every graph of the corpus, so that measuring it on these shows nothing.
Exact: the likeliest program has exactly the right answers. Given: the answers given are these; a program that has none
gives way to the next. Proposed: some candidate has exactly the right answers.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from rich.progress import track

from benchmarks.renaming import read_names, rename_graph, rename_question
from kgqa import KGQA
from kgqa.questions import read_questions
from kgqa.reader import Reader, load_reader, new_reader, save_reader
from kgqa.reader.files import SHIPPED
from kgqa.reader.fitting import FitOptions, ReadingExample, fit, reading_examples
from kgqa.training.unseen import taken

_SEED = 7  # of which questions of the graphs that a reader knows are shown again
_WEAK = frozenset({"path", "difference", "intersection", "followed", "exists-neighbour", "shared-neighbour"})
_OFTENER = 3  # times as likely as others are questions of these forms, which readers are weak at, to be shown again
RENAMED = "/renamed"
CORPUS = Path(__file__).parent.parent / "corpus"


def prepare(corpus: Path, name: str, reader: Reader) -> list[ReadingExample]:
    """The questions of one graph with their candidates."""
    folder = corpus / name.removesuffix(RENAMED)
    questions = read_questions(folder / "questions.jsonl")
    with tempfile.TemporaryDirectory() as home, KGQA.open(f"{home}/graph.db") as qa:
        facts = folder / "graph.jsonl"
        if name.endswith(RENAMED):
            names = read_names(folder / "renamed.json")
            facts = rename_graph(facts, names, Path(home) / "graph.jsonl")
            questions = [rename_question(question, names) for question in questions]
        qa.sync(facts)
        found = reading_examples(questions, qa.store, qa.index, reader)
        return list(track(found, f"candidates of {name}", total=len(questions)))


def graphs_of(corpus: Path) -> list[str]:
    """The graphs of a corpus, and those that are also there under other names."""
    folders = sorted(folder for folder in corpus.iterdir() if (folder / "graph.jsonl").exists())
    renamed = [f"{folder.name}{RENAMED}" for folder in folders if (folder / "renamed.json").exists()]
    return [*(folder.name for folder in folders), *renamed]


@dataclass(frozen=True, slots=True)
class Read:
    """How well questions are read.

    :param counts: of the questions with an answer (``answerable``), those whose likeliest program has exactly the right
        answers (``exact``), those that are given exactly the right ones (``given``: of the likeliest program that has
        any), those for which some program has (``proposed``); of those without one (``unanswerable``), those that are
        held back.
    :param asked: how many questions of each form have an answer.
    :param exact: how many of those are read exactly.
    """

    counts: Counter[str]
    asked: Counter[str]
    exact: Counter[str]

    def share(self, what: str) -> float:
        """Of the questions that have an answer."""
        return self.counts[what] / max(1, self.counts["answerable"])


def read(reader: Reader, examples: Sequence[ReadingExample]) -> Read:
    """Read questions whose answers are known."""
    found = Read(Counter(), Counter(), Counter())
    for example in examples:
        with torch.inference_mode():
            (scores,) = reader([example.candidates])
        place = taken(example, scores.softmax(0).tolist())
        if not example.answerable:
            found.counts.update({"unanswerable": 1, "held back": place is None})
            continue
        right = len(scores) > 1 and example.matches[int(scores[:-1].argmax())]
        given = place is not None and example.matches[place]
        found.counts.update({"answerable": 1, "exact": right, "given": given, "proposed": any(example.matches)})
        found.asked[example.group] += 1
        found.exact[example.group] += right
    return found


def measure(name: str, reader: Reader, examples: Sequence[ReadingExample]) -> tuple[float, float, float]:
    """Print how well the questions of one graph are read; the shares exact, given and proposed."""
    found = read(reader, examples)
    print(f"{name}: {dict(found.counts)}")
    print("   ", ", ".join(f"{form} {found.exact[form]}/{found.asked[form]}" for form in found.asked))
    return found.share("exact"), found.share("given"), found.share("proposed")


def teach(
    reader: Reader,
    taught: Mapping[str, Sequence[ReadingExample]],
    further: Sequence[str],
    again: int | None,
    epochs: int,
) -> None:
    """Train a reader on the questions of all graphs; or further, on some graphs and as many questions of the others.

    :param taught: the questions of each graph.
    :param further: the graphs that it does not know; none if it knows nothing, or all of them.
    :param again: how many questions of the others, if not as many.
    """
    options = FitOptions(epochs=epochs)
    given = [example for name in taught for example in taught[name]]
    if further or again is not None:
        new = [example for name in further for example in taught[name]]
        known = [example for name in taught if name not in further for example in taught[name]]
        given = [*new, *_again(known, len(new) if again is None else again)]
        options = FitOptions(epochs=1, encoder_rate=3e-4, weights_rate=0.02)
    began = time.perf_counter()

    def progress(step: int, total: int, loss: float) -> None:
        if step % 20 == 0 or step == total:
            print(f"step {step} of {total}, loss {loss:.3f}, {time.perf_counter() - began:.0f} s", flush=True)

    fit(reader, given, options, progress=progress)


def reweigh(reader: Reader, examples: Sequence[ReadingExample], weight: float) -> None:
    """Set what the proposer's score counts, in place of what training found.

    A reader knows the words of the questions that it was trained on, and so trusts words too much in those of other
    graphs. That none of the programs is meant counts for as much more as the right ones do on the mean.
    """
    scores = [e.candidates.scores[e.meant] for e in examples if e.meant is not None]
    more = weight - float(reader.weigh[0].detach())
    with torch.no_grad():
        reader.nothing.add_(more * sum(scores) / max(1, len(scores)))
        reader.weigh[0] = weight


def _again(known: Sequence[ReadingExample], number: int) -> list[ReadingExample]:
    """Some of the questions that a reader knows, those of weak forms oftener (Efraimidis and Spirakis, *Weighted random
    sampling with a reservoir*, Information Processing Letters 97, 2006)."""
    chance = random.Random(_SEED)
    drawn = [(chance.random() ** (1 / (_OFTENER if e.group in _WEAK else 1)), i) for i, e in enumerate(known)]
    return [known[i] for _, i in sorted(drawn, reverse=True)[:number]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, default=CORPUS)
    parser.add_argument("--measure", default="", help="graphs to measure on, separated by commas")
    parser.add_argument("--reader", type=Path, default=SHIPPED, help="the reader to measure, if not the one that ships")
    parser.add_argument("--untrained", action="store_true", help="measure the encoder as published")
    parser.add_argument("--train", action="store_true", help="train a reader on the other graphs first")
    parser.add_argument("--without", default="", help="graphs to leave out of the training")
    parser.add_argument("--further", default="", help="graphs to train --reader on, which it has not seen")
    parser.add_argument("--again", type=int, help="known questions to show once more, if not as many")
    parser.add_argument("--epochs", type=int, default=FitOptions().epochs, help="of --train; --further has one")
    parser.add_argument("--score-weight", type=float, help="what the proposer's score counts, if not as was learned")
    parser.add_argument("--out", type=Path, help="where to write the reader that was trained")
    arguments = parser.parse_args()
    graphs = graphs_of(arguments.corpus)
    measured, without, further = (
        [name for name in names.split(",") if name]
        for names in (arguments.measure, arguments.without, arguments.further)
    )
    trains = arguments.train or bool(further) or bool(arguments.again)
    if not measured and not trains:
        parser.error("nothing to do: name graphs to measure on (--measure), or train on all of them (--train)")
    if arguments.train and (further or arguments.again is not None):
        parser.error("a new reader (--train) knows no graph to be trained further than (--further, --again)")
    if without and not trains:
        parser.error("--without leaves graphs out of training: add --train")
    if unknown := sorted({*measured, *without, *further} - set(graphs)):
        parser.error(f"there is no graph {unknown[0]!r}: there are {', '.join(graphs)}")
    left_out = {*measured, *without}
    left_out |= {f"{name}{RENAMED}" for name in left_out}
    if both := sorted(left_out.intersection(further)):
        parser.error(f"{both[0]} cannot be left out and trained on")
    reader = new_reader() if arguments.train or arguments.untrained else load_reader(arguments.reader)
    wanted = [name for name in graphs if name in measured or name not in left_out] if trains else measured
    examples = {name: prepare(arguments.corpus, name, reader) for name in wanted}
    if trains:
        taught = {name: [e for e in examples[name] if e.teaches] for name in graphs if name not in left_out}
        teach(reader, taught, further, arguments.again, arguments.epochs)
    if arguments.score_weight is not None:
        reweigh(reader, [e for own in examples.values() for e in own], arguments.score_weight)
    if arguments.out:
        save_reader(reader, arguments.out)
        print(f"wrote {arguments.out}")
    shares = [measure(name, reader, examples[name]) for name in measured]
    if shares:
        exact, given, proposed = (sum(column) / len(shares) for column in zip(*shares, strict=True))
        print(f"mean over {len(shares)} graphs: exact {exact:.3f}, given {given:.3f}, proposed {proposed:.3f}")


if __name__ == "__main__":
    main()
