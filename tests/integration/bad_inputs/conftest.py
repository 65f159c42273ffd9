"""Servers with one good article, which every bad input has to leave as it is."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from bad_inputs import GOOD, SMALL_ARTICLE, SMALL_BATCH, untouched
from server import Server, running_server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("bad") / "data") as running:
        assert running.client.post("/v1/articles", json=GOOD).status_code == 201
        yield running


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    limits = {"HOIDAP_MAX_ARTICLE_BYTES": str(SMALL_ARTICLE), "HOIDAP_MAX_BATCH_ARTICLES": str(SMALL_BATCH)}
    with running_server(tmp_path_factory.mktemp("small") / "data", **limits) as running:
        assert running.client.post("/v1/articles", json=GOOD).status_code == 201
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """A client; afterwards the corpus holds what it held, and nothing crashed."""
    with untouched(server):
        yield server.client


@pytest.fixture
def small_client(small: Server) -> Iterator[httpx.Client]:
    with untouched(small):
        yield small.client
