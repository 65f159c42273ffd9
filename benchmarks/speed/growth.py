"""As a corpus grows: one corpus that is filled in steps and measured after each."""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

from benchmarks.speed.figures import median_load, shown, table
from benchmarks.speed.inside import WARM_UP
from benchmarks.speed.load import Request, drive
from benchmarks.speed.servers import HOIDAP, ROOT, Server, clean_environment, hoidap, in_child
from benchmarks.speed.texts import Question, Sentences, Text, characters_per_passage, mixed, write_articles
from index.models.encoder import BUILTIN_MODEL

_STAGE = re.compile(r'^hoidap_stage_seconds_sum\{stage="(\w+)"\} (\S+)$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class GrowthSizes:
    """How much is measured: passages after each step, questions in the process, seconds and rounds of a load."""

    passages: tuple[int, ...] = (10_000, 100_000, 1_000_000)
    clients: tuple[int, ...] = (1, 8)
    questions: int = 500
    compared: int = 200
    seconds: float = 5.0
    rounds: int = 3


def growth(
    articles: Sequence[Text],
    questions: Sequence[Question],
    sentences: Sentences,
    sizes: GrowthSizes,
    folder: Path,
    model: str = BUILTIN_MODEL,
) -> list[dict[str, Any]]:
    """Fill a corpus with articles whose questions are known, then with mixed ones; return the figures of each step."""
    data = folder / "growing"
    each = characters_per_passage(mixed(sentences, seed=0))
    stream = chain(articles, mixed(sentences))
    steps: list[dict[str, Any]] = []
    before: int = 0
    for wanted in sizes.passages:
        started = time.perf_counter()
        file = folder / "articles.jsonl"
        write_articles(stream, file, each * (wanted - before))
        ingest = ingest_file(file, data, model)
        file.unlink()
        told = [(one.text, one.article_id) for one in questions[: sizes.questions + WARM_UP]]
        task = {"folder": str(data), "model": model, "questions": told, "compared": sizes.compared}
        step = {
            "ingest": ingest,
            "disk_bytes": disk_bytes(data),
            "in_process": in_child("benchmarks.speed.inside", task),
            **_served(data, model, [Request.ask(one.text) for one in questions], sizes),
        }
        added = step["passages"] - before
        ingest |= {
            "passages": added,
            "passages_per_second": added / ingest["seconds"],
            "core_ms_a_passage": 1000 * ingest["core_seconds"] / added,
        }
        before = step["passages"]
        steps.append(step)
        print(f"{before:,} passages: {time.perf_counter() - started:.0f} s", flush=True)
    return steps


def ingest_file(file: Path, data: Path, model: str) -> dict[str, Any]:
    """Run `hoidap ingest` on a file; return how long it took, its processor time and what it told of its stages."""
    command = [*HOIDAP, "ingest", str(file), "--data", str(data), "--model", model]
    used = os.times()
    started = time.perf_counter()
    done = subprocess.run(command, env=clean_environment(), capture_output=True, text=True, cwd=ROOT)
    seconds = time.perf_counter() - started
    if done.returncode:
        raise RuntimeError(f"hoidap ingest failed:\n{done.stderr[-4000:]}")
    now = os.times()
    core_seconds = now.children_user + now.children_system - used.children_user - used.children_system
    return {"seconds": seconds, "core_seconds": core_seconds, "told": done.stdout.strip().splitlines()[-1]}


def disk_bytes(data: Path) -> dict[str, int]:
    """Return the bytes of what lies in a folder, by file or folder in it."""
    return {
        one.name: sum(file.stat().st_size for file in ([one] if one.is_file() else one.rglob("*")) if file.is_file())
        for one in sorted(data.iterdir())
    }


def _served(data: Path, model: str, requests: Sequence[Request], sizes: GrowthSizes) -> dict[str, Any]:
    """Return what a server over the corpus gives, and what it takes."""
    with hoidap(data, model) as server:
        drive(server, requests[-WARM_UP:], 1, 0.0)
        loads = []
        at = 0
        before = stage_seconds(server)
        stages: dict[str, float] = {}
        for clients in sizes.clients:
            rounds = []
            for _ in range(sizes.rounds):
                rounds.append(drive(server, [*requests[at:], *requests[:at]], clients, sizes.seconds))
                at = (at + rounds[-1].answers) % len(requests)
            loads.append(median_load(rounds).to_json())
            if not stages:
                after, answers = stage_seconds(server), sum(one.answers for one in rounds)
                stages = {name: 1000 * (spent - before.get(name, 0.0)) / answers for name, spent in after.items()}
        return {
            "passages": passages_of(server),
            "serve_ready_ms": 1000 * server.started_seconds,
            "memory_bytes": server.memory_bytes(),
            "processes": server.processes(),
            "loads": loads,
            "stages_ms": stages,
        }


def passages_of(server: Server) -> int:
    """Return how many passages a server says that it holds."""
    return int(json.loads(server.get("/v1/info"))["passages"])


def stage_seconds(server: Server) -> dict[str, float]:
    """Return the seconds that all answers so far spent in each stage, nothing if the server does not tell."""
    metrics = server.get("/metrics").decode()
    return {name: float(spent) for name, spent in _STAGE.findall(metrics)}


def report(steps: Sequence[dict[str, Any]]) -> str:
    """Return the figures as people read them."""
    rows: list[list[str]] = []

    def row(name: str, figures: Iterable[str]) -> None:
        rows.append([name, *figures])

    def numbers(name: str, one: Callable[[dict[str, Any]], float | None], digits: int = 3) -> None:
        row(name, (shown(one(step), digits) for step in steps))

    numbers("ingest, passages/s", lambda step: step["ingest"]["passages_per_second"])
    numbers("ingest, core-ms a passage", lambda step: step["ingest"]["core_ms_a_passage"])
    numbers("disk, kB a passage", lambda step: sum(step["disk_bytes"].values()) / step["passages"] / 1000)
    for name in sorted({name for step in steps for name, size in step["disk_bytes"].items() if size}):
        numbers(f"… {name}", lambda step, name=name: step["disk_bytes"].get(name, 0) / step["passages"] / 1000)  # type: ignore[misc]
    numbers("memory of the server, MB", lambda step: step["memory_bytes"] / 1e6)
    numbers("processes of the server", lambda step: step["processes"])
    numbers("opening the corpus, ms", lambda step: step["in_process"]["opening_ms"])
    numbers("`hoidap serve` until ready, ms", lambda step: step["serve_ready_ms"])
    for name, key in (("p50, ms", "p50_ms"), ("p99, ms", "p99_ms"), ("core-ms", "core_ms")):
        numbers(f"in the process: {name}", lambda step, key=key: step["in_process"][key])  # type: ignore[misc]
    for place, load in enumerate(steps[0]["loads"]):
        for name, key in (("q/s", "per_second"), ("p50, ms", "p50_ms"), ("p99, ms", "p99_ms"), ("core-ms", "core_ms")):
            clients = f"{load['clients']} client{'s' if load['clients'] > 1 else ''}"
            numbers(f"HTTP, {clients}: {name}", lambda step, at=place, key=key: step["loads"][at][key])  # type: ignore[misc]
        if place == 0:
            for name in dict.fromkeys(name for step in steps for name in step.get("stages_ms", {})):
                numbers(f"… of which {name}, ms", lambda step, name=name: step.get("stages_ms", {}).get(name))  # type: ignore[misc]
    row("failed requests", (str(sum(sum(one["errors"].values()) for one in step["loads"])) for step in steps))
    numbers("recall@10 of the dense index", lambda step: step["in_process"]["recall"])
    numbers("ViQuAD, R@1", lambda step: step["in_process"]["right_first"])
    return table(["passages", *(f"{step['passages']:,}" for step in steps)], rows)
