"""A fact file: where it is, in which format, and the stream of its records."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from graphdb.errors import InputError, RecordError
from graphdb.readers.jsonl import read_jsonl
from graphdb.readers.lines import STDIN, Line, Lines, open_lines
from graphdb.readers.records import Record
from graphdb.readers.tables import COLUMNS, read_table

_SNIFFED = ("\t", "|", ",", ";")


class Format(StrEnum):
    """How the rows of a fact file are written."""

    TSV = "tsv"
    CSV = "csv"
    JSONL = "jsonl"


_EXTENSIONS = {
    ".tsv": Format.TSV,
    ".tab": Format.TSV,
    ".csv": Format.CSV,
    ".jsonl": Format.JSONL,
    ".ndjson": Format.JSONL,
}


@dataclass(frozen=True, slots=True)
class Source:
    """A fact file to read.

    The format is the one given, or that of the extension (``.tsv``, ``.csv``, ``.jsonl``, each also with ``.gz``), or
    what the first line shows. Fields are quoted in CSV only; elsewhere a quote is a character like any other.

    :param path: the file, or ``-`` for standard input.
    :param name: what the source is called in the ledger; the absolute path if not given. Versions of a file that is
        delivered under changing paths share one name.
    :param format: how its rows are written.
    :param delimiter: the one character between fields, if it is not the format's own (``|`` in MetaQA's ``kb.txt``).
    :raises InputError: if the delimiter is not one character, or is given for JSONL.
    """

    path: str
    name: str = ""
    format: Format | None = None
    delimiter: str | None = None

    def __post_init__(self) -> None:
        path = str(self.path)
        object.__setattr__(self, "path", path)
        object.__setattr__(self, "name", self.name or (STDIN if path == STDIN else str(Path(path).resolve())))
        if self.format is not None:
            object.__setattr__(self, "format", _as_format(self.format))
        self._check_delimiter()

    def _check_delimiter(self) -> None:
        if self.delimiter is None:
            return
        if len(self.delimiter) != 1 or self.delimiter in '"\r\n':
            raise InputError(f"the delimiter {self.delimiter!r} cannot be used: give one character, such as '|' or ','")
        if self.known_format is Format.JSONL:
            raise InputError(f"{self.path} is read as JSONL, which has no delimiter: leave the delimiter out")

    @property
    def known_format(self) -> Format | None:
        """The format that was given or that the extension tells."""
        if self.format is not None:
            return self.format
        return _EXTENSIONS.get(Path(self.path.lower().removesuffix(".gz")).suffix)


def _as_format(name: str) -> Format:
    try:
        return Format(name)
    except ValueError as exc:
        raise InputError(f"there is no format {name!r}: allowed are {', '.join(Format)}") from exc


class RecordStream(Iterator[Record | RecordError]):
    """The records of one open source, in the order of the file; a malformed row is a :class:`RecordError` value.

    :raises InputError: while iterating, if the format cannot be told or the file cannot be read to its end.
    """

    def __init__(self, source: Source, lines: Lines, *, strict: bool = False) -> None:
        self.source = source
        self._lines = lines
        self._strict = strict
        self._records = self._read()

    def digest(self) -> str:
        """A digest of the content that was read so far."""
        return self._lines.digest()

    def __next__(self) -> Record | RecordError:
        record = next(self._records)
        if self._strict and isinstance(record, RecordError):
            raise record
        return record

    def _read(self) -> Iterator[Record | RecordError]:
        ahead = list(_until_text(self._lines))
        if not ahead:
            return
        if ahead[-1].error:
            yield from read_jsonl(self.source.path, iter(ahead))
            return
        lines = itertools.chain(ahead, self._lines)
        form, delimiter = _layout(self.source, ahead[-1])
        if form is Format.JSONL:
            yield from read_jsonl(self.source.path, lines)
        else:
            quoted = form is Format.CSV
            yield from read_table(self.source.path, lines, delimiter=delimiter, quoted=quoted)


def _until_text(lines: Iterator[Line]) -> Iterator[Line]:
    """The first line that is not blank, after any lines that are no text."""
    for line in lines:
        if line.error:
            yield line
        elif line.text.strip():
            yield line
            return


def _layout(source: Source, first: Line) -> tuple[Format, str]:
    form, delimiter = source.known_format, source.delimiter
    if form is Format.JSONL or (form is None and delimiter is None and first.text.lstrip().startswith("{")):
        return Format.JSONL, ""
    if delimiter is None:
        delimiter = {Format.TSV: "\t", Format.CSV: ","}[form] if form else _sniff(source, first)
    return form or (Format.CSV if delimiter == "," else Format.TSV), delimiter


def _sniff(source: Source, first: Line) -> str:
    found = [d for d in _SNIFFED if first.text.count(d) == len(COLUMNS) - 1]
    if len(found) == 1:
        return found[0]
    why = f"{' and '.join(map(repr, found))} both give 3 fields" if found else "no known delimiter gives 3 fields"
    shown = first.text if len(first.text) <= 80 else first.text[:79] + "…"
    raise InputError(
        f"{source.path}:{first.number}: the format cannot be told from the first line {shown!r} ({why}): "
        f"give the delimiter (--delimiter '|') or the format ({', '.join(Format)})"
    )


@contextmanager
def open_records(source: Source, *, strict: bool = False) -> Iterator[RecordStream]:
    """Open a source and stream its records in bounded memory.

    :param strict: raise the first malformed row instead of giving it as a value.
    :raises InputError: if the file cannot be opened.
    """
    with open_lines(source.path) as lines:
        yield RecordStream(source, lines, strict=strict)


def read_records(
    source: Source | str | Path,
    *,
    format: str | None = None,  # noqa: A002
    delimiter: str | None = None,
    strict: bool = False,
) -> Iterator[Record | RecordError]:
    """The records of a fact file, in its order and in bounded memory; a malformed row is a :class:`RecordError` value.

    :param source: the file, ``-`` for standard input, or a :class:`Source` that says more.
    :param format: ``tsv``, ``csv`` or ``jsonl``, where the extension does not tell.
    :param delimiter: the one character between fields, if it is not the format's own.
    :param strict: raise the first malformed row instead.
    :raises InputError: if the file cannot be read or its format cannot be told.
    """
    if not isinstance(source, Source):
        source = Source(str(source), format=_as_format(format) if format else None, delimiter=delimiter)
    with open_records(source, strict=strict) as records:
        yield from records
