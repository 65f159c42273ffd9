"""An optional second opinion: a cross-encoder reads the question with each candidate and orders them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from index.models.cross_encoder import load_cross_encoder
from qa.retrieval.merging import Found


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

    def order(self, question: str, found: Sequence[Found], known: dict[int, float]) -> list[Found]:
        """Return the passages best first, their scores the logistic function of the model's, 0 to 1.

        Args:
            question: what is asked.
            found: the passages.
            known: logits of passages by number that were read before; those read now join them.
        """
        new = [one for one in found if one.scored.number not in known]
        if new:
            logits = self.score(question, [one.passage.text for one in new])
            known.update(zip((one.scored.number for one in new), logits.tolist(), strict=True))
        own = np.array([known[one.scored.number] for one in found])
        scores = 1.0 / (1.0 + np.exp(-np.clip(own, -30.0, 30.0)))
        rows = np.argsort(-own, kind="stable").tolist()
        return [replace(found[row], scored=replace(found[row].scored, score=float(scores[row]))) for row in rows]
