"""A passage on its way to being cited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from index.records import ArticleHeader, Passage
from qa.answers import Quote
from qa.evidence.judge import SECOND_QUOTE, PassageEvidence, Quoted
from qa.retrieval.ranking import Candidate

LONGEST = 1_500
"""Most code points of a merged passage, about two passages: a judgement, a longer text is no passage any more."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that the search found.

    Attributes:
        candidate: its number, its scores and its ranks.
        passage: its text and where that stands.
        evidence: how well its sentences answer.
        also_in: other articles that print it.
    """

    candidate: Candidate
    passage: Passage
    evidence: PassageEvidence
    also_in: tuple[ArticleHeader, ...] = ()

    def with_score(self, score: float) -> Hit:
        """Return this hit with another score."""
        was = self.candidate
        candidate = Candidate(was.number, score, was.dense, was.lexical, was.fused, was.explained)
        return Hit(candidate, self.passage, self.evidence, self.also_in)

    def also_printed_by(self, articles: tuple[ArticleHeader, ...]) -> Hit:
        """Return this hit with other articles that print it."""
        return Hit(self.candidate, self.passage, self.evidence, articles) if articles else self

    def joins(self, other: Hit) -> bool:
        """Whether both passages touch or overlap in one article and are short enough together to become one."""
        one, two = self.passage, other.passage
        touch = one.article.id == two.article.id and one.start <= two.end and two.start <= one.end
        return touch and max(one.end, two.end) - min(one.start, two.start) <= LONGEST

    def merged_with(self, other: Hit) -> Hit:
        """Return both passages as one; number, scores and ranks stay those of this hit, which ranks higher."""
        first, last = sorted((self.passage, other.passage), key=lambda passage: passage.start)
        text = first.text + last.text[first.end - last.start :] if last.end > first.end else first.text
        places = {place.start: place for place in (*first.places, *last.places)}
        passage = replace(
            self.passage,
            start=first.start,
            end=max(first.end, last.end),
            text=text,
            places=tuple(places[start] for start in sorted(places)),
            header=first.header,
            header_text=first.header_text,
        )
        also_in = {article.id: article for article in (*self.also_in, *other.also_in)}
        own, further = self.evidence.quoted, other.evidence.quoted
        quoted = Quoted(
            quotes=_strongest_apart((*own.quotes, *further.quotes)),
            sentences=tuple({**dict(further.sentences), **dict(own.sentences)}.items()),
        )
        return replace(
            self,
            passage=passage,
            evidence=replace(self.evidence, quote=lambda: quoted),
            also_in=tuple(also_in.values()),
        )


def _strongest_apart(quotes: Sequence[tuple[Quote, float]]) -> tuple[tuple[Quote, float], ...]:
    """Return the quotes of a merged passage, best first; of quotes that overlap the strongest stays."""
    ordered = sorted(quotes, key=lambda item: -item[1])
    kept: list[tuple[Quote, float]] = []
    for quote, strength in ordered:
        if strength >= SECOND_QUOTE * ordered[0][1] and not any(quote.overlaps(other) for other, _strength in kept):
            kept.append((quote, strength))
    return tuple(kept)
