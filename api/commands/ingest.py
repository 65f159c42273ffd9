"""`hoidap ingest`: adds files and folders to the corpus."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import Data, Model, opened_engine, settings_with
from index.batches import Outcome
from index.errors import ReadError
from index.readers.formats import FormatName
from index.readers.walking import ReadFailure, SkippedFile, read_path
from index.records import Draft


def ingest(
    paths: Annotated[
        list[Path],
        typer.Argument(help="Files or folders. A folder is read with all its subfolders.", metavar="PATH..."),
    ],
    data: Data = None,
    model: Model = None,
    format_name: Annotated[
        FormatName | None,
        typer.Option(
            "--format",
            help="Format of every file; by default, the file's ending determines it.",
            show_default=False,
        ),
    ] = None,
    no_clean: Annotated[
        bool, typer.Option("--no-clean", help="Keep menus, captions and other page chrome in .txt and .html files.")
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every removed line, every note and every skipped file.")
    ] = False,
) -> None:
    """Add articles to the corpus. An article that is already there is replaced if it has changed.

    A text or HTML file is one article, from which page chrome is removed. A Markdown file is one article and may have
    front matter. A PDF, DOCX, ODT or EPUB file and an e-mail are one article each. JSONL, CSV and TSV files have one
    article on each line, mail folders and feeds one for each message or entry. A zip archive is read like a folder.
    Files and lines that cannot be read are named and counted; the others are still added.
    """
    tally: Counter[str] = Counter()
    with opened_engine(data, model) as engine:
        drafts = _drafts(paths, format_name, verbose, tally)
        longest = settings_with(data, model).max_article_bytes
        for outcome in engine.corpus.add(drafts, clean=False if no_clean else None, max_text_bytes=longest):
            tally[outcome.status] += 1
            tally["notes"] += bool(outcome.notes)
            _report(outcome, verbose)
            _show_progress(tally)
    _clear_progress()
    rest = "".join(
        f", {tally[what]} {said}" for what, said in (("skipped", "skipped"), ("notes", "with notes")) if tally[what]
    )
    typer.echo(
        f"{tally['created']} created, {tally['replaced']} replaced, {tally['unchanged']} unchanged, "
        f"{tally['failed']} failed{rest}"
    )
    if tally["failed"]:
        raise typer.Exit(1)


def _drafts(paths: list[Path], format_name: FormatName | None, verbose: bool, tally: Counter[str]) -> Iterator[Draft]:
    """Yield the articles that can be read; report and count the others."""
    for path in paths:
        for item in _items(path, format_name):
            if isinstance(item, Draft):
                yield item
            elif isinstance(item, ReadFailure):
                tally["failed"] += 1
                _note(f"failed     {item.error}")
            elif isinstance(item, SkippedFile):
                tally["skipped"] += 1
                if verbose or item.reason.startswith("ending"):
                    _note(f"skipped    {item.origin}: {item.reason}")


def _items(path: Path, format_name: FormatName | None) -> Iterator[Draft | ReadFailure | SkippedFile]:
    """Yield the content of one path. Yield a failure if it cannot be read, so that the others are read."""
    try:
        yield from read_path(path, format_name)
    except ReadError as error:
        yield ReadFailure(str(path), error)


def _report(outcome: Outcome, verbose: bool) -> None:
    if outcome.error is not None:
        _note(f"failed     {outcome.error}")
        return
    if outcome.status != "unchanged" and outcome.removed:
        _note(f"{outcome.status:<10} {outcome.id} ({len(outcome.removed)} lines removed)")
        if verbose:
            for line in outcome.removed:
                _note(f"           line {line.number}, {line.reason}: {line.text}")
    if verbose:
        for note in outcome.notes:
            _note(f"note       {outcome.origin}: {note}")


def _note(text: str) -> None:
    _clear_progress()
    typer.echo(text, err=True)


def _show_progress(tally: Counter[str]) -> None:
    """Show progress in one line, if standard error is a terminal. The total number of articles is not known."""
    if sys.stderr.isatty():
        done = tally["created"] + tally["replaced"] + tally["unchanged"]
        typer.echo(f"\r{done} articles", err=True, nl=False)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        typer.echo("\r\033[K", err=True, nl=False)
