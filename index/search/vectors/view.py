"""The vectors of one moment: a base, a tail, and which of both are dead."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from index.models.encoder import Vectors
from index.records import Ranking
from index.search.vectors.base import Base, Numbers
from index.search.vectors.scanning import Mask, Rows


@dataclass(frozen=True, slots=True)
class VectorView:
    """Nothing in it changes, so any thread may search it while others write.

    Attributes:
        base: most vectors.
        base_revision: the revision of the storage that the base shows.
        base_alive: which rows of the base are alive, None if all are.
        tail_numbers: the passages that came after those of the base, ascending.
        tail_vectors: theirs, shape (len(tail_numbers), dimensions).
        tail_alive: which of them are alive.
        revision: the revision of the storage that the view shows.
    """

    base: Base
    base_revision: int
    base_alive: Mask | None
    tail_numbers: Numbers
    tail_vectors: Vectors
    tail_alive: Mask
    revision: int

    def __len__(self) -> int:
        alive = len(self.base.numbers) if self.base_alive is None else int(self.base_alive.sum())
        return alive + int(self.tail_alive.sum())

    def alive_numbers(self) -> Numbers:
        """Return the numbers of all passages that can be found, ascending."""
        base = self.base.numbers if self.base_alive is None else self.base.numbers[self.base_alive]
        return np.concatenate([base, self.tail_numbers[self.tail_alive]])

    def search(self, vector: Vectors, limit: int, allowed: Numbers | None = None) -> Ranking:
        """Return the passages nearest to `vector` by cosine, best first, equal scores by number.

        Args:
            vector: unit vector, shape (dimensions,).
            limit: how many at most.
            allowed: ascending passage numbers that may be returned; None allows all.
        """
        if limit <= 0 or not vector.any():
            return Ranking(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32))
        parts = [self._search_base(vector, limit, allowed), self._search_tail(vector, limit, allowed)]
        numbers = np.concatenate([part[0] for part in parts])
        scores = np.concatenate([part[1] for part in parts])
        best = np.lexsort((numbers, -scores))[:limit]
        return Ranking(numbers[best], np.clip(scores[best], -1.0, 1.0))  # rounding may pass a cosine's bounds

    def cosines(self, vector: Vectors, numbers: Numbers) -> Vectors:
        """Return the cosine of each given passage with a unit vector, NaN for passages that are not here."""
        found = np.full(len(numbers), np.nan, dtype=np.float32)
        rows, here = _rows_of(numbers, self.base.numbers, self.base_alive)
        found[here] = self.base.scores(rows[here], vector)
        rows, here = _rows_of(numbers, self.tail_numbers, self.tail_alive)
        found[here] = self.tail_vectors[rows[here]] @ vector
        return np.clip(found, -1.0, 1.0)

    def _search_base(self, vector: Vectors, limit: int, allowed: Numbers | None) -> tuple[Numbers, Vectors]:
        own, keep = self.base.numbers, self.base_alive
        if allowed is not None:
            rows, here = _rows_of(allowed, own, keep)
            keep = np.zeros(len(own), dtype=bool)
            keep[rows[here]] = True
        if not (len(own) if keep is None else keep.any()):
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        rows, scores = self.base.best(vector, limit, keep)
        return own[rows], scores

    def _search_tail(self, vector: Vectors, limit: int, allowed: Numbers | None) -> tuple[Numbers, Vectors]:
        keep = self.tail_alive
        if allowed is not None:
            keep = keep & is_among(self.tail_numbers, allowed)
        rows = np.flatnonzero(keep)
        scores = (self.tail_vectors if len(rows) == len(keep) else self.tail_vectors[rows]) @ vector
        if len(rows) > limit:
            best = np.argpartition(-scores, limit - 1)[:limit]
            rows, scores = rows[best], scores[best]
        return self.tail_numbers[rows], scores


def is_among(numbers: Numbers, others: Numbers) -> Mask:
    """Return which numbers are among others, which ascend."""
    return _rows_of(numbers, others, None)[1]


def _rows_of(numbers: Numbers, own: Numbers, alive: Mask | None) -> tuple[Rows, Mask]:
    """Return where numbers stand in `own`, which ascends, and which of them stand there and are alive."""
    if not len(own):
        return np.zeros(len(numbers), dtype=np.int64), np.zeros(len(numbers), dtype=bool)
    rows = np.minimum(np.searchsorted(own, numbers), len(own) - 1)
    here = own[rows] == numbers
    return rows, here if alive is None else here & alive[rows]
