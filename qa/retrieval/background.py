"""How near unrelated texts are to a question, which puts the cosines of every model on one scale.

One model gives unrelated texts cosines about 0, another (E5) about 0.8, and no cosine above 0.7 means nothing there.
What joins cosines with words, and what was learned from both, knows the cosines of the built-in model. So a cosine of
another model counts by how many standard deviations it lies above those of passages that have nothing to do with the
question: a sample of the corpus, of which hardly any passage answers one question. Every question has its own
background, since one in another language than the articles is farther from all of them.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from index.corpus import Corpus
from index.models.encoder import BUILTIN_MODEL, Encoder, Vectors

_SAMPLE = 512
"""Passages of a sample: a judgement, it tells the deviation to about 3 percent."""
_LEAST_SAMPLE = 32
"""Passages below which sentences about other things are added, as a few may all answer the question: a judgement."""
_OUTGROWN = 2
"""Growth of the revision, as a factor, from which a full sample is drawn anew: a judgement."""
_UNRELATED = (0.5, 0.16)
"""Shares of the sample below its middle and below one standard deviation less, by definition of a normal distribution.

The half above the middle is left out, because passages near the question are in it.
"""
_LEAST_DEVIATION = 1e-3
"""Limit below which a deviation is not divided by, so that the quotient stays finite."""
BUILTIN_MEAN = 0.02
"""Cosine of the built-in model between a question and an unrelated passage; measured on ViQuAD and EVB."""
BUILTIN_DEVIATION = 0.065
"""Its standard deviation; measured likewise, 0.061 to 0.068 on questions in Vietnamese and English."""


@dataclass(frozen=True, slots=True)
class Background:
    """What cosines of a question are measured against.

    Attributes:
        mean: cosine of an unrelated passage.
        deviation: its standard deviation.
    """

    mean: float = BUILTIN_MEAN
    deviation: float = BUILTIN_DEVIATION

    @classmethod
    def of(cls, cosines: NDArray[np.float32]) -> Background:
        """Return the background from the cosines of a question with a sample of passages, shape (n,), n at least 1."""
        middle, below = np.quantile(cosines, _UNRELATED[0]), np.quantile(cosines, _UNRELATED[1])
        return cls(float(middle), max(float(middle - below), _LEAST_DEVIATION))

    def scaled(self, cosines: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return cosines as the built-in model would give them, shape (n,), 1 at most."""
        if self == BUILTIN:
            return cosines
        scaled = BUILTIN_MEAN + BUILTIN_DEVIATION * (cosines - self.mean) / self.deviation
        return np.clip(scaled, -1.0, 1.0)


BUILTIN = Background()
"""The background that the built-in model's cosines count by: their own."""


class Backgrounds:
    """Finds the background of questions in one corpus. Safe to share between threads."""

    def __init__(self, corpus: Corpus) -> None:
        """Draw the sample from `corpus`, when it is first needed."""
        self._corpus = corpus
        self._lock = threading.Lock()
        self._drawn: tuple[Encoder, int, Vectors] | None = None

    def of(self, encoder: Encoder, vector: Vectors) -> Background:
        """Return the background of a question from its vector by the corpus's encoder, shape (dimensions,)."""
        if encoder.record.name == BUILTIN_MODEL:
            return BUILTIN
        sample = self._sample(encoder)
        # The corpus may be switched to another model meanwhile; then the question is asked again.
        return Background.of(sample @ vector) if sample.shape[1] == len(vector) else BUILTIN

    def _sample(self, encoder: Encoder) -> Vectors:
        """Return the vectors of the sample, shape (n, dimensions)."""
        revision = self._corpus.storage.revision()
        with self._lock:
            if not self._serves(encoder, revision):
                self._drawn = encoder, revision, self._draw(encoder)
            assert self._drawn is not None
            return self._drawn[2]

    def _serves(self, encoder: Encoder, revision: int) -> bool:
        """Whether the sample that was drawn last still does: one of a small corpus follows every change."""
        if self._drawn is None or self._drawn[0] is not encoder:
            return False
        _encoder, drawn_at, vectors = self._drawn
        return revision == drawn_at or (len(vectors) >= _SAMPLE and revision <= _OUTGROWN * drawn_at)

    def _draw(self, encoder: Encoder) -> Vectors:
        storage = self._corpus.storage
        passages = list(storage.passages_of(storage.sample(_SAMPLE)).values())
        numbers = [one[len(one) // 2] for one in passages]
        if len(numbers) < _LEAST_SAMPLE:
            numbers = [number for one in passages for number in one][:_SAMPLE]
        vectors = list(storage.vectors(numbers).values())
        if len(vectors) < _LEAST_SAMPLE:
            vectors.extend(encoder.encode_passages(_unrelated_sentences()[: _LEAST_SAMPLE - len(vectors)]))
        return np.stack(vectors).astype(np.float32)


def _unrelated_sentences() -> list[str]:
    return (Path(__file__).parent / "unrelated.txt").read_text(encoding="utf-8").splitlines()
