"""Passages and their vectors, read from the store, and what changed since a revision."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from index.models.encoder import Vectors
from index.records import Passage
from index.storage.halves import from_bytes
from index.storage.protocol import Feed, PassageText
from index.storage.sqlite.manifest import REVISION, Meta
from index.storage.sqlite.places import PlaceQueries
from index.storage.sqlite.rows import HEADER, OF_PASSAGES, header_of
from index.text.sentences import Span

_ROWS_AT_ONCE = 4096
"""Vectors in one block of a feed: a limit on memory."""


class PassageQueries(PlaceQueries):
    """Everything about passages; see `Storage`."""

    def passages(self, numbers: Iterable[int]) -> dict[int, Passage]:
        """Return passages by number, all from one state; those that were removed are missing."""
        wanted = list(numbers)
        with self._database.reading():
            rows = self._select_in(
                "SELECT EXISTS (SELECT 1 FROM places WHERE places.article = passages.article),"
                # By bytes, since SQLite finds a character of UTF-8 by counting from the beginning of the text.
                " passages.number, start, end,"
                " substr(CAST(texts.text AS BLOB), start_byte + 1, end_byte - start_byte),"
                " header_start, header_end,"
                " coalesce(substr(texts.text, header_start + 1, header_end - header_start), ''),"
                " coalesce(reading, x''),"
                f" {HEADER} FROM {OF_PASSAGES} JOIN texts ON texts.article = passages.article"
                " WHERE passages.number IN",
                wanted,
            )
            places = self._places_in([number for has_places, number, *_ in rows if has_places])
        found: dict[int, Passage] = {}
        for _, number, start, end, text, header_start, header_end, header, reading, *columns in rows:
            span, own = _span(header_start, header_end), places.get(number, ())
            shown = text.decode(errors="replace")  # what is damaged is found by `verify`
            found[number] = Passage(number, header_of(columns), start, end, shown, own, span, header, reading)
        return found

    def passages_of(self, ids: Sequence[str]) -> dict[str, list[int]]:
        """Return the numbers of the passages of each article, in reading order; articles without any are missing."""
        found: dict[str, list[int]] = {}
        for article_id, number in self._select_in(
            f"SELECT articles.id, passages.number FROM {OF_PASSAGES} WHERE articles.id IN", ids
        ):
            found.setdefault(article_id, []).append(number)
        return {article_id: sorted(numbers) for article_id, numbers in found.items()}

    def owners(self, numbers: Iterable[int]) -> dict[int, str]:
        """Return the id of the article of each passage; those that were removed are missing."""
        return dict(
            self._select_in(
                # The indexes are a hundredth of the tables and have all that is asked for.
                "SELECT passages.number, articles.id FROM passages INDEXED BY passages_by_number"
                " JOIN articles INDEXED BY articles_by_number ON articles.number = passages.article"
                " WHERE passages.number IN",
                list(numbers),
            )
        )

    def vectors(self, numbers: Iterable[int]) -> dict[int, Vectors]:
        """Return the vectors of passages by number; passages without one are missing."""
        rows = self._select_in(
            "SELECT number, vector FROM passages WHERE vector IS NOT NULL AND number IN", list(numbers)
        )
        vectors = from_bytes(b"".join(vector for _number, vector in rows)).reshape(len(rows), -1) if rows else ()
        return dict(zip((number for number, _vector in rows), vectors, strict=True))

    def vectors_by_digest(self, article_id: str) -> dict[bytes, Vectors | None]:
        """Return the vectors of an article's passages by what the model read, so that the same is not encoded again."""
        rows = self._run(
            "SELECT digest, vector FROM passages JOIN articles ON articles.number = article WHERE id = ?", (article_id,)
        )
        return {digest: None if vector is None else from_bytes(vector) for digest, vector in rows}

    def feed(self, after: int, until: int | None = None) -> Feed | None:
        """Return what changed after a revision, up to `until` or to the present; see `Storage.feed`."""
        present = Meta(self._database).number(REVISION)
        until = present if until is None else until
        if until < present and self._is_lost(after, until):
            return None
        rows = self._run(
            "SELECT number FROM removals WHERE revision > ? AND revision <= ? ORDER BY number", (after, until)
        )
        removed = np.fromiter((row[0] for row in rows), dtype=np.int64)
        return Feed(until, self._vectors_between(after, until), self._texts_between(after, until), removed)

    def _is_lost(self, after: int, until: int) -> bool:
        """Whether a passage that was written in between was removed later."""
        row = self._run(
            "SELECT EXISTS (SELECT 1 FROM removals WHERE revision > ? AND written > ? AND written <= ?)",
            (until, after, until),
        ).fetchone()
        return bool(row[0])

    def _vectors_between(self, after: int, until: int) -> Iterator[tuple[NDArray[np.int64], Vectors]]:
        rows = self._run(
            "SELECT number, vector FROM passages WHERE revision > ? AND revision <= ? AND vector IS NOT NULL"
            " ORDER BY number",
            (after, until),
        )
        while block := rows.fetchmany(_ROWS_AT_ONCE):
            numbers = np.fromiter((number for number, _ in block), dtype=np.int64, count=len(block))
            yield numbers, from_bytes(b"".join(vector for _, vector in block)).reshape(len(block), -1)

    def _texts_between(self, after: int, until: int) -> Iterator[PassageText]:
        articles = self._run(
            f"SELECT DISTINCT passages.article, {HEADER} FROM {OF_PASSAGES} WHERE revision > ? AND revision <= ?",
            (after, until),
        ).fetchall()
        for number, *columns in articles:
            header = header_of(columns)
            text = self._run("SELECT text FROM texts WHERE article = ?", (number,)).fetchone()[0]
            rows = self._run(
                "SELECT number, start, end, coalesce(header_start, 0), coalesce(header_end, 0) FROM passages"
                " WHERE article = ? AND revision > ? AND revision <= ?",
                (number, after, until),
            ).fetchall()
            for passage, start, end, header_start, header_end in rows:
                yield PassageText(passage, header.title, text[start:end], header, text[header_start:header_end])


def _span(start: int | None, end: int | None) -> Span | None:
    return None if start is None or end is None else (start, end)
