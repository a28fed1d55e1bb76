"""Confidence that means what it says: how far it is from how often answers are right, and how it is corrected.

The correction is Platt's (*Probabilistic Outputs for Support Vector Machines*, 1999): a line through the log-odds,
fitted on questions kept back. The error is that of Guo et al., *On Calibration of Modern Neural Networks*, ICML 2017
(equation 3); risk and coverage are those of El-Yaniv and Wiener, *On the Foundations of Noise-free Selective
Classification*, JMLR 2010.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

_LIMIT = 1e-6  # log-odds are taken of probabilities this far from 0 and 1, at least
_PRIOR = 1.0  # how much a correction costs, in questions: few questions should not change much
_ROUNDS = 50


@dataclass(frozen=True, slots=True)
class Calibration:
    """Corrects a probability: its log-odds times ``scale`` plus ``shift``. Order is kept."""

    scale: float = 1.0
    shift: float = 0.0

    def __call__(self, probability: float) -> float:
        return float(_logistic(self.scale * _log_odds(np.array([probability])) + self.shift)[0])

    @classmethod
    def fit(cls, confidence: Sequence[float], right: Sequence[bool]) -> Calibration:
        """The correction that makes the right answers likeliest, by Newton's method."""
        x = _log_odds(np.asarray(confidence, dtype=np.float64))
        y = np.asarray(right, dtype=np.float64)
        features = np.stack([x, np.ones_like(x)])
        start = np.array([1.0, 0.0])
        line = start
        for _ in range(_ROUNDS):
            p = _logistic(line @ features)
            gradient = features @ (p - y) + _PRIOR * (line - start)
            curvature = (features * (p * (1 - p))) @ features.T + _PRIOR * np.eye(2)
            change = np.linalg.solve(curvature, gradient)
            line = line - change / max(1.0, float(np.abs(change).max()))
        return cls(max(float(line[0]), 0.05), float(line[1]))


def _log_odds(probability: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    p = np.clip(probability, _LIMIT, 1 - _LIMIT)
    return np.asarray(np.log(p / (1 - p)))


def _logistic(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    return np.asarray(1 / (1 + np.exp(-x)))


def calibration_error(confidence: Sequence[float], right: Sequence[bool], *, bins: int = 10) -> float:
    """Expected calibration error: the mean distance of confidence and accuracy over bins of equal width, 0 to 1."""
    c, y = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    if not len(c):
        return 0.0
    place = np.minimum((c * bins).astype(np.int64), bins - 1)
    return float(np.abs(np.bincount(place, weights=c - y, minlength=bins)).sum() / len(c))


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What answering only the surest questions costs.

    :param coverage: share of the questions that are answered.
    :param risk: share of the answers that are wrong.
    :param confidence: of the least sure of them.
    """

    coverage: float
    risk: float
    confidence: float


def risk_coverage(confidence: Sequence[float], right: Sequence[bool], *, points: int = 10) -> tuple[RiskPoint, ...]:
    """Risk at every so many per cent of coverage, the surest questions first."""
    c, y = np.asarray(confidence, dtype=np.float64), np.asarray(right, dtype=np.float64)
    order = np.argsort(-c, kind="stable")
    wrong = np.cumsum(1 - y[order])
    counts = sorted({max(1, round(len(c) * i / points)) for i in range(1, points + 1)}) if len(c) else []
    return tuple(RiskPoint(n / len(c), float(wrong[n - 1]) / n, float(c[order[n - 1]])) for n in counts)
