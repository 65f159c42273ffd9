"""Other people's models: any that sentence-transformers can load, with the prompts it came with."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import ModelError
from index.models.encoder import ModelRecord, Vectors
from index.models.hub import encode_batch, open_sentence_transformer
from index.models.known import find_known
from index.models.shared_calls import SharedCalls
from index.text.normalization import normalize
from index.text.sentences import split_sentences

_NO_LIMIT_TOKENS = 10_000_000
"""Limit from which a tokenizer means none: those that know no limit state a huge one, such as 10^30."""
_BATCH_TOKENS = 1024
"""Tokens that a model encodes at once; measured on passages of news with MiniLM, 2,048 and 4,096 were no faster."""
_LEAST_TOKENS = 128
"""Tokens from which a batch is better ended than filled up with much shorter texts; measured, see `_SIMILAR`."""
_SIMILAR = 0.75
"""Tokens of a text, as a share of the longest one's, from which it fits into a batch; measured.

32 Vietnamese questions took MiniLM 27 percent less time than in batches by `_BATCH_TOKENS` alone; with 64 or 256 tokens
instead of 128, about as much.
"""
_BATCH_TEXTS = 32
"""Texts that a model encodes at once; a limit."""
_MIDDLE = (0.25, 0.75)
"""Shares of a text between which it may be halved; judgements."""
_PASSAGE_PROMPTS = ("passage", "document", "corpus")
"""What models call the prompt of passages."""


class SentenceTransformerEncoder:
    """Any sentence-transformers model, with the prompts it came with."""

    def __init__(self, model: str, *, bfloat16: bool = False) -> None:
        """Load a model; with `bfloat16` it may calculate in these, see `packing`."""
        name = str(Path(model).absolute()) if Path(model).is_dir() else model
        self._model = open_sentence_transformer(name, bfloat16=bfloat16)
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
        self._encode_questions = SharedCalls(name, lambda texts: self._encode(texts, query_prompt))
        if not all(self.fits("a", prompt) for prompt in (query_prompt, passage_prompt)):
            raise ModelError(name, f"reads {self._max_tokens} tokens at most, and a prompt of its own takes them all")

    @property
    def record(self) -> ModelRecord:
        """What must be known of the model: its own prompts and limit, filled from `known.py`."""
        return self._record

    def encode_queries(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`; questions of several threads are encoded together."""
        return self._encode_questions(texts)

    def encode_passages(self, texts: Sequence[str]) -> Vectors:
        """See `Encoder`."""
        return self._encode(texts, self._record.passage_prompt)

    def fits(self, text: str, prompt: str = "") -> bool:
        """Whether `prompt` and `text` together are within the model's limit of tokens."""
        return self._max_tokens is None or self._lengths([text], prompt)[0] <= self._max_tokens

    def _lengths(self, texts: Sequence[str], prompt: str) -> list[int]:
        """Return the tokens of each text behind `prompt`; without a limit, its characters, which order texts as well.

        Models without a limit have tokenizers of other kinds, which need not be called the same.
        """
        if self._max_tokens is None or not texts:
            return [len(text) for text in texts]
        tokenizer: Callable[..., Any] = self._model.tokenizer
        found = tokenizer([prompt + text for text in texts], truncation=False, padding=False, verbose=False)
        return list(map(len, found["input_ids"]))

    def _encode(self, texts: Sequence[str], prompt: str) -> Vectors:
        """Encode in batches of similar length; a text that does not fit is the mean of its parts."""
        parts: list[tuple[int, int, str]] = []
        clean = [normalize(text) for text in texts]
        for owner, (text, length) in enumerate(zip(clean, self._lengths(clean, prompt), strict=True)):
            parts.extend((tokens, owner, piece) for tokens, piece in self._pieces(text, length, prompt))
        parts.sort(reverse=True)
        vectors: Vectors = np.zeros((len(texts), self._record.dimensions), dtype=np.float32)
        for batch in _batches(parts):
            encoded = encode_batch(self._model, [piece for _tokens, _owner, piece in batch], prompt)
            np.add.at(vectors, [owner for _tokens, owner, _piece in batch], encoded)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, lengths, out=vectors, where=lengths > 0)
        return vectors

    def _pieces(self, text: str, length: int, prompt: str) -> list[tuple[int, str]]:
        """Return the text, or halves of halves of it that fit, cut between sentences, with their lengths."""
        if not text.strip():
            return []
        if len(text) < 2 or self._max_tokens is None or length <= self._max_tokens:
            return [(length, text)]
        middle = _middle_of(text)
        halves = [text[:middle], text[middle:]]
        lengths = self._lengths(halves, prompt)
        pairs = zip(halves, lengths, strict=True)
        return [piece for half, tokens in pairs for piece in self._pieces(half, tokens, prompt)]


def _batches(parts: Sequence[tuple[int, int, str]]) -> Iterator[Sequence[tuple[int, int, str]]]:
    """Yield texts to encode at once, from tuples that begin with a text's tokens, longest first.

    All texts of a batch take as long as its longest one.
    """
    first = 0
    for end in range(1, len(parts) + 1):
        longest, texts = max(parts[first][0], 1), end - first
        if (
            end == len(parts)
            or texts == _BATCH_TEXTS
            or (texts + 1) * longest > _BATCH_TOKENS
            or (texts * longest >= _LEAST_TOKENS and parts[end][0] < _SIMILAR * longest)
        ):
            yield parts[first:end]
            first = end


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
