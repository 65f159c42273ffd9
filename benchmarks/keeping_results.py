"""Results of a benchmark, kept under the commit that gave them."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

_RESULTS = Path(__file__).parent / "results"


def keep(name: str, results: Any, model: str, libraries: Sequence[str]) -> Path | None:
    """Keep the results under the present commit; None with uncommitted changes, which no commit could reproduce."""
    root = Path(__file__).parent.parent
    if subprocess.run(["git", "status", "--porcelain"], cwd=root, capture_output=True, check=True).stdout:
        return None
    commit = subprocess.run(
        ["git", "rev-parse", "--short=10", "HEAD"], cwd=root, capture_output=True, text=True, check=True
    ).stdout.strip()
    _RESULTS.mkdir(exist_ok=True)
    file = _RESULTS / f"{name}-{commit}.json"
    content = {
        "commit": commit,
        "model": model,
        "libraries": {library: version(library) for library in libraries},
        "results": results,
    }
    file.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return file
