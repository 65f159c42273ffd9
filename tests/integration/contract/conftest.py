"""A real server on a real socket, empty before each test of the contract."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from contract import ARTICLE, COPY, OTHER
from server import Server, running_server


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with running_server(tmp_path_factory.mktemp("contract") / "data") as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[httpx.Client]:
    """A client of a server that holds nothing."""
    yield server.client
    server.empty()


@pytest.fixture
def filled(client: httpx.Client) -> httpx.Client:
    """A client of a server that holds three articles."""
    assert client.post("/v1/articles", json=[ARTICLE, COPY, OTHER]).json()["created"] == 3
    return client
