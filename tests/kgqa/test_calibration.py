"""Confidence: the correction, the error, and risk against coverage."""

from __future__ import annotations

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kgqa.calibration import Calibration, calibration_error, risk_coverage

PAIRS = st.lists(st.tuples(st.floats(0, 1), st.booleans()), max_size=40)


def drawn(scale: float, shift: float, count: int = 4000) -> tuple[list[float], list[bool]]:
    """Confidences, and answers that are right as often as the corrected confidence says."""
    rng = random.Random(1)
    truth = Calibration(scale, shift)
    confidence = [rng.uniform(0.02, 0.98) for _ in range(count)]
    return confidence, [rng.random() < truth(c) for c in confidence]


@pytest.mark.parametrize(("scale", "shift"), [(1.0, 0.0), (0.4, 0.5), (2.0, -1.0)])
def test_the_correction_is_found(scale: float, shift: float) -> None:
    confidence, right = drawn(scale, shift)
    fitted = Calibration.fit(confidence, right)
    assert (fitted.scale, fitted.shift) == pytest.approx((scale, shift), abs=0.15)
    assert calibration_error([fitted(c) for c in confidence], right) < 0.03


def test_overconfidence_is_mended() -> None:
    confidence, right = drawn(0.3, -0.5)
    before = calibration_error(confidence, right)
    fitted = Calibration.fit(confidence, right)
    assert calibration_error([fitted(c) for c in confidence], right) < before / 3


def test_nothing_to_fit_changes_nothing() -> None:
    assert Calibration.fit([], []) == Calibration()
    assert Calibration()(0.25) == pytest.approx(0.25)


@given(PAIRS)
def test_order_is_kept_and_probabilities_stay_probabilities(pairs: list[tuple[float, bool]]) -> None:
    fitted = Calibration.fit([c for c, _ in pairs], [y for _, y in pairs])
    assert fitted.scale > 0
    corrected = [fitted(c) for c, _ in sorted(pairs)]
    assert corrected == sorted(corrected)
    assert all(0 <= c <= 1 for c in corrected)


def test_few_right_answers_change_little() -> None:
    fitted = Calibration.fit([0.9, 0.95, 0.99], [True, True, True])
    assert fitted(0.9) == pytest.approx(0.9, abs=0.05)


@given(PAIRS)
def test_the_error_is_that_of_the_bins(pairs: list[tuple[float, bool]]) -> None:
    found = calibration_error([c for c, _ in pairs], [y for _, y in pairs], bins=5)
    expected = 0.0
    for i in range(5):
        inside = [(c, y) for c, y in pairs if math.floor(c * 5) == i or (i == 4 and c == 1)]
        if inside:
            confidence = sum(c for c, _ in inside) / len(inside)
            accuracy = sum(y for _, y in inside) / len(inside)
            expected += abs(confidence - accuracy) * len(inside) / len(pairs)
    assert found == pytest.approx(expected, abs=1e-9)


def test_risk_at_each_coverage() -> None:
    points = risk_coverage([0.9, 0.2, 0.8, 0.4], [True, False, True, False], points=2)
    assert [(p.coverage, p.risk, p.confidence) for p in points] == [(0.5, 0.0, 0.8), (1.0, 0.5, 0.2)]
    assert risk_coverage([], []) == ()
