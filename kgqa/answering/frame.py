"""Answers as a table of pandas, which is optional."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from graphdb import Literal, Scalar
from graphdb.errors import InputError

if TYPE_CHECKING:
    from pandas import DataFrame

    from kgqa.answering.answer import Answer

COLUMNS = ("question", "answer", "key", "types", "value", "beside", "score", "confidence", "reason")


def to_frame(answers: Iterable[Answer]) -> DataFrame:
    """Answers to any number of questions as a table, one answer a row.

    The columns are the ``question``, the name of the ``answer``, its ``key`` and ``types`` if it is an entity, its
    ``value`` if it is a literal, what stands ``beside`` it in a row, its ``score``, the ``confidence``, and the
    ``reason`` why none is given. A question without an answer has one row, in which the answer is missing.

    :raises InputError: if pandas is not installed.
    """
    try:
        from pandas import DataFrame  # noqa: PLC0415 (an extra)
    except ImportError as exc:
        raise InputError(
            "pandas, which tables of answers need, is not installed: install the extra `pandas` "
            '(pip install "kgqa[pandas]") or pandas itself'
        ) from exc
    return DataFrame([row for answer in answers for row in _rows(answer)], columns=list(COLUMNS))


def _rows(answer: Answer) -> list[dict[str, Any]]:
    asked = {"question": answer.question, "confidence": answer.confidence}
    if not answer.answers:
        return [asked | {"reason": answer.reason}]
    return [
        asked
        | {
            "answer": a.name,
            "key": a.key,
            "types": ", ".join(a.types),
            "value": a.node.value if isinstance(a.node, Literal) else None,
            "beside": _beside(a.values or ()),
            "score": a.score,
        }
        for a in answer.answers
    ]


def _beside(values: Sequence[Literal]) -> Scalar | tuple[Scalar, ...] | None:
    """One value as it is, several together."""
    plain = tuple(value.value for value in values)
    return plain if len(plain) > 1 else next(iter(plain), None)
