"""An optional second opinion: a cross-encoder reads the question with each passage and orders the passages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.models.cross_encoder import load_cross_encoder
from qa.arithmetic import logistic
from qa.retrieval.hits import Hit

_LOGIT_BOUND = 30.0
"""Limit on a logit, so that its exponential stays finite."""


@dataclass(frozen=True, slots=True)
class Reranker:
    """A cross-encoder and its name; `score` returns a logit for each text, shape (len(texts),), higher is better."""

    name: str
    score: Callable[[str, Sequence[str]], NDArray[np.float32]]

    @classmethod
    def open(cls, name: str) -> Reranker:
        """Load a CrossEncoder of sentence-transformers.

        Raises:
            ModelError: it cannot be loaded.
        """
        return cls(name, load_cross_encoder(name))

    def order(self, question: str, hits: Sequence[Hit], known: dict[int, float]) -> list[Hit]:
        """Return the hits best first, scored by the logistic function of the model's logits, 0 to 1.

        Args:
            question: the question as it was asked.
            hits: the passages to order.
            known: logits by passage number; the model reads passages without one and adds theirs.
        """
        new = [hit for hit in hits if hit.candidate.number not in known]
        if new:
            logits = self.score(question, [hit.passage.text for hit in new])
            known.update(zip((hit.candidate.number for hit in new), logits.tolist(), strict=True))
        own = np.array([known[hit.candidate.number] for hit in hits])
        scores = logistic(own, _LOGIT_BOUND)
        rows = np.argsort(-own, kind="stable").tolist()
        return [hits[row].with_score(float(scores[row])) for row in rows]
