"""Articles on one event come together, whatever their language; neighbours of neighbours do not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from index.models.encoder import Vectors
from qa.similarity.article_vectors import USUAL_BACKGROUND
from qa.similarity.clustering import LINK_THRESHOLDS, ArticlePoint, LinkThresholds, cluster, mean_vectors

DAY = 86_400.0
DIMENSIONS = 64


def article(direction: int, seed: int, noise: float = 0.1, day: float = 0.0, language: str = "vi") -> ArticlePoint:
    """An article of three passages around one direction."""
    chosen = np.random.default_rng(seed)
    vectors = np.zeros((3, DIMENSIONS)) + chosen.standard_normal((3, DIMENSIONS)) * noise / np.sqrt(DIMENSIONS)
    vectors[:, direction] += 1.0
    return ArticlePoint(unit(vectors), day * DAY, language)


def unit(vectors: NDArray[np.float64]) -> Vectors:
    rows: Vectors = (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)
    return rows


def groups(articles: list[ArticlePoint]) -> list[list[int]]:
    return cluster(articles, DIMENSIONS, USUAL_BACKGROUND)


def test_events_come_together_and_stay_apart() -> None:
    articles = [article(event, seed=10 * event + copy) for copy in range(3) for event in range(5)]
    assert groups(articles) == [[event, event + 5, event + 10] for event in range(5)]


def test_order_does_not_matter() -> None:
    articles = [article(event, seed=10 * event + copy) for copy in range(4) for event in range(6)]
    order = np.random.default_rng(0).permutation(len(articles)).tolist()
    shuffled = {frozenset(order[row] for row in rows) for rows in groups([articles[row] for row in order])}
    assert shuffled == {frozenset(rows) for rows in groups(articles)}


def test_across_languages_less_is_enough() -> None:
    # two directions at an angle with a cosine between what is asked of one language and of two
    cosine = 0.58
    vectors = np.zeros((2, DIMENSIONS))
    vectors[:, 0] = (1.0, cosine)
    vectors[1, 1] = np.sqrt(1 - cosine**2)
    one, other = (unit(vectors[row : row + 1]) for row in (0, 1))
    assert groups([ArticlePoint(one, 0.0, "vi"), ArticlePoint(other, 0.0, "en")]) == [[0, 1]]
    assert groups([ArticlePoint(one, 0.0, "vi"), ArticlePoint(other, 0.0, "vi")]) == [[0], [1]]


def test_articles_far_apart_in_time_meet_only_through_others() -> None:
    far = LINK_THRESHOLDS.days_apart + 1
    assert groups([article(0, 1, day=0), article(0, 2, day=far)]) == [[0], [1]]
    assert groups([article(0, 1, day=0), article(0, 2, day=far), article(0, 3, day=far / 2)]) == [[0, 1, 2]]


def test_a_chain_of_neighbours_is_no_story() -> None:
    angles = np.linspace(0, np.pi, 9)
    vectors = np.zeros((9, DIMENSIONS))
    vectors[:, 0], vectors[:, 1] = np.cos(angles), np.sin(angles)
    found = groups([ArticlePoint(unit(vectors[row : row + 1]), 0.0, "vi") for row in range(9)])
    assert len(found) > 1
    for rows in found:
        cosines = vectors[rows] @ vectors[rows].T
        assert cosines.mean() >= LINK_THRESHOLDS.cohesion


def test_lower_thresholds_put_more_together() -> None:
    articles = [article(0, 1), article(1, 2, day=9)]
    lower = LinkThresholds(deviations=-10, cohesion=-1, days_apart=10)
    assert cluster(articles, DIMENSIONS, USUAL_BACKGROUND) == [[0], [1]]
    assert cluster(articles, DIMENSIONS, USUAL_BACKGROUND, lower) == [[0, 1]]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_articles_without_vectors_stand_alone(count: int) -> None:
    articles = [ArticlePoint(None, 0.0, "und")] * count
    assert groups(articles) == [[row] for row in range(count)]
    assert not mean_vectors([None] * count, DIMENSIONS).any()


def test_many_copies_of_one_article_are_one_story() -> None:
    same = article(0, 1)
    others = [article(event, seed=event) for event in range(1, 40)]
    found = groups([same] * 60 + others)
    assert found[0] == list(range(60))
    assert found[1:] == [[row] for row in range(60, 99)]
