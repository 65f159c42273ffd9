"""Articles, read from the store."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

from index.filters import NO_FILTERS, Filters
from index.records import Article, ArticleHeader, DatedArticle, Place
from index.storage.protocol import Counts, Overview, StoredDigests
from index.storage.sqlite.places import PlaceQueries
from index.storage.sqlite.rows import DATE, HEADER, header_of
from index.storage.sqlite.selection import conditions


class ArticleQueries(PlaceQueries):
    """Everything about articles that is read without their passages; see `Storage`."""

    def counts(self) -> Counts:
        """Count articles, passages, characters, and articles per language."""
        with self._database.reading():
            articles, characters = self._run("SELECT count(*), coalesce(sum(characters), 0) FROM articles").fetchone()
            passages = self._run("SELECT count(*) FROM passages").fetchone()[0]
            languages = self._run(
                "SELECT language, count(*) FROM articles GROUP BY language ORDER BY 2 DESC, 1"
            ).fetchall()
        return Counts(articles, passages, characters, dict(languages))

    def overview(self, max_sources: int, max_times: int) -> Overview:
        """Count articles by language, source and time, largest or newest first."""
        with self._database.reading():
            languages = self._run("SELECT language, count(*) FROM articles GROUP BY language ORDER BY 2 DESC, 1")
            sources = self._run(
                "SELECT source, count(*) FROM articles WHERE source IS NOT NULL GROUP BY source"
                " ORDER BY 2 DESC, 1 LIMIT ?",
                (max_sources,),
            )
            times = self._run(
                "SELECT substr(published_at, 1, 7), count(*) FROM articles WHERE published_at IS NOT NULL"
                " GROUP BY 1 ORDER BY 1 DESC LIMIT ?",
                (max_times,),
            )
            without = self._run("SELECT count(*) - count(source), count(*) - count(published_at) FROM articles")
            return Overview(dict(languages), dict(sources), dict(times), *without.fetchone())

    def digests(self, ids: Sequence[str]) -> dict[str, StoredDigests]:
        """Return the digests of those articles that are stored."""
        rows = self._select_in("SELECT id, raw_digest, fields_digest FROM articles WHERE id IN", ids)
        return {article_id: StoredDigests(raw, fields) for article_id, raw, fields in rows}

    def latest(self, limit: int) -> list[ArticleHeader]:
        """Return the articles that were published last, those without a date after the others."""
        rows = self._run(
            f"SELECT {HEADER} FROM articles ORDER BY published_instant DESC NULLS LAST, number DESC LIMIT ?", (limit,)
        )
        return [header_of(row) for row in rows]

    def count_articles(self, filters: Filters = NO_FILTERS) -> int:
        """Return how many articles pass the filters."""
        where, values = conditions(filters)
        return int(self._run(f"SELECT count(*) FROM articles WHERE {where}", values).fetchone()[0])

    def count_dated(self, filters: Filters, since: float, until: float) -> int:
        """Return how many articles pass the filters and have their date in [since, until)."""
        where, values = conditions(filters)
        row = self._run(
            f"SELECT count(*) FROM articles WHERE {where} AND {DATE} >= ? AND {DATE} < ?", (*values, since, until)
        ).fetchone()
        return int(row[0])

    def dated(self, filters: Filters, since: float, until: float, limit: int) -> list[DatedArticle]:
        """Return up to `limit` articles that pass the filters and have their date in [since, until), newest first."""
        where, values = conditions(filters)
        rows = self._run(
            f"SELECT {DATE}, {HEADER} FROM articles WHERE {where} AND {DATE} >= ? AND {DATE} < ?"
            f" ORDER BY {DATE} DESC, id LIMIT ?",
            (*values, since, until, limit),
        )
        return [DatedArticle(header_of(row[1:]), row[0]) for row in rows]

    def articles(self, ids: Sequence[str]) -> dict[str, Article]:
        """Return articles by id; those that are not stored are missing."""
        with self._database.reading():
            rows = self._select_in(
                f"SELECT {HEADER}, texts.text FROM articles JOIN texts ON article = number WHERE id IN", ids
            )
            places = self._places_of(ids)
        return {row[0]: _article(header_of(row[:-1]), row[-1], places.get(row[0], ())) for row in rows}

    def headers(self, ids: Sequence[str]) -> dict[str, ArticleHeader]:
        """Return what is known of articles but their texts, by id; those that are not stored are missing."""
        rows = self._select_in(f"SELECT {HEADER} FROM articles WHERE id IN", ids)
        return {row[0]: header_of(row) for row in rows}

    def original(self, article_id: str) -> str | None:
        """Return the text of an article as it came in, before cleaning; None when it is not stored."""
        row = self._run(
            "SELECT text, raw FROM texts JOIN articles ON article = number WHERE id = ?", (article_id,)
        ).fetchone()
        if row is None:
            return None
        return str(row[0]) if row[1] is None else zlib.decompress(row[1]).decode()

    def page(self, limit: int, after: str | None = None, filters: Filters = NO_FILTERS) -> list[ArticleHeader]:
        """Return up to `limit` articles with ids above `after`, in the order of the bytes of their ids."""
        where, values = conditions(filters)
        if after is not None:
            where, values = f"{where} AND id > ?", [*values, after]
        rows = self._run(f"SELECT {HEADER} FROM articles WHERE {where} ORDER BY id LIMIT ?", (*values, limit))
        return [header_of(row) for row in rows]

    def sample(self, limit: int, language: str | None = None) -> list[str]:
        """Return the ids of up to `limit` articles, of one language or of all: the same ones each time, old and new."""
        where, values = ("1", []) if language is None else ("language = ?", [language])
        rows = self._run(
            # The numbers times 2^32 divided by the golden ratio are spread evenly (Knuth 6.4).
            f"SELECT id FROM articles WHERE {where} ORDER BY number * 2654435761 % 4294967296, number LIMIT ?",
            (*values, limit),
        )
        return [row[0] for row in rows]


def _article(header: ArticleHeader, text: str, places: tuple[Place, ...]) -> Article:
    return Article(
        header.id, text, header.title, header.url, header.source, header.author, header.published_at,
        header.language, header.metadata, places,
    )  # fmt: skip
