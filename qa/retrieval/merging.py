"""Passages of one article that touch become one: they repeat a sentence, and nobody wants to read it twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from index.records import ArticleHeader, Passage
from qa.answers import Quote
from qa.evidence.quoting import SECOND_QUOTE, ReadCandidate
from qa.retrieval.ranking import Scored

LONGEST = 1_500
"""Code points of a merged passage at most, about two passages: more is no passage any more."""


@dataclass(frozen=True, slots=True)
class Found:
    """A passage on its way to being cited, with what ranking and reading said of it, and who else prints it."""

    scored: Scored
    passage: Passage
    read: ReadCandidate
    also_in: tuple[ArticleHeader, ...] = ()

    def scored_as(self, score: float) -> Found:
        """Return it with another score."""
        return replace(self, scored=replace(self.scored, score=score))

    def joins(self, other: Found) -> bool:
        """Whether both are of one article, overlap or border on each other, and are not too long together."""
        one, two = self.passage, other.passage
        touch = one.article.id == two.article.id and one.start <= two.end and two.start <= one.end
        return touch and max(one.end, two.end) - min(one.start, two.start) <= LONGEST

    def merged_with(self, other: Found) -> Found:
        """Return both as one passage; number, scores and ranks stay those of this one, which ranks higher."""
        first, last = sorted((self.passage, other.passage), key=lambda passage: passage.start)
        text = first.text + last.text[first.end - last.start :] if last.end > first.end else first.text
        passage = replace(self.passage, start=first.start, end=max(first.end, last.end), text=text)
        also_in = {article.id: article for article in (*self.also_in, *other.also_in)}
        return replace(
            self,
            passage=passage,
            read=replace(
                self.read,
                quotes=_strongest_apart((*self.read.quotes, *other.read.quotes)),
                sentences=tuple({**dict(other.read.sentences), **dict(self.read.sentences)}.items()),
            ),
            also_in=tuple(also_in.values()),
        )


def merge_touching(found: Iterable[Found], limit: int, max_per_article: int) -> list[Found]:
    """Return the first `limit` passages, best first, each with those that join it.

    At most `max_per_article` passages of one article are returned. As many of its best passages are joined; a further
    one that touches what is kept is left out, so that a passage does not grow by what matters little.
    """
    kept: list[Found] = []
    seen: Counter[str] = Counter()
    for one in found:
        article = one.passage.article.id
        seen[article] += 1
        row = next((row for row, other in enumerate(kept) if other.joins(one)), None)
        if row is not None:
            if seen[article] > max_per_article:
                continue
            merged = kept[row].merged_with(one)
            while bridged := next((other for other in kept[row + 1 :] if other.joins(merged)), None):
                merged = merged.merged_with(bridged)
                kept.remove(bridged)
            kept[row] = merged
        elif sum(other.passage.article.id == article for other in kept) >= max_per_article:
            continue
        elif len(kept) < limit:
            kept.append(one)
        else:
            break
    return kept


def _strongest_apart(quotes: Sequence[tuple[Quote, float]]) -> tuple[tuple[Quote, float], ...]:
    """Return the quotes that a passage would have as one, best first; of those that overlap only the strongest."""
    ordered = sorted(quotes, key=lambda item: -item[1])
    kept: list[tuple[Quote, float]] = []
    for quote, strength in ordered:
        if strength >= SECOND_QUOTE * ordered[0][1] and not any(quote.overlaps(other) for other, _strength in kept):
            kept.append((quote, strength))
    return tuple(kept)
