"""What the store says of itself: plain values by key, in the table `meta`."""

from __future__ import annotations

import json
from typing import Any

from index.models.encoder import Fingerprint
from index.storage.protocol import Manifest
from index.storage.sqlite.database import Database

REVISION, MODEL, MODEL_SINCE, CALIBRATION = "revision", "model", "model_since", "calibration"


class Meta:
    """Plain values by key. What writes is called in a transaction."""

    def __init__(self, database: Database) -> None:
        self._run = database.run

    def get(self, key: str) -> Any:
        """Return a value, None when it is not set."""
        row = self._run("SELECT value FROM meta WHERE key = ?", (key,)).fetchone()
        return None if row is None else json.loads(row[0])

    def number(self, key: str) -> int:
        """Return a whole number, 0 when it is not set."""
        return int(self.get(key) or 0)

    def set(self, key: str, value: object) -> None:
        """Set a value."""
        self._run(
            "INSERT INTO meta VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, json.dumps(value, ensure_ascii=False)),
        )

    def unset(self, key: str) -> None:
        """Remove a value."""
        self._run("DELETE FROM meta WHERE key = ?", (key,))

    def fingerprint(self, key: str) -> Fingerprint | None:
        """Return a model, None when it is not set."""
        stored = self.get(key)
        return None if stored is None else Fingerprint.from_json(stored)

    def manifest(self) -> Manifest:
        """Return what the store says of itself."""
        return Manifest(self.number(REVISION), self.fingerprint(MODEL), self.number(MODEL_SINCE), self.get(CALIBRATION))

    def set_model(self, model: Fingerprint, since: int = 0) -> None:
        """Name the model whose vectors are stored from revision `since` on; the calibration of another one goes."""
        self.set(MODEL, model.to_json())
        self.set(MODEL_SINCE, since)
        self.unset(CALIBRATION)
