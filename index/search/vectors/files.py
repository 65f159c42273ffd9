"""The files of the newest base of a corpus: written beside the old one, and switched to in one rename."""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from index.search.vectors.base import Base
from index.search.vectors.exact import ExactBase
from index.search.vectors.quantised import QuantisedBase
from index.storage.files import sync

BASE_VERSION = 2
"""Version of the files of a base, no limit; a base of another version is built anew from the storage."""
_POINTER = "current.json"

BaseKind = Literal["exact", "quantised"]


class BaseFiles:
    """Bases in one folder. Reading needs no lock; writing needs one of the caller's."""

    def __init__(self, folder: Path, dimensions: int) -> None:
        """Name the folder; nothing is read or written yet."""
        self._folder, self._dimensions = folder, dimensions

    def write(self, revision: int, fill: Callable[[Path], BaseKind]) -> None:
        """Let `fill` write files under a new name, make them durable, then point to them in one rename.

        Raises:
            OSError: they cannot be written; the older base stays.
        """
        name = f"base-{revision:012d}-{uuid.uuid4().hex[:8]}"
        target = self._folder / name
        target.mkdir(parents=True)
        try:
            kind = fill(target)
            for file in target.iterdir():
                sync(file)
            sync(target)
            pointer = self._folder / f"{name}.json"
            about = {"version": BASE_VERSION, "kind": kind, "base": name, "revision": revision}
            pointer.write_text(json.dumps({**about, "dimensions": self._dimensions}))
            sync(pointer)
            pointer.replace(self._folder / _POINTER)
        except BaseException:
            shutil.rmtree(target, ignore_errors=True)
            raise
        sync(self._folder)
        for other in self._folder.glob("base-*"):
            # Processes that have an older base mapped keep it: an unlinked file lives until it is unmapped.
            if other.name != name and other.is_dir():
                shutil.rmtree(other, ignore_errors=True)

    def read(self) -> tuple[Base, int] | None:
        """Return the newest base and its revision; None if there is none, or it is damaged or of another version."""
        about = self._about()
        while about is not None:
            base = self._opened(about)
            if base is not None:
                return base, int(about["revision"])
            before, about = about, self._about()
            about = about if about != before else None  # the same: not replaced by another process meanwhile
        return None

    def revision(self) -> int:
        """Return the revision of the newest base, 0 where there is none."""
        return int((self._about() or {"revision": 0})["revision"])

    def stamp(self) -> tuple[int, int] | None:
        """Return what changes when another base becomes the newest, None where there is none."""
        try:
            found = (self._folder / _POINTER).stat()
        except OSError:
            return None
        return found.st_ino, found.st_mtime_ns

    def _about(self) -> dict[str, Any] | None:
        """Return what is known of the newest base."""
        try:
            about = json.loads((self._folder / _POINTER).read_text())
            if about["version"] != BASE_VERSION or about["dimensions"] != self._dimensions:
                return None
            return {**about, "revision": int(about["revision"]), "base": str(about["base"])}
        except (OSError, ValueError, KeyError, TypeError):
            return None

    def _opened(self, about: dict[str, Any]) -> Base | None:
        folder = self._folder / about["base"]
        try:
            if about["kind"] == "quantised":
                return QuantisedBase.read(folder, self._dimensions)
            base = ExactBase.read(folder)
            return base if base.scan.dimensions == self._dimensions and len(base.scan) == len(base.numbers) else None
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, RuntimeError):
            return None
