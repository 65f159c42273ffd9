"""Where characters stand in the bytes of a text: SQLite finds a character of UTF-8 by counting from the beginning."""

from __future__ import annotations

import json
from collections.abc import Iterable


def bytes_before(text: str, offsets: Iterable[int]) -> dict[int, int]:
    """Return how many bytes of UTF-8 stand before each of some offsets in code points, in one pass over the text."""
    found: dict[int, int] = {}
    last = counted = 0
    for offset in sorted(offsets):
        counted += len(text[last:offset].encode())
        found[offset], last = counted, offset
    return found


def bytes_before_json(text: str, offsets: str) -> str:
    """Return the same for the statements of a migration: from a JSON array to a JSON object."""
    return json.dumps(bytes_before(text, set(json.loads(offsets))))
