"""What the verifier is shown: a question and a window, and whether the window says what is asked.

Wrong windows are those that come near: of the same passage, without the sentence that answers; the nearest of another
passage; and, for questions that people or a language model wrote so that a passage does not answer them, the nearest
of that passage. The latter teach most.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from index.models.builtin.static import StaticModel
from index.text.normalization import fold
from qa.evidence.cues import question_cues
from training.sources import SOURCES, is_trained_on, rows
from training.verifying.windows import Passage
from training.written import MORE_PASSAGES, PASSAGES, WrittenQuestion, written_passages

_SEED = 1
_MOST_QUESTIONS = 1_000
"""Of one reading set."""
_TITLED = 0.5
"""How often the title stands above a window that has one."""
_FOLDED = 0.2
"""How often a question loses its accents."""
_OTHERS = 40
"""Nearest sentences of the whole set among which one of another passage is looked for."""
_DECLINE = 0.4
"""How fast the chance falls from one of them to the next, farther one."""
_SECOND_NEAREST = 0.7
"""How often an absent question is shown with the second nearest sentence, too."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question, a window below its title, and whether it answers."""

    question: str
    title: str
    text: str
    right: bool


class Labeller:
    """Makes labelled windows; everything random comes from one generator."""

    def __init__(self, model: StaticModel) -> None:
        """Find the nearest sentences with `model`."""
        self._model = model
        self._chance = random.Random(_SEED)

    def reading(self, data: Path) -> Iterator[Labelled]:
        """Yield windows for the reading sets, language by language."""
        chosen: dict[str, list[Any]] = defaultdict(list)
        for source in SOURCES:
            if source.kind == "reading":
                own = [row for row in rows(data, source) if is_trained_on(row["passage"])]
                for row in self._chance.sample(own, min(_MOST_QUESTIONS, len(own))):
                    chosen[row["lang"]].append(row)
        for asked in chosen.values():
            yield from self._of_language(asked)

    def _of_language(self, asked: list[Any]) -> Iterator[Labelled]:
        passages: dict[str, Passage] = {}
        for row in asked:
            if row["passage"] not in passages:
                passages[row["passage"]] = Passage(row["passage"], row.get("title") or "", self._model)
        places = [(passage, sentence) for passage in passages.values() for sentence in range(len(passage.spans))]
        vectors = np.vstack([passage.vectors for passage in passages.values()])
        questions = self._model.encode([row["q"] for row in asked])
        for row, question in zip(asked, questions, strict=True):
            own = passages[row["passage"]]
            answers = [(one["start"], one["start"] + len(one["text"])) for one in row["answers"]]
            words = [one["text"].lower() for one in row["answers"]]
            yield from self._of_passage(row["q"], question, own, answers, words)
            near = np.argpartition(-(vectors @ question), min(_OTHERS, len(vectors) - 1))[:_OTHERS]
            near = near[np.argsort(-(vectors[near] @ question), kind="stable")]
            other = [
                places[one]
                for one in near.tolist()
                if places[one][0] is not own and not any(word in places[one][0].text.lower() for word in words)
            ]
            if other:
                passage, sentence = other[min(int(self._chance.expovariate(_DECLINE)), len(other) - 1)]
                yield self._labelled(row["q"], passage, passage.window(sentence, self._chance), right=False)

    def written(self, data: Path) -> Iterator[list[Labelled]]:
        """Yield, passage by passage, windows for the questions that were written for this repository."""
        every = list(written_passages(data, PASSAGES, MORE_PASSAGES))
        kept = _shares_kept(question for written in every for question in written.questions)
        for written in every:
            passage = Passage(written.text, written.title, self._model)
            vectors = self._model.encode([question.text for question in written.questions])
            labelled: list[Labelled] = []
            for question, vector in zip(written.questions, vectors, strict=True):
                if not question.answer and self._chance.random() > kept[question_cues(question.text).kind]:
                    continue
                start = written.text.index(question.answer)
                answers = [(start, start + len(question.answer))] if question.answer else []
                labelled += self._of_passage(question.text, vector, passage, answers, [question.answer.lower()])
            yield labelled

    def _of_passage(
        self, question: str, vector: Any, passage: Passage, answers: list[tuple[int, int]], words: list[str]
    ) -> Iterator[Labelled]:
        """Yield what the passage of a question gives: the window that answers it, and one that does not."""
        nearest, chance = passage.nearest(vector), self._chance
        if not answers:
            for row in nearest[: 1 + (chance.random() < _SECOND_NEAREST)]:
                yield self._labelled(question, passage, passage.window(row, chance), right=False)
            return
        holding = passage.holding(*answers[0])
        window = passage.window(holding[0], chance, around=answers[0])
        yield self._labelled(question, passage, window, right=True)
        said = {row for start, end in answers for row in passage.holding(start, end)}
        said |= {row for row in nearest if any(word in passage.sentence(row).lower() for word in words)}
        rest = [row for row in nearest if row not in said]
        if rest:
            yield self._labelled(question, passage, passage.window(rest[0], chance, without=said), right=False)

    def _labelled(self, question: str, passage: Passage, text: str, right: bool) -> Labelled:
        title = passage.title if self._chance.random() < _TITLED else ""
        asked = fold(question) if self._chance.random() < _FOLDED else question
        return Labelled(asked, title, text, right)


def _shares_kept(questions: Iterable[WrittenQuestion]) -> dict[str, float]:
    """Return which share of the absent questions of each kind to keep, so that a kind alone tells nothing.

    Of those that ask for a number, for example, more were written without an answer.
    """
    counts = Counter((question_cues(one.text).kind, bool(one.answer)) for one in questions)
    odds = {kind: counts[kind, True] / max(counts[kind, False], 1) for kind, _ in counts}
    common = min(odds["other"], odds["person"])
    return {kind: min(1.0, one / common) for kind, one in odds.items()}
