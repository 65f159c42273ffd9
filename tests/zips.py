"""Zip files for tests: sound ones, and ones that no careful program writes."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

_LISTED = b"PK\x01\x02"


def zip_of(files: Mapping[str, str | bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of these files."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def renamed(content: bytes, name: bytes, new_name: bytes) -> bytes:
    """Return a zip with a file under raw bytes of the same length, which Python would not write as a name."""
    assert len(name) == len(new_name)
    assert content.count(name) == 2
    return content.replace(name, new_name)


def encrypted(content: bytes) -> bytes:
    """Return a zip whose first file says that it is encrypted."""
    at = content.index(_LISTED)
    flagged = bytearray(content)
    flagged[at + 8] |= 1
    flagged[6] |= 1
    return bytes(flagged)


def overlapping(content: bytes) -> bytes:
    """Return a zip whose second file lies in the first, as in a zip bomb that needs no nesting."""
    at = content.index(_LISTED, content.index(_LISTED) + 4)
    return content[: at + 42] + struct.pack("<L", 0) + content[at + 46 :]


def linked(name: str, target: str) -> bytes:
    """Return a zip with a symbolic link."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        link = zipfile.ZipInfo(name)
        link.create_system = 3
        link.external_attr = 0o120777 << 16
        archive.writestr(link, target)
    return content.getvalue()


def write(file: Path, content: bytes) -> Path:
    """Write a file, with the folders above it, and return it."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(content)
    return file
