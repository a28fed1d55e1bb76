"""What one row of a fact file asks for."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from graphdb.values import Entity, Fact, Literal

Triple: TypeAlias = tuple[str, str, str | Literal]


class Origin(NamedTuple):
    """Where a record was read.

    :param path: the file as it was named, or ``-`` for standard input.
    :param line: the line on which its row begins, counted from 1; 0 for a record that was not read from a file.
    :param text: the row as it stands there, without the end of the line.
    """

    path: str
    line: int
    text: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}"


NOWHERE = Origin("", 0)


@dataclass(frozen=True, slots=True)
class UpsertEntity:
    """Create the entity, or update it. Two records are equal if they ask for the same, wherever they were read."""

    entity: Entity
    origin: Origin = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class UpsertFact:
    """Create the fact, or replace its properties."""

    fact: Fact
    origin: Origin = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DeleteEntity:
    """Delete the entity of this key with all its facts."""

    key: str
    origin: Origin = field(default=NOWHERE, compare=False)


@dataclass(frozen=True, slots=True)
class DeleteFact:
    """Delete the fact that this triple identifies."""

    triple: Triple
    origin: Origin = field(default=NOWHERE, compare=False)


Record: TypeAlias = UpsertEntity | UpsertFact | DeleteEntity | DeleteFact
