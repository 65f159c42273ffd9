"""The model that a process encodes with, kept to the one whose vectors the storage holds."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from index.errors import ModelError, ModelMismatch
from index.models.encoder import Encoder, Fingerprint
from index.storage.protocol import Storage

_PAUSE_SECONDS = 10.0
"""Seconds before a model that could not be loaded is tried again: a judgement."""

_log = logging.getLogger("hoidap.corpus")


class ModelInUse:
    """An encoder, and the revision since which the storage holds its vectors.

    Attributes:
        encoder: gives vectors that may be compared with those stored since `since`.
        since: set after `encoder`, so whoever has seen it gets this encoder or a later one.
    """

    def __init__(self, storage: Storage, encoder: Encoder, load: Callable[[str], Encoder]) -> None:
        """Record `encoder` in a new corpus; in an old one, check that it matches.

        Raises:
            ModelMismatch: the corpus was built with another model.
        """
        self._storage = storage
        self._load = load
        self._failed: tuple[str, float, str] | None = None
        offered = Fingerprint.of(encoder)
        if storage.manifest().model is None:
            with storage.writing() as change:
                if storage.manifest().model is None:
                    change.set_model(offered)
        manifest = storage.manifest()
        built_with = manifest.model
        if built_with is None or not built_with.matches(offered):
            raise ModelMismatch(encoder.record.name, built_with.record.name if built_with else "none", storage.location)
        self.encoder = encoder
        self.since = manifest.model_since

    def is_still(self, since: int) -> bool:
        """Whether the model that came with revision `since` is still in use, here and in the storage."""
        return self.since == since == self._storage.model_since()

    def follow(self) -> bool:
        """Go on with the model that another process has switched the corpus to; returns whether one has.

        Raises:
            ModelError: the model cannot be loaded here.
        """
        if self._storage.model_since() == self.since:
            return False
        manifest = self._storage.manifest()
        since, model = manifest.model_since, manifest.model
        if since == self.since or model is None:
            return False
        encoder = self.encoder if model.matches(Fingerprint.of(self.encoder)) else self._loaded(model)
        _log.warning(
            "%s was reindexed from %s to %s; going on with it (start the next time with its name, or with none)",
            self._storage.location, self.encoder.record.name, model.record.name,
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
                raise ModelError(name, f"is not the model that {self._storage.location} was reindexed with")
        except ModelError as error:
            self._failed = name, time.monotonic() + _PAUSE_SECONDS, error.reason
            raise
        return encoder
