"""Newer articles first, as far as the caller wants it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from index.dates import earliest_instant
from qa.retrieval.merging import Found

_LEAST = 0.5
"""What is left of the score of an article that is very old or has no date: age shall not hide the only answer."""
_DAY_SECONDS = 86_400.0


def favour_recent(found: Sequence[Found], half_life_days: float, now: float) -> list[Found]:
    """Return passages best first, with scores that age takes up to a half of.

    A score is multiplied by 0.5 + 0.5 × 2^(-age / half-life). An article of the future counts as new.

    Args:
        found: passages with scores of 0 or more.
        half_life_days: after so many days half of what age can take is taken.
        now: seconds since 1970.
    """

    def aged(one: Found) -> Found:
        date = one.passage.article.published_at
        if date is None:
            kept = _LEAST
        else:
            days = max(now - earliest_instant(date), 0.0) / _DAY_SECONDS
            kept = _LEAST + (1.0 - _LEAST) * 2.0 ** (-days / half_life_days)
        return replace(one, scored=replace(one.scored, score=one.scored.score * kept))

    return sorted(map(aged, found), key=lambda one: -one.scored.score)
