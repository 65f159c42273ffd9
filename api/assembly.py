"""Builds the engine that answers questions, as the settings ask for it."""

from __future__ import annotations

from api.settings import Settings
from index.corpus import Corpus
from qa.engine import Engine
from qa.retrieval.reranking import Reranker


def load_reranker(settings: Settings) -> Reranker | None:
    """Load the reranker that the settings name; None if they name none.

    Raises:
        ModelError: it cannot be loaded.
    """
    return None if settings.reranker is None else Reranker.open(settings.reranker)


def engine_with(settings: Settings, corpus: Corpus, reranker: Reranker | None = None) -> Engine:
    """Return an engine over `corpus` with the limits and the reranker of `settings`, if it is not given already.

    Raises:
        ModelError: the reranker cannot be loaded.
    """
    return Engine(corpus, settings.limits(), reranker or load_reranker(settings))
