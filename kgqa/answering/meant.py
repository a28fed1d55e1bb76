"""What people say that words of their question mean: it leaves no choice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from graphdb import Node
from graphdb.errors import InputError
from indexing import Candidate

Meanings = Mapping[str, Node]
"""Words of a question, and the node that they mean."""


def as_meant(question: str, candidates: Sequence[Candidate], meanings: Meanings) -> list[Candidate]:
    """The candidates that agree with the meanings. Other meanings of the words, or of words that overlap them, are out.

    :raises InputError: if the question does not have the words, or they cannot mean that.
    """
    kept = list(candidates)
    for text, node in meanings.items():
        places = _places(question, text)
        if not places:
            raise InputError(f"{text!r} is said to mean {node}, and is not in the question {question!r}")
        if not any(c.node == node and _overlaps(c, places) for c in candidates):
            raise InputError(
                f"{text!r} cannot mean {node!s} in the graph as it is: choose among its meaning and rivals"
            )
        kept = [c for c in kept if c.node == node or not _overlaps(c, places)]
    return kept


def _places(question: str, text: str) -> list[tuple[int, int]]:
    places, at = [], question.find(text) if text else -1
    while at >= 0:
        places.append((at, at + len(text)))
        at = question.find(text, at + 1)
    return places


def _overlaps(candidate: Candidate, places: Sequence[tuple[int, int]]) -> bool:
    return any(candidate.start < end and start < candidate.end for start, end in places)
