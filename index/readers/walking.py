"""Paths to drafts: folders are walked in a fixed order, and nothing is skipped without a word."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath

import pathspec

from index.errors import HoidapError, ReadError
from index.readers.archives import MAX_ENTRY_BYTES, Archive, Budget, Entry, open_archive
from index.readers.field_map import FieldMap
from index.readers.formats import ENDINGS, Format, format_named, format_of
from index.readers.text import decode
from index.records import Draft

IGNORE_FILE = ".hoidapignore"
"""Name of a file in the ingested folder whose patterns, as in .gitignore, name files that are no articles."""
MAX_DEPTH = 3
"""Archives within each other that are read, the outermost included; a limit."""
MAX_WHOLE_BYTES = 1 << 26
"""Bytes of a file in an archive that is one article, at most; a limit. Such a file is read at once."""
_SYSTEM_FOLDERS = ("__MACOSX",)
"""Folders that systems put into archives for themselves."""


@dataclass(frozen=True, slots=True)
class ReadFailure:
    """An article, file or folder that could not be read, and the error."""

    origin: str
    error: HoidapError


@dataclass(frozen=True, slots=True)
class SkippedFile:
    """A file that was left out on purpose, and why."""

    origin: str
    reason: str


def read_path(
    path: Path, format_name: str | None = None, fields: FieldMap | None = None
) -> Iterator[Draft | ReadFailure | SkippedFile]:
    """Yield the articles of a file, or of a folder and the folders below it, in the order of their names.

    Args:
        path: a file or folder. The identity of a file without id and URL is its path relative to this folder.
        format_name: the name of a format, which overrides the files' endings.
        fields: what the fields are called in JSON, JSONL, CSV and TSV files.

    Raises:
        ReadError: `path` does not exist or is neither a file nor a folder.
    """
    forced = None if format_name is None else format_named(format_name)
    if path.is_dir():
        yield from _read_folder(path, forced, fields)
    elif path.is_file():
        yield from _read_file(path, path.name, forced, fields, named=True)
    elif path.exists():
        raise ReadError(str(path), "is neither a file nor a folder")
    else:
        raise ReadError(str(path), "does not exist")


def read_records(path: Path, format_name: str | None = None, fields: FieldMap | None = None) -> Iterator[Draft]:
    """Yield what `read_path` yields from those files only that may hold many articles, without what fails.

    Such files are read quickly; so they can be looked through before they are read for good.
    """
    forced = None if format_name is None else format_named(format_name)
    if not path.is_dir():
        files = [(path, path.name)] if path.is_file() else []
    else:
        walk = _walk(path, path.resolve(), _ignore_patterns(path))
        files = [(entry, entry.relative_to(path).as_posix()) for entry in walk if isinstance(entry, Path)]
    for file, relative in files:
        if may_hold_many(file, format_name):
            for item in _read_file(file, relative, forced, fields, named=False):
                if isinstance(item, Draft):
                    yield item


def count_single(path: Path, format_name: str | None = None) -> int | None:
    """Return how many files `read_path` reads as one article each, beside those that `read_records` reads.

    None where there is one of those that hold an unknown number, such as archives.
    """
    files = [one for one in files_below(path) if isinstance(one, Path)] if path.is_dir() else [path]
    count = 0
    for file in files:
        chosen = format_of(file.suffix) if format_name is None else format_named(format_name)
        if chosen is None or chosen.read_mapped is not None:
            continue
        if chosen.read is None or chosen.unit != "file":
            return None
        count += 1
    return count


def may_hold_many(file: Path, format_name: str | None = None) -> bool:
    """Whether a file is of a format that may hold many articles, and is read quickly."""
    chosen = format_of(file.suffix) if format_name is None else format_named(format_name)
    return chosen is not None and chosen.read_mapped is not None


def files_below(folder: Path) -> Iterator[Path | ReadFailure | SkippedFile]:
    """Yield the files that `read_path` reads in a folder, with what it leaves out, in the same order.

    Raises:
        ReadError: the ignore file cannot be read.
    """
    yield from _walk(folder, folder.resolve(), _ignore_patterns(folder))


def read_below(
    folder: Path, file: Path, format_name: str | None = None, fields: FieldMap | None = None
) -> Iterator[Draft | ReadFailure | SkippedFile]:
    """Yield the articles of one of the files of a folder, as `read_path` yields them for the folder."""
    forced = None if format_name is None else format_named(format_name)
    yield from _read_file(file, file.relative_to(folder).as_posix(), forced, fields, named=False)


def read_named(file: Path, name: str, fields: FieldMap | None = None) -> Iterator[Draft | ReadFailure]:
    """Yield the articles of a copy of a file, such as one that was sent.

    Args:
        file: the copy.
        name: path of the original, relative to the sender's folder. Its ending tells the format. Messages name it, and
            it identifies an article without id and URL.
        fields: see `read_path`.
    """
    ending = PurePosixPath(name).suffix
    chosen = format_of(ending)
    if chosen is None:
        yield ReadFailure(name, ReadError(name, _unknown_ending(ending)))
        return
    for item in _read_file(file, name, chosen, fields, named=True, origin=name):
        if not isinstance(item, SkippedFile):
            yield item


def _read_folder(
    folder: Path, forced: Format | None, fields: FieldMap | None
) -> Iterator[Draft | ReadFailure | SkippedFile]:
    ignored = _ignore_patterns(folder)
    root = folder.resolve()
    is_empty = True
    for entry in _walk(folder, root, ignored):
        is_empty = False
        if isinstance(entry, Path):
            path = entry.relative_to(folder).as_posix()
            yield from _read_file(entry, path, forced, fields, named=False, ignored=ignored)
        else:
            yield entry
    if is_empty:
        yield ReadFailure(str(folder), ReadError(str(folder), "holds no file to read"))


def _walk(
    folder: Path, root: Path, ignored: pathspec.PathSpec[pathspec.Pattern]
) -> Iterator[Path | ReadFailure | SkippedFile]:
    """Yield the files below `folder` in the order of their names, with those that are skipped or cannot be listed."""
    pending = [folder]
    while pending:
        entry = pending.pop()
        relative = entry.relative_to(folder).as_posix()
        is_folder = entry.is_dir()
        reason = None if entry == folder else _reason_to_skip(entry, relative + "/" * is_folder, root, ignored)
        if reason is not None:
            if relative != IGNORE_FILE:
                yield SkippedFile(relative, reason)
        elif is_folder:
            try:
                pending.extend(sorted(entry.iterdir(), reverse=True))
            except OSError as error:
                yield ReadFailure(str(entry), ReadError(str(entry), error.strerror or str(error)))
        else:
            yield entry


def _reason_to_skip(entry: Path, relative: str, root: Path, ignored: pathspec.PathSpec[pathspec.Pattern]) -> str | None:
    """Return why a file or folder is skipped, None when it is not. A folder's `relative` ends in a slash."""
    if entry.name.startswith("."):
        return "hidden"
    if entry.is_symlink():
        try:
            target = entry.resolve(strict=True)
        except (OSError, RuntimeError):  # Python 3.11 and 3.12 raise RuntimeError for links in a circle
            return "is a broken link"
        if not target.is_relative_to(root):
            return "links out of the folder"
        if target.is_dir():
            return "links to a folder that is read in its own place"
    if ignored.match_file(relative):
        return f"listed in {IGNORE_FILE}"
    return None if entry.is_dir() or entry.is_file() else "is no regular file"


def _ignore_patterns(folder: Path) -> pathspec.PathSpec[pathspec.Pattern]:
    file = folder / IGNORE_FILE
    try:
        content = file.read_bytes() if file.is_file() else b""
        return pathspec.PathSpec.from_lines("gitignore", decode(content, str(file)).removeprefix("\ufeff").splitlines())
    except OSError as error:
        raise ReadError(str(file), error.strerror or str(error)) from error
    except ValueError as error:
        raise ReadError(str(file), f"holds a pattern that cannot be understood: {error}") from error


def _read_file(
    file: Path,
    relative: str,
    forced: Format | None,
    fields: FieldMap | None,
    *,
    named: bool,
    origin: str | None = None,
    ignored: pathspec.PathSpec[pathspec.Pattern] | None = None,
) -> Iterator[Draft | ReadFailure | SkippedFile]:
    """Yield the articles of one file.

    An unknown ending is a failure where the caller named the file, and a reason to skip it in a folder.
    """
    chosen = forced or format_of(file.suffix)
    origin = origin or str(file)
    if chosen is None:
        reason = f"{_unknown_ending(file.suffix)}; name the format with --format"
        yield ReadFailure(origin, ReadError(origin, reason)) if named else SkippedFile(relative, reason)
        return
    walk = _ArchiveWalk(ignored or pathspec.PathSpec([]), fields)
    yield from walk.read(file, chosen, relative, origin)


@dataclass
class _ArchiveWalk:
    """The way through a file that may be an archive, and through the archives in it."""

    ignored: pathspec.PathSpec[pathspec.Pattern]
    fields: FieldMap | None = None
    budget: Budget = field(default_factory=Budget)
    depth: int = 0

    def read(
        self, file: Path, chosen: Format, relative: str, origin: str
    ) -> Iterator[Draft | ReadFailure | SkippedFile]:
        """Yield the articles of a file of a known format; what goes wrong is a failure of this file alone."""
        try:
            if chosen.read is None:
                yield from self._read_archive(file, relative, origin)
                return
            for item in chosen.articles(file, origin, self.fields):
                if isinstance(item, HoidapError):
                    yield ReadFailure(getattr(item, "origin", origin), item)
                else:
                    yield replace(item, scraped=chosen.scraped, path=_path_of(item, chosen, relative))
        except HoidapError as error:
            yield ReadFailure(origin, error)
        except OSError as error:
            yield ReadFailure(origin, ReadError(origin, error.strerror or str(error)))

    def _read_archive(self, file: Path, relative: str, origin: str) -> Iterator[Draft | ReadFailure | SkippedFile]:
        """Yield the articles of an archive. One entry at a time stands on the disk, under a name of ours."""
        if self.depth == MAX_DEPTH:
            raise ReadError(origin, f"is an archive within {MAX_DEPTH} others; unpack the outer ones first")
        self.depth += 1
        try:
            with (
                open_archive(file, origin, self.budget) as archive,
                tempfile.TemporaryDirectory(prefix="hoidap-") as folder,
            ):
                if not archive.entries:
                    raise ReadError(origin, "holds no file to read")
                for entry in archive.entries:
                    yield from self._read_entry(archive, entry, Path(folder) / "entry", f"{relative}/{entry.name}")
                    if self.budget.bytes < 0:
                        break
        finally:
            self.depth -= 1

    def _read_entry(
        self, archive: Archive, entry: Entry, copy: Path, relative: str
    ) -> Iterator[Draft | ReadFailure | SkippedFile]:
        ending = PurePosixPath(entry.name).suffix
        chosen = format_of(ending)
        reason = self._reason_to_skip(entry, relative)
        if reason is not None or chosen is None:
            yield SkippedFile(relative, reason or _unknown_ending(ending))
            return
        origin = f"{archive.origin}/{entry.name}"
        is_whole = chosen.unit == "file" and chosen.read is not None
        try:
            with copy.open("wb") as content:
                archive.unpack(entry, content, MAX_WHOLE_BYTES if is_whole else MAX_ENTRY_BYTES)
            yield from self.read(copy, chosen, relative, origin)
        except ReadError as error:
            yield ReadFailure(error.origin, error)
        finally:
            copy.unlink(missing_ok=True)

    def _reason_to_skip(self, entry: Entry, relative: str) -> str | None:
        folders = entry.name.split("/")
        if any(name in _SYSTEM_FOLDERS or (name.startswith(".") and name.strip(".")) for name in folders):
            return "hidden"
        if entry.is_link:
            return "is a link"
        return f"listed in {IGNORE_FILE}" if self.ignored.match_file(relative) else None


def _path_of(item: Draft, chosen: Format, relative: str) -> str | None:
    """Return the path that identifies an article, None where a file holds several without paths of their own."""
    if item.path is not None:
        return f"{relative}/{item.path}" if item.path else relative
    return relative if chosen.unit == "file" else None


def _unknown_ending(ending: str) -> str:
    return f"ending {ending or '(none)'!r} is not one of {', '.join(sorted(ENDINGS))}"
