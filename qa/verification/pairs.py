"""A question and a short text as the verifier reads them: the pieces of both in order, and what is seen of each."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from index.models.builtin.static import StaticModel
from index.models.encoder import Vectors

QUESTION_PIECES, TEXT_PIECES = 32, 120
"""Pieces of each that are read, the first ones: a limit on time, few questions and quotations have more."""
_NEAR = 0.6
"""Cosine below which nothing of the other side is near a piece, as in `qa.evidence.meaning`: a judgement."""
_LEAST = 1e-6
"""Limit below which a sum is not divided by."""
TITLE_END = ". "
"""What stands between the title of an article and the text, by definition."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A question and a text.

    Attributes:
        asked: how many pieces are the question's; the others are the text's.
        pieces: their numbers, shape (pieces,).
        directions: the rows of the built-in model's table, scaled to length one, shape (pieces, dimensions).
        seen: what is seen of each piece, shape (pieces, SEEN).
        overall: how the whole question is matched, shape (OVERALL,).
    """

    asked: int
    pieces: NDArray[np.int64]
    directions: Vectors
    seen: Vectors
    overall: Vectors


SEEN, OVERALL = 12, 6
"""Numbers for each piece and for each pair, by definition: see `read_pair`."""


def read_pair(model: StaticModel, question: str, title: str, text: str) -> Pair:
    """Return what is read of a question and of a text below its title, if it has one.

    Of each piece is seen: the highest cosine with a piece of the other side, the same cubed, whether the other side
    has the piece itself, the highest cosines of its two neighbours to each side, its importance beside the most
    important piece's, whether it holds a digit, whether it begins with a capital, its importance, and importance times
    cosine. Importance is the length of its row in the table. Of the pair: the mean cosine of the question's pieces by
    importance, the same cubed, the share without a near piece, the share that the text holds, and the logarithms of the
    numbers of pieces.
    """
    asked, asked_flags = _pieces(model, question, QUESTION_PIECES)
    answering, answering_flags = _pieces(model, f"{title}{TITLE_END}{text}" if title else text, TEXT_PIECES)
    pieces = np.append(asked, answering)
    directions, importance = model.directions(pieces)
    count = len(asked)
    if not count or not len(answering):
        nothing = np.zeros((len(pieces), SEEN), dtype=np.float32), np.zeros(OVERALL, dtype=np.float32)
        return Pair(count, pieces, directions, *nothing)
    cosines = directions[:count] @ directions[count:].T
    same = asked[:, np.newaxis] == answering
    best = np.append(cosines.max(axis=1), cosines.max(axis=0))
    held = np.append(same.any(axis=1), same.any(axis=0))
    share = importance / max(float(importance.max()), _LEAST)
    neighbours = [_shifted(best, steps) for steps in (1, -1, 2, -2)]
    flags = np.concatenate([asked_flags, answering_flags])
    seen = [best, best**3, held, *neighbours, share, flags[:, 0], flags[:, 1], np.log1p(importance), share * best]
    weights = importance[:count] / max(float(importance[:count].sum()), _LEAST)
    own = best[:count]
    overall = [
        own @ weights,
        own**3 @ weights,
        (own < _NEAR) @ weights,
        held[:count] @ weights,
        np.log1p(len(answering)),
        np.log1p(count),
    ]
    return Pair(
        count, pieces, directions, np.stack(seen, axis=1, dtype=np.float32), np.array(overall, dtype=np.float32)
    )


def _pieces(model: StaticModel, text: str, most: int) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the first pieces of a text, and of each whether it holds a digit and whether it begins with a capital."""
    pieces, spans = model.ordered(text, most)
    parts = [text[start:end] for start, end in spans]
    flags = [(any(map(str.isdigit, part)), part.strip()[:1].isupper()) for part in parts]
    return pieces, np.array(flags, dtype=bool).reshape(-1, 2)


def _shifted(values: Vectors, steps: int) -> Vectors:
    """Return the values of the pieces so many places before, 0 where there is none."""
    moved = np.zeros_like(values)
    if steps > 0:
        moved[steps:] = values[:-steps]
    else:
        moved[:steps] = values[-steps:]
    return moved
