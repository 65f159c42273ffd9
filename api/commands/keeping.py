"""`hoidap verify`, `backup`, `restore` and `compact`: keep a corpus safe and small."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import Data, Model, opened_engine, settings_with
from index.storage.opening import restore as restore_corpus


def verify(data: Data = None, model: Model = None) -> None:
    """Check every stored text, passage and vector, and that the indexes match them. Exit with status 1 on a problem."""
    with opened_engine(data, model) as engine:
        problems = 0
        for problem in engine.corpus.verify():
            typer.echo(problem)
            problems += 1
        counts = engine.corpus.info().counts
    typer.echo(f"{problems} problems in {counts.articles} articles, {counts.passages} passages")
    if problems:
        raise typer.Exit(1)


def backup(
    file: Annotated[Path, typer.Argument(help="File to write. It must not exist.", metavar="FILE")],
    data: Data = None,
    model: Model = None,
) -> None:
    """Write the whole corpus to one file, even while it is in use."""
    with opened_engine(data, model) as engine:
        engine.corpus.storage.backup(file)
    typer.echo(f"wrote {file}, {file.stat().st_size / 1e6:.1f} MB")


def restore(
    file: Annotated[Path, typer.Argument(help="File that `hoidap backup` wrote.", metavar="FILE")],
    data: Data = None,
    model: Model = None,
) -> None:
    """Create a corpus from a backup, in a data folder that has none."""
    restore_corpus(file, settings_with(data).data)
    with opened_engine(data, model) as engine:
        info = engine.corpus.info()
    typer.echo(f"restored {info.counts.articles} articles into {info.folder}")


def compact(data: Data = None, model: Model = None) -> None:
    """Free the disk space of deleted articles."""
    with opened_engine(data, model) as engine:
        before = engine.corpus.info().bytes_on_disk
        engine.corpus.compact()
        after = engine.corpus.info().bytes_on_disk
    typer.echo(f"{before / 1e6:.1f} MB before, {after / 1e6:.1f} MB after")
