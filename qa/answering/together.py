"""One reply to a question of several parts, from the replies to its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain, zip_longest

from qa.answering.parts import Part
from qa.answers import Answer, AnsweredPart, AnswerText, Citation, CitedPassage, Explanation

_Place = tuple[str, int, int]


def shares(limit: int, parts: int) -> Iterator[int]:
    """Yield how many passages each part may show, so that together they show `limit` at most."""
    yield from (limit // parts + (number < limit % parts) for number in range(parts))


def together(question: str, parts: Sequence[Part], answers: Sequence[Answer]) -> Answer:
    """Return the replies to the parts of `question` as one.

    Its passages are theirs, the best of each first, and none twice. Its answer says what answers each part, one below
    the other. It is as sure as the least sure part that is answered.
    """
    passages, ranks = _passages(answers)
    asked = tuple(
        AnsweredPart(part.text, one.answerable, one.confidence, _renumbered(one, ranks))
        for part, one in zip(parts, answers, strict=True)
    )
    answered = [part for part in asked if part.answer is not None]
    sure = [part.confidence for part in answered or asked if part.confidence is not None]
    names = chain(*(one.stages for one in answers))
    return Answer(
        question=question,
        answerable=None if not sure else bool(answered),
        confidence=None if not sure else min(sure) if answered else max(sure),
        answer=_said([part.answer for part in answered if part.answer is not None]),
        passages=passages,
        took_ms=sum(one.took_ms for one in answers),
        stages={name: sum(one.stages.get(name, 0.0) for one in answers) for name in names},
        explanation=_explained(answers, ranks),
        parts=asked,
    )


def _passages(answers: Sequence[Answer]) -> tuple[tuple[CitedPassage, ...], Mapping[_Place, int]]:
    """Return the passages of all, renumbered, and the new rank of each."""
    chosen: dict[_Place, CitedPassage] = {}
    for cited in chain.from_iterable(zip_longest(*(one.passages for one in answers))):
        if cited is not None:
            known = chosen.setdefault(_place(cited), replace(cited, rank=len(chosen) + 1))
            quotes = (*known.quotes, *(quote for quote in cited.quotes if not any(map(quote.overlaps, known.quotes))))
            chosen[_place(cited)] = replace(known, quotes=quotes)
    return tuple(chosen.values()), {place: cited.rank for place, cited in chosen.items()}


def _place(cited: CitedPassage) -> _Place:
    return cited.passage.article.id, cited.passage.start, cited.passage.end


def _renumbered(one: Answer, ranks: Mapping[_Place, int]) -> AnswerText | None:
    if one.answer is None:
        return None
    new = {cited.rank: ranks[_place(cited)] for cited in one.passages}
    return replace(one.answer, citations=tuple(replace(c, passage=new[c.passage]) for c in one.answer.citations))


def _said(texts: Sequence[AnswerText]) -> AnswerText | None:
    """Return texts below one another; what one has said the next ones leave out."""
    text, citations = "", list[Citation]()
    for one in texts:
        said = {_source(citation) for citation in citations}
        separator = "\n" if text else ""
        for citation in one.citations:
            if _source(citation) not in said:
                start = len(text) + len(separator)
                text += separator + one.text[citation.start : citation.end]
                citations.append(replace(citation, start=start, end=len(text)))
                separator = "\n" if "\n" in one.text else " "
    return AnswerText(text, tuple(citations)) if text else None


def _source(citation: Citation) -> _Place:
    return citation.article_id, citation.source_start, citation.source_end


def _explained(answers: Sequence[Answer], ranks: Mapping[_Place, int]) -> Explanation | None:
    explained = [(one, one.explanation) for one in answers if one.explanation is not None]
    if not explained:
        return None
    return Explanation(
        unknown_words=tuple(dict.fromkeys(chain(*(explanation.unknown_words for _one, explanation in explained)))),
        threshold=explained[0][1].threshold,
        candidates=tuple(
            replace(candidate, rank=None if candidate.rank is None else ranks[_place(one.passages[candidate.rank - 1])])
            for one, explanation in explained
            for candidate in explanation.candidates
        ),
    )
