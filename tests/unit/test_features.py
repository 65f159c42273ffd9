"""The features of sentences, with the built-in model."""

from __future__ import annotations

import numpy as np
import pytest

from index.models.builtin.encoder import builtin_static_model
from index.text.analysis import analyse
from qa.evidence.features import FEATURE_NAMES, CandidateText, EvidenceQuery, SentenceFeatures, sentence_features
from qa.evidence.parser import PassageParser

TEXT = "Cầu Sông Hiền dài 500 mét. Chợ họp từ sáng sớm. Người bán rau đến trước."


@pytest.fixture(scope="module")
def parser() -> PassageParser:
    return PassageParser(builtin_static_model())


def asked(text: str, parser: PassageParser) -> EvidenceQuery:
    terms = analyse(text)
    weights = dict.fromkeys((*terms.folded, *terms.pairs), 1.0)
    return EvidenceQuery(text, terms, weights, parser.model.encode([text])[0], known=1.0)


def candidate(text: str, place: int) -> CandidateText:
    return CandidateText(text, title="", fused=0.5, explained=0.5, place=place)


def column(features: SentenceFeatures, name: str) -> list[float]:
    return [round(float(value), 5) for value in features.values[:, FEATURE_NAMES.index(name)]]


def test_a_sentence_that_repeats_the_question_matches_wholly(parser: PassageParser) -> None:
    features = sentence_features(asked("cau Song Hien dai 500 met", parser), [candidate(TEXT, 1)], parser)
    assert features.values.shape == (3, len(FEATURE_NAMES))
    assert column(features, "share") == [1.0, 0.0, 0.0]
    assert column(features, "passage_share") == [1.0, 1.0, 1.0]
    assert column(features, "is_first") == [1.0, 0.0, 0.0]
    assert int(np.argmax(column(features, "cosine"))) == int(np.argmax(column(features, "match"))) == 0


@pytest.mark.parametrize("empty_at", [0, 1, 2])
def test_a_candidate_without_a_sentence_changes_nothing_for_the_others(parser: PassageParser, empty_at: int) -> None:
    query = asked("chợ họp khi nào", parser)
    full = [candidate(TEXT, 1), candidate("Chợ đóng cửa buổi trưa.", 2)]
    expected = sentence_features(query, full, parser)
    with_empty = sentence_features(query, [*full[:empty_at], candidate("", 3), *full[empty_at:]], parser)
    np.testing.assert_allclose(with_empty.values, expected.values)
    assert (with_empty.candidates != empty_at).all()
    assert sentence_features(query, [candidate("", 1)], parser).values.shape == (0, len(FEATURE_NAMES))
