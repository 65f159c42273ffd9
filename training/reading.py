"""Questions of other languages with passages that answer them, from which evidence and confidence are learned.

Reading-comprehension sets in ten languages, and questions in eleven languages about Vietnamese news, which were written
for this repository (`training/questions/`); their articles are those of the data folder.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.records import Draft
from training.sources import is_trained_on
from training.written import MORE_PASSAGES, PASSAGES, is_held_out, written_passages

_SETS = {
    "en": ("squad2_en", "tydiqa_goldp", "clapnq_en"),
    "zh": ("cmrc2018_zh", "drcd_zh"),
    "ja": ("jaquad_ja",),
    "ko": ("tydiqa_goldp",),
    "th": ("iapp_th",),
    "ru": ("tydiqa_goldp",),
    "id": ("idk_mrc_id", "facqa_id"),
    "fr": ("piaf_fr", "integreat_de_en_fr"),
    "es": ("squad_es_dist",),
    "de": ("integreat_de_en_fr",),
}
"""The files of each language, without "jsonl.gz"; `mlqa_vi`, which crosses languages, comes besides."""
_MOST_QUESTIONS = 400
"""Of one language that the articles answer, and as many that they do not."""
_MOST_ARTICLES = 1_500
_NEWS_AROUND = 2_000
_SEED = 0
WRITTEN = Path(__file__).parent / "questions" / "news.jsonl"


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its right answer.

    Attributes:
        text: what is asked.
        answer: words of the answering sentence; empty when nothing answers.
        article: the id of the right article, or of the one that comes near.
        subject: what the article is about; examples are split into halves by it.
    """

    text: str
    answer: str
    article: str
    subject: str


@dataclass(frozen=True, slots=True)
class ReadingSet:
    """Articles and questions about them.

    Attributes:
        name: the languages, as "ru" or, of the question and the articles, "en-vi".
        articles_name: what sets with the same articles share.
        articles: what is searched.
        answered: questions that one of the articles answers.
        unanswered: questions near an article that none answers.
        related: for each subject the ids of its articles.
    """

    name: str
    articles_name: str
    articles: tuple[Draft, ...]
    answered: tuple[Question, ...]
    unanswered: tuple[Question, ...]
    related: dict[str, set[str]]


def reading_sets(data: Path) -> Iterator[ReadingSet]:
    """Yield a set for each language, two between English and Vietnamese, and those of `written_sets`."""
    for language, files in _SETS.items():
        rows = [row for name in files for row in _rows(data, name) if row["lang"] == language]
        rows = [row for row in rows if not is_trained_on(row["passage"])]
        yield reading_set(language, rows)
    crossing = _rows(data, "mlqa_vi")
    for asked, answering in (("en", "vi"), ("vi", "en")):
        rows = [row for row in crossing if row["lang"] == answering]
        own = [row for row in rows if row.get("qlang", answering) == asked]
        yield reading_set(f"{asked}-{answering}", own, [row["passage"] for row in rows])
    yield from written_sets(data)
    yield passages_set(data)


def passages_set(data: Path) -> ReadingSet:
    """Return the questions about those written passages that the verifier did not learn from, among all passages."""
    passages = list(written_passages(data, PASSAGES, MORE_PASSAGES))
    articles = tuple(
        Draft(text=one.text, title=one.title, id=f"written-{number}") for number, one in enumerate(passages)
    )
    asked = [
        Question(question.text, question.answer, f"written-{number}", f"written-{number}")
        for number, one in enumerate(passages)
        if is_held_out(number)
        for question in one.questions
    ]
    related = {question.subject: {question.article} for question in asked}
    answered = tuple(question for question in asked if question.answer)
    unanswered = tuple(question for question in asked if not question.answer)
    return ReadingSet("near", "written", articles, answered, unanswered, related)


def written_sets(data: Path) -> Iterator[ReadingSet]:
    """Yield a set for each language of the questions about Vietnamese news that were written for this repository."""
    rows = [json.loads(line) for line in WRITTEN.read_text(encoding="utf-8").splitlines()]
    with gzip.open(data / "train/mono_vi/news_baomoi.jsonl.gz", "rt", encoding="utf-8") as lines:
        news = [json.loads(line) for line in lines]
    numbers = {row["article"] for row in rows}
    around = random.Random(_SEED).sample(sorted(set(range(len(news))) - numbers), _NEWS_AROUND)
    articles = tuple(
        Draft(text=news[number]["text"], title=news[number]["title"], id=f"news-{number}")
        for number in sorted(numbers | set(around))
    )
    related = {f"news-{number}": {f"news-{number}"} for number in numbers}
    for language in rows[0]["questions"]:
        ids = [f"news-{row['article']}" for row in rows]
        answered = [
            Question(row["questions"][language], row["answer"], one, one) for row, one in zip(rows, ids, strict=True)
        ]
        unanswered = [Question(row["absent"][language], "", one, one) for row, one in zip(rows, ids, strict=True)]
        yield ReadingSet(f"{language}-news", "news", articles, tuple(answered), tuple(unanswered), related)


def _rows(data: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(data / f"train/reading/{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def reading_set(name: str, rows: list[dict[str, Any]], more: list[str] | None = None) -> ReadingSet:
    """Return a set of some rows in the form of the data sets, with passages of the others and `more` of them."""
    chosen = random.Random(_SEED)
    rows = chosen.sample(rows, len(rows))
    answered = [row for row in rows if row["answers"]][:_MOST_QUESTIONS]
    unanswered = [row for row in rows if not row["answers"]][:_MOST_QUESTIONS]
    titles: dict[str, str] = {}
    for row in [*answered, *unanswered, *rows, *({"passage": one} for one in more or ())]:
        if row["passage"] in titles or len(titles) < _MOST_ARTICLES:
            titles.setdefault(row["passage"], row.get("title") or "")
    ids = {passage: f"passage-{number}" for number, passage in enumerate(titles)}
    # A title that one passage alone has names no subject.
    counts = Counter(title for title in titles.values() if title)
    related: dict[str, set[str]] = {}
    subjects = {}
    for passage, title in titles.items():
        subjects[passage] = f"{name} {title}" if counts[title] > 1 else f"{name} {ids[passage]}"
        related.setdefault(subjects[passage], set()).add(ids[passage])

    def question(row: dict[str, Any]) -> Question:
        passage = row["passage"]
        answer = row["answers"][0]["text"] if row["answers"] else ""
        return Question(row["q"], answer, ids[passage], subjects[passage])

    return ReadingSet(
        name,
        name,
        tuple(Draft(text=passage, id=one) for passage, one in ids.items()),
        tuple(map(question, answered)),
        tuple(map(question, unanswered)),
        related,
    )
