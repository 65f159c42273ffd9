"""The vectors of another model, encoded beside those in use until there is one for every passage.

They lie in a table of their own, which is empty while there is no reindex. Passages are encoded by ascending
number and new ones get higher numbers, so the number reached tells what is done. A passage that is removed takes its
row with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from index.models.encoder import Fingerprint, Vectors, passage_input
from index.storage.halves import from_bytes, to_bytes
from index.storage.protocol import PendingPassage, ReindexState
from index.storage.sqlite.database import Database
from index.storage.sqlite.manifest import Meta

_TARGET = "reindex"
_THROUGH = "reindex_through"


class ReindexTable:
    """The unfinished vectors of one store. What writes is called in a transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._meta = Meta(database)
        self._run = database.run

    def state(self) -> ReindexState | None:
        """Return how far it is, None when there is no unfinished reindex."""
        with self._database.reading():
            target = self._meta.fingerprint(_TARGET)
            if target is None:
                return None
            # The plus keeps SQLite from walking the table, vectors and all, where an index is enough.
            encoded, passages = self._run(
                "SELECT count(*) FILTER (WHERE +number <= ?), count(*) FROM passages", (self._meta.number(_THROUGH),)
            ).fetchone()
        return ReindexState(target, encoded, passages)

    def begin(self, target: Fingerprint) -> None:
        """Start anew with another model."""
        self.drop()
        self._meta.set(_TARGET, target.to_json())
        self._meta.set(_THROUGH, 0)

    def drop(self) -> None:
        """Forget what was encoded."""
        self._run("DELETE FROM replacement")
        self._meta.unset(_TARGET)
        self._meta.unset(_THROUGH)

    def pending(self, limit: int) -> list[PendingPassage]:
        """Return the first `limit` passages that are still to be encoded, by number."""
        found: list[PendingPassage] = []
        with self._database.reading():
            rows = self._run(
                "SELECT number, article, start, end, coalesce(header_start, 0), coalesce(header_end, 0) FROM passages"
                " WHERE number > ? ORDER BY number LIMIT ?",
                (self._meta.number(_THROUGH), limit),
            ).fetchall()
            for article, own in groupby(rows, key=lambda row: int(row[1])):
                title, text = self._run(
                    "SELECT title, text FROM articles JOIN texts ON article = number WHERE number = ?", (article,)
                ).fetchone()
                found += [
                    PendingPassage(number, passage_input(title, text[start:end], text[header_start:header_end]))
                    for number, _article, start, end, header_start, header_end in own
                ]
        return found

    def put(self, passages: Sequence[PendingPassage], vectors: Vectors) -> None:
        """Keep vectors, shape (len(passages), dimensions); a row of zeros is none."""
        if not passages:
            return
        self._database.run_many(
            # A passage may have been removed while it was encoded.
            "INSERT INTO replacement SELECT number, ? FROM passages WHERE number = ?",
            [
                (to_bytes(vector), passage.number)
                for passage, vector in zip(passages, vectors, strict=True)
                if vector.any()
            ],
        )
        self._meta.set(_THROUGH, passages[-1].number)

    def switch(self, revision: int) -> None:
        """Put the new vectors and their model in the place of the old, as revision `revision`."""
        target = self._meta.fingerprint(_TARGET)
        if target is None:
            raise ValueError("there is no reindex to switch to")
        self._run(
            "UPDATE passages SET vector ="
            " (SELECT replacement.vector FROM replacement WHERE replacement.number = passages.number)"
        )
        self._meta.set_model(target, revision)
        self.drop()

    def vectors(self) -> Iterator[tuple[int, Vectors]]:
        """Yield the vectors that are there with the numbers of their passages."""
        if self._meta.fingerprint(_TARGET) is not None:
            for number, vector in self._run("SELECT number, vector FROM replacement"):
                yield number, from_bytes(vector)
