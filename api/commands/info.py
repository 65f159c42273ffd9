"""`hoidap info`: shows the folder, model and size of a corpus."""

from __future__ import annotations

import json as json_format
from dataclasses import asdict

import typer

from api.commands.options import Data, Json, Model, opened_engine
from index.search.protocol import IndexFigures


def info(data: Data = None, model: Model = None, json: Json = False) -> None:
    """Show the folder, model and size of the corpus."""
    with opened_engine(data, model) as engine:
        found = engine.corpus.info()
    if json:
        typer.echo(json_format.dumps(asdict(found), ensure_ascii=False, indent=2))
        return
    counts = found.counts
    languages = ", ".join(f"{language} {count}" for language, count in counts.languages.items()) or "none"
    typer.echo(f"folder      {found.folder} ({found.bytes_on_disk / 1e6:.1f} MB)")
    typer.echo(f"model       {found.model.name}, {found.model.dimensions} dimensions")
    if found.reindex is not None:
        state = found.reindex
        typer.echo(f"reindex     to {state.model.name}, unfinished: {state.encoded} of {state.passages} passages")
    typer.echo(f"vectors     {_vectors(found.index)}")
    typer.echo(f"articles    {counts.articles} ({languages})")
    typer.echo(f"passages    {counts.passages}, {counts.characters} characters of text")


def _vectors(index: IndexFigures) -> str:
    """Return how the vectors are searched, in words."""
    held = f"{index.base_vectors} in the base, {index.tail_vectors} in the tail"
    if index.recall is None:
        return f"{held}; every search is exact"
    return f"{held}; {index.candidates} candidates a search find {index.recall:.1%} of the ten nearest"
