"""The model that ships in the package, as the corpus wants a model."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from index.models.builtin.static import StaticModel
from index.models.encoder import BUILTIN_MODEL, Encoder, ModelRecord, Vectors
from index.text.normalization import normalize


@lru_cache(maxsize=1)
def builtin_static_model() -> StaticModel:
    """Return the model that ships in the package, opened once in a process."""
    return StaticModel.open(Path(__file__).parent)


class BuiltinEncoder:
    """The multilingual static model that ships in the package; needs numpy and tokenizers only."""

    def __init__(self, folder: Path | None = None) -> None:
        self._model = StaticModel.open(folder) if folder else builtin_static_model()
        self.is_packaged = folder is None
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


def is_packaged(encoder: Encoder) -> bool:
    """Whether an encoder runs the very model that ships in the package, so that any process may encode for it."""
    return isinstance(encoder, BuiltinEncoder) and encoder.is_packaged
