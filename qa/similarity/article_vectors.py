"""Articles as vectors that can be compared across languages.

A model puts something of the language into every vector. So two texts in one language are nearer than they should be,
and a translation may be farther away than an article about something else. The texts of a language have their mean in
common, and this module subtracts it. The mean comes from the corpus itself, so any model and any mixture of languages
will do. The mean of few articles cannot be trusted, so a language with few articles loses only a part of it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeVar

import numpy as np

from index.corpus import Corpus
from index.models.encoder import Vectors

PASSAGES_EACH = 32
"""Most passages that stand for an article, spread evenly: a limit on time."""
_SAMPLE_ARTICLES = 256
"""Most articles that the mean of a language is taken over: a limit on time, chosen on EVB."""
_SAMPLE_PASSAGES = 4
"""Most passages of each of them: a limit on time, chosen on EVB."""
_PRIOR_ARTICLES = 5
"""Imagined articles with a mean of zero that join each sample; measured on EVB, where 2 to 20 do as well."""
_BOTH_WAYS = 0.2
"""Weight of the direction with the lower coverage; measured on EVB, where 0 to 0.3 do about as well."""
_BACKGROUND_ARTICLES = 64
"""Articles of which every pair is compared to learn how similar unrelated articles are: a limit on time."""
_LEAST_BACKGROUND_ARTICLES = 30
"""Fewest articles to learn that from: a judgement."""
_DEVIATIONS_OF_MAD = 1.4826
"""Standard deviation of a normal distribution divided by its median absolute deviation, by definition."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Background:
    """How similar unrelated articles are: median and standard deviation over pairs, both estimated robustly."""

    median: float
    deviation: float

    def deviations(self, score: float) -> float:
        """Return a similarity as a number of deviations above the median."""
        return (score - self.median) / self.deviation


USUAL_BACKGROUND = Background(0.06, 0.075)
"""Background of a corpus with too few articles.

Measured with the built-in model on news (0.04 and 0.05) and on an encyclopedia (0.01 and 0.07), and set a little above,
since a language with few articles loses less of its mean.
"""


def spread(items: Sequence[T], most: int = PASSAGES_EACH) -> list[T]:
    """Return at most `most` items, spread evenly, with the first and the last."""
    if len(items) <= most:
        return list(items)
    return [items[round(i * (len(items) - 1) / (most - 1))] for i in range(most)]


def similarity(one: Vectors, other: Vectors) -> float:
    """Return how well two articles cover each other, -1 to 1, from the unit vectors of their passages, shapes (n, d).

    Each passage of one article is paired with the nearest passage of the other, and the cosines are averaged; then the
    same is done the other way round. The better direction weighs more, because a long article covers a short wire on
    the same event, while the wire does not cover the article.
    """
    cosines = one @ other.T
    ways = float(cosines.max(axis=1).mean()), float(cosines.max(axis=0).mean())
    return (1.0 - _BOTH_WAYS) * max(ways) + _BOTH_WAYS * min(ways)


@dataclass(slots=True)
class _Statistics:
    """Statistics of the corpus at one revision: the mean of each language, and the background."""

    change: int
    means: dict[str, Vectors] = field(default_factory=dict)
    background: Background | None = None


class ArticleVectors:
    """Returns vectors of articles without the mean of their language. Safe to share between threads."""

    def __init__(self, corpus: Corpus) -> None:
        """Read from `corpus`."""
        self._corpus = corpus
        self._lock = threading.Lock()
        self._kept = _Statistics(change=-1)

    def of(self, articles: Mapping[str, Iterable[int]]) -> dict[str, Vectors]:
        """Return unit vectors of the passages of each article, shape (n, dimensions); articles without any are missing.

        Args:
            articles: by id, numbers of passages that must be among those that stand for the article.
        """
        languages = {one: header.language for one, header in self._corpus.storage.headers(list(articles)).items()}
        chosen = {
            article_id: sorted({*spread(numbers), *articles[article_id]})
            for article_id, numbers in self._corpus.storage.passages_of(list(languages)).items()
        }
        stored = self._corpus.storage.vectors(number for numbers in chosen.values() for number in numbers)
        means = {language: self._mean(language) for language in set(languages.values())}
        found: dict[str, Vectors] = {}
        for article_id, numbers in chosen.items():
            rows = [stored[number] for number in numbers if number in stored]
            if rows:
                found[article_id] = _centred(np.stack(rows), means[languages[article_id]])
        return found

    def without_language(self, vectors: Vectors, language: str) -> Vectors:
        """Return vectors, shape (n, dimensions), without the mean of their language, at unit length."""
        return _centred(vectors, self._mean(language))

    def background(self) -> Background:
        """Return how similar unrelated articles of the corpus are."""
        statistics = self._current()
        if statistics.background is None:
            sample = self.of(dict.fromkeys(self._corpus.storage.sample(_BACKGROUND_ARTICLES), ()))
            statistics.background = _background(list(sample.values()))
        return statistics.background

    def _mean(self, language: str) -> Vectors:
        statistics = self._current()
        mean = statistics.means.get(language)
        if mean is None:
            mean = statistics.means[language] = self._sample_mean(language)
        return mean

    def _current(self) -> _Statistics:
        """Return the statistics at the current change; a slow thread goes on filling those of an earlier change."""
        change = self._corpus.storage.revision()
        with self._lock:
            if change != self._kept.change:
                self._kept = _Statistics(change)
            return self._kept

    def _sample_mean(self, language: str) -> Vectors:
        sample = self._corpus.storage.passages_of(self._corpus.storage.sample(_SAMPLE_ARTICLES, language))
        chosen = [spread(numbers, _SAMPLE_PASSAGES) for numbers in sample.values()]
        stored = self._corpus.storage.vectors(number for numbers in chosen for number in numbers)
        total: Vectors = np.zeros(self._corpus.encoder.record.dimensions, dtype=np.float32)
        articles = 0
        for numbers in chosen:
            rows = [stored[number] for number in numbers if number in stored]
            if rows:
                total += np.mean(rows, axis=0)
                articles += 1
        return total / np.float32(articles + _PRIOR_ARTICLES)


def _centred(vectors: Vectors, mean: Vectors) -> Vectors:
    centred: Vectors = vectors - mean
    lengths = np.linalg.norm(centred, axis=1, keepdims=True)
    np.divide(centred, lengths, out=centred, where=lengths > 0)
    return centred


def _background(articles: Sequence[Vectors]) -> Background:
    if len(articles) < _LEAST_BACKGROUND_ARTICLES:
        return USUAL_BACKGROUND
    scores = np.array([similarity(one, other) for one, other in combinations(articles, 2)])
    median = float(np.median(scores))
    deviation = _DEVIATIONS_OF_MAD * float(np.median(np.abs(scores - median)))
    return Background(median, deviation) if deviation > 0 else USUAL_BACKGROUND
