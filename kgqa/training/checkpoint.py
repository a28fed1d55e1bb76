"""The state of a training run, kept so that it can be resumed where it was."""

from __future__ import annotations

import os
import pickle
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from graphdb.errors import ModelCorruptError
from kgqa.evaluation import Figures
from kgqa.model import KGQAModel


@dataclass(slots=True)
class Checkpoint:
    """Where a run stands.

    :param best: the best dev figures so far, and ``best_weights`` the trained tensors that reached them.
    :param stale: evaluations since then.
    """

    step: int = 0
    seconds: float = 0.0
    stale: int = 0
    best: dict[str, Any] | None = None
    best_weights: dict[str, Tensor] | None = None
    history: list[dict[str, Any]] = field(default_factory=list)
    weights: dict[str, Tensor] | None = None
    optimiser: dict[str, Any] | None = None
    schedule: dict[str, Any] | None = None
    random: Tensor | None = None

    @classmethod
    def new(cls) -> Checkpoint:
        return cls()

    def captured(self, model: KGQAModel, optimiser: torch.optim.Optimizer, schedule: Any) -> Checkpoint:
        """This state with everything that the run needs to go on."""
        self.weights = model.trained_state()
        self.optimiser = optimiser.state_dict()
        self.schedule = schedule.state_dict()
        self.random = torch.get_rng_state()
        return self

    def restore(self, model: KGQAModel, optimiser: torch.optim.Optimizer, schedule: Any) -> None:
        """Put the run back to where it was."""
        if self.weights is None or self.optimiser is None or self.schedule is None or self.random is None:
            return
        model.load_state_dict(self.weights, strict=False)
        optimiser.load_state_dict(self.optimiser)
        schedule.load_state_dict(self.schedule)
        torch.set_rng_state(self.random)

    def note(self, figures: Figures, model: KGQAModel) -> None:
        """Keep the weights if they are the best so far: by exact answer sets, then by F1, then by hits@1."""
        if self.best is None or _quality(figures) > _quality(Figures(**self.best)):
            self.best, self.stale = figures.to_dict(), 0
            self.best_weights = {name: value.clone() for name, value in model.trained_state().items()}
        else:
            self.stale += 1


def _quality(figures: Figures) -> float:
    return figures.exact_match + figures.f1 + figures.hits_at_1


def save_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write it in one piece: a crash leaves the one before."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".tmp")
    torch.save({name: getattr(checkpoint, name) for name in Checkpoint.__slots__}, temporary)
    os.replace(temporary, path)  # noqa: PTH105


def load_checkpoint(path: Path) -> Checkpoint | None:
    """Read it, if there is one.

    :raises ModelCorruptError: if it cannot be read.
    """
    if not path.exists():
        return None
    try:
        return Checkpoint(**torch.load(path, map_location="cpu", weights_only=True))
    except (OSError, RuntimeError, TypeError, EOFError, pickle.UnpicklingError) as exc:
        # torch's own message advises to load it without its safety check
        raise ModelCorruptError(
            f"the checkpoint {path} cannot be read ({type(exc).__name__}), it is damaged or of another version: "
            "train without --resume to begin anew"
        ) from exc
