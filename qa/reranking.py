"""An optional second opinion: a cross-encoder reads the question with each candidate and orders them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.encoder import load_cross_encoder
from qa.merging import Found


@dataclass(frozen=True, slots=True)
class Reranker:
    """A cross-encoder by name; `score` gives a logit for each text, shape (len(texts),), higher is better."""

    name: str
    score: Callable[[str, Sequence[str]], NDArray[np.float32]]

    @classmethod
    def open(cls, name: str) -> Reranker:
        """Load a CrossEncoder of sentence-transformers.

        Raises:
            ModelError: it cannot be loaded.
        """
        return cls(name, load_cross_encoder(name))

    def order(self, question: str, found: Sequence[Found]) -> list[Found]:
        """Return the passages best first, their scores the logistic function of the model's, 0 to 1."""
        logits = self.score(question, [one.passage.text for one in found]).astype(np.float64)
        scores = 1.0 / (1.0 + np.exp(-np.clip(logits, -30.0, 30.0)))
        rows = np.argsort(-logits, kind="stable").tolist()
        return [replace(found[row], scored=replace(found[row].scored, score=float(scores[row]))) for row in rows]
