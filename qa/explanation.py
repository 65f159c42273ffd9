"""Why a question was answered as it was: what is known of its words, and what each candidate got on the way."""

from __future__ import annotations

from collections.abc import Sequence

from index.search.protocol import SearchView
from qa.answers import CitedPassage, ExplainedCandidate, Explanation
from qa.retrieval.hits import Hit
from qa.retrieval.ranking import Query


def explain(
    query: Query, view: SearchView, judged: Sequence[Hit], cited: Sequence[CitedPassage], threshold: float | None
) -> Explanation:
    """Return the explanation of an answer.

    Args:
        query: the question.
        view: what was searched.
        judged: the candidates whose sentences were read.
        cited: the passages of the answer.
        threshold: the least confidence of an answer; None without a calibration.
    """
    known = view.statistics(query.terms)
    words = known.folded or known.pairs
    ordered = sorted(judged, key=lambda hit: (-hit.candidate.fused, hit.candidate.number))
    return Explanation(
        unknown_words=tuple(word for word, passages in words.items() if passages == 0),
        threshold=threshold,
        candidates=tuple(
            ExplainedCandidate(
                rank=_rank_of(hit, cited),
                article_id=hit.passage.article.id,
                start=hit.passage.start,
                end=hit.passage.end,
                dense=hit.candidate.dense,
                lexical=hit.candidate.lexical,
                fused=hit.candidate.fused,
                strength=hit.evidence.strength,
            )
            for hit in ordered
        ),
    )


def _rank_of(hit: Hit, cited: Sequence[CitedPassage]) -> int | None:
    """Return the rank of the cited passage that holds a candidate: itself, or one that it was merged into."""
    passage = hit.passage
    return next(
        (
            one.rank
            for one in cited
            if one.passage.article.id == passage.article.id
            and one.passage.start <= passage.start
            and passage.end <= one.passage.end
        ),
        None,
    )
