"""`hoidap similar`: articles like an article."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import Data, Json, Model, opened_engine
from api.schemas import SimilarList, SimilarOut
from index.readers.text import decode


def similar(
    article_id: Annotated[
        str | None, typer.Argument(help="Id of a stored article.", metavar="ID", show_default=False)
    ] = None,
    text: Annotated[
        Path | None,
        typer.Option("--text", help="A text file to compare instead.", exists=True, dir_okay=False, show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="How many articles.")] = 10,
    json: Json = False,
    data: Data = None,
    model: Model = None,
) -> None:
    """Find the articles most similar to a stored article, or to a text file."""
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
    for item in found:
        mark = ", near duplicate" if item.near_duplicate else ""
        typer.echo(f"{item.rank:>3}  {item.score:.2f}  {item.article.id}  {item.article.title}{mark}")
