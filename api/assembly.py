"""Builds the engine that answers questions, as the settings ask for it."""

from __future__ import annotations

from api.settings import Settings
from index.corpus import Corpus
from qa.engine import Engine
from qa.retrieval.reranking import Reranker


def engine_with(settings: Settings, corpus: Corpus) -> Engine:
    """Return an engine over `corpus` with the limits and the reranker of `settings`.

    Raises:
        ModelError: the reranker cannot be loaded.
    """
    reranker = None if settings.reranker is None else Reranker.open(settings.reranker)
    return Engine(corpus, settings.limits(), reranker)
