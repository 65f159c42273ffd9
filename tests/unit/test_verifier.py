"""The verifier: what it reads, and that numpy runs what torch trained."""

from __future__ import annotations

import numpy as np
import pytest

from index.models.builtin.encoder import builtin_static_model
from qa.verification.pairs import OVERALL, QUESTION_PIECES, SEEN, TEXT_PIECES, read_pair
from qa.verification.verifier import Verifier, builtin_verifier
from qa.verification.windows import WINDOW_CHARACTERS, window_around

PAIRS = [
    ("Ai thiết kế cầu?", "Cầu mới", "Kỹ sư Trần Văn Bình thiết kế cầu năm 2003."),
    ("how long is the bridge", "", "Cầu dài 1.535 m."),
    ("橋の長さは？", "", "橋は長さ18メートルである。"),
    ("", "", "Không có câu hỏi."),
    ("Ai?", "", ""),
    ("😀", "", "😀"),
    ("dài " * 400, "", "Cầu dài 1.535 m. " * 400),
]


@pytest.mark.parametrize(("question", "title", "text"), PAIRS)
def test_any_pair_gets_a_finite_verdict(question: str, title: str, text: str) -> None:
    assert np.isfinite(builtin_verifier()(question, title, text))


def test_pieces_are_read_in_order_and_not_all_of_them() -> None:
    model = builtin_static_model()
    pair = read_pair(model, "dài " * 400, "", "cầu " * 400)
    assert (pair.asked, len(pair.pieces)) == (QUESTION_PIECES, QUESTION_PIECES + TEXT_PIECES)
    assert pair.seen.shape == (len(pair.pieces), SEEN)
    assert pair.overall.shape == (OVERALL,)
    one, other = (read_pair(model, "Ai thắng?", "", text) for text in ("An thắng Bình", "Bình thắng An"))
    assert sorted(one.pieces.tolist()) == sorted(other.pieces.tolist())
    assert one.pieces.tolist() != other.pieces.tolist()


def test_a_piece_that_the_other_side_has_is_seen_so() -> None:
    pair = read_pair(builtin_static_model(), "cầu", "", "Cầu 1535")
    cosine, _cubed, held, *_neighbours, _share, digit, capital, _importance, _product = pair.seen.T
    assert held[0] == held[1] == 1.0
    assert cosine[0] == pytest.approx(1.0, abs=1e-3)
    assert (digit[1], capital[1]) == (0.0, 1.0)
    assert digit[-1] == 1.0


def test_a_window_is_the_sentence_and_what_is_beside_it_in_its_passage() -> None:
    candidates = np.array([0, 1, 1, 1, 2])
    text = "Một. Hai. Ba."
    starts, ends = np.array([0, 0, 5, 10, 0]), np.array([4, 4, 9, 13, 4])
    assert window_around(candidates, starts, ends, 2, "T", text).text == text
    assert window_around(candidates, starts, ends, 1, "T", text).text == "Một. Hai."
    assert window_around(candidates, starts, ends, 4, "T", "Một. Hai.").text == "Một."
    long = "a" * WINDOW_CHARACTERS + ". Hai."
    found = window_around(np.array([0, 0]), np.array([0, 422]), np.array([421, 426]), 0, "", long)
    assert found.text == long[:WINDOW_CHARACTERS]


def test_numpy_runs_what_torch_trained() -> None:
    torch = pytest.importorskip("torch")
    model_module = pytest.importorskip("training.verifying.model")
    examples = pytest.importorskip("training.verifying.examples")
    torch.manual_seed(5)
    table = builtin_static_model()
    model = model_module.VerifierModel(table, width=48, layers=2).eval()
    weights = {name: value.astype(np.float32) for name, value in model.weights().items()}
    with torch.no_grad():
        for name, value in model.named_parameters():
            value.copy_(torch.from_numpy(weights[name.removeprefix("layers.")]))
        read = [
            model_module.Read.of(table, examples.Labelled(question, title, text, right=True))
            for question, title, text in PAIRS
        ]
        expected = model(read).numpy()
    verifier = Verifier(weights, table)
    given = [verifier(*pair) for pair in PAIRS]
    np.testing.assert_allclose(given, expected, atol=2e-3)
