"""JSON Lines: one article a line; a line that fails does not stop the others."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.errors import EncodingError, HoidapError
from index.readers.field_map import ArticleFields, FieldMap
from index.readers.json_files import read_json
from index.readers.json_values import parse_tolerant
from index.records import Draft

_SNIFFED_BYTES = 1 << 16
"""Bytes at the beginning of a file in which its first line shows how it is written; a limit."""


def read_json_or_lines(file: Path, origin: str, fields: FieldMap | None = None) -> Iterator[Draft | HoidapError]:
    """Yield the articles of a JSON file, which may have one on each line, as many that are named `.json` have.

    Raises:
        ReadError: see `read_json`.
    """
    yield from (read_lines if _is_lines(file) else read_json)(file, origin, fields)


def read_jsonl(file: Path, origin: str, fields: FieldMap | None = None) -> Iterator[Draft | HoidapError]:
    """Yield a draft, or the error, for every line that is not blank; a file that is an array is read as one.

    Raises:
        ReadError: see `read_json`.
    """
    first = _first_line(file)
    is_array = first.startswith(b"[") or first == b"{"  # an object over several lines
    yield from (read_json if is_array else read_lines)(file, origin, fields)


def read_lines(file: Path, origin: str, fields: FieldMap | None = None) -> Iterator[Draft | HoidapError]:
    """Yield a draft, or the error, for every line of the file that is not blank."""
    articles = ArticleFields(fields)
    offset = 0
    with file.open("rb") as lines:
        for number, line in enumerate(lines, 1):
            place = f"{origin}:{number}"
            if line.strip():
                try:
                    yield articles.draft(parse_tolerant(line, place), place)
                except EncodingError as error:
                    yield EncodingError(place, offset + error.byte_offset, error.byte)
                except HoidapError as error:
                    yield error
            offset += len(line)


def _first_line(file: Path) -> bytes:
    with file.open("rb") as content:
        return content.read(_SNIFFED_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")[0].strip()


def _is_lines(file: Path) -> bool:
    """Whether the first line is an object and the second line begins with another."""
    with file.open("rb") as content:
        head = content.read(_SNIFFED_BYTES).removeprefix(b"\xef\xbb\xbf").lstrip()
    first, _, rest = head.partition(b"\n")
    return first.startswith(b"{") and first.rstrip(b"\r\t ,").endswith(b"}") and rest.lstrip().startswith(b"{")
