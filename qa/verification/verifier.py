"""The verifier: a small transformer that reads a question and the sentences that are to answer it, run with numpy.

It is what is called a cross-encoder (Nogueira and Cho 2019, "Passage Re-ranking with BERT"), but its input are the rows
of the built-in model's table, which lie near each other for words of any language that mean the same, and how each is
matched on the other side; so two layers are enough (Vaswani et al. 2017, "Attention is all you need"; normalised before
each part as by Xiong et al. 2020). `training.verifying` trains it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np

from index.models.builtin.encoder import builtin_static_model
from index.models.builtin.static import StaticModel
from index.models.encoder import Vectors
from qa.verification.pairs import QUESTION_PIECES, Pair, read_pair

HEADS = 6
"""Heads of attention, by definition of the trained network."""
_NORM = 1e-5
"""Added to a variance before its root is taken, by definition: the value of torch.nn.LayerNorm."""

Weights = Mapping[str, Vectors]


class Verifier:
    """Reads a question and a text. Safe to share between threads."""

    def __init__(self, weights: Weights, model: StaticModel) -> None:
        """Run trained `weights`, over the table of `model`."""
        self._weights = weights
        self._model = model
        self._layers = sum(name.endswith(".attention.weight") for name in weights)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of its weights, in hexadecimal."""
        return hashlib.sha256(b"".join(self._weights[name].tobytes() for name in sorted(self._weights))).hexdigest()

    def __call__(self, question: str, title: str, text: str) -> float:
        """Return the logit of how likely `text` says what is asked; `title` is its article's, empty without one."""
        return self.verdict(read_pair(self._model, question, title, text))

    def verdict(self, pair: Pair) -> float:
        """Return the same for a pair that has been read."""
        asked, weights = pair.asked, self._weights
        kinds = np.repeat(weights["kinds"], [asked, len(pair.seen) - asked], axis=0)
        answering = np.arange(QUESTION_PIECES, QUESTION_PIECES + len(pair.seen) - asked)
        places = weights["places"][np.append(np.arange(asked), answering)]
        states = self._linear("directions", pair.directions) + self._linear("seen", pair.seen) + kinds + places
        states = np.vstack([weights["whole"], states])
        for layer in range(self._layers):
            states = states + self._attended(layer, self._normed(f"{layer}.before_attention", states))
            inner = np.maximum(self._linear(f"{layer}.wide", self._normed(f"{layer}.before_wide", states)), 0.0)
            states = states + self._linear(f"{layer}.narrow", inner)
        whole, question, text = states[0], states[1 : asked + 1], states[asked + 1 :]
        none = np.zeros_like(whole)
        said = [
            whole,
            question.mean(axis=0) if len(question) else none,
            text.max(axis=0) if len(text) else none,
            pair.overall,
        ]
        hidden = np.maximum(self._linear("hidden", np.concatenate(said)), 0.0)
        return float(self._linear("output", hidden)[0])

    def _linear(self, name: str, inputs: Vectors) -> Vectors:
        product: Vectors = inputs @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]
        return product

    def _normed(self, name: str, states: Vectors) -> Vectors:
        centred = states - states.mean(axis=1, keepdims=True)
        deviation = np.sqrt((centred**2).mean(axis=1, keepdims=True) + _NORM)
        normed: Vectors = centred / deviation * self._weights[f"{name}.weight"] + self._weights[f"{name}.bias"]
        return normed

    def _attended(self, layer: int, states: Vectors) -> Vectors:
        """Return what each piece takes from all others."""
        count, width = states.shape
        joined = self._linear(f"{layer}.attention", states).reshape(count, 3, HEADS, width // HEADS)
        queries, keys, values = joined.transpose(1, 2, 0, 3)
        scores = queries @ keys.transpose(0, 2, 1) / np.sqrt(np.float32(width // HEADS))
        scores = np.exp(scores - scores.max(axis=2, keepdims=True))
        taken = scores / scores.sum(axis=2, keepdims=True) @ values
        return self._linear(f"{layer}.attended", taken.transpose(1, 0, 2).reshape(count, width))


@lru_cache(maxsize=1)
def builtin_verifier() -> Verifier:
    """Return the verifier that ships in the package, opened once in a process."""
    with np.load(Path(__file__).parent / "verifier.npz", allow_pickle=False) as stored:
        weights = {name: stored[name].astype(np.float32) for name in stored.files}
    return Verifier(weights, builtin_static_model())
