"""Rows of three fields with a delimiter: TSV, CSV, and the like."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator

from graphdb.errors import InputError, RecordError
from graphdb.readers.lines import Line
from graphdb.readers.records import Origin, Record, UpsertFact
from graphdb.values import Fact

COLUMNS = ["subject", "relation", "object"]
MAX_QUOTED_LINES = 1000


def read_table(path: str, lines: Iterator[Line], *, delimiter: str, quoted: bool) -> Iterator[Record | RecordError]:
    """Each row as a fact between two entities; the object is always a key.

    :param delimiter: the one character between two fields.
    :param quoted: whether fields may be quoted as in CSV, and so hold delimiters and ends of lines. Otherwise a quote
        is a character like any other, as titles in TSV files have them.
    """
    rows = _quoted_rows(path, lines, delimiter) if quoted else _plain_rows(path, lines, delimiter)
    first = True
    for origin, fields in rows:
        if isinstance(fields, str):
            yield RecordError(path, origin.line, fields, origin.text)
        elif not (first and [field.strip().lower() for field in fields] == COLUMNS):
            yield _record(origin, fields, delimiter)
        first = False


def _record(origin: Origin, fields: list[str], delimiter: str) -> Record | RecordError:
    if len(fields) != len(COLUMNS):
        reason = (
            f"{_counted(len(fields))} where 3 are expected: subject, relation and object, separated by {delimiter!r}"
        )
        return RecordError(origin.path, origin.line, reason, origin.text)
    try:
        return UpsertFact(Fact(fields[0], fields[1], fields[2]), origin)
    except InputError as exc:
        return RecordError(origin.path, origin.line, str(exc), origin.text)


def _counted(fields: int) -> str:
    return "1 field" if fields == 1 else f"{fields} fields"


def _plain_rows(path: str, lines: Iterator[Line], delimiter: str) -> Iterator[tuple[Origin, list[str] | str]]:
    for line in lines:
        origin = Origin(path, line.number, line.text)
        if line.error:
            yield origin, line.error
        elif line.text.strip():
            yield origin, line.text.split(delimiter)


def _quoted_rows(path: str, lines: Iterator[Line], delimiter: str) -> Iterator[tuple[Origin, list[str] | str]]:
    pushed: deque[Line] = deque()
    while (line := _pull(pushed, lines)) is not None:
        if line.error or '"' not in line.text:
            yield from _plain_rows(path, iter((line,)), delimiter)
            continue
        taken = [line]
        fields = _parse_quoted(taken, pushed, lines, delimiter)
        if isinstance(fields, str):
            pushed.extendleft(reversed(taken[1:]))
            yield Origin(path, line.number, line.text), fields
            continue
        origin = Origin(path, line.number, "\n".join(part.text for part in taken))
        bad = next((part for part in taken if part.error), None)
        yield origin, fields if bad is None else f"line {bad.number} of this row: {bad.error}"


def _pull(pushed: deque[Line], lines: Iterator[Line]) -> Line | None:
    return pushed.popleft() if pushed else next(lines, None)


def _parse_quoted(taken: list[Line], pushed: deque[Line], lines: Iterator[Line], delimiter: str) -> list[str] | str:
    """The fields of a row that begins with ``taken[0]``, or what is wrong with it.

    Every further line that was looked at is appended to ``taken``: of a row that is not closed only the first line
    is at fault, and the others are to be read again.
    """

    def feed() -> Iterator[str]:
        yield taken[0].text + "\n"
        while len(taken) < MAX_QUOTED_LINES and (line := _pull(pushed, lines)) is not None:
            taken.append(line)
            yield line.text + "\n"

    try:
        return next(csv.reader(feed(), delimiter=delimiter, strict=True))
    except csv.Error as exc:
        return (
            f"the quotes of this row are wrong ({exc}): write a quote inside a quoted field twice, and close the field"
        )
