"""Small real stand-ins with meaningful, deterministic results."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from index.models.encoder import ModelRecord, Vectors
from index.text.analysis import analyse


class WordEncoder:
    """Texts that share words are near: the vector of a text is the sum of one fixed random vector a folded word.

    It counts what it encoded, so tests can assert that nothing was encoded twice.
    """

    def __init__(self, dimensions: int = 32, name: str = "words") -> None:
        self.dimensions = dimensions
        self.name = name
        self.encoded: list[str] = []

    @property
    def record(self) -> ModelRecord:
        return ModelRecord(self.name, self.dimensions, None, "", "")

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        return self._encode(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        self.encoded.extend(texts)
        return self._encode(texts)

    def _encode(self, texts: Sequence[str]) -> Vectors:
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        for row, text in enumerate(texts):
            terms = analyse(text)
            for word in terms.folded or terms.pairs:
                seed = hashlib.blake2b(f"{self.name} {word}".encode(), digest_size=8).digest()
                vectors[row] += np.random.default_rng(int.from_bytes(seed)).standard_normal(self.dimensions)
            length = np.linalg.norm(vectors[row])
            if length > 0:
                vectors[row] /= length
        return vectors
