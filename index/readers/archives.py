"""The one way a zip is opened: nothing of it is believed, and nothing is written under a name that it gives.

What an archive says of itself may be a lie, so sizes are counted while bytes are read. EPUB and ODT files are archives
too; a DOCX is one that python-docx opens.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from index.errors import ReadError

MAX_ENTRIES = 100_000
"""Entries of an archive at most, with those of archives within it; a limit."""
MAX_ENTRY_BYTES = 1 << 30
"""Bytes of an unpacked entry at most; a limit. They stand on the disk while the entry is read."""
MAX_UNPACKED_BYTES = 1 << 33
"""Bytes that are unpacked of an archive in all, with those of archives within it; a limit."""
MAX_RATIO = 200
"""Unpacked bytes for one packed at most; a limit. Text has 3 to 20, a table of one repeated value 100, a bomb 1,000."""
RATIO_FROM_BYTES = 1 << 24
"""Unpacked bytes of an entry from which the ratio counts; a limit. Less than that harms nobody."""
_MAX_DIRECTORY_BYTES = 1 << 24
"""Bytes of the list of entries at most; a limit. It is read at once."""
_CHUNK_BYTES = 1 << 16
"""Bytes that are unpacked at a time; a limit."""
_LOCAL_HEADER_BYTES = 30
"""Bytes before the name in the header of an entry, by definition of the format."""
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""The methods that are unpacked. Python unpacks a block of bzip2 or LZMA at once, however long it becomes."""
_OTHER_METHODS = {9: "deflate64", 12: "bzip2", 14: "LZMA", 93: "Zstandard", 95: "XZ", 98: "PPMd"}
_DRIVE = re.compile(r"[A-Za-z]:")
_ENCRYPTED, _UTF8 = 0x0001 | 0x0040 | 0x2000, 0x0800
"""Flags of an entry, by definition of the format."""
_DAMAGE = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, OverflowError, RuntimeError,
    ValueError,
)  # fmt: skip
"""What zipfile raises for archives that are damaged or not made as the format asks."""


@dataclass(slots=True)
class Budget:
    """What may still be unpacked of an archive and those within it: limits, each counted down to zero."""

    entries: int = MAX_ENTRIES
    bytes: int = MAX_UNPACKED_BYTES


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in an archive.

    Attributes:
        name: its path, with forward slashes, as the archive spells it.
        refusal: why it is not to be read, None where it may be.
        is_link: whether it is no file but points to one.
    """

    name: str
    refusal: str | None
    is_link: bool
    info: zipfile.ZipInfo


class Archive:
    """An open zip: its entries, and their bytes as far as the budget goes."""

    def __init__(self, opened: zipfile.ZipFile, origin: str, budget: Budget) -> None:
        self.origin = origin
        self._zip = opened
        self._budget = budget
        infos = opened.infolist()
        if len(infos) > budget.entries:
            raise ReadError(origin, f"holds more than {MAX_ENTRIES:,} files; split the archive")
        budget.entries -= len(infos)
        _refuse_overlaps(infos, opened.start_dir, origin)
        self.entries = tuple(entry for entry in map(_entry_of, infos) if not entry.name.endswith("/"))

    def read(self, entry: Entry, max_bytes: int = MAX_ENTRY_BYTES) -> bytes:
        """Return the content of an entry; raises ReadError as `unpack` does."""
        content = io.BytesIO()
        self.unpack(entry, content, max_bytes)
        return content.getvalue()

    def unpack(self, entry: Entry, target: BinaryIO, max_bytes: int = MAX_ENTRY_BYTES) -> None:
        """Write the content of an entry to `target`.

        Raises:
            ReadError: it is refused, damaged or encrypted, or longer than a limit allows.
        """
        origin = f"{self.origin}/{entry.name}"
        if entry.refusal is not None:
            raise ReadError(origin, entry.refusal)
        done = 0
        try:
            with self._zip.open(entry.info) as content:
                while chunk := content.read(_CHUNK_BYTES):
                    done += len(chunk)
                    self._budget.bytes -= len(chunk)
                    self._check(origin, done, entry.info.compress_size, max_bytes)
                    target.write(chunk)
        except _DAMAGE as error:
            raise ReadError(origin, f"is damaged in the archive ({error or type(error).__name__})") from error

    def _check(self, origin: str, done: int, packed: int, max_bytes: int) -> None:
        if self._budget.bytes < 0:
            reason = f"the archive unpacks to more than {MAX_UNPACKED_BYTES:,} bytes; the rest is not read"
            raise ReadError(origin, reason)
        if done > max_bytes:
            raise ReadError(origin, f"unpacks to more than {max_bytes:,} bytes")
        if done > RATIO_FROM_BYTES and done > MAX_RATIO * packed:
            raise ReadError(origin, f"unpacks to more than {MAX_RATIO} times its packed bytes, as only a zip bomb does")


@contextmanager
def open_archive(file: Path, origin: str, budget: Budget | None = None) -> Iterator[Archive]:
    """Open a zip.

    Raises:
        ReadError: it is none, is cut off, has too many entries, or entries that share bytes.
    """
    with _Modest(io.FileIO(file)) as content:
        try:
            opened = zipfile.ZipFile(content)
        except _DAMAGE as error:
            word = "has a list of files that is too long" if content.refused else "is no zip archive, or is cut off"
            raise ReadError(origin, f"{word} ({error})") from error
        with opened:
            yield Archive(opened, origin, budget or Budget())


class _Modest(io.BufferedReader):
    """A file that is not read at once. zipfile would read the list of entries so, whatever length is stated."""

    refused = False

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _MAX_DIRECTORY_BYTES:
            self.refused = True
            raise ValueError(f"{size:,} bytes; at most {_MAX_DIRECTORY_BYTES:,} are read")
        return super().read(size)


def _refuse_overlaps(infos: list[zipfile.ZipInfo], directory_at: int, origin: str) -> None:
    """Raise where two entries share bytes: so a small file becomes petabytes (Fifield, "A better zip bomb", 2019)."""
    used_to = 0
    for info in sorted(infos, key=lambda one: one.header_offset):
        if info.header_offset < used_to:
            raise ReadError(origin, "has files that share bytes, as only a zip bomb has")
        used_to = info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size
    if used_to > directory_at:
        raise ReadError(origin, "has a file that reaches into the list of files; it is damaged or a zip bomb")


def _entry_of(info: zipfile.ZipInfo) -> Entry:
    name = unicodedata.normalize("NFC", _name_of(info).replace("\\", "/").removeprefix("./"))
    is_link = stat.S_ISLNK(info.external_attr >> 16)
    return Entry(_shown(name), _refusal(name, info), is_link, info)


def _refusal(name: str, info: zipfile.ZipInfo) -> str | None:
    parts = name.split("/")
    if name.startswith("/") or _DRIVE.match(name) or ".." in parts:
        return "its name points out of the archive; nothing is read from there"
    if any(unicodedata.category(letter) in ("Cc", "Cs") for letter in name + info.orig_filename):
        return "its name holds a control character"
    if info.flag_bits & _ENCRYPTED:
        return "is encrypted; unpack it with its password and ingest the folder"
    if info.compress_type not in _METHODS:
        method = _OTHER_METHODS.get(info.compress_type, f"number {info.compress_type}")
        return f"is packed by the method {method}, which is not read; pack it anew with deflate"
    return None


def _shown(name: str) -> str:
    """Return a name that is fit for a message and an identity: control characters are written out."""
    return "".join(
        f"\\x{ord(letter):02x}" if unicodedata.category(letter) in ("Cc", "Cs") else letter for letter in name
    )


def _name_of(info: zipfile.ZipInfo) -> str:
    """Return the name of an entry in the encoding that it is most likely in, where the archive does not say UTF-8.

    zipfile reads such names as cp437, which keeps every byte. macOS writes UTF-8 without saying so, Windows in Vietnam
    writes cp1258.
    """
    name = info.orig_filename
    if info.flag_bits & _UTF8 or name.isascii():
        return name
    raw = name.encode("cp437")
    try:
        return raw.decode()
    except UnicodeDecodeError:
        pass
    if any(letter not in _CP437_LETTERS for letter in name if not letter.isascii()):
        try:
            return raw.decode("cp1258")
        except UnicodeDecodeError:
            pass
    return name


_CP437_LETTERS = frozenset(bytes([*range(0x80, 0x9B), *range(0xA0, 0xA6)]).decode("cp437"))
"""The letters of Western Europe in cp437, by definition; other signs in a name show another encoding."""
