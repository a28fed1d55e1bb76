"""What every layout is converted to, and how published text files are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from graphdb import Entity, Fact
from graphdb.errors import InputError, RecordError
from kgqa.questions import Question

SPLITS = ("train", "dev", "test")


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A name in a question's annotation that the graph of the data set does not have.

    :param what: ``answer`` or ``topic``.
    """

    path: str
    line: int
    what: str
    name: str


class Facts(Protocol):
    """The facts of a data set: a list, or what makes them while they are read."""

    def __len__(self) -> int: ...

    def __iter__(self) -> Iterator[Fact]: ...


@dataclass(frozen=True, slots=True)
class Converted:
    """A published data set as entities, facts and questions.

    :param entities: those with more than a key; the others come into being with their facts.
    :param questions: for each split the questions; the empty string is the split of a data set that has none.
    :param unmapped: annotated names that the graph lacks. Their questions are kept, as published.
    :param notes: what else was found and done, in words.
    """

    facts: Facts
    questions: Mapping[str, Sequence[Question]]
    entities: Sequence[Entity] = ()
    unmapped: Sequence[Unmapped] = field(default_factory=tuple)
    notes: Sequence[str] = field(default_factory=tuple)


def read_lines(path: Path) -> Iterator[tuple[int, str]]:
    """The lines of a UTF-8 file that are not blank, with their numbers.

    :raises InputError: if the file cannot be read.
    :raises RecordError: for a line that is not UTF-8.
    """
    try:
        with path.open("rb") as file:
            for number, raw in enumerate(file, start=1):
                line = _decode(path, number, raw).rstrip("\r\n")
                if line.strip():
                    yield number, line
    except OSError as exc:
        raise InputError(f"{path} cannot be read: {exc.strerror}") from exc


def _decode(path: Path, number: int, raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as exc:
        raise RecordError(path, number, f"not valid UTF-8 ({exc.reason}): convert the file to UTF-8 first") from exc


def fields(path: Path, number: int, line: str, delimiter: str, names: str) -> list[str]:
    """The fields of a line, without the spaces around them.

    :param names: what the fields are, in words, separated by ``, ``; there must be exactly as many.
    :raises RecordError: for another number of fields, or for an empty one.
    """
    parts = [part.strip() for part in line.split(delimiter)]
    expected = names.split(", ")
    if len(parts) != len(expected):
        raise RecordError(path, number, f"{len(parts)} fields instead of {len(expected)} ({names}): {line!r}")
    for name, part in zip(expected, parts, strict=True):
        if not part:
            raise RecordError(path, number, f"the {name} is empty: {line!r}")
    return parts


def read_triples(path: Path, delimiter: str) -> list[tuple[str, str, str]]:
    """The distinct triples of a file of subject, relation and object, in its order.

    :raises RecordError: for a line that does not have three fields.
    """
    triples: dict[tuple[str, str, str], None] = {}
    for number, line in read_lines(path):
        subject, relation, obj = fields(path, number, line, delimiter, "subject, relation, object")
        triples[subject, relation, obj] = None
    return list(triples)


def first_existing(what: str, *paths: Path) -> Path:
    """The first of the paths that is a file.

    :raises InputError: if none is.
    """
    for path in paths:
        if path.is_file():
            return path
    raise InputError(f"{what} not found: looked for {', '.join(map(str, paths))}")
