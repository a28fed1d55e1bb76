"""Sync: fact files applied to a real graph, with a real ledger."""

from __future__ import annotations

import gc
import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.sync_crash import State, crash_and_resume, read_state
from graphdb.errors import InputError, LedgerError, ReadOnlyStoreError, RecordError, StoreUnavailableError
from graphdb.ledger import Ledger
from graphdb.readers import (
    DeleteEntity,
    DeleteFact,
    Record,
    Source,
    UpsertEntity,
    UpsertFact,
    read_records,
    write_facts_jsonl,
)
from graphdb.sql import SqlStore
from graphdb.store import Outcome
from graphdb.sync import Retry, SyncReport, sync
from graphdb.sync.portions import portions
from graphdb.sync.window import Window
from graphdb.values import Entity, Fact, Literal


class Place:
    """A graph, its ledger and a folder for files."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = SqlStore.open(str(folder / "graph.db"))
        self.ledger = Ledger(folder / "ledger.db")

    def close(self) -> None:
        self.store.close()
        self.ledger.close()

    def file(self, name: str, *records: Record | Entity | Fact) -> Source:
        path = self.folder / f"{name}.jsonl"
        write_facts_jsonl(path, records)
        return Source(str(path), name=name)

    def text(self, name: str, content: str) -> Source:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return Source(str(path))

    def sync(self, *sources: Source, delete: bool = False, dry_run: bool = False, batch_size: int = 5000) -> SyncReport:
        return sync(self.store, sources, ledger=self.ledger, delete=delete, dry_run=dry_run, batch_size=batch_size)

    def state(self) -> State:
        return read_state(self.store, self.ledger)

    def facts(self) -> set[Fact]:
        return set(self.state().facts)

    def keys(self) -> set[str]:
        return {entity.key for entity in self.state().entities}


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    place = Place(tmp_path)
    yield place
    place.close()


AB, BC, CD = Fact("a", "knows", "b"), Fact("b", "knows", "c"), Fact("c", "knows", "d")
ADA = Entity("ada", "Ada Lovelace", ("Countess of Lovelace",), ("Person",), {"born": 1815})


def gone(fact: Fact) -> DeleteFact:
    return DeleteFact(fact.triple)


# --- one sync -----------------------------------------------------------------------------------------------------


def test_added_then_unchanged_then_updated(place: Place) -> None:
    report = place.sync(place.file("f", ADA, AB, BC))
    assert (report.added, report.entities.added, report.facts.added, report.rows) == (3, 1, 2, 3)
    before = place.state()
    report = place.sync(place.file("f", ADA, AB, BC))
    assert (report.unchanged, report.added, report.updated, report.rows) == (3, 0, 0, 3)
    assert place.state() == before
    report = place.sync(place.file("f", replace(ADA, name="Ada"), replace(AB, properties={"since": 1}), BC))
    assert (report.entities.updated, report.facts.updated, report.unchanged) == (1, 1, 1)
    assert place.store.entities(["ada"])["ada"].name == "Ada"
    assert report.watermark == place.store.watermark() > 0


def test_what_others_changed_in_the_graph_is_mended(place: Place) -> None:
    source = place.file("f", AB, BC)
    place.sync(source)
    place.store.delete_facts([AB.triple])
    report = place.sync(source)
    assert (report.added, report.unchanged) == (1, 1)
    assert place.facts() == {AB, BC}


def test_deletions_are_counted(place: Place) -> None:
    place.sync(place.file("f", ADA, AB, BC))
    report = place.sync(place.file("g", gone(AB), gone(CD), DeleteEntity("ada"), DeleteEntity("nobody")))
    assert (report.facts.deleted, report.facts.unchanged) == (1, 1)
    assert (report.entities.deleted, report.entities.unchanged) == (1, 1)
    assert place.facts() == {BC}
    assert {claim.subject for _, claim in place.state().claims} == {"b"}


def test_later_rows_win(place: Place) -> None:
    late = Entity("ada", "Ada", properties={"born": 1816})
    place.sync(place.file("f", AB, gone(AB), gone(BC), BC, ADA, late, CD, DeleteEntity("d"), Entity("d", "Dora")))
    assert place.facts() == {BC, Fact("ada", "born", Literal(1816))}
    names = {entity.key: entity.name for entity in place.state().entities}
    assert names == {"a": "a", "b": "b", "c": "c", "ada": "Ada", "d": "Dora"}


def test_the_runs_are_in_the_ledger(place: Place) -> None:
    source = place.text("f.tsv", "a\tr\tb\noops\nb\tr\tc\n")
    place.sync(source)
    (run,) = place.ledger.runs()
    assert run.source == source.name == str(place.folder / "f.tsv")
    assert run.finished is not None
    assert (run.rows, run.batches) == (3, 1)
    assert run.digest is not None
    assert run.counts == {"added": 2, "updated": 0, "unchanged": 0, "deleted": 0, "rejected": 1}


def test_progress_is_told(place: Place) -> None:
    seen: list[tuple[str, int]] = []
    source = place.text("f.tsv", "".join(f"a\tr\tb{i}\n" for i in range(10)))
    sync(
        place.store,
        [source],
        ledger=place.ledger,
        batch_size=4,
        progress=lambda path, rows: seen.append((path, rows)),
    )
    assert seen == [(source.path, 4), (source.path, 8), (source.path, 10)]


# --- rejected rows ------------------------------------------------------------------------------------------------


def test_rejected_rows_are_listed_with_file_line_reason_and_text(place: Place, tmp_path: Path) -> None:
    table = place.text("t.tsv", "a\tknows\tb\na\tknows\nb\tknows\tc\n")
    rows = [
        '{"entity": "x", "properties": {"size": 5}}',
        '{"subject": "x", "relation": "size", "object": {"value": "big"}}',
        '{"subject": "x", "relation": "size", "object": {"value": 6}}',
        '{"entity": "y", "nmae": "Y"}',
    ]
    lines = place.text("l.jsonl", "\n".join(rows))
    rejects = tmp_path / "rejects.jsonl"
    report = sync(place.store, [table, lines], ledger=place.ledger, rejects=rejects)
    assert (report.rows, report.added, report.rejected) == (7, 4, 3)
    assert [(error.path, error.line) for error in report.rejections] == [
        (table.path, 2),
        (lines.path, 4),
        (lines.path, 2),
    ]
    written = [json.loads(line) for line in rejects.read_text().splitlines()]
    assert [(row["path"], row["line"], row["text"]) for row in written] == [
        (table.path, 2, "a\tknows"),
        (lines.path, 4, rows[3]),
        (lines.path, 2, rows[1]),
    ]
    assert "would mix number and string" in written[2]["reason"]
    assert place.store.entities(["x"])["x"].properties == {"size": (5, 6)}
    assert all(claim.object != "big" for _, claim in place.state().claims)


def test_only_the_rows_at_fault_are_rejected_out_of_a_batch(place: Place) -> None:
    place.sync(place.file("f", *(Entity(f"e{i}", properties={"size": i}) for i in range(50))))
    bad = {3, 4, 17, 49}
    facts = [Fact(f"e{i}", "size", Literal("x" if i in bad else i + 100)) for i in range(50)]
    report = place.sync(place.file("g", *facts))
    assert (report.rejected, report.facts.added) == (4, 46)
    assert sorted(error.line for error in report.rejections) == [i + 1 for i in sorted(bad)]


def test_the_report_lists_the_first_rejections_and_counts_all(place: Place) -> None:
    report = place.sync(place.text("t.tsv", "a\tknows\tb\n" + "oops\n" * 100))
    assert (report.rejected, len(report.rejections)) == (100, 20)
    text = str(report)
    assert "rejected 100 rows" in text
    assert "… and 80 more" in text
    assert ":2: 1 field where 3" in text
    assert json.loads(json.dumps(report.to_dict()))["rejected"] == 100


def test_mended_rows_can_be_synced_again(place: Place, tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.jsonl"
    sync(place.store, [place.text("t.tsv", "a\tknows\n")], ledger=place.ledger, rejects=rejects)
    text = json.loads(rejects.read_text())["text"] + "\tb\n"
    assert place.sync(place.text("mended.tsv", text)).added == 1
    assert place.facts() == {AB}


# --- mirroring ----------------------------------------------------------------------------------------------------


def test_delete_mirrors_what_the_source_dropped(place: Place) -> None:
    place.store.upsert_facts([CD])
    place.sync(place.file("f", AB, BC))
    assert place.sync(place.file("f", AB)).deleted == 0
    place.sync(place.file("f", AB, BC))
    report = place.sync(place.file("f", AB), delete=True)
    assert report.facts.deleted == 1
    assert place.facts() == {AB, CD}
    assert place.keys() == {"a", "b", "c", "d"}
    report = place.sync(place.file("f"), delete=True)
    assert (report.facts.deleted, report.entities.deleted) == (1, 0)
    assert place.facts() == {CD}
    assert place.keys() == {"c", "d"}
    assert place.state().claims == frozenset()


def test_what_another_source_claims_is_not_deleted(place: Place) -> None:
    place.sync(place.file("f", AB, BC), place.file("g", BC, CD))
    report = place.sync(place.file("f", AB), delete=True)
    assert report.deleted == 0
    assert place.facts() == {AB, BC, CD}
    report = place.sync(place.file("g", CD), delete=True)
    assert report.facts.deleted == 1
    assert place.facts() == {AB, CD}


def test_a_record_may_move_from_one_source_to_another(place: Place) -> None:
    place.sync(place.file("f", AB, BC), place.file("g", CD))
    watermark = place.store.watermark()
    report = place.sync(place.file("f", AB), place.file("g", BC, CD), delete=True)
    assert (report.deleted, report.unchanged) == (0, 3)
    assert place.store.watermark() == watermark


def test_entities_with_rows_of_their_own_are_mirrored_too(place: Place) -> None:
    place.sync(place.file("f", ADA, Entity("bob", "Bob", properties={"born": 1800}), Fact("ada", "knows", "bob")))
    report = place.sync(place.file("f", replace(ADA, properties={})), delete=True)
    assert place.facts() == set()
    assert place.keys() == {"ada"}
    assert (report.facts.deleted, report.entities.deleted, report.kept) == (3, 1, 0)


def test_an_entity_that_other_facts_mention_is_kept_and_reported(place: Place) -> None:
    place.sync(place.file("f", ADA), place.file("g", Fact("bob", "knows", "ada")))
    report = place.sync(place.file("f"), delete=True)
    assert (report.kept, report.kept_keys, report.entities.deleted) == (1, ("ada",), 0)
    assert "kept 1 entities" in str(report)
    assert place.facts() == {Fact("bob", "knows", "ada")}
    report = place.sync(place.file("f"), place.file("g"), delete=True)
    assert report.kept == 0
    assert place.keys() == set()


def test_a_rejected_row_makes_nothing_disappear(place: Place) -> None:
    place.sync(place.text("t.tsv", "a\tknows\tb\nb\tknows\tc\n"))
    source = place.text("t.tsv", "a\tknows\tb\nb\tknows c\n")
    report = place.sync(source, delete=True)
    assert (report.rejected, report.deleted, report.not_mirrored) == (1, 0, (source.name,))
    assert "mend them and sync again" in str(report)
    assert place.facts() == {AB, BC}


# --- dry run ------------------------------------------------------------------------------------------------------


def test_a_dry_run_writes_nothing(place: Place, tmp_path: Path) -> None:
    place.sync(place.file("f", ADA, AB))
    before, watermark, runs = place.state(), place.store.watermark(), place.ledger.runs()
    rejects = tmp_path / "rejects.jsonl"
    sources = [place.file("f", BC), place.text("t.tsv", "oops\n")]
    report = sync(place.store, sources, ledger=place.ledger, delete=True, dry_run=True, rejects=rejects)
    assert (report.dry_run, report.facts.added, report.rejected) == (True, 1, 1)
    assert str(report).startswith("would sync 2 rows")
    assert "oops" in rejects.read_text()
    assert (place.state(), place.store.watermark(), place.ledger.runs()) == (before, watermark, runs)


# --- against one row at a time ------------------------------------------------------------------------------------

keys = st.sampled_from(["a", "b", "c"])
sizes = st.integers(1, 3)
facts = st.builds(
    Fact, keys, st.sampled_from(["r", "s"]), keys, st.dictionaries(st.just("p"), sizes, max_size=1)
) | st.builds(Fact, keys, st.just("size"), st.builds(Literal, sizes | st.just("x")))
entities = st.builds(
    Entity,
    keys,
    st.sampled_from(["", "N", "M"]),
    types=st.lists(st.just("T")).map(tuple),
    properties=st.dictionaries(st.just("size"), sizes | st.just("x"), max_size=1),
)
upserts: st.SearchStrategy[Record] = st.builds(UpsertFact, facts) | st.builds(UpsertEntity, entities)
deletions: st.SearchStrategy[Record] = st.builds(gone, facts) | st.builds(DeleteEntity, keys)
rows = st.lists(upserts | deletions, max_size=25)
few = settings(
    max_examples=int(os.environ.get("KGQA_TEST_EXAMPLES", "8")),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)


def one_by_one(store: SqlStore, records: Sequence[Record]) -> None:
    for record in records:
        try:
            match record:
                case UpsertFact(fact):
                    store.upsert_facts([fact])
                case UpsertEntity(entity):
                    store.upsert_entities([entity])
                case DeleteFact(triple):
                    store.delete_facts([triple])
                case DeleteEntity(key):
                    store.delete_entities([key])
        except InputError:
            continue


def with_place(test: Callable[[Place], None]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        place = Place(Path(folder))
        try:
            test(place)
        finally:
            place.close()


@few
@given(rows, st.integers(1, 30))
def test_windows_end_as_one_row_at_a_time(records: list[Record], batch_size: int) -> None:
    def run(place: Place) -> None:
        report = place.sync(place.file("f", *records), batch_size=batch_size)
        assert report.added + report.updated + report.unchanged + report.deleted + report.rejected == len(records)
        with SqlStore.open(str(place.folder / "reference.db")) as reference:
            one_by_one(reference, records)
            expected = read_state(reference, place.ledger)
        assert place.state() == expected

    with_place(run)


@few
@given(rows, rows, st.integers(1, 30))
def test_a_dry_run_tells_what_a_sync_does(first: list[Record], second: list[Record], batch_size: int) -> None:
    def run(place: Place) -> None:
        place.sync(place.file("f", *first))
        source = place.file("f", *second)
        dry = place.sync(source, delete=True, dry_run=True, batch_size=batch_size)
        real = place.sync(source, delete=True, batch_size=batch_size)
        assert (dry.entities, dry.facts, dry.rejected) == (real.entities, real.facts, real.rejected)
        assert (dry.kept, sorted(dry.kept_keys)) == (real.kept, sorted(real.kept_keys))

    with_place(run)


@few
@given(*[st.lists(st.builds(UpsertFact, facts.filter(lambda fact: fact.object != Literal("x"))), max_size=20)] * 3)
def test_mirrored_facts_end_as_a_sync_into_an_empty_graph(
    first: list[Record], second: list[Record], other: list[Record]
) -> None:
    def run(place: Place) -> None:
        unlike = [replace(record.fact, properties={}) for record in other if isinstance(record, UpsertFact)]
        place.sync(place.file("f", *first), place.file("g", *unlike))
        again = [*second, *unlike]  # so that the properties of a fact in both are those of the later source
        place.sync(place.file("f", *again), place.file("g", *unlike), delete=True)
        fresh_folder = place.folder / "fresh"
        fresh_folder.mkdir()
        fresh = Place(fresh_folder)
        fresh.sync(place.file("f", *again), place.file("g", *unlike), delete=True)
        assert place.state() == fresh.state()
        fresh.close()

    with_place(run)


def test_a_change_log_makes_few_windows() -> None:
    window = Window(1000)
    for i in range(300):
        assert window.add(UpsertEntity(Entity(f"e{i}", properties={"n": i})))
        assert window.add(UpsertFact(Fact(f"e{i}", "r", f"e{i + 1}")))
        assert window.add(gone(Fact(f"e{i}", "old", f"e{i + 1}")))
    assert len(window) == 900
    assert not window.add(DeleteEntity("e1"))


# --- failures -----------------------------------------------------------------------------------------------------


def test_wrong_use_is_refused_before_anything_is_written(place: Place) -> None:
    good = place.file("f", AB)
    cases: list[tuple[Sequence[Source], dict[str, object], str]] = [
        ([good, Source(str(place.folder / "missing.tsv"))], {}, "missing.tsv is not a file that can be read"),
        ([good, good], {}, "is given twice"),
        ([Source("-")], {"delete": True}, "needs a name for standard input"),
        ([good], {"rejects": Path(good.path)}, "would be overwritten"),
        ([good], {"rejects": place.folder / "no" / "r.jsonl"}, "cannot be written"),
        ([good], {"batch_size": 0}, "batch_size is 0"),
    ]
    for sources, options, message in cases:
        with pytest.raises(InputError, match=message):
            sync(place.store, sources, ledger=place.ledger, **options)  # type: ignore[arg-type]
    assert place.keys() == set()
    assert place.ledger.runs() == []


def test_a_ledger_of_another_graph_is_refused(place: Place, tmp_path: Path) -> None:
    place.sync(place.file("f", AB))
    with SqlStore.open(str(tmp_path / "other.db")) as other, pytest.raises(LedgerError, match="belongs to the graph"):
        sync(other, [place.file("f", AB)], ledger=place.ledger)


def test_a_graph_that_is_only_read_is_refused(place: Place) -> None:
    with (
        SqlStore.open(str(place.folder / "graph.db"), read_only=True) as store,
        pytest.raises(ReadOnlyStoreError),
    ):
        sync(store, [place.file("f", AB)], ledger=place.ledger)


def test_a_busy_database_is_tried_again(place: Place) -> None:
    source = place.file("f", AB)
    lock = sqlite3.connect(place.folder / "graph.db", check_same_thread=False, isolation_level=None)
    lock.execute("BEGIN IMMEDIATE")
    with SqlStore.open(str(place.folder / "graph.db"), read_only=True):
        pass
    timer = threading.Timer(0.6, lock.rollback)
    timer.start()
    try:
        with sqlite_store_without_patience(place) as store:
            report = sync(store, [source], ledger=place.ledger, retry=Retry(attempts=30, first_wait_s=0.05))
    finally:
        timer.join()
        lock.close()
    assert report.added == 1


def test_a_database_that_stays_busy_is_an_error_that_says_how_to_go_on(place: Place) -> None:
    source = place.file("f", AB)
    lock = sqlite3.connect(place.folder / "graph.db", isolation_level=None)
    store = sqlite_store_without_patience(place)
    lock.execute("BEGIN IMMEDIATE")
    with store, pytest.raises(StoreUnavailableError, match=r"tried 3 times .* run the same command again"):
        sync(store, [source], ledger=place.ledger, retry=Retry(attempts=3, first_wait_s=0.01))
    lock.close()
    assert place.sync(source).added == 1


def sqlite_store_without_patience(place: Place) -> SqlStore:
    deadline = time.monotonic() + 5
    while True:
        try:
            return SqlStore.open(str(place.folder / "graph.db"), timeout_s=0.05)
        except StoreUnavailableError:
            assert time.monotonic() < deadline


# --- at the same time, and interrupted ----------------------------------------------------------------------------


def test_two_threads(place: Place) -> None:
    sources = [place.file(f"t{i}", *(Fact(f"s{j}", "r", f"o{j}-{j % (i + 2)}") for j in range(400))) for i in range(2)]
    reports: list[SyncReport] = []
    threads = [
        threading.Thread(target=lambda source=source: reports.append(place.sync(source, batch_size=50)))
        for source in sources
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [report.rows for report in reports] == [400, 400]
    expected = {r.fact for s in sources for r in read_records(s) if isinstance(r, UpsertFact)}
    assert place.facts() == expected
    assert len(place.state().claims) == 800


CHILD = """
import sys
from graphdb.ledger import Ledger
from graphdb.opening import open_store
from graphdb.readers import Source
from graphdb.sync import sync
graph, ledger, name, path = sys.argv[1:]
with open_store(graph) as store, Ledger(ledger) as book:
    sync(store, [Source(path, name=name)], ledger=book, batch_size=20, delete=True)
"""


def test_two_processes_one_of_which_drops_what_the_other_brings(tmp_path: Path) -> None:
    shared = [Fact(f"s{i}", "r", "o") for i in range(300)]
    graph, ledger = str(tmp_path / "graph.db"), str(tmp_path / "ledger.db")
    place = Place(tmp_path)
    place.sync(place.file("a", *shared))
    place.sync(place.file("c", Fact("own", "r", "o")))
    work = [("a", place.file("a")), ("b", place.file("b", *shared))]
    place.close()
    children = [
        subprocess.Popen(  # noqa: S603 - ourselves
            [sys.executable, "-c", CHILD, graph, ledger, name, source.path], cwd=Path(__file__).parents[2]
        )
        for name, source in work
    ]
    assert [child.wait(timeout=60) for child in children] == [0, 0]
    place = Place(tmp_path)
    assert place.facts() == {*shared, Fact("own", "r", "o")}
    assert {name for name, _ in place.state().claims} == {"b", "c"}
    place.close()


@pytest.mark.parametrize("piped", [False, True])
def test_a_source_that_breaks_off_is_applied_as_far_as_it_goes(place: Place, piped: bool) -> None:
    """What the thread that reads ahead meets is raised by the call, after the rows before it."""
    whole = gzip.compress(b"".join(b"s%d\tr\to%d %s\n" % (i, i, os.urandom(50).hex().encode()) for i in range(5000)))
    path = place.folder / "broken.tsv.gz"
    if piped:
        os.mkfifo(path)
        threading.Thread(target=path.write_bytes, args=(whole[: len(whole) // 2],)).start()
    else:
        path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(InputError, match="cannot be read beyond line"):
        place.sync(Source(str(path)), batch_size=100)
    assert 1000 < len(place.facts()) < 4000
    assert len(place.facts()) % 100 == 0
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("kgqa-sync")]


def test_an_interruption_ends_the_thread_that_reads_ahead(place: Place) -> None:
    source = place.file("f", *(Fact(f"s{i}", "r", "o") for i in range(100)))

    def interrupt(_path: str, rows: int) -> None:
        if rows >= 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        sync(place.store, [source], ledger=place.ledger, batch_size=10, progress=interrupt)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("kgqa-sync")]
    assert len(place.facts()) == 50
    assert place.sync(source).added == 50


@given(kinds=st.lists(st.booleans(), max_size=40), size=st.integers(1, 7))
def test_portions_hold_every_row_once_and_in_order(kinds: list[bool], size: int) -> None:
    rows: list[Record | RecordError] = [
        UpsertFact(Fact(f"s{i}", "r", "o")) if good else RecordError("f", i, "no") for i, good in enumerate(kinds)
    ]
    found = list(portions(rows, size))
    assert [row for p in found for row in p.window.facts.values()] == [r for r in rows if isinstance(r, UpsertFact)]
    assert [error for p in found for error in p.rejected] == [r for r in rows if isinstance(r, RecordError)]
    assert all(len(p.window) == p.size <= size and len(p.rejected) <= size for p in found)
    done = 0
    for portion in found:
        done += portion.size + len(portion.rejected)
        assert portion.rows == done
    assert done == len(rows)


def test_killed_syncs_are_completed_by_the_same_call(tmp_path: Path) -> None:
    points = int(os.environ.get("KGQA_TEST_CRASH_POINTS", "3"))
    midway = crash_and_resume(str(tmp_path / "graph.db"), tmp_path, points=points, rows=120)
    assert len(midway) == points


def test_outcomes_are_those_of_the_store(place: Place) -> None:
    assert place.store.upsert_facts([AB]) == [Outcome.ADDED]
    assert place.sync(place.file("f", AB, gone(CD))).unchanged == 2


def test_garbage_collection_leaves_out_what_was_there_only_while_rows_are_applied(place: Place) -> None:
    frozen: list[int] = []
    source = place.file("f", AB, BC)

    def sync_once() -> None:
        sync(place.store, [source], ledger=place.ledger, progress=lambda _, __: frozen.append(gc.get_freeze_count()))

    assert gc.get_freeze_count() == 0
    sync_once()
    assert frozen[0] > 0
    assert gc.get_freeze_count() == 0
    gc.freeze()
    try:
        sync_once()
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()
