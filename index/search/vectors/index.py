"""Vectors that follow a storage: an immutable base on disk, a small tail in memory, and a mark for the dead.

The base is memory-mapped, so opening costs little and processes share it. What was added since is the tail, searched
exactly; what was removed since is marked dead. When the tail has grown, a new base is written beside the old one, as
Lucene merges segments. All of it is a cache of the storage: without its files it is built anew.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import Path

import numpy as np

from index.models.encoder import Vectors
from index.search.vectors.base import Base, Numbers
from index.search.vectors.building import QuantisedWriter
from index.search.vectors.exact import ExactBase, write_exact
from index.search.vectors.files import BaseFiles, BaseKind
from index.search.vectors.quantised import QuantisedBase
from index.search.vectors.view import VectorView, is_among
from index.storage.locking import WriteLock

EXACT_PASSAGES = 30_000
"""Passages up to which a base is exact: measured, since looking at so many × 512 dimensions took 1 ms."""
MERGE_TAIL_PASSAGES = 20_000
"""Passages in a tail that is merged in any case: measured, since scanning so many × 256 dimensions took about 2 ms."""
_LEAST_MERGED_PASSAGES = 4_096
"""Passages in a tail below which nothing is merged: a judgement, for half a millisecond a question."""
_MERGE_TAIL_SHARE = 0.125
"""Share of the base that a tail in between may have: a judgement, so that a growing base is not copied too often."""
_MERGE_DEAD_SHARE = 0.25
"""Share of the base that may be dead before a merge: a judgement, since dead vectors are still scanned."""
_GROWTH = 1.5
"""Factor by which the arrays of the tail grow: a judgement between copying and spare room."""
_LEAST_TAIL_ROWS = 1024
"""Rows of the first arrays of a tail: a judgement, small beside a base."""

Blocks = Iterable[tuple[Numbers, Vectors]]


class VectorIndex:
    """Owns the files of the base and grows the tail. One writer at a time; views may be searched all the while."""

    _numbers: Numbers
    _vectors: Vectors
    _view: VectorView

    def __init__(self, folder: Path, dimensions: int, since: int, exact_passages: int) -> None:
        """Assemble an index whose base files lie in `folder`; use `open`."""
        self._files = BaseFiles(folder, dimensions)
        self._dimensions = dimensions
        self._since = since
        self._exact_passages = exact_passages
        self._stamp: tuple[int, int] | None = None
        self.forget()

    @classmethod
    def open(cls, folder: Path, dimensions: int, since: int = 0, exact_passages: int | None = None) -> VectorIndex:
        """Open the newest base in `folder`; damaged or missing files mean starting without one.

        Args:
            folder: of the bases.
            dimensions: of the vectors.
            since: the revision when the corpus got its present model; an older base holds vectors of another model.
            exact_passages: up to how many passages a new base is exact, `EXACT_PASSAGES` if not given.
        """
        opened = cls(folder, dimensions, since, EXACT_PASSAGES if exact_passages is None else exact_passages)
        opened._stamp = opened._files.stamp()
        found = opened._files.read()
        if found is not None and found[1] >= since:
            opened._start_from(*found)
        return opened

    @property
    def view(self) -> VectorView:
        """The present state."""
        return self._view

    def forget(self) -> None:
        """Start from nothing, for a storage that the base on disk does not belong to."""
        self._start_from(ExactBase.empty(self._dimensions), 0)

    def start(self, blocks: Blocks, revision: int, writing: WriteLock) -> None:
        """Begin with all vectors of the storage at `revision`; many of them become a base at once.

        Raises:
            CorpusBusy: another process writes a base.
            CorpusError: the lock file cannot be made.
            OSError: a base cannot be written.
        """
        remaining = iter(blocks)
        first: list[tuple[Numbers, Vectors]] = []
        for block in remaining:
            first.append(block)
            if sum(len(numbers) for numbers, _vectors in first) > MERGE_TAIL_PASSAGES:
                break
        else:
            self.apply(first, np.empty(0, dtype=np.int64), revision)
            return
        with writing.held():
            self._files.write(revision, lambda folder: self._fill(folder, chain(first, remaining)))
            self._stamp = self._files.stamp()
            found = self._files.read()
        if found is None:
            raise OSError("the base of vectors that was just written cannot be read")
        self._start_from(*found)

    def apply(self, added: Blocks, removed: Numbers, revision: int) -> None:
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
            alive &= ~is_among(numbers, removed)
            dead = np.searchsorted(view.base.numbers, removed[is_among(removed, view.base.numbers)])
            if len(dead):
                base_alive = np.ones(len(view.base.numbers), dtype=bool) if base_alive is None else base_alive.copy()
                base_alive[dead] = False
        tail = numbers, self._vectors[:used], alive
        self._view = VectorView(view.base, view.base_revision, base_alive, *tail, revision)

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

    def needs_merge(self) -> bool:
        """Whether the tail or the dead have grown so much that a new base pays."""
        view = self._view
        base = len(view.base.numbers)
        dead = 0 if view.base_alive is None else base - int(view.base_alive.sum())
        most = min(MERGE_TAIL_PASSAGES, max(_LEAST_MERGED_PASSAGES, int(_MERGE_TAIL_SHARE * base)))
        return len(view.tail_numbers) >= most or dead > _MERGE_DEAD_SHARE * max(base, MERGE_TAIL_PASSAGES)

    def merge(self) -> None:
        """Write a new base from the present view and go on with it."""
        if self.write_merged(self._view):
            self.take_newer(self._view.revision)

    def write_merged(self, view: VectorView) -> bool:
        """Write a new base from what is alive in a view; needs a lock of the caller's, and changes nothing here.

        Returns whether it can be gone on with; `take_newer` does.

        Raises:
            OSError: it cannot be written.
        """
        alive = np.ones(len(view.base.numbers), dtype=bool) if view.base_alive is None else view.base_alive
        tail = view.tail_numbers[view.tail_alive], view.tail_vectors[view.tail_alive]
        base = view.base

        def fill(folder: Path) -> BaseKind:
            if not isinstance(base, QuantisedBase):
                assert isinstance(base, ExactBase)
                return self._fill(folder, chain(base.blocks(alive), [tail]))
            if not alive.any():
                return self._fill(folder, [tail])
            writer = QuantisedWriter(folder, self._dimensions)
            writer.copy(base, alive)
            writer.add(*tail)
            writer.finish(base, alive)
            return "quantised"

        self._files.write(view.revision, fill)
        return self._files.revision() == view.revision

    def _fill(self, folder: Path, blocks: Blocks) -> BaseKind:
        """Write the files of a base from vectors alone."""
        remaining: Iterator[tuple[Numbers, Vectors]] = iter(blocks)
        first: list[tuple[Numbers, Vectors]] = []
        for block in remaining:
            first.append(block)
            if sum(len(numbers) for numbers, _vectors in first) > self._exact_passages:
                break
        else:
            write_exact(folder, self._dimensions, first)
            return "exact"
        writer = QuantisedWriter(folder, self._dimensions)
        for numbers, vectors in chain(first, remaining):
            writer.add(numbers, vectors)
        writer.finish()
        return "quantised"

    def take_newer(self, until: int) -> None:
        """Go on with the newest base on disk, if it is newer than the present one and not after revision `until`.

        What came after it, and which of its passages were removed since, is kept from the present view.
        """
        stamp = self._files.stamp()
        if stamp is None or stamp == self._stamp:
            return
        revision = self._files.revision()
        if revision > until:
            return  # the text index is not there yet; there is another try
        self._stamp = stamp
        found = self._files.read() if revision > self._view.base_revision and revision >= self._since else None
        if found is None or found[1] > until:
            return
        if found[1] > self._view.revision:
            self._start_from(*found)
        else:
            self._rebase(*found)

    def _rebase(self, base: Base, base_revision: int) -> None:
        view = self._view
        base_alive = is_among(base.numbers, view.alive_numbers())
        later = np.flatnonzero(view.tail_alive & ~is_among(view.tail_numbers, base.numbers))
        self._numbers, self._vectors = view.tail_numbers[later], view.tail_vectors[later]
        tail = self._numbers, self._vectors, np.ones(len(later), dtype=bool)
        self._view = VectorView(base, base_revision, None if base_alive.all() else base_alive, *tail, view.revision)

    def _start_from(self, base: Base, revision: int) -> None:
        self._numbers = np.empty(0, dtype=np.int64)
        self._vectors = np.empty((0, self._dimensions), dtype=np.float32)
        tail = self._numbers, self._vectors, np.empty(0, dtype=bool)
        self._view = VectorView(base, revision, None, *tail, revision)

    def revision_on_disk(self) -> int:
        """Return the revision of the newest base on disk, 0 where there is none."""
        return self._files.revision()
