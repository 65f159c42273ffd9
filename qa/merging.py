"""Passages of one article that touch become one: they repeat a sentence, and nobody wants to read it twice."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from index.records import ArticleHeader, Passage
from qa.answers import Quote
from qa.evidence import ReadCandidate
from qa.ranking import Scored


@dataclass(frozen=True, slots=True)
class Found:
    """A passage on its way to being cited, with what ranking and reading said of it, and who else prints it."""

    scored: Scored
    passage: Passage
    read: ReadCandidate
    also_in: tuple[ArticleHeader, ...] = ()

    def scored_as_read(self) -> Found:
        """Return it with the score that reading gave it."""
        return replace(self, scored=replace(self.scored, score=self.read.share))

    def touches(self, other: Found) -> bool:
        """Whether both are of one article and overlap or border on each other."""
        one, two = self.passage, other.passage
        return one.article.id == two.article.id and one.start <= two.end and two.start <= one.end

    def merged_with(self, other: Found) -> Found:
        """Return both as one passage; number, scores and ranks stay those of this one, which ranks higher."""
        first, last = sorted((self.passage, other.passage), key=lambda passage: passage.start)
        text = first.text + last.text[first.end - last.start :] if last.end > first.end else first.text
        passage = replace(self.passage, start=first.start, end=max(first.end, last.end), text=text)
        quotes = dict(self.read.quotes)
        quotes |= {quote: strength for quote, strength in other.read.quotes if quote not in quotes}
        also_in = {article.id: article for article in (*self.also_in, *other.also_in)}
        return replace(
            self,
            passage=passage,
            read=replace(self.read, quotes=_strongest_first(quotes)),
            also_in=tuple(also_in.values()),
        )


def merge_touching(found: Iterable[Found], limit: int) -> list[Found]:
    """Return the first `limit` passages, best first, each with those that touch it joined to it."""
    kept: list[Found] = []
    for one in found:
        touching = [row for row, other in enumerate(kept) if other.touches(one)]
        if touching:
            first, *others = touching
            kept[first] = kept[first].merged_with(one)
            for row in others:  # which `one` bridges to the first
                kept[first] = kept[first].merged_with(kept[row])
            kept = [other for row, other in enumerate(kept) if row not in others]
        elif len(kept) < limit:
            kept.append(one)
        else:
            break
    return kept


def _strongest_first(quotes: Mapping[Quote, float]) -> tuple[tuple[Quote, float], ...]:
    return tuple(sorted(quotes.items(), key=lambda item: -item[1]))
