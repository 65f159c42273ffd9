"""Static embeddings: the vector of a text is the weighted sum of its pieces' table rows, scaled to length one.

A piece that a text holds n times weighs the square root of n: repetition counts, but not n times as much.
"""

from __future__ import annotations

import json
import math
import os
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from tokenizers import Encoding, Tokenizer, normalizers

from index.errors import ModelError
from index.models.encoder import Vectors

_ROWS, _SCALES = "embedding.rows", "embedding.scales"
_TYPES: dict[str, type[np.int8] | type[np.float16]] = {"I8": np.int8, "F16": np.float16}

_FEW_TEXTS = 64
"""Texts that are cut into pieces one by one: a limit on time, threads that other work holds up are waited for."""
_CHARACTERS_AT_ONCE = 1 << 20
"""Characters given to the tokenizer at once; a limit on memory."""
_ROWS_AT_ONCE = 1 << 9
"""Rows of the table that are added up at once; a limit, so that they stay in the processor's cache."""
SHORTEST = 1e-12
"""Length below which a sum counts as zero; a limit, the one of torch.nn.functional.normalize."""
_SAMPLED_ROWS = 509
"""Rows from one to the next that a table is known by: a judgement, so that opening reads few."""
_IDENTITY = 0xFFFF
"""Bits that a table is known by: a judgement."""
_PIECE_BITS = 32
"""Bits of the number of a piece where it stands beside that of its text; a limit."""
_LENGTH_BYTES = 8
"""Bytes at the start of a safetensors file that hold the length of its header, by definition."""


@dataclass(frozen=True, slots=True)
class Bags:
    """The distinct pieces of texts; those of one text stand together, ascending, in the order of the texts.

    Attributes:
        counts: how many each text has, shape (texts,).
        pieces: their numbers, shape (pieces,).
        times: how often their text holds them, shape (pieces,).
    """

    counts: NDArray[np.int64]
    pieces: NDArray[np.int64]
    times: NDArray[np.int64]

    def at(self, texts: NDArray[np.int64]) -> Bags:
        """Return the bags of some of the texts, which may come several times, shape (n,)."""
        counts = self.counts[texts]
        firsts = (np.cumsum(self.counts) - self.counts)[texts]
        places = np.repeat(firsts - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
        return Bags(counts, self.pieces[places], self.times[places])


def joined(one: Bags, other: Bags) -> Bags:
    """Return the bags of both, one behind the other."""
    return Bags(
        np.append(one.counts, other.counts), np.append(one.pieces, other.pieces), np.append(one.times, other.times)
    )


def merged(bags: Bags, owners: NDArray[np.int64], count: int) -> Bags:
    """Return the bags of `count` texts, each of which consists of the texts of several bags.

    `owners` names the text of each bag, from 0, shape (bags,).
    """
    held = np.repeat(owners, bags.counts) << _PIECE_BITS | bags.pieces
    held, places = np.unique(held, return_inverse=True)
    return Bags(*_parted(held, count), np.bincount(places, weights=bags.times, minlength=len(held)).astype(np.int64))


def _parted(held: NDArray[np.int64], count: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return how many pieces each of `count` texts has, and the pieces, from texts and pieces in one number each."""
    return np.bincount(held >> _PIECE_BITS, minlength=count), held & ((1 << _PIECE_BITS) - 1)


class StaticModel:
    """A tokenizer and a table of vectors, one row per piece.

    The folder holds `tokenizer.json` and `model.safetensors` with the tensors `embedding.rows` (int8) and
    `embedding.scales` (float16, what to multiply each row with).  The table is mapped, not read: opening is fast and
    several processes share the memory.  One object may be used from several threads.
    """

    dimensions: int
    pieces: int
    """Rows of the table."""
    identity: int
    """16 bits that another table hardly shares, so that stored pieces are taken for this one's only."""

    def __init__(self, tokenizer: Tokenizer, rows: NDArray[np.int8], scales: NDArray[np.float16]) -> None:
        """Run a table: `rows` has the shape (pieces, dimensions), `scales` the shape (pieces,).

        The tokenizer is this object's from now on, which takes over what Python does faster.
        """
        self._tokenizer = tokenizer
        self._lowers = _leaves_lowering(tokenizer)
        self._rows = rows
        self._scales = scales
        self._lengths: Vectors = np.zeros(len(rows), dtype=np.float32)  # of rows, 0 where it is not known yet
        self._latest: tuple[str, Bags] | None = None  # a question is encoded, and soon read beside passages
        self.dimensions = int(rows.shape[1])
        self.pieces = len(rows)
        self.identity = crc32(rows[::_SAMPLED_ROWS].tobytes()) & _IDENTITY

    @classmethod
    def open(cls, folder: Path) -> StaticModel:
        """Open the model in `folder`; raises ModelError if it is missing, damaged or of another kind."""
        rows, scales = _map_table(folder)
        try:
            tokenizer = Tokenizer.from_file(os.fspath(folder / "tokenizer.json"))
        except Exception as error:  # the tokenizers library raises bare Exception
            raise ModelError(str(folder), f"tokenizer.json cannot be read: {error}") from error
        tokenizer.no_padding()
        tokenizer.no_truncation()
        pieces = tokenizer.get_vocab_size(with_added_tokens=True)
        if pieces > len(rows):
            reason = f"tokenizer.json has {pieces} pieces but the table only {len(rows)} rows"
            raise ModelError(str(folder), reason)
        return cls(tokenizer, rows, scales)

    def encode(self, texts: Sequence[str]) -> Vectors:
        """Return the vectors of `texts`, shape (len(texts), dimensions), each of length one.

        A text without any known piece (empty, only punctuation, only unknown letters) gives a row of zeros:
        callers take it for "no vector".  Texts are never cut, whatever their length.
        """
        return self.unit(self.bags(texts))

    def unit(self, bags: Bags) -> Vectors:
        """Return the vectors of texts with these pieces, shape (bags, dimensions); see `encode`."""
        vectors = self.sums(bags)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, lengths, out=vectors, where=lengths > SHORTEST)
        return vectors

    def bags(self, texts: Sequence[str]) -> Bags:
        """Return the pieces of `texts`."""
        latest = self._latest
        if latest is not None and len(texts) == 1 and texts[0] == latest[0]:
            return latest[1]
        pieces: list[list[int]] = []
        first = 0
        while first < len(texts):
            last, characters = first + 1, len(texts[first])
            while last < len(texts) and characters + len(texts[last]) <= _CHARACTERS_AT_ONCE:
                characters += len(texts[last])
                last += 1
            pieces.extend(encoding.ids for encoding in self._encodings(list(texts[first:last])))
            first = last
        lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
        flat = np.fromiter(chain.from_iterable(pieces), dtype=np.int64, count=int(lengths.sum()))
        held, times = np.unique(np.repeat(np.arange(len(texts)), lengths) << _PIECE_BITS | flat, return_counts=True)
        bags = Bags(*_parted(held, len(texts)), times)
        if len(texts) == 1:
            self._latest = texts[0], bags
        return bags

    def ordered(self, text: str, most: int) -> tuple[NDArray[np.int64], list[tuple[int, int]]]:
        """Return the first `most` pieces of a text in their order, shape (n,), and where each lies in the text.

        Places are in code points, and of the text in NFC and lower case, which has as many in all but a few texts.
        """
        encoding = self._encodings([text])[0]
        return np.array(encoding.ids[:most], dtype=np.int64), encoding.offsets[:most]

    def _encodings(self, texts: list[str]) -> list[Encoding]:
        if self._lowers:
            texts = list(map(_lowered, texts))
        if len(texts) <= _FEW_TEXTS:  # the same without waking other threads
            return [self._tokenizer.encode(text, add_special_tokens=False) for text in texts]
        return self._tokenizer.encode_batch_fast(texts, add_special_tokens=False)

    def sums(self, bags: Bags) -> Vectors:
        """Return the weighted sum of the table's rows for each bag, shape (bags, dimensions)."""
        sums = np.zeros((len(bags.counts), self.dimensions), dtype=np.float32)
        weights = np.sqrt(bags.times, dtype=np.float32) * self.scales(bags.pieces)
        bounds = np.append(0, np.cumsum(bags.counts)).tolist()
        for bag, (start, end) in enumerate(pairwise(bounds)):
            for low in range(start, end, _ROWS_AT_ONCE):
                part = slice(low, min(low + _ROWS_AT_ONCE, end))
                # Not the matrix product of BLAS: its threads wait for each other wherever processors are shared.
                sums[bag] += np.einsum("r,rd->d", weights[part], self._rows[bags.pieces[part]].astype(np.float32))
        return sums

    def scales(self, pieces: NDArray[np.int64]) -> Vectors:
        """Return what the rows of `pieces` are multiplied with, shape (n,)."""
        return self._scales[pieces].astype(np.float32)

    def directions(self, pieces: NDArray[np.int64]) -> tuple[Vectors, Vectors]:
        """Return the rows of `pieces`, shape (n, dimensions), scaled to length one, and their lengths, shape (n,)."""
        rows = self._rows[pieces].astype(np.float32)
        lengths = np.linalg.norm(rows, axis=1)
        rows /= np.maximum(lengths, SHORTEST)[:, np.newaxis]
        return rows, lengths * self.scales(pieces)

    def products(self, pieces: NDArray[np.int64], vectors: Vectors) -> tuple[Vectors, Vectors]:
        """Return the rows of `pieces` before scaling, times some vectors, and their lengths.

        Args:
            pieces: shape (n,).
            vectors: shape (m, dimensions).

        Returns:
            Shapes (n, m) and (n,).
        """
        rows = self._rows[pieces].astype(np.float32)
        unknown = np.flatnonzero(self._lengths[pieces] == 0)
        self._lengths[pieces[unknown]] = np.linalg.norm(rows[unknown], axis=1)
        return rows @ vectors.T, self._lengths[pieces]


def _leaves_lowering(tokenizer: Tokenizer) -> bool:
    """Take NFC and lower case away from a tokenizer that begins with them; return whether it does.

    They are a quarter of its time. `_lowered` gives the same in a tenth of that.
    """
    if tokenizer.normalizer is None:
        return False
    stored = json.loads(tokenizer.normalizer.__getstate__())  # what pickling keeps of it
    steps = stored.get("normalizers", [])
    if [step["type"] for step in steps[:2]] != ["NFC", "Lowercase"]:
        return False
    others = normalizers.Sequence([])
    others.__setstate__(json.dumps({**stored, "normalizers": steps[2:]}).encode())
    tokenizer.normalizer = others
    return True


def _lowered(text: str) -> str:
    """Return a text in NFC and lower case, each character by itself: a sigma that ends a word is no other letter."""
    text = unicodedata.normalize("NFC", text)
    return text.lower() if "Σ" not in text else "".join(map(str.lower, text))


def _map_table(folder: Path) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """Map the rows of `model.safetensors` and their scales, read-only."""
    path = folder / "model.safetensors"
    try:
        header, first = _read_header(folder, path)
        rows = _map_tensor(folder, path, first, header[_ROWS])
        scales = _map_tensor(folder, path, first, header[_SCALES])
    except OSError as error:
        raise ModelError(str(folder), f"model.safetensors cannot be read: {error}") from error
    except (KeyError, TypeError, ValueError) as error:
        reason = f"model.safetensors does not hold {_ROWS!r} of int8 with {_SCALES!r} of float16"
        raise ModelError(str(folder), reason) from error
    if (rows.dtype.kind, scales.dtype.kind, rows.ndim) != ("i", "f", 2) or scales.shape != rows.shape[:1]:
        raise ModelError(str(folder), "model.safetensors is damaged: rows and scales do not go together")
    return rows, scales


def _read_header(folder: Path, path: Path) -> tuple[dict[str, Any], int]:
    """Return the JSON of a safetensors file, and where its numbers begin.

    The file is an 8-byte little-endian length, that many bytes of JSON, then the numbers; offsets in the JSON
    count from the first byte after it.
    """
    with path.open("rb") as file:
        length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
        if not 0 < length <= path.stat().st_size - _LENGTH_BYTES:
            raise ModelError(str(folder), "model.safetensors is damaged: its header does not fit the file")
        header = json.loads(file.read(length))
    if not isinstance(header, dict):
        raise TypeError("the header is no object")
    return header, _LENGTH_BYTES + length


def _map_tensor(folder: Path, path: Path, first: int, tensor: dict[str, Any]) -> NDArray[Any]:
    shape = tuple(int(size) for size in tensor["shape"])
    begin, end = tensor["data_offsets"]
    dtype = np.dtype(_TYPES[tensor["dtype"]]).newbyteorder("<")
    if math.prod(shape) * dtype.itemsize != end - begin or first + end > path.stat().st_size:
        raise ModelError(str(folder), "model.safetensors is damaged: the table does not fit the file")
    return np.memmap(path, dtype=dtype, mode="r", offset=first + begin, shape=shape).view(np.ndarray)
