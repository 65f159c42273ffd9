"""Questions with the features of their candidates: evidence and confidence are learned from them.

The development sets are asked as the service would, at three sizes of corpus, with the right article present, with it
removed, and with its whole subject removed; so are sets in other languages (`training.reading`). Evidence and
confidence are therefore learned on development sets; what is reported of them is features on subjects that were left
out.
"""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from index.corpus import Corpus
from index.filters import NO_FILTERS
from index.models.builtin.encoder import builtin_static_model
from index.models.loading import load_encoder
from index.reading.reader import PassageReader
from index.records import Draft
from index.text.normalization import fold, normalize
from index.text.sentences import split_sentences
from qa.evidence.features import Features, sentence_features
from qa.evidence.query import CandidateText
from qa.retrieval.finder import DEPTHS, shortlist
from qa.retrieval.ranking import evidence_query, prepare_query, rank
from qa.verification.windows import Window, window_around
from training.reading import Question, reading_sets

Removed = Literal["nothing", "sentence", "article", "subject", "unanswered"]
"""What is taken out of the candidates. Without its answering sentence an article is still about the question, and
nothing in it answers: that is what a near miss looks like. "unanswered" are questions that people wrote so that nothing
answers them; there nothing has to be taken out."""

_SMALL = 5
_SEED = 0


@dataclass(frozen=True, slots=True)
class Example:
    """A question with the features of its candidates.

    Attributes:
        setting: which set and size.
        subject: to split by.
        removed: what was taken out of the candidates.
        features: shape (sentences, features).
        candidates: which candidate each sentence is of, shape (sentences,).
        articles: a number for the article of each candidate, shape (candidates,).
        right: which sentences hold the answer, shape (sentences,).
        joins: which may be quoted as one with the sentence before, shape (sentences,).
        question: as it was asked.
        titles: of each candidate's article.
        texts: of each candidate.
        starts: where each sentence begins in its candidate, shape (sentences,).
        ends: where it ends.
    """

    setting: str
    subject: str
    removed: Removed
    features: Features
    candidates: NDArray[np.int64]
    articles: NDArray[np.int64]
    right: NDArray[np.bool_]
    joins: NDArray[np.bool_]
    question: str
    titles: tuple[str, ...]
    texts: tuple[str, ...]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]

    def window(self, row: int) -> Window:
        """Return what the verifier reads where a sentence is the best."""
        place = int(self.candidates[row])
        return window_around(self.candidates, self.starts, self.ends, row, self.titles[place], self.texts[place])


def examples(data: Path, work: Path) -> Iterator[Example]:
    """Ask everything.

    Args:
        data: folder of the data sets.
        work: folder for the corpora; one that is there already is used again, if the model is the same.
    """
    reader = PassageReader(builtin_static_model())
    contexts, questions = _viquad(data)
    plain = [Draft(text=text, id=key) for key, (text, _subject) in contexts.items()]
    titled = [Draft(text=text, id=key, title=subject) for key, (text, subject) in contexts.items()]
    subjects: dict[str, set[str]] = {}
    for key, (_text, subject) in contexts.items():
        subjects.setdefault(subject, set()).add(key)
    thirds = [questions[start::3] for start in range(3)]

    def ask(
        folder: str, articles: Iterable[Draft], asked: Sequence[Question], setting: str, *removals: Removed
    ) -> Iterator[Example]:
        with _corpus(work / folder, articles) as corpus:
            for removed in removals:
                for question in asked:
                    without = _removed(removed, question, subjects)
                    yield _example(corpus, reader, question, setting, removed, without)

    yield from ask("viquad", plain, questions, "viquad", "nothing")
    yield from ask("viquad", plain, thirds[0], "viquad", "sentence", "article", "subject")
    unaccented = [_unaccented(question) for question in thirds[0]]
    yield from ask("viquad", plain, unaccented, "viquad, no accents", "nothing", "sentence", "article", "subject")
    yield from ask("titled", titled, thirds[1], "viquad with titles", "nothing", "sentence", "article")
    yield from ask(
        "news", [*plain, *_news(data)], thirds[2][::3], "viquad among news", "nothing", "sentence", "article", "subject"
    )
    for number, group in enumerate(_groups(plain)):
        inside = {draft.id for draft in group}
        asked = [question for question in thirds[1] if question.article in inside]
        yield from ask(f"small-{number}", group, asked, "five articles", "nothing", "sentence", "article")
    articles, translated = _mixed(data)
    yield from ask("mixed", articles, translated, "evb, mixed languages", "nothing", "article")
    for setting, documents, translated in _evb(data):
        yield from ask(setting, documents, translated, setting, "nothing", "sentence", "article")
    for one in reading_sets(data):
        subjects |= one.related
        folder, name = f"reading-{one.articles_name}", f"reading {one.name}"
        yield from ask(folder, one.articles, one.answered, name, "nothing", "subject")
        yield from ask(folder, one.articles, one.unanswered, name, "unanswered")


def _example(
    corpus: Corpus, reader: PassageReader, question: Question, setting: str, removed: Removed, without: set[str]
) -> Example:
    view = corpus.view()
    query = prepare_query(normalize(question.text).strip(), corpus.encoder)
    ranked = rank(query, view, "hybrid", DEPTHS.side, NO_FILTERS)
    owners = corpus.storage.owners(ranked.numbers.tolist())
    ranked = ranked.at(np.flatnonzero([owners[number] not in without for number in ranked.numbers.tolist()]))
    kept = ranked.at(shortlist(ranked)).candidates()
    stored = corpus.storage.passages([candidate.number for candidate in kept])
    passages = [stored[candidate.number] for candidate in kept]
    texts = [passage.text for passage in passages]
    if removed == "sentence":
        mine = [passage.article.id == question.article for passage in passages]
        texts = [_without(question.answer, text) if own else text for text, own in zip(texts, mine, strict=True)]
    candidates = [
        CandidateText(text, passage.article.title, candidate.fused, candidate.explained, place)
        for place, (text, passage, candidate) in enumerate(zip(texts, passages, kept, strict=True), 1)
    ]
    features = sentence_features(evidence_query(query, ranked.known), candidates, reader)
    right = [
        bool(question.answer)
        and passages[place].article.id == question.article
        and question.answer in texts[place][start:end]
        for place, start, end in zip(
            features.candidates.tolist(), features.starts.tolist(), features.ends.tolist(), strict=True
        )
    ]
    ids = [passage.article.id for passage in passages]
    return Example(
        setting=setting,
        subject=question.subject,
        removed=removed,
        features=features.values,
        candidates=features.candidates,
        articles=np.array([ids.index(one) for one in ids], dtype=np.int64),
        right=np.array(right, dtype=bool),
        joins=features.readings.joins[features.sentences],
        question=query.text,
        titles=tuple(passage.article.title for passage in passages),
        texts=tuple(map(_once, texts)),
        starts=features.starts,
        ends=features.ends,
    )


@cache
def _once(text: str) -> str:
    """Return the one object that stands for all equal texts: many examples have the same candidates."""
    return text


def _corpus(folder: Path, articles: Iterable[Draft]) -> Corpus:
    """Return a corpus of `articles` with the built-in model, made anew only where `folder` has none."""
    corpus = Corpus.open(folder, load_encoder())
    if corpus.info().counts.articles == 0:
        for outcome in corpus.add(articles):
            if outcome.error is not None:
                raise outcome.error
    return corpus


def _removed(removed: Removed, question: Question, subjects: dict[str, set[str]]) -> set[str]:
    match removed:
        case "nothing" | "sentence" | "unanswered":
            return set()
        case "article":
            return {question.article}
        case "subject":
            return subjects[question.subject]


def _without(answer: str, text: str) -> str:
    """Return the sentences of `text` that do not hold `answer`."""
    return "\n".join(text[start:end] for start, end in split_sentences(text) if answer not in text[start:end])


def _unaccented(question: Question) -> Question:
    return Question(fold(question.text), question.answer, question.article, question.subject)


def _viquad(data: Path) -> tuple[dict[str, tuple[str, str]], list[Question]]:
    """Return the contexts by id, each with its subject, and the questions."""
    contexts: dict[str, tuple[str, str]] = {}
    ids: dict[str, str] = {}
    questions = []
    with (data / "dev/viquad/test.jsonl").open(encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            key = ids.setdefault(row["context"], f"context-{len(ids)}")
            contexts[key] = row["context"], row["title"]
            questions.append(Question(row["question"], row["answer"], key, row["title"]))
    return contexts, questions


def _news(data: Path) -> Iterator[Draft]:
    with gzip.open(data / "train/mono_vi/news_baomoi.jsonl.gz", "rt", encoding="utf-8") as lines:
        for number, row in enumerate(map(json.loads, lines)):
            yield Draft(text=row["text"], title=row["title"], id=f"news-{number}")


def _groups(articles: Sequence[Draft]) -> Iterator[list[Draft]]:
    shuffled = random.Random(_SEED).sample(articles, len(articles))
    for start in range(0, len(shuffled), _SMALL):
        yield shuffled[start : start + _SMALL]


def _evb(data: Path) -> Iterator[tuple[str, list[Draft], list[Question]]]:
    """Return, for each direction, the articles and sentences of their translations, six of each, as questions."""
    with gzip.open(data / "dev/evb/docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        documents = [json.loads(line)["pairs"] for line in lines]
    chosen = random.Random(_SEED)
    samples = [chosen.sample(pairs[1:], min(6, len(pairs) - 1)) for pairs in documents]
    for setting, asked, answering in (("evb en-vi", 0, 1), ("evb vi-en", 1, 0)):
        articles = [
            Draft(text="\n\n".join(pair[answering] for pair in pairs[1:]), title=pairs[0][answering], id=f"{number}")
            for number, pairs in enumerate(documents)
        ]
        questions = [
            Question(pair[asked], _longest_sentence(pair[answering]), f"{number}", f"evb {number}")
            for number, pairs in enumerate(samples)
            for pair in pairs
        ]
        yield setting, articles, questions


def _mixed(data: Path) -> tuple[list[Draft], list[Question]]:
    """Return every second article in English and the others in Vietnamese, asked for in the other language."""
    articles: list[Draft] = []
    questions: list[Question] = []
    for odd, (_setting, documents, translated) in enumerate(_evb(data)):
        articles.extend(documents[odd::2])
        held = {document.id for document in documents[odd::2]}
        questions.extend(question for question in translated if question.article in held)
    return articles, questions


def _longest_sentence(text: str) -> str:
    return max((text[start:end] for start, end in split_sentences(text)), key=len, default=text)
