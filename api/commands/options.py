"""Options that several commands take, and how they open a corpus and report errors."""

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
        "--data", help="Folder of the corpus; default HOIDAP_DATA, else the user's data folder.", show_default=False
    ),
]
Model = Annotated[
    str | None,
    typer.Option(
        "--model",
        help="Embedding model; default HOIDAP_MODEL, else the corpus's own, else the built-in one.",
        show_default=False,
    ),
]
RerankerName = Annotated[
    str | None,
    typer.Option(
        "--reranker", help="CrossEncoder that orders passages; default HOIDAP_RERANKER, else none.", show_default=False
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


def settings_with(data: Path | None = None, model: str | None = None, reranker: str | None = None) -> Settings:
    """Return the settings of the environment, with what was given on the command line in their place."""
    all_given = {"data": data, "model": model, "reranker": reranker}
    given = {name: value for name, value in all_given.items() if value is not None}
    return Settings.read().model_copy(update=given)


@contextmanager
def opened_engine(data: Path | None, model: str | None, reranker: str | None = None) -> Iterator[Engine]:
    """Open the corpus and its engine for one command."""
    settings = settings_with(data, model, reranker)
    with open_corpus(settings) as corpus:
        yield engine_with(settings, corpus)


def fail(error: HoidapError) -> None:
    """Print one line that names input and remedy; end with status 2 for a bad setting, else with 1."""
    typer.echo(f"hoidap: {error}", err=True)
    sys.exit(2 if isinstance(error, InvalidSetting) else 1)
