"""Composes the answer from the strongest sentences of the best passages, word for word, each with its source.

The row of a table stands on a line of its own, below the header of its table.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.answers import AnswerText, Citation, CitedPassage, Quote

PASSAGES = 3
"""Most passages that an answer is cut from: a judgement."""
SENTENCES = 3
"""Most sentences of an answer: a judgement, an answer stays short."""
STRONG_ENOUGH = 0.3
"""Likelihood from which a further sentence joins the answer, as a share of the best: a judgement."""
STRONG_ENOUGH_ROW = 0.8
"""The same for a further row of a table: a judgement, rows that are not meant are like the one that is."""

SentencePlace = tuple[str, int, int]
"""Which sentence: id of its article, start and end in its text."""


@dataclass(frozen=True, slots=True)
class QuotedPassage:
    """A cited passage with the sentences of its quotes; each has its likelihood as a share of the best of all."""

    cited: CitedPassage
    sentences: tuple[tuple[Quote, float], ...]


@dataclass(frozen=True, slots=True)
class _Part:
    place: int
    article: str
    quote: Quote
    strength: float

    @property
    def sentence(self) -> SentencePlace:
        return self.article, self.quote.start, self.quote.end

    def repeats(self, other: _Part) -> bool:
        """Whether both parts say the same: neighbouring passages share a sentence, reprints share all."""
        one, two = self.quote, other.quote
        if one.text in two.text or two.text in one.text:
            return True
        said = one.overlaps(two) or _says_above(one, two) or _says_above(two, one)
        return self.article == other.article and said

    def with_header_below(self, above: _Part | None) -> tuple[Quote, ...]:
        """Return the quote behind its table's header, which is not said again where the part above has said it."""
        header = self.quote.header
        if header is None or (above is not None and above.article == self.article and _says_above(above.quote, header)):
            return (self.quote,)
        return header, self.quote


def _says_above(row: Quote, other: Quote) -> bool:
    """Whether another quote of the article is the header that is said above a row."""
    return row.header is not None and row.header.overlaps(other)


def compose(
    quoted: Sequence[QuotedPassage],
    may_join: Callable[[SentencePlace, SentencePlace], bool] = lambda _strongest, _further: True,
) -> AnswerText | None:
    """Return the strongest sentences of the first passages in reading order; None when there is nothing to quote.

    Args:
        quoted: the passages, best first.
        may_join: whether a further sentence may join the strongest, however weak that is; see `Joining`.
    """
    parts = [
        _Part(place, one.cited.passage.article.id, quote, strength)
        for place, one in enumerate(quoted[:PASSAGES])
        for quote, strength in one.sentences
    ]
    strongest = max((part.strength for part in parts), default=0.0)
    chosen: list[_Part] = []
    for part in sorted(parts, key=lambda part: -part.strength):
        if part.strength < STRONG_ENOUGH * strongest or len(chosen) == SENTENCES:
            break
        if chosen and chosen[0].quote.is_row and part.quote.is_row and part.strength < STRONG_ENOUGH_ROW * strongest:
            continue
        if chosen and not may_join(chosen[0].sentence, part.sentence):
            continue
        if not any(part.repeats(other) for other in chosen):
            chosen.append(part)
    if not chosen:
        return None
    chosen.sort(key=lambda part: (part.place, part.quote.start))
    text = ""
    citations: list[Citation] = []
    above: _Part | None = None
    for part in chosen:
        for quote in part.with_header_below(above):
            if text:
                text += "\n" if part.quote.is_row or (above is not None and above.quote.is_row) else " "
            rank, start = quoted[part.place].cited.rank, len(text)
            text += quote.text
            citations.append(
                Citation(start, len(text), rank, part.article, quote.start, quote.end, quote.page, quote.section)
            )
        above = part
    return AnswerText(text, tuple(citations))
