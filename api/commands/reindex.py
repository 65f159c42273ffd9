"""`hoidap reindex`: changes the model of a corpus while it is in use."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from api.commands.options import Data, settings_with
from index.models.loading import load_encoder
from index.reindexing import Reindexing, reindexing
from index.storage.protocol import ReindexState


def reindex(
    model: Annotated[
        str, typer.Option("--model", help="New model: builtin, a name on the Hugging Face hub, or a folder.")
    ],
    data: Data = None,
) -> None:
    """Change the model of a corpus: encode every passage with the new model, then switch to it.

    Meanwhile the corpus answers with the old model and takes new articles. After an interruption, the same command
    continues where it stopped. With the model that is already in use, the command only drops an unfinished reindex.
    """
    settings = settings_with(data)
    folder = settings.data
    with reindexing(folder, load_encoder(model, bfloat16=settings.bfloat16)) as work:
        if work.dropped is not None:
            typer.echo(f"dropped the unfinished reindex to {work.dropped.name}", err=True)
        if work.is_current:
            typer.echo(f"{folder} uses {model} already; nothing was changed")
            return
        try:
            passages = _run(work)
        except KeyboardInterrupt:
            state = work.state()
            kept = f"{_counted(state)} are kept; the same command goes on" if state else "the switch was done"
            typer.echo(f"\ninterrupted; {kept}", err=True)
            raise typer.Exit(1) from None
    before = f", before {work.before.name}" if work.before is not None else ""
    typer.echo(f"{passages} passages encoded; {folder} uses {model} now{before}")


def _run(work: Reindexing) -> int:
    """Encode all passages, switch, and return the number of passages. Show progress if standard error is a terminal."""
    state = work.state()
    if state is not None and state.encoded:
        typer.echo(f"going on after {_counted(state)}", err=True)
    for state in work.run():
        if sys.stderr.isatty():
            typer.echo(f"\r{_counted(state)}", err=True, nl=False)
    if sys.stderr.isatty():
        typer.echo("\r\033[K", err=True, nl=False)
    return work.passages


def _counted(state: ReindexState) -> str:
    return f"{state.encoded} of {state.passages} passages"
