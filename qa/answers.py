"""The types that callers receive. Offsets count code points, half-open; quotes are slices of the stored text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote as percent_encode
from urllib.parse import urldefrag, urlsplit

from index.places import page_and_section
from index.records import ArticleHeader, Passage, Place

_FRAGMENT_WORDS = 5
"""Words at each end that address a long quotation, a judgement: browsers match few words faster and more robustly."""


@dataclass(frozen=True, slots=True)
class Quote:
    """A sentence of an article, or two beside each other: `article.text[start:end] == text`.

    `page` and `section` are where it begins, None where they are not known. A row of a table is a sentence; `header` is
    the row of its table that names the columns, if there is one. It may stand outside of the passage.
    """

    text: str
    start: int
    end: int
    page: int | None = None
    section: str | None = None
    header: Quote | None = None
    is_row: bool = False

    @classmethod
    def within(cls, places: Sequence[Place], text: str, start: int, end: int) -> Quote:
        """Return a quote of an article, with the page and section that its places name."""
        return cls(text, start, end, *page_and_section(places, start))

    def overlaps(self, other: Quote) -> bool:
        """Whether two quotes of one article share a character."""
        return self.start < other.end and other.start < self.end

    def is_slice_of(self, passage: Passage) -> bool:
        """Whether `passage` holds this quote, letter for letter, at its offsets."""
        return passage.text[max(self.start - passage.start, 0) : self.end - passage.start] == self.text


@dataclass(frozen=True, slots=True)
class SideScore:
    """Score and rank of a passage on one side of the search; both None where that side did not see it."""

    score: float | None
    rank: int | None


@dataclass(frozen=True, slots=True)
class CitedPassage:
    """A passage that may answer, with its best sentences.

    `score` orders the passages: 0 to 1 in hybrid mode, cosine in dense mode, BM25 in lexical mode. `link` opens the
    source page at the first quote, a PDF at its page; it is None without a URL. `also_in` lists other articles that
    print the passage.
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
    """The source of a part of the answer: `answer.text[start:end] == article.text[source_start:source_end]`.

    `passage` is the rank of the passage that the part was cut from; `page` and `section` are where the source begins.
    """

    start: int
    end: int
    passage: int
    article_id: str
    source_start: int
    source_end: int
    page: int | None = None
    section: str | None = None


@dataclass(frozen=True, slots=True)
class AnswerText:
    """The answer, cut from the sources word for word; every part is cited."""

    text: str
    citations: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class AnsweredPart:
    """What one part of a question of several parts is answered.

    Attributes:
        question: the part, as it was asked.
        answerable: as in `Answer`.
        confidence: as in `Answer`.
        answer: cut from the sources; None when they do not answer this part. Its citations name passages of the whole
            reply.
    """

    question: str
    answerable: bool | None
    confidence: float | None
    answer: AnswerText | None


@dataclass(frozen=True, slots=True)
class ExplainedCandidate:
    """A passage that was read for a question.

    Attributes:
        rank: the rank of the cited passage that holds it; None where it is not cited, a reprint for example.
        article_id: its article.
        start: where it begins in the article.
        end: where it ends.
        dense: what the search by vectors said.
        lexical: what the search by words said.
        fused: both joined, 0 to 1.
        strength: how likely its best sentence answers, as a share of the best sentence's of all candidates, 0 to 1.
    """

    rank: int | None
    article_id: str
    start: int
    end: int
    dense: SideScore
    lexical: SideScore
    fused: float
    strength: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a question was answered as it was.

    Attributes:
        unknown_words: syllables of the question, without accents, that no article holds; for scripts without spaces,
            pairs of characters.
        threshold: the least confidence of an answer; None without a calibration.
        candidates: the passages that were read, best first by `fused`.
    """

    unknown_words: tuple[str, ...]
    threshold: float | None
    candidates: tuple[ExplainedCandidate, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """The whole reply to a question.

    `confidence` and `answerable` are None when the model has no calibration. `answer` is None when `answerable` is
    False, and when there is nothing to quote. `stages` are the seconds that each stage took, by the names of
    `qa.stages.STAGES`; together they are `took_ms`. `explanation` is there where it was asked for. `parts` is empty for
    a question that asks for one thing; else `answerable` says whether any part is answered.
    """

    question: str
    answerable: bool | None
    confidence: float | None
    answer: AnswerText | None
    passages: tuple[CitedPassage, ...]
    took_ms: float
    stages: Mapping[str, float]
    explanation: Explanation | None = None
    parts: tuple[AnsweredPart, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A page of a ranking. `total` counts every passage that has a score in this mode and passes the filters.

    `stages` are as in `Answer`.
    """

    passages: tuple[CitedPassage, ...]
    total: int
    took_ms: float
    stages: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class SimilarArticle:
    """An article like another one.

    `shared` lists sentences that both hold, as slices of this article. `shared_share` is the share of the shorter
    article's words that the other holds too; a small share counts as 0. `near_duplicate` tells whether one is a
    reprint, an edited copy or a part of the other.
    """

    rank: int
    score: float
    near_duplicate: bool
    shared_share: float
    article: ArticleHeader
    shared: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class StoryArticle:
    """An article of a story; `near_duplicate_of` is the id of the fuller article that it repeats, or None."""

    article: ArticleHeader
    near_duplicate_of: str | None


@dataclass(frozen=True, slots=True)
class Story:
    """Articles that tell one event, newest first.

    Attributes:
        representative: the article nearest the centre, or the fuller one that it is a copy of.
        articles: the newest articles, at most 100.
        size: number of all articles.
        newest: date of the newest article, in seconds since 1970 UTC.
        oldest: date of the oldest article, in the same unit.
        languages: languages of the articles, in the order of the alphabet.
        score: mean cosine of every two articles, 0 to 1; 1 for a single article.
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
        stories: the stories on this page.
        total: number of stories in the window.
        since: date of the oldest compared article, in seconds since 1970 UTC; None without articles.
        until: date of the newest compared article.
        articles: number of articles in the window.
        compared: number of articles that were compared, the newest.
    """

    stories: tuple[Story, ...]
    total: int
    since: float | None
    until: float | None
    articles: int
    compared: int


def link_to(url: str | None, quoted: str, page: int | None = None, cells: Sequence[str] = ()) -> str | None:
    """Return the address of a web page at a quotation, as a text fragment; that of a PDF at a page of it.

    `cells` are those of a row of a table.

    Specified at https://wicg.github.io/scroll-to-text-fragment/; "-", "," and "&" have a meaning there and are escaped.
    """
    if not url:
        return None
    if page is not None and urlsplit(url).path.lower().endswith(".pdf"):
        return f"{urldefrag(url).url}#page={page}"  # RFC 8118; browsers look for no text in a PDF
    words = quoted.split()
    if cells:  # browsers match no text across cells, but a stretch from one to another
        ends = [cells[0], cells[-1]][: len(cells)]
    elif len(words) > 2 * _FRAGMENT_WORDS:
        ends = [" ".join(words[:_FRAGMENT_WORDS]), " ".join(words[-_FRAGMENT_WORDS:])]
    else:
        ends = [" ".join(words)]
    fragment = ",".join(percent_encode(end, safe="").replace("-", "%2D") for end in ends)
    return f"{url}{'' if '#' in url else '#'}:~:text={fragment}"
