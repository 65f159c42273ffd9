"""`hoidap ingest --watch`: keeps the corpus like some folders, until it is ended."""

from __future__ import annotations

import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from types import FrameType

from api.commands.reports import Report
from index.batches import Outcome
from index.corpus import Corpus
from index.errors import HoidapError
from index.identity import identify, other_ids
from index.readers.field_map import FieldMap
from index.readers.walking import ReadFailure, SkippedFile, may_hold_many, read_below
from index.readers.watching import WatchedFolder, moments_to_look
from index.records import Draft
from index.repetitions import Repetitions


@dataclass(frozen=True, slots=True)
class Reading:
    """How the files of the folders are read; see `index.readers.walking.read_path`."""

    format_name: str | None = None
    fields: FieldMap | None = None


class Follower:
    """Keeps the corpus like some folders. It remembers which articles came from which file while it runs.

    The article of a file that is gone is removed if the file's path is its identity, or if it was created from this
    file while this command ran. Any other may have come from elsewhere, and stays.
    """

    def __init__(
        self,
        corpus: Corpus,
        folders: Sequence[WatchedFolder],
        reading: Reading,
        add: Callable[[Iterable[Draft]], Iterator[Outcome]],
        report: Report,
        stop: threading.Event,
    ) -> None:
        """Take folders that were not looked at yet, and what stores articles; `stop` ends between two of them."""
        self._corpus = corpus
        self._folders = folders
        self._reading = reading
        self._add = add
        self._report = report
        self._stop = stop
        self._ids_of: dict[Path, set[str]] = {}
        self._own: set[str] = set()
        self._gone: list[Path] = []

    def follow(self) -> None:
        """Store and remove until `stop` is set; what fails as a whole is told, and tried again after a while.

        Raises:
            ReadError: a folder is gone.
        """
        for _ in moments_to_look(self._folders, self._stop):
            for watched in self._folders:
                self._look(watched)
            if not self._report.each:
                self._report.summarize()
                self._report.say(f"following  {', '.join(str(one.folder) for one in self._folders)} until Ctrl-C")
                self._report.each = True

    def _look(self, watched: WatchedFolder) -> None:
        changes = watched.changes()
        self._gone += changes.gone
        for one in changes.left_out:
            self._report.left_out(one)
        try:
            # What is written comes first: a file that was renamed gives the same articles again.
            self._store(watched.folder, changes.written)
            self._remove()
        except HoidapError as error:
            self._report.say(f"failed     {error}; will be tried again")
            watched.tell_again(changes.written)

    def _store(self, folder: Path, files: Sequence[Path]) -> None:
        repetitions = Repetitions()
        for file in files:
            if may_hold_many(file, self._reading.format_name):
                for item in self._items(folder, file):
                    if isinstance(item, Draft):
                        repetitions.count(item)
        given: deque[tuple[Path, Draft]] = deque()
        for outcome in self._add(self._drafts(folder, files, repetitions, given)):
            file, draft = given.popleft()
            self._report.outcome(outcome)
            if outcome.id is not None and outcome.error is None:
                self._ids_of.setdefault(file, set()).add(outcome.id)
                if outcome.status == "created" or outcome.id in _ids_of_path(draft):
                    self._own.add(outcome.id)

    def _drafts(
        self, folder: Path, files: Sequence[Path], repetitions: Repetitions, given: deque[tuple[Path, Draft]]
    ) -> Iterator[Draft]:
        """Yield the articles of files, the last of those with one id, and note in `given` where each is from."""
        for file in files:
            for item in self._items(folder, file):
                if self._stop.is_set():
                    return
                if not isinstance(item, Draft):
                    self._report.left_out(item)
                elif repetitions.is_last(item):
                    given.append((file, item))
                    yield item
                else:
                    self._report.superseded(item.origin)

    def _items(self, folder: Path, file: Path) -> Iterator[Draft | ReadFailure | SkippedFile]:
        return read_below(folder, file, self._reading.format_name, self._reading.fields)

    def _remove(self) -> None:
        for file in self._gone:
            ids = self._ids_of.get(file, set())
            elsewhere = set(chain.from_iterable(own for other, own in self._ids_of.items() if other != file))
            for one in self._corpus.remove(sorted((ids - elsewhere) & self._own)):
                self._report.removed(one)
            for one in sorted(ids - elsewhere - self._own):
                self._report.say(f"kept       {one}: its file is gone, but it may have come from elsewhere")
            self._own -= ids - elsewhere
            self._ids_of.pop(file, None)
        self._gone.clear()


def _ids_of_path(draft: Draft) -> tuple[str, ...]:
    """Return the ids that the path of a draft's file gives its article."""
    by_path = Draft("", path=draft.path)
    return (identify(by_path), *other_ids(by_path)) if draft.path else ()


@contextmanager
def ended_by_signal() -> Iterator[threading.Event]:
    """Yield what Ctrl-C and a request to terminate set; a second one ends the process at once."""
    stop = threading.Event()

    def end(number: int, _frame: FrameType | None) -> None:
        stop.set()
        signal.signal(number, signal.SIG_DFL)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
