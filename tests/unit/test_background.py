"""Cosines of every model on one scale."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from fakes import WordEncoder

from index.corpus import Corpus
from index.models.encoder import ModelRecord, Vectors
from index.models.loading import load_encoder
from index.records import Draft
from qa.engine import Engine
from qa.retrieval.background import BUILTIN, BUILTIN_DEVIATION, BUILTIN_MEAN, Background, Backgrounds

WORDS = ["cầu", "chợ", "sông", "đèo", "lúa", "muối", "trường", "rừng", "đảo", "đình"]


class NarrowEncoder(WordEncoder):
    """Gives everything cosines between about 0.8 and 1, as E5 does: a part of each vector is the same for all texts."""

    SHARED = 0.8

    @property
    def record(self) -> ModelRecord:
        return ModelRecord("narrow", self.dimensions + 1, None, "", "")

    def _encode(self, texts: Sequence[str]) -> Vectors:
        own = super()._encode(texts)
        shared = np.full((len(texts), 1), np.sqrt(self.SHARED), dtype=np.float32)
        vectors = np.hstack([np.sqrt(1.0 - self.SHARED) * own, shared * own.any(axis=1, keepdims=True)])
        return vectors.astype(np.float32)


def about(number: int) -> Draft:
    first, second = WORDS[number % 10], WORDS[number // 10 % 10]
    return Draft(id=f"bai-{number}", text=f"{first} và {second} ở làng số {number}.")


def filled(folder: Path, encoder: WordEncoder, articles: int) -> Corpus:
    corpus = Corpus.open(folder, encoder)
    assert all(outcome.error is None for outcome in corpus.add(map(about, range(articles))))
    return corpus


def test_what_lies_above_the_middle_does_not_widen_the_background() -> None:
    unrelated = np.random.default_rng(0).normal(0.8, 0.02, 1000).astype(np.float32)
    near = np.full(100, 0.95, dtype=np.float32)
    background = Background.of(np.concatenate([unrelated, near]))
    assert background.mean == pytest.approx(0.8, abs=0.005)
    assert background.deviation == pytest.approx(0.02, abs=0.005)


def test_scaled_cosines_are_those_of_the_builtin_model_with_as_many_deviations() -> None:
    background = Background(0.8, 0.02)
    scaled = background.scaled(np.array([0.8, 0.82, 0.9, 5.0]))
    wanted = [BUILTIN_MEAN, BUILTIN_MEAN + BUILTIN_DEVIATION, BUILTIN_MEAN + 5 * BUILTIN_DEVIATION, 1.0]
    assert scaled == pytest.approx(wanted)


def test_cosines_of_the_builtin_model_stay_as_they_are(tmp_path: Path) -> None:
    with Corpus.open(tmp_path, load_encoder()) as corpus:
        assert Backgrounds(corpus).of(corpus.encoder, np.ones(512, dtype=np.float32)) is BUILTIN
    cosines = np.array([0.1, 0.7])
    assert BUILTIN.scaled(cosines) is cosines


def test_equal_cosines_count_as_unrelated() -> None:
    assert Background.of(np.full(40, 0.5, dtype=np.float32)).scaled(np.array([0.5])) == pytest.approx([BUILTIN_MEAN])


@pytest.mark.parametrize("articles", [0, 1, 200])
def test_a_corpus_of_any_size_has_a_background(tmp_path: Path, articles: int) -> None:
    encoder = NarrowEncoder()
    with filled(tmp_path, encoder, articles) as corpus:
        vector = encoder.encode_queries(["cầu và chợ"])[0]
        background = Backgrounds(corpus).of(encoder, vector)
        assert 0.7 < background.mean < 0.95
        assert 0.01 < background.deviation < 0.1


def test_the_sample_follows_a_corpus_that_has_outgrown_it(tmp_path: Path) -> None:
    encoder = NarrowEncoder()
    with filled(tmp_path, encoder, 40) as corpus:
        backgrounds = Backgrounds(corpus)
        vector = encoder.encode_queries(["cầu"])[0]
        small = backgrounds.of(encoder, vector)
        assert all(outcome.error is None for outcome in corpus.add(map(about, range(40, 300))))
        larger = backgrounds.of(encoder, vector)
        assert larger not in (small, BUILTIN)
        assert larger == Backgrounds(corpus).of(encoder, vector)


def test_a_full_sample_follows_when_the_corpus_has_changed_as_often_again(tmp_path: Path) -> None:
    encoder = NarrowEncoder()
    with filled(tmp_path, encoder, 600) as corpus:
        backgrounds = Backgrounds(corpus)
        vector = encoder.encode_queries(["cầu"])[0]
        first = corpus.storage.revision()
        full = backgrounds.of(encoder, vector)
        seen = {}
        for number in range(600, 600 + 2 * first):
            assert corpus.add_one(about(7 * number)).error is None
            seen[corpus.storage.revision()] = backgrounds.of(encoder, vector)
        assert {revision for revision, one in seen.items() if one == full} == {
            revision for revision in seen if revision <= 2 * first
        }


def test_a_sample_of_another_model_tells_nothing(tmp_path: Path) -> None:
    encoder = NarrowEncoder()
    with filled(tmp_path, encoder, 40) as corpus:
        assert Backgrounds(corpus).of(encoder, np.ones(7, dtype=np.float32)) is BUILTIN


def test_a_model_that_finds_everything_near_is_heard_all_the_same(tmp_path: Path) -> None:
    """Without the words of the question, what is nearest comes first and is told from what is only near."""
    encoder = NarrowEncoder(dimensions=64)
    with filled(tmp_path, encoder, 100) as corpus:
        engine = Engine(corpus)
        found = engine.search("đèo và muối ở làng số 53", limit=3)
        assert found.passages[0].passage.article.id == "bai-53"
        near = engine.ask("đèo và muối ở làng số 53")
        far = engine.ask("tên lửa đẩy bay lên quỹ đạo lúc mấy giờ")
        assert near.confidence is not None
        assert far.confidence is not None
        assert far.confidence < near.confidence
        assert far.answerable is False
