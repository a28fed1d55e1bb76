"""The speed and the memory of sync, against a bare loop over the same batches in the same run.

    python -m benchmarks.sync_speed FACTS                                        # an embedded graph
    python -m benchmarks.sync_speed FACTS --graph neo4j://localhost:7687         # a server, with KGQA_NEO4J_*
    python -m benchmarks.sync_speed --rows 100000 --rows 1000000 --memory        # generated facts, peak memory of sync

On SQL the bare loop gives the same batches to the same kind of store, without reading the file, regrouping or ledger.
On Neo4j it is the driver alone: UNWIND … MERGE of nodes and relationships under a uniqueness constraint, on nodes of a
label of its own. The graph must be empty; what is written is deleted again. On a busy machine processor time says more
than the clock: --server PID counts that of the server too, if it runs on this machine.
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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from statistics import median

from neo4j import Driver, GraphDatabase

from benchmarks.sync_crash import empty
from graphdb.ledger import Ledger
from graphdb.opening import is_neo4j, open_store
from graphdb.readers import UpsertFact, read_records
from graphdb.sync import BATCH_SIZE, sync
from graphdb.values import Entity, Fact

_ROOT = Path(__file__).parents[1]
_LABEL = "SyncSpeedBaseline"
_CONSTRAINT = "sync_speed_baseline"
_OURS = "(_KGQAMeta|_KGQATombstone)"


def batches(path: Path) -> Iterator[Sequence[Fact]]:
    """The facts of a file, in batches without repeats."""
    facts = (record.fact for record in read_records(path, strict=True) if isinstance(record, UpsertFact))
    while batch := list(islice(facts, BATCH_SIZE)):
        yield list(dict.fromkeys(batch))


@dataclass(frozen=True, slots=True)
class Cost:
    """What some work took, in seconds: by the clock, and of the processor in this process and in the server's."""

    wall: float
    cpu: float


class Meter:
    """Measures work.

    :param server: the process of the server, where it runs on this machine: its processor time is counted too.
    """

    def __init__(self, server: int | None) -> None:
        self._server = server

    def _cpu(self) -> float:
        own = time.process_time()
        if self._server is None:
            return own
        fields = Path(f"/proc/{self._server}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return own + (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def cost(self, work: Callable[[], object]) -> Cost:
        """What the work took."""
        wall, cpu = time.perf_counter(), self._cpu()
        work()
        return Cost(time.perf_counter() - wall, self._cpu() - cpu)


# --- the bare loops ---------------------------------------------------------------------------------------------------


def bare_store(graph: str, path: Path, meter: Meter) -> Cost:
    """A loop over ``upsert_facts``, with the batches ready in memory."""
    ready = list(batches(path))
    with open_store(graph) as store:
        return meter.cost(lambda: [store.upsert_facts(batch) for batch in ready])


def bare_driver(graph: str, path: Path, meter: Meter) -> Cost:
    """The Neo4j driver alone, with the batches ready in memory."""
    ready = [_by_relation(batch) for batch in batches(path)]
    with _driver(graph) as driver:
        driver.execute_query(f"CREATE CONSTRAINT {_CONSTRAINT} FOR (n:{_LABEL}) REQUIRE n.key IS UNIQUE")
        driver.execute_query("CALL db.awaitIndexes()")
        try:
            return meter.cost(lambda: _merge(driver, ready))
        finally:
            driver.execute_query(f"DROP CONSTRAINT {_CONSTRAINT}")


def _merge(driver: Driver, ready: Sequence[dict[str, list[list[str]]]]) -> None:
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


def _by_relation(batch: Sequence[Fact]) -> dict[str, list[list[str]]]:
    rows: defaultdict[str, list[list[str]]] = defaultdict(list)
    for fact in batch:
        rows[fact.relation].append([fact.subject, str(fact.object)])
    return rows


def _driver(graph: str) -> Driver:
    user, password = os.environ.get("KGQA_NEO4J_USER", "neo4j"), os.environ.get("KGQA_NEO4J_PASSWORD", "")
    return GraphDatabase.driver(graph, auth=(user, password) if password else None)


# --- comparing --------------------------------------------------------------------------------------------------------


def is_empty(graph: str) -> bool:
    """Whether a graph has no entity; a Neo4j database, no node but for kgqa's bookkeeping."""
    if is_neo4j(graph):
        with _driver(graph) as driver:
            return not driver.execute_query(f"RETURN EXISTS {{ (n:!{_OURS}) }} AS used").records[0]["used"]
    with open_store(graph) as store:
        return not next(store.scan(batch_size=1), ())


def clear(graph: str) -> None:
    """Delete all that a graph has, with what it knows of earlier deletions where that is possible."""
    if is_neo4j(graph):
        with _driver(graph) as driver, driver.session() as session:
            session.run("MATCH (n) CALL (n) { DETACH DELETE n } IN TRANSACTIONS OF 5000 ROWS").consume()
        return
    with open_store(graph) as store:
        empty(store)


def costs_of_sync(graph: str, path: Path, ledger: Path, meter: Meter) -> list[Cost]:
    """A first sync into an empty graph, and a second one that changes nothing."""
    with open_store(graph) as store, Ledger(ledger) as book:
        store.upsert_entities([Entity("first")])  # constraints are created once, with the first write of all
        store.delete_entities(["first"])
        return [meter.cost(lambda: sync(store, [path], ledger=book)) for _ in range(2)]


def costs_of_round(graph: str | None, path: Path, folder: Path, number: int, meter: Meter) -> list[Cost]:
    """The bare loop, a first sync, and one that changes nothing. The bare loop begins in every second round."""
    costs: dict[str, list[Cost]] = {}
    for part in ("bare", "sync") if number % 2 == 0 else ("sync", "bare"):
        place = graph or str(folder / f"{part}{number}.db")
        if part == "sync":
            costs[part] = costs_of_sync(place, path, folder / f"ledger{number}.db", meter)
        else:
            costs[part] = [(bare_driver if is_neo4j(place) else bare_store)(place, path, meter)]
        if graph:
            clear(graph)
    return [*costs["bare"], *costs["sync"]]


def compare(graph: str | None, path: Path, folder: Path, *, rounds: int, meter: Meter) -> None:
    """Print what the bare loop and sync took, and their ratio: medians of rounds in which they take turns."""
    rows = sum(1 for _ in read_records(path))
    found = [costs_of_round(graph, path, folder, number, meter) for number in range(rounds)]
    names = ("bare loop", "sync, first time", "sync, unchanged")
    walls = [median(costs[i].wall for costs in found) for i in range(len(names))]
    cpus = [median(costs[i].cpu for costs in found) for i in range(len(names))]
    print(f"{rows:,} rows, medians of {rounds} rounds; speed as a share of the bare loop's, by clock and by processor")
    for name, wall, cpu in zip(names, walls, cpus, strict=True):
        print(
            f"  {name}: {wall:.1f} s ({rows / wall:,.0f} rows/s), processor {cpu:.1f} s: "
            f"{walls[0] / wall:.0%} and {cpus[0] / cpu:.0%}"
        )


# --- memory -----------------------------------------------------------------------------------------------------------


def generate(path: Path, rows: int) -> None:
    """Write facts among a tenth as many entities."""
    with path.open("w", encoding="utf-8") as file:
        for i in range(rows):
            file.write(f"entity {i // 10}\trelation {i % 9}\tentity {(i * 7919) % (rows // 10)}\n")


def peak_memory(graph: str | None, path: Path, folder: Path) -> int:
    """Peak resident memory in MiB of a process that syncs the file."""
    place = graph or str(folder / "memory.db")
    command = [sys.executable, "-m", "benchmarks.sync_speed", str(path), "--graph", place, "--child", str(folder)]
    done = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True, check=True)  # noqa: S603 - ourselves
    return int(done.stdout)


def _child(graph: str, path: Path, folder: Path) -> None:
    with open_store(graph) as store, Ledger(folder / "memory-ledger.db") as ledger:
        sync(store, [path], ledger=ledger, delete=True)
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("facts", nargs="?", type=Path, help="a fact file; generated if not given")
    parser.add_argument("--rows", type=int, action="append", help="facts to generate (default 100000)")
    parser.add_argument("--graph", help="the URL of an empty graph; a temporary SQLite file if not given")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--server", type=int, help="the process of the server, to count its processor time")
    parser.add_argument("--memory", action="store_true", help="print peak memory of sync instead of speed")
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    graph: str | None = options.graph
    if options.child:
        _child(options.graph, options.facts, options.child)
        return
    if graph and not is_empty(graph):
        raise SystemExit(f"{graph} is not empty: give an empty graph, since this empties it")
    for rows in [0] if options.facts else options.rows or [100_000]:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            path = options.facts or folder / "facts.tsv"
            if not options.facts:
                generate(path, rows)
            if options.memory:
                print(f"{path.name}, {rows:,} rows: peak memory {peak_memory(graph, path, folder)} MiB")
                if graph:
                    clear(graph)
            else:
                compare(graph, path, folder, rounds=options.rounds, meter=Meter(options.server))


if __name__ == "__main__":
    main()
