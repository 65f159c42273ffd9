"""`hoidap ingest`: adds files and folders to the corpus."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import Data, Model, opened_engine, settings_with
from index.batches import Outcome
from index.errors import InvalidMap, ReadError
from index.readers.field_map import FieldMap
from index.readers.formats import FormatName
from index.readers.walking import ReadFailure, SkippedFile, read_path, read_records
from index.records import Draft
from index.repetitions import Repetitions


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
    field_map: Annotated[
        str | None,
        typer.Option(
            "--map",
            help="Names of the fields in JSON, JSONL, CSV and TSV files, such as text=content,title=name.vi.",
            metavar="FIELD=KEY,...",
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
    front matter. JSON, JSONL, CSV and TSV files may have many articles. Files and lines that cannot be read are named
    and counted; the others are still added.
    """
    fields = _fields_of(field_map)
    tally: Counter[str] = Counter()
    with opened_engine(data, model) as engine:
        drafts = _drafts(paths, format_name, fields, verbose, tally)
        longest = settings_with(data, model).max_article_bytes
        for outcome in engine.corpus.add(drafts, clean=False if no_clean else None, max_text_bytes=longest):
            tally[outcome.status] += 1
            tally["notes"] += bool(outcome.notes)
            _report(outcome, verbose)
            _show_progress(tally)
    _clear_progress()
    others = (("superseded", "superseded"), ("skipped", "skipped"), ("notes", "with notes"))
    rest = "".join(f", {tally[what]} {said}" for what, said in others if tally[what])
    typer.echo(
        f"{tally['created']} created, {tally['replaced']} replaced, {tally['unchanged']} unchanged, "
        f"{tally['failed']} failed{rest}"
    )
    if tally["failed"]:
        raise typer.Exit(1)


def _fields_of(text: str | None) -> FieldMap | None:
    try:
        return None if text is None else FieldMap.parse(text)
    except InvalidMap as error:
        raise typer.BadParameter(error.reason, param_hint="--map") from error


def _drafts(
    paths: list[Path], format_name: FormatName | None, fields: FieldMap | None, verbose: bool, tally: Counter[str]
) -> Iterator[Draft]:
    """Yield the articles that can be read, the last of those with one id; report and count the others."""
    repetitions = Repetitions()
    for path in paths:
        with suppress(ReadError):  # told below
            for draft in read_records(path, format_name, fields):
                repetitions.count(draft)
    for path in paths:
        for item in _items(path, format_name, fields):
            if isinstance(item, Draft):
                if repetitions.is_last(item):
                    yield item
                else:
                    tally["superseded"] += 1
                    if verbose:
                        _note(f"superseded {item.origin}: a later article has its id")
            elif isinstance(item, ReadFailure):
                tally["failed"] += 1
                _note(f"failed     {item.error}")
            elif isinstance(item, SkippedFile):
                tally["skipped"] += 1
                if verbose or item.reason.startswith("ending"):
                    _note(f"skipped    {item.origin}: {item.reason}")
    if repetitions.are_missing:
        tally["failed"] += 1
        _note("failed     a file changed while it was read; ingest it again")


def _items(
    path: Path, format_name: FormatName | None, fields: FieldMap | None
) -> Iterator[Draft | ReadFailure | SkippedFile]:
    """Yield the content of one path. Yield a failure if it cannot be read, so that the others are read."""
    try:
        yield from read_path(path, format_name, fields)
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
