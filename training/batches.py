"""What the model is shown: batches of pairs of texts, drawn anew in every pass.

A side of a pair is a bag of pieces: one or two ranges of consecutive segments, with or without accents.
Within a batch every other right side is a wrong answer for a left side, hence the order matters:

- pairs of texts and titles of articles are mixed freely, one article at most once per batch (nearly always);
- a sentence and the passage around it stand in one batch with the other passages of the same article, so that
  the model learns to tell passages about one subject apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from training.segments import Segments

# How often accents are dropped, so that text typed without them lands near text with them.
FOLDED_LEFT = 0.3
FOLDED_RIGHT = 0.15

# Sentences per passage, drawn evenly: about 200 to 1,200 characters, what the service cuts articles into.
PASSAGE_SENTENCES = (2, 9)

# How often the passage still holds the sentence that asks for it; otherwise its surroundings must do.
SENTENCE_KEPT = 0.75

# How often the part of a sentence used as a question is words from all over it instead of neighbours, which share of
# its words is kept then, and how often a Vietnamese one gets words that only questions have.
SCATTERED = 0.5
SCATTERED_SHARE = (0.35, 0.8)
QUESTION_WORDS_ADDED = 0.4
QUESTION_WORDS = (
    "là gì",
    "là ai",
    "ai",
    "ai là người",
    "cái gì",
    "điều gì",
    "những gì",
    "như thế nào",
    "thế nào",
    "ra sao",
    "khi nào",
    "năm nào",
    "vào năm nào",
    "thời gian nào",
    "ở đâu",
    "nơi nào",
    "nước nào",
    "bao nhiêu",
    "có bao nhiêu",
    "mấy",
    "vì sao",
    "tại sao",
    "lý do gì",
    "nào",
    "những nào",
    "bằng cách nào",
    "được gọi là gì",
    "có tên là gì",
    "gồm những gì",
    "có phải không",
)

# Shortest and longest cut of a sentence used as a question, in pieces.
QUESTION_PIECES = (4, 24)


@dataclass(frozen=True)
class Article:
    """Segment numbers of one article; the English ones are empty ranges unless it is bilingual."""

    title: int
    body: tuple[int, int]
    english_title: int = -1
    english_body: tuple[int, int] = (0, 0)


Concept = tuple[tuple[int, int], ...]
"""Per language, the segments that are its words for something."""


@dataclass(frozen=True)
class ConceptGroup:
    """Concepts of one kind: how often each is drawn in a pass, and how many make a text at most.

    Where more than one makes a text, all have the same languages in the same order.
    """

    concepts: Sequence[Concept]
    repeats: int
    together: int


@dataclass(frozen=True)
class Batch:
    """Bags of pieces, flat, with the start of each bag; keys are equal where texts are."""

    left: NDArray[np.int32]
    left_starts: NDArray[np.int64]
    right: NDArray[np.int32]
    right_starts: NDArray[np.int64]
    left_keys: NDArray[np.int64]
    right_keys: NDArray[np.int64]


Bag = NDArray[np.int32]
Sample = tuple[Bag, Bag, int, int]


class Sampler:
    """Draws samples and batches; everything random comes from the one generator it is given."""

    def __init__(
        self,
        accented: Segments,
        folded: Segments,
        question_words: tuple[Segments, Segments],
        random: np.random.Generator,
        size: int,
    ) -> None:
        """`question_words` are `QUESTION_WORDS`, like the others with and without accents."""
        self._variants = (accented, folded)
        self._question_words = question_words
        self._random = random
        self._size = size

    def _variant(self, probability_folded: float) -> Segments:
        return self._variants[int(self._random.random() < probability_folded)]

    def pairs(self, pairs: NDArray[np.int64]) -> Iterator[Batch]:
        """All pairs of segment numbers, shape (n, 2), in random order."""
        shuffled = self._random.permutation(pairs)
        for low in range(0, len(shuffled), self._size):
            yield self._batch([self._pair(int(left), int(right)) for left, right in shuffled[low : low + self._size]])

    def _pair(self, left: int, right: int) -> Sample:
        return (
            self._variant(FOLDED_LEFT).span(left, left + 1),
            self._variant(FOLDED_RIGHT).span(right, right + 1),
            left,
            right,
        )

    def concepts(self, group: ConceptGroup) -> Iterator[Batch]:
        """The words for a few concepts in one language with those in another, languages drawn evenly."""
        order = self._random.permutation(np.repeat(np.arange(len(group.concepts)), group.repeats))
        waiting: list[Sample] = []
        begin = 0
        while begin < len(order):
            chosen = order[begin : begin + int(self._random.integers(1, group.together, endpoint=True))]
            begin += len(chosen)
            # One concept may come twice in a batch and is then no wrong answer.
            key = int(chosen[0]) if len(chosen) == 1 else -begin
            together = [group.concepts[row] for row in chosen]
            one, other = self._random.choice(len(together[0]), size=2, replace=False)
            waiting.append(
                (self._words(together, one, FOLDED_LEFT), self._words(together, other, FOLDED_RIGHT), key, key)
            )
            if len(waiting) == self._size:
                yield self._batch(waiting)
                waiting = []
        if waiting:
            yield self._batch(waiting)

    def _words(self, concepts: Sequence[Concept], language: int, probability_folded: float) -> Bag:
        segments = self._variant(probability_folded)
        forms = [int(self._random.integers(*concept[language])) for concept in concepts]
        return np.concatenate([segments.span(form, form + 1) for form in forms])

    def titles(self, articles: Sequence[Article], english: bool = False) -> Iterator[Batch]:
        """The title of every article with one random passage of it."""
        order = self._random.permutation(len(articles))
        for low in range(0, len(order), self._size):
            yield self._batch([self._title(articles[row], english) for row in order[low : low + self._size]])

    def _title(self, article: Article, english: bool) -> Sample:
        title = article.english_title if english else article.title
        begin, end = article.body
        first = int(self._random.integers(begin, end))
        last = min(end, first + int(self._random.integers(*PASSAGE_SENTENCES, endpoint=True)))
        return (
            self._variant(FOLDED_LEFT).span(title, title + 1),
            self._variant(FOLDED_RIGHT).span(first, last),
            title,
            first,
        )

    def sentences(self, articles: Sequence[Article], crossing: bool = False) -> Iterator[Batch]:
        """A part of one sentence of every passage with that passage; the passages of an article together.

        With `crossing` the two sides are in different languages, either way round.
        """
        waiting: list[Sample] = []
        for row in self._random.permutation(len(articles)):
            article = articles[row]
            asking = answering = article.body
            if crossing:
                asking, answering = article.body, article.english_body
                if self._random.random() < 0.5:
                    asking, answering = answering, asking
            waiting.extend(self._article_passages(asking, answering))
            if len(waiting) >= self._size:
                yield self._batch(waiting[: self._size])
                waiting = waiting[self._size :]
        if waiting:
            yield self._batch(waiting)

    def _article_passages(self, asking: tuple[int, int], answering: tuple[int, int]) -> Iterator[Sample]:
        begin, end = answering
        shift = asking[0] - begin
        while end - begin >= PASSAGE_SENTENCES[0]:
            last = min(end, begin + int(self._random.integers(*PASSAGE_SENTENCES, endpoint=True)))
            chosen = int(self._random.integers(begin, last))
            folded = int(self._random.random() < FOLDED_LEFT)
            question = self._part(self._variants[folded].span(chosen + shift, chosen + shift + 1))
            if not shift and self._random.random() < QUESTION_WORDS_ADDED:
                row = int(self._random.integers(len(QUESTION_WORDS)))
                question = np.concatenate([question, self._question_words[folded].span(row, row + 1)])
            passage = self._variant(FOLDED_RIGHT)
            if shift or last - begin == 1 or self._random.random() < SENTENCE_KEPT:
                answer = passage.span(begin, last)
            else:
                answer = np.concatenate([passage.span(begin, chosen), passage.span(chosen + 1, last)])
            yield question, answer, chosen + shift, begin
            begin = last

    def _part(self, pieces: Bag) -> Bag:
        shortest, longest = QUESTION_PIECES
        if len(pieces) <= shortest:
            return pieces
        if self._random.random() < SCATTERED:
            chosen = self._random.random(len(pieces)) < self._random.uniform(*SCATTERED_SHARE)
            return pieces[chosen][:longest] if np.count_nonzero(chosen) >= shortest else pieces[:longest]
        length = min(len(pieces), int(self._random.integers(shortest, longest, endpoint=True)))
        first = int(self._random.integers(0, len(pieces) - length, endpoint=True))
        return pieces[first : first + length]

    @staticmethod
    def _batch(samples: Sequence[Sample]) -> Batch:
        kept = [sample for sample in samples if len(sample[0]) and len(sample[1])]
        lengths = np.array([(len(left), len(right)) for left, right, _, _ in kept], dtype=np.int64).reshape(-1, 2)
        starts = np.cumsum(lengths, axis=0) - lengths
        return Batch(
            np.concatenate([sample[0] for sample in kept]),
            np.ascontiguousarray(starts[:, 0]),
            np.concatenate([sample[1] for sample in kept]),
            np.ascontiguousarray(starts[:, 1]),
            np.array([sample[2] for sample in kept], dtype=np.int64),
            np.array([sample[3] for sample in kept], dtype=np.int64),
        )
