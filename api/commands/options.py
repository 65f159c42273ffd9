"""Options that several commands share, and functions that open a corpus and report errors."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from api.assembly import engine_with
from api.opening import open_corpus
from api.settings import InvalidSetting, Settings
from index.errors import HoidapError
from qa.engine import Engine

Data = Annotated[
    Path | None,
    typer.Option(
        "--data", help="Folder of the corpus. Default: HOIDAP_DATA, or else the user's data folder.", show_default=False
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="Embedding model. Default: HOIDAP_MODEL, or else the corpus's own, or else the built-in one.",
        show_default=False,
    ),
]
RerankerName = Annotated[
    str | None,
    typer.Option(
        "--reranker",
        help="CrossEncoder that orders the passages. Default: HOIDAP_RERANKER, or else none.",
        show_default=False,
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def settings_with(data: Path | None = None, model: str | None = None, reranker: str | None = None) -> Settings:
    """Return the settings of the environment, overridden by the options that were given."""
    all_given = {"data": data, "model": model, "reranker": reranker}
    given = {name: value for name, value in all_given.items() if value is not None}
    return Settings.read().model_copy(update=given)


@contextmanager
def opened_engine(data: Path | None, model: str | None, reranker: str | None = None) -> Iterator[Engine]:
    """Open the corpus, yield an engine over it, and close the corpus afterwards."""
    settings = settings_with(data, model, reranker)
    with open_corpus(settings) as corpus:
        yield engine_with(settings, corpus)


def fail(error: HoidapError) -> None:
    """Print an error as one line. Exit with status 2 for a setting that is not allowed, else with 1."""
    typer.echo(f"hoidap: {error}", err=True)
    sys.exit(2 if isinstance(error, InvalidSetting) else 1)
