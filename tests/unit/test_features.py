"""What is measured of sentences, with the built-in model."""

from __future__ import annotations

import numpy as np
import pytest

from index.models.builtin.encoder import builtin_static_model
from index.text.analysis import analyse
from qa.evidence.features import NAMES, Candidate, Measured, Question, measure
from qa.evidence.reading import Reader

TEXT = "Cầu Sông Hiền dài 500 mét. Chợ họp từ sáng sớm. Người bán rau đến trước."


@pytest.fixture(scope="module")
def reader() -> Reader:
    return Reader(builtin_static_model())


def asked(text: str, reader: Reader) -> Question:
    terms = analyse(text)
    weights = dict.fromkeys((*terms.folded, *terms.pairs), 1.0)
    return Question(text, terms, weights, reader.model.encode([text])[0], known=1.0)


def candidate(text: str, place: int) -> Candidate:
    return Candidate(text, title="", fused=0.5, explained=0.5, place=place)


def column(measured: Measured, name: str) -> list[float]:
    return [round(float(value), 5) for value in measured.features[:, NAMES.index(name)]]


def test_a_sentence_that_repeats_the_question_matches_wholly(reader: Reader) -> None:
    measured = measure(asked("cau Song Hien dai 500 met", reader), [candidate(TEXT, 1)], reader)
    assert measured.features.shape == (3, len(NAMES))
    assert column(measured, "share") == [1.0, 0.0, 0.0]
    assert column(measured, "passage_share") == [1.0, 1.0, 1.0]
    assert column(measured, "is_first") == [1.0, 0.0, 0.0]
    assert int(np.argmax(column(measured, "cosine"))) == int(np.argmax(column(measured, "match"))) == 0


@pytest.mark.parametrize("empty_at", [0, 1, 2])
def test_a_candidate_without_a_sentence_changes_nothing_for_the_others(reader: Reader, empty_at: int) -> None:
    question = asked("chợ họp khi nào", reader)
    full = [candidate(TEXT, 1), candidate("Chợ đóng cửa buổi trưa.", 2)]
    expected = measure(question, full, reader)
    with_empty = measure(question, [*full[:empty_at], candidate("", 3), *full[empty_at:]], reader)
    np.testing.assert_allclose(with_empty.features, expected.features)
    assert (with_empty.candidates != empty_at).all()
    assert measure(question, [candidate("", 1)], reader).features.shape == (0, len(NAMES))
