"""The fields of the text index, and what a passage holds in each."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache

from index.dates import earliest_instant, wall_instant
from index.reading.searched import Analysed
from index.records import ArticleHeader, Scalar
from index.storage.protocol import PassageText
from index.text.analysis import Terms, analyse

LAYOUT_VERSION = 4
"""Version of the fields, no limit; an index of another layout is rebuilt."""

NUMBER, KIND, REVISION = "number", "kind", "revision"
GENERATION = "generation"
PASSAGE_KIND, MARKER_KIND = "passage", "marker"
ACCENTED, FOLDED, PAIRS, TITLE = "accented", "folded", "pairs", "title"
LANGUAGE, SOURCE, ARTICLE, METADATA = "language", "source", "article", "metadata"
INSTANT, WALL = "instant", "wall"


def texts_of(passage: PassageText, own: Analysed, title: str) -> Iterator[tuple[str, str]]:
    """Yield each field of words or labels with a value; terms are separated by spaces, labels are one term each.

    Args:
        passage: what is indexed.
        own: what is searched of it.
        title: the terms of the title of its article.
    """
    yield from ((ACCENTED, own.accented), (FOLDED, own.folded), (PAIRS, own.pairs))
    yield TITLE, title
    article = passage.article
    yield ARTICLE, article.id
    yield LANGUAGE, article.language
    if article.source is not None:
        yield SOURCE, article.source
    for key, value in article.metadata.items():
        for one in value if isinstance(value, list) else [value]:
            yield METADATA, metadata_term(key, one)


def instants_of(article: ArticleHeader) -> Iterator[tuple[str, float]]:
    """Yield each field of a time with its value, in seconds since 1970."""
    if article.published_at is not None:
        yield INSTANT, earliest_instant(article.published_at)
        yield WALL, wall_instant(article.published_at)


@lru_cache(maxsize=256)
def title_terms(title: str) -> str:
    """Return the terms of a title; all passages of an article share it."""
    terms = analyse(title)
    return " ".join((*terms.folded, *terms.pairs))


def fields(terms: Terms) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the fields of words that a query looks in, with its terms for each."""
    return (ACCENTED, terms.accented), (FOLDED, terms.folded), (PAIRS, terms.pairs)


def metadata_term(key: str, value: Scalar) -> str:
    """Return one text for a key and its value; 1 and 1.0 are the same number, "1" and true are not."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    kind = (
        "text"
        if isinstance(value, str)
        else "bool"
        if isinstance(value, bool)
        else "none"
        if value is None
        else "number"
    )
    return json.dumps([key, kind, value], ensure_ascii=False)
