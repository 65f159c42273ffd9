"""Opens the corpus that the settings name, with the model that they name or else with the corpus's own."""

from __future__ import annotations

from api.settings import Settings
from index.corpus import Corpus
from index.errors import ModelError
from index.models.encoder import Encoder
from index.models.loading import load_encoder
from index.storage.opening import recorded_model


def load_model(settings: Settings) -> Encoder:
    """Load the model that the settings name, or else the one that the corpus was built with.

    Raises:
        ModelError: the model cannot be loaded.
        CorpusError: the folder cannot be used.
    """
    own = None if settings.names_model else recorded_model(settings.data)
    if own is None:
        return load_encoder(settings.model, bfloat16=settings.bfloat16)
    try:
        return load_encoder(own, bfloat16=settings.bfloat16)
    except ModelError as error:
        reason = (
            f"{error.reason}; the corpus in {settings.data} was built with it: name it with --model where it is now"
        )
        raise ModelError(own, f"{reason}, or change the model with `hoidap reindex`") from error


def open_corpus(settings: Settings, encoder: Encoder | None = None) -> Corpus:
    """Open the corpus, or create it if the folder has none; `encoder` is its model, if that has been loaded already.

    Raises:
        ModelMismatch: the settings name a model, and the corpus was built with another one.
        ModelError: the model cannot be loaded.
        CorpusError: the folder cannot be used.
    """
    return Corpus.open(settings.data, load_model(settings) if encoder is None else encoder)
