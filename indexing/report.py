"""What building or updating an alias index did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import TypeAlias

from graphdb import html

Progress: TypeAlias = Callable[[int, int], None]
"""Called with how many entities are done and how many there are in all (0 if that is not known)."""


@dataclass(frozen=True, slots=True)
class IndexReport:
    """What was done, and what was left out.

    :param watermark: the change of the graph up to which the index is now right.
    :param entities: how many entities were read.
    :param deleted: how many entities left the index.
    :param surfaces: how many distinct surface forms the index has now.
    :param surfaces_added: how many it did not have before.
    :param surfaces_removed: how many it no longer has.
    :param long_values: how many string values were left out for being longer than
        :data:`~indexing.wordings.LONGEST_VALUE` characters.
    :param blank_names: how many names were left out because nothing of them is visible.
    :param crowded: how many surface forms mean more nodes than one look-up offers
        (:data:`~indexing.matching.NODES_PER_SURFACE`); names come before aliases, values
        and types, then in order of key.
    """

    watermark: int
    entities: int
    deleted: int
    surfaces: int
    surfaces_added: int
    surfaces_removed: int
    long_values: int = 0
    blank_names: int = 0
    crowded: int = 0

    def __str__(self) -> str:
        shown = ", ".join(f"{name.replace('_', ' ')} {count:,}" for name, count in asdict(self).items())
        return f"indexed: {shown}"

    def _repr_html_(self) -> str:
        """For notebooks."""
        return html.table((), [(name.replace("_", " "), count) for name, count in asdict(self).items()])
