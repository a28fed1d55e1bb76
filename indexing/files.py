"""The files of an alias index: a pointer to the current build, that build's table and vectors, and the writer's lock.

A build writes files of its own and then replaces the pointer in one step, so a crash leaves the old index or none.
"""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from graphdb.errors import AliasIndexError, IndexCorruptError, IndexMismatchError, IndexMissingError
from indexing.vectors import DIMENSION, ENCODER

FORMAT = 3
_POINTER = "meta.json"
_LOCK_TIMEOUT_S = 60.0


@dataclass(frozen=True, slots=True)
class Meta:
    """What an index was built with.

    :param build: names the build's files.
    :param graph_id: the identity of the graph that it was built from.
    :param encoder: the vector encoder.
    :param dimension: of the vectors.
    :param format: of the files.
    """

    build: str
    graph_id: str
    encoder: str = ENCODER
    dimension: int = DIMENSION
    format: int = FORMAT


def table_path(root: Path, build: str) -> Path:
    return root / f"aliases-{build}.sqlite"


def vectors_path(root: Path, build: str) -> Path:
    return root / f"vectors-{build}.faiss"


def read_meta(root: Path) -> Meta:
    """The current build.

    :raises IndexMissingError: if there is none.
    :raises IndexCorruptError: if the file cannot be understood.
    :raises IndexMismatchError: if it was built with another format or encoder.
    """
    path = root / _POINTER
    try:
        values = json.loads(path.read_text("utf-8"))
    except FileNotFoundError as exc:
        raise IndexMissingError(f"there is no alias index in {root}: build it with `kgqa index`") from exc
    except (OSError, ValueError) as exc:
        raise IndexCorruptError(f"{path} cannot be read ({exc}): run `kgqa index --rebuild`") from exc
    if not isinstance(values, dict) or values.keys() != {f.name for f in fields(Meta)}:
        raise IndexCorruptError(f"{path} is not what an alias index keeps: run `kgqa index --rebuild`")
    meta = Meta(**values)
    expected = Meta(meta.build, meta.graph_id)
    if meta != expected:
        raise IndexMismatchError(
            f"the alias index in {root} was built with format {meta.format}, encoder {meta.encoder!r} and dimension "
            f"{meta.dimension}; this version uses {expected.format}, {expected.encoder!r} and {expected.dimension}: "
            "run `kgqa index --rebuild`"
        )
    return meta


def write_meta(root: Path, meta: Meta) -> None:
    """Make a build the current one, in one step."""
    temporary = root / f"{_POINTER}.{meta.build}"
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(asdict(meta), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(root / _POINTER)


def pointer_stamp(root: Path) -> tuple[int, int]:
    """Changes whenever another build becomes the current one; (0, 0) if there is none."""
    try:
        status = (root / _POINTER).stat()
    except OSError:
        return 0, 0
    return status.st_mtime_ns, status.st_ino


def remove_builds(root: Path, *, keep: str | None) -> None:
    """Delete the files of all builds but one. A file that the system still keeps open stays until the next time."""
    for pattern in ("aliases-*.sqlite*", "vectors-*.faiss*", f"{_POINTER}.*"):
        for path in root.glob(pattern):
            if keep is None or f"-{keep}." not in path.name:
                with suppress(OSError):
                    path.unlink()


@contextmanager
def writer_lock(root: Path) -> Iterator[None]:
    """One writer at a time among all threads and processes; a writer that dies lets go.

    :raises AliasIndexError: if another one holds it for too long.
    """
    connection = sqlite3.connect(root / "writer.lock", timeout=_LOCK_TIMEOUT_S, isolation_level=None)
    try:
        try:
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.DatabaseError as exc:
            raise AliasIndexError(
                f"the alias index in {root} cannot be locked for writing ({exc}); if another process is building or "
                "updating it, wait until it has finished and try again"
            ) from exc
        yield
    finally:
        connection.close()
