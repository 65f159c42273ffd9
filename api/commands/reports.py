"""What a person is told while files are read: a line for what deserves one, progress, and a summary of numbers."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import typer

from index.batches import Outcome
from index.readers.walking import ReadFailure, SkippedFile

_ALWAYS = ("created", "replaced", "unchanged", "failed")
_IF_ANY = {
    "removed": "removed",
    "superseded": "superseded",
    "skipped": "skipped",
    "notes": "with notes",
}


_ARTICLES = ("created", "replaced", "unchanged", "superseded", "failed")
"""What is counted once for each article."""
_PROGRESS_SECONDS = 0.1
"""Seconds between two lines of progress: a judgement."""
_SHARE_BEFORE_RATE = 0.02
"""Share of the articles from which a rate is told: a judgement, since the first of a batch come all at once."""
_SECONDS_BEFORE_FORECAST = 2.0
"""Seconds after which the time that is left is told: a judgement."""
_MINUTES_FROM_SECONDS = 90.0
"""Seconds from which the time that is left is told in minutes: a judgement."""


@dataclass
class Report:
    """Tells and counts what becomes of files and articles.

    Attributes:
        verbose: whether to tell of every removed line, note and skipped file.
        each: whether to tell of every article that is created or replaced.
        tally: what was counted so far.
        expected: how many articles are to come in all, None where that is not known.
    """

    verbose: bool = False
    each: bool = False
    tally: Counter[str] = field(default_factory=Counter)
    expected: int | None = None
    _since: float = field(default_factory=time.monotonic)
    _shown: float = 0.0

    def expect(self, articles: int | None) -> None:
        """Take note of how many articles are to come in all, None where that is not known; the time begins to run."""
        self.expected = articles
        self._since = time.monotonic()

    def outcome(self, outcome: Outcome) -> None:
        """Tell and count what became of an article."""
        self.tally[outcome.status] += 1
        self.tally["notes"] += bool(outcome.notes)
        self.tally["passages"] += outcome.passages
        if outcome.error is not None:
            self.say(f"failed     {outcome.error}")
        else:
            self._stored(outcome)
        self._show_progress()

    def left_out(self, item: ReadFailure | SkippedFile) -> None:
        """Tell and count a file or part of it that was not read."""
        if isinstance(item, ReadFailure):
            self.tally["failed"] += 1
            self.say(f"failed     {item.error}")
        else:
            self.tally["skipped"] += 1
            if self.verbose or item.reason.startswith("ending"):
                self.say(f"skipped    {item.origin}: {item.reason}")

    def superseded(self, origin: str) -> None:
        """Tell and count an article that a later one with its id takes the place of."""
        self.tally["superseded"] += 1
        if self.verbose:
            self.say(f"superseded {origin}: a later article has its id")

    def removed(self, article_id: str) -> None:
        """Tell and count an article that was removed."""
        self.tally["removed"] += 1
        self.say(f"removed    {article_id}")

    def say(self, text: str) -> None:
        """Tell something in a line of its own."""
        _clear_progress()
        typer.echo(text, err=True)

    def summarize(self) -> None:
        """Print the numbers, and begin to count anew."""
        _clear_progress()
        numbers = [f"{self.tally[what]} {what}" for what in _ALWAYS]
        numbers += [f"{self.tally[what]} {said}" for what, said in _IF_ANY.items() if self.tally[what]]
        typer.echo(", ".join(numbers))
        sys.stdout.flush()  # a program that reads it need not wait for the end
        self.tally.clear()
        self._since = time.monotonic()

    def _stored(self, outcome: Outcome) -> None:
        if outcome.status != "unchanged" and (outcome.removed or self.each):
            lines = f" ({len(outcome.removed)} lines removed)" if outcome.removed else ""
            self.say(f"{outcome.status:<10} {outcome.id}{lines}")
            if self.verbose:
                for line in outcome.removed:
                    self.say(f"           line {line.number}, {line.reason}: {line.text}")
        if self.verbose:
            for note in outcome.notes:
                self.say(f"note       {outcome.origin}: {note}")

    def _show_progress(self) -> None:
        """Show progress in one line, if standard error is a terminal."""
        now = time.monotonic()
        if sys.stderr.isatty() and now - self._shown >= _PROGRESS_SECONDS:
            self._shown = now
            _clear_progress()
            typer.echo(progress(self.tally, self.expected, now - self._since), err=True, nl=False)


def progress(tally: Mapping[str, int], expected: int | None, seconds: float) -> str:
    """Return a line that tells how far it is and, where the number of articles is known, how long it will take.

    Args:
        tally: counted so far, as in `Report`.
        expected: articles in all, None where that is not known.
        seconds: since the beginning.
    """
    done = sum(tally[what] for what in _ARTICLES)
    total = "" if expected is None else f" of {max(expected, done):,}"
    line = f"{done:,}{total} articles"
    if done <= _SHARE_BEFORE_RATE * (expected or 0):
        return line
    if tally["passages"] and seconds:
        line += f", {tally['passages'] / seconds:,.0f} passages/s"
    if expected is not None and done and seconds >= _SECONDS_BEFORE_FORECAST:
        left = seconds * max(expected - done, 0) / done
        line += f", about {left:.0f} s left" if left < _MINUTES_FROM_SECONDS else f", about {left / 60:.0f} min left"
    return line


def _clear_progress() -> None:
    if sys.stderr.isatty():
        typer.echo("\r\033[K", err=True, nl=False)
