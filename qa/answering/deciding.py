"""Decides whether an answer is given: how likely it is right, once the verifier has read what it is cut from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qa.answering.confidence import Calibration
from qa.answering.function_words import asks_for_nothing
from qa.stages import stage
from qa.verification.verifier import builtin_verifier
from qa.verification.windows import Window


def decide(
    calibration: Calibration | None,
    question: str,
    signals: NDArray[np.float32],
    window: Window | None,
    least: float | None,
) -> tuple[float | None, bool | None]:
    """Return how likely the answer is right and whether that is enough; None for both without a calibration.

    Args:
        calibration: what confidence is computed with.
        question: as it was asked.
        signals: of the best sentence, shape (len(SIGNALS),).
        window: the best sentence with its neighbours; None where there is none.
        least: confidence that is enough; None for the calibration's threshold.
    """
    if calibration is None:
        return None, None
    if window is None or asks_for_nothing(question):  # no sentence to judge, or nothing to judge it by
        return 0.0, False
    confidence = calibration.confidence(verified_signals(question, signals, window))
    return confidence, confidence >= (calibration.threshold if least is None else least)


def verified_signals(question: str, signals: NDArray[np.float32], window: Window | None) -> NDArray[np.float32]:
    """Return the signals with the verifier's verdict on the window, shape (len(VERIFIED_SIGNALS),)."""
    with stage("verify"):
        verdict = 0.0 if window is None else builtin_verifier()(question, window.title, window.text)
        return np.append(signals, np.float32(verdict))
