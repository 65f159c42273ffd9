"""Writing the codes of passages, see `codes`. A caller's lock lets one write at a time."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.reading.stretches import codes_in
from index.reading.syllables import ACCENT_MASK, ACCENTS
from index.search.bm25 import field_length
from index.search.text.codes import PLACE, CodeFiles

_CODE_BYTES = 4
"""Bytes of a code, by definition."""
_BEFORE_FIRST = 1
"""Codes in front of those of the first passage, so that a place without a start is an empty one: by definition."""
_BUFFERED = 4_096
"""Passages that are written together: a limit on memory."""


class CodeWriter:
    """Appends passages to the files of one generation, making them where there are none."""

    def __init__(self, folder: Path, generation: int) -> None:
        """Open the files; `close` makes them durable."""
        self.generation = generation
        self._codes = (folder / f"codes-{generation}").open("ab")
        self._places = (folder / f"places-{generation}").open("r+b" if self._codes.tell() else "w+b")
        if not self._codes.tell():
            self._codes.write(bytes(_BEFORE_FIRST * _CODE_BYTES))
        self._end = self._codes.tell() // _CODE_BYTES
        self._numbers: list[int] = []
        self._found: list[tuple[int, ...]] = []

    def add(self, number: int, codes: bytes, title: str, terms: tuple[str, str, str]) -> None:
        """Append a passage.

        Args:
            number: of the passage.
            codes: of what is searched of it.
            title: of its article.
            terms: its folded syllables, its pairs, and the terms of the title, separated by spaces.
        """
        title_codes, is_title_odd = _codes_of_title(title)
        is_odd = is_title_odd or _is_odd(np.frombuffer(codes, dtype="<u4"))
        lengths = (field_length(one.count(" ") + 1 if one else 0) for one in terms)
        self._codes.write(codes + title_codes)
        counts = len(codes) // _CODE_BYTES, len(title_codes) // _CODE_BYTES
        self._found.append((self._end, 0, *counts, *lengths, int(is_odd)))
        self._numbers.append(number)
        self._end += sum(counts)
        if len(self._numbers) >= _BUFFERED:
            self._write_waiting()

    def copy(self, files: CodeFiles) -> None:
        """Append what another generation holds of passages that were not removed."""
        numbers, places = files.living()
        for first in range(0, len(numbers), _BUFFERED):
            block = places[first : first + _BUFFERED]
            codes = files.codes_at(block)
            lengths = block["text"].astype(np.int64) + block["title"]
            block["start"] = self._end + np.cumsum(lengths) - lengths
            self._codes.write(codes.tobytes())
            self._end += len(codes)
            self._write_places(numbers[first : first + _BUFFERED], block)

    def remove(self, numbers: NDArray[np.int64], revision: int) -> None:
        """Note which revision removed passages; those that are not here are ignored."""
        self._write_waiting()
        self._places.flush()
        size = os.fstat(self._places.fileno()).st_size // PLACE.itemsize
        numbers = numbers[numbers < size]
        if len(numbers):
            places = np.memmap(self._places, dtype=PLACE, mode="r+", shape=(size,))
            places["removed"][numbers] = revision
            places.flush()

    def close(self) -> None:
        """Write what waits, and make all of it durable."""
        self._write_waiting()
        for file in (self._codes, self._places):
            file.flush()
            os.fsync(file.fileno())
            file.close()

    def _write_waiting(self) -> None:
        if self._numbers:
            self._write_places(np.array(self._numbers), np.array(self._found, dtype=PLACE))
            self._numbers, self._found = [], []

    def _write_places(self, numbers: NDArray[np.int64], places: NDArray[Any]) -> None:
        order = np.argsort(numbers)
        for rows in np.split(order, np.flatnonzero(np.diff(numbers[order]) != 1) + 1):
            self._places.seek(int(numbers[rows[0]]) * PLACE.itemsize)
            self._places.write(places[rows].tobytes())


@lru_cache(maxsize=256)
def _codes_of_title(title: str) -> tuple[bytes, bool]:
    """Return the codes of a title, and whether one is odd; all passages of an article share them."""
    codes = codes_in(title)
    return codes.tobytes(), _is_odd(codes)


def _is_odd(codes: NDArray[np.uint32]) -> bool:
    """Whether one of the codes stands for something else than a syllable."""
    return bool((codes & ACCENT_MASK >= ACCENTS).any())
