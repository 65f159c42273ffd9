"""One change of the store, inside one transaction."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, cast

from index.dates import earliest_instant, wall_instant
from index.models.encoder import Fingerprint, Vectors
from index.storage.halves import to_bytes
from index.storage.protocol import EncodedPassage, NewArticle, PendingPassage
from index.storage.sqlite.byte_offsets import bytes_before
from index.storage.sqlite.database import Database
from index.storage.sqlite.manifest import CALIBRATION, REVISION, Meta
from index.storage.sqlite.places import put_places
from index.storage.sqlite.reindex import ReindexTable


class SqliteChange:
    """See `Change`."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._run = database.run
        self._meta = Meta(database)
        self._reindex = ReindexTable(database)
        self._before = self._meta.number(REVISION)
        self._revision = self._before

    @property
    def revision(self) -> int:
        """The revision that this change makes; the present one until it changes an article or the model."""
        return self._revision

    def _next(self) -> int:
        if self._revision == self._before:
            self._revision += 1
            self._meta.set(REVISION, self._revision)
        return self._revision

    def put(self, new: NewArticle, passages: Sequence[EncodedPassage]) -> bool:
        """Store an article with its passages in place of the one with its id; return whether it is new."""
        article = new.article
        revision = self._next()
        run = self._run
        now = datetime.now(UTC).isoformat(timespec="seconds")
        existing = run("SELECT number FROM articles WHERE id = ?", (article.id,)).fetchone()
        if existing:
            self._remove_passages(existing[0])
        instant = earliest_instant(article.published_at) if article.published_at else None
        wall = wall_instant(article.published_at) if article.published_at else None
        columns = (
            article.title, article.url, article.source, article.author, article.published_at, instant, wall,
            article.language, json.dumps(dict(article.metadata), ensure_ascii=False), article.sha256, len(article.text),
            new.raw_digest, new.fields_digest, now,
        )  # fmt: skip
        if existing is None:
            inserted = run(
                "INSERT INTO articles (title, url, source, author, published_at, published_instant, published_wall,"
                " language, metadata, sha256, characters, raw_digest, fields_digest, updated_at, created_at, id)"
                " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                (*columns, now, article.id),
            )
            number = cast("int", inserted.lastrowid)
        else:
            number = existing[0]
            run(
                "UPDATE articles SET title = ?, url = ?, source = ?, author = ?, published_at = ?,"
                " published_instant = ?, published_wall = ?, language = ?, metadata = ?, sha256 = ?, characters = ?,"
                " raw_digest = ?, fields_digest = ?, updated_at = ? WHERE number = ?",
                (*columns, number),
            )
        raw = None if new.raw == article.text else zlib.compress(new.raw.encode(), 6)
        run("INSERT OR REPLACE INTO texts VALUES (?, ?, ?, ?)", (number, article.text, raw, new.cleaner))
        put_places(self._database, number, article.places)
        at_byte = bytes_before(article.text, {offset for p in passages for offset in (p.start, p.end)})
        self._database.run_many(
            "INSERT INTO passages (article, start, end, revision, digest, vector, header_start, header_end,"
            " start_byte, end_byte, reading) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    number,
                    p.start,
                    p.end,
                    revision,
                    p.digest,
                    None if p.vector is None else to_bytes(p.vector),
                    *(p.header or (None, None)),
                    at_byte[p.start],
                    at_byte[p.end],
                    p.reading or None,
                )
                for p in passages
            ],
        )
        return existing is None

    def remove(self, article_id: str) -> bool:
        """Remove an article; return whether there was one."""
        row = self._run("SELECT number FROM articles WHERE id = ?", (article_id,)).fetchone()
        if row is None:
            return False
        self._remove_passages(row[0])
        self._run("DELETE FROM articles WHERE number = ?", row)
        return True

    def _remove_passages(self, article: int) -> None:
        values = (self._next(), article)
        self._run("INSERT INTO removals SELECT number, ?, revision FROM passages WHERE article = ?", values)
        self._run("DELETE FROM passages WHERE article = ?", (article,))

    def put_readings(self, readings: Mapping[int, bytes]) -> None:
        """Keep what reading passages anew gave, by number; one that was removed meanwhile is left out."""
        rows = [(reading or None, number) for number, reading in readings.items()]
        self._database.run_many("UPDATE passages SET reading = ? WHERE number = ?", rows)

    def set_model(self, model: Fingerprint) -> None:
        """Name the model of a corpus that has none yet."""
        self._meta.set_model(model)

    def set_calibration(self, calibration: Mapping[str, Any]) -> None:
        """Store plain values beside the present model; they go when the model does."""
        self._meta.set(CALIBRATION, dict(calibration))

    def begin_reindex(self, target: Fingerprint) -> None:
        """Begin to keep the vectors of another model, in place of what another reindex kept."""
        self._reindex.begin(target)

    def drop_reindex(self) -> None:
        """Forget the vectors of an unfinished reindex."""
        self._reindex.drop()

    def put_reindexed(self, passages: Sequence[PendingPassage], vectors: Vectors) -> None:
        """Keep the vectors of what `Storage.pending` returned."""
        self._reindex.put(passages, vectors)

    def switch_model(self) -> None:
        """Put the vectors of the reindex and its model in the place of those in use."""
        self._reindex.switch(self._next())
