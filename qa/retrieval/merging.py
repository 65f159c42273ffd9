"""Merges passages of one article that touch: they repeat a sentence, and nobody wants to read it twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from qa.retrieval.hits import Hit


def merge_touching(hits: Iterable[Hit], limit: int, max_per_article: int) -> list[Hit]:
    """Return the first `limit` passages, best first, each merged with the passages that join it.

    An article gets at most `max_per_article` passages, and only as many of its best passages are merged: a further one
    that touches a kept passage is left out, so that no passage grows by text that matters little.
    """
    kept: list[Hit] = []
    seen: Counter[str] = Counter()
    for hit in hits:
        article = hit.passage.article.id
        seen[article] += 1
        row = next((row for row, other in enumerate(kept) if other.joins(hit)), None)
        if row is not None:
            if seen[article] > max_per_article:
                continue
            merged = kept[row].merged_with(hit)
            while bridged := next((other for other in kept[row + 1 :] if other.joins(merged)), None):
                merged = merged.merged_with(bridged)
                kept.remove(bridged)
            kept[row] = merged
        elif sum(other.passage.article.id == article for other in kept) >= max_per_article:
            continue
        elif len(kept) < limit:
            kept.append(hit)
        else:
            break
    return kept
