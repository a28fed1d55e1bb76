"""Opening graphs by URL, and what a SQL store says when it cannot."""

from __future__ import annotations

import multiprocessing
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from graphdb import Entity, Fact, GraphStore, SqlStore, open_store
from graphdb.errors import (
    InputError,
    ReadOnlyStoreError,
    SettingsError,
    StoreCorruptError,
    StoreError,
    StoreUnavailableError,
)
from graphdb.sql.engine import parse_url, shown


@pytest.mark.parametrize("url", ["graph.db", "./a folder/graph.db", "sqlite:///graph.db", "sqlite:///a folder/ü?.db"])
def test_a_path_or_a_sqlite_url_is_a_sql_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a folder").mkdir()
    if "?" in url:
        url = url.replace("?", "%3F")
    for _ in range(2):
        with open_store(url) as store:
            assert isinstance(store, SqlStore)
            store.upsert_entities([Entity("a")])
            assert store.entities(["a"]) == {"a": Entity("a")}
    assert len(list(tmp_path.rglob("*.db"))) == 1


@pytest.mark.parametrize("url", ["mysql://host/db", "http://host", "ftp://x", "graph://x", "://x"])
def test_another_scheme_is_refused_with_what_is_allowed(url: str) -> None:
    with pytest.raises(SettingsError, match=r"neo4j://.*bolt://") as raised:
        open_store(url)
    assert "postgresql://" in str(raised.value)


def test_a_url_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="give the path"):
        open_store("postgresql://host:notaport/db")
    with pytest.raises(SettingsError, match="not installed"):
        open_store("postgresql+nodriver://host/db")
    with pytest.raises(StoreError, match=r"folder .* does not exist"):
        open_store(str(tmp_path / "none" / "graph.db"))


def test_a_database_in_memory_lives_as_long_as_the_store() -> None:
    with open_store("sqlite://") as store:
        store.upsert_facts([Fact("a", "r", "b")])
        assert store.schema().facts == 1
        for batch in store.scan(batch_size=1):
            assert store.entities([batch[0].key])
    with open_store("sqlite:///:memory:") as store:
        assert store.schema().facts == 0


def test_a_missing_file_is_not_created_to_be_read(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="there is no graph at"):
        open_store(str(tmp_path / "graph.db"), read_only=True)
    assert list(tmp_path.iterdir()) == []


def test_a_read_only_store_reads_and_refuses_to_write(tmp_path: Path) -> None:
    path = str(tmp_path / "graph.db")
    with open_store(path) as store:
        store.upsert_facts([Fact("a", "r", "b")])
    with open_store(path, read_only=True) as store:
        assert store.schema().facts == 1
        writes: list[Callable[[], object]] = [
            lambda: store.upsert_entities([Entity("a")]),
            lambda: store.upsert_facts([Fact("a", "r", "c")]),
            lambda: store.delete_entities(["a"]),
            lambda: store.delete_facts([("a", "r", "b")]),
        ]
        for write in writes:
            with pytest.raises(ReadOnlyStoreError, match="read-only"):
                write()
        assert store.schema().facts == 1


def test_files_of_something_else_are_left_alone(tmp_path: Path) -> None:
    text = tmp_path / "notes.txt"
    text.write_text("no database at all, but long enough to have a header of a hundred bytes" * 10)
    with pytest.raises(StoreCorruptError, match="not a database"):
        open_store(str(text))
    other = tmp_path / "other.db"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE songs (title TEXT)")
    connection.close()
    with pytest.raises(StoreCorruptError, match=r"something else.*'songs'"):
        open_store(str(other))
    with pytest.raises(StoreCorruptError, match="holds no graph"):
        open_store(str(other), read_only=True)
    empty = tmp_path / "empty.db"
    empty.touch()
    with pytest.raises(StoreCorruptError, match="holds no graph"):
        open_store(str(empty), read_only=True)


def test_another_version_of_the_tables_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "graph.db"
    open_store(str(path)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE kgqa_meta SET schema_version = 99")
    connection.close()
    with pytest.raises(StoreCorruptError, match=r"version 99.*version 1"):
        open_store(str(path))


def test_what_another_program_broke_is_named(tmp_path: Path) -> None:
    path = tmp_path / "graph.db"
    with open_store(str(path)) as store:
        store.upsert_facts([Fact("a", "r", "b", {"x": 1})])
        with sqlite3.connect(path) as connection:
            connection.execute("UPDATE kgqa_fact SET properties = 'no json'")
        connection.close()
        with pytest.raises(StoreCorruptError, match="no json"):
            store.facts([("a", "r", "b")])
        with sqlite3.connect(path) as connection:
            connection.execute("DROP TABLE kgqa_degree")
        connection.close()
        with pytest.raises(StoreCorruptError, match="kgqa_degree"):
            store.degrees(["a"])


def test_a_locked_file_is_an_error_to_retry(tmp_path: Path) -> None:
    path = tmp_path / "graph.db"
    with SqlStore.open(str(path), timeout_s=0.1) as store:
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        assert store.schema().facts == 0  # reading goes on
        with pytest.raises(StoreUnavailableError, match="locked") as raised:
            store.upsert_entities([Entity("a")])
        assert raised.value.is_retryable()
        other.execute("ROLLBACK")
        other.close()
        assert store.upsert_entities([Entity("a")]) == ["added"]


def test_a_server_that_is_not_there_is_an_error_to_retry() -> None:
    with pytest.raises(StoreUnavailableError) as raised:
        open_store("postgresql+psycopg://user:s3cret@127.0.0.1:1/db")
    assert "s3cret" not in str(raised.value)
    assert raised.value.is_retryable()


def test_passwords_are_not_shown() -> None:
    assert "s3cret" not in shown(parse_url("postgresql://me:s3cret@host/db?password=s3cret&sslpassword=s3cret"))


def test_a_very_long_relation_is_refused(tmp_path: Path) -> None:
    with open_store(str(tmp_path / "graph.db")) as store:
        with pytest.raises(InputError, match="use at most 1000"):
            store.upsert_facts([Fact("a", "r" * 1001, "b")])
        assert store.entities(["a"]) == {}


def test_very_long_keys_and_types_are_kept(tmp_path: Path) -> None:
    keys = ["é" * 600, "é" * 601, "x" * 5000]
    with open_store(str(tmp_path / "graph.db")) as store:
        store.upsert_entities([Entity(key, types=(key,)) for key in keys])
        assert [e for batch in store.scan() for e in batch] == [Entity(key, types=(key,)) for key in keys]
        store.delete_entities(keys[:2])
        assert sorted(c.key for batch in store.changes(0) for c in batch if c.deleted) == keys[:2]


def _write(path: str, worker: int) -> None:
    with open_store(path) as store:
        for i in range(10):
            store.upsert_facts([Fact(f"w{worker}", "made", f"{worker}.{i}"), Fact("shared", "to", f"s{i}")])


def test_processes_write_one_file(tmp_path: Path) -> None:
    path = str(tmp_path / "graph.db")
    context = multiprocessing.get_context("spawn")
    workers = [context.Process(target=_write, args=(path, i)) for i in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0, 0]
    with open_store(path, read_only=True) as store:
        assert store.schema().facts == 2 * 10 + 10
        assert {d.node: d.count for d in store.degrees(["w0", "w1", "shared"])} == {0: 10, 1: 10, 2: 10}
        assert isinstance(store, GraphStore)
