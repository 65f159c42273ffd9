"""`hoidap ask`: a question on the command line."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.options import Data, Json, Model, opened_engine
from api.schemas import AnswerOut
from qa.answers import Answer, CitedPassage
from qa.engine import MODES, Mode
from qa.errors import InvalidQuestion


def ask(
    question: Annotated[str, typer.Argument(help="In any language, Vietnamese with or without accents.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, max=100, help="How many passages.")] = 3,
    mode: Annotated[str, typer.Option("--mode", help=f"One of {', '.join(MODES)}.")] = "hybrid",
    json: Json = False,
    data: Data = None,
    model: Model = None,
) -> None:
    """Answer a question with passages cited to the character."""
    with opened_engine(data, model) as engine:
        answer = engine.ask(question, limit=limit, mode=_mode(mode))
    typer.echo(AnswerOut.of(answer).model_dump_json(indent=2) if json else _text(answer))


def _mode(name: str) -> Mode:
    for mode in MODES:
        if mode == name:
            return mode
    raise InvalidQuestion("mode", f"{name!r} is none of {', '.join(MODES)}")


def _text(answer: Answer) -> str:
    if not answer.passages:
        return "Nothing in these articles matches the question."
    parts = [answer.answer.text] if answer.answer else []
    parts.extend(_passage(passage) for passage in answer.passages)
    return "\n\n".join(parts)


def _passage(cited: CitedPassage) -> str:
    passage = cited.passage
    article = passage.article
    about = ", ".join(part for part in (article.source, article.author, article.published_at) if part)
    lines = [f"[{cited.rank}] {article.title or article.id}" + (f" ({about})" if about else "")]
    lines.append(f"    {article.id} {passage.start}-{passage.end}, score {cited.score:.2f}")
    lines.extend(f"    {quote.start}-{quote.end}: “{' '.join(quote.text.split())}”" for quote in cited.quotes)
    if article.url:
        lines.append(f"    {article.url}")
    return "\n".join(lines)
