"""Stories of a corpus: windows, reprints, pages; with a small real encoder."""

from __future__ import annotations

import pytest
from news_texts import BRIDGE, MARKET

from index.corpus import Corpus
from index.dates import earliest_instant, written_instant
from index.filters import Filters
from index.records import Draft
from qa.answers import Stories
from qa.engine import Engine
from qa.errors import InvalidQuestion
from qa.similarity import stories as module
from qa.similarity.article_vectors import ArticleVectors
from qa.similarity.stories import StoryFinder

NOW = earliest_instant("2024-03-20")


@pytest.fixture
def finder(corpus: Corpus) -> StoryFinder:
    return StoryFinder(corpus, ArticleVectors(corpus))


def add(corpus: Corpus, **dates: str | None) -> None:
    """Articles by name: those of "cau" tell of a bridge, those of "cho" of a market."""
    drafts = []
    for name, date in dates.items():
        text = BRIDGE if name.startswith("cau") else MARKET
        if name.endswith("_edited"):
            text = "Tin mới. " + text.replace("năm", "5")
        if name.endswith("_short"):
            text = text.rpartition(". ")[0]
        drafts.append(Draft(id=name, text=text, published_at=date, source="A" if date else "B", language="vi"))
    assert all(outcome.error is None for outcome in corpus.add(drafts))


def find(finder: StoryFinder, **options: object) -> Stories:
    given = {"filters": Filters(), "days": None, "min_articles": 2, "limit": 20, "offset": 0, "now": NOW}
    return finder.stories(**{**given, **options})  # type: ignore[arg-type]


def ids(found: Stories) -> list[list[str]]:
    return [[item.article.id for item in story.articles] for story in found.stories]


def test_stories_are_newest_first_and_so_are_their_articles(corpus: Corpus, finder: StoryFinder) -> None:
    add(corpus, cau="2024-03-10", cau_edited="2024-03-11", cho="2024-03-12", cho_edited="2024-03-09T10:00+07:00")
    found = find(finder)
    assert ids(found) == [["cho", "cho_edited"], ["cau_edited", "cau"]]
    assert (found.total, found.articles, found.compared) == (2, 4, 4)
    story = found.stories[1]
    assert (story.size, story.languages) == (2, ("vi",))
    assert (written_instant(story.newest), written_instant(story.oldest)) == (
        "2024-03-11T00:00:00Z",
        "2024-03-10T00:00:00Z",
    )
    assert 0 < story.score <= 1


def test_reprints_are_folded_into_the_fullest(corpus: Corpus, finder: StoryFinder) -> None:
    add(corpus, cau="2024-03-10", cau_edited="2024-03-11", cau_short="2024-03-09")
    (story,) = find(finder).stories
    fullest = max((item.article for item in story.articles), key=lambda article: article.characters).id
    assert {item.article.id: item.near_duplicate_of for item in story.articles} == {
        name: None if name == fullest else fullest for name in ("cau", "cau_edited", "cau_short")
    }
    assert story.representative.id == fullest


def test_the_window_ends_with_the_newest_article_that_is_not_of_the_future(corpus: Corpus, finder: StoryFinder) -> None:
    add(corpus, cau="2017-04-10", cau_edited="2017-04-11", cho="2017-04-01", cho_edited="2017-04-02", cho_2="2099")
    assert ids(find(finder)) == [["cau_edited", "cau"]]
    assert ids(find(finder, days=30)) == [["cau_edited", "cau"], ["cho_edited", "cho"]]
    assert ids(find(finder, filters=Filters(published_after="2017-04"))) == ids(find(finder, days=30))
    before = find(finder, filters=Filters(published_before="2017-04-08"))
    assert ids(before) == [["cho_edited", "cho"]]
    assert ids(find(finder, filters=Filters(published_after="2018", published_before="2019"))) == []


def test_an_article_without_a_date_counts_from_when_it_was_added(corpus: Corpus) -> None:
    add(corpus, cau=None, cau_edited=None, cho="2001", cho_edited="2001")
    found = Engine(corpus).stories()
    assert ids(found) == [["cau", "cau_edited"]]
    assert ids(Engine(corpus).stories(filters=Filters(source=("A",)))) == [["cho", "cho_edited"]]


def test_single_articles_pages_and_an_empty_corpus(corpus: Corpus, finder: StoryFinder) -> None:
    empty = find(finder)
    assert (empty.stories, empty.total, empty.since, empty.until) == ((), 0, None, None)
    add(corpus, cau="2024-03-10", cau_edited="2024-03-11", cho="2024-03-12")
    assert find(finder).total == 1
    whole = find(finder, min_articles=1)
    assert ids(whole) == [["cho"], ["cau_edited", "cau"]]
    assert whole.stories[0].score == 1.0
    pages = [find(finder, min_articles=1, limit=1, offset=offset) for offset in range(3)]
    assert [ids(page) for page in pages] == [[["cho"]], [["cau_edited", "cau"]], []]
    assert {page.total for page in pages} == {2}


def test_what_changes_is_seen_at_once(corpus: Corpus, finder: StoryFinder) -> None:
    add(corpus, cau="2024-03-10", cau_edited="2024-03-11")
    assert ids(find(finder)) == [["cau_edited", "cau"]]
    corpus.remove(["cau"])
    assert ids(find(finder)) == []


def test_a_large_window_is_narrowed_to_the_newest(
    corpus: Corpus, finder: StoryFinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(corpus, cau="2024-03-10", cau_edited="2024-03-11", cho="2024-03-12", cho_edited="2024-03-13")
    monkeypatch.setattr(module, "MAX_ARTICLES", 2)
    found = find(finder)
    assert ids(found) == [["cho_edited", "cho"]]
    assert (found.articles, found.compared) == (4, 2)
    assert found.since is not None
    assert written_instant(found.since) == "2024-03-12T00:00:00Z"


def test_a_story_of_many_articles_lists_the_newest(
    corpus: Corpus, finder: StoryFinder, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(corpus, **{f"cau_{n}": f"2024-03-{n:02}" for n in range(1, 7)})
    monkeypatch.setattr(module, "MAX_LISTED", 3)
    (story,) = find(finder).stories
    assert (story.size, [item.article.id for item in story.articles]) == (6, ["cau_6", "cau_5", "cau_4"])


BAD = [
    ({"days": 3.0, "filters": Filters(published_after="2024")}, "days: cannot be combined with published_after"),
    ({"days": 0.0}, "days: must be above 0"),
    ({"days": float("inf")}, "days: must be above 0 and at most 36525"),
    ({"days": float("nan")}, "days: must be above 0"),
    ({"min_articles": 0}, "min_articles: must be at least 1"),
    ({"offset": -1}, "offset: must be at least 0"),
]


@pytest.mark.parametrize(("options", "message"), BAD)
def test_bad_options_are_refused_by_name(finder: StoryFinder, options: dict[str, object], message: str) -> None:
    with pytest.raises(InvalidQuestion, match=message):
        find(finder, **options)
