"""The model that a process encodes with, kept to the one whose vectors the store holds."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from pathlib import Path

from index.errors import ModelError, ModelMismatch
from index.models.encoder import Encoder, Fingerprint
from index.storage.sqlite.store import Store

_PAUSE_SECONDS = 10.0
"""So long a model that cannot be loaded is not tried again."""

_log = logging.getLogger("hoidap.corpus")


class ModelInUse:
    """An encoder, and the change since which the store holds its vectors.

    Attributes:
        encoder: gives vectors that may be compared with those stored since `since`.
        since: set after `encoder`, so whoever has seen it gets this encoder or a later one.
    """

    def __init__(self, folder: Path, store: Store, encoder: Encoder, load: Callable[[str], Encoder]) -> None:
        """Take `encoder` for the corpus in `folder`: remember it in a new one, compare it with that of an old one.

        Raises:
            ModelMismatch: the corpus was built with another model.
        """
        self._folder = folder
        self._store = store
        self._load = load
        self._failed: tuple[str, float, str] | None = None
        offered = Fingerprint.of(encoder)
        if store.model() is None:
            with store.transaction():
                if store.model() is None:
                    store.set_model(offered)
        with store.reading():
            built_with, since = store.model(), store.model_since()
        if built_with is None or not built_with.matches(offered):
            raise ModelMismatch(encoder.record.name, built_with.record.name if built_with else "none", str(folder))
        self.encoder = encoder
        self.since = since

    def is_still(self, since: int) -> bool:
        """Whether the model in use since that change is in use yet, here and in the store."""
        return self.since == since == self._store.model_since()

    def follow(self) -> bool:
        """Go on with the model that another process has switched the corpus to; returns whether one has.

        Raises:
            ModelError: the model cannot be loaded here.
        """
        with self._store.reading():
            since, model = self._store.model_since(), self._store.model()
        if since == self.since or model is None:
            return False
        encoder = self.encoder if model.matches(Fingerprint.of(self.encoder)) else self._loaded(model)
        _log.warning(
            "%s was reindexed from %s to %s; going on with it (start the next time with its name, or with none)",
            self._folder, self.encoder.record.name, model.record.name,
        )  # fmt: skip
        self.encoder = encoder
        self.since = since
        return True

    def _loaded(self, model: Fingerprint) -> Encoder:
        name = model.record.name
        if self._failed is not None and self._failed[0] == name and time.monotonic() < self._failed[1]:
            raise ModelError(name, self._failed[2])
        try:
            encoder = self._load(name)
            if not model.matches(Fingerprint.of(encoder)):
                raise ModelError(name, f"is another one here than the one that {self._folder} was reindexed with")
        except ModelError as error:
            self._failed = name, time.monotonic() + _PAUSE_SECONDS, error.reason
            raise
        return encoder
