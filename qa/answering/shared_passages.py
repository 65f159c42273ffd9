"""The passages of one reply from those of the replies to its parts: none twice, few of one article."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from qa.answers import Answer, CitedPassage

Place = tuple[str, str, int, int]
"""Which passage: id and SHA-256 of its article, start and end in its text."""


def place_of(cited: CitedPassage) -> Place:
    """Return which passage is cited."""
    passage = cited.passage
    return passage.article.id, passage.article.sha256, passage.start, passage.end


def shared_passages(answers: Sequence[Answer], most: int) -> tuple[CitedPassage, ...]:
    """Return the passages of all answers, the best of each first, renumbered.

    What an answer is cut from stays in any case. Of the others those stay out that overlap one of these or a better
    passage of their article, that repeat a text, or that are more of one article than `most`.
    """
    needed = {place_of(cited): cited for one in answers for cited in _needed(one)}
    chosen: dict[Place, CitedPassage] = {}
    for cited in chain.from_iterable(zip_longest(*(one.passages for one in answers))):
        if cited is None:
            continue
        place = place_of(cited)
        if place in chosen:
            chosen[place] = _together(chosen[place], cited)
        elif place in needed or not _is_redundant(cited, [*chosen.values(), *needed.values()], most):
            chosen[place] = replace(cited, rank=len(chosen) + 1)
    return tuple(chosen.values())


def _needed(one: Answer) -> Iterator[CitedPassage]:
    ranks = set() if one.answer is None else {citation.passage for citation in one.answer.citations}
    return (cited for cited in one.passages if cited.rank in ranks)


def _is_redundant(cited: CitedPassage, others: Iterable[CitedPassage], most: int) -> bool:
    own = cited.passage
    passages = {place_of(other): other.passage for other in others}.values()
    of_article = [other for other in passages if other.article.id == own.article.id]
    return (
        len(of_article) >= most
        or any(other.start < own.end and own.start < other.end for other in of_article)
        or any(other.text == own.text for other in passages)
    )


def _together(one: CitedPassage, other: CitedPassage) -> CitedPassage:
    """Return a passage that two parts have found, with the quotations and reprints of both."""
    quotes = (*one.quotes, *(quote for quote in other.quotes if not any(map(quote.overlaps, one.quotes))))
    reprints = {article.id: article for article in (*other.also_in, *one.also_in)}
    return replace(one, quotes=quotes, also_in=tuple(reprints.values()))
