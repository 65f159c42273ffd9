"""Example questions, made from the newest articles; each is kept only if asking it finds its article again."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass

import regex

from index.errors import NoSuchArticle
from index.records import Article
from index.text.sentences import split_sentences
from qa.engine import Engine

_EXAMPLES = 5
"""Most example questions: a judgement."""
_ARTICLES_LOOKED_AT = 40
"""Newest articles to make questions from: a limit on time."""
_CHARACTERS_LOOKED_AT = 4_000
"""Characters of an article to make questions from: a limit on time."""
_MAX_QUESTION_CHARACTERS = 110
"""Most characters of an example question: a judgement."""
_DATE_VI = r"(?:ngày \d{1,2} tháng \d{1,2} năm|tháng \d{1,2} năm|năm) \d{4}"
_MONTH_EN = "January|February|March|April|May|June|July|August|September|October|November|December"
_DATE_EN = rf"(?:(?:\d{{1,2}} )?(?:{_MONTH_EN})(?: \d{{1,2}},?)? \d{{4}}|\d{{4}})"
_DATED_VI = regex.compile(rf"(?:vào )?{_DATE_VI}, (?P<what>[^,;:.()“”\"]+)", regex.IGNORECASE)
_DATED_EN = regex.compile(
    rf"(?:In|On) {_DATE_EN},? (?P<who>the [^,;:.()]{{3,60}}?) (?P<verb>was|were) (?P<what>[^,;:.()]+)"
)
_NO_SUBJECT = regex.compile(
    r"(?:ông|bà|anh|chị|cô|em|ai|họ|nó|đây|đó|ở|tại|trong|trên|từ|do|để|với|trước|nơi|cả|theo|khi|sau|người ta)\b",
    regex.IGNORECASE,
)
"""Words that begin a clause without a subject: in a question alone, nobody knows who is meant."""
_POINTS_BACK_WITHIN = regex.compile(r"\b(?:này|ấy|đó|trên|nói trên|ông|bà|anh|chị|cô)\b", regex.IGNORECASE)
_SYLLABLES = range(5, 19)
"""Syllables of a clause that becomes a question: a judgement."""


@dataclass(frozen=True, slots=True)
class Example:
    """A question that the corpus answers, with its language and the article that it was made from."""

    question: str
    language: str
    article_id: str


class Examples:
    """Example questions of a corpus, made anew when the corpus changes. Safe to share between threads."""

    def __init__(self, engine: Engine) -> None:
        """Make questions for the corpus of `engine`."""
        self._engine = engine
        self._lock = threading.Lock()
        self._change: int | None = None
        self._found: tuple[Example, ...] = ()

    def latest(self) -> tuple[Example, ...]:
        """Return a few questions, each from another of the newest articles."""
        with self._lock:
            change = self._engine.corpus.storage.revision()
            if change != self._change:
                self._found = tuple(self._make())
                self._change = change
            return self._found

    def _make(self) -> list[Example]:
        made: list[Example] = []
        titles: list[Example] = []
        for header in self._engine.corpus.storage.latest(_ARTICLES_LOOKED_AT):
            try:
                article = self._engine.corpus.article(header.id)
            except NoSuchArticle:
                continue  # another process removed it meanwhile
            question = next((text for text in questions_of(article) if self._finds(text, article.id)), None)
            if question is not None:
                made.append(Example(question, article.language, article.id))
            elif len(titles) < _EXAMPLES and self._title_is_a_question(article):
                titles.append(Example(article.title, article.language, article.id))
            if len(made) >= _EXAMPLES:
                break
        return (made + titles)[:_EXAMPLES]

    def _title_is_a_question(self, article: Article) -> bool:
        return 0 < len(article.title) <= _MAX_QUESTION_CHARACTERS and self._finds(article.title, article.id)

    def _finds(self, question: str, article_id: str) -> bool:
        if len(question) > self._engine.limits.question_characters:
            return False
        answer = self._engine.ask(question, limit=1)
        return answer.answerable is not False and any(p.passage.article.id == article_id for p in answer.passages)


def questions_of(article: Article) -> Iterator[str]:
    """Yield questions that sentences of an article answer: "Năm 1719, …" gives "… khi nào?".

    Only Vietnamese and English sentences that begin with a date are used: moving their words makes a question of them.
    """
    text = article.text[:_CHARACTERS_LOOKED_AT]
    for start, end in split_sentences(text):
        sentence = " ".join(text[start:end].split())
        question = _ask_in_vietnamese(sentence) if article.language == "vi" else _ask_in_english(sentence)
        if question is not None and len(question) <= _MAX_QUESTION_CHARACTERS:
            yield question


def _ask_in_vietnamese(sentence: str) -> str | None:
    match = _DATED_VI.match(sentence)
    if match is None:
        return None
    what = match["what"].strip()
    if _NO_SUBJECT.match(what) or _POINTS_BACK_WITHIN.search(what) or len(what.split()) not in _SYLLABLES:
        return None
    return f"{what[0].upper()}{what[1:]} khi nào?"


def _ask_in_english(sentence: str) -> str | None:
    match = _DATED_EN.match(sentence)
    if match is None:
        return None
    return f"When {match['verb']} {match['who']} {match['what'].strip()}?"
