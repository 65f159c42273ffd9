"""Stories."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.schemas.articles import ArticleOut
from index.dates import written_instant
from qa.answers import Stories, Story


class StoryArticleOut(BaseModel):
    """An article of a story."""

    article: ArticleOut
    near_duplicate_of: str | None = Field(
        description="The id of the fuller article of the story whose text this one repeats; null for an original."
    )


class StoryOut(BaseModel):
    """Articles that tell one event, in any language."""

    representative: ArticleOut = Field(
        description="The article nearest the centre, or the fuller one whose text it repeats."
    )
    articles: list[StoryArticleOut] = Field(description="Newest first; the newest 100 at most.")
    size: int = Field(description="How many articles there are.")
    newest: str = Field(description="When the newest was published, else added, as an instant in UTC.")
    oldest: str = Field(description="When the oldest was.")
    languages: list[str]
    score: float = Field(description="How close the articles are to each other, 0 to 1; 1 for a single one.")

    @classmethod
    def of(cls, story: Story) -> StoryOut:
        """Convert."""
        return cls(
            representative=ArticleOut.of(story.representative),
            articles=[
                StoryArticleOut(article=ArticleOut.of(item.article), near_duplicate_of=item.near_duplicate_of)
                for item in story.articles
            ],
            size=story.size,
            newest=written_instant(story.newest),
            oldest=written_instant(story.oldest),
            languages=list(story.languages),
            score=story.score,
        )


class StoryList(BaseModel):
    """A page of the stories of a time window, the one with the newest article first."""

    stories: list[StoryOut]
    total: int = Field(description="How many stories the window has.")
    since: str | None = Field(description="The oldest article that was compared is of this instant.")
    until: str | None = Field(description="The newest article is of this instant.")
    articles: int = Field(description="How many articles the window has.")
    compared: int = Field(description="How many of them were compared: the newest 5,000 at most.")

    @classmethod
    def of(cls, found: Stories) -> StoryList:
        """Convert."""
        return cls(
            stories=[StoryOut.of(story) for story in found.stories],
            total=found.total,
            since=None if found.since is None else written_instant(found.since),
            until=None if found.until is None else written_instant(found.until),
            articles=found.articles,
            compared=found.compared,
        )
