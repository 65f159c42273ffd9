"""The clock of a question."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from index.corpus import Corpus
from index.models.encoder import Encoder
from index.records import Draft
from qa.engine import Engine
from qa.stages import STAGES, stage, timed


@pytest.fixture
def seconds_by_call(monkeypatch: pytest.MonkeyPatch) -> None:
    """A clock that goes on by one second whenever it is looked at."""
    ticks = count()
    monkeypatch.setattr("qa.stages.perf_counter", lambda: float(next(ticks)))


@pytest.mark.usefixtures("seconds_by_call")
def test_a_stage_inside_another_is_taken_out_of_it() -> None:
    with timed() as clock:  # 0
        with stage("judge"), stage("lexical"):  # 1, 2
            pass  # 3, 4
        seconds = clock.seconds()  # 5
    assert seconds == {"lexical": 1.0, "judge": 2.0, "other": 2.0}
    assert list(seconds) == ["lexical", "judge", "other"]


@pytest.mark.usefixtures("seconds_by_call")
def test_a_stage_that_runs_again_adds_up_even_after_an_error() -> None:
    with timed() as clock:
        for _ in range(2):
            with pytest.raises(ValueError, match="broken"), stage("dense"):
                raise ValueError("broken")
        assert clock.seconds() == {"dense": 2.0, "other": 3.0}


def test_without_a_clock_a_stage_does_nothing_and_clocks_do_not_mix() -> None:
    with stage("dense"):
        pass
    found: list[bool] = []
    with timed() as clock:

        def elsewhere() -> None:
            with stage("dense"), timed() as own:
                found.append(set(own.seconds()) == {"other"})

        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        assert set(clock.seconds()) == {"other"}
    assert found == [True]


@pytest.fixture
def engine(tmp_path: Path, builtin: Encoder) -> Iterator[Engine]:
    with Corpus.open(tmp_path / "corpus", builtin) as corpus:
        list(corpus.add([Draft(id="cau", text="Cầu Bến Đá dài năm trăm mét và có bốn làn xe.")]))
        yield Engine(corpus)


def test_answers_and_results_say_where_their_time_went(engine: Engine) -> None:
    answer, found = engine.ask("cầu dài bao nhiêu mét"), engine.search("cầu")
    assert set(answer.stages) == set(STAGES) - {"rerank"}
    assert set(found.stages) == set(STAGES) - {"rerank", "verify"}
    for one in (answer, found):
        assert min(one.stages.values()) > 0
        assert one.took_ms == pytest.approx(1000 * sum(one.stages.values()), abs=0.01)
