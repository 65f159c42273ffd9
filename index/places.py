"""Pages and sections of a text: which one an offset lies in."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from index.records import Place


def place_at(places: Sequence[Place], offset: int) -> Place | None:
    """Return the one of ascending places that an offset lies in, None before the first."""
    position = bisect_right(places, offset, key=lambda place: place.start)
    return places[position - 1] if position else None


def places_within(places: Sequence[Place], start: int, end: int) -> tuple[Place, ...]:
    """Return those of ascending places that a slice of their text lies in: from the one at its start to its end."""
    first = bisect_right(places, start, key=lambda place: place.start)
    last = bisect_right(places, end - 1, key=lambda place: place.start)
    return tuple(places[max(first - 1, 0) : last])
