"""What all queries share: a connection, and selecting by many keys."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from index.records import ArticleHeader
from index.storage.sqlite.database import Database

HEADER = (
    "articles.id, articles.title, articles.url, articles.source, articles.author, articles.published_at,"
    " articles.language, articles.metadata, articles.sha256, articles.characters"
)
"""The columns that `header_of` reads."""
DATE = "coalesce(published_instant, CAST(strftime('%s', created_at) AS REAL))"
"""When an article was published, or added where that is not known."""
OF_PASSAGES = "passages JOIN articles ON articles.number = passages.article"


class Queries:
    """Queries over one database."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._run = database.run

    def _select_in(self, query: str, keys: Sequence[int] | Sequence[str]) -> list[Any]:
        """Run a query that ends in `IN`. Its text is the same however many keys there are, so it is prepared once."""
        return self._run(f"{query} (SELECT value FROM json_each(?))", (json.dumps(keys),)).fetchall()


def header_of(row: Sequence[Any]) -> ArticleHeader:
    """Return the header that the columns `HEADER` hold."""
    article_id, title, url, source, author, published_at, language, metadata, sha256, characters = row
    values = {} if metadata == "{}" else json.loads(metadata)
    return ArticleHeader(article_id, title, url, source, author, published_at, language, values, sha256, characters)
