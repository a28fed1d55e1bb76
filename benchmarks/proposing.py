"""How long a question takes with no model, and how many programs are proposed, by the size of graph and schema.

    python -m benchmarks.proposing --nodes 1000,10000,100000 --relations 20 --work DIR
    python -m benchmarks.proposing --nodes 10000 --relations 5,20,50,100 --work DIR
    python -m benchmarks.proposing --nodes 100000 --relations 20 --work DIR --graph neo4j://localhost:7687

Graphs are generated: so many nodes of several types, each with a name, a number, a date, a text and a yes or no, and
twice as many facts of so many types of relations. Questions about them are made by ``kgqa.bootstrap``. They
stay in ``--work``, and a graph in SQLite does, for the next time; a Neo4j database (``KGQA_NEO4J_USER``,
``KGQA_NEO4J_PASSWORD``) must be empty, and is emptied again.

Half of the questions are taken apart into stages: ``names`` is the look-up in the index, ``propose`` puts programs
together with all reads that it takes, ``read`` says them in English and compares them with the question, ``run`` runs
the likeliest, and where it has no answer the next. ``made`` is how many programs were put together, of which at most
48 are read. The other half is asked as a user asks, proofs included. Everything is warm, one question at a time.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from functools import partial
from pathlib import Path

import numpy as np
import torch
from rich.console import Console
from rich.table import Table

from benchmarks.alias_lookup import batched, invented_names
from benchmarks.sync_speed import clear, is_empty
from graphdb import Entity, Fact, GraphStore, Scalar
from graphdb.opening import is_neo4j
from kgqa import KGQA
from kgqa.answering.unlabelled import TRIES
from kgqa.proposing import Proposal, Proposer
from kgqa.questions import read_questions
from kgqa.reader import Candidates, Reader, load_reader

_TYPES = (
    *("Person", "Company", "Factory", "Product", "Region", "Project", "Vehicle", "Building", "Supplier", "Contract"),
    *("Machine", "Department", "Warehouse", "Campaign", "Course", "Laboratory", "Festival", "Device", "Garden"),
)
_VERBS = (
    *("supplies", "manages", "owns", "sponsors", "maintains", "visits", "designs", "inspects", "operates", "finances"),
    *("follows", "teaches", "repairs", "borders", "delivers", "certifies", "hosts", "records", "protects", "advises"),
    *("leads", "joins", "monitors", "replaces", "publishes"),
)
_ATTRIBUTES = (
    ("weight", "opened", "colour", "certified"),
    ("price", "founded", "status", "public"),
    ("capacity", "renewed", "grade", "insured"),
    ("height", "registered", "climate", "automatic"),
)
_TEXTS = ("red", "green", "blue", "amber", "silver", "golden", "violet", "white", "black", "orange")
_FACTS = 2  # of a node
_MOST = 100_000  # programs, more than are ever made
_STAGES = ("names", "propose", "read", "run", "ask")


# --- graphs -----------------------------------------------------------------------------------------------------------


def entities(nodes: int, types: Sequence[str], rng: random.Random) -> Iterator[Entity]:
    """Entities of the types in turn."""
    name = invented_names(2 * nodes, rng)
    for number in range(nodes):
        place = number % len(types)
        size, day, text, flag = _ATTRIBUTES[place % len(_ATTRIBUTES)]
        properties: dict[str, Scalar] = {
            size: rng.randrange(1, 5000),
            day: date(1950, 1, 1) + timedelta(days=rng.randrange(25_000)),
            text: rng.choice(_TEXTS),
            flag: rng.random() < 0.5,
        }
        yield Entity(f"n{number}", name(), types=(types[place],), properties=properties)


def relations(count: int, types: Sequence[str]) -> list[tuple[str, int, int]]:
    """Relations by name, with the places of the types at their ends; every type has some."""
    found = []
    for number in range(count):
        verb, subject = _VERBS[number % len(_VERBS)], number % len(types)
        other = (subject + 1 + number // len(types)) % len(types)
        name = verb if number < len(_VERBS) else f"{verb}_{types[other].lower()}_{number // len(_VERBS)}"
        found.append((name, subject, other))
    return found


def facts(
    nodes: int, types: Sequence[str], named: Sequence[tuple[str, int, int]], rng: random.Random
) -> Iterator[Fact]:
    """Facts from every node, to nodes of the type that their relation leads to."""
    leaving = defaultdict(list)
    for name, subject, other in named:
        leaving[subject].append((name, other))
    for number in range(nodes):
        for _ in range(_FACTS):
            name, other = rng.choice(leaving[number % len(types)])
            target = rng.randrange((nodes - other - 1) // len(types) + 1) * len(types) + other
            yield Fact(f"n{number}", name, f"n{target}")


def generate(store: GraphStore, nodes: int, relation_types: int, seed: int) -> None:
    """Write a graph into an empty store."""
    rng = random.Random(seed)
    types = _TYPES[: max(3, min(len(_TYPES), relation_types // 3))]
    for some in batched(entities(nodes, types, rng), 5000):
        store.upsert_entities(some)
    for part in batched(facts(nodes, types, relations(relation_types, types), rng), 5000):
        store.upsert_facts(list(dict.fromkeys(part)))


# --- measuring --------------------------------------------------------------------------------------------------------


class Meter:
    """What each stage takes, in ms: by the clock and of processor time."""

    def __init__(self) -> None:
        self.clock: defaultdict[str, list[float]] = defaultdict(list)
        self.processor: defaultdict[str, list[float]] = defaultdict(list)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        began, worked = time.perf_counter(), time.process_time()
        yield
        self.processor[name].append(1000 * (time.process_time() - worked))
        self.clock[name].append(1000 * (time.perf_counter() - began))

    def cells(self, name: str) -> str:
        clock, processor = self.clock[name], self.processor[name]
        return f"{np.percentile(clock, 50):.1f} / {np.percentile(clock, 95):.1f} · {np.percentile(processor, 50):.1f}"


def take_apart(qa: KGQA, reader: Reader, questions: Sequence[str], meter: Meter) -> list[int]:
    """Time the stages of each question; how many programs are made of each."""
    schema = qa.store.schema()
    proposer = Proposer(schema, lambda texts: reader.encoder.text_vectors(texts).cpu().numpy())
    made = []
    for question in questions:
        with meter.stage("names"):
            candidates = qa.index.candidates([question])
        with meter.stage("propose"):
            propose = partial(proposer.propose, [question], candidates)
            (proposed,) = qa.store.reading(propose)
        with meter.stage("read"):
            said: dict[str, Proposal] = {}
            for proposal in proposed:
                said.setdefault(proposal.in_words(schema), proposal)
            (scores,) = reader([Candidates(question, tuple(said), [p.score for p in said.values()])])
        order = scores[:-1].argsort(descending=True).tolist()
        likeliest = [list(said.values())[i].program for i in order[:TRIES]]
        with meter.stage("run"):
            any(qa.store.run([program])[0] for program in likeliest)
        made.append(len(proposer.propose([question], candidates, qa.store, limit=_MOST)[0]))
    return made


def questions_of(qa: KGQA, path: Path, count: int, seed: int) -> list[str]:
    """Questions that the graph made of itself, or another store of the same graph before."""
    made = read_questions(path) if path.exists() else qa.bootstrap(questions=count, seed=seed, out=path).questions
    questions = [q.question for q in made if q.answers]
    random.Random(seed).shuffle(questions)
    return questions[:count]


def measure(qa: KGQA, questions: Sequence[str]) -> list[str]:
    """The cells of one graph."""
    reader = load_reader().eval()
    meter = Meter()
    with torch.inference_mode():
        take_apart(qa, reader, questions[:6], Meter())
        programs = take_apart(qa, reader, questions[6::2], meter)
    for question in questions[:6]:
        qa.ask(question)
    for question in questions[7::2]:
        with meter.stage("ask"):
            qa.ask(question)
    return [f"{np.median(programs):.0f} / {max(programs)}", *map(meter.cells, _STAGES)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--nodes", default="10000", help="how many, separated by commas")
    parser.add_argument("--relations", default="20", help="types of relations, separated by commas")
    parser.add_argument("--graph", help="an empty Neo4j database; else SQLite")
    parser.add_argument("--work", type=Path, help="a folder in which graphs in SQLite are kept")
    parser.add_argument("--generate", action="store_true", help="generate the graphs in --work, and do not measure")
    parser.add_argument("--questions", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    table = Table(title=f"{torch.get_num_threads()} threads; ms: clock p50 / p95 · processor p50")
    for column in ("nodes", "relations", "made", *_STAGES):
        table.add_column(column, justify="right")
    with tempfile.TemporaryDirectory() as home:
        for nodes in map(int, arguments.nodes.split(",")):
            for relation_types in map(int, arguments.relations.split(",")):
                cells = one(arguments, nodes, relation_types, arguments.work or Path(home), Path(home))
                table.add_row(f"{nodes:,}", f"{relation_types}", *cells)
    if not arguments.generate:
        Console(width=180).print(table)


def one(arguments: argparse.Namespace, nodes: int, relation_types: int, work: Path, home: Path) -> list[str]:
    """Generate a graph, unless it is there, and measure."""
    work.mkdir(parents=True, exist_ok=True)
    graph = arguments.graph or str(work / f"generated-{nodes}-{relation_types}.db")
    if is_neo4j(graph) and not is_empty(graph):
        raise SystemExit(f"{graph} is not empty: give the URL of an empty database")
    fresh = is_neo4j(graph) or not Path(graph).exists()
    with KGQA.open(graph, home=home / f"{nodes}-{relation_types}") as qa:
        began, worked = time.perf_counter(), time.process_time()
        if fresh:
            generate(qa.store, nodes, relation_types, arguments.seed)
            qa.update_index()
            took, busy = time.perf_counter() - began, time.process_time() - worked
            print(f"{nodes:,} nodes, {relation_types} relations: made in {took:.0f} s ({busy:.0f} s)", flush=True)
        if arguments.generate:
            return []
        path = work / f"questions-{nodes}-{relation_types}.jsonl"
        cells = measure(qa, questions_of(qa, path, arguments.questions, arguments.seed))
    print(nodes, relation_types, *cells, sep=" | ", flush=True)
    if is_neo4j(graph):
        clear(graph)
    return cells


if __name__ == "__main__":
    main()
