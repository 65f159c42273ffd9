"""`hoidap ask`: answers a question."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from api.commands.options import Data, Json, Model, RerankerName, opened_engine
from api.commands.places import in_brackets
from api.schemas.answers import AnswerOut
from index.places import page_and_section
from index.search.protocol import Mode
from qa.answers import Answer, CitedPassage, Explanation, SideScore

_MARKS = ("«", "»")
_MARKS_ON_TERMINAL = ("\033[1m", "\033[0m")


def ask(
    question: Annotated[str, typer.Argument(help="Question in any language; Vietnamese may lack accents.")],
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Number of passages.")] = 3,
    mode: Annotated[
        Mode, typer.Option("--mode", help="Search by words and vectors together, by vectors only, or by words only.")
    ] = "hybrid",
    explain: Annotated[
        bool, typer.Option("--explain", help="Show also where the time went, and what each candidate got.")
    ] = False,
    json: Json = False,
    data: Data = None,
    model: Model = None,
    reranker: RerankerName = None,
) -> None:
    """Answer a question and show the passages, cited to the character."""
    with opened_engine(data, model, reranker) as engine:
        answer = engine.ask(question, limit=limit, mode=mode, explain=explain)
    typer.echo(AnswerOut.of(answer).json_text(indent=2) if json else in_words(answer, sys.stdout.isatty()))


def in_words(answer: Answer, colour: bool) -> str:
    """Return an answer with its passages as people read it; with `colour`, for a terminal."""
    parts = [_verdict(answer)] if answer.passages else ["Nothing in these articles matches the question."]
    parts.extend(_passage(passage, colour) for passage in answer.passages)
    if answer.explanation is not None:
        parts.append(_explanation(answer.explanation, answer))
    return "\n\n".join(parts)


def _explanation(explanation: Explanation, answer: Answer) -> str:
    """Return the milliseconds by stage, the unknown words, the threshold, and a table of the candidates."""
    stages = ", ".join(f"{stage} {1000 * seconds:.1f}" for stage, seconds in answer.stages.items())
    lines = [f"Milliseconds: {stages}"]
    if explanation.unknown_words:
        lines.append(f"In no article: {', '.join(explanation.unknown_words)}")
    if explanation.threshold is not None:
        lines.append(f"Confidence {answer.confidence or 0.0:.2f}; an answer needs {explanation.threshold:.2f}")
    lines.append("cited  by vectors   by words     joined  reading  passage")
    for one in explanation.candidates:
        cited = "-" if one.rank is None else f"[{one.rank}]"
        sides = f"{_side(one.dense)}  {_side(one.lexical)}"
        lines.append(
            f"{cited:5}  {sides}  {one.fused:6.3f}  {one.strength:7.3f}  {one.article_id} {one.start}-{one.end}"
        )
    return "\n".join(lines)


def _side(side: SideScore) -> str:
    """Return the score and rank of one search in 11 columns."""
    score = "-" if side.score is None else f"{side.score:.2f}"
    return f"{score:>6}{'' if side.rank is None else f' #{side.rank}':5}"


def _verdict(answer: Answer) -> str:
    """Return the answer with its confidence, or say that there is none."""
    sure = "" if answer.confidence is None else f" (confidence {answer.confidence:.2f})"
    if answer.answer is None:
        return f"Not in these articles{sure}. The nearest passages:"
    missing = "".join(f"\nNot in these articles: {part.question}" for part in answer.parts if part.answer is None)
    return answer.answer.text + sure + missing


def _passage(cited: CitedPassage, colour: bool) -> str:
    """Return the article and offsets of a passage, and below them its text with the quotations marked."""
    passage = cited.passage
    article = passage.article
    about = ", ".join(part for part in (article.source, article.author, article.published_at) if part)
    quotes = sorted(cited.quotes, key=lambda quote: quote.start)
    quoted = "".join(
        f", quoted {quote.start}-{quote.end}{in_brackets(quote.page, quote.section, article.title)}" for quote in quotes
    )
    place = "" if quotes else in_brackets(*page_and_section(passage.places, passage.start), article.title)
    lines = [f"[{cited.rank}] {article.title or article.id}" + (f" ({about})" if about else "")]
    if article.url:
        lines.append(f"    {article.url}")
    lines.append(f"    {article.id} {passage.start}-{passage.end}{place}{quoted}, score {cited.score:.2f}")
    if cited.also_in:
        lines.append(f"    also in {', '.join(other.source or other.title or other.id for other in cited.also_in)}")
    opening, closing = _MARKS_ON_TERMINAL if colour else _MARKS
    text, position = "", passage.start
    for quote in quotes:
        text += passage.text[position - passage.start : quote.start - passage.start] + opening + quote.text + closing
        position = quote.end
    text += passage.text[position - passage.start :]
    lines.extend(f"    {line}" for line in text.split("\n") if line.strip())
    return "\n".join(lines)
