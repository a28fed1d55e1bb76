"""What the alias index answers: for each span of a question that may be a mention, the nodes it may mean."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from graphdb import Node


class SurfaceKind(StrEnum):
    """What a surface form is to the node it stands for."""

    NAME = "name"  # the entity's name
    ALIAS = "alias"  # another of its names
    VALUE = "value"  # a string that some entities have as an attribute
    TYPE = "type"  # the name of a type


@dataclass(frozen=True, slots=True)
class Candidate:
    """A span of the question and a node that it may mean.

    :param start: where the span starts, in characters of the question as it was given.
    :param end: where it ends (exclusive).
    :param node: the entity's key, the value as a literal, or the type.
    :param surface: the surface form in the index that the span matched, as its owner spells it.
    :param kind: what the surface form is to the node.
    :param similarity: of the span to the surface form, 0 to 1; 1 for an exact match after normalisation.
    :param least_asked: how alike the word of the span that the surface form has least is to its nearest there, 0 to 1.
    :param least_known: how alike the word of the surface form that the span has least is to its nearest there.
    """

    start: int
    end: int
    node: Node
    surface: str
    kind: SurfaceKind
    similarity: float
    least_asked: float = 1.0
    least_known: float = 1.0

    @property
    def exact(self) -> bool:
        """Whether the span is the surface form but for case, accents, punctuation and possessives."""
        return self.similarity >= 1.0
