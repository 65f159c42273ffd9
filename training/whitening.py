"""The last step: directions in which all vectors vary much are shrunk a little, the others stretched.

A sum of table rows is linear, so that doing it to the rows does it to the vectors of all texts.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import normalize

from training.corpus import TrainingCorpus
from training.model import weighted

# 0 changes nothing, 1 makes the vectors vary as much in every direction.
STRENGTH = 0.25

# Passages of articles, and translated sentences with their translations, that the variance is taken from.
TEXTS = 12_000
PASSAGE_SENTENCES = 5


def whiten(table: NDArray[np.float32], corpus: TrainingCorpus, random: np.random.Generator) -> NDArray[np.float32]:
    """`table` with the variance of text vectors evened out."""
    bags = [bag for bag in _bags(corpus, random) if len(bag)]
    together = weighted(np.concatenate(bags), np.cumsum([0, *map(len, bags[:-1])]), len(table))
    vectors = normalize(together.sums(torch.from_numpy(table), together.pieces)).numpy()
    variance, directions = np.linalg.eigh((vectors.T @ vectors / len(vectors)).astype(np.float64))
    factors = (variance / variance.mean()) ** (-STRENGTH / 2)
    changed: NDArray[np.float32] = (table @ ((directions * factors) @ directions.T)).astype(np.float32)
    return changed


def _bags(corpus: TrainingCorpus, random: np.random.Generator) -> list[NDArray[np.int32]]:
    bags: list[NDArray[np.int32]] = []
    for row in random.permutation(len(corpus.articles))[:TEXTS]:
        begin, end = corpus.articles[row].body
        first = int(random.integers(begin, end))
        bags.append(corpus.accented.span(first, min(end, first + PASSAGE_SENTENCES)))
    for pair in random.permutation(corpus.pairs["parallel"])[:TEXTS]:
        bags.extend(corpus.accented.span(int(segment), int(segment) + 1) for segment in pair)
    return bags
