"""The memory that the C library keeps for later, which it gives back when asked to."""

from __future__ import annotations

import ctypes
from contextlib import suppress

_M_ARENA_MAX, _HEAPS = -8, 2
"""The option of the GNU C library for the most heaps, and their number.

Measured on 2,000 passages: after 400 questions of 32 clients a worker takes 20 MB less, and no more time. A single heap
would take 6 MB less than that and 5 % more time."""


def share() -> None:
    """Let threads share a few heaps; else each has its own, and what one frees is of no use to the others."""
    with suppress(OSError, AttributeError):  # other C libraries than that of GNU have no such option
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, _HEAPS)


def trim() -> None:
    """Give the system what was freed; it takes some milliseconds."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).malloc_trim(0)
