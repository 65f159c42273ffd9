"""`hoidap similar`: finds articles similar to an article."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import Data, Json, Model, opened_engine
from api.commands.places import in_brackets
from api.schemas.similar import SimilarList, SimilarOut
from index.readers.text import decode
from qa.answers import SimilarArticle

_INDENT = " " * 11
_SENTENCES_SHOWN = 3


def similar(
    article_id: Annotated[
        str | None, typer.Argument(help="Id of a stored article.", metavar="ID", show_default=False)
    ] = None,
    text: Annotated[
        Path | None,
        typer.Option(
            "--text",
            help="Text file to compare instead of a stored article.",
            exists=True,
            dir_okay=False,
            show_default=False,
        ),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Number of articles.")] = 10,
    json: Json = False,
    data: Data = None,
    model: Model = None,
) -> None:
    """Find the articles most similar to a stored article or a text file, and show the sentences that they share.

    Reprints and edited copies are marked as near-duplicates.
    """
    if (article_id is None) == (text is None):
        raise typer.BadParameter("give either the ID of an article or --text FILE")
    with opened_engine(data, model) as engine:
        if article_id is not None:
            found = engine.similar(article_id, limit)
        else:
            assert text is not None
            found = engine.similar_to_text(decode(text.read_bytes(), str(text)), limit)
    if json:
        typer.echo(SimilarList(articles=[SimilarOut.of(item) for item in found]).model_dump_json(indent=2))
        return
    typer.echo("\n".join(map(_text, found)) if found else "No other article is like it.")


def _text(item: SimilarArticle) -> str:
    """Return a line about a similar article, and below it the shared sentences with their offsets."""
    article = item.article
    about = ", ".join(part for part in (article.source, article.published_at, article.language) if part)
    lines = [f"{item.rank:>3}  {item.score:.2f}  {article.id}  {article.title} ({about})"]
    if item.near_duplicate:
        lines.append(f"{_INDENT}near-duplicate: {item.shared_share:.0%} of the shorter text in common")
    for quote in item.shared[:_SENTENCES_SHOWN]:
        place = in_brackets(quote.page, quote.section, article.title)
        lines.append(f"{_INDENT}{quote.start}-{quote.end}{place}  {' '.join(quote.text.split())}")
    if len(item.shared) > _SENTENCES_SHOWN:
        lines.append(f"{_INDENT}and {len(item.shared) - _SENTENCES_SHOWN} more sentences")
    return "\n".join(lines)
