"""The model while it is trained: a table of vectors, the mean over a bag of pieces, and the loss."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn.functional import cross_entropy, normalize

from index.normalization import fold
from training.batches import Batch

# Divides the cosines before the softmax over a batch.
TEMPERATURE = 0.05

# Standard deviation of the numbers of the table before training.  Random vectors already find texts that
# share words; pieces too rare to be trained keep that behaviour, with about the length of the trained ones.
START_DEVIATION = 0.3


def starting_table(pieces: Sequence[str], dimensions: int, generator: torch.Generator) -> Tensor:
    """Random rows, shape (len(pieces), dimensions); pieces alike but for accents share half the variance.

    So "việt" and "viet" are near each other before training, and stay so where there is little to learn from.
    """
    families = list(dict.fromkeys(map(fold, pieces)))
    number = {family: row for row, family in enumerate(families)}
    shared = torch.randn(len(families), dimensions, generator=generator)
    own = torch.randn(len(pieces), dimensions, generator=generator)
    rows = torch.tensor([number[fold(piece)] for piece in pieces])
    return (own + shared[rows]) * (START_DEVIATION / 2**0.5)


class BagOfPieces(nn.Module):
    """The table of vectors and the mean of its rows over a bag of pieces."""

    def __init__(self, table: Tensor) -> None:
        """`table` has the shape (pieces, dimensions)."""
        super().__init__()
        self.bag = nn.EmbeddingBag(table.shape[0], table.shape[1], mode="mean", _weight=table)

    def forward(self, batch: Batch) -> Tensor:
        """Mean of two cross-entropies: the right side picked for each left side, and the reverse.

        Pairs that share a text with the row's own pair are no wrong answers and are left out of the softmax.
        """
        left = normalize(self.bag(torch.from_numpy(batch.left), torch.from_numpy(batch.left_starts)))
        right = normalize(self.bag(torch.from_numpy(batch.right), torch.from_numpy(batch.right_starts)))
        cosines = left @ right.T / TEMPERATURE
        left_keys, right_keys = torch.from_numpy(batch.left_keys), torch.from_numpy(batch.right_keys)
        same = (left_keys[:, None] == left_keys[None, :]) | (right_keys[:, None] == right_keys[None, :])
        same.fill_diagonal_(False)
        cosines = cosines.masked_fill(same, float("-inf"))
        own = torch.arange(len(cosines))
        return (cross_entropy(cosines, own) + cross_entropy(cosines.T, own)) / 2
