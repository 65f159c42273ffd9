"""Is what is stored sound?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from index.records import Article
from index.storage.protocol import Storage

_PAGE = 500
"""Articles in memory at once: a limit."""
_UNIT_TOLERANCE = 1e-3
"""Distance from 1 that the length of a vector may have: a judgement, well above rounding."""


def check_articles(storage: Storage, dimensions: int) -> Iterator[str]:
    """Yield what is wrong with articles and passages: checksums, offsets, gaps, vectors."""
    after: str | None = None
    while page := storage.page(_PAGE, after):
        articles = storage.articles([header.id for header in page])
        for header in page:
            article = articles.get(header.id)
            if article is None:
                yield f"article {header.id}: has no text"
                continue
            if hashlib.sha256(article.text.encode()).hexdigest() != header.sha256:
                yield f"article {header.id}: the text does not match its checksum"
            yield from _check_places(article)
            yield from _check_passages(storage, header.id, article.text, dimensions)
        after = page[-1].id


def _check_places(article: Article) -> Iterator[str]:
    if article.places and not 0 <= article.places[0].start <= article.places[-1].start < len(article.text):
        yield f"article {article.id}: a page or section begins outside of the text"
    if any(place.page is not None and place.page < 1 for place in article.places):
        yield f"article {article.id}: a page has a number below 1"


def _check_passages(storage: Storage, article_id: str, text: str, dimensions: int) -> Iterator[str]:
    numbers = storage.passages_of([article_id]).get(article_id, [])
    passages = storage.passages(numbers)
    covered = 0
    for number in numbers:
        passage = passages[number]
        if text[passage.start : passage.end] != passage.text:
            yield f"article {article_id}: passage {number} is not the slice {passage.start}:{passage.end}"
        if passage.header is not None and not 0 <= passage.header[0] < passage.header[1] <= len(text):
            yield f"article {article_id}: the table's header of passage {number} lies outside of the text"
        if text[covered : passage.start].strip():
            yield f"article {article_id}: no passage holds the text from {covered} to {passage.start}"
        covered = max(covered, passage.end)
    if text[covered:].strip():
        yield f"article {article_id}: no passage holds the text from {covered} on"
    for number, vector in storage.vectors(numbers).items():
        if len(vector) != dimensions:
            yield f"article {article_id}: the vector of passage {number} has {len(vector)} dimensions, not {dimensions}"
        elif abs(float(np.linalg.norm(vector)) - 1.0) > _UNIT_TOLERANCE:
            yield f"article {article_id}: the vector of passage {number} has not unit length"


def check_reindex(storage: Storage) -> Iterator[str]:
    """Yield what is wrong with the vectors of an unfinished reindex."""
    unfinished = storage.reindex()
    for number, vector in storage.reindexed():
        if unfinished is not None and len(vector) != unfinished.model.dimensions:
            yield f"the unfinished reindex: the vector of passage {number} has {len(vector)} dimensions"
        elif abs(float(np.linalg.norm(vector)) - 1.0) > _UNIT_TOLERANCE:
            yield f"the unfinished reindex: the vector of passage {number} has not unit length"
