"""`hoidap reindex`: another model for a corpus, while it is in use."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from api.commands.options import Data, settings_with
from index.models.loading import load_encoder
from index.reindexing import Reindexing, reindexing
from index.storage.sqlite.replacement import ReindexState


def reindex(
    model: Annotated[
        str, typer.Option("--model", help="The model to change to: builtin, a name on the hub, a folder.")
    ],
    data: Data = None,
) -> None:
    """Change the model of a corpus: encode every passage with the new one, then switch.

    The corpus keeps answering with the old model and takes articles all the while. Interrupted, the same command goes
    on where it was; with the model that is in use already, it drops an unfinished reindex and changes nothing else.
    """
    folder = settings_with(data).data
    with reindexing(folder, load_encoder(model)) as work:
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
    """Encode and switch under a line of progress; returns the number of passages."""
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
