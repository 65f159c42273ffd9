"""The development sets as articles and questions. They are for choosing, never for training."""

from __future__ import annotations

import gzip
import json
import random
from dataclasses import dataclass, replace
from pathlib import Path

from index.normalization import fold
from index.records import Draft

_EVB_SENTENCES_PER_ARTICLE = 6
_SEED = 0


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the ids of the articles that answer it, and the answer's words where known."""

    text: str
    article_ids: frozenset[str]
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class DevelopmentSet:
    """Articles to search in and questions to ask."""

    name: str
    articles: tuple[Draft, ...]
    questions: tuple[Question, ...]

    def without_accents(self) -> DevelopmentSet:
        """Return the same set with the questions typed without accents."""
        questions = tuple(replace(question, text=fold(question.text)) for question in self.questions)
        return DevelopmentSet(f"{self.name}, no accents", self.articles, questions)


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
        tuple(Question(row["question"], frozenset({contexts[row["context"]]}), row["answer"]) for row in rows),
    )


def evb(data: Path) -> list[DevelopmentSet]:
    """150 bilingual articles, six sentences of each asked as questions, against the articles in the other language."""
    with gzip.open(data / "dev/evb/docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [json.loads(line)["pairs"] for line in lines]
    chosen = random.Random(_SEED)
    samples = [chosen.sample(pairs[1:], min(_EVB_SENTENCES_PER_ARTICLE, len(pairs) - 1)) for pairs in documents]

    def articles(side: int) -> tuple[Draft, ...]:
        return tuple(
            Draft(text="\n\n".join(pair[side] for pair in pairs[1:]), id=f"document-{number}")
            for number, pairs in enumerate(documents)
        )

    def questions(side: int) -> tuple[Question, ...]:
        return tuple(
            Question(pair[side], frozenset({f"document-{number}"}))
            for number, pairs in enumerate(samples)
            for pair in pairs
        )

    return [
        DevelopmentSet("evb en→vi", articles(1), questions(0)),
        DevelopmentSet("evb vi→en", articles(0), questions(1)),
    ]
