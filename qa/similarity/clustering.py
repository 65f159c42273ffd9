"""Articles on one event put together: neighbours are linked, the surest first, while the groups stay of one piece."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.models.encoder import Vectors
from qa.similarity.article_vectors import Background, similarity

LINK_DEVIATIONS = 8.0
"""Two articles in one language tell one event when they are so many deviations more similar than unrelated ones."""
LINK_DEVIATIONS_ACROSS = 6.0
"""The same for two articles in different languages, since a translation is never as near as a retelling."""
COHESION = 0.5
"""Groups are joined only where the mean vectors of their articles have this cosine on average: no chain goes astray."""
DAYS_APART = 3.0
"""Articles further apart are not linked with each other, though others between them may bring them together."""
_NEIGHBOURS = 20
"""So many others are compared passage by passage with each article."""
_ROWS_AT_ONCE = 512
_DAY = 86_400.0

Link = tuple[float, int, int]


@dataclass(frozen=True, slots=True)
class ArticlePoint:
    """An article: unit vectors of its passages, shape (n, dimensions), or None; its date in seconds; its language."""

    vectors: Vectors | None
    instant: float
    language: str


def mean_vectors(articles: Sequence[Vectors | None], dimensions: int) -> Vectors:
    """Return the mean of each article's passages at unit length, shape (n, dimensions); zeros where there are none."""
    means: Vectors = np.zeros((len(articles), dimensions), dtype=np.float32)
    for row, vectors in enumerate(articles):
        if vectors is not None:
            mean = vectors.mean(axis=0)
            means[row] = mean / max(float(np.linalg.norm(mean)), 1e-12)
    return means


def cluster(articles: Sequence[ArticlePoint], dimensions: int, background: Background) -> list[list[int]]:
    """Return groups of articles that tell one event, as ascending positions; one without vectors stands alone.

    Links are taken from the most similar pair down, and a link joins the groups of its two articles where they are
    similar on average: agglomerative clustering by average link, over the pairs that are near at all.
    """
    means = mean_vectors([article.vectors for article in articles], dimensions)
    group_of = list(range(len(articles)))
    members = {row: [row] for row in group_of}
    sums = {row: means[row].astype(np.float64) for row in group_of}
    for _strength, one, other in sorted(_links(articles, means, background), key=lambda link: (-link[0], *link[1:])):
        first, second = group_of[one], group_of[other]
        if first == second:
            continue
        # The mean of all cosines between two groups of unit vectors is the product of their sums.
        average = float(sums[first] @ sums[second]) / (len(members[first]) * len(members[second]))
        if average < COHESION:
            continue
        if len(members[first]) < len(members[second]):
            first, second = second, first
        for row in members[second]:
            group_of[row] = first
        members[first] += members.pop(second)
        sums[first] += sums.pop(second)
    return sorted(sorted(rows) for rows in members.values())


def _links(articles: Sequence[ArticlePoint], means: Vectors, background: Background) -> Iterator[Link]:
    """Yield the pairs of articles that are similar enough and near enough in time, with how far above the least."""
    for one, other in _near(means, np.array([article.instant for article in articles])):
        first, second = articles[one], articles[other]
        if first.vectors is not None and second.vectors is not None:
            least = LINK_DEVIATIONS if first.language == second.language else LINK_DEVIATIONS_ACROSS
            strength = background.deviations(similarity(first.vectors, second.vectors)) - least
            if strength >= 0:
                yield strength, one, other


def _near(means: Vectors, moments: NDArray[np.float64]) -> set[tuple[int, int]]:
    """Return the pairs whose mean vectors are near, the nearest of each article, from blocks of a matrix product."""
    pairs: set[tuple[int, int]] = set()
    for first in range(0, len(means), _ROWS_AT_ONCE):
        block = means[first : first + _ROWS_AT_ONCE]
        cosines = block @ means.T
        apart = np.abs(moments[first : first + len(block), np.newaxis] - moments[np.newaxis]) > DAYS_APART * _DAY
        cosines[apart] = -1.0
        cosines[np.arange(len(block)), np.arange(first, first + len(block))] = -1.0
        depth = min(_NEIGHBOURS, len(means))
        nearest = np.argpartition(-cosines, depth - 1, axis=1)[:, :depth]
        for row, columns in enumerate(nearest):
            for column in columns[cosines[row, columns] >= COHESION].tolist():
                pairs.add((min(first + row, column), max(first + row, column)))
    return pairs
