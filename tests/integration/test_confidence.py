"""Confidence of the built-in model over the shipped articles."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from index.corpus import Corpus
from index.encoder import Encoder
from index.filters import Filters
from index.readers import read_path
from index.records import Draft
from qa.engine import Engine
from qa.ranking import MODES


@pytest.fixture(scope="module")
def engine(repository: Path, builtin: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Corpus.open(tmp_path_factory.mktemp("confidence"), builtin) as corpus:
        list(corpus.add(item for item in read_path(repository / "seeds") if isinstance(item, Draft)))
        yield Engine(corpus)


@pytest.mark.parametrize("question", ["cau My Thuan bac qua song nao", "Ai vẽ bức Mona Lisa?", "How long is it?"])
def test_confidence_does_not_depend_on_how_much_is_shown(engine: Engine, question: str) -> None:
    for mode in MODES:
        answers = [
            engine.ask(question, mode=mode, limit=limit, max_per_article=most)
            for limit, most in ((1, 1), (5, 2), (40, 1), (100, 50))
        ]
        assert [answer.confidence for answer in answers] == pytest.approx([answers[0].confidence] * 4, abs=1e-4)
        assert len({answer.answerable for answer in answers}) == 1


def test_what_is_elsewhere_is_refused_and_what_is_here_answered(engine: Engine) -> None:
    here, elsewhere = engine.ask("Cầu Mỹ Thuận bắc qua sông nào?"), engine.ask("Ai vẽ bức Mona Lisa?")
    assert here.answerable
    assert here.answer is not None
    assert "sông Tiền" in here.answer.text
    assert elsewhere.answerable is False
    assert elsewhere.answer is None
    assert elsewhere.passages


def test_where_nothing_was_read_nothing_is_answerable(engine: Engine) -> None:
    answer = engine.ask("Ai?", min_confidence=0.0, filters=Filters(source=("không có",)))
    assert (answer.answerable, answer.confidence, answer.answer, answer.passages) == (False, 0.0, None, ())
