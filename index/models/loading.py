"""A model by its name."""

from __future__ import annotations

from index.models.builtin.encoder import BuiltinEncoder
from index.models.encoder import BUILTIN_MODEL, Encoder
from index.models.sentence_transformer import SentenceTransformerEncoder


def load_encoder(model: str = BUILTIN_MODEL, *, bfloat16: bool = False) -> Encoder:
    """Load a model by name.

    Args:
        model: "builtin", or any sentence-transformers model by its name on the hub or its folder.
        bfloat16: whether such a model may calculate in numbers of 16 bits where that is faster; see `packing`.

    Raises:
        ModelError: it cannot be loaded; says what to do.
    """
    return BuiltinEncoder() if model == BUILTIN_MODEL else SentenceTransformerEncoder(model, bfloat16=bfloat16)
