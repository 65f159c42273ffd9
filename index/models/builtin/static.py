"""Static embeddings: the vector of a text is the weighted sum of its pieces' table rows, scaled to length one.

A piece that a text holds n times weighs the square root of n: repetition counts, but not n times as much.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import ModelError

_ROWS, _SCALES = "embedding.rows", "embedding.scales"
_TYPES: dict[str, type[np.int8] | type[np.float16]] = {"I8": np.int8, "F16": np.float16}

_CHARACTERS_AT_ONCE = 1 << 20
"""Characters given to the tokenizer at once; a limit on memory."""
_ROWS_AT_ONCE = 1 << 9
"""Rows of the table that are added up at once; a limit, so that they stay in the processor's cache."""
_SHORTEST = 1e-12
"""Length below which a sum counts as zero; a limit, the one of torch.nn.functional.normalize."""
_LENGTH_BYTES = 8
"""Bytes at the start of a safetensors file that hold the length of its header, by definition."""


class StaticModel:
    """A tokenizer and a table of vectors, one row per piece.

    The folder holds `tokenizer.json` and `model.safetensors` with the tensors `embedding.rows` (int8) and
    `embedding.scales` (float16, what to multiply each row with).  The table is mapped, not read: opening is fast and
    several processes share the memory.  One object may be used from several threads.
    """

    dimensions: int

    def __init__(self, tokenizer: Tokenizer, rows: NDArray[np.int8], scales: NDArray[np.float16]) -> None:
        """Run a table: `rows` has the shape (pieces, dimensions), `scales` the shape (pieces,)."""
        self._tokenizer = tokenizer
        self._rows = rows
        self._scales = scales
        self.dimensions = int(rows.shape[1])

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

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return the vectors of `texts`, shape (len(texts), dimensions), each of length one.

        A text without any known piece (empty, only punctuation, only unknown letters) gives a row of zeros:
        callers take it for "no vector".  Texts are never cut, whatever their length.
        """
        vectors = np.zeros((len(texts), self.dimensions), dtype=np.float32)
        first = 0
        while first < len(texts):
            last, characters = first + 1, len(texts[first])
            while last < len(texts) and characters + len(texts[last]) <= _CHARACTERS_AT_ONCE:
                characters += len(texts[last])
                last += 1
            encodings = self._tokenizer.encode_batch_fast(list(texts[first:last]), add_special_tokens=False)
            self._add_up([encoding.ids for encoding in encodings], vectors[first:last])
            first = last
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        np.divide(vectors, lengths, out=vectors, where=lengths > _SHORTEST)
        return vectors

    def pieces(self, texts: Sequence[str]) -> list[NDArray[np.int64]]:
        """Return the distinct numbers of each text's pieces, ascending."""
        encodings = self._tokenizer.encode_batch_fast(list(texts), add_special_tokens=False)
        return [np.unique(np.array(encoding.ids, dtype=np.int64)) for encoding in encodings]

    def directions(self, pieces: NDArray[np.int64]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return the rows of `pieces`, shape (n, dimensions), scaled to length one, and their lengths, shape (n,)."""
        rows = self._rows[pieces].astype(np.float32)
        lengths = np.linalg.norm(rows, axis=1)
        rows /= np.maximum(lengths, _SHORTEST)[:, np.newaxis]
        return rows, lengths * self._scales[pieces].astype(np.float32)

    def _add_up(self, pieces: Sequence[Sequence[int]], sums: NDArray[np.float32]) -> None:
        """Add the weighted rows of each list of piece numbers to `sums`, shape (len(pieces), dimensions)."""
        lengths = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
        flat = np.fromiter(chain.from_iterable(pieces), dtype=np.int64, count=int(lengths.sum()))
        held = np.repeat(np.arange(len(pieces)), lengths) * len(self._rows) + flat
        held, times = np.unique(held, return_counts=True)
        texts, numbers = np.divmod(held, len(self._rows))
        weights = np.sqrt(times, dtype=np.float32) * self._scales[numbers].astype(np.float32)
        for low in range(0, len(held), _ROWS_AT_ONCE):
            part = slice(low, low + _ROWS_AT_ONCE)
            distinct, places = np.unique(numbers[part], return_inverse=True)
            owners, lines = np.unique(texts[part], return_inverse=True)
            matrix = np.zeros((len(owners), len(distinct)), dtype=np.float32)
            matrix[lines, places] = weights[part]
            # Not the matrix product of BLAS: its threads wait for each other wherever processors are shared.
            sums[owners] += np.einsum("tr,rd->td", matrix, self._rows[distinct].astype(np.float32))


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
