"""Kill a sync with SIGKILL at random points, run it again, and compare with an undisturbed one: graph, ledger, index.

    python -m benchmarks.sync_crash --points 50                                   # an embedded graph
    python -m benchmarks.sync_crash --points 50 --graph neo4j://localhost:7687    # a server

The graph must be empty; it is emptied again at the end. Every point syncs a first version of two files, kills the sync
of a second version (upserts, deletions, the mirroring of what was dropped, and the update of the index), completes it,
and compares: all entities, facts and claims are those of the undisturbed sync, and the index differs in nothing from
the graph.
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from graphdb.errors import IndexMissingError
from graphdb.ledger import Claim, Ledger
from graphdb.opening import open_store
from graphdb.readers import DeleteEntity, DeleteFact, Record, Source, UpsertEntity, UpsertFact, write_facts_jsonl
from graphdb.store import GraphStore
from graphdb.sync import sync
from graphdb.values import TYPE_RELATION, Direction, Entity, Fact, Literal, Node, Step
from indexing import AliasIndex

_ROOT = Path(__file__).parents[1]
_BATCH = 40


@dataclass(frozen=True, slots=True)
class State:
    """All that a graph and a ledger hold."""

    entities: frozenset[Entity]
    facts: frozenset[Fact]
    claims: frozenset[tuple[str, Claim]]


def read_state(store: GraphStore, ledger: Ledger) -> State:
    """All entities, facts and claims, by the reads of the store's contract alone."""
    entities: set[Entity] = set()
    facts: set[Fact] = set()
    for batch in store.scan(batch_size=500):
        entities.update(batch)
        facts.update(_facts_of(store, [entity.key for entity in batch]))
    claims = frozenset(claim for batch in ledger.claims() for claim in batch)
    return State(frozenset(entities), frozenset(facts), claims)


def _facts_of(store: GraphStore, keys: Sequence[str]) -> Sequence[Fact]:
    rows: list[tuple[Node, Step]] = [
        (keys[degree.node], degree.step)
        for degree in store.degrees(keys)
        if degree.step.direction is Direction.OUT and degree.step.relation != TYPE_RELATION
    ]
    found = store.neighbours(rows)
    triples: list[tuple[Node, str, Node]] = [
        (rows[row][0], rows[row][1].relation, target) for row, target in zip(found.rows, found.targets, strict=True)
    ]
    return store.facts(triples)


def write_files(folder: Path, seed: int, rows: int) -> tuple[list[Source], list[Source]]:
    """Two versions of the same two sources."""
    versions = []
    for version in (1, 2):
        rng = random.Random(seed * 10 + version)
        sources = []
        for name in ("a", "b"):
            path = folder / f"{name}{version}.jsonl"
            write_facts_jsonl(path, (_record(rng, version) for _ in range(rows)))
            sources.append(Source(str(path), name=name))
        versions.append(sources)
    return versions[0], versions[1]


def _record(rng: random.Random, version: int) -> Record:
    subject, target = (f"e{rng.randrange(400)}" for _ in range(2))
    relation = rng.choice(["knows", "likes"])
    match rng.randrange(20):
        case 0:
            return DeleteEntity(subject)
        case 1 | 2:
            return DeleteFact((subject, relation, target))
        case 3 | 4 | 5:
            return UpsertEntity(Entity(subject, f"Name {version}", ("N",), ("T",), {"size": rng.randrange(5)}))
        case 6 | 7:
            return UpsertFact(Fact(subject, "size", Literal(rng.randrange(5))))
        case _:
            return UpsertFact(Fact(subject, relation, target, {"since": rng.randrange(2)}))


def empty(store: GraphStore) -> None:
    """Delete every entity of the graph."""
    keys = [entity.key for batch in store.scan() for entity in batch]
    for start in range(0, len(keys), 1000):
        store.delete_entities(keys[start : start + 1000])


def apply(store: GraphStore, folder: Path, sources: Sequence[Source]) -> float:
    """Sync with mirroring, in small batches, and bring the index up to date; returns the seconds.

    :param folder: where the ledger and the index are.
    """
    started = time.monotonic()
    with Ledger(folder / "ledger.db") as ledger:
        sync(store, sources, ledger=ledger, delete=True, batch_size=_BATCH)
    try:
        with AliasIndex.open(folder / "index") as index:
            index.update(store)
    except IndexMissingError:
        AliasIndex.build(folder / "index", store).close()
    return time.monotonic() - started


def crash(graph: str, folder: Path, sources: Sequence[Source], delay_s: float) -> bool:
    """Start the same sync in another process and kill it after a delay.

    :returns: whether it was still running then.
    """
    command = [sys.executable, "-m", "benchmarks.sync_crash", "--child", graph, str(folder)]
    command += [f"{source.name}={source.path}" for source in sources]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as child:  # noqa: S603 - ourselves
        assert child.stdout is not None
        if child.stdout.readline() != "ready\n":
            raise SystemExit("the sync to be killed did not start: see its error above")
        time.sleep(delay_s)
        running = child.poll() is None
        child.kill()
    return running


def crash_and_resume(graph: str, folder: Path, *, points: int, rows: int, seed: int = 0) -> list[bool]:
    """For every point, whether the sync was killed midway; all of them end like the undisturbed one.

    :raises AssertionError: if one does not.
    """
    rng = random.Random(seed)
    first, second = write_files(folder, seed, rows)
    midway = []
    with open_store(graph) as store:
        apply(store, _made(folder / "clean"), first)
        seconds = apply(store, folder / "clean", second)
        clean = _checked_state(store, folder / "clean")
        for point in range(points):
            empty(store)
            place = _made(folder / f"point{point}")
            apply(store, place, first)
            midway.append(crash(graph, place, second, rng.uniform(0, seconds)))
            apply(store, place, second)
            assert _checked_state(store, place) == clean, f"point {point} (seed {seed}) ends in another state"
        empty(store)
    return midway


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _checked_state(store: GraphStore, folder: Path) -> State:
    with AliasIndex.open(folder / "index") as index:
        differences = list(index.differences(store))
    assert not differences, f"the index in {folder} differs from the graph: {differences[:5]}"
    with Ledger(folder / "ledger.db") as ledger:
        return read_state(store, ledger)


def _child(graph: str, folder: str, sources: Sequence[str]) -> None:
    named = [Source(path, name=name) for name, _, path in (source.partition("=") for source in sources)]
    with open_store(graph) as store:
        print("ready", flush=True)
        apply(store, Path(folder), named)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--graph", help="the URL of an empty graph; a temporary SQLite file if not given")
    parser.add_argument("--points", type=int, default=10)
    parser.add_argument("--rows", type=int, default=2000, help="rows of each of the two files")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--child", nargs="+", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        _child(options.child[0], options.child[1], options.child[2:])
        return
    with tempfile.TemporaryDirectory() as folder:
        graph = options.graph or str(Path(folder) / "graph.db")
        with open_store(graph) as store:
            if next(store.scan(batch_size=1), ()):
                raise SystemExit(f"{graph} is not empty: give an empty graph, since this empties it")
        started = time.monotonic()
        midway = crash_and_resume(graph, Path(folder), points=options.points, rows=options.rows, seed=options.seed)
    print(
        f"{len(midway)} of {options.points} points ended like the undisturbed sync; "
        f"{sum(midway)} were killed midway ({time.monotonic() - started:.0f} s)"
    )


if __name__ == "__main__":
    main()
