"""`hoidap stories`: lists the events that several articles tell."""

from __future__ import annotations

from typing import Annotated

import typer

from api.commands.options import Data, Json, Model, opened_engine
from api.schemas.stories import StoryList
from index.dates import written_instant
from index.filters import Filters
from qa.answers import Story, StoryArticle
from qa.similarity.stories import DEFAULT_DAYS

_INDENT = "     "
_ARTICLES_SHOWN = 10


def stories(
    days: Annotated[
        float | None,
        typer.Option(
            "--days", help=f"Days in the window, which ends with the newest article. Default: {DEFAULT_DAYS:g}."
        ),
    ] = None,
    after: Annotated[
        str | None, typer.Option("--after", help="Date when the window begins, such as 2017-04; instead of --days.")
    ] = None,
    before: Annotated[str | None, typer.Option("--before", help="Date before which the window ends.")] = None,
    language: Annotated[
        list[str], typer.Option("--language", help="Language of the articles, such as vi; may be repeated.")
    ] = [],  # noqa: B006
    source: Annotated[list[str], typer.Option("--source", help="Source of the articles; may be repeated.")] = [],  # noqa: B006
    min_articles: Annotated[
        int, typer.Option("--min-articles", min=1, help="Number of articles that a story must have at least.")
    ] = 2,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Number of stories.")] = 20,
    json: Json = False,
    data: Data = None,
    model: Model = None,
) -> None:
    """List the events that several articles tell, newest first. Reprints are only counted.

    For an article without a date, the time when it was added counts.
    """
    filters = Filters(tuple(language), tuple(source), published_after=after, published_before=before)
    with opened_engine(data, model) as engine:
        found = engine.stories(days=days, min_articles=min_articles, limit=limit, filters=filters)
    if json:
        typer.echo(StoryList.of(found).model_dump_json(indent=2))
        return
    if found.compared < found.articles:
        typer.echo(f"the newest {found.compared:,} of {found.articles:,} articles were compared", err=True)
    typer.echo("\n\n".join(map(_text, found.stories)) if found.stories else "No event is told by several articles.")


def _text(story: Story) -> str:
    """Return the date, title and size of a story, and below them the originals with the number of their reprints."""
    copies: dict[str, int] = {}
    for item in story.articles:
        if item.near_duplicate_of is not None:
            copies[item.near_duplicate_of] = copies.get(item.near_duplicate_of, 0) + 1
    title = story.representative.title or story.representative.id
    lines = [
        f"{written_instant(story.newest)[:10]}  {title}",
        f"{_INDENT}{story.size} articles in {', '.join(story.languages)}",
    ]
    originals = [item for item in story.articles if item.near_duplicate_of is None]
    lines.extend(_line(item, copies.get(item.article.id, 0)) for item in originals[:_ARTICLES_SHOWN])
    if len(originals) > _ARTICLES_SHOWN:
        lines.append(f"{_INDENT}and {len(originals) - _ARTICLES_SHOWN} more")
    return "\n".join(lines)


def _line(item: StoryArticle, copies: int) -> str:
    article = item.article
    about = ", ".join(part for part in (article.source, article.published_at) if part)
    reprints = "" if not copies else f", {copies} reprint" if copies == 1 else f", {copies} reprints"
    return f"{_INDENT}{article.id}  {article.title}{f' ({about})' if about else ''}{reprints}"
