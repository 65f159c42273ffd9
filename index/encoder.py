"""Texts to unit vectors, questions and passages each in the model's own way.

This is the only file that imports sentence-transformers, and it does so when a model other than the built-in one is
named: the import alone takes seconds and hundreds of megabytes.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.normalization import normalize
from index.sentences import split_sentences
from index.static import StaticModel

BUILTIN_MODEL = "builtin"
"""The name of the model that ships in the package."""

PREPARATION_VERSION = 1
"""Raised whenever the same article would reach the model as another text."""

_PROBE = "Hà Nội là thủ đô của Việt Nam. Hanoi is the capital of Vietnam."
_SAME_MODEL_COSINE = 0.999
"""Two machines differ in the last bits of a vector; two models differ by far more."""

Vectors = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class ModelRecord:
    """What must be known of a model; stored with the corpus it built.

    Attributes:
        name: what the user calls it: "builtin", a name on the hub or a folder.
        dimensions: length of its vectors.
        max_tokens: the longest input it reads, None without a limit.
        query_prompt: text put before each question.
        passage_prompt: text put before each passage.
        preparation: version of the text preparation.
    """

    name: str
    dimensions: int
    max_tokens: int | None
    query_prompt: str
    passage_prompt: str
    preparation: int = PREPARATION_VERSION


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
    """Identifies a model by what it does: its record and the vectors it gives to a fixed text."""

    record: ModelRecord
    query_probe: tuple[float, ...]
    passage_probe: tuple[float, ...]

    @classmethod
    def of(cls, encoder: Encoder) -> Fingerprint:
        """Encode the probe text with `encoder`."""
        query, passage = encoder.encode_queries([_PROBE])[0], encoder.encode_passages([_PROBE])[0]
        return cls(encoder.record, tuple(map(float, query)), tuple(map(float, passage)))

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Fingerprint:
        """Read what `to_json` wrote."""
        return cls(ModelRecord(**value["record"]), tuple(value["query_probe"]), tuple(value["passage_probe"]))

    def to_json(self) -> dict[str, Any]:
        """Return plain values for the corpus's manifest."""
        return asdict(self)

    def matches(self, other: Fingerprint) -> bool:
        """Whether vectors of the two may be compared; a model that moved to another folder still matches."""
        return (
            self.record.dimensions == other.record.dimensions
            and self.record.preparation == other.record.preparation
            and float(np.dot(self.query_probe, other.query_probe)) >= _SAME_MODEL_COSINE
            and float(np.dot(self.passage_probe, other.passage_probe)) >= _SAME_MODEL_COSINE
        )


def passage_input(title: str, passage: str) -> str:
    """Return what the model reads for a passage: the article's title as context, then the passage."""
    return f"{title}\n{passage}" if title else passage


def load_encoder(model: str = BUILTIN_MODEL) -> Encoder:
    """Load a model by name.

    Args:
        model: "builtin", or any sentence-transformers model by its name on the hub or its folder.

    Raises:
        ModelError: it cannot be loaded; says what to do.
    """
    return BuiltinEncoder() if model == BUILTIN_MODEL else SentenceTransformerEncoder(model)


@lru_cache(maxsize=1)
def builtin_static_model() -> StaticModel:
    """Return the model that ships in the package, opened once in a process."""
    return StaticModel.open(Path(__file__).parent / "builtin")


class BuiltinEncoder:
    """The multilingual static model that ships in the package; needs numpy and tokenizers only."""

    def __init__(self, folder: Path | None = None) -> None:
        self._model = StaticModel.open(folder) if folder else builtin_static_model()
        self._record = ModelRecord(BUILTIN_MODEL, self._model.dimensions, None, "", "")

    @property
    def record(self) -> ModelRecord:
        """The model's record; it has no prompts and no limit of length."""
        return self._record

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self._model.encode([normalize(text) for text in texts])

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self._model.encode([normalize(text) for text in texts])


class SentenceTransformerEncoder:
    """Any sentence-transformers model, with the prompts it came with."""

    BATCH_SIZE = 32

    def __init__(self, model: str) -> None:
        sentence_transformer = _import_sentence_transformers(model)
        try:
            # A model in the local cache is used without asking the hub, which may hang where there is no network.
            self._model = _load_cached_first(sentence_transformer, model)
        except Exception as error:
            reason = str(error).strip().split("\n")[0][:300] or type(error).__name__
            raise ModelError(
                model,
                f"cannot be loaded ({reason}); name a sentence-transformers folder or model, or leave --model out",
            ) from error
        prompts = {name: prompt or "" for name, prompt in (self._model.prompts or {}).items()}
        default = prompts.get(self._model.default_prompt_name or "", "")
        dimensions = self._model.get_embedding_dimension()
        if not dimensions:
            raise ModelError(model, "does not say how long its vectors are")
        limit = self._model.max_seq_length
        self._max_tokens = int(limit) if limit is not None and math.isfinite(limit) else None
        self._record = ModelRecord(
            model,
            dimensions,
            self._max_tokens,
            prompts.get("query") or default,
            next((prompts[name] for name in ("passage", "document", "corpus") if prompts.get(name)), default),
        )

    @property
    def record(self) -> ModelRecord:
        """The model's record."""
        return self._record

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self._encode(texts, self._record.query_prompt)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self._encode(texts, self._record.passage_prompt)

    def fits(self, text: str, prompt: str = "") -> bool:
        """Whether the model reads all of `text` behind `prompt`."""
        if self._max_tokens is None:
            return True
        tokenizer: Callable[..., Any] = self._model.tokenizer
        return len(tokenizer(prompt + text, truncation=False, verbose=False)["input_ids"]) <= self._max_tokens

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        """Encode in batches of similar length; a text that does not fit is the mean of its parts."""
        parts: list[str] = []
        owners: list[int] = []
        for owner, text in enumerate(texts):
            pieces = self._pieces(normalize(text), prompt)
            parts.extend(pieces)
            owners.extend([owner] * len(pieces))
        vectors: Vectors = np.zeros((len(texts), self._record.dimensions), dtype=np.float32)
        if parts:
            # sentence-transformers sorts by length itself, so batches hold texts of similar length.
            encoded = self._model.encode(
                parts,
                prompt=prompt,
                batch_size=self.BATCH_SIZE,
                normalize_embeddings=True,
                show_progress_bar=False,
            )
            np.add.at(vectors, owners, np.asarray(encoded, dtype=np.float32))
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        return vectors

    def _pieces(self, text: str, prompt: str) -> list[str]:
        """Return the text, or halves of halves of it that fit, cut between sentences where possible."""
        if not text.strip():
            return []
        if len(text) < 2 or self.fits(text, prompt):
            return [text]
        boundaries = [start for start, _end in split_sentences(text)][1:]
        middle = min(boundaries, key=lambda start: abs(start - len(text) // 2), default=0)
        if not len(text) // 4 <= middle <= 3 * len(text) // 4:
            space = text.find(" ", len(text) // 2)
            middle = space if 0 < space < 3 * len(text) // 4 else len(text) // 2
        return self._pieces(text[:middle], prompt) + self._pieces(text[middle:], prompt)


def _import_sentence_transformers(model: str) -> Any:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        from sentence_transformers import SentenceTransformer  # seconds to import, so only when a model is named
    except ImportError as error:
        raise ModelError(
            model, "needs sentence-transformers; install it with `pip install 'hoidap[models]'`"
        ) from error
    return SentenceTransformer


def _load_cached_first(sentence_transformer: Any, model: str) -> Any:
    try:
        return sentence_transformer(model, device="cpu", local_files_only=True)
    except Exception:
        if Path(model).exists() or os.environ.get("HF_HUB_OFFLINE") == "1":
            raise
        return sentence_transformer(model, device="cpu")


def load_cross_encoder(model: str) -> Callable[[str, Sequence[str]], NDArray[np.float32]]:
    """Return a function from a question and texts to how well each text answers it, shape (len(texts),).

    The scores are the model's own, logits for most; a higher one is better.

    Args:
        model: any CrossEncoder of sentence-transformers by its name on the hub or its folder.

    Raises:
        ModelError: it cannot be loaded; says what to do.
    """
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        from sentence_transformers import CrossEncoder  # seconds to import, so only when a reranker is named
        from torch import nn
    except ImportError as error:
        raise ModelError(
            model, "needs sentence-transformers; install it with `pip install 'hoidap[models]'`"
        ) from error
    try:
        loaded: Any = _load_cached_first(CrossEncoder, model)
    except Exception as error:
        reason = str(error).strip().split("\n")[0][:300] or type(error).__name__
        raise ModelError(
            model, f"cannot be loaded as a reranker ({reason}); name a CrossEncoder folder or model"
        ) from error
    if loaded.num_labels != 1:
        raise ModelError(model, f"gives {loaded.num_labels} scores a text; a reranker gives one")

    def score(question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        pairs = [(question, text) for text in texts]
        scores = loaded.predict(pairs, show_progress_bar=False, activation_fn=nn.Identity())
        return np.asarray(scores, dtype=np.float32).reshape(len(pairs))

    return score
