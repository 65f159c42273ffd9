"""Passages as they were read, as arrays."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from index.reading.sentences import Kind

Numbers = NDArray[np.int64]

KINDS: tuple[Kind, ...] = get_args(Kind)
"""The kinds of sentences; arrays hold their positions."""


@dataclass(frozen=True, slots=True)
class Readings:
    """Passages as they were read; what belongs to a passage, and in it to a sentence, stands together.

    Attributes:
        counts: sentences of each passage, shape (passages,).
        starts: where each sentence begins in its passage, in code points, shape (sentences,).
        ends: where it ends.
        kinds: the position of its kind in `KINDS`.
        cues: its `Cue`s.
        joins: whether it may be quoted as one with the sentence before it in the passage.
        before: the number in its passage of the sentence that leads to it, -1 for none.
        continues: whether it is a row of the table that its passage begins inside of.
        spans: where the header of its table stands in the passage, shape (sentences, 2); both 0 for nowhere.
        distinct: its distinct syllables without accents, or pairs of characters where it has none, as it is read.
        codes: of all sentences by themselves, see `syllables`, shape (codes,).
        code_counts: how many each sentence has, shape (sentences,).
        read_codes: of the rows, as they are read with their header.
        read_counts: how many of them each sentence has, shape (sentences,); 0 where it is read as it is.
        header_codes: of the headers that rows are read with.
        header_counts: how many each header has, shape (headers,).
        header_of: the header that each sentence is read with, shape (sentences,); -1 for none.
        pieces: distinct pieces of the built-in model in each sentence, as it is read.
        times: how often it holds each of them.
        piece_counts: how many each sentence has, shape (sentences,).
        lengths: of the weighted sum of their rows, shape (sentences,).
        whole_pieces: distinct pieces of the passages whose pieces are not those of their sentences together.
        whole_times: how often they hold each of them.
        whole_counts: how many each passage has, shape (passages,); 0 where they are those of its sentences.
        whole_lengths: of the weighted sum of all rows of each passage, shape (passages,).
        listed: hashes of the numbers of each sentence, then of its names.
        number_counts: how many numbers each sentence has, shape (sentences,).
        name_counts: how many names.
    """

    counts: Numbers
    starts: Numbers
    ends: Numbers
    kinds: Numbers
    cues: Numbers
    joins: NDArray[np.bool_]
    before: Numbers
    continues: NDArray[np.bool_]
    spans: Numbers
    distinct: Numbers
    codes: NDArray[np.uint32]
    code_counts: Numbers
    read_codes: NDArray[np.uint32]
    read_counts: Numbers
    header_codes: NDArray[np.uint32]
    header_counts: Numbers
    header_of: Numbers
    pieces: Numbers
    times: Numbers
    piece_counts: Numbers
    lengths: NDArray[np.float32]
    whole_pieces: Numbers
    whole_times: Numbers
    whole_counts: Numbers
    whole_lengths: NDArray[np.float32]
    listed: Numbers
    number_counts: Numbers
    name_counts: Numbers

    @property
    def owners(self) -> Numbers:
        """The passage of each sentence, shape (sentences,)."""
        return np.repeat(np.arange(len(self.counts)), self.counts)

    @property
    def firsts(self) -> Numbers:
        """The first sentence of each passage, shape (passages,)."""
        return np.cumsum(self.counts) - self.counts
