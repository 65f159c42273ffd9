"""JSON files of any shape: one object, an array, or objects one after the other.

The file is cut into its values in portions, so that a large array takes the memory of one article; each value is
parsed alone, so that a wrong one stops no other.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

from index.errors import EncodingError, HoidapError, ReadError
from index.readers.field_map import ArticleFields, FieldMap
from index.readers.json_values import parse_tolerant
from index.readers.text import UTF16_MARKS, decode
from index.records import Draft

_PORTION_BYTES = 1 << 20
"""Bytes that are read at once; a judgement."""
_MAX_VALUE_BYTES = 1 << 27
"""Bytes of one value at most; a limit on memory. Escaped as `\\u1ea7`, the longest text takes less."""
_MAX_DEPTH = 100_000
"""Brackets within each other at which a file is given up; a limit on time. The parser takes about a thousand."""
_PIECE = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+("?)|[{}\[\]]', re.DOTALL)
"""A text, of which the closing mark may be missing at the end of what was read, or a bracket."""
_BETWEEN = re.compile(rb"[\s,]*+")
_PLAIN = re.compile(rb'[^\s,{}\[\]"]++')
"""A number, true, false, null, or anything else that is no JSON."""
_OPENING, _CLOSING = b"{[", b"}]"


def read_json(file: Path, origin: str, fields: FieldMap | None = None) -> Iterator[Draft | HoidapError]:
    """Yield the article of a file that is one object, or each of the articles of an array or a sequence.

    A file that is one object is one article, which its path identifies. Others are named by their place, from 1.

    Raises:
        ReadError: the file ends inside an article, or holds what is no JSON at all.
    """
    articles = ArticleFields(fields)
    with file.open("rb") as content:
        if content.read(2) in UTF16_MARKS:
            content.seek(0)
            text = decode(content.read(), origin)
            values = _Values(BytesIO(text.encode()), origin)
        else:
            content.seek(0)
            values = _Values(content, origin)
        for value in values:
            place = origin if value.is_whole else f"{origin}[{value.number}]"
            try:
                draft = articles.draft(parse_tolerant(value.content, place), place)
            except EncodingError as error:
                yield EncodingError(place, value.offset + error.byte_offset, error.byte)
            except HoidapError as error:
                yield error
            else:
                yield replace(draft, path="") if value.is_whole else draft


@dataclass(frozen=True, slots=True)
class _Value:
    """A value as written: its number from 1, its first byte in the file, and whether it is all of the file."""

    number: int
    offset: int
    content: bytes
    is_whole: bool


class _Values:
    """The values of a file: the elements of its arrays, and what stands outside of arrays."""

    def __init__(self, content: BinaryIO, origin: str) -> None:
        self._content = content
        self._origin = origin
        self._buffer = b""
        self._position = 0  # in the buffer
        self._dropped = 0  # bytes of the file before the buffer
        self._is_in_array = False

    def __iter__(self) -> Iterator[_Value]:
        number = 0
        self._fill()
        self._buffer = self._buffer.removeprefix(b"\xef\xbb\xbf")
        while self._skip_between():
            byte = self._buffer[self._position : self._position + 1]
            if byte == b"[" and not self._is_in_array:
                self._is_in_array = True
                self._position += 1
            elif byte in (b"}", b"]"):
                if byte == b"}" or not self._is_in_array:
                    place = self._dropped + self._position
                    raise ReadError(self._origin, f"is not JSON: {byte.decode()} at byte {place} closes nothing")
                self._is_in_array = False
                self._position += 1
            else:
                number += 1
                offset, value = self._dropped + self._position, self._value(number)
                is_alone = number == 1 and not self._is_in_array and not self._skip_between()
                yield _Value(number, offset, value, is_alone and value.startswith(b"{"))
        if self._is_in_array:
            raise ReadError(self._origin, f"ends inside its array, behind article {number}; is the file cut off?")

    def _value(self, number: int) -> bytes:
        """Return the value that begins at the present position, and go behind it."""
        depth, at = 0, 0  # `at` counts from the position, which filling moves to the beginning of the buffer
        while True:
            start = self._position
            is_plain = depth == 0 and self._buffer[start + at : start + at + 1] not in (b'"', b"{", b"[")
            match = (_PLAIN if is_plain else _PIECE).search(self._buffer, start + at)
            is_open = match is not None and (
                match.end() == len(self._buffer) if is_plain else match[0].startswith(b'"') and not match[1]
            )
            if match is None or is_open:
                at = (len(self._buffer) if match is None else match.start()) - start
                if self._fill():
                    continue
                if not (is_plain and match is not None):
                    raise ReadError(self._origin, f"ends inside article {number}; is the file cut off?")
            assert match is not None
            depth += (match[0] in _OPENING) - (match[0] in _CLOSING)
            at = match.end() - self._position
            if depth <= 0:
                value = self._buffer[self._position : self._position + at]
                self._position += at
                return value
            if depth > _MAX_DEPTH:
                raise ReadError(self._origin, f"article {number} is nested too deeply")
            if at > _MAX_VALUE_BYTES:
                raise ReadError(self._origin, f"article {number} has more than {_MAX_VALUE_BYTES:,} bytes")

    def _skip_between(self) -> bool:
        """Go to the next value; return whether there is any."""
        while True:
            match = _BETWEEN.match(self._buffer, self._position)
            self._position = len(self._buffer) if match is None else match.end()
            if self._position < len(self._buffer):
                return True
            if not self._fill():
                return False

    def _fill(self) -> bool:
        """Read on, and forget what is behind; return whether there was more."""
        kept = self._buffer[self._position :]
        # As much again as is kept, so that a long value is not looked through anew for every portion.
        more = self._content.read(max(_PORTION_BYTES, len(kept)))
        if not more:
            return False
        if len(kept) > _MAX_VALUE_BYTES:
            raise ReadError(self._origin, f"an article has more than {_MAX_VALUE_BYTES:,} bytes; is a quotation open?")
        self._dropped += self._position
        self._position = 0
        self._buffer = kept + more
        return True
