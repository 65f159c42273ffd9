"""Questions that were written for this repository about passages of the data folder.

Of every passage some questions are answered by it and some are not: those ask for something else about the same
subject. Most are Vietnamese, one of each is in another language. The files name the passages; their texts stay in the
data folder. From the first file the built-in model learns too, with the answered questions.
"""

from __future__ import annotations

import gzip
import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PASSAGES, MORE_PASSAGES = (
    Path(__file__).parent / "questions" / f"{name}.jsonl" for name in ("passages", "more_passages")
)


_HELD_OUT = 12
"""One passage in so many is kept out of the verifier's training: it measures, and confidence learns from it."""


@dataclass(frozen=True, slots=True)
class WrittenQuestion:
    """A question and the words of the passage that answer it; no words where none do."""

    text: str
    answer: str
    language: str


@dataclass(frozen=True, slots=True)
class WrittenPassage:
    """A passage, the title of its article, and the questions about it."""

    text: str
    title: str
    questions: tuple[WrittenQuestion, ...]


def written_passages(data: Path, *files: Path) -> Iterator[WrittenPassage]:
    """Yield the passages that `files` name, file by file of the data folder."""
    by_source = defaultdict(list)
    for file in files:
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            by_source[row["source"]].append(row)
    for source, rows in by_source.items():
        with gzip.open(data / f"train/{source}.jsonl.gz", "rt", encoding="utf-8") as lines:
            articles = [json.loads(line) for line in lines]
        for row in rows:
            article = articles[row["row"]]
            text = article["text"] if "text" in article else article["passage"]
            answered = [WrittenQuestion(asked, answer, "vi") for asked, answer in row["answered"]]
            absent = [WrittenQuestion(asked, "", "vi") for asked in row["absent"]]
            if row["answered_elsewhere"]:
                asked, answer = row["answered_elsewhere"]
                answered.append(WrittenQuestion(asked, answer, row["language"]))
            absent.append(WrittenQuestion(row["absent_elsewhere"], "", row["language"]))
            yield WrittenPassage(text[row["start"] : row["end"]], article.get("title") or "", (*answered, *absent))


def is_held_out(number: int) -> bool:
    """Whether the passage of a number, counted from 0 as both files are read together, is kept out of training."""
    return number % _HELD_OUT == 0
