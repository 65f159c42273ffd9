"""Groups articles on one event: links near articles, the surest first, as long as the groups hold together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.models.encoder import Vectors
from qa.arithmetic import DAY_SECONDS
from qa.similarity.article_vectors import Background, similarity


@dataclass(frozen=True, slots=True)
class LinkThresholds:
    """When articles tell one event; each number is a judgement.

    Attributes:
        deviations: deviations by which two articles in one language must be more similar than unrelated ones.
        deviations_across: the same for two articles in different languages: a translation is never as near as a
            retelling.
        cohesion: least mean cosine between the articles of two groups that are joined, so that no chain goes astray.
        days_apart: most days between two linked articles; articles between them may still bring others together.
    """

    deviations: float = 8.0
    deviations_across: float = 6.0
    cohesion: float = 0.5
    days_apart: float = 3.0


LINK_THRESHOLDS = LinkThresholds()

_NEIGHBOURS = 20
"""Most articles that an article is compared with passage by passage: a limit on time."""
_ROWS_AT_ONCE = 512
"""Rows of the matrix of cosines in memory at once: a limit on memory."""
_LEAST_LENGTH = 1e-12
"""Limit below which no mean is divided by its length, so that the quotient stays finite."""

Link = tuple[float, int, int]


@dataclass(frozen=True, slots=True)
class ArticlePoint:
    """An article as it is grouped.

    Attributes:
        vectors: unit vectors of its passages, shape (n, dimensions); None without any.
        instant: its date, in seconds since 1970 UTC.
        language: its language.
    """

    vectors: Vectors | None
    instant: float
    language: str


def mean_vectors(articles: Sequence[Vectors | None], dimensions: int) -> Vectors:
    """Return each article's mean vector at unit length, shape (n, dimensions); zeros for one without vectors."""
    means: Vectors = np.zeros((len(articles), dimensions), dtype=np.float32)
    for row, vectors in enumerate(articles):
        if vectors is not None:
            mean = vectors.mean(axis=0)
            means[row] = mean / max(float(np.linalg.norm(mean)), _LEAST_LENGTH)
    return means


def cluster(
    articles: Sequence[ArticlePoint],
    dimensions: int,
    background: Background,
    thresholds: LinkThresholds = LINK_THRESHOLDS,
) -> list[list[int]]:
    """Return groups of articles that tell one event, as ascending positions; an article without vectors stands alone.

    Links are followed from the most similar pair down. A link joins the groups of its two articles if the groups are
    similar on average: this is agglomerative clustering by average linkage, over near pairs only.
    """
    means = mean_vectors([article.vectors for article in articles], dimensions)
    group_of = list(range(len(articles)))
    members = {row: [row] for row in group_of}
    sums = {row: means[row].astype(np.float64) for row in group_of}
    for _strength, one, other in sorted(
        _links(articles, means, background, thresholds), key=lambda link: (-link[0], *link[1:])
    ):
        first, second = group_of[one], group_of[other]
        if first == second:
            continue
        # The mean of all cosines between two groups of unit vectors is the product of their sums.
        average = float(sums[first] @ sums[second]) / (len(members[first]) * len(members[second]))
        if average < thresholds.cohesion:
            continue
        if len(members[first]) < len(members[second]):
            first, second = second, first
        for row in members[second]:
            group_of[row] = first
        members[first] += members.pop(second)
        sums[first] += sums.pop(second)
    return sorted(sorted(rows) for rows in members.values())


def _links(
    articles: Sequence[ArticlePoint], means: Vectors, background: Background, thresholds: LinkThresholds
) -> Iterator[Link]:
    """Yield pairs that are similar enough and near enough in time, with the deviations above the least that links."""
    for one, other in _near(means, np.array([article.instant for article in articles]), thresholds):
        first, second = articles[one], articles[other]
        if first.vectors is not None and second.vectors is not None:
            same = first.language == second.language
            least = thresholds.deviations if same else thresholds.deviations_across
            strength = background.deviations(similarity(first.vectors, second.vectors)) - least
            if strength >= 0:
                yield strength, one, other


def _near(means: Vectors, moments: NDArray[np.float64], thresholds: LinkThresholds) -> set[tuple[int, int]]:
    """Return pairs of each article with its nearest ones by mean vector, computed in blocks of a matrix product."""
    pairs: set[tuple[int, int]] = set()
    for first in range(0, len(means), _ROWS_AT_ONCE):
        block = means[first : first + _ROWS_AT_ONCE]
        cosines = block @ means.T
        apart = (
            np.abs(moments[first : first + len(block), np.newaxis] - moments[np.newaxis])
            > thresholds.days_apart * DAY_SECONDS
        )
        cosines[apart] = -1.0
        cosines[np.arange(len(block)), np.arange(first, first + len(block))] = -1.0
        depth = min(_NEIGHBOURS, len(means))
        nearest = np.argpartition(-cosines, depth - 1, axis=1)[:, :depth]
        for row, columns in enumerate(nearest):
            for column in columns[cosines[row, columns] >= thresholds.cohesion].tolist():
                pairs.add((min(first + row, column), max(first + row, column)))
    return pairs
