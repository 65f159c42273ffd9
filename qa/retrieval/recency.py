"""Newer articles first, as far as the caller wants it."""

from __future__ import annotations

from collections.abc import Sequence

from index.dates import earliest_instant
from qa.arithmetic import DAY_SECONDS
from qa.retrieval.hits import Hit

_LEAST = 0.5
"""Share of its score that a very old article keeps, or one without a date: a judgement, age must not hide the only
answer."""


def favour_recent(hits: Sequence[Hit], half_life_days: float, now: float) -> list[Hit]:
    """Return the hits with scores that fall with age, best first.

    A score is multiplied by 0.5 + 0.5 × 2^(-age / half-life): an article without a date counts as endlessly old, an
    article of the future as new.

    Args:
        hits: passages with scores of 0 or more.
        half_life_days: days after which age has taken half of what it can take.
        now: seconds since 1970.
    """

    def aged(hit: Hit) -> Hit:
        date = hit.passage.article.published_at
        if date is None:
            kept = _LEAST
        else:
            days = max(now - earliest_instant(date), 0.0) / DAY_SECONDS
            kept = _LEAST + (1.0 - _LEAST) * 2.0 ** (-days / half_life_days)
        return hit.with_score(hit.candidate.score * kept)

    return sorted(map(aged, hits), key=lambda hit: -hit.candidate.score)
