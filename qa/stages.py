"""Where the time of a question goes: seconds by stage, added up while it is answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from time import perf_counter
from typing import Literal, get_args

Stage = Literal["encode", "dense", "lexical", "load", "judge", "rerank", "verify", "compose", "other"]
"""What a question waits for.

- encode: its vector
- dense: the nearest passages, and the cosines of the others; what is searched beside "lexical" counts there
- lexical: the passages that match its words, their BM25, and what the index knows of the words
- load: the passages, from the storage
- judge: reading the sentences of the candidates
- rerank: the cross-encoder, where there is one
- verify: a second look at the best sentence
- compose: the quotes, the confidence and the answer
- other: everything else
"""
STAGES: tuple[Stage, ...] = get_args(Stage)


class Stages:
    """The clock of one question. One stage runs at a time, so that all together last as long as the question.

    `stage` reaches the clock of the question that its thread answers, so no function has to hand it on.
    """

    def __init__(self) -> None:
        """Start with the stage "other"."""
        self._seconds: dict[Stage, float] = {}
        self._running: Stage = "other"
        self._since = perf_counter()

    def switch(self, stage: Stage) -> Stage:
        """Go on with another stage, and return the one that ran until now."""
        now = perf_counter()
        before = self._running
        self._seconds[before] = self._seconds.get(before, 0.0) + now - self._since
        self._running, self._since = stage, now
        return before

    def seconds(self) -> Mapping[str, float]:
        """Return how long each stage that ran has taken until now, in the order of `STAGES`."""
        self.switch(self._running)
        return {stage: self._seconds[stage] for stage in STAGES if stage in self._seconds}


_clock: ContextVar[Stages] = ContextVar("clock")


@contextmanager
def timed() -> Iterator[Stages]:
    """Yield the clock of a question, which `stage` finds until the end of the block."""
    token = _clock.set(Stages())
    try:
        yield _clock.get()
    finally:
        _clock.reset(token)


@contextmanager
def stage(name: Stage) -> Iterator[None]:
    """Count the block as this stage, and not as the one that it stands in; without a clock, do nothing."""
    clock = _clock.get(None)
    if clock is None:
        yield
        return
    outer = clock.switch(name)
    try:
        yield
    finally:
        clock.switch(outer)
