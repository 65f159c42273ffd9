from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from qa.answering.confidence import builtin_calibration
from qa.evidence.features import FEATURE_NAMES
from qa.evidence.network import FARTHEST, Network

NETWORK = Network(
    names=("a", "b"),
    mean=np.array([1.0, 0.0]),
    scale=np.array([2.0, 1.0]),
    direct=np.array([1.0, -1.0]),
    hidden=np.array([[1.0, 1.0]]),
    hidden_bias=np.array([-0.5]),
    output=np.array([3.0]),
    bias=0.25,
)


def test_the_output_is_direct_plus_rectified_units() -> None:
    rows = np.array([[3.0, 0.5], [1.0, -2.0]], dtype=np.float32)
    # inputs (1, 0.5): direct 0.5, unit max(0, 1) = 1; inputs (0, -2): direct 2, unit max(0, -2.5) = 0
    assert NETWORK(rows).tolist() == pytest.approx([0.5 + 3.0 + 0.25, 2.0 + 0.25])


def test_what_lies_far_outside_training_counts_no_more_than_its_border() -> None:
    border = np.array([[1.0 + 2.0 * FARTHEST, 0.0]], dtype=np.float32)
    assert NETWORK(border * 1000)[0] == pytest.approx(NETWORK(border)[0])


def test_plain_values_and_back() -> None:
    again = Network.from_json(NETWORK.to_json(), ("a", "b"))
    rows = np.random.default_rng(0).standard_normal((5, 2)).astype(np.float32)
    assert again(rows).tolist() == pytest.approx(NETWORK(rows).tolist())
    assert len(again(np.zeros((0, 2), dtype=np.float32))) == 0


def test_a_network_of_other_features_is_refused() -> None:
    with pytest.raises(ValueError, match="trained on the features"):
        Network.from_json(NETWORK.to_json(), ("a", "c"))


def test_what_ships_was_trained_on_the_present_features(repository: Path) -> None:
    assert Network.open(repository / "qa" / "evidence" / "evidence.json", FEATURE_NAMES).names == FEATURE_NAMES
    assert 0.0 < builtin_calibration().threshold < 1.0
