"""How long answers take while articles come in: the same load with and without a running `hoidap ingest`."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.speed.figures import Load, median_load, shown, table
from benchmarks.speed.growth import ingest_file, passages_of
from benchmarks.speed.load import Request, drive
from benchmarks.speed.servers import HOIDAP, ROOT, Server, clean_environment, hoidap
from benchmarks.speed.texts import Sentences, characters_per_passage, mixed, write_articles
from index.models.encoder import BUILTIN_MODEL

_BEGIN_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class BesideSizes:
    """How much is measured: passages that are there first, clients, seconds of a load, and pairs of loads."""

    passages: int = 20_000
    clients: int = 2
    seconds: float = 6.0
    rounds: int = 3


def beside(
    questions: Sequence[str], sentences: Sentences, sizes: BesideSizes, folder: Path, model: str = BUILTIN_MODEL
) -> dict[str, Any]:
    """Ask a server in turn with and without an ingest beside it; return the figures of both and their ratio."""
    data, file, more = folder / "beside", folder / "first.jsonl", folder / "more.jsonl"
    each = characters_per_passage(mixed(sentences, seed=0))
    stream = mixed(sentences)
    write_articles(stream, file, each * sizes.passages)
    ingest_file(file, data, model)
    requests = [Request.ask(one) for one in questions]
    rounds: dict[str, list[Load]] = {"without": [], "with": []}
    with hoidap(data, model) as server:
        drive(server, requests[:50], sizes.clients, 0.0)
        for _ in range(sizes.rounds):
            rounds["without"].append(drive(server, requests, sizes.clients, sizes.seconds))
            # more than it stores meanwhile, so that it runs for as long as the questions are asked
            write_articles(stream, more, each * 10_000 * sizes.seconds)
            with _ingesting(more, data, model) as process:
                _wait_for_more(server)
                rounds["with"].append(drive(server, requests, sizes.clients, sizes.seconds))
                is_running = process.poll() is None
            if not is_running:
                raise RuntimeError("the ingest ended before the questions did; ask for fewer seconds")
    loads = {name: median_load(several) for name, several in rounds.items()}
    return {
        "passages_before": sizes.passages,
        "loads": {name: one.to_json() for name, one in loads.items()},
        "p95_ratio": loads["with"].p95_ms / loads["without"].p95_ms,
    }


def _wait_for_more(server: Server) -> None:
    """Return when the server holds passages that it does not hold now."""
    held, deadline = passages_of(server), time.monotonic() + _BEGIN_SECONDS
    while passages_of(server) == held:
        if time.monotonic() > deadline:
            raise RuntimeError(f"nothing came in within {_BEGIN_SECONDS:.0f} seconds")
        time.sleep(0.1)


@contextmanager
def _ingesting(file: Path, data: Path, model: str) -> Iterator[subprocess.Popen[bytes]]:
    """Run `hoidap ingest` until the block ends, which breaks it off: what it has committed stays."""
    command = [*HOIDAP, "ingest", str(file), "--data", str(data), "--model", model]
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command, env=clean_environment(), stdout=quiet, stderr=quiet, cwd=ROOT) as process:
        try:
            yield process
        finally:
            process.terminate()


def report(found: dict[str, Any]) -> str:
    """Return the figures as people read them."""
    figures = ("per_second", "p50_ms", "p95_ms", "p99_ms", "core_ms")
    rows = [
        [name, *(shown(load[figure]) for figure in figures), str(sum(load["errors"].values()))]
        for name, load in found["loads"].items()
    ]
    head = ["ingest beside", "q/s", "p50 ms", "p95 ms", "p99 ms", "core-ms", "errors"]
    return f"{table(head, rows)}\n\np95 with ÷ without: {shown(found['p95_ratio'])}"
