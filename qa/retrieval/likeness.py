"""Which passages may print one text, told quickly by the codes of their words."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from index.reading.syllables import ACCENT_BITS
from qa.similarity.near_duplicates import RUN_WORDS

_MAY_BE_SAME_SHARE = 0.25
"""Share of the shorter passage's runs of codes below which two are not looked at: a judgement, half of what folding
wants."""
_FEW_RUNS = 8
"""Runs of codes below which a passage is always looked at: a judgement, scripts without spaces have none."""
_FACTOR = np.uint64(0x9E3779B97F4A7C15)
"""Makes one number of a run's codes: a judgement, any large odd number would do."""


def alike(codes: NDArray[np.uint32], counts: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Return which passages share so many runs of words that both may be the same, shape (passages, passages).

    It is quick, and well below the share that `fold_reprints` wants, since words are counted in another way.

    Args:
        codes: the words of all passages, see `index.reading.syllables`, shape (codes,).
        counts: how many each passage has, shape (passages,).
    """
    runs = np.zeros(max(len(codes) - RUN_WORDS + 1, 0), dtype=np.uint64)
    for first in range(RUN_WORDS):
        runs = runs * _FACTOR + (codes[first : first + len(runs)] >> ACCENT_BITS)
    owners = np.repeat(np.arange(len(counts)), counts)
    whole = owners[: len(runs)] == owners[len(codes) - len(runs) :]
    # One number for a run and its passage: sorting those is several times faster than `numpy.unique`.
    bits = np.uint64(len(counts).bit_length())
    both = np.sort(runs[whole] << bits | owners[: len(runs)][whole].astype(np.uint64))
    both = both[np.append(True, both[1:] != both[:-1])[: len(both)]]
    of_run = (both & ((np.uint64(1) << bits) - np.uint64(1))).astype(np.int64)
    own = np.bincount(of_run, minlength=len(counts))
    is_next = np.append(False, (both[1:] ^ both[:-1]) >> bits == 0)[: len(both)]
    shared = np.flatnonzero(is_next | np.append(is_next[1:], False)[: len(both)])
    columns = np.cumsum(~is_next[shared])  # from 1
    holds = np.zeros((len(counts), int(columns[-1]) + 1 if len(columns) else 1), dtype=np.float32)
    holds[of_run[shared], columns] = 1.0
    fewer = np.minimum(own[:, np.newaxis], own)
    may_be: NDArray[np.bool_] = (holds @ holds.T >= _MAY_BE_SAME_SHARE * fewer) | (fewer < _FEW_RUNS)
    np.fill_diagonal(may_be, True)
    return may_be
