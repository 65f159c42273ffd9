"""Stories: articles about one event."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.schemas.articles import ArticleOut
from index.dates import written_instant
from qa.answers import Stories, Story


class StoryArticleOut(BaseModel):
    """An article of a story."""

    article: ArticleOut
    near_duplicate_of: str | None = Field(
        description="Id of the fuller article of the story whose text this one repeats. Null for an original."
    )


class StoryOut(BaseModel):
    """Articles about one event, in any language."""

    representative: ArticleOut = Field(
        description="Article nearest to the centre of the story, or the fuller one whose text it repeats."
    )
    articles: list[StoryArticleOut] = Field(description="Articles of the story, newest first. At most the newest 100.")
    size: int = Field(description="Number of articles of the story.")
    newest: str = Field(description="Time in UTC when the newest article was published, or else added.")
    oldest: str = Field(description="Time in UTC when the oldest article was published, or else added.")
    languages: list[str]
    score: float = Field(description="Closeness of the articles to each other, 0 to 1. It is 1 for a single article.")

    @classmethod
    def of(cls, story: Story) -> StoryOut:
        """Return the JSON of a story."""
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
    """One page of the stories of a time window. The story with the newest article comes first."""

    stories: list[StoryOut]
    total: int = Field(description="Number of stories in the window.")
    since: str | None = Field(description="Time of the oldest article that was compared.")
    until: str | None = Field(description="Time of the newest article.")
    articles: int = Field(description="Number of articles in the window.")
    compared: int = Field(description="Number of articles that were compared: at most the newest 5,000.")

    @classmethod
    def of(cls, found: Stories) -> StoryList:
        """Return the JSON of a page of stories."""
        return cls(
            stories=[StoryOut.of(story) for story in found.stories],
            total=found.total,
            since=None if found.since is None else written_instant(found.since),
            until=None if found.until is None else written_instant(found.until),
            articles=found.articles,
            compared=found.compared,
        )
