"""Vectors as they are stored: two bytes a number, IEEE 754 half precision, little-endian.

A number of a unit vector keeps eleven bits. Its length is then off by 1e-4 at most and a cosine by 2e-4, far less than
what tells one passage from another. A vector that was read and is stored again stays the same to the bit.
"""

from __future__ import annotations

import numpy as np

from index.models.encoder import Vectors

_HALF, _SINGLE = "<f2", "<f4"


def to_bytes(vector: Vectors) -> bytes:
    """Return a vector, shape (dimensions,), as it is stored."""
    return vector.astype(_HALF).tobytes()


def from_bytes(stored: bytes) -> Vectors:
    """Return what `to_bytes` made, of one vector or of several one after the other, as one row."""
    return np.frombuffer(stored, dtype=_HALF).astype(np.float32)


def rounded(vector: Vectors) -> Vectors:
    """Return a vector as it is after it was stored."""
    return from_bytes(to_bytes(vector))


def from_singles(stored: bytes | None) -> bytes | None:
    """Return a vector in the form of formats 1 to 3, four bytes a number, in the form of today; none stays none."""
    return None if stored is None else to_bytes(np.frombuffer(stored, dtype=_SINGLE))
