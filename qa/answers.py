"""What a caller receives. Offsets are Unicode code points, half-open; quotes are slices of the stored text."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote as percent_encode

from index.records import ArticleHeader, Passage

_FRAGMENT_WORDS = 5
"""A longer quotation is addressed by its first and last words, which browsers match faster and more robustly."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of an article, or two beside each other: `article.text[start:end] == text`."""

    text: str
    start: int
    end: int

    def overlaps(self, other: Quote) -> bool:
        """Whether both share a character, as quotes of one article."""
        return self.start < other.end and other.start < self.end

    def is_slice_of(self, passage: Passage) -> bool:
        """Whether it stands in `passage`, letter for letter, where it says."""
        return passage.text[max(self.start - passage.start, 0) : self.end - passage.start] == self.text


@dataclass(frozen=True, slots=True)
class SideScore:
    """Score and rank of a passage on one side of the search; both None where that side did not see it."""

    score: float | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A passage that may answer, with the sentences in it that match best.

    `score` orders the passages: 0 to 1 in hybrid mode, cosine in dense mode, BM25 in lexical mode. `link` opens the
    source page at the first quote, None without a URL. `also_in` are other articles that print the same passage.
    """

    rank: int
    score: float
    dense: SideScore
    lexical: SideScore
    passage: Passage
    quotes: tuple[Quote, ...]
    link: str | None
    also_in: tuple[ArticleHeader, ...] = ()


@dataclass(frozen=True, slots=True)
class Citation:
    """Where a part of the answer stands: `answer.text[start:end] == article.text[source_start:source_end]`.

    `passage` is the rank of the passage it was cut from.
    """

    start: int
    end: int
    passage: int
    article_id: str
    source_start: int
    source_end: int


@dataclass(frozen=True, slots=True)
class AnswerText:
    """The answer, cut from the sources word for word, every part cited."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """Everything said to a question.

    `confidence` and `answerable` are None while the model in use has no calibration; `answer` is None when there is
    nothing to quote.
    """

    question: str
    answerable: bool | None
    confidence: float | None
    answer: AnswerText | None
    passages: tuple[CitedPassage, ...]
    took_ms: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of a ranking. `total` counts every passage that has a score in this mode and passes the filters."""

    passages: tuple[CitedPassage, ...]
    total: int
    took_ms: float


@dataclass(frozen=True, slots=True)
class SimilarArticle:
    """An article like another one; `shared` are sentences that both have, as slices of this one.

    `shared_share` is the share of the words of the shorter of the two that the other has too, 0 where it is small;
    `near_duplicate` says that one is a reprint, an edited copy or a part of the other.
    """

    rank: int
    score: float
    near_duplicate: bool
    shared_share: float
    article: ArticleHeader
    shared: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class StoryArticle:
    """An article of a story; `near_duplicate_of` is the id of the fuller article whose text it repeats."""

    article: ArticleHeader
    near_duplicate_of: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that tell one event, newest first.

    Attributes:
        representative: the article nearest the centre, or the fuller one that it is a copy of.
        articles: the newest of them, at most 100.
        size: how many there are.
        newest: date of the newest in seconds since 1970 UTC.
        oldest: date of the oldest.
        languages: their languages, in the order of the alphabet.
        score: how close they are: the mean cosine of every two, 0 to 1; 1 for a single article.
    """

    representative: ArticleHeader
    articles: tuple[StoryArticle, ...]
    size: int
    newest: float
    oldest: float
    languages: tuple[str, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Stories:
    """A page of the stories of a time window, newest first.

    Attributes:
        stories: the page.
        total: how many stories the window has.
        since: date of the oldest article that was compared, in seconds since 1970 UTC; None where there is none.
        until: date of the newest.
        articles: how many articles the window has.
        compared: how many of them, the newest, were compared.
    """

    stories: tuple[Story, ...]
    total: int
    since: float | None
    until: float | None
    articles: int
    compared: int


def link_to(url: str | None, quoted: str) -> str | None:
    """Return the address of a page at a quotation, as a text fragment.

    Specified at https://wicg.github.io/scroll-to-text-fragment/; "-", "," and "&" have a meaning there and are escaped.
    """
    if not url:
        return None
    words = quoted.split()
    if len(words) > 2 * _FRAGMENT_WORDS:
        ends = [" ".join(words[:_FRAGMENT_WORDS]), " ".join(words[-_FRAGMENT_WORDS:])]
    else:
        ends = [" ".join(words)]
    fragment = ",".join(percent_encode(end, safe="").replace("-", "%2D") for end in ends)
    return f"{url}{'' if '#' in url else '#'}:~:text={fragment}"
