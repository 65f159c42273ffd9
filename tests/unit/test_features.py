"""The features of sentences, with the built-in model."""

from __future__ import annotations

import numpy as np
import pytest

from index.models.builtin.encoder import builtin_static_model
from index.reading.reader import PassageReader
from index.text.analysis import analyse
from qa.evidence.features import FEATURE_NAMES, SentenceFeatures, sentence_features
from qa.evidence.query import CandidateText, EvidenceQuery

TEXT = "Cầu Sông Hiền dài 500 mét. Chợ họp từ sáng sớm. Người bán rau đến trước."


@pytest.fixture(scope="module")
def reader() -> PassageReader:
    return PassageReader(builtin_static_model())


def asked(text: str, reader: PassageReader) -> EvidenceQuery:
    terms = analyse(text)
    weights = dict.fromkeys((*terms.folded, *terms.pairs), 1.0)
    return EvidenceQuery(text, terms, weights, reader.model.encode([text])[0], known=1.0)


def candidate(text: str, place: int) -> CandidateText:
    return CandidateText(text, title="", fused=0.5, explained=0.5, place=place)


def column(features: SentenceFeatures, name: str) -> list[float]:
    return [round(float(value), 5) for value in features.values[:, FEATURE_NAMES.index(name)]]


def test_a_sentence_that_repeats_the_question_matches_wholly(reader: PassageReader) -> None:
    features = sentence_features(asked("cau Song Hien dai 500 met", reader), [candidate(TEXT, 1)], reader)
    assert features.values.shape == (3, len(FEATURE_NAMES))
    assert column(features, "share") == [1.0, 0.0, 0.0]
    assert column(features, "passage_share") == [1.0, 1.0, 1.0]
    assert column(features, "is_first") == [1.0, 0.0, 0.0]
    assert int(np.argmax(column(features, "cosine"))) == int(np.argmax(column(features, "match"))) == 0


@pytest.mark.parametrize("empty_at", [0, 1, 2])
def test_a_candidate_without_a_sentence_changes_nothing_for_the_others(reader: PassageReader, empty_at: int) -> None:
    query = asked("chợ họp khi nào", reader)
    full = [candidate(TEXT, 1), candidate("Chợ đóng cửa buổi trưa.", 2)]
    expected = sentence_features(query, full, reader)
    with_empty = sentence_features(query, [*full[:empty_at], candidate("", 3), *full[empty_at:]], reader)
    np.testing.assert_allclose(with_empty.values, expected.values)
    assert (with_empty.candidates != empty_at).all()
    assert sentence_features(query, [candidate("", 1)], reader).values.shape == (0, len(FEATURE_NAMES))
