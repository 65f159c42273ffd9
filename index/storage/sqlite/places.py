"""The pages and sections of articles: a row for each place where another one begins."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from index.records import Place
from index.storage.sqlite.database import Database
from index.storage.sqlite.rows import Queries

Key = TypeVar("Key", int, str)

_GOVERNING = "SELECT max(start) FROM places WHERE places.article = passages.article AND places.start <= passages.start"
"""Where the place begins in which a passage begins; NULL where it begins in none."""


class PlaceQueries(Queries):
    """What other queries read beside articles and passages."""

    def _places_of(self, ids: Sequence[str]) -> dict[str, tuple[Place, ...]]:
        """Return the places of articles by id, in ascending order; articles without any are missing."""
        rows = self._select_in(
            "SELECT articles.id, start, page, section FROM places JOIN articles ON articles.number = article"
            " WHERE articles.id IN",
            ids,
        )
        return _grouped(rows)

    def _places_in(self, numbers: Sequence[int]) -> dict[int, tuple[Place, ...]]:
        """Return the places of passages by number: the one that each begins in and those that begin inside."""
        rows = self._select_in(
            "SELECT passages.number, places.start, page, section"
            " FROM passages JOIN places ON places.article = passages.article"
            f" AND places.start >= coalesce(({_GOVERNING}), passages.start) AND places.start < passages.end"
            " WHERE passages.number IN",
            numbers,
        )
        return _grouped(rows)


def put_places(database: Database, article: int, places: Sequence[Place]) -> None:
    """Store the places of an article in place of those that it had; call it in a transaction."""
    database.run("DELETE FROM places WHERE article = ?", (article,))
    database.run_many(
        "INSERT INTO places (article, start, page, section) VALUES (?, ?, ?, ?)",
        [(article, place.start, place.page, place.section) for place in places],
    )


def _grouped(rows: Sequence[tuple[Key, int, int | None, str | None]]) -> dict[Key, tuple[Place, ...]]:
    found: dict[Key, list[Place]] = {}
    for key, start, page, section in rows:
        found.setdefault(key, []).append(Place(start, page, section))
    return {key: tuple(sorted(places, key=lambda place: place.start)) for key, places in found.items()}
