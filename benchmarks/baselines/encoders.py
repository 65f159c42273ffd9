"""Other embedding models, ranked by exact cosine of their passages: our first built-in one, and all-MiniLM-L6-v2."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from benchmarks.measures import DEPTH
from index.errors import ModelError
from index.models.encoder import Encoder, passage_input
from index.models.loading import load_encoder
from index.records import Draft
from index.text.chunking import chunk
from training import teacher

_FIRST_COMMIT = "e0b4f55"
"""Holds the first model that was built in."""
_FIRST_FILES = (
    "modules.json",
    "config_sentence_transformers.json",
    "tokenizer.json",
    "model.safetensors",
    "1_Normalize/config.json",
)
_QUESTIONS_AT_ONCE = 256


def available() -> tuple[dict[str, Encoder], list[str]]:
    """Return the models that can be had here by their names in the table, and a line for each that cannot."""
    models: dict[str, Encoder] = {}
    missing: list[str] = []
    loaders: dict[str, Callable[[], Encoder | str]] = {"first built-in model": _first, "all-MiniLM-L6-v2": _minilm}
    for name, load in loaders.items():
        loaded = load()
        if isinstance(loaded, str):
            missing.append(f"{name} is left out: {loaded}")
        else:
            models[name] = loaded
    return models, missing


def rankings(encoder: Encoder, articles: Sequence[Draft], questions: Sequence[str]) -> list[list[str]]:
    """Return the ids of the articles with the nearest passages to each question, best first."""
    texts: list[str] = []
    ids: list[str] = []
    firsts: list[int] = []
    for article in articles:
        own = [passage_input(article.title or "", article.text[start:end]) for start, end in chunk(article.text)]
        if own:
            ids.append(str(article.id))
            firsts.append(len(texts))
            texts.extend(own)
    passages = encoder.encode_passages(texts)
    found: list[list[str]] = []
    for first in range(0, len(questions), _QUESTIONS_AT_ONCE):
        asked = encoder.encode_queries(questions[first : first + _QUESTIONS_AT_ONCE])
        best = np.maximum.reduceat(asked @ passages.T, firsts, axis=1)
        order = np.argsort(-best, axis=1, kind="stable")[:, :DEPTH]
        found += [[ids[row] for row in ranked] for ranked in order]
    return found


def _first() -> Encoder | str:
    """Take the model from the history, where it lies in the format of sentence-transformers."""
    root = Path(__file__).parent.parent.parent
    with tempfile.TemporaryDirectory() as folder:
        for name in _FIRST_FILES:
            path = f"{_FIRST_COMMIT}:index/models/builtin/{name}"
            shown = subprocess.run(["git", "show", path], cwd=root, capture_output=True, check=False)
            if shown.returncode:
                return f"this copy of the repository has no commit {_FIRST_COMMIT}"
            file = Path(folder) / name
            file.parent.mkdir(exist_ok=True)
            file.write_bytes(shown.stdout)
        try:
            return load_encoder(folder)
        except ModelError as error:
            return str(error)


def _minilm() -> Encoder | str:
    try:
        return load_encoder(str(teacher.folder()))
    except ModuleNotFoundError as error:
        return str(error)
