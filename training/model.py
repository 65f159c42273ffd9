"""The model while it is trained: a table of vectors, the weighted sum over a bag of pieces, the loss, the optimizer."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor
from torch.nn.functional import embedding_bag

from index.text.normalization import fold
from training.batches import Batch
from training.vocabulary import plain_piece

# Divides the cosines before the softmax over a batch.
TEMPERATURE = 0.05

# Standard deviation of the numbers of the table before training.  Random vectors already find texts that
# share words; pieces too rare to be trained keep that behaviour, with about the length of the trained ones.
START_DEVIATION = 0.3

# Shares of the variance of a row before training: drawn for the piece alone, for all pieces alike but for accents,
# and, in long words only, for the runs of letters in it, so that "universität" starts near "university".
OWN, FAMILY, LETTERS = 0.3, 0.3, 0.4
LONG_WORD = 7

# Share of the variance of a row before training that is its meaning, where that is known.
MEANING = 0.4
RUNS = (3, 4, 5)

# Adam's decay of squared slopes, the constant that keeps it from dividing by zero, and the longest step of a number
# in units of the learning rate.  A row that few batches use has small mean squares, hence long steps.
SQUARE_DECAY, EPSILON, LONGEST_STEP = 0.999, 1e-8, 8.0

# Below this length a sum is taken for zero.
SHORTEST = 1e-12


def starting_table(
    tokenizer: Tokenizer,
    dimensions: int,
    generator: torch.Generator,
    known: tuple[NDArray[np.int64], NDArray[np.float32]],
) -> Tensor:
    """Random rows, shape (pieces, dimensions), where pieces that look alike or mean the same are near each other.

    So "việt" and "viet" are near each other before training, and stay so where there is little to learn from.  A
    phrase starts as the sum of its words.  `known` are the pieces of known meaning with their directions, see
    `training.teacher`.
    """
    size, within_words = tokenizer.get_vocab_size(), tokenizer.get_vocab_size(with_added_tokens=False)
    pieces = [plain_piece(tokenizer.id_to_token(row) or "") for row in range(size)]
    words = pieces[:within_words]
    table = torch.zeros(size, dimensions)
    own = torch.randn(within_words, dimensions, generator=generator)
    family = _drawn_by_name([[fold(word)] for word in words], dimensions, generator)
    long = [place for place, word in enumerate(words) if len(word.strip()) >= LONG_WORD]
    runs = _drawn_by_name([_runs(fold(words[place])) for place in long], dimensions, generator)
    table[:within_words] = (own * OWN**0.5 + family * (1 - OWN) ** 0.5) * START_DEVIATION
    table[long] = (own[long] * OWN**0.5 + family[long] * FAMILY**0.5 + runs * LETTERS**0.5) * START_DEVIATION
    by_name = {word: place for place, word in enumerate(words)}
    for place in range(within_words, size):
        parts = [by_name.get(f" {word}") for word in pieces[place].split()]
        drawn = [part for part in parts if part is not None]
        table[place] = table[drawn].sum(dim=0) if drawn else torch.randn(dimensions, generator=generator)
    numbers, directions = (torch.from_numpy(part) for part in known)
    meaning = directions * (dimensions**0.5 * START_DEVIATION)
    table[numbers] = table[numbers] * (1 - MEANING) ** 0.5 + meaning * MEANING**0.5
    return table


def _runs(word: str) -> list[str]:
    bounded = f"{word} " if word.startswith(" ") else word
    return [bounded[low : low + length] for length in RUNS for low in range(len(bounded) - length + 1)]


def _drawn_by_name(names: Sequence[Sequence[str]], dimensions: int, generator: torch.Generator) -> Tensor:
    """One row per entry of `names`: the sum of one random vector per distinct name, scaled to variance one."""
    number = {name: row for row, name in enumerate(dict.fromkeys(name for group in names for name in group))}
    drawn = torch.randn(len(number), dimensions, generator=generator)
    flat = torch.tensor([number[name] for group in names for name in group])
    counts = torch.tensor([len(group) for group in names])
    sums = embedding_bag(flat, drawn, torch.cumsum(counts, 0) - counts, mode="sum")
    return sums / counts[:, None].clamp(min=1).sqrt()


@dataclass(frozen=True)
class WeightedBags:
    """Texts as rows of a sparse matrix: a piece that a text holds n times weighs the square root of n there."""

    pieces: NDArray[np.int64]
    texts: NDArray[np.int64]
    weights: NDArray[np.float32]
    count: int

    def sums(self, rows: Tensor, columns: NDArray[np.int64]) -> Tensor:
        """The weighted sums of all texts, shape (count, dimensions); `columns` are the pieces as rows of `rows`."""
        return _sparse(self.texts, columns, self.weights, self.count, len(rows)) @ rows

    def spread(self, slopes: Tensor, columns: NDArray[np.int64], rows: int) -> Tensor:
        """The slopes of `rows` table rows from those of the sums: the transposed product."""
        order = np.argsort(columns, kind="stable")
        return _sparse(columns[order], self.texts[order], self.weights[order], rows, self.count) @ slopes


def weighted(pieces: NDArray[np.int32], starts: NDArray[np.int64], size: int) -> WeightedBags:
    """Count the pieces (numbers below `size`) of each text; `starts` tells where each begins."""
    texts = np.repeat(np.arange(len(starts)), np.diff(np.append(starts, len(pieces))))
    codes, times = np.unique(texts * size + pieces, return_counts=True)
    return WeightedBags(codes % size, codes // size, np.sqrt(times, dtype=np.float32), len(starts))


def _sparse(
    rows: NDArray[np.int64], columns: NDArray[np.int64], values: NDArray[np.float32], height: int, width: int
) -> Tensor:
    """A sparse matrix from its entries sorted by row."""
    starts = np.searchsorted(rows, np.arange(height + 1)).astype(np.int32)
    parts = torch.from_numpy(starts), torch.from_numpy(columns.astype(np.int32)), torch.from_numpy(values)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Sparse CSR tensor support is in beta state")
        return torch.sparse_csr_tensor(*parts, (height, width), check_invariants=False)


def loss_and_slopes(left: Tensor, right: Tensor, same: Tensor) -> tuple[float, Tensor, Tensor]:
    """Mean of two cross-entropies, the right text picked for each left one and the reverse; and its slopes.

    Args:
        left: sums of the left texts, shape (n, dimensions).
        right: sums of their right answers, likewise.
        same: pairs that are no wrong answers though not on the diagonal, shape (n, n); left out of the softmax.
    """
    left_lengths, right_lengths = (side.norm(dim=1, keepdim=True).clamp_(min=SHORTEST) for side in (left, right))
    left, right = left / left_lengths, right / right_lengths
    own = (left * right).sum(dim=1)
    # Cosines are at most 1, so that this exponential cannot overflow; one serves both directions.
    likely = (left @ right.T).sub_(1.0).div_(TEMPERATURE).exp_().masked_fill_(same, 0.0)
    rows, columns = likely.sum(dim=1, keepdim=True), likely.sum(dim=0, keepdim=True)
    loss = ((rows.log().mean() + columns.log().mean()) / 2 - (own.mean() - 1.0) / TEMPERATURE).item()
    slopes = likely.mul_(1.0 / rows + 1.0 / columns)
    slopes.diagonal().sub_(2.0)
    slopes.div_(2 * TEMPERATURE * len(left))
    left_slopes, right_slopes = slopes @ right, slopes.T @ left
    left_slopes -= left * (left * left_slopes).sum(dim=1, keepdim=True)
    right_slopes -= right * (right * right_slopes).sum(dim=1, keepdim=True)
    return loss, left_slopes / left_lengths, right_slopes / right_lengths


class BagOfPieces:
    """The table of vectors, and its optimizer: Adam without momentum, which needs to touch used rows only."""

    def __init__(self, table: Tensor) -> None:
        """`table` has the shape (pieces, dimensions); it is changed in place."""
        self.table = table
        self._square = torch.zeros_like(table)
        self._last = torch.zeros(len(table), 1)
        self._now = 0

    def step(self, batch: Batch, learning_rate: float) -> float:
        """Learn from `batch`; returns its loss."""
        left = weighted(batch.left, batch.left_starts, len(self.table))
        right = weighted(batch.right, batch.right_starts, len(self.table))
        used, columns = np.unique(np.concatenate([left.pieces, right.pieces]), return_inverse=True)
        left_columns, right_columns = columns[: len(left.pieces)], columns[len(left.pieces) :]
        numbers = torch.from_numpy(used)
        rows = self.table[numbers]
        left_keys, right_keys = torch.from_numpy(batch.left_keys), torch.from_numpy(batch.right_keys)
        same = (left_keys[:, None] == left_keys) | (right_keys[:, None] == right_keys)
        same.fill_diagonal_(False)
        loss, left_slopes, right_slopes = loss_and_slopes(
            left.sums(rows, left_columns), right.sums(rows, right_columns), same
        )
        slopes = left.spread(left_slopes, left_columns, len(rows))
        slopes += right.spread(right_slopes, right_columns, len(rows))
        self._learn(numbers, rows, slopes, learning_rate)
        return loss

    def _learn(self, numbers: Tensor, rows: Tensor, slopes: Tensor, learning_rate: float) -> None:
        """Move `rows`, those of the table with these `numbers`, down their `slopes`."""
        self._now += 1
        decay = SQUARE_DECAY ** (self._now - self._last[numbers])
        square = self._square[numbers].mul_(decay).addcmul_(slopes, slopes, value=1 - SQUARE_DECAY)
        self._square[numbers], self._last[numbers] = square, float(self._now)
        deviation = square.div_(1 - SQUARE_DECAY**self._now).sqrt_().add_(EPSILON)
        self.table[numbers] = rows.sub_(slopes.div_(deviation).clamp_(-LONGEST_STEP, LONGEST_STEP), alpha=learning_rate)
