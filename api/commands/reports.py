"""What a person is told while files are read: a line for what deserves one, progress, and a summary of numbers."""

from __future__ import annotations

import sys
from collections import Counter
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


@dataclass
class Report:
    """Tells and counts what becomes of files and articles.

    Attributes:
        verbose: whether to tell of every removed line, note and skipped file.
        each: whether to tell of every article that is created or replaced.
        tally: what was counted so far.
    """

    verbose: bool = False
    each: bool = False
    tally: Counter[str] = field(default_factory=Counter)

    def outcome(self, outcome: Outcome) -> None:
        """Tell and count what became of an article."""
        self.tally[outcome.status] += 1
        self.tally["notes"] += bool(outcome.notes)
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
        """Show progress in one line, if standard error is a terminal. The total number of articles is not known."""
        if sys.stderr.isatty():
            done = self.tally["created"] + self.tally["replaced"] + self.tally["unchanged"]
            typer.echo(f"\r{done} articles", err=True, nl=False)


def _clear_progress() -> None:
    if sys.stderr.isatty():
        typer.echo("\r\033[K", err=True, nl=False)
