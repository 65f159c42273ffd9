"""Models by their name on the hub: from the local cache without the network, and one clear error without both."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from random_models import bert, save

pytest.importorskip("sentence_transformers")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

NAME = "nobody/small-model"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
PATIENCE_SECONDS = 300
"""Only a process that waits without end takes as long."""


class SilentHub:
    """Accepts connections and never answers; counts them."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.connections: list[socket.socket] = []
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        try:
            while True:
                self.connections.append(self._socket.accept()[0])
        except OSError:
            return

    def close(self) -> None:
        self._socket.close()
        for connection in self.connections:
            connection.close()


@pytest.fixture
def hub() -> Iterator[SilentHub]:
    hub = SilentHub()
    yield hub
    hub.close()


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cache of the hub that holds one small model, laid out as the hub's own library does."""
    home = tmp_path_factory.mktemp("home")
    entry = home / "hub" / f"models--{NAME.replace('/', '--')}"
    save(home / "made", bert)
    (entry / "refs").mkdir(parents=True)
    (entry / "refs" / "main").write_text(COMMIT)
    shutil.copytree(home / "made", entry / "snapshots" / COMMIT)
    return home


def hoidap(*arguments: str, home: Path, endpoint: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HOIDAP_", "HF_"))}
    return subprocess.run(
        [sys.executable, "-m", "api.commands.main", *arguments],
        env={**environment, "HF_HOME": str(home), "HF_ENDPOINT": endpoint},
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )


def test_a_cached_model_starts_without_the_network(cache: Path, hub: SilentHub, tmp_path: Path) -> None:
    (tmp_path / "bài.txt").write_text("Hà Nội là thủ đô của Việt Nam.\n", encoding="utf-8")
    data = ("--data", str(tmp_path / "data"), "--model", NAME)
    done = hoidap("ingest", "--no-clean", str(tmp_path / "bài.txt"), *data, home=cache, endpoint=hub.address)
    assert done.returncode == 0, done.stderr
    done = hoidap("info", *data, home=cache, endpoint=hub.address)
    assert done.returncode == 0, done.stderr
    assert f"{NAME}, 32 dimensions" in done.stdout
    assert hub.connections == [], "nobody was asked"


@pytest.mark.parametrize("answering", [False, True], ids=["refused", "silent"])
def test_a_model_out_of_reach_is_one_clear_error(answering: bool, hub: SilentHub, tmp_path: Path) -> None:
    endpoint = hub.address
    if not answering:
        hub.close()
    done = hoidap(
        "info", "--data", str(tmp_path / "data"), "--model", "nobody/unknown", home=tmp_path, endpoint=endpoint
    )
    assert done.returncode == 1
    last = done.stderr.strip().splitlines()[-1]
    start = "hoidap: model nobody/unknown: cannot be loaded: it is not on this machine, and the hub does not give it ("
    assert last.startswith(start)
    assert "connect to the hub once" in last
    assert "Traceback" not in done.stderr


def test_what_can_be_no_name_is_not_asked_for(hub: SilentHub, tmp_path: Path) -> None:
    done = hoidap("info", "--data", str(tmp_path), "--model", "../no/such/folder", home=tmp_path, endpoint=hub.address)
    assert done.returncode == 1
    assert "there is no such folder, and no model on the hub can have this name" in done.stderr
    assert hub.connections == []
