from __future__ import annotations

import multiprocessing
import random
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphdb import Entity
from graphdb.errors import IndexMismatchError
from graphdb.sql import SqlStore
from indexing import AliasIndex

NAMES = ("Ann Lee", "ann lee", "Bob", "Bob Roy", "Ohio", "東京", "$", "Lee Ann", "River")
KEYS = ("a", "b", "c", "d")
entities = st.builds(
    Entity,
    key=st.sampled_from(KEYS),
    name=st.sampled_from(NAMES),
    aliases=st.lists(st.sampled_from(NAMES), max_size=3).map(tuple),
    types=st.lists(st.sampled_from(("River", "FilmStudio")), max_size=2).map(tuple),
    properties=st.dictionaries(st.just("place"), st.sampled_from(NAMES), max_size=1),
)
operations = st.lists(st.one_of(entities, st.sampled_from(KEYS)), min_size=1, max_size=8)


@contextmanager
def temporary() -> Iterator[tuple[Path, SqlStore]]:
    with tempfile.TemporaryDirectory() as folder, SqlStore.open(f"sqlite:///{folder}/graph.db") as store:
        yield Path(folder), store


def contents(index: AliasIndex) -> list[object]:
    """All that the index answers about the names of these tests, and how many forms it has."""
    questions = [*NAMES, "rivers and film studios near ohoi", "ann lea bob roi"]
    return [len(index), index.watermark, [sorted(map(repr, found)) for found in index.candidates(questions)]]


def apply(store: SqlStore, operation: Entity | str) -> None:
    if isinstance(operation, str):
        store.delete_entities([operation])
    else:
        store.upsert_entities([operation])


@settings(max_examples=25, deadline=None)
@given(st.lists(operations, min_size=1, max_size=3), operations)
def test_updates_end_where_a_fresh_build_does(rounds: list[list[Entity | str]], first: list[Entity | str]) -> None:
    with temporary() as (folder, store):
        for operation in first:
            apply(store, operation)
        with AliasIndex.build(folder / "kept", store) as kept:
            for operations_ in rounds:
                for operation in operations_:
                    apply(store, operation)
                kept.update(store)
            with AliasIndex.build(folder / "fresh", store) as fresh:
                assert contents(kept) == contents(fresh)
            with AliasIndex.open(folder / "kept") as reopened:
                assert contents(kept) == contents(reopened)


# words in another order have the same pairs of characters, so all these names are equally near to each other
reordered = st.lists(st.permutations(("ann", "lee", "bo", "kim")).map(" ".join), min_size=14, max_size=24, unique=True)


@settings(max_examples=15, deadline=None)
@given(reordered, st.randoms(use_true_random=False))
def test_the_order_in_which_names_came_makes_no_difference(names: list[str], rng: random.Random) -> None:
    questions = ["who is ann bo lee kmi", "who is lee kim bo", "who is anne kim", f"who is {names[0]}"]
    offered = []
    for order in (names, rng.sample(names, len(names))):
        with temporary() as (folder, store), AliasIndex.build(folder / "alias", store) as index:
            for some in (order[:7], order[7:]):
                store.upsert_entities([Entity(name) for name in some])
                index.update(store)
            offered.append(index.candidates(questions, limit=6))
    assert offered[0] == offered[1]


def test_a_large_update_equals_a_fresh_build(store: SqlStore, root: Path, tmp_path: Path) -> None:
    rng = random.Random(3)
    words = ["".join(rng.choices("abcdefghijklm", k=5)) for _ in range(80)]

    def some(number: int) -> list[Entity]:
        return [
            Entity(f"e{rng.randrange(600)}", " ".join(rng.choices(words, k=2)), tuple(rng.choices(words, k=2)))
            for _ in range(number)
        ]

    store.upsert_entities(list({e.key: e for e in some(500)}.values()))
    with AliasIndex.build(root, store) as kept:
        for _ in range(3):
            store.upsert_entities(list({e.key: e for e in some(100)}.values()))
            store.delete_entities(sorted({f"e{rng.randrange(600)}" for _ in range(50)}))
            report = kept.update(store)
            assert report.surfaces == len(kept)
        with AliasIndex.build(tmp_path / "fresh", store) as fresh:
            assert len(kept) == len(fresh)
            asked = [f"who is {word} {other}" for word, other in pairwise(words)]
            exact = kept.candidates(asked, fuzzy=False), fresh.candidates(asked, fuzzy=False)
            assert exact[0] == exact[1]


def test_an_update_with_nothing_new_changes_nothing(store: SqlStore, root: Path) -> None:
    store.upsert_entities([Entity("a", "Ann")])
    with AliasIndex.build(root, store) as index:
        report = index.update(store)
        assert (report.entities, report.surfaces_added, report.surfaces_removed) == (0, 0, 0)


def test_reports_say_what_was_done(store: SqlStore, root: Path) -> None:
    store.upsert_entities([Entity("a", "Ann"), Entity("b", "Bob", ("\u200b",)), Entity("c", "Cid")])
    progress: list[tuple[int, int]] = []
    with AliasIndex.build(root, store, progress=lambda done, total: progress.append((done, total))) as index:
        assert index.report is not None
        assert (index.report.entities, index.report.surfaces, index.report.blank_names) == (3, 3, 1)
        assert progress == [(3, 3)]
        store.upsert_entities([Entity("a", "Anna")])
        store.delete_entities(["c"])
        report = index.update(store)
        assert (report.entities, report.deleted) == (1, 1)
        assert (report.surfaces_added, report.surfaces_removed, report.surfaces) == (1, 2, 2)
        assert report.watermark == store.watermark() == index.watermark


def test_another_graph_is_refused(store: SqlStore, root: Path, tmp_path: Path) -> None:
    AliasIndex.build(root, store).close()
    with SqlStore.open(f"sqlite:///{tmp_path / 'other.db'}") as other, AliasIndex.open(root) as index:
        with pytest.raises(IndexMismatchError, match="--rebuild"):
            index.update(other)
        with pytest.raises(IndexMismatchError, match="--rebuild"):
            index.check(other)
        index.check(store)


def _add_name(url: str, root: str) -> None:
    with SqlStore.open(url) as store, AliasIndex.open(Path(root)) as index:
        store.upsert_entities([Entity("z", "Zanzibar City")])
        index.update(store)


def _rebuild(url: str, root: str) -> None:
    with SqlStore.open(url) as store:
        store.upsert_entities([Entity("y", "Yokohama")])
        AliasIndex.build(Path(root), store).close()


def test_a_reader_sees_the_updates_and_rebuilds_of_other_processes(store: SqlStore, root: Path, tmp_path: Path) -> None:
    store.upsert_entities([Entity("a", "Ann")])
    spawn = multiprocessing.get_context("spawn")
    with AliasIndex.build(root, store) as reader:
        for work, name, key in ((_add_name, "zanzibra city", "z"), (_rebuild, "yokohana", "y")):
            assert key not in [c.node for c in reader.candidates([f"where is {name}"])[0]]
            process = spawn.Process(target=work, args=(f"sqlite:///{tmp_path / 'graph.db'}", str(root)))
            process.start()
            process.join(300)
            assert process.exitcode == 0
            assert key in [c.node for c in reader.candidates([f"where is {name}"])[0]]


def test_threads_read_while_one_writes(store: SqlStore, root: Path) -> None:
    store.upsert_entities([Entity(f"e{i}", f"Name {i:03}") for i in range(50)])
    with AliasIndex.build(root, store) as index, ThreadPoolExecutor(4) as pool:

        def read(number: int) -> bool:
            (found,) = index.candidates([f"who is name {number % 50:03} and nmae {number % 50:03}"])
            return any(c.exact and c.node == f"e{number % 50}" for c in found)

        reads = [pool.submit(read, number) for number in range(200)]
        for number in range(50, 60):
            store.upsert_entities([Entity(f"e{number}", f"Name {number:03}")])
            index.update(store)
            if number == 55:
                AliasIndex.build(root, store).close()
        assert all(future.result() for future in reads)
        assert index.search("name 059")[0].node == "e59"
