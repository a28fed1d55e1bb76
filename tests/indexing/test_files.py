from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from graphdb import Entity
from graphdb.errors import AliasIndexError, IndexCorruptError, IndexMismatchError, IndexMissingError
from graphdb.sql import SqlStore
from indexing import AliasIndex


@pytest.fixture
def built(store: SqlStore, root: Path) -> Path:
    store.upsert_entities([Entity("a", "Ann Lee"), Entity("b", "Bob Roy")])
    AliasIndex.build(root, store).close()
    return root


def only(root: Path, pattern: str) -> Path:
    (path,) = root.glob(pattern)
    return path


def nodes(index: AliasIndex, question: str) -> list[object]:
    return [candidate.node for candidate in index.candidates([question])[0]]


def test_no_index_is_missing(root: Path) -> None:
    with pytest.raises(IndexMissingError, match="kgqa index"):
        AliasIndex.open(root)


@pytest.mark.parametrize("pattern", ["meta.json", "aliases-*.sqlite", "vectors-*.faiss"])
def test_damaged_files_are_refused(built: Path, pattern: str) -> None:
    only(built, pattern).write_bytes(b"no such thing" * 500)
    with pytest.raises(IndexCorruptError, match="--rebuild"):
        AliasIndex.open(built)


@pytest.mark.parametrize("pattern", ["meta.json", "aliases-*.sqlite", "vectors-*.faiss"])
def test_cut_files_are_refused(built: Path, pattern: str) -> None:
    path = only(built, pattern)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(IndexCorruptError, match="--rebuild"):
        AliasIndex.open(built)


def test_a_lost_table_is_refused(built: Path) -> None:
    only(built, "aliases-*.sqlite").unlink()
    with pytest.raises(IndexCorruptError, match="--rebuild"):
        AliasIndex.open(built)


@pytest.mark.parametrize(("field", "value"), [("encoder", "another"), ("dimension", 3), ("format", 99)])
def test_another_encoder_or_format_is_refused(built: Path, field: str, value: object) -> None:
    meta = json.loads((built / "meta.json").read_text())
    (built / "meta.json").write_text(json.dumps(meta | {field: value}))
    with pytest.raises(IndexMismatchError, match="--rebuild"):
        AliasIndex.open(built)


def test_a_damaged_index_can_be_rebuilt(built: Path, store: SqlStore) -> None:
    (built / "meta.json").write_text("{")
    with AliasIndex.build(built, store) as index:
        assert nodes(index, "ann lee") == ["a"]
    assert len(list(built.glob("aliases-*.sqlite"))) == 1


def test_vectors_behind_the_table_are_mended(built: Path, store: SqlStore) -> None:
    """What a crash between the two files leaves."""
    old = only(built, "vectors-*.faiss").read_bytes()
    store.delete_entities(["a"])
    store.upsert_entities([Entity("c", "Cindy Crawford")])
    with AliasIndex.open(built) as index:
        index.update(store)
    only(built, "vectors-*.faiss").write_bytes(old)
    with AliasIndex.open(built) as index:
        assert nodes(index, "who is cindy crawfrod") == ["c"]
        assert nodes(index, "who is ann lea") == []


def test_lost_vectors_are_made_again(built: Path) -> None:
    only(built, "vectors-*.faiss").unlink()
    with AliasIndex.open(built) as index:
        assert nodes(index, "who is bob royy") == ["b"]


class FailingStore(SqlStore):
    """A store whose connection is lost in the middle of a scan or of the changes."""

    def scan(self, *, batch_size: int = 5000) -> Iterator[Sequence[Entity]]:
        yield next(iter(super().scan(batch_size=min(batch_size, 1))))
        raise ConnectionError("lost")

    def entities(self, keys: Sequence[str]) -> dict[str, Entity]:
        raise ConnectionError(f"lost before {keys}")


def test_a_failed_build_or_update_leaves_the_old_index(built: Path, tmp_path: Path) -> None:
    before = sorted(path.name for path in built.iterdir())
    with FailingStore.open(f"sqlite:///{tmp_path / 'graph.db'}") as failing, AliasIndex.open(built) as index:
        failing.upsert_entities([Entity("c", "Cindy")])
        with pytest.raises(ConnectionError):
            AliasIndex.build(built, failing)
        with pytest.raises(ConnectionError):
            index.update(failing)
        assert index.watermark < failing.watermark()
        assert nodes(index, "ann lee") == ["a"]
    with AliasIndex.open(built) as index:
        assert len(index) == 2
    assert sorted(path.name for path in built.iterdir()) == before


def test_a_closed_index_says_so(built: Path) -> None:
    index = AliasIndex.open(built)
    index.close()
    index.close()
    with pytest.raises(AliasIndexError, match="closed"):
        index.candidates(["ann"])
