"""What tells the language is taken away, and a long article costs no more than a short one."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np
import pytest
from fakes import WordEncoder

from index.corpus import Corpus
from index.models.encoder import Vectors
from index.records import Draft
from qa.engine import Engine
from qa.similarity.article_vectors import PASSAGES_EACH, USUAL_BACKGROUND, ArticleVectors, similarity, spread

PAIRS = [(f"Tin {n}: cầu mới đã thông xe.", f"News {n}: the new bridge is open.") for n in range(40)]


class BiasedEncoder(WordEncoder):
    """The twin of a text has nearly the same vector, but each language adds a large one of its own to all."""

    def _encode(self, texts: Sequence[str]) -> Vectors:
        return np.array([self._vector(text) for text in texts], dtype=np.float32).reshape(-1, self.dimensions)

    def _vector(self, text: str) -> Vectors:
        def direction(name: str) -> Vectors:
            seed = int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest())
            return np.random.default_rng(seed).standard_normal(self.dimensions).astype(np.float32)

        word, _, number = text.partition(":")[0].partition(" ")
        vector = direction(f"content {number}") + 2.0 * direction(f"language {word}") + 0.2 * direction(text)
        unit: Vectors = vector / np.linalg.norm(vector)
        return unit


def test_a_translation_is_nearer_than_another_article_in_the_same_language(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    with Corpus.open(tmp_path_factory.mktemp("biased"), BiasedEncoder(dimensions=64)) as corpus:
        drafts = [
            Draft(id=f"{language}{n}", text=pair[side], language=language)
            for n, pair in enumerate(PAIRS)
            for side, language in enumerate(("vi", "en"))
        ]
        list(corpus.add(drafts))
        engine = Engine(corpus)
        for n in range(len(PAIRS)):
            assert engine.similar(f"vi{n}", 1)[0].article.id == f"en{n}"
            assert engine.similar(f"en{n}", 1)[0].article.id == f"vi{n}"


def test_the_mean_of_a_few_articles_is_trusted_a_little(corpus: Corpus) -> None:
    list(corpus.add([Draft(id="one", text="Cầu mới dài 500 mét.", language="vi")]))
    (number,) = corpus.storage.passages_of(["one"])["one"]
    stored = corpus.storage.vectors([number])[number]
    vectors = ArticleVectors(corpus)
    own = vectors.of({"one": ()})["one"]
    np.testing.assert_allclose(own[0], stored, atol=1e-4)  # its own mean points the same way, and little was taken
    np.testing.assert_allclose(vectors.without_language(stored[np.newaxis], "en")[0], stored, atol=1e-4)


def test_vectors_have_unit_length_and_articles_without_any_are_missing(corpus: Corpus) -> None:
    list(corpus.add([Draft(id="a", text="một hai ba"), Draft(id="b", text="bốn năm"), Draft(id="c", text="🙂")]))
    found = ArticleVectors(corpus).of({"a": (), "b": (), "c": (), "nobody": ()})
    assert set(found) == {"a", "b"}
    for rows in found.values():
        np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-5)


def test_a_long_article_is_stood_for_by_some_passages_and_those_asked_for(corpus: Corpus) -> None:
    text = " ".join(f"Câu số {n} kể chuyện {n * 7} và {n * 13} của làng bên sông rất dài." for n in range(2000))
    list(corpus.add([Draft(id="long", text=text)]))
    numbers = corpus.storage.passages_of(["long"])["long"]
    assert len(numbers) > 3 * PASSAGES_EACH
    vectors = ArticleVectors(corpus)
    assert len(vectors.of({"long": ()})["long"]) == PASSAGES_EACH
    assert len(vectors.of({"long": numbers[1:4]})["long"]) == PASSAGES_EACH + 3


def test_spread_takes_the_ends_and_keeps_the_order() -> None:
    assert spread([1, 2], 3) == [1, 2]
    taken = spread(range(100), 5)
    assert (taken[0], taken[-1], len(set(taken))) == (0, 99, 5)
    assert taken == sorted(taken)


def test_a_short_article_within_a_long_one_is_similar() -> None:
    axes = np.eye(4, dtype=np.float32)
    assert similarity(axes[:1], axes) == pytest.approx(0.8 * 1.0 + 0.2 * 0.25)
    assert similarity(axes, axes[:1]) == similarity(axes[:1], axes)
    assert similarity(axes[:2], axes[2:]) == 0.0


def test_the_background_is_measured_where_there_are_articles_enough(corpus: Corpus) -> None:
    vectors = ArticleVectors(corpus)
    assert vectors.background() == USUAL_BACKGROUND
    list(corpus.add(Draft(id=f"a{n}", text=f"chữ{n} lời{n} câu{n} thơ{n}") for n in range(40)))
    found = vectors.background()
    assert found != USUAL_BACKGROUND
    assert abs(found.median) < 0.2
    assert found.deviations(found.median + 2 * found.deviation) == pytest.approx(2.0)
