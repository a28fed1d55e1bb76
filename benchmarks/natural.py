"""Accuracy on published data sets in Neo4j, in a schema of their own, with none of their questions to train on.

    export KGQA_NEO4J_USER=neo4j KGQA_NEO4J_PASSWORD=…
    python -m benchmarks.natural geoquery --graph bolt://localhost:7687 --data DIR --work DIR
    python -m benchmarks.natural wc2014 --graph bolt://localhost:7687 --data DIR --work DIR --ask 300
    python -m benchmarks.natural metaqa --group 1-hop --graph … --data DIR --work DIR --ask 300 --own 0,20
    python -m benchmarks.natural metaqa --group 1-hop … --train      the whole of `kgqa train`, not the reader alone

The data set is loaded by plain Cypher into an empty database, as ``natural_graphs.py`` models it. Then kgqa sees it as
it sees any graph that it did not write: ``inspect`` proposes a mapping, which is taken as it is, and ``index`` indexes
it. Published questions are asked with no model; then with the reader fitted to questions that the graph makes of itself
(``bootstrap``), and to those with a few of the published ones, which are not among those that measure. ``--ask`` takes
so many of the questions, by chance. ``--load`` loads only, ``--clear`` deletes everything in the database.
"""

from __future__ import annotations

import argparse
import copy
import os
import random
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from neo4j import Driver, GraphDatabase

from benchmarks.alias_lookup import batched
from benchmarks.natural_graphs import GRAPHS, NaturalGraph
from graphdb.neo4j import inspect
from kgqa import KGQA
from kgqa.answering import UnlabelledAnswerer
from kgqa.evaluation import Report, evaluate
from kgqa.examples import prepare
from kgqa.questions import Question, write_questions
from kgqa.reader import Reader, load_reader
from kgqa.reader.fitting import FitOptions, ReadingExample, fit, reading_examples

_ROWS = 5000  # of a statement
_TIMED = 50  # questions that are asked once more, one by one
_OWN_TIMES = 4  # how often the few published questions are among those that the graph made


@contextmanager
def timed(what: str) -> Iterator[None]:
    began, worked = time.perf_counter(), time.process_time()
    yield
    clock, processor = time.perf_counter() - began, time.process_time() - worked
    print(f"{what}: {clock:.1f} s, {processor:.1f} s of processor time", flush=True)


# --- loading ----------------------------------------------------------------------------------------------------------


def load(driver: Driver, graph: NaturalGraph) -> None:
    """Write the graph by Cypher, into a database that has no nodes.

    :raises SystemExit: if it has some.
    """
    if driver.execute_query("RETURN EXISTS { (n) } AS used").records[0]["used"]:
        raise SystemExit("the database is not empty: take another one, or --clear it")
    for label, key in graph.keys.items():
        driver.execute_query(f"CREATE CONSTRAINT FOR (n:`{label}`) REQUIRE n.`{key}` IS UNIQUE")
        for rows in batched(graph.rows(label), _ROWS):
            driver.execute_query(f"UNWIND $rows AS row CREATE (n:`{label}`) SET n = row", rows=rows)
    for (label, kind, other), pairs in graph.edges.items():
        statement = (
            f"UNWIND $rows AS row MATCH (a:`{label}` {{`{graph.keys[label]}`: row[0]}}) "
            f"MATCH (b:`{other}` {{`{graph.keys[other]}`: row[1]}}) CREATE (a)-[:`{kind}`]->(b)"
        )
        for part in batched(map(list, pairs), _ROWS):
            driver.execute_query(statement, rows=part)


def clear(driver: Driver) -> None:
    """Delete all nodes and constraints."""
    with driver.session() as session:
        session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()
        for record in list(session.run("SHOW CONSTRAINTS YIELD name")):
            session.run(f"DROP CONSTRAINT `{record['name']}`").consume()


# --- measuring --------------------------------------------------------------------------------------------------------


def measure(qa: KGQA, reader: Reader, questions: Sequence[Question], what: str) -> None:
    """Ask with no model but a reader, and show how often the answers are right."""
    with timed("asking"):
        answerer = UnlabelledAnswerer(qa.store, qa.index, reader)
        report = evaluate(answerer, prepare(questions, qa.store, None), latency_sample=min(_TIMED, len(questions)))
    show(report, what)


def show(report: Report, what: str) -> None:
    """Print the figures of all questions, and of each of their groups."""
    for name, own in {"all": report.overall, **report.groups}.items():
        print(
            f"{what}, {name}: {own.questions} questions, exact {100 * own.exact_match:.1f}, "
            f"hits@1 {100 * own.hits_at_1:.1f}, F1 {100 * own.f1:.1f}, not answered {100 * own.abstained:.1f}"
        )
    latency = ", ".join(f"{name} {value:.0f} ms" for name, value in report.latency_ms.items())
    print(f"{what}: calibration error {report.calibration_error:.3f}; one question {latency}", flush=True)


def fitted(reader: Reader, made: Sequence[ReadingExample], own: Sequence[ReadingExample]) -> Reader:
    """A reader that was fitted to questions of the graph's own, and to a few that people asked.

    :param own: what people asked.
    """
    taught = copy.deepcopy(reader)
    fit(
        taught,
        [*made, *list(own) * _OWN_TIMES],
        FitOptions(epochs=2, candidates=12, encoder_rate=4e-4, weights_rate=0.02),
    )
    return taught


def examples(qa: KGQA, reader: Reader, questions: Sequence[Question], what: str) -> list[ReadingExample]:
    """What is proposed for each question."""
    with timed(f"proposing and running all programs of {len(questions)} questions {what}"):
        found = list(reading_examples(questions, qa.store, qa.index, reader))
    proposed = sum(any(e.matches) for e in found), sum(e.answerable for e in found)
    print(f"some program is right for {proposed[0]} of {proposed[1]}", flush=True)
    return found


def run(qa: KGQA, asked: Sequence[Question], others: Sequence[Question], arguments: argparse.Namespace) -> None:
    """Measure with no training, bootstrapped, and with some of the other questions."""
    reader = load_reader()
    if not arguments.skip_untrained:
        measure(qa, reader, asked, "no training")
    if arguments.proposed:
        examples(qa, reader, asked, "that measure")
    if arguments.own is None:
        return
    with timed("bootstrap"):
        made = qa.bootstrap(questions=arguments.questions, seed=arguments.seed).questions
    print(f"{len(made)} questions made")
    counts = sorted(int(count) for count in arguments.own.split(","))
    if arguments.train:
        for count in counts:
            own = list(others[:count]) * _OWN_TIMES
            with timed(f"training on {len(made)} made and {count} published questions"):
                qa.train([*made, *own], arguments.work / arguments.dataset / f"model-{count}")
            with timed("asking"):
                report = qa.evaluate(asked, latency_sample=min(_TIMED, len(asked)))
            show(report, f"trained, {count} of its own")
        return
    shown = examples(qa, reader, made, "made")
    few = examples(qa, reader, others[: counts[-1]], "of its own") if counts[-1] else []
    for count in counts:
        with timed(f"fitting to {len(made)} made and {count} published questions"):
            taught = fitted(reader, shown, few[:count])
        measure(qa, taught, asked, f"bootstrapped, {count} of its own")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("dataset", choices=GRAPHS)
    parser.add_argument(
        "--graph", required=True, help="URL of an empty Neo4j database, or of one that was loaded before"
    )
    parser.add_argument("--data", type=Path, default=os.environ.get("KGQA_DATA"))
    parser.add_argument("--work", type=Path, required=True, help="for the mapping, the index and the models")
    parser.add_argument("--group", help="only the questions of this group")
    parser.add_argument("--ask", type=int, help="how many measure; else all")
    parser.add_argument("--own", help="bootstrap, and add so many published questions, separated by commas")
    parser.add_argument("--questions", type=int, default=360, help="how many the graph makes of itself")
    parser.add_argument("--train", action="store_true", help="train a model, not the reader alone")
    parser.add_argument("--proposed", action="store_true", help="also say for how many some program is right")
    parser.add_argument("--skip-untrained", action="store_true")
    parser.add_argument("--load", action="store_true", help="only load the data set")
    parser.add_argument("--clear", action="store_true", help="delete EVERYTHING in the database, and do nothing else")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    if arguments.data is None:
        parser.error("say where the data sets are: --data, or KGQA_DATA")
    auth = os.environ.get("KGQA_NEO4J_USER", "neo4j"), os.environ.get("KGQA_NEO4J_PASSWORD", "")
    natural, questions = GRAPHS[arguments.dataset](Path(arguments.data))
    with GraphDatabase.driver(arguments.graph, auth=auth) as driver:
        if arguments.clear:
            return clear(driver)
        if arguments.load:
            with timed("loading"):
                load(driver, natural)
            return None
    questions = [q for q in questions if arguments.group in (None, q.group)]
    random.Random(arguments.seed).shuffle(questions)
    asked = questions[: arguments.ask]
    folder = arguments.work / arguments.dataset
    folder.mkdir(parents=True, exist_ok=True)
    write_questions(folder / "asked.jsonl", asked)
    mapping = folder / "mapping.toml"
    if not mapping.exists():
        with timed("inspect"):
            inspect(arguments.graph, auth=auth).write(mapping)
    with KGQA.open(arguments.graph, mapping=mapping, auth=auth, home=folder) as qa:
        with timed("index"):
            print(qa.update_index())
        run(qa, asked, questions[len(asked) :], arguments)
    return None


if __name__ == "__main__":
    main()
