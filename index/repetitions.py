"""Articles that come in several times in one run: only the last of them is stored.

Else a file that holds an id twice would be written twice whenever it is ingested, with the older text live in between.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from index.preparation import known_identity
from index.records import Draft

_DIGEST_BYTES = 16
"""Bytes of the hash that an id is remembered by; a limit on memory. Two ids with one hash are not to be expected."""


class Repetitions:
    """Which articles of a run are followed by another with their identity.

    All are counted first; then `is_last` is asked of each, in the same order. An article that cannot be stored takes no
    other's place, so it does not count.
    """

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._to_come: dict[bytes, int] = {}

    def count(self, draft: Draft) -> None:
        """Take note of an article."""
        digest = _digest(draft)
        if digest is not None:
            if digest in self._seen:
                self._to_come[digest] = self._to_come.get(digest, 1) + 1
            self._seen.add(digest)

    def is_last(self, draft: Draft) -> bool:
        """Whether no article with the same identity is still to come."""
        digest = _digest(draft) if self._to_come else None
        if digest is None or digest not in self._to_come:
            return True
        self._to_come[digest] -= 1
        if self._to_come[digest] == 0:
            del self._to_come[digest]
            return True
        return False

    @property
    def are_missing(self) -> bool:
        """Whether articles were counted that did not come again, so that those before them were left out wrongly."""
        return bool(self._to_come)


def are_last(drafts: Sequence[Draft]) -> list[bool]:
    """Return for each article whether no later one has its identity."""
    repetitions = Repetitions()
    for draft in drafts:
        repetitions.count(draft)
    return [repetitions.is_last(draft) for draft in drafts]


def _digest(draft: Draft) -> bytes | None:
    identity = known_identity(draft)
    return None if identity is None else hashlib.blake2b(identity.encode(), digest_size=_DIGEST_BYTES).digest()
