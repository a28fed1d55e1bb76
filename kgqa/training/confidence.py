"""What a model's confidence means, fitted on questions that were kept back from training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from kgqa.answering import Answer, Answerer
from kgqa.calibration import Calibration
from kgqa.evaluation import Figures, best_answers, figures, is_right
from kgqa.examples import Example
from kgqa.training.unseen import Sure

_WRONG = 1.0  # what a wrong answer costs, against 1 for the right one
_BREAK_EVEN = _WRONG / (1 + _WRONG)  # the probability of being right from which an answer is worth what it risks


@dataclass(frozen=True, slots=True)
class Confidence:
    """What was fitted.

    :param calibration: corrects the model's probability.
    :param abstain_below: the confidence, so corrected, below which no answer is better than the best one.
    """

    calibration: Calibration
    abstain_below: float


def fit_confidence(answerer: Answerer, examples: Sequence[Example]) -> Confidence:
    """Fit the correction, and then the threshold."""
    if not examples:
        return Confidence(Calibration(), 0.0)
    answers = best_answers(answerer, examples, look_up=False)
    read = [(e, a) for e, a in zip(examples, answers, strict=True) if not a.abstained]
    calibration = Calibration.fit([a.confidence for _, a in read], [is_right(e, a) for e, a in read])
    corrected = [replace(a, confidence=calibration(a.confidence)) for a in answers]
    return Confidence(calibration, fit_threshold(examples, corrected))


def fit_threshold(examples: Sequence[Example], answers: Sequence[Answer], more: Sequence[Sure] = ()) -> float:
    """The confidence below which no answer is better than the best one.

    It has the greatest sum over the questions of 1 for the right answer (or for none, where there is none), 0 for no
    answer where there is one, and minus one for a wrong answer.

    :param answers: the best ones, with a confidence that means what it says.
    :param more: such confidences of answers to other questions.
    """
    gains = [
        (a.confidence, (1.0 if is_right(e, a) else -_WRONG) - float(e.gold.unanswerable))
        for e, a in zip(examples, answers, strict=True)
        if not a.abstained
    ]
    gains += [(confidence, 1.0 if right else -_WRONG) for confidence, right in more]
    return _best_threshold(gains)


def figures_at(threshold: float, examples: Sequence[Example], answers: Sequence[Answer]) -> Figures | None:
    """The figures of the best answers where those below a threshold are held back; ``None`` without examples."""
    if not examples:
        return None
    return figures(examples, [a if a.confidence >= threshold else a.held_back() for a in answers])


def _best_threshold(gains: Sequence[tuple[float, float]]) -> float:
    """The threshold with the greatest sum of gains at or above it, from (confidence, gain) pairs; the lowest such."""
    together: dict[float, float] = {}
    for confidence, gain in gains:
        together[confidence] = together.get(confidence, 0.0) + gain
    confidences = sorted(together, reverse=True)
    # lowered from above all of them to below each in turn
    threshold, best, total = math.nextafter(confidences[0], math.inf) if confidences else 0.0, 0.0, 0.0
    for confidence, following in pairwise([*confidences, 0.0]):
        total += together[confidence]
        if total >= best:
            best, threshold = total, _between(following, confidence)
    return threshold


def _between(below: float, above: float) -> float:
    """A threshold that parts two confidences: where an answer breaks even, if that is between them, else halfway."""
    middle = _BREAK_EVEN if below < _BREAK_EVEN < above else (below + above) / 2
    return middle if middle > below else above
