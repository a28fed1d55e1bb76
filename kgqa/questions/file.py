"""Questions with their answers, and the file format they are kept in.

One JSON object a line::

    {"id": "7", "question": "who directed Alien?", "answers": ["Ridley Scott"], "topic": ["Alien"], "group": "1-hop"}

An answer that is a row, such as a group with its number, is a list: ``["Ridley Scott", 28]``.

``topic`` (keys of the entities that the question is about), ``group`` (a label that reports are broken down by) and
``program`` (what was asked, as :func:`graphdb.program_to_dict` writes it) are optional. ``answers: []`` says that the
graph has no answer.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TypeAlias, TypeVar

from graphdb import Literal, Program, Scalar, program_from_dict, program_to_dict
from graphdb.errors import InputError, RecordError
from graphdb.values import check_text

_REQUIRED = ("id", "question", "answers")
_OPTIONAL = ("topic", "group", "program")

GivenAnswer: TypeAlias = Scalar | tuple[Scalar, ...]
"""An answer as it is written: a key, name or value; or a row of one and the values beside it."""

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Question:
    """A question and its complete set of answers.

    :param id: unique in its file.
    :param question: the text, as a user would type it.
    :param answers: keys, names or values, or rows of one and the values beside it; without duplicates, and none if the
        graph has no answer.
    :param topic: keys of the entities that it is about; read only with gold entities and for reports.
    :param group: what reports break the results down by, such as ``1-hop`` or ``count``; empty for none.
    :param program: what was asked, if that is known; only readers are trained on it.
    :raises InputError: for an empty id or question, and for what no graph could hold.
    """

    id: str
    question: str
    answers: tuple[GivenAnswer, ...]
    topic: tuple[str, ...] = ()
    group: str = ""
    program: Program | None = None

    def __post_init__(self) -> None:
        check_text(self.id, "the id of a question")
        check_text(self.question.strip(), "the text of a question")
        check_text(self.group, "the group of a question", empty=True)
        topic = dict.fromkeys(check_text(key, "a topic") for key in self.topic)
        answers = dict.fromkeys(map(_literals, self.answers))
        object.__setattr__(self, "topic", tuple(topic))
        object.__setattr__(self, "answers", tuple(map(_plain, answers)))


def read_questions(path: str | Path) -> list[Question]:
    """Read a file of questions; blank lines are skipped.

    :param path: the file, or ``-`` for standard input.
    :raises RecordError: at the first line that is malformed, with the file, the line and the reason.
    :raises InputError: if the file cannot be read.
    """
    with _lines(path) as lines:
        return _parsed(lines, path)


def parse_questions(lines: Iterable[bytes], path: str | Path) -> list[Question]:
    """The questions of lines that were read already; blank ones are skipped.

    :param path: the file that they are from.
    :raises RecordError: at the first line that is malformed, with the file, the line and the reason.
    """
    return _parsed(_decoded(lines, path), path)


def _parsed(lines: Iterable[str], path: str | Path) -> list[Question]:
    seen: dict[str, int] = {}
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            question = _parse(line)
        except InputError as exc:
            raise RecordError(path, number, str(exc)) from exc
        if question.id in seen:
            raise RecordError(path, number, f"the id {question.id!r} was given on line {seen[question.id]} already")
        seen[question.id] = number
        questions.append(question)
    return questions


def write_questions(path: str | Path, questions: Iterable[Question]) -> int:
    """Write questions, one JSON object a line, and return how many. Dates are written in ISO format."""
    count = 0
    with Path(path).open("w", encoding="utf-8", newline="\n") as file:
        for question in questions:
            file.write(question_line(question))
            count += 1
    return count


def question_line(question: Question) -> str:
    """A question as a line of a file. Dates are written in ISO format."""
    return json.dumps(question_to_dict(question), ensure_ascii=False) + "\n"


def question_to_dict(question: Question) -> dict[str, object]:
    """A question as plain values, ready for JSON."""
    answers = [list(map(_written, a)) if isinstance(a, tuple) else _written(a) for a in question.answers]
    record: dict[str, object] = {"id": question.id, "question": question.question, "answers": answers}
    if question.topic:
        record["topic"] = list(question.topic)
    if question.group:
        record["group"] = question.group
    if question.program is not None:
        record["program"] = program_to_dict(question.program)
    return record


@contextmanager
def _lines(path: str | Path) -> Iterator[Iterator[str]]:
    if str(path) == "-":
        yield _decoded(sys.stdin.buffer, path)
        return
    try:
        with Path(path).open("rb") as file:
            yield _decoded(file, path)
    except OSError as exc:
        raise InputError(f"the questions cannot be read: {path}: {exc.strerror}") from exc


def _decoded(file: Iterable[bytes], path: str | Path) -> Iterator[str]:
    for number, line in enumerate(file, start=1):
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as exc:
            raise RecordError(
                path, number, f"the line is not valid UTF-8 ({exc.reason}): save the file as UTF-8"
            ) from exc


def _parse(line: str) -> Question:
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as exc:
        raise InputError(f"the line is not valid JSON ({exc}): give one object a line") from exc
    if not isinstance(record, dict):
        raise InputError(f"expected an object with {', '.join(_REQUIRED)}, not {type(record).__name__}")
    if missing := [name for name in _REQUIRED if name not in record]:
        raise InputError(f"{', '.join(map(repr, missing))} missing: a question needs {', '.join(_REQUIRED)}")
    if unknown := sorted(set(record) - {*_REQUIRED, *_OPTIONAL}):
        raise InputError(f"unknown field {unknown[0]!r}: allowed are {', '.join((*_REQUIRED, *_OPTIONAL))}")
    return Question(
        id=_text(record, "id"),
        question=_text(record, "question"),
        answers=_answers(record),
        topic=_list(record, "topic", (str,), "keys, which are strings"),
        group=_text(record, "group"),
        program=None if record.get("program") is None else program_from_dict(record["program"]),
    )


def _literals(answer: GivenAnswer) -> Literal | tuple[Literal, ...]:
    if not isinstance(answer, tuple):
        return Literal(answer)
    if not answer:
        raise InputError("a row of an answer is empty: give a key, name or value, and then the values beside it")
    return tuple(map(Literal, answer))


def _plain(answer: Literal | tuple[Literal, ...]) -> GivenAnswer:
    return answer.value if isinstance(answer, Literal) else tuple(each.value for each in answer)


def _written(value: Scalar) -> Scalar:
    return value.isoformat() if isinstance(value, date) else value


_ANSWERS = "strings, numbers and booleans, and lists of these"


def _answers(record: dict[str, object]) -> tuple[GivenAnswer, ...]:
    return tuple(
        tuple(_scalar(each) for each in answer) if isinstance(answer, list) else _scalar(answer)
        for answer in _list(record, "answers", (object,), _ANSWERS)
    )


def _scalar(value: object) -> Scalar:
    if not isinstance(value, str | int | float):
        raise InputError(f"'answers' must hold {_ANSWERS}, not {json.dumps(value)}")
    return value


def _text(record: dict[str, object], name: str) -> str:
    value = record.get(name, "")
    if not isinstance(value, str):
        raise InputError(f"{name!r} must be a string, not {json.dumps(value)}")
    return value


def _list(record: dict[str, object], name: str, kinds: tuple[type[_T], ...], what: str) -> tuple[_T, ...]:
    value = record.get(name, [])
    if not isinstance(value, list):
        raise InputError(f"{name!r} must be a list of {what}, not {json.dumps(value)}")
    for item in value:
        if not isinstance(item, kinds):
            raise InputError(f"{name!r} must hold {what}, not {json.dumps(item)}")
    return tuple(value)
