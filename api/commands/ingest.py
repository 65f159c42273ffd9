"""`hoidap ingest`: adds files and folders to the corpus."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from api.commands.following import Follower, Reading, ended_by_signal
from api.commands.options import Data, Model, opened_engine, settings_with
from api.commands.reports import Report
from index.batches import Outcome
from index.errors import InvalidMap, ReadError
from index.readers.field_map import FieldMap
from index.readers.formats import FormatName
from index.readers.walking import ReadFailure, SkippedFile, count_single, read_path, read_records
from index.readers.watching import WatchedFolder
from index.records import Draft
from index.repetitions import Repetitions

_NICENESS = 10
"""By how much an ingest steps back for other programs, so that a server beside it answers first: a judgement."""
_GARBAGE_THRESHOLD = 200_000
"""Objects from which Python looks for cycles among them. Measured: at its 700, that was two thirds of the time in which
what child processes send is unpacked."""
_MERGED_TAIL = 4096
"""Vectors outside the base from which they are merged at the end: a judgement, since each question looks at all."""


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
    watch: Annotated[
        bool,
        typer.Option("--watch", help="Follow the folders until Ctrl-C: new, edited, renamed and removed files."),
    ] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Show every removed line, every note and every skipped file.")
    ] = False,
) -> None:
    """Add articles to the corpus. An article that is already there is replaced if it has changed.

    A text or HTML file is one article, from which page chrome is removed. A Markdown file is one article and may have
    front matter. A PDF, DOCX, ODT or EPUB file and an e-mail are one article each. JSON, JSONL, CSV and TSV files may
    have many articles; mail folders and feeds have one for each message or entry. A zip archive is read like a folder.
    Files and lines that cannot be read are named and counted; the others are still added.

    With --watch it goes on until Ctrl-C. The article of a file that is removed meanwhile is removed if the path is its
    identity or if it was created from this file meanwhile.
    """
    fields = _fields_of(field_map)
    if watch and not all(path.is_dir() for path in paths):
        raise typer.BadParameter("only folders can be followed", param_hint="--watch")
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    gc.set_threshold(_GARBAGE_THRESHOLD)
    report = Report(verbose)
    longest = settings_with(data, model).max_article_bytes
    clean = False if no_clean else None
    with opened_engine(data, model) as engine:

        def add(drafts: Iterable[Draft]) -> Iterator[Outcome]:
            return engine.corpus.add(drafts, clean=clean, max_text_bytes=longest, processes=_processors())

        if watch:
            with ended_by_signal() as stop:
                folders = [WatchedFolder(path) for path in paths]
                follower = Follower(engine.corpus, folders, Reading(format_name, fields), add, report, stop)
                follower.follow()
            report.summarize()
            return
        for outcome in add(_drafts(paths, format_name, fields, report)):
            report.outcome(outcome)
        if engine.corpus.search_index.figures().tail_vectors >= _MERGED_TAIL:
            engine.corpus.merge()
    has_failed = report.tally["failed"] > 0
    report.summarize()
    if has_failed:
        raise typer.Exit(1)


def _processors() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _fields_of(text: str | None) -> FieldMap | None:
    try:
        return None if text is None else FieldMap.parse(text)
    except InvalidMap as error:
        raise typer.BadParameter(error.reason, param_hint="--map") from error


def _drafts(
    paths: list[Path], format_name: FormatName | None, fields: FieldMap | None, report: Report
) -> Iterator[Draft]:
    """Yield the articles that can be read, the last of those with one id; report and count the others."""
    repetitions = Repetitions()
    expected = 0
    singles: list[int | None] = []
    for path in paths:
        with suppress(ReadError):  # told below
            for draft in read_records(path, format_name, fields):
                repetitions.count(draft)
                expected += 1
            singles.append(count_single(path, format_name))
    report.expect(None if None in singles else expected + sum(one or 0 for one in singles))
    for path in paths:
        for item in _items(path, format_name, fields):
            if not isinstance(item, Draft):
                report.left_out(item)
            elif repetitions.is_last(item):
                yield item
            else:
                report.superseded(item.origin)
    if repetitions.are_missing:
        report.tally["failed"] += 1
        report.say("failed     a file changed while it was read; ingest it again")


def _items(
    path: Path, format_name: FormatName | None, fields: FieldMap | None
) -> Iterator[Draft | ReadFailure | SkippedFile]:
    """Yield the content of one path. Yield a failure if it cannot be read, so that the others are read."""
    try:
        yield from read_path(path, format_name, fields)
    except ReadError as error:
        yield ReadFailure(str(path), error)
