"""A small feed-forward network run with numpy, from a JSON file that a training script wrote."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Network:
    """One hidden layer of rectified units beside a direct linear path, with one output for each row of features.

    Attributes:
        names: the features that it takes, in their order.
        mean: of each feature over the training rows, shape (features,).
        scale: what each feature is divided by after that, shape (features,).
        direct: weights from the features to the output, shape (features,).
        hidden: weights to the hidden units, shape (units, features).
        hidden_bias: shape (units,).
        output: weights from the hidden units, shape (units,).
        bias: of the output.
    """

    names: tuple[str, ...]
    mean: Array
    scale: Array
    direct: Array
    hidden: Array
    hidden_bias: Array
    output: Array
    bias: float

    @classmethod
    def open(cls, file: Path, names: Sequence[str]) -> Network:
        """Return the network in a file; it must have been trained on the features `names`."""
        return cls.from_json(json.loads(file.read_text(encoding="utf-8")), names)

    @classmethod
    def from_json(cls, value: Mapping[str, Any], names: Sequence[str]) -> Network:
        """Return the network that `to_json` turned into plain values.

        Raises:
            ValueError: the network was trained on other features than `names`.
        """
        if value["names"] != list(names):
            raise ValueError(f"trained on the features {value['names']}, not on {list(names)}")
        arrays = {key: np.array(value[key], dtype=np.float64) for key in _ARRAYS}
        arrays["hidden"] = arrays["hidden"].reshape(-1, len(names))
        return cls(names=tuple(names), bias=float(value["bias"]), **arrays)

    def to_json(self) -> dict[str, Any]:
        """Return the network as plain values, rounded."""
        plain = {key: np.round(getattr(self, key), _DIGITS).tolist() for key in _ARRAYS}
        return {"names": list(self.names), "bias": round(self.bias, _DIGITS), **plain}

    @property
    def digest(self) -> str:
        """SHA-256 of its numbers and names, in hexadecimal."""
        return hashlib.sha256(json.dumps(self.to_json()).encode()).hexdigest()

    def __call__(self, features: NDArray[np.float32]) -> Array:
        """Return the output of each row of `features`, shape (n, features), as shape (n,)."""
        inputs = np.clip((features.astype(np.float64) - self.mean) / self.scale, -FARTHEST, FARTHEST)
        units = np.maximum(inputs @ self.hidden.T + self.hidden_bias, 0.0)
        outputs: Array = inputs @ self.direct + units @ self.output + self.bias
        return outputs


FARTHEST = 4.0
"""Standard deviations from its mean that a feature counts at most.

A judgement, after a network put passages of titled news far too high: training shows nothing that lies beyond.
"""
_DIGITS = 5
"""Decimal places that are stored: a judgement, more make no difference."""
_ARRAYS = ("mean", "scale", "direct", "hidden", "hidden_bias", "output")
