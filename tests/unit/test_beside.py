"""Work beside other work: in which thread it runs, and what comes of it."""

from __future__ import annotations

import threading

import pytest

from qa.retrieval.beside import Beside


def test_the_only_question_has_its_work_done_by_another_thread() -> None:
    beside = Beside(processors=2)
    begun = threading.Event()
    with beside.question():
        result = beside.start(lambda: (begun.wait(60), threading.get_ident()))
        begun.set()  # `start` has returned while the work was under way
        assert result()[0]
        assert result()[1] != threading.get_ident()


def test_work_that_has_not_begun_when_it_is_wanted_is_done_by_the_question() -> None:
    beside = Beside(processors=2)
    wanted = threading.Event()
    with beside.question():
        first = beside.start(lambda: wanted.wait(60))
        second = beside.start(threading.get_ident)
        assert second() == threading.get_ident()
        wanted.set()
        assert first()


@pytest.mark.parametrize("processors", [1, 2])
def test_with_another_question_or_one_processor_the_work_is_done_at_once(processors: int) -> None:
    beside = Beside(processors)
    with beside.question():
        if processors == 1:
            assert beside.start(threading.get_ident)() == threading.get_ident()
        with beside.question():
            assert beside.start(threading.get_ident)() == threading.get_ident()
        assert (beside.start(threading.get_ident)() == threading.get_ident()) == (processors == 1)


@pytest.mark.parametrize("processors", [1, 2])
def test_errors_of_the_work_reach_the_question(processors: int) -> None:
    beside = Beside(processors)

    def failing() -> int:
        raise OSError("no index")

    with beside.question(), pytest.raises(OSError, match="no index"):
        beside.start(failing)()
