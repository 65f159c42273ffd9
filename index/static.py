"""Static embeddings: the vector of a text is the mean of its pieces' table rows, scaled to length one."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer

from index.errors import ModelError

_TENSOR = "embedding.weight"
_TYPES: dict[str, type[np.float16] | type[np.float32]] = {"F16": np.float16, "F32": np.float32}

# Bounds on what is held in memory at once: characters given to the tokenizer, and table rows gathered (few
# enough to stay in the processor's cache).
_CHARACTERS_AT_ONCE = 1 << 20
_ROWS_AT_ONCE = 1 << 10

# Below this length a mean is taken for zero; the same guard as torch.nn.functional.normalize.
_SHORTEST = 1e-12


class StaticModel:
    """A tokenizer and a table of vectors, one row per piece, in the folder format of sentence-transformers.

    The folder holds `tokenizer.json` and `model.safetensors` with the tensor `embedding.weight`.  The table
    is mapped, not read: opening is fast and several processes share the memory.  One object may be used from
    several threads.
    """

    dimensions: int

    def __init__(self, tokenizer: Tokenizer, table: NDArray[np.float16 | np.float32]) -> None:
        """`table` has the shape (pieces, dimensions)."""
        self._tokenizer = tokenizer
        self._table = table
        self.dimensions = int(table.shape[1])

    @classmethod
    def open(cls, folder: Path) -> StaticModel:
        """Open the model in `folder`; raises ModelError if it is missing, damaged or of another kind."""
        table = _map_table(folder)
        try:
            tokenizer = Tokenizer.from_file(os.fspath(folder / "tokenizer.json"))
        except Exception as error:  # the tokenizers library raises bare Exception
            raise ModelError(str(folder), f"tokenizer.json cannot be read: {error}") from error
        tokenizer.no_padding()
        tokenizer.no_truncation()
        pieces = tokenizer.get_vocab_size(with_added_tokens=True)
        if pieces > table.shape[0]:
            reason = f"tokenizer.json has {pieces} pieces but the table only {table.shape[0]} rows"
            raise ModelError(str(folder), reason)
        return cls(tokenizer, table)

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
        rows = self._table[pieces].astype(np.float32)
        lengths = np.linalg.norm(rows, axis=1)
        rows /= np.maximum(lengths, _SHORTEST)[:, np.newaxis]
        return rows, lengths

    def _add_up(self, pieces: Sequence[Sequence[int]], means: NDArray[np.float32]) -> None:
        """Write the mean row of each list of piece numbers to `means`, shape (len(pieces), dimensions)."""
        counts = np.fromiter(map(len, pieces), dtype=np.int64, count=len(pieces))
        filled = np.flatnonzero(counts)
        flat = np.fromiter(chain.from_iterable(pieces), dtype=np.int64, count=int(counts.sum()))
        starts = np.cumsum(counts[filled]) - counts[filled]
        for low in range(0, len(flat), _ROWS_AT_ONCE):
            distinct, places = np.unique(flat[low : low + _ROWS_AT_ONCE], return_inverse=True)
            rows = self._table[distinct].astype(np.float32)[places]  # widening float16 is the slow part
            begin = int(np.searchsorted(starts, low, side="right")) - 1
            end = int(np.searchsorted(starts, low + len(rows), side="left"))
            means[filled[begin:end]] += np.add.reduceat(rows, np.maximum(starts[begin:end] - low, 0), axis=0)
        means[filled] /= counts[filled, np.newaxis].astype(np.float32)


def _map_table(folder: Path) -> NDArray[np.float16 | np.float32]:
    """Map the tensor `embedding.weight` of `model.safetensors`, read-only.

    The file is an 8-byte little-endian length, that many bytes of JSON, then the numbers; offsets in the JSON
    count from the first byte after it.
    """
    path = folder / "model.safetensors"
    try:
        with path.open("rb") as file:
            header_bytes = int.from_bytes(file.read(8), "little")
            if not 0 < header_bytes <= path.stat().st_size - 8:
                raise ModelError(str(folder), "model.safetensors is damaged: its header does not fit the file")
            header = json.loads(file.read(header_bytes))
        tensor = header[_TENSOR]
        rows, columns = tensor["shape"]
        begin, end = tensor["data_offsets"]
        dtype = np.dtype(_TYPES[tensor["dtype"]]).newbyteorder("<")
        if rows * columns * dtype.itemsize != end - begin or 8 + header_bytes + end > path.stat().st_size:
            raise ModelError(str(folder), "model.safetensors is damaged: the table does not fit the file")
        table = np.memmap(path, dtype=dtype, mode="r", offset=8 + header_bytes + begin, shape=(rows, columns))
        return table.view(np.ndarray)
    except OSError as error:
        raise ModelError(str(folder), f"model.safetensors cannot be read: {error}") from error
    except (KeyError, TypeError, ValueError) as error:
        raise ModelError(str(folder), f"model.safetensors holds no table {_TENSOR!r} of float16 or float32") from error
