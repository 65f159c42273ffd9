"""Confidence of the built-in model over the shipped articles."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from random_models import save_static

from index.corpus import Corpus
from index.filters import Filters
from index.models.encoder import Encoder
from index.readers.walking import read_path
from index.records import Draft
from index.search.protocol import MODES
from qa.engine import Engine

QUESTION = "cau My Thuan bac qua song nao"


@pytest.fixture(scope="module")
def engine(repository: Path, builtin: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Corpus.open(tmp_path_factory.mktemp("confidence"), builtin) as corpus:
        list(corpus.add(item for item in read_path(repository / "seeds") if isinstance(item, Draft)))
        yield Engine(corpus)


@pytest.mark.parametrize("question", [QUESTION, "Ai vẽ bức Mona Lisa?", "How long is the Suez Canal?"])
def test_confidence_does_not_depend_on_how_much_is_shown(engine: Engine, question: str) -> None:
    answers = [
        engine.ask(question, limit=limit, max_per_article=most) for limit, most in ((1, 1), (5, 2), (40, 1), (100, 50))
    ]
    assert [answer.confidence for answer in answers] == pytest.approx([answers[0].confidence] * 4, abs=0.01)
    assert len({answer.answerable for answer in answers}) == 1


def test_confidence_is_of_the_answer_that_is_shown(engine: Engine) -> None:
    """The nearest vector alone may lead elsewhere; what is then shown is not what was sure."""
    question = "con te giac mot sung cuoi cung cua viet nam chet nam nao"
    sure = engine.ask(question).confidence
    assert sure is not None
    for mode in MODES:
        answer = engine.ask(question, mode=mode, limit=1)
        assert answer.confidence is not None
        if answer.passages[0].passage.article.id != engine.ask(question).passages[0].passage.article.id:
            assert answer.confidence < sure - 0.1


def test_reprints_make_an_answer_no_less_likely(repository: Path, builtin: Encoder, tmp_path: Path) -> None:
    drafts = [item for item in read_path(repository / "seeds") if isinstance(item, Draft)]
    with Corpus.open(tmp_path, builtin) as corpus:
        list(corpus.add(drafts))
        engine = Engine(corpus)
        alone = engine.ask(QUESTION)
        list(corpus.add(replace(draft, id=f"copy-{draft.id}", url=None) for draft in drafts))
        twice = engine.ask(QUESTION)
    assert twice.passages[0].also_in
    assert twice.confidence == pytest.approx(alone.confidence, abs=0.1)
    assert twice.passages[0].score == pytest.approx(alone.passages[0].score, abs=0.1)


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


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::FutureWarning")
def test_ones_own_questions_refine_the_confidence_of_a_model_of_ones_own(repository: Path, tmp_path: Path) -> None:
    pytest.importorskip("sentence_transformers")
    model, data = save_static(tmp_path / "model"), tmp_path / "data"
    questions = [json.loads(line) for line in (repository / "seeds/questions.jsonl").read_text().splitlines()]
    answered = [one for one in questions if one["language"] == "vi" and one.get("answer")][:60]
    some = tmp_path / "some.jsonl"
    some.write_text("".join(f"{json.dumps(one)}\n" for one in answered))
    hoidap("ingest", repository / "seeds", "--data", data, "--model", model)
    before = json.loads(hoidap("ask", QUESTION, "--data", data, "--json"))
    assert 0 < before["confidence"] < 1
    # The corpus's own model is taken, without being named again.
    hoidap("eval", "--articles", repository / "seeds", "--questions", some, "--calibrate", data)
    after = json.loads(hoidap("ask", QUESTION, "--data", data, "--json"))
    assert 0 < after["confidence"] < 1
    assert after["confidence"] != before["confidence"]
    assert after["answerable"] is (after["answer"] is not None)


def hoidap(*arguments: object) -> str:
    command = [sys.executable, "-m", "api.commands.main", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
