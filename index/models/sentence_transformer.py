"""Other people's models: any that sentence-transformers can load, with the prompts it came with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import ModelError
from index.models.encoder import ModelRecord, Vectors
from index.models.hub import open_sentence_transformer
from index.models.known import find_known
from index.text.normalization import normalize
from index.text.sentences import split_sentences

_NO_LIMIT_TOKENS = 10_000_000
"""Limit from which a tokenizer means none: those that know no limit state a huge one, such as 10^30."""
_BATCH_TEXTS = 32
"""Texts that a model encodes at once; a limit."""
_MIDDLE = (0.25, 0.75)
"""Shares of a text between which it may be halved; judgements."""
_PASSAGE_PROMPTS = ("passage", "document", "corpus")
"""What models call the prompt of passages."""


class SentenceTransformerEncoder:
    """Any sentence-transformers model, with the prompts it came with."""

    def __init__(self, model: str) -> None:
        name = str(Path(model).absolute()) if Path(model).is_dir() else model
        self._model = open_sentence_transformer(name)
        known = find_known(name)
        dimensions = self._model.get_embedding_dimension()
        if not dimensions:
            raise ModelError(name, "does not say how long its vectors are")
        if known is not None and dimensions != known.dimensions:
            raise ModelError(
                name,
                f"its vectors have {dimensions} dimensions, those of {known.name} have {known.dimensions}; "
                f"it is not the model it is named after, so give its folder another name",
            )
        prompts = {key: prompt or "" for key, prompt in (self._model.prompts or {}).items()}
        default = prompts.get(self._model.default_prompt_name or "", "")
        query_prompt = prompts.get("query") or default
        passage_prompt = next((prompts[key] for key in _PASSAGE_PROMPTS if prompts.get(key)), default)
        limit = self._model.max_seq_length
        limits = [int(limit)] if limit is not None and limit < _NO_LIMIT_TOKENS else []
        if known is not None:
            query_prompt = query_prompt or known.query_prompt
            passage_prompt = passage_prompt or known.passage_prompt
            # A tokenizer may state more than the network was made for.
            limits += [known.max_tokens] if known.max_tokens is not None else []
        self._max_tokens = min(limits, default=None)
        self._record = ModelRecord(name, dimensions, self._max_tokens, query_prompt, passage_prompt)
        if not all(self.fits("a", prompt) for prompt in (query_prompt, passage_prompt)):
            raise ModelError(name, f"reads {self._max_tokens} tokens at most, and a prompt of its own takes them all")

    @property
    def record(self) -> ModelRecord:
        """What must be known of the model: its own prompts and limit, filled from `known.py`."""
        return self._record

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self._encode(texts, self._record.query_prompt)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self._encode(texts, self._record.passage_prompt)

    def fits(self, text: str, prompt: str = "") -> bool:
        """Whether `prompt` and `text` together are within the model's limit of tokens."""
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
                batch_size=_BATCH_TEXTS,
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
        middle = _middle_of(text)
        return self._pieces(text[:middle], prompt) + self._pieces(text[middle:], prompt)


def _middle_of(text: str) -> int:
    """Return where to halve a text: between two sentences near its middle, else at a space, else in its middle."""
    half = len(text) // 2
    earliest, latest = (int(share * len(text)) for share in _MIDDLE)
    boundaries = [start for start, _end in split_sentences(text)][1:]
    nearest = min(boundaries, key=lambda start: abs(start - half), default=0)
    if max(1, earliest) <= nearest <= latest:
        return nearest
    space = text.find(" ", half)
    return space if 0 < space < latest else half
