"""Measures answers on questions whose right articles are known.

Measures come from ir-measures, intervals from scipy. Both are imported when an evaluation begins, because nothing else
needs them (the extra `eval`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from index.search.protocol import MODES, Mode
from index.text.normalization import normalize
from qa.answers import Answer
from qa.engine import Engine
from qa.errors import EvaluationUnavailable

_CUTOFFS = (1, 5, 10)
"""Ranks at which success is measured: a judgement, usual in the field."""
_DEPTH = 10
"""Passages asked for, the last cut-off: a limit on time."""
_RESAMPLES = 2000
"""Samples of the bootstrap: a limit on time."""
_CONFIDENCE_LEVEL = 0.95
"""Share of the bootstrap that an interval covers: a judgement, usual in the field."""
_SEED = 0
"""Seed of the bootstrap: a judgement, any other would do."""
ALL = "all"
"""Names the group of all questions."""


_Measure = Callable[[dict[str, int], dict[str, float]], dict[str, float]]


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """A question with its right answer.

    Attributes:
        question: the question.
        article_ids: ids of all articles that answer it; None when none does.
        answer: the answering sentence or words, if known.
        answer_start: offset of these in the text of the first article, if known.
        language: language of the question, to group by.
        style: how it was asked ("unaccented", "paraphrase", …), to group by.
    """

    question: str
    article_ids: tuple[str, ...] | None
    answer: str | None = None
    answer_start: int | None = None
    language: str | None = None
    style: str | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    """Means over the questions of a group in one mode, 0 to 1; None where no question can tell.

    Attributes:
        questions: number of questions, with the unanswerable ones.
        success_at: share of the answerable ones with a right article among the first 1, 5 and 10.
        reciprocal_rank: mean of 1 / rank of the first right article among the first ten.
        ndcg: normalised discounted cumulative gain of the first ten articles.
        first_quote: share whose first quotation holds the answer, or lies in it.
        answered: share of the answerable ones that were answered.
        refused: share of the unanswerable ones that were refused.
    """

    questions: int
    success_at: dict[int, float | None]
    reciprocal_rank: float | None
    ndcg: float | None
    first_quote: float | None
    answered: float | None
    refused: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Success at 1 of hybrid mode minus that of its better half, with a paired bootstrap interval."""

    better_half: Mode
    difference: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Group:
    """The figures of one group of questions, by mode."""

    name: str
    figures: dict[Mode, Figures]
    comparison: Comparison | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The measures of one question in one mode; None for those that the question cannot tell."""

    success: dict[int, float] | None
    reciprocal_rank: float | None
    ndcg: float | None
    first_quote: float | None
    answered: float | None
    refused: float | None


def evaluate(
    engine: Engine, questions: Sequence[EvaluationQuestion], progress: Callable[[int], None] = lambda _done: None
) -> list[Group]:
    """Ask every question in every mode and return the figures: all, then by language, then by style.

    Args:
        engine: the engine to ask.
        questions: the questions to ask it.
        progress: called with the number of questions asked so far.

    Raises:
        EvaluationUnavailable: the extra `eval` is not installed.
    """
    measure = _measures()
    outcomes: dict[Mode, list[_Outcome]] = {mode: [] for mode in MODES}
    for done, question in enumerate(questions, 1):
        for mode in MODES:
            answer = engine.ask(question.question, limit=_DEPTH, max_per_article=1, mode=mode)
            outcomes[mode].append(_outcome(question, answer, measure))
        progress(done)
    groups = []
    for name, rows in _grouped(questions).items():
        own = {mode: [outcomes[mode][row] for row in rows] for mode in MODES}
        groups.append(Group(name, {mode: _mean(own[mode]) for mode in MODES}, _compare(own)))
    return groups


def _grouped(questions: Sequence[EvaluationQuestion]) -> dict[str, list[int]]:
    """Return the positions of the questions of each group: all, each language, each style."""
    groups: dict[str, list[int]] = {ALL: list(range(len(questions)))}
    for kind in ("language", "style"):
        for value in sorted({getattr(question, kind) or "" for question in questions} - {""}):
            groups[f"{kind} {value}"] = [
                row for row, question in enumerate(questions) if getattr(question, kind) == value
            ]
    return groups


def _measures() -> _Measure:
    """Return a function from right articles and ranked articles to the measures of one question."""
    try:
        import ir_measures
        from ir_measures import RR, Success, nDCG
    except ImportError as error:
        raise EvaluationUnavailable("ir-measures") from error
    wanted = [*(Success @ k for k in _CUTOFFS), RR @ _DEPTH, nDCG @ _DEPTH]

    def measure(right: dict[str, int], ranked: dict[str, float]) -> dict[str, float]:
        found = ir_measures.iter_calc(wanted, {"q": right}, {"q": ranked})
        return {str(item.measure): float(item.value) for item in found}

    return measure


def _outcome(question: EvaluationQuestion, answer: Answer, measure: _Measure) -> _Outcome:
    decided = answer.answerable is not None
    if question.article_ids is None:
        return _Outcome(None, None, None, None, None, float(not answer.answerable) if decided else None)
    # Ranks as scores: equal scores would otherwise be ordered by id. Reprints are named beside the one they were folded
    # into.
    named = [article.id for cited in answer.passages for article in (cited.passage.article, *cited.also_in)]
    ranked = {article_id: 1.0 / rank for rank, article_id in enumerate(dict.fromkeys(named), 1)}
    values = measure(dict.fromkeys(question.article_ids, 1), ranked)
    return _Outcome(
        success={k: values[f"Success@{k}"] for k in _CUTOFFS},
        reciprocal_rank=values[f"RR@{_DEPTH}"],
        ndcg=values[f"nDCG@{_DEPTH}"],
        first_quote=None if question.answer is None else float(_quotes(answer, question.answer)),
        answered=float(bool(answer.answerable)) if decided else None,
        refused=None,
    )


def _quotes(answer: Answer, right: str) -> bool:
    """Whether the first quotation holds the right answer or lies in it, white space aside."""
    if not answer.passages or not answer.passages[0].quotes:
        return False
    quote = answer.passages[0].quotes[0].text
    return holds(quote, right) or holds(right, quote)


def holds(text: str, part: str) -> bool:
    """Whether `part` stands in `text`, white space and composition of letters aside."""
    return " ".join(normalize(part).split()) in " ".join(normalize(text).split())


def _mean(outcomes: Sequence[_Outcome]) -> Figures:
    def mean(values: Iterable[float | None]) -> float | None:
        known = [value for value in values if value is not None]
        return float(np.mean(known)) if known else None

    return Figures(
        questions=len(outcomes),
        success_at={k: mean(one.success[k] if one.success else None for one in outcomes) for k in _CUTOFFS},
        reciprocal_rank=mean(one.reciprocal_rank for one in outcomes),
        ndcg=mean(one.ndcg for one in outcomes),
        first_quote=mean(one.first_quote for one in outcomes),
        answered=mean(one.answered for one in outcomes),
        refused=mean(one.refused for one in outcomes),
    )


def _compare(outcomes: dict[Mode, list[_Outcome]]) -> Comparison | None:
    """Return how hybrid mode compares with its better half, question by question."""
    firsts = {
        mode: np.array([one.success[1] for one in own if one.success is not None]) for mode, own in outcomes.items()
    }
    if len(firsts["hybrid"]) < 2:
        return None
    better: Mode = "dense" if firsts["dense"].mean() > firsts["lexical"].mean() else "lexical"
    differences = firsts["hybrid"] - firsts[better]
    if not differences.any():
        return Comparison(better, 0.0, 0.0, 0.0)
    try:
        from scipy.stats import bootstrap
    except ImportError as error:
        raise EvaluationUnavailable("scipy") from error
    interval = bootstrap(
        (differences,),
        np.mean,
        n_resamples=_RESAMPLES,
        confidence_level=_CONFIDENCE_LEVEL,
        method="percentile",
        rng=np.random.default_rng(_SEED),
    ).confidence_interval
    return Comparison(better, float(differences.mean()), float(interval.low), float(interval.high))
