"""What people said was meant: corrections of answers, kept beside a graph in the format of questions.

Lines are only ever added, one by one, and each is on the disk before it is reported as kept. A line that a crash cut
off was never reported, and the next one takes its place.
"""

from __future__ import annotations

import json
import logging
import os
import sqlite3
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from graphdb.errors import InputError
from kgqa.questions.file import Question, parse_questions, question_line

logger = logging.getLogger(__name__)

_LOCK_TIMEOUT_S = 30.0
_ID = "correction-"


class Corrections:
    """The corrections of one graph. Safe to use from several threads and processes.

    :param path: their file, which need not exist.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, correction: Question) -> Question:
        """Keep a correction, and return it as it was kept: with an id of its own.

        :raises InputError: if another process keeps the file locked.
        :raises RecordError: if a line of the file is malformed.
        :raises OSError: if it cannot be written.
        """
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self._lock():
            kept = replace(correction, id=_free_id(self.all()))
            whole = self._whole_lines()
            with self.path.open("ab") as file:
                os.truncate(self.path, len(whole.rstrip(b"\n")))
                file.write((b"\n" if whole.rstrip() else b"") + question_line(kept).encode())
                file.flush()
                os.fsync(file.fileno())
        return kept

    def all(self) -> list[Question]:
        """Every correction, oldest first; also those that a later one of the same question replaced.

        :raises RecordError: at the first line that is malformed, with the file, the line and the reason.
        """
        return parse_questions(self._whole_lines().splitlines(keepends=True), self.path)

    def current(self) -> list[Question]:
        """The latest correction of each question, oldest first."""
        latest: dict[str, Question] = {}
        for correction in self.all():
            latest.pop(_same(correction.question), None)
            latest[_same(correction.question)] = correction
        return list(latest.values())

    def _whole_lines(self) -> bytes:
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return b""
        whole = data[: data.rfind(b"\n") + 1]
        if whole == data:
            return whole
        try:
            json.loads(data[len(whole) :])
        except ValueError:
            logger.warning("the last line of %s was cut off when it was written: it is left out", self.path)
            return whole
        return data + b"\n"

    @contextmanager
    def _lock(self) -> Iterator[None]:
        """One writer at a time among all threads and processes; a writer that dies lets go."""
        connection = sqlite3.connect(f"{self.path}.lock", timeout=_LOCK_TIMEOUT_S, isolation_level=None)
        try:
            try:
                connection.execute("BEGIN EXCLUSIVE")
            except sqlite3.DatabaseError as exc:
                raise InputError(f"{self.path} cannot be locked for writing ({exc}): try again") from exc
            yield
        finally:
            connection.close()


def corrected(
    questions: Sequence[Question], corrections: Sequence[Question], *, apart_from: Collection[Question] = ()
) -> list[Question]:
    """Questions to train on: a correction takes the place of the questions with the same text, and others are added.

    :param corrections: one of each text.
    :param apart_from: questions that are to be kept out of training, and their corrections with them.
    """
    held_out = {_same(question.question) for question in apart_from}
    added = {_same(each.question): each for each in corrections}
    added = {text: each for text, each in added.items() if text not in held_out}
    return [*(q for q in questions if _same(q.question) not in added), *added.values()]


def _same(text: str) -> str:
    """A question without what makes no difference: case, spaces and the mark at its end."""
    return " ".join(text.casefold().split()).rstrip("?!. ")


def _free_id(known: Sequence[Question]) -> str:
    taken = {question.id for question in known}
    return next(name for n in range(len(known) + 1, 2 * len(known) + 2) if (name := f"{_ID}{n}") not in taken)
