"""`hoidap articles`: lists, shows and deletes stored articles."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.options import Data, Json, Model, opened_engine
from api.commands.places import in_brackets
from api.schemas.articles import ArticleOut, ArticleWithText
from index.errors import NoSuchArticle

app = typer.Typer(help="List, show and delete stored articles.", no_args_is_help=True, add_completion=False)
_PAGE = 1000


@app.command("list")
def list_articles(data: Data = None, model: Model = None, json: Json = False) -> None:
    """List the articles in the order of their ids. With --json, each line is one object."""
    with opened_engine(data, model) as engine:
        after: str | None = None
        while page := engine.corpus.storage.page(_PAGE, after):
            for header in page:
                if json:
                    typer.echo(ArticleOut.of(header).model_dump_json())
                else:
                    typer.echo(f"{header.id}\t{header.language}\t{header.published_at or '-'}\t{header.title}")
            after = page[-1].id


@app.command("show")
def show(
    article_id: Annotated[str, typer.Argument(metavar="ID")],
    raw: Annotated[bool, typer.Option("--raw", help="Print the text as it was before cleaning.")] = False,
    json: Json = False,
    data: Data = None,
    model: Model = None,
) -> None:
    """Print one article."""
    with opened_engine(data, model) as engine:
        article = engine.corpus.article(article_id)
        if json:
            typer.echo(ArticleWithText.of(article).model_dump_json(indent=2))
        elif raw:
            typer.echo(engine.corpus.original(article_id))
        else:
            for name in ("id", "title", "url", "source", "author", "published_at", "language", "sha256"):
                if getattr(article, name):
                    typer.echo(f"{name}: {getattr(article, name)}")
            if article.places:
                typer.echo("places:")
            for place in article.places:
                typer.echo(f"  {place.start}{in_brackets(place.page, place.section, '')}")
            typer.echo(f"\n{article.text}")


@app.command("delete")
def delete(
    ids: Annotated[list[str], typer.Argument(metavar="ID...")],
    data: Data = None,
    model: Model = None,
) -> None:
    """Delete articles. They are never returned again."""
    with opened_engine(data, model) as engine:
        removed = engine.corpus.remove(ids)
    typer.echo(f"{len(removed)} deleted")
    for article_id in ids:
        if article_id not in removed:
            raise NoSuchArticle(article_id)
