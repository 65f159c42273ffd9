"""Fits a calibration: logistic regression from signals to "the answer held what was asked for".

Needs scipy (the extra `eval`); answering needs only the result.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from qa.answering.confidence import SIGNALS, Calibration
from qa.engine import Engine
from qa.errors import EvaluationUnavailable, InvalidEvaluation
from qa.evaluation.measures import EvaluationQuestion, holds
from qa.evidence.network import FARTHEST, Array, Network

_PENALTY = 1e-3
"""Of squared weights; keeps a calibration from few questions near the mean."""
_LEAST_SCALE = 0.05
_FEWEST_QUESTIONS = 50
"""Of questions whose answer is known; fewer tell nothing about so many signals."""
_THRESHOLDS = np.linspace(0.05, 0.95, 91)


def calibrate(
    engine: Engine, questions: Sequence[EvaluationQuestion], progress: Callable[[int], None] = lambda _done: None
) -> Calibration:
    """Return a calibration of the engine's model on its articles.

    Every question whose answer is known is asked twice: as it is, and as if its articles did not exist; unanswerable
    ones once. The threshold is the one that decides the most of them rightly, each kind counting half.

    Raises:
        InvalidEvaluation: too few questions have a known answer.
        EvaluationUnavailable: scipy is not installed.
    """
    known = sum(question.answer is not None and question.article_ids is not None for question in questions)
    if known < _FEWEST_QUESTIONS:
        reason = f"{known} questions have article_ids and an answer; a calibration needs {_FEWEST_QUESTIONS}"
        raise InvalidEvaluation("calibration", reason)
    read: list[NDArray[np.float32]] = []
    right: list[bool] = []
    present: list[bool] = []
    for done, question in enumerate(questions, 1):
        progress(done)
        answerable = question.article_ids is not None
        if answerable and question.answer is None:
            continue
        seen, answer = engine.observe(question.question)
        read.append(seen)
        present.append(answerable)
        right.append(answerable and answer is not None and holds(answer.text, question.answer or ""))
        if question.article_ids is not None:
            read.append(engine.observe(question.question, question.article_ids)[0])
            present.append(False)
            right.append(False)
    kept = np.array(present)
    weights = np.where(kept, 0.5 / max(kept.sum(), 1), 0.5 / max((~kept).sum(), 1))
    fitted = fit_calibration(np.stack(read), np.array(right), weights, 0.5)
    confidences = np.array([fitted.confidence(row) for row in read])
    gains = [float(weights @ ((confidences >= one) == kept)) for one in _THRESHOLDS]
    return Calibration(fitted.network, round(float(_THRESHOLDS[int(np.argmax(gains))]), 2))


def fit_calibration(
    read: NDArray[np.float32], right: NDArray[np.bool_], weights: Array, threshold: float
) -> Calibration:
    """Return the calibration under which what was seen is most likely.

    Args:
        read: the signals of each question, shape (n, len(SIGNALS)).
        right: whether its answer was right, shape (n,).
        weights: how much each question counts, shape (n,).
        threshold: the confidence below which no answer is given.

    Raises:
        EvaluationUnavailable: scipy is not installed.
    """
    try:
        from scipy.optimize import minimize  # only needed here, and by nobody who merely asks
    except ImportError as error:
        raise EvaluationUnavailable("scipy") from error
    mean = np.average(read.astype(np.float64), axis=0, weights=weights)
    scale = np.maximum(read.std(axis=0, dtype=np.float64), _LEAST_SCALE)
    inputs = np.clip((read - mean) / scale, -FARTHEST, FARTHEST)
    inputs = np.hstack([inputs, np.ones((len(inputs), 1))])
    shares = weights / weights.sum()
    signs = np.where(right, 1.0, -1.0)

    def cost(parameters: Array) -> tuple[float, Array]:
        margins = signs * (inputs @ parameters)
        losses = np.logaddexp(0.0, -margins)
        slopes = -signs / (1.0 + np.exp(np.clip(margins, -60.0, 60.0)))
        penalised = np.append(parameters[:-1], 0.0)
        value = float(shares @ losses) + _PENALTY * float(penalised @ penalised)
        return value, inputs.T @ (shares * slopes) + 2 * _PENALTY * penalised

    parameters: Array = minimize(cost, np.zeros(inputs.shape[1]), jac=True, method="L-BFGS-B").x
    nothing = np.zeros(0)
    network = Network(
        names=SIGNALS,
        mean=mean,
        scale=scale,
        direct=parameters[:-1],
        hidden=np.zeros((0, len(SIGNALS))),
        hidden_bias=nothing,
        output=nothing,
        bias=float(parameters[-1]),
    )
    return Calibration(network, threshold)
