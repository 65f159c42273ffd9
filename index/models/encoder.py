"""Texts to unit vectors, questions and passages each in the model's own way.

This is the only file that imports sentence-transformers, and it does so when a model other than the built-in one is
named: the import alone takes seconds and hundreds of megabytes.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.models.builtin.static import StaticModel
from index.models.known import find_known, is_hub_name
from index.text.normalization import normalize
from index.text.sentences import split_sentences

BUILTIN_MODEL = "builtin"
"""The name of the model that ships in the package."""

PREPARATION_VERSION = 1
"""Raised whenever the same article would reach the model as another text."""

_PROBE = "Hà Nội là thủ đô của Việt Nam. Hanoi is the capital of Vietnam."
_SAME_MODEL_COSINE = 0.999
"""Two machines differ in the last bits of a vector; two models differ by far more."""
_NO_LIMIT_TOKENS = 10_000_000
"""Tokenizers that know no limit state one above this, such as 10^30."""
_HUB_SECONDS = 10.0
"""So long is the hub waited for before a model is said to be out of reach."""
_NEEDS_CODE = "needs code of its own, and hoidap runs no code that comes with a model"
_PASSAGE_PROMPTS = ("passage", "document", "corpus")
"""What models call the prompt of passages."""

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
        name = str(Path(model).absolute()) if Path(model).is_dir() else model
        self._model = _load(name)
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
        if not max(1, len(text) // 4) <= middle <= 3 * len(text) // 4:
            space = text.find(" ", len(text) // 2)
            middle = space if 0 < space < 3 * len(text) // 4 else len(text) // 2
        return self._pieces(text[:middle], prompt) + self._pieces(text[middle:], prompt)


def _load(model: str) -> Any:
    """Load a folder, or a name from the local cache, else from the hub.

    Raises:
        ModelError: it cannot be loaded; says what to do.
    """
    folder = Path(model).is_dir()
    known = find_known(model)
    if not folder and not is_hub_name(model):
        raise ModelError(model, "cannot be loaded: there is no such folder, and no model on the hub can have this name")
    if not folder and known is not None and known.use_instead is not None:
        raise ModelError(model, f"{_NEEDS_CODE}; name {known.use_instead}, the same model without")
    sentence_transformer = _import_sentence_transformers(model).SentenceTransformer
    # The cache first, as a folder: given a name, the library may wait for the hub even where it needs nothing of it.
    local = model if folder else _cached(model)
    if local is not None:
        try:
            return _construct(sentence_transformer, local)
        except Exception as error:
            if folder or _needs_code(error):
                raise _explained(model, error) from error
    try:
        _reach_hub(model)
        return _construct(sentence_transformer, model)
    except Exception as error:
        raise _explained(model, error) from error


def _cached(model: str) -> str | None:
    """Return the folder of a model in the hub's local cache, None when it is not there."""
    from huggingface_hub import try_to_load_from_cache

    home = os.environ.get("SENTENCE_TRANSFORMERS_HOME")
    for name in (model, f"sentence-transformers/{model}")[: 1 if "/" in model else 2]:
        for file in ("modules.json", "config.json"):
            found = try_to_load_from_cache(name, file, cache_dir=home)
            if isinstance(found, str):
                return str(Path(found).parent)
    return None


def _construct(sentence_transformer: Any, model: str) -> Any:
    # Half precision, in which some models are stored, is slow on processors and makes vectors depend on the batch.
    return sentence_transformer(
        model,
        device="cpu",
        local_files_only=Path(model).is_dir(),
        trust_remote_code=False,
        model_kwargs={"dtype": "float32"},
    )


def _reach_hub(model: str) -> None:
    """Raise unless the hub answers soon: sentence-transformers itself would wait for it without end."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    with suppress(HfHubHTTPError):  # an answer too, and one that loading explains better
        HfApi().model_info(model, timeout=_HUB_SECONDS)


def _needs_code(error: BaseException) -> bool:
    return "trust_remote_code" in str(error)


def _explained(model: str, error: Exception) -> ModelError:
    if _needs_code(error):
        return ModelError(model, f"{_NEEDS_CODE}; name another model")
    if Path(model).is_dir():
        remedy = "name the folder of a sentence-transformers model"
        return ModelError(model, f"cannot be loaded ({_reason(error)}); {remedy}")
    remedy = "name a sentence-transformers folder or model, connect to the hub once, or leave --model out"
    return ModelError(
        model, f"cannot be loaded: it is not on this machine, and the hub does not give it ({_reason(error)}); {remedy}"
    )


def _reason(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:300] or type(error).__name__


def _import_sentence_transformers(model: str) -> Any:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        import sentence_transformers  # seconds to import, so only when a model is named
    except ImportError as error:
        raise ModelError(
            model, "needs sentence-transformers; install it with `pip install 'hoidap[models]'`"
        ) from error
    return sentence_transformers


def load_cross_encoder(model: str) -> Callable[[str, Sequence[str]], NDArray[np.float32]]:
    """Return a function from a question and texts to how well each text answers it, shape (len(texts),).

    The scores are the model's own, logits for most; a higher one is better.

    Args:
        model: any CrossEncoder of sentence-transformers by its name on the hub or its folder.

    Raises:
        ModelError: it cannot be loaded; says what to do.
    """
    cross_encoder = _import_sentence_transformers(model).CrossEncoder
    from torch import nn  # comes with it

    try:
        local = model if Path(model).is_dir() else _cached(model)
        if local is None:
            _reach_hub(model)
        loaded: Any = cross_encoder(local or model, device="cpu", local_files_only=local is not None)
    except Exception as error:
        reason = f"cannot be loaded as a reranker ({_reason(error)}); name a CrossEncoder folder or model"
        raise ModelError(model, reason) from error
    if loaded.num_labels != 1:
        raise ModelError(model, f"gives {loaded.num_labels} scores a text; a reranker gives one")

    def score(question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        pairs = [(question, text) for text in texts]
        scores = loaded.predict(pairs, show_progress_bar=False, activation_fn=nn.Identity())
        return np.asarray(scores, dtype=np.float32).reshape(len(pairs))

    return score
