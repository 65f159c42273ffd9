"""Keeping results with what is needed to get them again: commit, machine, threads, versions."""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

import faiss

RESULTS = Path(__file__).parent / "results"
_LIBRARIES = ("faiss-cpu", "ir-measures", "numpy", "scipy", "tantivy", "tokenizers")


def save(kind: str, content: Mapping[str, object]) -> Path:
    """Write results under the present commit and return the file; the name says when there were uncommitted changes."""
    commit, dirty = _state()
    RESULTS.mkdir(exist_ok=True)
    file = _file(kind)
    about = {
        "commit": commit,
        "dirty": dirty,
        "finished_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": {"system": platform.platform(), "processor": _processor(), "cores": os.cpu_count()},
        "threads": {"faiss": faiss.omp_get_max_threads(), "tokenizers": os.environ.get("RAYON_NUM_THREADS", "all")},
        "python": platform.python_version(),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }
    file.write_text(json.dumps({**about, **content}, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return file


def earlier(kind: str) -> dict[str, Any]:
    """Return what `save` kept under the present commit before, an empty object if nothing."""
    file = _file(kind)
    content: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}
    return content


def _file(kind: str) -> Path:
    commit, dirty = _state()
    return RESULTS / f"{kind}-{commit}{'-dirty' if dirty else ''}.json"


def _state() -> tuple[str, bool]:
    """Return the present commit, and whether files differ from it."""
    dirty = bool(_git("status", "--porcelain", "--", ".", ":!benchmarks/results"))
    return _git("rev-parse", "--short=10", "HEAD"), dirty


def _git(*arguments: str) -> str:
    root = Path(__file__).parent.parent
    return subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True, check=True).stdout.strip()


def _processor() -> str:
    """Return the processor's name; `platform` knows only its kind on Linux."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())
