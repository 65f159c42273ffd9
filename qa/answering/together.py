"""One reply to a question of several parts, from the replies to its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import chain

from qa.answering.parts import Part
from qa.answering.shared_passages import Place, place_of, shared_passages
from qa.answers import Answer, AnsweredPart, AnswerText, Citation, CitedPassage, ExplainedCandidate, Explanation


def shares(limit: int, parts: int) -> Iterator[int]:
    """Yield how many passages each part may show, so that together they show `limit` at most."""
    yield from (limit // parts + (number < limit % parts) for number in range(parts))


def together(question: str, parts: Sequence[Part], answers: Sequence[Answer], max_per_article: int) -> Answer:
    """Return the replies to the parts of `question` as one.

    Its answer says what answers each part, one below the other. It is as sure as the least sure part that is answered.
    For its passages see `shared_passages`.
    """
    passages = shared_passages(answers, max_per_article)
    ranks = {place_of(cited): cited.rank for cited in passages}
    asked = tuple(
        AnsweredPart(part.text, one.answerable, one.confidence, _renumbered(one, ranks))
        for part, one in zip(parts, answers, strict=True)
    )
    answered = [part for part in asked if part.answerable]
    sure = [part.confidence for part in answered or asked if part.confidence is not None]
    names = chain(*(one.stages for one in answers))
    return Answer(
        question=question,
        answerable=None if not sure else bool(answered),
        confidence=None if not sure else min(sure) if answered else max(sure),
        answer=_said([part.answer for part in asked if part.answer is not None]),
        passages=passages,
        took_ms=sum(one.took_ms for one in answers),
        stages={name: sum(one.stages.get(name, 0.0) for one in answers) for name in names},
        explanation=_explained([one.explanation for one in answers if one.explanation is not None], passages),
        parts=asked,
    )


def _renumbered(one: Answer, ranks: Mapping[Place, int]) -> AnswerText | None:
    if one.answer is None:
        return None
    new = {cited.rank: ranks.get(place_of(cited), 0) for cited in one.passages}  # all that are cited have a rank
    return replace(one.answer, citations=tuple(replace(c, passage=new[c.passage]) for c in one.answer.citations))


def _said(texts: Sequence[AnswerText]) -> AnswerText | None:
    """Return texts below one another; what one has said the next ones leave out."""
    text, citations = "", list[Citation]()
    for one in texts:
        said: set[object] = {_source(citation) for citation in citations}
        said |= {text[this.start : this.end] for this in citations}
        separator = "\n" if text else ""
        for citation in one.citations:
            own = one.text[citation.start : citation.end]
            if said.isdisjoint((own, _source(citation))):
                start = len(text) + len(separator)
                text += separator + own
                citations.append(replace(citation, start=start, end=len(text)))
                separator = "\n" if "\n" in one.text else " "
    return AnswerText(text, tuple(citations)) if text else None


def _source(citation: Citation) -> tuple[str, int, int]:
    return citation.article_id, citation.source_start, citation.source_end


def _explained(explanations: Sequence[Explanation], passages: Sequence[CitedPassage]) -> Explanation | None:
    """Return the explanations of all parts as one; a candidate of several parts is told of once, at its best."""
    if not explanations:
        return None
    best: dict[tuple[str, int, int], ExplainedCandidate] = {}
    for one in sorted(chain(*(part.candidates for part in explanations)), key=lambda one: -one.fused):
        best.setdefault((one.article_id, one.start, one.end), replace(one, rank=_rank_of(one, passages)))
    words = dict.fromkeys(chain(*(part.unknown_words for part in explanations)))
    return Explanation(tuple(words), explanations[0].threshold, tuple(best.values()))


def _rank_of(one: ExplainedCandidate, passages: Sequence[CitedPassage]) -> int | None:
    """Return the rank of the first cited passage that holds a candidate."""
    holding = (
        cited.rank
        for cited in passages
        if cited.passage.article.id == one.article_id
        and cited.passage.start <= one.start
        and one.end <= cited.passage.end
    )
    return next(holding, None)
