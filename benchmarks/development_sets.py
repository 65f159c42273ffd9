"""The development sets as articles and questions: for choosing, never for training, and one kept out for reporting."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from api.commands.evaluate import read_questions
from index.readers.walking import read_path
from index.records import Draft
from index.text.normalization import fold
from qa.evaluation.measures import EvaluationQuestion

_SENTENCES_PER_ARTICLE = 6
_PASSAGE_CHARACTERS = 600
_SEED = 0
_SIDES = {"en": 0, "vi": 1}


@dataclass(frozen=True, slots=True)
class DevelopmentSet:
    """Articles to search in and questions to ask."""

    name: str
    articles: tuple[Draft, ...]
    questions: tuple[EvaluationQuestion, ...]

    def without_accents(self) -> DevelopmentSet:
        """Return the same set with the questions typed without accents."""
        questions = tuple(replace(asked, question=fold(asked.question)) for asked in self.questions)
        return DevelopmentSet(f"{self.name}, no accents", self.articles, questions)

    def every(self, step: int) -> DevelopmentSet:
        """Return the same set with one question in `step`."""
        return replace(self, questions=self.questions[::step])


def viquad(data: Path) -> DevelopmentSet:
    """ViQuAD: 4,065 Vietnamese questions over 557 encyclopedia paragraphs, each an article here."""
    with (data / "dev/viquad/test.jsonl").open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    contexts: dict[str, str] = {}
    for row in rows:
        contexts.setdefault(row["context"], f"context-{len(contexts)}")
    return DevelopmentSet(
        "viquad",
        tuple(Draft(text=text, id=article_id) for text, article_id in contexts.items()),
        tuple(
            EvaluationQuestion(row["question"], (contexts[row["context"]],), answer=row["answer"], language="vi")
            for row in rows
        ),
    )


def viquad_among_news(data: Path) -> DevelopmentSet:
    """The same questions, with 35,000 news articles around the paragraphs that answer them."""
    found = viquad(data)
    news: list[Draft] = []
    for file in sorted((data / "train/mono_vi").glob("news_baomoi*")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                news.append(Draft(text=row["text"], title=row["title"], id=f"news-{len(news)}"))
    return DevelopmentSet("viquad among news", (*found.articles, *news), found.questions)


def zalo(data: Path) -> DevelopmentSet:
    """Zalo's Wikipedia questions: Vietnamese ones as people search, over paragraphs that were judged right or wrong.

    Kept out: nothing was chosen or trained on it, so it is the set to report.
    """
    articles, pairs = zalo_pairs(data)
    right: dict[str, list[str]] = {}
    for asked, article_id, answers in pairs:
        if answers:
            right.setdefault(asked, []).append(article_id)
    questions = [EvaluationQuestion(asked, tuple(dict.fromkeys(ids)), language="vi") for asked, ids in right.items()]
    return DevelopmentSet("zalo", tuple(articles), tuple(questions))


def zalo_pairs(data: Path) -> tuple[list[Draft], list[tuple[str, str, bool]]]:
    """Return Zalo's paragraphs, and the questions, each with the id of a paragraph and whether that answers it."""
    articles: dict[str, Draft] = {}
    pairs: list[tuple[str, str, bool]] = []
    with gzip.open(data / "train/reading_unclear/zalo_vi.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            new = Draft(text=row["passage"], title=row.get("title", ""), id=f"paragraph-{len(articles)}")
            article = articles.setdefault(row["passage"], new)
            pairs.append((row["q"], article.id or "", bool(row["answers"])))
    return list(articles.values()), pairs


def evb(data: Path) -> list[DevelopmentSet]:
    """150 bilingual articles, cut into passages of whole sentence pairs, asked for in the other language.

    A title asks for any passage of its article, a sentence for the passage that holds its translation. In the mixed
    pool every second article is there in English and the others in Vietnamese, so that many passages are in the
    language of the question, and none of those is right.
    """
    documents = list(_documents(data))
    chosen = random.Random(_SEED)
    sampled = [chosen.sample(range(len(d.pairs)), min(_SENTENCES_PER_ARTICLE, len(d.pairs))) for d in documents]

    def titles(asked: str, some: list[_Document]) -> Iterator[EvaluationQuestion]:
        for d in some:
            yield EvaluationQuestion(d.title[_SIDES[asked]], tuple(d.ids), language=asked, style="title")

    def sentences(asked: str, some: list[_Document]) -> Iterator[EvaluationQuestion]:
        for d in some:
            for row in sampled[d.number]:
                yield EvaluationQuestion(
                    d.pairs[row][_SIDES[asked]], (d.ids[d.passage_of[row]],), language=asked, style="sentence"
                )

    def pool(held: str, some: list[_Document]) -> tuple[Draft, ...]:
        return tuple(draft for d in some for draft in d.passages(_SIDES[held]))

    sets = []
    for asked, held in (("en", "vi"), ("vi", "en")):
        for kind, questions in (("title", titles), ("sentence", sentences)):
            sets.append(
                DevelopmentSet(f"evb {kind} {asked}→{held}", pool(held, documents), tuple(questions(asked, documents)))
            )
    english, vietnamese = documents[::2], documents[1::2]
    mixed = [*titles("vi", english), *sentences("vi", english), *titles("en", vietnamese), *sentences("en", vietnamese)]
    return [*sets, DevelopmentSet("evb mixed pool", pool("en", english) + pool("vi", vietnamese), tuple(mixed))]


def seeds(folder: Path) -> DevelopmentSet:
    """The small corpus in the repository, with questions in ten languages and many styles."""
    articles = tuple(item for item in read_path(folder) if isinstance(item, Draft))
    return DevelopmentSet("seeds", articles, tuple(read_questions(folder / "questions.jsonl")))


@dataclass(frozen=True, slots=True)
class _Document:
    """A bilingual article: its sentence pairs, and which passage each lies in."""

    number: int
    title: tuple[str, str]
    pairs: list[tuple[str, str]]
    passage_of: list[int]

    @property
    def ids(self) -> list[str]:
        return [f"document-{self.number}-{passage}" for passage in range(self.passage_of[-1] + 1)]

    def passages(self, side: int) -> Iterator[Draft]:
        for passage, name in enumerate(self.ids):
            rows = [row for row, own in enumerate(self.passage_of) if own == passage]
            yield Draft(text="\n\n".join(self.pairs[row][side] for row in rows), id=name)


def _documents(data: Path) -> Iterator[_Document]:
    with gzip.open(data / "dev/evb/docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            title, *pairs = (tuple(pair) for pair in json.loads(line)["pairs"])
            passage_of: list[int] = []
            passage = characters = 0
            for _english, vietnamese in pairs:
                if characters and characters + len(vietnamese) > _PASSAGE_CHARACTERS:
                    passage, characters = passage + 1, 0
                passage_of.append(passage)
                characters += len(vietnamese)
            yield _Document(number, title, pairs, passage_of)
