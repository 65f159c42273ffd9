"""What the shipped corpus is expected to give, by language and style: `python -m benchmarks.expected_seeds` renews it.

A test compares. It fails when the engine has become worse than the file by more than a tolerance, and when it has
become better by more: then renew the file, so that what was gained is kept.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.development_sets import seeds
from index.corpus import Corpus
from index.models.encoder import Encoder
from index.models.loading import load_encoder
from qa.engine import Engine
from qa.evaluation.measures import Group, evaluate

FILE = Path(__file__).with_suffix(".json")
SEEDS = Path(__file__).parent.parent / "seeds"
_TOLERATED_QUESTIONS = 2.0
_TOLERATED_SHARE = 0.03

Expected = dict[str, dict[str, dict[str, float]]]
"""Group of questions → mode → measure → value, 0 to 1; `questions` is a number of questions."""


def measured(encoder: Encoder) -> Expected:
    """Ask every question of `seeds/` in every mode."""
    one = seeds(SEEDS)
    with tempfile.TemporaryDirectory() as folder, Corpus.open(Path(folder), encoder) as corpus:
        for outcome in corpus.add(one.articles):
            if outcome.error is not None:
                raise outcome.error
        return _values(evaluate(Engine(corpus), [asked for asked in one.questions if asked.article_ids is not None]))


def _values(groups: Sequence[Group]) -> Expected:
    found: Expected = {}
    for group in groups:
        found[group.name] = {}
        for mode, figures in group.figures.items():
            values = {
                "success_at_1": figures.success_at[1],
                "success_at_10": figures.success_at[10],
                "reciprocal_rank": figures.reciprocal_rank,
                "first_quote": figures.first_quote,
            }
            known = {name: round(value, 4) for name, value in values.items() if value is not None}
            found[group.name][mode] = {"questions": figures.questions, **known}
    return found


def differences(expected: Expected, found: Expected) -> list[str]:
    """Return a line for each value that differs by more than two questions and three in a hundred."""
    lines = [f"{group}: not in both" for group in sorted(expected.keys() ^ found.keys())]
    for group in expected.keys() & found.keys():
        for mode, values in expected[group].items():
            for name, value in values.items():
                now = found[group][mode].get(name, 0.0)
                tolerated = (
                    0.0 if name == "questions" else max(_TOLERATED_SHARE, _TOLERATED_QUESTIONS / values["questions"])
                )
                if abs(now - value) > tolerated + 1e-9:
                    lines.append(f"{group}, {mode}, {name}: expected {value:.3f} ± {tolerated:.3f}, found {now:.3f}")
    return sorted(lines)


def main() -> None:
    """Write the file anew."""
    before: Expected = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    found = measured(load_encoder())
    FILE.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"wrote {FILE.name}", *differences(before, found), sep="\n")


if __name__ == "__main__":
    main()
