"""Functions called in child processes: answers, errors, deaths, and the end of whoever started them."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from copy import copy
from pathlib import Path

import pytest

from index.errors import EncodingError, InvalidArticle
from index.processes import ChildEnded, Processes


@pytest.fixture
def pool() -> Iterator[Processes]:
    opened = Processes(1)
    yield opened
    opened.close()


def is_running(process: int) -> bool:
    """Whether a process runs that is no zombie."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def wait_for_end(process: int) -> bool:
    until = time.monotonic() + 10
    while is_running(process) and time.monotonic() < until:
        time.sleep(0.01)
    return not is_running(process)


def test_a_function_is_called_elsewhere(pool: Processes) -> None:
    child = pool.submit(os.getpid).result()
    assert child != os.getpid()
    assert [pool.submit(math.factorial, number).result() for number in (3, 4)] == [6, 24]
    assert pool.submit(os.getpid).result() == child, "one child does one thing after the other"


def test_a_child_starts_no_threads_of_its_own(pool: Processes) -> None:
    assert pool.submit(os.getenv, "TOKENIZERS_PARALLELISM").result() == "false"


def test_an_error_is_told_and_the_child_goes_on(pool: Processes) -> None:
    child = pool.submit(os.getpid).result()
    with pytest.raises(ChildEnded, match=r"ValueError: .*negative"):
        pool.submit(math.factorial, -1).result()
    assert pool.submit(os.getpid).result() == child


def test_a_killed_child_is_told_and_replaced(pool: Processes) -> None:
    child = pool.submit(os.getpid).result()
    with pytest.raises(ChildEnded, match="signal 9"):
        pool.submit(os.kill, child, signal.SIGKILL).result()
    assert pool.submit(os.getpid).result() != child


def test_a_child_that_exits_is_told(pool: Processes) -> None:
    with pytest.raises(ChildEnded, match="status 3"):
        pool.submit(os._exit, 3).result()


def test_closing_ends_children_at_work() -> None:
    pool = Processes(1)
    child = pool.submit(os.getpid).result()
    working, waiting = pool.submit(time.sleep, 60), pool.submit(math.factorial, 3)
    while not working.running():
        time.sleep(0.01)
    pool.close()
    assert wait_for_end(child)
    assert waiting.cancelled()
    with pytest.raises(ChildEnded):
        working.result()


def test_children_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    program = (
        "import os, sys, time\nfrom index.processes import Processes\npool = Processes(2)\n"
        "print(pool.submit(os.getpid).result(), flush=True)\ntime.sleep(60)\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    with parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_running(child)
        parent.kill()
    assert wait_for_end(child)


@pytest.mark.parametrize("error", [InvalidArticle("a.txt:3", "text", "is empty"), EncodingError("a.txt", 7, 0xFF)])
def test_errors_come_back_as_they_are(pool: Processes, error: InvalidArticle) -> None:
    again = pool.submit(copy, error).result()
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


@pytest.mark.skipif(not Path("/proc/self/autogroup").exists(), reason="this system shares nothing by sessions")
def test_a_child_steps_back_beside_programs_of_other_sessions_too(pool: Processes) -> None:
    own, its = Path("/proc/self/autogroup").read_text(), pool.submit(Path.read_text, Path("/proc/self/autogroup"))
    group, _nice, niceness = its.result().split()
    assert group not in own.split()  # a process that no session has begun belongs to none, and the file is empty
    assert int(niceness) == pool.submit(os.nice, 0).result() - os.nice(0) > 0
