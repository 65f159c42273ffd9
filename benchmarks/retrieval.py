"""How often the right article comes first: `python -m benchmarks.retrieval`.

Measures dense, lexical and hybrid search of the real engine on the development sets, beside baselines, prints tables,
and keeps the figures of a full run in `benchmarks/results/`. The weights of the fusion were chosen on these sets, but
for `zalo`, which is kept out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from benchmarks.baselines import bm25, encoders
from benchmarks.bitext import tatoeba
from benchmarks.development_sets import DevelopmentSet, evb, seeds, viquad, viquad_among_news, zalo
from benchmarks.measures import Row, measure, table
from benchmarks.provenance import save
from index.corpus import Corpus
from index.models.encoder import BUILTIN_MODEL, Encoder
from index.models.loading import load_encoder
from index.search.protocol import MODES
from qa.engine import Engine
from qa.evaluation.measures import Comparison, Figures, evaluate

SETS = ("zalo", "viquad", "news", "evb", "tatoeba", "seeds")
_QUICK_STEP = 10
_SEEDS = Path(__file__).parent.parent / "seeds"


class Benchmark:
    """The rows and comparisons of one run; prints what it is doing to standard error."""

    def __init__(self, data: Path, encoder: Encoder, baselines: dict[str, Encoder], step: int = 1) -> None:
        """Measure `encoder` beside `baselines` on one question in `step` of the sets below `data`."""
        self._data = data
        self._encoder = encoder
        self._baselines = baselines
        self._step = step
        self.rows: list[Row] = []
        self.comparisons: dict[str, Comparison] = {}

    def run(self, sets: Sequence[str]) -> None:
        """Measure the sets of these names."""
        measures: dict[str, Callable[[], None]] = {
            "zalo": lambda: self._ask([zalo(self._data)], self._words()),
            "viquad": self._viquad,
            "news": lambda: self._ask([viquad_among_news(self._data)], self._words()),
            "evb": self._evb,
            "tatoeba": self._tatoeba,
            "seeds": lambda: self._ask([_answerable(seeds(_SEEDS))], self._all()),
        }
        for name in sets:
            started = time.monotonic()
            measures[name]()
            print(f"{name}: {time.monotonic() - started:.0f} seconds", file=sys.stderr)

    def _viquad(self) -> None:
        plain = viquad(self._data)
        self._ask([plain, plain.without_accents()], self._all())

    def _evb(self) -> None:
        for one in evb(self._data):
            self._ask([one], self._all())

    def _tatoeba(self) -> None:
        found = [
            row
            for system, encoder in {"dense": self._encoder, **self._baselines}.items()
            for row in tatoeba(self._data, encoder, system)
        ]
        self.rows.extend(sorted(found, key=lambda row: row.set))

    def _words(self) -> dict[str, Callable[[DevelopmentSet], list[list[str]]]]:
        """Return the baseline that is quick on many articles."""
        return {bm25.NAME: lambda one: bm25.rankings(one.articles, [asked.question for asked in one.questions])}

    def _all(self) -> dict[str, Callable[[DevelopmentSet], list[list[str]]]]:
        def ranking(encoder: Encoder) -> Callable[[DevelopmentSet], list[list[str]]]:
            return lambda one: encoders.rankings(encoder, one.articles, [asked.question for asked in one.questions])

        return {**self._words(), **{name: ranking(encoder) for name, encoder in self._baselines.items()}}

    def _ask(
        self, sets: Sequence[DevelopmentSet], baselines: dict[str, Callable[[DevelopmentSet], list[list[str]]]]
    ) -> None:
        """Measure sets that share their articles, with our engine and with baselines."""
        with tempfile.TemporaryDirectory() as folder, Corpus.open(Path(folder), self._encoder) as corpus:
            for outcome in corpus.add(sets[0].articles):
                if outcome.error is not None:
                    raise outcome.error
            for one in (one.every(self._step) for one in sets):
                rows, comparison = ours(Engine(corpus), one)
                self.rows.extend(rows)
                if comparison is not None:
                    self.comparisons[one.name] = comparison
                right = [asked.article_ids or () for asked in one.questions]
                self.rows.extend(measure(one.name, name, right, rank(one)) for name, rank in baselines.items())


def ours(engine: Engine, one: DevelopmentSet) -> tuple[list[Row], Comparison | None]:
    """Ask every question of a set whose articles `engine` holds, in every mode; none of them unanswerable."""
    everything, *_slices = evaluate(engine, one.questions)
    return [_row(one.name, mode, everything.figures[mode]) for mode in MODES], everything.comparison


def _row(name: str, mode: str, figures: Figures) -> Row:
    at = figures.success_at
    values = (at[1], at[5], at[10], figures.reciprocal_rank, figures.ndcg)
    first, five, ten, reciprocal_rank, ndcg = (0.0 if value is None else value for value in values)
    return Row(name, mode, figures.questions, first, five, ten, reciprocal_rank, ndcg, figures.first_quote)


def _answerable(one: DevelopmentSet) -> DevelopmentSet:
    return replace(one, questions=tuple(asked for asked in one.questions if asked.article_ids is not None))


def report(rows: Sequence[Row], comparisons: dict[str, Comparison], notes: Sequence[str]) -> Iterator[str]:
    """Yield the paragraphs of the result in Markdown."""
    yield table(rows)
    yield "Hybrid minus the better of its halves, R@1, with a 95 % paired bootstrap interval:"
    yield (
        "\n".join(
            f"- {name}: {c.difference:+.3f} ({c.low:+.3f} to {c.high:+.3f}) against {c.better_half}"
            + (" **below it**" if c.high < 0 else "")
            for name, c in comparisons.items()
        )
        or "- nothing to compare"
    )
    if notes:
        yield "\n".join(f"- {note}" for note in notes)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the development sets")
    parser.add_argument("--model", default=BUILTIN_MODEL)
    parser.add_argument("--sets", nargs="+", choices=SETS, default=SETS, help="only these; not kept")
    parser.add_argument("--quick", action="store_true", help="a tenth of the questions, no news, no models; not kept")
    parser.add_argument("--no-baselines", action="store_true", help="leave other models out; not kept")
    given = parser.parse_args()
    sets = [name for name in given.sets if not (given.quick and name == "news")]
    baselines, notes = ({}, []) if given.quick or given.no_baselines else encoders.available()
    benchmark = Benchmark(given.data, load_encoder(given.model), baselines, _QUICK_STEP if given.quick else 1)
    benchmark.run(sets)
    print("\n\n".join(report(benchmark.rows, benchmark.comparisons, notes)))
    if given.quick or given.no_baselines or tuple(given.sets) != SETS:
        print("\nnot kept: only a part was measured")
        return
    content = {
        "model": given.model,
        "left_out": notes,
        "rows": [asdict(row) for row in benchmark.rows],
        "hybrid_minus_better_half": {name: asdict(c) for name, c in benchmark.comparisons.items()},
    }
    print(f"\nkept in {save('retrieval', content)}")


if __name__ == "__main__":
    main()
