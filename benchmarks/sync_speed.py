"""The speed and the memory of sync, against a bare loop over the same batches in the same run.

    python -m benchmarks.sync_speed FACTS                                        # an embedded graph
    python -m benchmarks.sync_speed FACTS --graph neo4j://localhost:7687         # a server, with KGQA_NEO4J_*
    python -m benchmarks.sync_speed --rows 100000 --rows 1000000 --memory        # generated facts, peak memory

On SQL the bare loop gives the same batches to the same kind of store, without reading the file, regrouping or ledger.
On Neo4j it is the driver alone: UNWIND … MERGE of nodes and relationships under a uniqueness constraint, on nodes of a
label of its own. The graph must be empty; what is written is deleted again.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from neo4j import Driver, GraphDatabase

from benchmarks.sync_crash import empty
from graphdb.ledger import Ledger
from graphdb.opening import open_store
from graphdb.readers import UpsertFact, read_records
from graphdb.store import GraphStore
from graphdb.sync import BATCH_SIZE, sync
from graphdb.values import Fact

_ROOT = Path(__file__).parents[1]
_LABEL = "SyncSpeedBaseline"


def batches(path: Path) -> Iterator[Sequence[Fact]]:
    """The facts of a file, in batches without repeats."""
    facts = (record.fact for record in read_records(path, strict=True) if isinstance(record, UpsertFact))
    while batch := list(islice(facts, BATCH_SIZE)):
        yield list(dict.fromkeys(batch))


def bare_store(graph: str, path: Path) -> float:
    """Seconds that a loop over ``upsert_facts`` takes, with the batches ready in memory."""
    ready = list(batches(path))
    with open_store(graph) as store:
        started = time.perf_counter()
        for batch in ready:
            store.upsert_facts(batch)
        return time.perf_counter() - started


def bare_driver(graph: str, path: Path) -> float:
    """Seconds that the Neo4j driver alone takes, with the batches ready in memory."""
    ready = [_by_relation(batch) for batch in batches(path)]
    user, password = os.environ.get("KGQA_NEO4J_USER", "neo4j"), os.environ.get("KGQA_NEO4J_PASSWORD", "")
    with GraphDatabase.driver(graph, auth=(user, password) if password else None) as driver:
        driver.execute_query(f"CREATE CONSTRAINT FOR (n:{_LABEL}) REQUIRE n.key IS UNIQUE")
        driver.execute_query("CALL db.awaitIndexes()")
        try:
            return _merge(driver, ready)
        finally:
            driver.execute_query(f"DROP CONSTRAINT {_constraint(driver)}")
            with driver.session() as session:
                session.run(f"MATCH (n:{_LABEL}) CALL (n) {{ DETACH DELETE n }} IN TRANSACTIONS OF 5000 ROWS").consume()


def _merge(driver: Driver, ready: Sequence[dict[str, list[list[str]]]]) -> float:
    started = time.perf_counter()
    with driver.session() as session:
        for batch in ready:
            with session.begin_transaction() as transaction:
                for relation, rows in batch.items():
                    quoted = relation.replace("`", "``")
                    transaction.run(
                        f"UNWIND $rows AS row MERGE (s:{_LABEL} {{key: row[0]}}) MERGE (o:{_LABEL} {{key: row[1]}}) "
                        f"MERGE (s)-[:`{quoted}`]->(o)",
                        rows=rows,
                    ).consume()
                transaction.commit()
    return time.perf_counter() - started


def _by_relation(batch: Sequence[Fact]) -> dict[str, list[list[str]]]:
    rows: defaultdict[str, list[list[str]]] = defaultdict(list)
    for fact in batch:
        rows[fact.relation].append([fact.subject, str(fact.object)])
    return rows


def _constraint(driver: Driver) -> str:
    rows = driver.execute_query("SHOW CONSTRAINTS YIELD name, labelsOrTypes").records
    return next(str(row["name"]) for row in rows if row["labelsOrTypes"] == [_LABEL])


def timed_sync(store: GraphStore, path: Path, ledger: Path) -> tuple[float, float]:
    """Seconds of a first sync, and of a second one that changes nothing."""
    with Ledger(ledger) as book:
        return tuple(sync(store, [path], ledger=book).seconds for _ in range(2))  # type: ignore[return-value]


def compare(graph: str | None, path: Path, folder: Path) -> None:
    """Print the seconds of the bare loop and of sync, and their ratio."""
    rows = sum(1 for _ in read_records(path))
    server = graph is not None and not graph.startswith(("sqlite", "postgresql")) and "://" in graph
    place = graph or str(folder / "graph.db")
    bare = bare_driver(place, path) if server else bare_store(place if graph else str(folder / "bare.db"), path)
    with open_store(place) as store:
        if graph and not server:
            empty(store)
        first, second = timed_sync(store, path, folder / "ledger.db")
        if graph:
            empty(store)
    print(f"{rows:,} rows: bare loop {bare:.1f} s ({rows / bare:,.0f} rows/s)")
    for name, seconds in (("sync, first time", first), ("sync, unchanged", second)):
        print(
            f"  {name}: {seconds:.1f} s ({rows / seconds:,.0f} rows/s), {bare / seconds:.0%} of the bare loop's speed"
        )


def generate(path: Path, rows: int) -> None:
    """Write facts among a tenth as many entities."""
    with path.open("w", encoding="utf-8") as file:
        for i in range(rows):
            file.write(f"entity {i // 10}\trelation {i % 9}\tentity {(i * 7919) % (rows // 10)}\n")


def peak_memory(path: Path, folder: Path) -> int:
    """Peak resident memory in MiB of a process that syncs the file into an embedded graph."""
    command = [sys.executable, "-m", "benchmarks.sync_speed", str(path), "--child", str(folder)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
    return int(done.stdout)


def _child(path: Path, folder: Path) -> None:
    with open_store(str(folder / "memory.db")) as store, Ledger(folder / "memory-ledger.db") as ledger:
        sync(store, [path], ledger=ledger, delete=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facts", nargs="?", type=Path, help="a fact file; generated if not given")
    parser.add_argument("--rows", type=int, action="append", help="facts to generate (default 100000)")
    parser.add_argument("--graph", help="the URL of an empty graph; a temporary SQLite file if not given")
    parser.add_argument("--memory", action="store_true", help="print peak memory instead of speed")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(options.facts, options.child)
        return
    for rows in [0] if options.facts else options.rows or [100_000]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            path = options.facts or folder / "facts.tsv"
            if not options.facts:
                generate(path, rows)
            if options.memory:
                print(f"{path.name}, {rows:,} rows: peak memory {peak_memory(path, folder)} MiB")
            else:
                compare(options.graph, path, folder)


if __name__ == "__main__":
    main()
