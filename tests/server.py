"""A real server process on a real socket, for tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

_START_SECONDS = 60


@dataclass
class Server:
    """A running `hoidap serve`."""

    process: subprocess.Popen[bytes]
    client: httpx.Client
    log: Path

    def empty(self) -> None:
        """Remove every article."""
        while found := self.client.get("/v1/articles", params={"limit": 100}).json()["articles"]:
            for article in found:
                assert self.client.delete(f"/v1/articles/{article['id']}").status_code == 204

    def kill(self) -> None:
        """End it and its workers as a power cut would: no handler runs."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def workers(self) -> set[int]:
        """Return the numbers of its worker processes."""
        found = subprocess.run(["pgrep", "-P", str(self.process.pid)], capture_output=True, text=True, check=False)
        return set(map(int, found.stdout.split()))

    def stop(self) -> int:
        """Ask it to end, as a service manager does."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_server(data: Path, **settings: str) -> Iterator[Server]:
    """Start the service on `data` and wait until it is ready; `settings` are environment variables."""
    port = int(settings.get("HOIDAP_PORT", 0)) or free_port()
    log = data.parent / f"{data.name}.log"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
    command = [sys.executable, "-m", "api.commands.main", "serve", "--data", str(data), "--port", str(port)]
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, env={**environment, **settings}, stdout=output, stderr=output, start_new_session=True
        )
    client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60)
    server = Server(process, client, log)
    try:
        _wait_until_ready(server)
        yield server
    finally:
        client.close()
        if process.poll() is None:
            process.terminate()
            try:
                process.wait(timeout=30)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_ready(server: Server) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        try:
            if server.client.get("/readyz").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(f"the server did not start:\n{server.log.read_text()}")
