"""Rows of the table, and how they are computed from rankings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import ir_measures
from ir_measures import RR, Success, nDCG

DEPTH = 10
_MEASURES = {
    "at_1": Success @ 1,
    "at_5": Success @ 5,
    "at_10": Success @ DEPTH,
    "mrr": RR @ DEPTH,
    "ndcg": nDCG @ DEPTH,
}


@dataclass(frozen=True, slots=True)
class Row:
    """What one system did on one set; means over the questions, 0 to 1.

    Attributes:
        set: name of the set.
        system: what answered: "dense", "lexical" and "hybrid" are ours, other names are baselines.
        questions: how many there are.
        at_1: share with a right article first; `at_5` and `at_10` among the first five and ten.
        mrr: mean of 1 / rank of the first right article among the first ten.
        ndcg: normalised discounted cumulative gain of the first ten.
        first_quote: share whose first quotation holds the answer, where answers are known.
    """

    set: str
    system: str
    questions: int
    at_1: float
    at_5: float
    at_10: float
    mrr: float
    ndcg: float
    first_quote: float | None = None


def measure(name: str, system: str, right: Sequence[Sequence[str]], ranked: Sequence[Sequence[str]]) -> Row:
    """Measure rankings.

    Args:
        name: of the set.
        system: what made the rankings.
        right: the ids of the right articles of each question.
        ranked: the ids that were found for each question, best first.
    """
    judged = {str(n): dict.fromkeys(ids, 1) for n, ids in enumerate(right)}
    # Ranks as scores: equal scores would otherwise be ordered by id.
    found = {str(n): {name: 1.0 / rank for rank, name in enumerate(ids, 1)} for n, ids in enumerate(ranked)}
    values = ir_measures.calc_aggregate(list(_MEASURES.values()), judged, found)
    return Row(name, system, len(right), **{field: float(values[item]) for field, item in _MEASURES.items()})


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines = [
        "| set | questions | system | R@1 | R@5 | R@10 | MRR | nDCG@10 | answer in first quote |",
        "|---|---:|---|---:|---:|---:|---:|---:|---:|",
    ]
    for row in rows:
        values = (row.at_1, row.at_5, row.at_10, row.mrr, row.ndcg, row.first_quote)
        shown = " | ".join("–" if value is None else f"{value:.3f}" for value in values)
        lines.append(f"| {row.set} | {row.questions} | {row.system} | {shown} |")
    return "\n".join(lines)
