from __future__ import annotations

import numpy as np
import pytest

from qa.answering.confidence import SIGNALS, VERIFIED_SIGNALS, Calibration, confidence_signals, signals_alone
from qa.evaluation.calibration_fitting import fit_calibration
from qa.evidence.features import FEATURE_NAMES
from training.calibration import area_under_curve, calibration_error


def test_signals_tell_the_best_article_from_the_next() -> None:
    features = np.zeros((3, len(FEATURE_NAMES)), dtype=np.float32)
    features[:, FEATURE_NAMES.index("fused")] = [0.9, 0.9, 0.4]
    features[:, FEATURE_NAMES.index("passage_cosine")] = [0.3, 0.3, 0.8]
    features[:, FEATURE_NAMES.index("offers_date")] = [-1.0, 0.0, 0.0]
    found = confidence_signals(features, np.array([0, 0, 1]), [0, 1], np.array([2.0, 1.0, 0.5]))
    value = dict(zip(SIGNALS, found.tolist(), strict=True))
    assert value["gap"] == pytest.approx(1.5)
    assert value["fused_gap"] == pytest.approx(0.5)
    assert value["not_offered"] == 1.0
    assert value["offered"] == 0.0
    assert value["vectors_agree"] == 0.0
    likelihoods = np.exp([2.0, 1.0, 0.5]) / np.exp([2.0, 1.0, 0.5]).sum()
    assert value["likelihood"] == pytest.approx(likelihoods[0])
    assert value["entropy"] == pytest.approx(-(likelihoods * np.log(likelihoods)).sum())


def test_each_sentence_alone_is_measured_as_if_it_were_the_only_one_shown() -> None:
    chance = np.random.default_rng(3)
    candidates = np.sort(chance.integers(0, 6, 40))
    features = chance.standard_normal((40, len(FEATURE_NAMES))).astype(np.float32)
    articles, logits = [0, 1, 0, 2, 3, 3], 3 * chance.standard_normal(40)
    rows = np.array([0, 7, 21, 39])
    found = signals_alone(features, candidates, articles, logits, rows)
    for row, own in zip(rows.tolist(), found, strict=True):
        only = confidence_signals(features, candidates, articles, logits, np.arange(40) == row)
        np.testing.assert_array_equal(own, only)
        value = dict(zip(SIGNALS, own.tolist(), strict=True))
        mine = np.array(articles)[candidates] == articles[candidates[row]]
        assert value["gap"] == pytest.approx(np.clip(logits[mine].max() - logits[~mine].max(), -8, 8))


def test_no_sentence_and_no_other_article_are_no_errors() -> None:
    assert not confidence_signals(
        np.zeros((0, len(FEATURE_NAMES)), dtype=np.float32), np.zeros(0, dtype=np.int64), [], np.zeros(0)
    ).any()
    alone = confidence_signals(
        np.zeros((1, len(FEATURE_NAMES)), dtype=np.float32), np.zeros(1, dtype=np.int64), [0], np.zeros(1)
    )
    assert np.isfinite(alone).all()


def test_a_calibration_gives_back_the_shares_it_was_fitted_on() -> None:
    chance = np.random.default_rng(0)
    read = chance.standard_normal((4000, len(VERIFIED_SIGNALS))).astype(np.float32)
    likely = 1 / (1 + np.exp(-(1.5 * read[:, 0] - 1.0 * read[:, 3])))
    right = chance.random(4000) < likely
    fitted = fit_calibration(read, right, np.ones(4000), 0.4)
    given = np.array([fitted.confidence(row) for row in read])
    assert calibration_error(given, right) < 0.02
    assert np.abs(given - likely).mean() < 0.05
    again = Calibration.from_json(fitted.to_json())
    assert again.threshold == 0.4
    assert again.confidence(read[0]) == pytest.approx(given[0], abs=1e-4)


def test_weights_count_as_repetition() -> None:
    read = np.zeros((2, len(VERIFIED_SIGNALS)), dtype=np.float32)
    read[0, 0] = 1.0
    fitted = fit_calibration(np.repeat(read[:1], 2, axis=0), np.array([True, False]), np.array([3.0, 1.0]), 0.5)
    assert fitted.confidence(read[0]) == pytest.approx(0.75, abs=0.01)


def test_area_under_curve_counts_pairs() -> None:
    assert area_under_curve(np.array([0.9, 0.5]), np.array([0.5, 0.1])) == pytest.approx((1 + 1 + 0.5 + 1) / 4)


def test_calibration_error_is_the_mean_distance_of_bins() -> None:
    confidences = np.array([0.75, 0.75, 0.15, 0.15])
    assert calibration_error(confidences, np.array([True, True, False, False])) == pytest.approx(0.2)
