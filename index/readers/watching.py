"""Folders that are followed: which files are new, edited or gone. The only file that imports watchfiles.

Events only say when to look; what has changed is found by comparing the folder with what it was. So an event that is
lost, a renamed folder or a changed ignore file cannot lead astray.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from index.errors import ReadError
from index.readers.walking import ReadFailure, SkippedFile, files_below

SETTLING_MS = 1_000
"""Milliseconds for which a file must stay as it is before it is read; a judgement. It may be half written before."""
_DEBOUNCE_MS = 400
"""Milliseconds for which events are gathered; a judgement."""
_UNDECODABLE = "Unable to decode path"
"""How watchfiles ends when a file was changed whose name is not UTF-8. It is started anew, and all is looked at."""

_State = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class FolderChanges:
    """What is different in a folder.

    Attributes:
        written: files that are new or edited.
        gone: files that are no longer there.
        left_out: what is left out or cannot be read, told once.
    """

    written: list[Path]
    gone: list[Path]
    left_out: list[ReadFailure | SkippedFile]


class WatchedFolder:
    """A folder, and its files as they were when they were last told."""

    def __init__(self, folder: Path) -> None:
        """Take a folder; all its files are still to be told.

        Raises:
            ReadError: it cannot be read.
        """
        self.folder = folder
        self._device = self._own_device()
        self._told: dict[Path, _State] = {}
        self._seen: dict[Path, _State] | None = None
        self._left_out: set[str] = set()
        self.is_settled = False
        """Whether nothing was seen that is still to be told."""

    def changes(self) -> FolderChanges:
        """Return what has changed since the last call.

        The first call tells all files. Later ones tell a change when two calls have seen it, so that a file is whole
        and a renamed one comes when the old one goes. A file is gone when it is no longer there, not when it is left
        out on purpose. Where a folder below cannot be read, nothing is taken for gone.

        Raises:
            ReadError: the folder is gone, or another has taken its place, such as an empty one below a lost disk.
        """
        if self._own_device() != self._device:
            raise ReadError(str(self.folder), "is another folder than before; was a disk removed?")
        found, others = self._look()
        seen = found if self._seen is None else self._seen
        written = [file for file, state in found.items() if self._told.get(file) != state == seen.get(file)]
        self._told.update({file: found[file] for file in written})
        missing = [file for file in self._told if file not in found]
        if any(isinstance(one, ReadFailure) for one in others):
            missing = []
        gone = sorted(file for file in missing if file not in seen)
        for file in gone:
            del self._told[file]
        self._seen = found
        self.is_settled = len(gone) == len(missing) and all(self._told.get(one) == found[one] for one in found)
        new = [one for one in others if one.origin not in self._left_out]
        self._left_out.update(one.origin for one in new)
        return FolderChanges(written, [file for file in gone if not os.path.lexists(file)], new)

    def _look(self) -> tuple[dict[Path, _State], list[ReadFailure | SkippedFile]]:
        found: dict[Path, _State] = {}
        others: list[ReadFailure | SkippedFile] = []
        for entry in files_below(self.folder):
            if isinstance(entry, Path):
                try:
                    state = entry.stat()
                except OSError:
                    continue  # removed in this moment
                found[entry] = (state.st_mtime_ns, state.st_size, state.st_ino)
            else:
                others.append(entry)
        return found, others

    def tell_again(self, files: Sequence[Path]) -> None:
        """Let files be told again, since what was to be done with them failed."""
        for file in files:
            self._told.pop(file, None)
        self.is_settled = False

    def _own_device(self) -> tuple[int, int]:
        try:
            state = self.folder.stat()
        except OSError as error:
            raise ReadError(str(self.folder), error.strerror or str(error)) from error
        return state.st_dev, state.st_ino


def moments_to_look(folders: Sequence[WatchedFolder], stop: threading.Event) -> Iterator[None]:
    """Yield when something may have changed, at once for the first time, until `stop` is set."""
    import watchfiles  # takes 0.1 s to import, which only those pay who follow a folder

    while not stop.is_set():
        is_first = True
        try:
            for events in watchfiles.watch(
                *(one.folder for one in folders),
                watch_filter=None,
                debounce=_DEBOUNCE_MS,
                stop_event=stop,
                rust_timeout=SETTLING_MS,
                yield_on_timeout=True,
                raise_interrupt=False,
            ):
                if is_first or events or not all(one.is_settled for one in folders):
                    is_first = False
                    yield
        except FileNotFoundError:
            yield  # who looks sees that a folder is gone
        except RuntimeError as error:
            if _UNDECODABLE not in str(error):
                raise
        else:
            return
