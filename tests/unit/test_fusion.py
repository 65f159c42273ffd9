from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.retrieval.fusion import FusionWeights, dense_weight, fuse

finite = st.floats(0, 50, allow_nan=False)


def test_words_in_the_text_lead_when_they_explain_the_question() -> None:
    # Passage 0 holds nearly all of the question's terms, passage 1 is merely near in meaning.
    fused = fuse(np.array([0.3, 0.8]), np.array([18.0, 4.0]), 20.0)
    assert fused[0] > fused[1]


def test_meaning_leads_when_no_word_is_explained() -> None:
    # A question in another language: a chance match of one name against a near passage.
    fused = fuse(np.array([0.2, 0.6]), np.array([2.0, 0.0]), 20.0)
    assert fused[1] > fused[0]


def test_equal_words_are_decided_by_meaning() -> None:
    fused = fuse(np.array([0.2, 0.6]), np.array([15.0, 15.0]), 20.0)
    assert fused[1] > fused[0]


def test_dense_weight_falls_as_more_is_explained() -> None:
    weights = [dense_weight(explained) for explained in np.linspace(0, 1, 21)]
    assert weights == sorted(weights, reverse=True)
    assert weights[0] == pytest.approx(2.5, abs=0.01)
    assert weights[-1] == pytest.approx(0.3, abs=0.01)


def test_other_weights_decide_otherwise() -> None:
    cosines, bm25 = np.array([0.2, 0.6]), np.array([2.0, 0.0])
    assert fuse(cosines, bm25, 20.0).argmax() == 1
    assert fuse(cosines, bm25, 20.0, weights=FusionWeights(dense_low=0.0, dense_high=0.0)).argmax() == 0


@given(st.lists(st.tuples(st.floats(-1, 1), finite), min_size=1, max_size=30), st.floats(0, 100))
def test_scores_lie_between_zero_and_one(candidates: list[tuple[float, float]], best_possible: float) -> None:
    dense, lexical = (np.array(side) for side in zip(*candidates, strict=True))
    fused = fuse(dense, lexical, best_possible)
    assert fused.shape == dense.shape
    assert np.all((fused >= 0) & (fused <= 1 + 1e-9))


def test_no_candidates_give_no_scores() -> None:
    assert fuse(np.empty(0), np.empty(0), 3.0).tolist() == []
