"""Servers as they are run: started as a command, waited for, with the memory and processor time of all its processes.

Memory and processor time are read from /proc, so this runs on Linux.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
"""The folder of the repository."""
_START_SECONDS = 300.0
_STOP_SECONDS = 60.0
HOIDAP = (sys.executable, "-m", "api.commands.main")
"""The command `hoidap` of the environment that the benchmark runs in."""


@dataclass(frozen=True, slots=True)
class Server:
    """A running server; `started_seconds` is how long it took until it was ready."""

    port: int
    process: int
    started_seconds: float

    def core_seconds(self) -> float:
        """Return the processor time that its processes have used so far."""
        return sum(map(_core_seconds, process_tree(self.process)))

    def memory_bytes(self) -> int:
        """Return the memory of its processes, pages that several of them share counted once (PSS)."""
        return sum(map(memory_of, process_tree(self.process)))

    def processes(self) -> int:
        """Return how many processes it has."""
        return len(process_tree(self.process))

    def get(self, target: str, body: bytes | None = None, kind: str = "application/json") -> bytes:
        """Return the answer to one request, sent with POST if it has a body."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{target}", body, {"Content-Type": kind})
        with urllib.request.urlopen(request, timeout=1_200) as response:
            content: bytes = response.read()
            return content


@contextmanager
def running(
    command: Sequence[str], port: int, ready: str, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Server]:
    """Run a server until the block ends; begins when a GET of `ready` succeeds."""
    started = time.perf_counter()
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, env={**clean_environment(), **(environment or {})}, stdout=output, stderr=output
        )
    try:
        while not _answers(port, ready):
            if process.poll() is not None or time.perf_counter() - started > _START_SECONDS:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text(errors='replace')[-4000:]}")
            time.sleep(0.02)
        yield Server(port, process.pid, time.perf_counter() - started)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(timeout=_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def hoidap(data: Path, model: str, options: Sequence[str] = ()) -> Iterator[Server]:
    """Run `hoidap serve` on a folder, with its default settings and further options."""
    port = free_port()
    command = [*HOIDAP, "serve", "--data", str(data), "--port", str(port), "--model", model, *options]
    with running(command, port, "/readyz", data.parent / f"{data.name}.log") as server:
        yield server


def in_child(module: str, task: Mapping[str, Any]) -> dict[str, Any]:
    """Run a module of the benchmarks in a process of its own; it reads one JSON object and writes another.

    numpy has one thread there, as in the command `hoidap`.

    Raises:
        RuntimeError: it failed; holds what it wrote to standard error.
    """
    command = [sys.executable, "-m", module]
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(command, input=json.dumps(task), capture_output=True, text=True, cwd=ROOT, env=environment)
    if done.returncode:
        raise RuntimeError(f"{module} failed:\n{done.stderr}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def clean_environment() -> dict[str, str]:
    """Return the environment without settings of hoidap."""
    return {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}


def process_tree(root: int) -> list[int]:
    """Return a process and all that descend from it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (fields := _stat(int(folder.name))):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    tree = [root]
    for one in tree:
        tree.extend(children.get(one, ()))
    return tree


def memory_of(process: int) -> int:
    """Return the proportional set size of a process in bytes, 0 if it has ended."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((1024 * int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _core_seconds(process: int) -> float:
    fields = _stat(process)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") if fields else 0.0


def _stat(process: int) -> list[str]:
    """Return the fields of /proc/PID/stat behind the name of the command, nothing if the process has ended."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _answers(port: int, target: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{target}", timeout=5) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False
