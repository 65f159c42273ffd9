"""The vectors of another model, encoded beside those in use until there is one for every passage.

They lie in a table of their own, made when a reindex begins and gone when it ends. Passages are encoded by ascending
number and new ones get higher numbers, so the number reached tells what is done. A passage that is removed takes its
row with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from index.models.encoder import Fingerprint, ModelRecord, Vectors, passage_input
from index.storage.sqlite.store import Store

_TARGET = "reindex"
_THROUGH = "reindex_through"
_TABLE = """CREATE TABLE replacement (
    number INTEGER PRIMARY KEY REFERENCES passages (number) ON DELETE CASCADE,
    vector BLOB NOT NULL
)"""


@dataclass(frozen=True, slots=True)
class ReindexState:
    """A reindex that is under way or was interrupted: to which model, and how many of the passages are encoded."""

    model: ModelRecord
    encoded: int
    passages: int


@dataclass(frozen=True, slots=True)
class PendingPassage:
    """A passage that the other model has not encoded yet; `text` is what a model reads."""

    number: int
    text: str


class Replacement:
    """The unfinished vectors of one store. What writes is called in a transaction."""

    def __init__(self, store: Store) -> None:
        """Look after the replacement in `store`."""
        self._store = store
        self._run = store.database.run

    def target(self) -> Fingerprint | None:
        """Return the model that is being encoded with, None when there is no unfinished reindex."""
        stored = self._store.meta(_TARGET)
        return None if stored is None else Fingerprint.from_json(stored)

    def state(self) -> ReindexState | None:
        """Return how far it is, None when there is no unfinished reindex."""
        with self._store.reading():
            target = self.target()
            if target is None:
                return None
            # The plus keeps SQLite from walking the table, vectors and all, where an index is enough.
            encoded, passages = self._run(
                "SELECT count(*) FILTER (WHERE +number <= ?), count(*) FROM passages", (self._through(),)
            ).fetchone()
        return ReindexState(target.record, encoded, passages)

    def begin(self, target: Fingerprint) -> None:
        """Start anew with another model."""
        self.drop()
        self._run(_TABLE)
        self._store.set_meta(_TARGET, target.to_json())
        self._store.set_meta(_THROUGH, 0)

    def drop(self) -> None:
        """Forget what was encoded."""
        self._run("DROP TABLE IF EXISTS replacement")
        self._store.unset_meta(_TARGET)
        self._store.unset_meta(_THROUGH)

    def pending(self, limit: int) -> list[PendingPassage]:
        """Return the first `limit` passages that are still to be encoded, by number."""
        found: list[PendingPassage] = []
        with self._store.reading():
            rows = self._run(
                "SELECT number, article, start, end FROM passages WHERE number > ? ORDER BY number LIMIT ?",
                (self._through(), limit),
            ).fetchall()
            for article, own in groupby(rows, key=lambda row: int(row[1])):
                title, text = self._run(
                    "SELECT title, text FROM articles JOIN texts ON article = number WHERE number = ?", (article,)
                ).fetchone()
                found += [PendingPassage(row[0], passage_input(title, text[row[2] : row[3]])) for row in own]
        return found

    def put(self, passages: Sequence[PendingPassage], vectors: Vectors) -> None:
        """Keep the vectors of what `pending` returned, shape (len(passages), dimensions); a row of zeros is none."""
        if not passages:
            return
        self._store.database.run_many(
            # A passage may have been removed while it was encoded.
            "INSERT INTO replacement SELECT number, ? FROM passages WHERE number = ?",
            [
                (vector.astype("<f4").tobytes(), passage.number)
                for passage, vector in zip(passages, vectors, strict=True)
                if vector.any()
            ],
        )
        self._store.set_meta(_THROUGH, passages[-1].number)

    def switch(self, target: Fingerprint, change: int) -> None:
        """Put the new vectors and their model in the place of the old, as change `change`."""
        self._run(
            "UPDATE passages SET vector ="
            " (SELECT replacement.vector FROM replacement WHERE replacement.number = passages.number)"
        )
        self._store.set_model(target, change)
        self.drop()

    def vectors(self) -> Iterator[tuple[int, NDArray[np.float32]]]:
        """Yield the vectors that are there with the numbers of their passages."""
        if self.target() is not None:
            for number, vector in self._run("SELECT number, vector FROM replacement"):
                yield number, np.frombuffer(vector, dtype="<f4")

    def _through(self) -> int:
        return int(self._store.meta(_THROUGH) or 0)
