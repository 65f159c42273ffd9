"""The answer: the strongest sentences of the best passages, word for word, cited at both ends."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answers import AnswerText, Citation, CitedPassage, Quote

_PASSAGES = 3
"""An answer is cut from so many passages at most."""
SENTENCES = 3
"""An answer has so many sentences at most."""
STRONG_ENOUGH = 0.3
"""A further sentence joins the answer when it is at least so likely as the best one. On ViQuAD an answer then has 1.6
sentences, and holds what was asked for in 73 of 100 instead of 63."""


@dataclass(frozen=True, slots=True)
class QuotedPassage:
    """A cited passage with how likely each of its quotes answers, compared with the best of all, 0 to 1."""

    cited: CitedPassage
    strengths: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class _Part:
    place: int
    quote: Quote
    strength: float


def compose(quoted: Sequence[QuotedPassage]) -> AnswerText | None:
    """Join the strongest quotes of the first passages in reading order; None where there is nothing to quote."""
    parts: dict[tuple[str, int], _Part] = {}
    texts: set[str] = set()
    for place, one in enumerate(quoted[:_PASSAGES]):
        for quote, strength in zip(one.cited.quotes, one.strengths, strict=True):
            key = one.cited.passage.article.id, quote.start
            if key not in parts and quote.text not in texts:  # neighbours share a sentence, reprints all of them
                parts[key] = _Part(place, quote, strength)
                texts.add(quote.text)
    if not parts:
        return None
    ranked = sorted(parts.values(), key=lambda part: -part.strength)[:SENTENCES]
    chosen = [part for part in ranked if part.strength >= STRONG_ENOUGH * ranked[0].strength]
    chosen.sort(key=lambda part: (part.place, part.quote.start))
    citations: list[Citation] = []
    position = 0
    for part in chosen:
        cited, quote = quoted[part.place].cited, part.quote
        end = position + len(quote.text)
        citations.append(Citation(position, end, cited.rank, cited.passage.article.id, quote.start, quote.end))
        position = end + 1
    return AnswerText(" ".join(part.quote.text for part in chosen), tuple(citations))
