"""Fits a calibration: logistic regression from signals to "the answer holds what was asked for".

Fitting needs scipy (the extra `eval`); answering does not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from qa.answering.confidence import VERIFIED_SIGNALS, Calibration, builtin_calibration
from qa.engine import Engine
from qa.errors import EvaluationUnavailable, InvalidEvaluation
from qa.evaluation.measures import EvaluationQuestion, holds
from qa.evidence.network import FARTHEST, Array, Network

_PENALTY = 1e-3
"""Weight of the squared weights in the cost: a judgement, it keeps a calibration from few questions near the mean."""
_LEAST_SCALE = 0.05
"""Least standard deviation that a signal is divided by: a judgement."""
_FEWEST_QUESTIONS = 50
"""Least questions with a known answer: a judgement, fewer tell nothing about so many signals."""
_MARGIN_BOUND = 60.0
"""Limit on a margin, so that its exponential stays finite."""
_THRESHOLDS = np.linspace(0.05, 0.95, 91)
"""Thresholds that are tried, each hundredth: a limit on time."""
_DIGITS = 2
"""Decimal places of the chosen threshold, by definition those of the tried ones."""


def calibrate(
    engine: Engine, questions: Sequence[EvaluationQuestion], progress: Callable[[int], None] = lambda _done: None
) -> Calibration:
    """Return a calibration of the engine's model on its articles.

    A question whose answer is known is asked twice: with its articles, and as if they were not stored. An unanswerable
    question is asked once. The threshold decides most questions rightly, when both kinds weigh half.

    Raises:
        InvalidEvaluation: too few questions have a known answer.
        EvaluationUnavailable: scipy is not installed.
    """
    known = sum(question.answer is not None and question.article_ids is not None for question in questions)
    if known < _FEWEST_QUESTIONS:
        reason = f"{known} questions have article_ids and an answer; a calibration needs {_FEWEST_QUESTIONS}"
        raise InvalidEvaluation("calibration", reason)
    signals: list[NDArray[np.float32]] = []
    right: list[bool] = []
    has_answer: list[bool] = []
    for done, question in enumerate(questions, 1):
        progress(done)
        answerable = question.article_ids is not None
        if answerable and question.answer is None:
            continue
        observed, answer = engine.observe(question.question)
        signals.append(observed)
        has_answer.append(answerable)
        right.append(answerable and answer is not None and holds(answer.text, question.answer or ""))
        if question.article_ids is not None:
            signals.append(engine.observe(question.question, question.article_ids)[0])
            has_answer.append(False)
            right.append(False)
    present = np.array(has_answer)
    weights = 0.5 / np.where(present, max(present.sum(), 1), max((~present).sum(), 1))
    fitted = fit_calibration(np.stack(signals), np.array(right), weights, threshold=0.5)  # replaced below
    confidences = np.array([fitted.confidence(row) for row in signals])
    gains = [float(weights @ ((confidences >= one) == present)) for one in _THRESHOLDS]
    return replace(fitted, threshold=round(float(_THRESHOLDS[int(np.argmax(gains))]), _DIGITS))


def fit_calibration(
    signals: NDArray[np.float32], right: NDArray[np.bool_], weights: Array, threshold: float
) -> Calibration:
    """Return the calibration under which right and wrong answers are as likely as they were.

    Args:
        signals: signals of each question, shape (n, len(VERIFIED_SIGNALS)).
        right: whether the answer to each question was right, shape (n,).
        weights: weight of each question, shape (n,).
        threshold: least confidence of an answer that is given.

    Raises:
        EvaluationUnavailable: scipy is not installed.
    """
    try:
        from scipy.optimize import minimize  # only needed here, and by nobody who merely asks
    except ImportError as error:
        raise EvaluationUnavailable("scipy") from error
    mean = np.average(signals.astype(np.float64), axis=0, weights=weights)
    scale = np.maximum(signals.std(axis=0, dtype=np.float64), _LEAST_SCALE)
    inputs = np.clip((signals - mean) / scale, -FARTHEST, FARTHEST)
    inputs = np.hstack([inputs, np.ones((len(inputs), 1))])
    shares = weights / weights.sum()
    signs = np.where(right, 1.0, -1.0)

    def cost(parameters: Array) -> tuple[float, Array]:
        margins = signs * (inputs @ parameters)
        losses = np.logaddexp(0.0, -margins)
        slopes = -signs / (1.0 + np.exp(np.clip(margins, -_MARGIN_BOUND, _MARGIN_BOUND)))
        penalised = np.append(parameters[:-1], 0.0)
        value = float(shares @ losses) + _PENALTY * float(penalised @ penalised)
        return value, inputs.T @ (shares * slopes) + 2 * _PENALTY * penalised

    parameters: Array = minimize(cost, np.zeros(inputs.shape[1]), jac=True, method="L-BFGS-B").x
    nothing = np.zeros(0)
    network = Network(
        names=VERIFIED_SIGNALS,
        mean=mean,
        scale=scale,
        direct=parameters[:-1],
        hidden=np.zeros((0, len(VERIFIED_SIGNALS))),
        hidden_bias=nothing,
        output=nothing,
        bias=float(parameters[-1]),
    )
    return Calibration(network, builtin_calibration().first, threshold)
