"""Questions of several threads, encoded together."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from fakes import WordEncoder

from index.errors import ModelBusy
from index.models import shared_calls
from index.models.encoder import Vectors
from index.models.shared_calls import SharedCalls

WAIT = 30.0


class Gate:
    """A model that waits in each call until it may go on, and keeps what it was called with."""

    def __init__(self) -> None:
        self.words = WordEncoder()
        self.calls: list[list[str]] = []
        self.entered = threading.Semaphore(0)
        self.may_go_on = threading.Semaphore(0)
        self.running = 0

    def __call__(self, texts: Sequence[str]) -> Vectors:
        self.running += 1
        assert self.running == 1, "one call at a time"
        self.calls.append(list(texts))
        self.entered.release()
        assert self.may_go_on.acquire(timeout=WAIT)
        self.running -= 1
        if any("nổ" in text for text in texts):
            raise ValueError(f"cannot read {len(texts)}")
        return self.words.encode_queries(texts)


class Caller(threading.Thread):
    """A thread that asks once, and keeps what it got."""

    def __init__(self, call: Callable[[Sequence[str]], Vectors], *texts: str) -> None:
        super().__init__(daemon=True)
        self.call = call
        self.texts = texts
        self.vectors: Vectors | None = None
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self.vectors = self.call(self.texts)
        except BaseException as error:
            self.error = error

    def got(self) -> Vectors:
        self.join(WAIT)
        assert not self.is_alive()
        if self.error is not None:
            raise self.error
        assert self.vectors is not None
        return self.vectors


def waiting(shared: SharedCalls, count: int) -> None:
    """Return when `count` callers stand in the queue."""
    deadline = time.monotonic() + WAIT
    while len(shared._queue) != count:
        assert time.monotonic() < deadline
        time.sleep(0.001)


def test_a_caller_alone_is_served_at_once_and_by_itself() -> None:
    words = WordEncoder()
    threads: list[int] = []

    def encode(texts: Sequence[str]) -> Vectors:
        threads.append(threading.get_ident())
        return words.encode_queries(texts)

    shared = SharedCalls("words", encode)
    for text in ("cầu dài", "chợ họp"):
        assert np.array_equal(shared([text]), words.encode_queries([text]))
    assert threads == [threading.get_ident()] * 2


def test_those_who_come_meanwhile_are_encoded_together_in_their_order() -> None:
    gate = Gate()
    shared = SharedCalls("gate", gate)
    callers = [Caller(shared, "một")]
    assert gate.entered.acquire(timeout=WAIT)
    for count, texts in enumerate((["hai"], ["ba", "bốn"], [], ["năm"]), 1):
        callers.append(Caller(shared, *texts))
        waiting(shared, count)
    gate.may_go_on.release(2)
    for caller in callers:
        assert np.array_equal(caller.got(), gate.words.encode_queries(caller.texts))
    assert gate.calls == [["một"], ["hai", "ba", "bốn", "năm"]]


def test_a_call_has_a_limit_and_the_rest_comes_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_calls, "_MOST_TEXTS", 3)
    gate = Gate()
    shared = SharedCalls("gate", gate)
    callers = [Caller(shared, "đầu")]
    assert gate.entered.acquire(timeout=WAIT)
    for count, texts in enumerate((["a", "b"], ["c", "d"], ["e"], ["f", "g", "h", "i"], ["k"]), 1):
        callers.append(Caller(shared, *texts))
        waiting(shared, count)
    gate.may_go_on.release(5)
    for caller in callers:
        assert np.array_equal(caller.got(), gate.words.encode_queries(caller.texts))
    assert gate.calls == [["đầu"], ["a", "b"], ["c", "d", "e"], ["f", "g", "h", "i"], ["k"]]


def test_an_error_goes_to_those_whose_texts_caused_it() -> None:
    gate = Gate()
    shared = SharedCalls("gate", gate)
    first = Caller(shared, "một")
    assert gate.entered.acquire(timeout=WAIT)
    callers = []
    for count, text in enumerate(("hai", "nổ", "ba"), 1):
        callers.append(Caller(shared, text))
        waiting(shared, count)
    gate.may_go_on.release(5)
    first.got()
    for caller in (callers[0], callers[2]):
        assert np.array_equal(caller.got(), gate.words.encode_queries(caller.texts))
    with pytest.raises(ValueError, match="cannot read 1"):
        callers[1].got()
    assert gate.calls == [["một"], ["hai", "nổ", "ba"], ["hai"], ["nổ"], ["ba"]]


def test_a_caller_that_gives_up_takes_its_texts_along(monkeypatch: pytest.MonkeyPatch) -> None:
    gate = Gate()
    shared = SharedCalls("gate", gate)
    first = Caller(shared, "một")
    assert gate.entered.acquire(timeout=WAIT)
    monkeypatch.setattr(shared_calls, "PATIENCE_SECONDS", 0.01)
    with pytest.raises(ModelBusy, match="model gate: is busy"):
        shared(["hai"])
    monkeypatch.setattr(shared_calls, "PATIENCE_SECONDS", WAIT)
    third = Caller(shared, "ba")
    waiting(shared, 1)
    gate.may_go_on.release(2)
    first.got()
    third.got()
    assert gate.calls == [["một"], ["ba"]]


class Interrupt(BaseException):
    """What no one handles, as when a program is interrupted."""


def test_who_is_interrupted_while_encoding_leaves_the_others_to_the_next() -> None:
    gate = Gate()
    interrupted: list[int] = []

    def encode(texts: Sequence[str]) -> Vectors:
        vectors = gate(texts)
        if len(texts) > 1 and not interrupted:
            interrupted.append(threading.get_ident())
            raise Interrupt
        return vectors

    shared = SharedCalls("gate", encode)
    callers = [Caller(shared, "một")]
    assert gate.entered.acquire(timeout=WAIT)
    for count, text in enumerate(("hai", "ba", "bốn"), 1):
        callers.append(Caller(shared, text))
        waiting(shared, count)
    gate.may_go_on.release(3)
    for caller in (callers[0], *callers[2:]):
        assert np.array_equal(caller.got(), gate.words.encode_queries(caller.texts))
    with pytest.raises(Interrupt):
        callers[1].got()
    assert gate.calls == [["một"], ["hai", "ba", "bốn"], ["ba", "bốn"]]


def test_many_threads_get_their_own_vectors() -> None:
    words = WordEncoder()
    sizes: list[int] = []

    def encode(texts: Sequence[str]) -> Vectors:
        sizes.append(len(texts))
        time.sleep(0.001)
        return words.encode_queries(texts)

    shared = SharedCalls("words", encode)
    wrong: list[str] = []

    def ask(number: int) -> None:
        for turn in range(20):
            text = f"câu {number} lần {turn}"
            if not np.array_equal(shared([text]), words.encode_queries([text])):
                wrong.append(text)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert wrong == []
    assert sum(sizes) == 16 * 20
    assert max(sizes) > 1
