"""How the readings of passages are kept: as bytes, about a byte and a half for each of a passage's characters.

A head, then sections: the codes of its words, a row for each sentence, the pieces of the built-in model, the numbers
and names. Only a passage with a table, or whose pieces are not those of its sentences, has the further ones. All
numbers are little-endian.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.reading.readings import KINDS, Numbers, Readings

READING_VERSION = 1
"""Version of what a reading holds, its first byte; raised whenever the same passage would be read in another way."""
LONGEST_PASSAGE = 16_384
"""Characters of a passage that can be read at most: a limit, so that two bytes are enough for counts and places."""
MOST_LISTED = 255
"""Numbers of a sentence, and names of one, that are kept at most: a limit."""

_CONTINUES = len(KINDS)
"""The kind that is stored for a row of the table that the passage begins inside of, by definition."""
_LOW_BITS = 16
"""Bits of a piece's number that are stored with it, by definition; the places of those with one more are listed."""
_CUES, _JOINS, _KIND_SHIFT = 0b1111, 0b10000, 5
"""The bits of a sentence's flags, by definition: its cues, whether it joins the one before, and the kind above."""

_HEAD = struct.Struct("<BBHf6H")
"""Version, whether there are rare sections, model, length of the sum of all rows, lengths of the usual sections."""
_RARE_HEAD = struct.Struct("<5I")
"""Lengths of the rare sections."""
_SENTENCE = np.dtype(
    [
        *((name, "<u2") for name in ("start", "end", "codes", "pieces", "distinct")),
        *((name, "u1") for name in ("flags", "numbers", "names")),
        ("length", "<f4"),
    ]
)
_AGAIN = np.dtype([("place", "<u2"), ("times", "<u2")])
_HASH = np.dtype([("low", "<u2"), ("high", "u1")])
_IN_TABLE = np.dtype([("before", "<i2"), *((name, "<u2") for name in ("first", "last", "read", "header"))])
_WHOLE = np.dtype([("piece", "<u4"), ("times", "<u2")])
_USUAL: list[np.dtype[Any]] = [np.dtype(one) for one in ("<u4", _SENTENCE, "<u2", "<u2", _AGAIN, _HASH)]
"""Codes; sentences; pieces; places of those with a high bit, and of those that occur again; numbers and names."""
_RARE: list[np.dtype[Any]] = [np.dtype(one) for one in (_IN_TABLE, "<u2", "<u4", "<u4", _WHOLE)]
"""Sentences; codes of each header; codes of rows as they are read, and of headers; pieces of the passage."""

_Section = tuple[NDArray[Any], Numbers]
"""Values of all passages, and where those of each begin, with the end."""


def is_current(stored: bytes, model: int) -> bool:
    """Whether bytes are a reading of this version, with the pieces of the model with this `identity`."""
    return len(stored) >= _HEAD.size and stored[0] == READING_VERSION and _HEAD.unpack_from(stored)[2] == model


def encode(own: Readings, model: int) -> list[bytes]:
    """Return each passage's reading as bytes; `model` is the `identity` of the model with these pieces."""
    bounds = _bounds(own.counts)
    sections = [*_usual_sections(own, bounds), *_rare_sections(own, bounds)]
    parts: list[list[bytes]] = []
    for values, ends in sections:
        whole, places = values.tobytes(), (ends * values.itemsize).tolist()
        parts.append([whole[place:end] for place, end in pairwise(places)])
    lengths = np.stack([np.diff(ends) for _values, ends in sections], axis=1)
    has_rare = (lengths[:, len(_USUAL) :].sum(axis=1) > 0).tolist()
    heads = [
        _HEAD.pack(READING_VERSION, rare, model, length, *own_lengths[: len(_USUAL)])
        + (_RARE_HEAD.pack(*own_lengths[len(_USUAL) :]) if rare else b"")
        for rare, length, own_lengths in zip(has_rare, own.whole_lengths.tolist(), lengths.tolist(), strict=True)
    ]
    return list(map(b"".join, zip(heads, *parts, strict=True)))


def decode(stored: Sequence[bytes]) -> Readings:
    """Return the readings that `encode` turned into bytes, one behind the other."""
    parts: list[list[bytes]] = [[] for _ in (*_USUAL, *_RARE)]
    lengths: list[tuple[int, ...]] = []
    whole_lengths: list[float] = []
    for one in stored:
        _version, has_rare, _model, length, *usual = _HEAD.unpack_from(one)
        place = _HEAD.size
        rare: Sequence[int] = (0,) * len(_RARE)
        if has_rare:
            rare = _RARE_HEAD.unpack_from(one, place)
            place += _RARE_HEAD.size
        for part, count, size in zip(parts, (*usual, *rare) if has_rare else usual, _SIZES, strict=False):
            end = place + count * size
            part.append(one[place:end])
            place = end
        lengths.append((*usual, *rare))
        whole_lengths.append(length)
    columns = np.array(lengths, dtype=np.int64).reshape(len(stored), len(parts)).T
    values: list[NDArray[Any]] = [
        np.frombuffer(b"".join(part), dtype=dtype) for part, dtype in zip(parts, _DTYPES, strict=True)
    ]
    codes, rows, low, high, again, hashes, in_table, header_counts, read_codes, header_codes, whole = values
    flags = rows["flags"].astype(np.int64)
    kinds = flags >> _KIND_SHIFT
    firsts = _bounds(columns[2])[:-1]
    pieces = low.astype(np.int64)
    pieces[high + np.repeat(firsts, columns[3])] += 1 << _LOW_BITS
    times = np.ones(len(pieces), dtype=np.int64)
    times[again["place"] + np.repeat(firsts, columns[4])] = again["times"]
    counts = columns[1]
    before = np.arange(len(rows)) - np.repeat(_bounds(counts)[:-1], counts) - 1
    spans, read_counts = np.zeros((len(rows), 2), dtype=np.int64), np.zeros(len(rows), dtype=np.int64)
    header_of = np.full(len(rows), -1)
    if len(in_table):
        told = np.repeat(columns[6] > 0, counts)
        before[told], read_counts[told] = in_table["before"], in_table["read"]
        spans[told] = np.stack([in_table["first"], in_table["last"]], axis=1)
        number = in_table["header"].astype(np.int64) - 1
        header_of[told] = np.where(number >= 0, number + np.repeat(_bounds(columns[7])[:-1], columns[6]), -1)
    return Readings(
        counts=counts,
        starts=rows["start"].astype(np.int64),
        ends=rows["end"].astype(np.int64),
        kinds=np.where(kinds == _CONTINUES, KINDS.index("row"), kinds),
        cues=flags & _CUES,
        joins=(flags & _JOINS).astype(bool),
        before=before,
        continues=kinds == _CONTINUES,
        spans=spans,
        distinct=rows["distinct"].astype(np.int64),
        codes=codes,
        code_counts=rows["codes"].astype(np.int64),
        read_codes=read_codes,
        read_counts=read_counts,
        header_codes=header_codes,
        header_counts=header_counts.astype(np.int64),
        header_of=header_of,
        pieces=pieces,
        times=times,
        piece_counts=rows["pieces"].astype(np.int64),
        lengths=rows["length"].astype(np.float32),
        whole_pieces=whole["piece"].astype(np.int64),
        whole_times=whole["times"].astype(np.int64),
        whole_counts=columns[10],
        whole_lengths=np.array(whole_lengths, dtype=np.float32),
        listed=hashes["low"].astype(np.int64) | hashes["high"].astype(np.int64) << _LOW_BITS,
        number_counts=rows["numbers"].astype(np.int64),
        name_counts=rows["names"].astype(np.int64),
    )


_DTYPES = (*_USUAL, *_RARE)
_SIZES = tuple(dtype.itemsize for dtype in _DTYPES)


def _usual_sections(own: Readings, bounds: Numbers) -> Iterator[_Section]:
    rows: NDArray[Any] = np.zeros(len(own.starts), dtype=_SENTENCE)
    for name, values in (
        ("start", own.starts),
        ("end", own.ends),
        ("codes", own.code_counts),
        ("pieces", own.piece_counts),
        ("distinct", own.distinct),
        ("numbers", own.number_counts),
        ("names", own.name_counts),
        ("length", own.lengths),
    ):
        rows[name] = values
    rows["flags"] = own.cues | own.joins * _JOINS | np.where(own.continues, _CONTINUES, own.kinds) << _KIND_SHIFT
    pieces = _bounds(own.piece_counts)[bounds]
    hashes: NDArray[Any] = np.empty(len(own.listed), dtype=_HASH)
    hashes["low"], hashes["high"] = own.listed & ((1 << _LOW_BITS) - 1), own.listed >> _LOW_BITS
    again = np.flatnonzero(own.times > 1)
    places, ends = _places(again, pieces)
    occurrences: NDArray[Any] = np.empty(len(again), dtype=_AGAIN)
    occurrences["place"], occurrences["times"] = places, own.times[again]
    high, high_ends = _places(np.flatnonzero(own.pieces >> _LOW_BITS), pieces)
    yield own.codes.astype("<u4"), _bounds(own.code_counts)[bounds]
    yield rows, bounds
    yield own.pieces.astype("<u2"), pieces
    yield high.astype("<u2"), high_ends
    yield occurrences, ends
    yield hashes, _bounds(own.number_counts + own.name_counts)[bounds]


def _rare_sections(own: Readings, bounds: Numbers) -> Iterator[_Section]:
    usual = np.arange(len(own.before)) - np.repeat(bounds[:-1], own.counts) - 1
    is_odd = (own.before != usual) | own.continues | (own.read_counts > 0) | (own.header_of >= 0)
    owners = np.repeat(np.arange(len(own.counts)), own.counts)
    has_table = np.bincount(owners[is_odd], minlength=len(own.counts)) > 0
    told = np.repeat(has_table, own.counts)
    of_header = _bounds(own.header_counts)
    headed = own.header_of >= 0
    headers = np.zeros(len(own.header_counts), dtype=np.int64)
    headers[own.header_of[headed]] = owners[headed]
    header_bounds = _bounds(np.bincount(headers, minlength=len(own.counts)))
    rows: NDArray[Any] = np.zeros(int(told.sum()), dtype=_IN_TABLE)
    rows["before"], rows["read"] = own.before[told], own.read_counts[told]
    rows["first"], rows["last"] = own.spans[told].T
    rows["header"] = np.where(headed, own.header_of - header_bounds[owners] + 1, 0)[told]
    whole: NDArray[Any] = np.empty(len(own.whole_pieces), dtype=_WHOLE)
    whole["piece"], whole["times"] = own.whole_pieces, own.whole_times
    yield rows, _bounds(own.counts * has_table)
    yield own.header_counts.astype("<u2"), header_bounds
    yield own.read_codes.astype("<u4"), _bounds(own.read_counts)[bounds]
    yield own.header_codes.astype("<u4"), of_header[header_bounds]
    yield whole, _bounds(own.whole_counts)


def _bounds(counts: Numbers) -> Numbers:
    """Return where the values of each begin, and behind them the end."""
    return np.append(0, np.cumsum(counts))


def _places(found: Numbers, bounds: Numbers) -> tuple[Numbers, Numbers]:
    """Return ascending places by their distance from the begin of their passage, and how they are parted."""
    ends = np.searchsorted(found, bounds)
    return found - np.repeat(bounds[:-1], np.diff(ends)), ends
