"""The phrasings of ``phrasings.toml``, where they are explained."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from graphdb import Direction, Step

_HELD_OUT = 2


@dataclass(frozen=True, slots=True)
class Chain:
    """Questions that follow the same steps from something of one type; no steps if the graph has no answer.

    :param seed: the type of what is asked about, which ``{x}`` stands for in the phrasings.
    :param exclude_seed: whether what is asked about is dropped from what any step reaches.
    """

    seed: str
    steps: tuple[Step, ...]
    phrasings: tuple[str, ...]
    exclude_seed: bool = False

    @property
    def trained(self) -> tuple[str, ...]:
        """The phrasings to train on."""
        return self.phrasings[:-_HELD_OUT]

    @property
    def held_out(self) -> tuple[str, ...]:
        """The phrasings to evaluate on."""
        return self.phrasings[-_HELD_OUT:]


@cache
def chains() -> tuple[Chain, ...]:
    """What the graph can be asked, and last what it cannot answer."""
    text = resources.files(__package__).joinpath("phrasings.toml").read_text(encoding="utf-8")
    tables = tomllib.loads(text)
    return tuple(
        Chain(
            seed=table["seed"],
            steps=tuple(map(_step, table.get("steps", ()))),
            phrasings=tuple(table["phrasings"]),
            exclude_seed=table.get("exclude_seed", False),
        )
        for table in (*tables["chain"], *tables["beyond"])
    )


def _step(text: str) -> Step:
    direction = Direction.IN if text.startswith("^") else Direction.OUT
    return Step(text.removeprefix("^"), direction)
