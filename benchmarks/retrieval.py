"""How often the right article comes first: `python -m benchmarks.retrieval`.

Measures dense, lexical and hybrid search of the real engine on the development sets, prints a table, and keeps the
figures in `benchmarks/results/` when the working tree is clean. The weights of the fusion were chosen on these sets.
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from benchmarks.development_sets import DevelopmentSet, evb, viquad
from benchmarks.keeping_results import keep
from index.corpus import Corpus
from index.encoder import BUILTIN_MODEL, Encoder, load_encoder
from qa.engine import MODES, Engine, Mode

_DEPTH = 10
_LIBRARIES = ("faiss-cpu", "numpy", "tantivy", "tokenizers")


@dataclass(frozen=True, slots=True)
class Result:
    """Shares of questions, 0 to 1, of one set in one mode."""

    set: str
    mode: Mode
    questions: int
    recall_at_1: float
    recall_at_10: float
    answer_in_first_quote: float | None


def measure(engine: Engine, questions: DevelopmentSet, mode: Mode) -> Result:
    """Ask every question of a set whose articles `engine` holds."""
    first = among = quoted = 0
    for question in questions.questions:
        answer = engine.ask(question.text, mode=mode, limit=_DEPTH, max_per_article=1)
        ids = [cited.passage.article.id for cited in answer.passages]
        first += bool(ids) and ids[0] in question.article_ids
        among += bool(question.article_ids & set(ids))
        if question.answer is not None and answer.passages and answer.passages[0].quotes:
            quoted += question.answer in answer.passages[0].quotes[0].text
    total = len(questions.questions)
    has_answers = any(question.answer for question in questions.questions)
    return Result(questions.name, mode, total, first / total, among / total, quoted / total if has_answers else None)


def measure_all(data: Path, encoder: Encoder) -> list[Result]:
    """Measure every development set in every mode."""
    on_viquad = viquad(data)
    groups = [[on_viquad, on_viquad.without_accents()], *([one] for one in evb(data))]
    results: list[Result] = []
    for group in groups:
        with tempfile.TemporaryDirectory() as folder, Corpus.open(Path(folder), encoder) as corpus:
            list(corpus.add(group[0].articles))
            engine = Engine(corpus)
            for questions in group:
                results.extend(measure(engine, questions, mode) for mode in MODES)
    return results


def table(results: list[Result]) -> str:
    """Return the results as a Markdown table."""
    lines = ["| set | questions | mode | R@1 | R@10 | answer in first quote |", "|---|---:|---|---:|---:|---:|"]
    for result in results:
        quoted = "–" if result.answer_in_first_quote is None else f"{result.answer_in_first_quote:.3f}"
        lines.append(
            f"| {result.set} | {result.questions} | {result.mode} | {result.recall_at_1:.3f} |"
            f" {result.recall_at_10:.3f} | {quoted} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the development sets")
    parser.add_argument("--model", default=BUILTIN_MODEL)
    given = parser.parse_args()
    results = measure_all(given.data, load_encoder(given.model))
    print(table(results))
    file = keep("retrieval", [asdict(result) for result in results], given.model, _LIBRARIES)
    print(f"\nkept in {file}" if file else "\nnot kept: the working tree has uncommitted changes")


if __name__ == "__main__":
    main()
