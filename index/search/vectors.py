"""Vectors to nearest neighbours: an immutable base on disk, a small tail in memory, and a mark for the dead.

The base is a FAISS index that is memory-mapped, so opening costs nothing and processes share it. What was added since
is the tail, searched exactly; what was removed since is marked dead. When the tail has grown, a new base is written
beside the old one, as Lucene merges segments. All of it is a cache of the storage: without its files it is built anew.

This is the only file that imports faiss.
"""

from __future__ import annotations

import json
import shutil
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
from numpy.typing import NDArray

from index.records import Ranking
from index.storage.files import sync

Vectors = NDArray[np.float32]
Numbers = NDArray[np.int64]
Mask = NDArray[np.bool_]

MERGE_TAIL_PASSAGES = 20_000
"""Passages in a tail that is merged: measured, since scanning so many × 256 dimensions took about 2 ms."""
_MERGE_DEAD_SHARE = 0.25
"""Share of the base that may be dead before a merge: a judgement, since dead vectors are still scanned."""
_POINTER = "current.json"
_GROWTH = 1.5
"""Factor by which the arrays of the tail grow: a judgement between copying and spare room."""
_LEAST_TAIL_ROWS = 1024
"""Rows of the first arrays of a tail: a judgement, small beside a base."""
_FEW_ALLOWED_SHARE = 0.2
"""Share of the base below which a filtered search gathers the allowed vectors, not tests each one: a judgement."""


@dataclass(frozen=True, slots=True)
class Base:
    """A FAISS index on disk; row i of `flat` is the vector of passage `numbers[i]`, numbers ascending."""

    flat: Any
    numbers: Numbers
    revision: int

    @classmethod
    def empty(cls, dimensions: int) -> Base:
        """Return a base without vectors, for a corpus that has none on disk yet."""
        return cls(faiss.IndexFlatIP(dimensions), np.empty(0, dtype=np.int64), 0)

    def vectors(self) -> Vectors:
        """Return the vectors without copying them, shape (len(numbers), dimensions)."""
        shape = (self.flat.ntotal, self.flat.d)
        if not self.flat.ntotal:
            return np.empty(shape, dtype=np.float32)
        stored: Vectors = faiss.rev_swig_ptr(self.flat.get_xb(), self.flat.ntotal * self.flat.d)
        return stored.reshape(shape)


@dataclass(frozen=True, slots=True)
class VectorView:
    """The vectors of one moment. Nothing in it changes, so any thread may search it while others write."""

    base: Base
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
        sides = (
            (self.base.numbers, self.base.vectors(), self.base_alive),
            (self.tail_numbers, self.tail_vectors, self.tail_alive),
        )
        for own, vectors, alive in sides:
            if not len(own):
                continue
            rows = np.minimum(np.searchsorted(own, numbers), len(own) - 1)
            here = (own[rows] == numbers) & (True if alive is None else alive[rows])
            found[here] = np.clip(vectors[rows[here]] @ vector, -1.0, 1.0)
        return found

    def _search_base(self, vector: Vectors, limit: int, allowed: Numbers | None) -> tuple[Numbers, Vectors]:
        keep = self.base_alive
        if allowed is not None:
            chosen = np.isin(self.base.numbers, allowed, assume_unique=True)
            keep = chosen if keep is None else keep & chosen
        count = len(self.base.numbers) if keep is None else int(keep.sum())
        if count == 0:
            return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.float32)
        if keep is not None and count < _FEW_ALLOWED_SHARE * len(self.base.numbers):
            rows = np.flatnonzero(keep)
            return _best(self.base.numbers[rows], self.base.vectors()[rows] @ vector, limit)
        parameters = None
        if keep is not None:
            selector = faiss.IDSelectorBitmap(np.packbits(keep, bitorder="little"))
            parameters = faiss.SearchParameters(sel=selector)
        scores, rows = self.base.flat.search(vector[np.newaxis], min(limit, count), params=parameters)
        found = rows[0] >= 0
        return self.base.numbers[rows[0][found]], scores[0][found]

    def _search_tail(self, vector: Vectors, limit: int, allowed: Numbers | None) -> tuple[Numbers, Vectors]:
        keep = self.tail_alive
        if allowed is not None:
            keep = keep & np.isin(self.tail_numbers, allowed, assume_unique=True)
        rows = np.flatnonzero(keep)
        vectors = self.tail_vectors if len(rows) == len(keep) else self.tail_vectors[rows]
        return _best(self.tail_numbers[rows], vectors @ vector, limit)


class VectorIndex:
    """Owns the files of the base and grows the tail. One writer at a time; views may be searched all the while."""

    _numbers: Numbers
    _vectors: Vectors
    _view: VectorView

    def __init__(self, folder: Path, dimensions: int) -> None:
        """Assemble an index whose base files lie in `folder`; use `open`."""
        self._folder = folder
        self._dimensions = dimensions
        self._start_from(Base.empty(dimensions))

    @classmethod
    def open(cls, folder: Path, dimensions: int, since: int = 0) -> VectorIndex:
        """Open the newest base in `folder`; damaged or missing files mean starting without one.

        A base from before revision `since`, when the corpus got its present model, holds vectors of another model.
        """
        opened = cls(folder, dimensions)
        base = opened._read_base()
        if base is not None and base.revision >= since:
            opened._start_from(base)
        return opened

    @property
    def view(self) -> VectorView:
        """The present state."""
        return self._view

    def apply(self, added: Iterable[tuple[Numbers, Vectors]], removed: Numbers, revision: int) -> None:
        """Follow the storage to `revision`: append blocks of passages, numbers ascending, and forget others.

        Views that were handed out do not change: rows are appended behind what they see, masks are replaced.
        """
        view = self._view
        used = len(view.tail_numbers)
        for numbers, vectors in added:
            self._reserve(used, used + len(numbers))
            self._numbers[used : used + len(numbers)] = numbers
            self._vectors[used : used + len(numbers)] = vectors
            used += len(numbers)
        numbers = self._numbers[:used]
        alive = np.concatenate([view.tail_alive, np.ones(used - len(view.tail_alive), dtype=bool)])
        base_alive = view.base_alive
        if len(removed):
            alive &= ~np.isin(numbers, removed)
            dead = np.isin(view.base.numbers, removed)
            if dead.any():
                base_alive = ~dead if base_alive is None else base_alive & ~dead
        self._view = VectorView(view.base, base_alive, numbers, self._vectors[:used], alive, revision)

    def _reserve(self, used: int, needed: int) -> None:
        """Move the tail to larger arrays when it would not fit."""
        if needed <= len(self._numbers):
            return
        capacity = max(_LEAST_TAIL_ROWS, needed, int(len(self._numbers) * _GROWTH))
        numbers = np.empty(capacity, dtype=np.int64)
        vectors = np.empty((capacity, self._dimensions), dtype=np.float32)
        numbers[:used] = self._numbers[:used]
        vectors[:used] = self._vectors[:used]
        self._numbers, self._vectors = numbers, vectors

    def forget(self) -> None:
        """Start from nothing, for a storage that the base on disk does not belong to."""
        self._start_from(Base.empty(self._dimensions))

    def needs_merge(self) -> bool:
        """Whether the tail or the dead have grown so much that a new base pays."""
        view = self._view
        dead = 0 if view.base_alive is None else len(view.base_alive) - int(view.base_alive.sum())
        return len(view.tail_numbers) >= MERGE_TAIL_PASSAGES or dead > _MERGE_DEAD_SHARE * max(
            len(view.base.numbers), MERGE_TAIL_PASSAGES
        )

    def merge(self) -> None:
        """Write a new base from what is alive, switch to it atomically, and start an empty tail."""
        view = self._view
        alive = np.ones(len(view.base.numbers), dtype=bool) if view.base_alive is None else view.base_alive
        flat = faiss.IndexFlatIP(self._dimensions)
        flat.add(view.base.vectors()[alive])
        flat.add(view.tail_vectors[view.tail_alive])
        numbers = np.concatenate([view.base.numbers[alive], view.tail_numbers[view.tail_alive]])
        self._write_base(Base(flat, numbers, view.revision))
        base = self._read_base()
        if base is not None:
            self._start_from(base)

    def _start_from(self, base: Base) -> None:
        self._numbers = np.empty(0, dtype=np.int64)
        self._vectors = np.empty((0, self._dimensions), dtype=np.float32)
        self._view = VectorView(base, None, self._numbers, self._vectors, np.empty(0, dtype=bool), base.revision)

    def _write_base(self, base: Base) -> None:
        """Write files under a new name, make them durable, then point to them in one rename."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = f"base-{base.revision:012d}-{uuid.uuid4().hex[:8]}"
        target = self._folder / name
        target.mkdir()
        faiss.write_index(base.flat, str(target / "vectors.faiss"))
        np.save(target / "numbers.npy", base.numbers)
        for file in target.iterdir():
            sync(file)
        sync(target)
        pointer = self._folder / f"{name}.json"
        pointer.write_text(
            json.dumps(
                {"base": name, "revision": base.revision, "vectors": len(base.numbers), "dimensions": self._dimensions}
            )
        )
        sync(pointer)
        pointer.replace(self._folder / _POINTER)
        sync(self._folder)
        for other in self._folder.glob("base-*"):
            # Processes that have an older base mapped keep it: an unlinked file lives until it is unmapped.
            if other.name != name and other.is_dir():
                shutil.rmtree(other, ignore_errors=True)

    def _read_base(self) -> Base | None:
        try:
            manifest = json.loads((self._folder / _POINTER).read_text())
            folder = self._folder / manifest["base"]
            flat = faiss.read_index(str(folder / "vectors.faiss"), faiss.IO_FLAG_MMAP_IFC)
            numbers = np.load(folder / "numbers.npy")
            expected = (manifest["vectors"], self._dimensions)
            if (flat.ntotal, flat.d) != expected or len(numbers) != flat.ntotal or manifest["dimensions"] != flat.d:
                return None
            return Base(flat, numbers, int(manifest["revision"]))
        except (OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, RuntimeError):
            return None

    def revision_on_disk(self) -> int:
        """Return the revision of the newest base on disk, 0 where there is none."""
        try:
            return int(json.loads((self._folder / _POINTER).read_text())["revision"])
        except (OSError, ValueError, KeyError, TypeError):
            return 0


def _best(numbers: Numbers, scores: Vectors, limit: int) -> tuple[Numbers, Vectors]:
    """Return the `limit` highest scores with their numbers, in no particular order."""
    if len(scores) > limit:
        rows = np.argpartition(-scores, limit - 1)[:limit]
        return numbers[rows], scores[rows]
    return numbers, scores
