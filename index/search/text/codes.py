"""The words of every passage as codes, in two files beside the text index.

Looking a passage's words up by its number takes no posting list, so BM25 of given passages costs the same however large
the index is. `codes` holds the codes of all passages one behind the other, `places` where those of each number stand
there. Both only grow; a new generation has files of its own. The text index names the generation that it belongs to.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Codes = NDArray[np.uint32]

PLACE = np.dtype(
    [
        ("start", "<u8"),
        ("removed", "<u8"),
        *((name, "<u4") for name in ("text", "title", "terms", "pairs", "title_terms", "is_odd")),
    ]
)
"""Of one passage: where its codes begin, the revision that removed it or 0, how many codes its text and its title have,
the lengths of both in terms as BM25 keeps them, and whether any code is more than a syllable."""
_LEAST_DEAD = 1 << 20
"""Codes of removed passages from which a new generation may leave them out: a judgement, 4 MB are not worth it."""


@dataclass(frozen=True, slots=True)
class CodedPassages:
    """The codes of some passages, one behind the other, of each the text's and then the title's.

    Attributes:
        codes: shape (codes,).
        counts: of each text and each title, shape (passages, 2).
        terms: length of each text in syllables, as BM25 keeps it, shape (passages,).
        pairs: the same in pairs.
        title_terms: length of each title in syllables and pairs together.
        removed: the revision that removed each, 0 for none.
        is_odd: whether any code of each is more than a syllable, shape (passages,).
    """

    codes: Codes
    counts: NDArray[np.int64]
    terms: NDArray[np.int64]
    pairs: NDArray[np.int64]
    title_terms: NDArray[np.int64]
    removed: NDArray[np.int64]
    is_odd: NDArray[np.bool_]


class CodeFiles:
    """The files of one generation, as far as they had grown when they were opened."""

    def __init__(self, folder: Path, generation: int) -> None:
        """Map the files.

        Raises:
            OSError: there are none.
            ValueError: that of the codes is empty.
        """
        self.generation = generation
        self._codes: Codes = np.memmap(folder / f"codes-{generation}", dtype="<u4", mode="r").view(np.ndarray)
        size = (folder / f"places-{generation}").stat().st_size // PLACE.itemsize
        # An empty file cannot be mapped: that of a corpus which never had a passage.
        places = np.memmap(folder / f"places-{generation}", PLACE, "r", shape=(size,)) if size else np.empty(0, PLACE)
        self._places: NDArray[Any] = places.view(np.ndarray)

    def of(self, numbers: NDArray[np.int64]) -> CodedPassages | None:
        """Return the codes of these passages; None where those of any are missing."""
        if not len(numbers) or int(numbers.max()) >= len(self._places):
            return None
        places = self._places[numbers]
        if not places["start"].all():
            return None
        terms, pairs, title_terms, removed = (
            places[name].astype(np.int64) for name in ("terms", "pairs", "title_terms", "removed")
        )
        counts = np.stack([places["text"], places["title"]], axis=1).astype(np.int64)
        codes = self.codes_at(places)
        return CodedPassages(codes, counts, terms, pairs, title_terms, removed, places["is_odd"].astype(bool))

    def living(self) -> tuple[NDArray[np.int64], NDArray[Any]]:
        """Return the numbers of the passages that were not removed, ascending, and their places."""
        numbers = np.flatnonzero((self._places["start"] > 0) & (self._places["removed"] == 0))
        return numbers, self._places[numbers]

    def has_many_dead(self) -> bool:
        """Whether more codes belong to removed passages than to all others."""
        dead = self._places[self._places["removed"] > 0]
        codes = int(dead["text"].sum(dtype=np.int64) + dead["title"].sum(dtype=np.int64))
        return codes > max(_LEAST_DEAD, len(self._codes) // 2)

    def codes_at(self, places: NDArray[Any]) -> Codes:
        """Return the codes at these places, one behind the other.

        Raises:
            IndexError: a place lies behind the last code.
        """
        starts = places["start"].astype(np.int64)
        ends = starts + places["text"] + places["title"]
        if len(ends) and int(ends.max()) > len(self._codes):
            raise IndexError(f"codes end at {len(self._codes)}, and a passage's at {int(ends.max())}")
        codes = self._codes.data
        rows = [codes[start:end] for start, end in zip(starts.tolist(), ends.tolist(), strict=True)]
        return np.frombuffer(b"".join(rows), dtype="<u4")


def generations(folder: Path) -> list[int]:
    """Return which generations have files in a folder, the oldest first."""
    return sorted(int(file.name.partition("-")[2]) for file in folder.glob("codes-*"))


def forget(folder: Path, generation: int) -> None:
    """Delete the files of a generation; whoever has opened them goes on reading them."""
    for name in ("codes", "places"):
        (folder / f"{name}-{generation}").unlink(missing_ok=True)
