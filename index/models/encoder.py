"""Texts to unit vectors: what the corpus needs of a model, and how it tells one model from another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

BUILTIN_MODEL = "builtin"
"""The name of the model that ships in the package."""

MODEL_INPUT_VERSION = 1
"""Version of the text that models read; raised whenever the same article would reach the model as another text."""

_PROBE = "Hà Nội là thủ đô của Việt Nam. Hanoi is the capital of Vietnam."
_SAME_MODEL_COSINE = 0.999
"""Least cosine of two vectors of one text that come from one model.

A judgement: two machines differ in the last bits of a vector; two models differ by far more.
"""

Vectors = NDArray[np.float32]
"""One vector a row, shape (texts, dimensions)."""


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """What must be known of a model; stored with the corpus it built.

    Attributes:
        name: what the user calls it: "builtin", a name on the hub or a folder.
        dimensions: length of its vectors.
        max_tokens: the longest input it reads, None without a limit.
        query_prompt: text put before each question.
        passage_prompt: text put before each passage.
        preparation: the `MODEL_INPUT_VERSION` that its vectors were made with; stored under this name.
    """

    name: str
    dimensions: int
    max_tokens: int | None
    query_prompt: str
    passage_prompt: str
    preparation: int = MODEL_INPUT_VERSION


class Encoder(Protocol):
    """What the corpus needs of a model. Vectors have unit length; a text without a token gives a row of zeros."""

    @property
    def record(self) -> ModelRecord:
        """What must be known of the model."""

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of questions, shape (len(texts), dimensions)."""

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """Return vectors of passages, shape (len(texts), dimensions); nothing of a long text is left out."""


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What identifies a model: its record, and the vectors that it gives a fixed text as question and as passage."""

    record: ModelRecord
    query_probe: tuple[float, ...]
    passage_probe: tuple[float, ...]

    @classmethod
    def of(cls, encoder: Encoder) -> Fingerprint:
        """Return the fingerprint of a model; encodes two texts."""
        query, passage = encoder.encode_queries([_PROBE])[0], encoder.encode_passages([_PROBE])[0]
        return cls(encoder.record, tuple(map(float, query)), tuple(map(float, passage)))

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Fingerprint:
        """Return the fingerprint that `to_json` wrote."""
        return cls(ModelRecord(**value["record"]), tuple(value["query_probe"]), tuple(value["passage_probe"]))

    def to_json(self) -> dict[str, Any]:
        """Return plain values, to be stored with the corpus."""
        return asdict(self)

    def matches(self, other: Fingerprint) -> bool:
        """Whether vectors of the two may be compared; a model that moved to another folder still matches."""
        return (
            self.record.dimensions == other.record.dimensions
            and self.record.preparation == other.record.preparation
            and float(np.dot(self.query_probe, other.query_probe)) >= _SAME_MODEL_COSINE
            and float(np.dot(self.passage_probe, other.passage_probe)) >= _SAME_MODEL_COSINE
        )


def passage_input(title: str, passage: str, header: str = "") -> str:
    """Return what the model reads for a passage: the article's title as context, then the passage.

    Between the two stands the header row of the table that the passage begins inside of, if it does.
    """
    return "\n".join(filter(None, (title, header, passage)))
