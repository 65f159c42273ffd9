"""What a load gave, in few numbers: percentiles, medians of rounds, tables."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Load:
    """What one load of questions gave.

    Attributes:
        clients: how many asked at the same time, each its next question when it had the answer to the last.
        answers: questions answered.
        seconds: from the first question to the last answer.
        p50_ms: median time of an answer; without the first of each client, since those meet an idle server.
        p95_ms: time that 95 of 100 answers take at most.
        p99_ms: time that 99 of 100 answers take at most.
        core_ms: processor time of all processes of the server for each answer.
        errors: how many requests failed, by kind.
    """

    clients: int
    answers: int
    seconds: float
    p50_ms: float
    p95_ms: float
    p99_ms: float
    core_ms: float
    errors: Mapping[str, int] = field(default_factory=dict)

    @property
    def per_second(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds if self.seconds else 0.0

    def to_json(self) -> dict[str, Any]:
        """Return plain values."""
        return {**asdict(self), "per_second": self.per_second}


def percentile(values: Iterable[float], share: float) -> float:
    """Return the least value that at least `share` of the values do not exceed (nearest rank); NaN of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else math.nan


def median_load(rounds: Sequence[Load]) -> Load:
    """Return the load whose every figure is the median over rounds; answers and errors are added up."""
    answers = sum(one.answers for one in rounds)
    errors: Counter[str] = Counter()
    for one in rounds:
        errors.update(one.errors)
    per_second = median(one.per_second for one in rounds)
    return Load(
        clients=rounds[0].clients,
        answers=answers,
        seconds=answers / per_second if per_second else sum(one.seconds for one in rounds),
        p50_ms=median(one.p50_ms for one in rounds),
        p95_ms=median(one.p95_ms for one in rounds),
        p99_ms=median(one.p99_ms for one in rounds),
        core_ms=median(one.core_ms for one in rounds),
        errors=dict(errors),
    )


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table in Markdown, the first column to the left, the others to the right."""
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def shown(value: float | None, digits: int = 3) -> str:
    """Return a number with so many significant digits and without an exponent, as tables show it; a dash for none."""
    if value is None or math.isnan(value):
        return "–"
    if value == 0:
        return "0"
    places = digits - 1 - math.floor(math.log10(abs(value)))
    return f"{round(value, places):,.{max(0, places)}f}"
