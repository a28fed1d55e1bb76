"""What to ask for."""

from __future__ import annotations

from dataclasses import dataclass

from graphdb import NodeSet, Program


@dataclass(frozen=True, slots=True)
class Idea:
    """A program to ask for.

    :param parts: sets that must have more members than the whole, for it to say something.
    """

    form: str
    program: Program
    parts: tuple[NodeSet, ...] = ()
