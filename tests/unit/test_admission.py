"""Who works, who waits and who is refused; nothing here takes long, since work waits for events."""

from __future__ import annotations

import threading
from collections.abc import Awaitable, Callable

import anyio
import pytest
from fastapi import Request
from prometheus_client import CollectorRegistry, Counter, Gauge

from api.admission import Admission, Patience
from api.errors import ProblemError
from api.metrics import Queue


class Figures:
    def __init__(self) -> None:
        registry = CollectorRegistry()
        self.queue = Queue(
            Gauge("waiting", "…", registry=registry),
            Counter("refused", "…", registry=registry),
            Counter("dropped", "…", registry=registry),
        )
        self._registry = registry

    def __getitem__(self, name: str) -> float:
        value = self._registry.get_sample_value(name)
        assert value is not None
        return value


def request(gone: bool = False) -> Request:
    async def receive() -> dict[str, str]:
        if not gone:
            await anyio.sleep_forever()
        return {"type": "http.disconnect"}

    return Request({"type": "http"}, receive)


async def until(true: Callable[[], bool]) -> None:
    with anyio.fail_after(10):
        while not true():
            await anyio.sleep(0.001)


def admitted(
    threads: int, waiting: int, seconds: float, scene: Callable[[Admission, Figures], Awaitable[None]]
) -> None:
    figures = Figures()

    async def play() -> None:
        await scene(Admission(threads, Patience(waiting, seconds), figures.queue), figures)

    anyio.run(play)


def test_no_more_work_at_once_than_threads_and_all_of_it_is_done() -> None:
    at_once: list[int] = []
    most: list[int] = []

    def work() -> None:
        at_once.append(1)
        most.append(len(at_once))
        threading.Event().wait(0.005)
        at_once.pop()

    async def scene(admission: Admission, figures: Figures) -> None:
        async with anyio.create_task_group() as group:
            for _ in range(12):
                group.start_soon(admission.run, request(), work)
        assert figures["waiting"] == figures["refused_total"] == 0

    admitted(3, 12, 10, scene)
    assert len(most) == 12
    assert max(most) == 3


def test_who_comes_when_enough_are_waiting_is_refused() -> None:
    async def scene(admission: Admission, figures: Figures) -> None:
        end = threading.Event()
        async with anyio.create_task_group() as group:
            group.start_soon(admission.run, request(), end.wait)
            group.start_soon(admission.run, request(), end.wait)
            await until(lambda: figures["waiting"] == 1)
            with pytest.raises(ProblemError, match="1 requests are waiting already") as refused:
                await admission.run(request(), end.wait)
            assert (refused.value.status_code, refused.value.headers) == (503, {"Retry-After": "1"})
            end.set()
        assert (figures["waiting"], figures["refused_total"]) == (0, 1)
        assert await admission.run(request(), lambda: 7) == 7

    admitted(1, 1, 10, scene)


def test_who_waits_too_long_is_refused() -> None:
    async def scene(admission: Admission, figures: Figures) -> None:
        end = threading.Event()
        async with anyio.create_task_group() as group:
            group.start_soon(admission.run, request(), end.wait)
            await anyio.sleep(0.01)
            with pytest.raises(ProblemError, match=r"within 0\.01 seconds") as refused:
                await admission.run(request(), end.wait)
            assert refused.value.status_code == 503
            end.set()
        assert (figures["waiting"], figures["refused_total"]) == (0, 1)
        assert await admission.run(request(), lambda: 7) == 7

    admitted(1, 5, 0.01, scene)


def test_work_of_a_client_that_went_is_not_done() -> None:
    done: list[str] = []

    async def scene(admission: Admission, figures: Figures) -> None:
        end = threading.Event()

        async def leaving() -> None:
            with pytest.raises(ProblemError, match="closed the connection"):
                await admission.run(request(gone=True), lambda: done.append("of who went"))

        async with anyio.create_task_group() as group:
            group.start_soon(admission.run, request(), end.wait)
            await anyio.sleep(0.01)
            group.start_soon(leaving)
            await until(lambda: figures["waiting"] == 1)
            group.start_soon(admission.run, request(), lambda: done.append("of who stayed"))
            await until(lambda: figures["waiting"] == 2)
            end.set()
        assert figures["dropped_total"] == 1

    admitted(1, 5, 10, scene)
    assert done == ["of who stayed"]


def test_an_error_of_the_work_is_passed_on_and_the_turn_given_back() -> None:
    def failing() -> None:
        raise ValueError("no")

    async def scene(admission: Admission, figures: Figures) -> None:
        for _ in range(3):
            with pytest.raises(ValueError, match="no"):
                await admission.run(request(), failing)

    admitted(1, 0, 10, scene)
