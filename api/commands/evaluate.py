"""`hoidap eval`: measures the answers to questions whose right articles are known."""

from __future__ import annotations

import json as json_format
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from api.assembly import engine_with
from api.commands.options import Json, Model, RerankerName, settings_with
from api.opening import open_corpus
from index.corpus import Corpus
from index.errors import EncodingError, ReadError
from index.models.loading import load_encoder
from index.readers.json_values import parse_json
from index.readers.walking import ReadFailure, read_path
from index.records import Draft
from index.search.protocol import MODES
from index.storage.opening import recorded_model
from qa.engine import Engine
from qa.errors import InvalidEvaluation
from qa.evaluation.calibration_fitting import calibrate as fit
from qa.evaluation.measures import EvaluationQuestion, Figures, Group
from qa.evaluation.measures import evaluate as run

_TEXTS = ("question", "answer", "language", "style")
_KEYS = (*_TEXTS, "article_ids", "answer_start")


def evaluate(
    articles: Annotated[
        Path, typer.Option("--articles", help="File or folder of articles, in any format that `ingest` reads.")
    ],
    questions: Annotated[Path, typer.Option("--questions", help="JSONL file of questions with their article_ids.")],
    json: Json = False,
    model: Model = None,
    reranker: RerankerName = None,
    calibrate: Annotated[
        Path | None,
        typer.Option(
            "--calibrate", help="Data folder of a corpus: also fit confidence to these questions, and store it there."
        ),
    ] = None,
) -> None:
    """Measure answers on your own articles and questions, in a temporary corpus.

    A question is {"question", "article_ids": [...] or null if no article answers it, "answer"?, "answer_start"?,
    "language"?, "style"?}. The table has rows for words alone, vectors alone and both. It shows the share of questions
    with a right article among the first 1, 5 and 10, the mean reciprocal rank, nDCG, and how often the first quotation
    holds the answer.

    --calibrate fits confidence to your own model and articles. It needs 50 questions with an answer. A running server
    uses it from its next answer on.
    """
    asked = list(read_questions(questions))
    if not asked:
        raise InvalidEvaluation(str(questions), "holds no question")
    if calibrate is not None and recorded_model(calibrate) is None:
        raise InvalidEvaluation(str(calibrate), "holds no corpus to calibrate; name the data folder of one")
    settings = settings_with(calibrate, model, reranker)
    with ExitStack() as opened:
        target = None if calibrate is None else opened.enter_context(open_corpus(settings))
        encoder = load_encoder(settings.model, bfloat16=settings.bfloat16) if target is None else target.encoder
        folder = opened.enter_context(tempfile.TemporaryDirectory(prefix="hoidap-eval-"))
        corpus = opened.enter_context(Corpus.open(Path(folder), encoder))
        for outcome in corpus.add(_drafts(articles)):
            if outcome.error is not None:
                raise outcome.error
        _check_ids(corpus, asked, questions)
        engine = engine_with(settings, corpus)
        if target is not None:
            fitted = fit(engine, asked, _progress_of(len(asked)))
            engine.adopt(fitted)
            Engine(target, reranker=engine.reranker).adopt(fitted)
        groups = run(engine, asked, _progress_of(len(asked)))
    if json:
        typer.echo(json_format.dumps([asdict(group) for group in groups], ensure_ascii=False, indent=2))
    else:
        typer.echo(table(groups))


def read_questions(file: Path) -> Iterator[EvaluationQuestion]:
    """Yield the questions of a JSONL file.

    Raises:
        InvalidEvaluation: a line is not a valid question.
        ReadError: the file cannot be read.
    """
    try:
        lines = file.read_bytes().split(b"\n")
    except OSError as error:
        raise ReadError(str(file), error.strerror or str(error)) from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            origin = f"{file}:{number}"
            try:
                yield _question(parse_json(line, origin), origin)
            except EncodingError as error:
                raise InvalidEvaluation(origin, error.reason) from error


def _question(record: object, origin: str) -> EvaluationQuestion:
    if not isinstance(record, dict):
        raise InvalidEvaluation(origin, "expected an object with a question")
    unknown = [key for key in record if key not in _KEYS]
    if unknown:
        raise InvalidEvaluation(origin, f"unknown key {unknown[0]!r}; known are {', '.join(_KEYS)}")
    for key in _TEXTS:
        if record.get(key) is not None and not isinstance(record[key], str):
            raise InvalidEvaluation(origin, f"{key}: expected text")
    if not record.get("question"):
        raise InvalidEvaluation(origin, "question: is required")
    if "article_ids" not in record:
        raise InvalidEvaluation(origin, "article_ids: is required; null for a question that no article answers")
    ids = record["article_ids"]
    if ids is not None and not (isinstance(ids, list) and ids and all(isinstance(item, str) for item in ids)):
        raise InvalidEvaluation(origin, "article_ids: expected a list of ids, or null")
    start = record.get("answer_start")
    if start is not None and (not isinstance(start, int) or isinstance(start, bool) or start < 0):
        raise InvalidEvaluation(origin, "answer_start: expected an offset")
    texts = {key: record.get(key) for key in _TEXTS[1:]}
    if not (texts["answer"] or "").strip():
        texts["answer"] = None  # every text would hold an empty answer
    return EvaluationQuestion(record["question"], None if ids is None else tuple(ids), answer_start=start, **texts)


def _drafts(articles: Path) -> Iterator[Draft]:
    for item in read_path(articles):
        if isinstance(item, Draft):
            yield item
        elif isinstance(item, ReadFailure):
            raise item.error


def _check_ids(corpus: Corpus, asked: list[EvaluationQuestion], file: Path) -> None:
    """Refuse questions about articles that are missing: a mistyped id would look like a bad answer."""
    wanted = {article_id for question in asked for article_id in question.article_ids or ()}
    known: set[str] = set()
    after: str | None = None
    while page := corpus.storage.page(1000, after):
        known.update(header.id for header in page)
        after = page[-1].id
    missing = sorted(wanted - known)
    if missing:
        raise InvalidEvaluation(str(file), f"no article has the id {missing[0]!r}; {len(missing)} are missing")


def _progress_of(total: int) -> Callable[[int], None]:
    """Return a function that shows progress in one line, if standard error is a terminal."""

    def show(done: int) -> None:
        if sys.stderr.isatty():
            typer.echo(f"\r{done} of {total}" + ("\r\033[K" if done == total else ""), err=True, nl=False)

    return show


def table(groups: list[Group]) -> str:
    """Return the figures as a Markdown table."""
    lines = [
        "| questions | n | mode | S@1 | S@5 | S@10 | MRR | nDCG@10 | first quote | answered | refused |",
        "|---|---:|---|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for group in groups:
        for mode in MODES:
            lines.append(f"| {group.name} | {group.figures[mode].questions} | {mode} | {_row(group.figures[mode])} |")
    lines.append("")
    lines.append("Hybrid minus the better of its halves, S@1, with a 95 % paired bootstrap interval:")
    lines.append("")
    for group in groups:
        c = group.comparison
        if c is not None:
            lines.append(f"- {group.name}: {c.difference:+.3f} ({c.low:+.3f} to {c.high:+.3f}) against {c.better_half}")
    return "\n".join(lines)


def _row(figures: Figures) -> str:
    values = (
        *(figures.success_at[k] for k in (1, 5, 10)),
        figures.reciprocal_rank,
        figures.ndcg,
        figures.first_quote,
        figures.answered,
        figures.refused,
    )
    return " | ".join("–" if value is None else f"{value:.3f}" for value in values)
