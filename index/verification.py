"""Is what is stored sound, and do the indexes hold just that?"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from index.search.text import LexicalView
from index.search.vectors import DenseView
from index.storage.sqlite.replacement import Replacement
from index.storage.sqlite.store import Store

_PAGE = 500
_UNIT_TOLERANCE = 1e-3


def check_articles(store: Store, dimensions: int) -> Iterator[str]:
    """Yield what is wrong with articles and passages: checksums, offsets, gaps, vectors."""
    after: str | None = None
    while page := store.headers(_PAGE, after):
        for header in page:
            article = store.article(header.id)
            if article is None:
                yield f"article {header.id}: has no text"
                continue
            if hashlib.sha256(article.text.encode()).hexdigest() != header.sha256:
                yield f"article {header.id}: the text does not match its checksum"
            yield from _check_passages(store, header.id, article.text, dimensions)
        after = page[-1].id


def _check_passages(store: Store, article_id: str, text: str, dimensions: int) -> Iterator[str]:
    numbers = store.passages_of(article_id)
    passages = store.passages(numbers)
    covered = 0
    for number in numbers:
        passage = passages[number]
        if text[passage.start : passage.end] != passage.text:
            yield f"article {article_id}: passage {number} is not the slice {passage.start}:{passage.end}"
        if text[covered : passage.start].strip():
            yield f"article {article_id}: no passage holds the text from {covered} to {passage.start}"
        covered = max(covered, passage.end)
    if text[covered:].strip():
        yield f"article {article_id}: no passage holds the text from {covered} on"
    for number, vector in store.vectors(numbers).items():
        if len(vector) != dimensions:
            yield f"article {article_id}: the vector of passage {number} has {len(vector)} dimensions, not {dimensions}"
        elif abs(float(np.linalg.norm(vector)) - 1.0) > _UNIT_TOLERANCE:
            yield f"article {article_id}: the vector of passage {number} has not unit length"


def check_replacement(replacement: Replacement) -> Iterator[str]:
    """Yield what is wrong with the vectors of an unfinished reindex."""
    target = replacement.target()
    for number, vector in replacement.vectors():
        if target is not None and len(vector) != target.record.dimensions:
            yield f"the unfinished reindex: the vector of passage {number} has {len(vector)} dimensions"
        elif abs(float(np.linalg.norm(vector)) - 1.0) > _UNIT_TOLERANCE:
            yield f"the unfinished reindex: the vector of passage {number} has not unit length"


def check_indexes(store: Store, dense: DenseView, lexical: LexicalView) -> Iterator[str]:
    """Yield where the indexes differ from the store; deleting the folder of an index has it built anew."""
    blocks = [numbers for numbers, _vectors in store.vectors_after(0)]
    stored = np.concatenate(blocks) if blocks else np.empty(0, dtype=np.int64)
    held = dense.alive_numbers()
    if not np.array_equal(held, stored):
        yield f"the vector index holds {len(held)} passages, the store {len(stored)}; delete the folder `dense`"
    passages = store.counts().passages
    if lexical.count_all() != passages:
        yield f"the text index holds {lexical.count_all()} passages, the store {passages}; delete the folder `lexical`"
    if lexical.change != store.change():
        yield f"the text index is at change {lexical.change}, the store at {store.change()}"
