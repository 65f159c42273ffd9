"""Folds reprints: five papers that print one wire become one citation with five sources."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.similarity.near_duplicates import Wording, near_duplicate, runs_of, wording_of, words_of

_SAME_PASSAGE_SHARE = 0.5
"""Share of the shorter passage's runs of words that the other must hold, a judgement: reprints may be cut into passages
at other places, and one quotation that two articles share is less than half a passage."""

_REMEMBERED = 4096
"""Pairs of articles whose likeness is remembered, 300 bytes each: a limit on memory."""


@dataclass(frozen=True, slots=True)
class PrintedPassage:
    """A passage as one article prints it: its number, its article, its text and the digest of the article's text."""

    number: int
    article_id: str
    text: str
    digest: str = ""


@dataclass(frozen=True, slots=True)
class FoldedPassage:
    """A passage to cite, with the other articles that print it, best first."""

    number: int
    article_id: str
    also_in: tuple[str, ...]


def fold_reprints(
    printed: Sequence[PrintedPassage],
    text_of: Callable[[str], str],
    may_be_same: NDArray[np.bool_] | None = None,
    known: dict[frozenset[str], bool] | None = None,
) -> list[FoldedPassage]:
    """Return the passages to cite, in order, each with the articles of the passages folded into it.

    A passage is folded into the first kept passage with the same text, if their articles are near-duplicates. So a
    passage that only shares a quotation stays, and so does another passage of the same article.

    Args:
        printed: the passages, best first.
        text_of: returns the text of an article by id; called only for articles that seem to print one passage.
        may_be_same: which passages may share enough words to be looked at, shape (passages, passages); None for all,
            see `likeness`.
        known: whether the articles of two digests are near-duplicates, as far as that was found out; more is added.
    """
    wordings: dict[str, Wording] = {}
    removed: set[str] = set()
    reprints = {} if known is None else known
    runs: dict[int, set[str]] = {}

    def is_reprint(one: PrintedPassage, other: PrintedPassage) -> bool:
        pair = frozenset((one.digest or one.article_id, other.digest or other.article_id))
        found = reprints.get(pair)
        if found is None:
            for article_id in (one.article_id, other.article_id):
                if article_id not in wordings:
                    text = text_of(article_id)
                    wordings[article_id] = wording_of(text)
                    if not text:  # removed meanwhile, which says nothing of what it printed
                        removed.add(article_id)
            found = near_duplicate(wordings[one.article_id], wordings[other.article_id])
            if removed.isdisjoint((one.article_id, other.article_id)):
                if len(reprints) >= _REMEMBERED:
                    reprints.clear()
                reprints[pair] = found
        return found

    def is_same(one: int, other: int) -> bool:
        for place in (one, other):
            if place not in runs:
                runs[place] = runs_of(words_of(printed[place].text))
        return _same_passage(runs[one], runs[other])

    before: list[list[int]] = [list(range(place)) for place in range(len(printed))]
    if may_be_same is not None:
        before = [[] for _ in printed]
        for place, first in np.argwhere(np.tril(may_be_same, -1)).tolist():
            before[place].append(first)
    kept: dict[int, list[str]] = {}
    for place, passage in enumerate(printed):
        for first in before[place]:
            article = printed[first].article_id
            if (
                first in kept
                and article != passage.article_id
                and is_same(first, place)
                and is_reprint(printed[first], passage)
            ):
                if passage.article_id not in kept[first]:
                    kept[first].append(passage.article_id)
                break
        else:
            kept[place] = []
    return [
        FoldedPassage(printed[place].number, printed[place].article_id, tuple(also_in))
        for place, also_in in kept.items()
    ]


def _same_passage(one: set[str], other: set[str]) -> bool:
    fewer = min(len(one), len(other))
    return fewer > 0 and len(one & other) >= _SAME_PASSAGE_SHARE * fewer
