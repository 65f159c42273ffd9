"""What is stored and asked: passages of news, news mixed anew to any number, and questions whose articles are known."""

from __future__ import annotations

import gzip
import json
import mmap
import random
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, islice
from pathlib import Path

from benchmarks.development_sets import viquad
from index.text.chunking import chunk
from index.text.sentences import split_sentences

NEWS = "train/mono_vi/news_baomoi.jsonl.gz"
QUESTIONS = "dev/viquad/test.jsonl"
_SEED = 12
_SAMPLED_ARTICLES = 300


@dataclass(frozen=True, slots=True)
class Text:
    """An article to store, with the names that hoidap's JSONL has."""

    id: str
    text: str
    title: str = ""

    def line(self) -> str:
        """Return it as a line of JSONL."""
        fields = {"id": self.id, "text": self.text} | ({"title": self.title} if self.title else {})
        return json.dumps(fields, ensure_ascii=False) + "\n"


@dataclass(frozen=True, slots=True)
class Question:
    """A question with the id of the article that answers it."""

    text: str
    article_id: str


def missing(data: Path) -> str | None:
    """Return the development set that lacks in a folder, None if all are there."""
    return next((str(data / name) for name in (NEWS, QUESTIONS) if not (data / name).exists()), None)


def news(data: Path) -> Iterator[Text]:
    """Yield the news articles."""
    with gzip.open(data / NEWS, "rt", encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            row = json.loads(line)
            yield Text(f"news-{number}", row["text"], row["title"])


def passages(articles: Iterable[Text], wanted: int) -> list[Text]:
    """Return the first passages of articles, each as an article of its own, so that a peer stores the same texts."""
    cut = (
        Text(f"{article.id}-{start}", article.text[start:end])
        for article in articles
        for start, end in chunk(article.text)
    )
    return list(islice(cut, wanted))


def answered(data: Path) -> tuple[list[Text], list[Question]]:
    """Return the paragraphs of ViQuAD as articles, and its questions in a fixed order drawn by chance."""
    found = viquad(data)
    asked = [Question(one.question, one.article_ids[0]) for one in found.questions if one.article_ids]
    random.Random(_SEED).shuffle(asked)
    return [Text(str(draft.id), draft.text) for draft in found.articles], asked


class Sentences:
    """The sentences, titles and shapes of articles; the sentences lie in a file, so memory holds only where they are.

    A shape is the number of sentences in each paragraph of an article.
    """

    def __init__(self, articles: Iterable[Text], file: Path) -> None:
        """Read the articles and write their sentences to `file`."""
        self.titles: list[str] = []
        self.shapes: list[tuple[int, ...]] = []
        self._ends = array("q", [0])
        at = 0
        with file.open("wb") as out:
            for article in articles:
                shape = []
                for paragraph in article.text.split("\n"):
                    spans = split_sentences(paragraph)
                    for start, end in spans:
                        at += out.write(paragraph[start:end].strip().encode())
                        self._ends.append(at)
                    shape.append(len(spans))
                self.titles.append(article.title)
                self.shapes.append(tuple(filter(None, shape)))
        with file.open("rb") as written:
            self._bytes = mmap.mmap(written.fileno(), 0, access=mmap.ACCESS_READ)

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, number: int) -> str:
        return self._bytes[self._ends[number] : self._ends[number + 1]].decode()


def mixed(sentences: Sentences, seed: int = _SEED) -> Iterator[Text]:
    """Yield articles without end: each has the shape of one article, the title of another, sentences of any."""
    chance = random.Random(seed)
    total = len(sentences)
    for number in count():
        shape = chance.choice(sentences.shapes)
        paragraphs = (" ".join(sentences[chance.randrange(total)] for _ in range(size)) for size in shape)
        yield Text(f"mixed-{number}", "\n".join(paragraphs), chance.choice(sentences.titles))


def characters_per_passage(articles: Iterable[Text]) -> float:
    """Return how many characters of an article make a passage, from a sample."""
    sample = list(islice(articles, _SAMPLED_ARTICLES))
    return sum(len(one.text) for one in sample) / max(1, sum(len(chunk(one.text)) for one in sample))


def write_articles(articles: Iterator[Text], file: Path, characters: float) -> int:
    """Write articles as JSONL until they have so many characters; return how many there are. The rest stays unread."""
    written, articles_written = 0, 0
    with file.open("w", encoding="utf-8") as out:
        while written < characters:
            article = next(articles)
            out.write(article.line())
            written += len(article.text)
            articles_written += 1
    return articles_written


def write_all(articles: Sequence[Text], file: Path) -> None:
    """Write articles as JSONL."""
    with file.open("w", encoding="utf-8") as out:
        out.writelines(article.line() for article in articles)
