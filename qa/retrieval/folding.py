"""Reprints folded together: five papers that print one wire are one citation with five sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from qa.similarity.near_duplicates import Wording, near_duplicate, runs_of, wording_of, words_of

_SAME_PASSAGE_SHARE = 0.5
"""Share of the shorter passage's runs of words that the other has: reprints may be cut at other places, and one quote
that two articles share is less."""


@dataclass(frozen=True, slots=True)
class PrintedPassage:
    """A passage that may be cited: its number, its article and its text."""

    number: int
    article_id: str
    text: str


@dataclass(frozen=True, slots=True)
class FoldedPassage:
    """A passage that is kept, with the other articles that print it, best first."""

    number: int
    article_id: str
    also_in: tuple[str, ...]


def fold_reprints(candidates: Sequence[PrintedPassage], text_of: Callable[[str], str]) -> list[FoldedPassage]:
    """Return the candidates that are kept, in order, each with the articles of those folded into it.

    A candidate is folded into the first one kept before it that has the same text, where their articles are
    near-duplicates. So a passage that only shares a quotation stays, and so does one of the same article.

    Args:
        candidates: passages best first.
        text_of: returns the text of an article by id; asked only for articles that seem to print one passage.
    """
    wordings: dict[str, Wording] = {}
    reprints: dict[frozenset[str], bool] = {}

    def is_reprint(one: str, other: str) -> bool:
        pair = frozenset((one, other))
        if pair not in reprints:
            for article_id in pair:
                if article_id not in wordings:
                    wordings[article_id] = wording_of(text_of(article_id))
            reprints[pair] = near_duplicate(wordings[one], wordings[other])
        return reprints[pair]

    kept: list[tuple[PrintedPassage, set[str], list[str]]] = []
    for candidate in candidates:
        runs = runs_of(words_of(candidate.text))
        for first, first_runs, also_in in kept:
            if (
                first.article_id != candidate.article_id
                and _same_passage(first_runs, runs)
                and is_reprint(first.article_id, candidate.article_id)
            ):
                if candidate.article_id not in also_in:
                    also_in.append(candidate.article_id)
                break
        else:
            kept.append((candidate, runs, []))
    return [FoldedPassage(first.number, first.article_id, tuple(also_in)) for first, _runs, also_in in kept]


def _same_passage(one: set[str], other: set[str]) -> bool:
    fewer = min(len(one), len(other))
    return fewer > 0 and len(one & other) >= _SAME_PASSAGE_SHARE * fewer
