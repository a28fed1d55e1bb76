"""What was learned about reading questions on one graph: a reader of its own, and when to use it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from graphdb import Comparison
from kgqa.calibration import Calibration
from kgqa.proposing import Sense
from kgqa.reader.model import Reader


@dataclass(frozen=True, slots=True)
class Reading:
    """A reader that was trained for one graph.

    :param calibration: corrects its probabilities.
    :param follow_weight: what the log-probability counts that following gives to a program.
    :param read_below: the confidence of a followed path below which a question is read as well.
    :param senses: what words mean beyond the names of the schema.
    """

    reader: Reader
    calibration: Calibration
    follow_weight: float
    read_below: float
    senses: tuple[Sense, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """All but the reader, as plain values."""
        return {
            "calibration": asdict(self.calibration),
            "follow_weight": self.follow_weight,
            "read_below": self.read_below,
            "senses": [{**asdict(sense), "comparison": sense.comparison.value} for sense in self.senses],
        }

    @classmethod
    def from_dict(cls, value: Mapping[str, Any], reader: Reader) -> Reading:
        """What :meth:`to_dict` gave, with its reader.

        :raises KeyError, TypeError, ValueError: if it is something else.
        """
        return cls(
            reader,
            Calibration(float(value["calibration"]["scale"]), float(value["calibration"]["shift"])),
            float(value["follow_weight"]),
            float(value["read_below"]),
            tuple(_sense(sense) for sense in value["senses"]),
        )


def _sense(value: Mapping[str, Any]) -> Sense:
    word, name, attribute = (str(value[part]) for part in ("word", "type", "attribute"))
    return Sense(word, name, attribute, Comparison(value["comparison"]), float(value["value"]))
