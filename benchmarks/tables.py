"""Is the row that answers quoted first: `python -m benchmarks.tables`.

Asks the real engine questions about the rows of tables in `benchmarks/tables.toml`, all texts in one corpus, and of the
prose around them, which tables must not get in the way of. Texts and questions are of our own wording. How rows
are read was chosen with these at hand.
"""

from __future__ import annotations

import argparse
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from index.corpus import Corpus
from index.models.encoder import BUILTIN_MODEL
from index.models.loading import load_encoder
from index.records import Draft
from qa.engine import Engine

FILE = Path(__file__).parent / "tables.toml"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what its first quotation has to hold: a row, or a piece of prose."""

    question: str
    quote: str


@dataclass(frozen=True, slots=True)
class TableFigures:
    """How many questions there are, and of how many the first quotation, or the answer, holds what was asked for.

    Attributes:
        questions: all of them.
        quoted: first quotation of the first passage.
        said: anywhere in the answer.
        missed: the questions whose first quotation is another one.
    """

    questions: int
    quoted: int
    said: int
    missed: tuple[str, ...]


def documents() -> list[Draft]:
    """Return the texts."""
    return [Draft(text=one["text"], id=one["id"], title=one["title"], language=one["language"]) for one in _read()]


def questions(kind: str) -> list[Asked]:
    """Return the questions about "rows" or "prose"."""
    return [Asked(question, quote) for one in _read() for question, quote in one[kind]]


def measured(engine: Engine, asked: Sequence[Asked]) -> TableFigures:
    """Return the figures of these questions."""
    missed: list[str] = []
    said = 0
    for one in asked:
        answer = engine.ask(one.question)
        quotes = answer.passages[0].quotes if answer.passages else ()
        said += answer.answer is not None and one.quote in answer.answer.text
        if not quotes or one.quote not in quotes[0].text:
            missed.append(f"{one.question} → {quotes[0].text if quotes else 'nothing'}")
    return TableFigures(len(asked), len(asked) - len(missed), said, tuple(missed))


def _read() -> list[dict[str, Any]]:
    with FILE.open("rb") as file:
        found: list[dict[str, Any]] = tomllib.load(file)["document"]
    return found


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--missed", action="store_true", help="name the questions that were missed")
    given = parser.parse_args()
    print("| about | questions | first quote | in the answer |\n|---|---:|---:|---:|")
    with tempfile.TemporaryDirectory() as folder, Corpus.open(Path(folder), load_encoder(BUILTIN_MODEL)) as corpus:
        list(corpus.add(documents()))
        engine = Engine(corpus)
        for kind in ("rows", "prose"):
            one = measured(engine, questions(kind))
            print(f"| {kind} | {one.questions} | {one.quoted / one.questions:.3f} | {one.said / one.questions:.3f} |")
            if given.missed:
                print("\n".join(f"  {line}" for line in one.missed))


if __name__ == "__main__":
    main()
