"""The verifier as torch trains it; `qa.verification.verifier` runs the same with numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from index.models.builtin.static import StaticModel
from index.models.encoder import Vectors
from qa.verification.pairs import OVERALL, QUESTION_PIECES, SEEN, TEXT_PIECES, Pair, read_pair
from qa.verification.verifier import HEADS
from training.verifying.examples import Labelled

WIDTH, LAYERS, HIDDEN = 192, 2, 128
_DROPPED = 0.15
"""Share of the numbers that are left out at random in training."""


@dataclass(frozen=True, slots=True)
class Read:
    """A pair without the rows of its pieces, which are looked up anew in every batch; `seen` in 16 bits."""

    asked: int
    pieces: np.ndarray
    seen: np.ndarray
    overall: Vectors

    @classmethod
    def of(cls, model: StaticModel, one: Labelled) -> Read:
        """Read a pair."""
        pair: Pair = read_pair(model, one.question, one.title, one.text)
        return cls(pair.asked, pair.pieces.astype(np.int32), pair.seen.astype(np.float16), pair.overall)


class _Layer(nn.Module):
    def __init__(self, width: int) -> None:
        super().__init__()
        self.before_attention, self.before_wide = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention, self.attended = nn.Linear(width, 3 * width), nn.Linear(width, width)
        self.wide, self.narrow = nn.Linear(width, 2 * width), nn.Linear(2 * width, width)
        self.drop = nn.Dropout(_DROPPED)

    def forward(self, states: Tensor, there: Tensor) -> Tensor:
        pairs, count, width = states.shape
        joined = self.attention(self.before_attention(states)).view(pairs, count, 3, HEADS, width // HEADS)
        queries, keys, values = joined.permute(2, 0, 3, 1, 4)
        taken = nn.functional.scaled_dot_product_attention(queries, keys, values, attn_mask=there[:, None, None])
        states = states + self.drop(self.attended(taken.transpose(1, 2).reshape(pairs, count, width)))
        inner = torch.relu(self.wide(self.before_wide(states)))
        result: Tensor = states + self.drop(self.narrow(inner))
        return result


class VerifierModel(nn.Module):
    """Parameters have the names that the weights of `Verifier` have, but for "layers." before those of a layer."""

    def __init__(self, model: StaticModel, width: int = WIDTH, layers: int = LAYERS) -> None:
        """Begin at random, over the table of `model`."""
        super().__init__()
        self._model = model
        self.directions, self.seen = nn.Linear(model.dimensions, width), nn.Linear(SEEN, width)
        self.kinds = nn.Parameter(torch.zeros(2, width))
        self.places = nn.Parameter(torch.randn(QUESTION_PIECES + TEXT_PIECES, width) * 0.02)
        self.whole = nn.Parameter(torch.randn(width) * 0.02)
        self.layers = nn.ModuleList(_Layer(width) for _ in range(layers))
        self.hidden, self.output = nn.Linear(3 * width + OVERALL, HIDDEN), nn.Linear(HIDDEN, 1)
        self.drop = nn.Dropout(_DROPPED)

    def forward(self, pairs: Sequence[Read]) -> Tensor:
        """Return the logits, shape (pairs,)."""
        asked = max(max(one.asked for one in pairs), 1)
        count = asked + max(max(len(one.pieces) - one.asked for one in pairs), 1)
        pieces = np.zeros((len(pairs), count), dtype=np.int64)
        seen = np.zeros((len(pairs), count, SEEN), dtype=np.float32)
        there = np.zeros((len(pairs), count), dtype=bool)
        for row, one in enumerate(pairs):
            for begin, part in ((0, slice(0, one.asked)), (asked, slice(one.asked, None))):
                own = slice(begin, begin + len(one.pieces[part]))
                pieces[row, own], seen[row, own], there[row, own] = one.pieces[part], one.seen[part], True
        distinct, where = np.unique(pieces, return_inverse=True)
        table = self.directions(torch.from_numpy(self._model.directions(distinct)[0]))
        kinds = self.kinds[torch.arange(count).ge(asked).long()]
        places = self.places[torch.cat([torch.arange(asked), torch.arange(count - asked) + QUESTION_PIECES])]
        states = table[torch.from_numpy(where.reshape(pieces.shape))] + self.seen(torch.from_numpy(seen))
        states = self.drop(states + kinds + places)
        states = torch.cat([self.whole.expand(len(pairs), 1, -1), states], dim=1)
        held = torch.from_numpy(there)
        with_whole = torch.cat([torch.ones(len(pairs), 1, dtype=torch.bool), held], dim=1)
        for layer in self.layers:
            states = layer(states, with_whole)
        question, of_question = states[:, 1 : asked + 1], held[:, :asked, None]
        text, of_text = states[:, asked + 1 :], held[:, asked:, None]
        mean = (question * of_question).sum(dim=1) / of_question.sum(dim=1).clamp_min(1)
        highest = text.masked_fill(~of_text, -1e4).amax(dim=1) * of_text.any(dim=1)
        overall = torch.from_numpy(np.stack([one.overall for one in pairs]))
        said = self.drop(torch.cat([states[:, 0], mean, highest, overall], dim=1))
        result: Tensor = self.output(torch.relu(self.hidden(said)))[:, 0]
        return result

    def weights(self) -> dict[str, np.ndarray]:
        """Return the parameters in 16 bits, as `Verifier` reads them."""
        return {
            name.removeprefix("layers."): value.detach().numpy().astype(np.float16)
            for name, value in self.named_parameters()
        }
