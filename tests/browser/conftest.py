"""The page in a real browser, before a real service with the built-in model and the articles of `seeds/`."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import chromium
import pytest
from chromium import Open
from playwright.sync_api import Browser, BrowserContext, Page, expect
from server import Server, running_server

_PATIENCE_MS = 20_000  # a test fails by what it sees, not because the machine is busy
expect.set_options(timeout=_PATIENCE_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = chromium.find()
    if executable is None:
        pytest.skip(chromium.MISSING)
    with chromium.launched(executable) as launched:
        yield launched


@pytest.fixture(scope="session")
def seeded(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    """A data folder with the articles of `seeds/`."""
    data = tmp_path_factory.mktemp("page") / "data"
    command = [sys.executable, "-m", "api.commands.main", "ingest", str(repository / "seeds"), "--data", str(data)]
    subprocess.run(command, check=True, capture_output=True)
    return data


@pytest.fixture(scope="session")
def archive(seeded: Path, browser: Browser) -> Iterator[Server]:
    """A service with the articles of `seeds/`; a test leaves in it what it found."""
    with running_server(seeded) as server:
        yield server


@pytest.fixture(scope="session")
def _empty(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("empty") / "data") as server:
        yield server


@pytest.fixture
def empty(_empty: Server) -> Iterator[Server]:
    """A service without articles; it is emptied after the test."""
    yield _empty
    _empty.empty()


@pytest.fixture
def open_page(browser: Browser) -> Iterator[Open]:
    """Open an address of a service in a fresh browser; an error of the page's own script fails the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def opened(server: Server, path: str = "/", **options: Any) -> Page:
        context = browser.new_context(**{"locale": "vi-VN", "viewport": {"width": 1180, "height": 860}, **options})
        context.set_default_timeout(_PATIENCE_MS)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{server.client.base_url}".rstrip("/") + path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []
