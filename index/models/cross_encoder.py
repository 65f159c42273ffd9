"""Questions and texts to scores: networks that read both at once, which tell better and cost more than vectors."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from index.errors import ModelError
from index.models.hub import open_cross_encoder


def load_cross_encoder(model: str) -> Callable[[str, Sequence[str]], NDArray[np.float32]]:
    """Return a function from a question and texts to how well each text answers it, shape (len(texts),).

    The scores are the model's own, logits for most; a higher one is better.

    Args:
        model: any CrossEncoder of sentence-transformers by its name on the hub or its folder.

    Raises:
        ModelError: it cannot be loaded; says what to do.
    """
    loaded = open_cross_encoder(model)
    from torch import nn  # comes with sentence-transformers, and like it takes seconds to import

    if loaded.num_labels != 1:
        raise ModelError(model, f"gives {loaded.num_labels} scores a text; a reranker gives one")

    def score(question: str, texts: Sequence[str]) -> NDArray[np.float32]:
        pairs = [(question, text) for text in texts]
        scores = loaded.predict(pairs, show_progress_bar=False, activation_fn=nn.Identity())
        return np.asarray(scores, dtype=np.float32).reshape(len(pairs))

    return score
