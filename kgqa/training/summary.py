"""What a training run made, for its caller and for the model card."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from graphdb import html
from kgqa.evaluation import Figures


@dataclass(frozen=True, slots=True)
class TrainSummary:
    """What a training run made.

    :param directory: of the model.
    :param trained_on: how many questions it learned from.
    :param dev_questions: how many questions it was chosen and calibrated by.
    :param unusable: questions that could not be used, by reason.
    :param dev: figures on the dev questions, with the threshold below.
    :param abstain_below: the confidence below which the model gives no answer, fitted on the dev questions.
    :param seconds: of training.
    :param reads: whether it also learned to read programs that no path can say.
    """

    directory: Path
    trained_on: int
    dev_questions: int
    unusable: dict[str, int]
    dev: Figures | None
    abstain_below: float
    steps: int
    seconds: float
    reads: bool = False

    def to_dict(self) -> dict[str, Any]:
        return {
            **asdict(self),
            "directory": str(self.directory),
            "dev": None if self.dev is None else self.dev.to_dict(),
        }

    def __str__(self) -> str:
        return ", ".join(f"{name} {value}" for name, value in self._shown())

    def _repr_html_(self) -> str:
        """For notebooks."""
        return html.table((), self._shown())

    def _shown(self) -> list[tuple[str, str]]:
        dev = [] if self.dev is None else [("hits@1 on the dev questions", f"{self.dev.hits_at_1:.3f}")]
        return [
            ("model", str(self.directory)),
            ("trained on", f"{self.trained_on:,} questions"),
            ("dev questions", f"{self.dev_questions:,}"),
            *((f"left out ({reason})", f"{count:,}") for reason, count in self.unusable.items()),
            *dev,
            ("no answer below a confidence of", f"{self.abstain_below:.2f}"),
            ("seconds", f"{self.seconds:,.1f}"),
        ]
