from __future__ import annotations

from pathlib import Path

import pytest
from fakes import WordEncoder

from index.corpus import Corpus
from index.records import Draft
from qa.engine import Engine
from qa.errors import InvalidEvaluation
from qa.evaluation.calibration_fitting import calibrate
from qa.evaluation.measures import EvaluationQuestion

FEATURE_NAMES = [f"{first} {last}" for first in ("Sông", "Núi", "Hồ", "Đảo", "Rừng", "Cầu") for last in "ABCDEFGHIK"]
ARTICLES = [
    Draft(id=f"a{n}", text=f"{name} nằm ở xã số {n}. {name} dài {n + 7} cây số. Người dân {name} rất vui.")
    for n, name in enumerate(FEATURE_NAMES)
]
QUESTIONS = [
    EvaluationQuestion(f"{name} dài bao nhiêu cây số?", (f"a{n}",), f"{name} dài {n + 7} cây số.")
    for n, name in enumerate(FEATURE_NAMES)
]
ELSEWHERE = [EvaluationQuestion(f"Thuốc số {n} chữa bệnh gì cho mèo?", None) for n in range(20)]


@pytest.fixture
def corpus(tmp_path: Path) -> Corpus:
    opened = Corpus.open(tmp_path, WordEncoder())
    assert all(outcome.error is None for outcome in opened.add(ARTICLES))
    return opened


def test_a_calibration_replaces_the_shipped_one_and_is_kept(corpus: Corpus, tmp_path: Path) -> None:
    engine = Engine(corpus)
    shipped = engine.ask(QUESTIONS[3].question).confidence
    other = Engine(Corpus.open(tmp_path, WordEncoder()))  # as another process, started before
    seen: list[int] = []
    engine.adopt(calibrate(engine, [*QUESTIONS, *ELSEWHERE], seen.append))
    assert other.ask(QUESTIONS[3].question).answerable
    assert other.ask(QUESTIONS[3].question).confidence != shipped
    assert seen[-1] == len(QUESTIONS) + len(ELSEWHERE)
    with Corpus.open(tmp_path, WordEncoder()) as again:
        reopened = Engine(again)
        for question in (QUESTIONS[3], QUESTIONS[40]):
            answer = reopened.ask(question.question)
            assert answer.answerable
            assert answer.confidence is not None
            assert answer.confidence > 0.5
        refused = reopened.ask("Thuốc số 77 chữa bệnh gì cho mèo?")
        assert refused.answerable is False
        assert refused.answer is None
        assert refused.passages
        assert reopened.ask("Thuốc số 77 chữa bệnh gì cho mèo?", min_confidence=0.0).answer is not None
        assert reopened.ask(QUESTIONS[3].question, min_confidence=1.0).answerable is False


def test_too_few_questions_make_no_calibration(corpus: Corpus) -> None:
    with pytest.raises(InvalidEvaluation, match="49 questions have article_ids and an answer; a calibration needs 50"):
        calibrate(Engine(corpus), QUESTIONS[:49])


def test_a_calibration_goes_with_its_model(corpus: Corpus, tmp_path: Path) -> None:
    corpus.set_calibration({"reranker": None, "anything": 1})
    assert corpus.storage.calibration() == {"reranker": None, "anything": 1}
    model = corpus.storage.manifest().model
    assert model is not None
    with corpus.storage.writing() as change:
        change.begin_reindex(model)
        change.switch_model()
    assert corpus.storage.calibration() is None
