"""The parts of training that can be checked without the texts: the loss, the weights, the hand-written words."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

torch = pytest.importorskip("torch")
model = pytest.importorskip("training.model")

from training.batches import Batch  # noqa: E402
from training.export import quantize  # noqa: E402
from training.sources import read_concepts  # noqa: E402

LANGUAGES = 11


def test_slopes_are_those_of_two_cross_entropies() -> None:
    torch.manual_seed(3)
    left = torch.randn(40, 16, requires_grad=True)
    right = (torch.randn(40, 16) + left.detach()).requires_grad_()
    same = torch.rand(40, 40) < 0.05
    same.fill_diagonal_(False)
    unit = torch.nn.functional.normalize
    cosines = (unit(left) @ unit(right).T / model.TEMPERATURE).masked_fill(same, float("-inf"))
    own, entropy = torch.arange(40), torch.nn.functional.cross_entropy
    expected = (entropy(cosines, own) + entropy(cosines.T, own)) / 2
    expected.backward()
    loss, left_slopes, right_slopes = model.loss_and_slopes(left.detach(), right.detach(), same)
    assert loss == pytest.approx(float(expected.detach()), abs=1e-4)
    torch.testing.assert_close(left_slopes, left.grad, atol=1e-6, rtol=1e-4)
    torch.testing.assert_close(right_slopes, right.grad, atol=1e-6, rtol=1e-4)


def test_a_piece_weighs_the_root_of_how_often_it_is_there() -> None:
    bags = model.weighted(np.array([5, 1, 5, 5, 5, 2], dtype=np.int32), np.array([0, 5]), 6)
    rows = torch.arange(12.0).reshape(6, 2)
    expected = torch.stack([2 * rows[5] + rows[1], rows[2]])
    torch.testing.assert_close(bags.sums(rows, bags.pieces), expected)
    slopes = bags.spread(torch.eye(2), bags.pieces, 6)
    torch.testing.assert_close(slopes[[5, 1, 2, 0]], torch.tensor([[2.0, 0.0], [1, 0], [0, 1], [0, 0]]))


def test_learning_brings_the_two_sides_together() -> None:
    torch.manual_seed(3)
    left, right, starts = np.arange(20, dtype=np.int32), np.arange(20, 40, dtype=np.int32), np.arange(20)
    learner = model.BagOfPieces(torch.randn(50, 8))
    untouched = learner.table[40:].clone()
    losses = [learner.step(Batch(left, starts, right, starts, starts, starts), 0.05) for _ in range(60)]
    assert losses[-1] < losses[0] / 20
    torch.testing.assert_close(learner.table[40:], untouched)


def test_bytes_stand_for_nearly_the_same_numbers() -> None:
    table = np.random.default_rng(3).normal(size=(30, 64)).astype(np.float32) * np.logspace(-1, 1, 30)[:, np.newaxis]
    rows, scales = quantize(np.vstack([table, np.zeros((1, 64))]).astype(np.float32))
    error = np.abs(rows[:-1] * scales[:-1, np.newaxis].astype(np.float32) - table).max(axis=1)
    assert (error <= np.abs(table).max(axis=1) * 0.006).all()
    assert not rows[-1].any()


def test_every_concept_has_words_in_every_language() -> None:
    concepts = read_concepts()
    assert len(concepts) > 800
    for concept in concepts:
        assert len(concept) == LANGUAGES, concept
        assert all(form == form.strip() != "" for forms in concept for form in forms), concept
    repeated = [key for key, times in Counter(concept[0] for concept in concepts).items() if times > 1]
    assert not repeated
