"""Fits a `qa.network.Network` with torch: the right rows of a question win, or each row gets its likelihood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from qa.evidence.network import FARTHEST, Network

_LEAST_SCALE = 0.05
"""A feature that hardly varies in training is not blown up where it does."""


@dataclass(frozen=True, slots=True)
class Fit:
    """How a network is fitted."""

    units: int
    epochs: int
    batch: int
    rate: float
    decay: float
    seed: int = 0


def fit_by_question(
    names: Sequence[str], questions: Sequence[NDArray[np.float32]], right: Sequence[NDArray[np.bool_]], fit: Fit
) -> Network:
    """Fit so that the right rows of each question get the most of a softmax over its rows.

    Args:
        names: of the features.
        questions: features of each question's rows, shape (rows, features) each.
        right: which rows are right, shape (rows,) each; at least one in each question.
        fit: how.
    """

    def loss(model: _Model, chosen: NDArray[np.int64]) -> Tensor:
        rows = torch.from_numpy(np.concatenate([questions[one] for one in chosen]))
        hits = torch.from_numpy(np.concatenate([right[one] for one in chosen]))
        owner = torch.repeat_interleave(
            torch.arange(len(chosen)), torch.tensor([len(questions[one]) for one in chosen])
        )
        scores = model(rows)
        highest = torch.full((len(chosen),), -1e9).scatter_reduce(0, owner, scores.detach(), "amax")
        likely = torch.exp(scores - highest[owner])
        everything = torch.zeros(len(chosen)).index_add(0, owner, likely)
        correct = torch.zeros(len(chosen)).index_add(0, owner, likely * hits)
        return (torch.log(everything) - torch.log(correct + 1e-9)).mean()

    return _train(names, np.concatenate(list(questions)), len(questions), loss, fit)


def fit_likelihood(
    names: Sequence[str],
    rows: NDArray[np.float32],
    right: NDArray[np.bool_],
    weights: NDArray[np.float64],
    units: int,
    penalty: float,
    seed: int = 0,
) -> Network:
    """Fit so that the logistic function of the output is how likely a row is right.

    Args:
        names: of the features.
        rows: shape (rows, features).
        right: which rows are right, shape (rows,).
        weights: how much each row counts, shape (rows,).
        units: hidden ones.
        penalty: on the mean loss, times the squares of all weights that are no bias.
        seed: of the hidden weights at the start.
    """
    torch.manual_seed(seed)
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), _LEAST_SCALE)
    model = _Model(mean, scale, units)
    nn.init.zeros_(model.direct.weight)
    inputs, wanted = torch.from_numpy(rows), torch.from_numpy(right.astype(np.float32))
    shares = torch.from_numpy((weights / weights.sum()).astype(np.float32))
    penalised = [model.direct.weight, model.hidden.weight, model.output.weight]
    optimizer = torch.optim.LBFGS(model.parameters(), max_iter=400, history_size=20, line_search_fn="strong_wolfe")

    def closure() -> Tensor:
        optimizer.zero_grad()
        losses = nn.functional.binary_cross_entropy_with_logits(model(inputs), wanted, reduction="none")
        cost: Tensor = shares @ losses + penalty * torch.stack([part.pow(2).sum() for part in penalised]).sum()
        cost.backward()  # type: ignore[no-untyped-call]
        return cost

    optimizer.step(closure)  # type: ignore[no-untyped-call]
    return _network(names, model)


class _Model(nn.Module):
    def __init__(self, mean: NDArray[np.float32], scale: NDArray[np.float32], units: int) -> None:
        super().__init__()
        self.mean, self.scale = torch.from_numpy(mean), torch.from_numpy(scale)
        self.direct = nn.Linear(len(mean), 1)
        self.hidden = nn.Linear(len(mean), units)
        self.output = nn.Linear(units, 1, bias=False)

    def forward(self, rows: Tensor) -> Tensor:
        inputs = torch.clamp((rows - self.mean) / self.scale, -FARTHEST, FARTHEST)
        result: Tensor = (self.direct(inputs) + self.output(torch.relu(self.hidden(inputs))))[:, 0]
        return result


def _train(
    names: Sequence[str],
    rows: NDArray[np.float32],
    examples: int,
    loss: Callable[[_Model, NDArray[np.int64]], Tensor],
    fit: Fit,
) -> Network:
    torch.manual_seed(fit.seed)
    order = np.random.default_rng(fit.seed)
    mean, scale = rows.mean(axis=0), np.maximum(rows.std(axis=0), _LEAST_SCALE)
    model = _Model(mean, scale, fit.units)
    optimizer = torch.optim.AdamW(model.parameters(), lr=fit.rate, weight_decay=fit.decay)
    steps = fit.epochs * -(-examples // fit.batch)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, fit.rate, total_steps=steps)
    for _epoch in range(fit.epochs):
        shuffled = order.permutation(examples)
        for start in range(0, examples, fit.batch):
            optimizer.zero_grad()
            loss(model, shuffled[start : start + fit.batch]).backward()  # type: ignore[no-untyped-call]
            optimizer.step()
            schedule.step()

    return _network(names, model)


def _network(names: Sequence[str], model: _Model) -> Network:
    def array(parameter: Tensor) -> NDArray[np.float64]:
        return parameter.detach().numpy().astype(np.float64)

    return Network(
        names=tuple(names),
        mean=array(model.mean),
        scale=array(model.scale),
        direct=array(model.direct.weight)[0],
        hidden=array(model.hidden.weight),
        hidden_bias=array(model.hidden.bias),
        output=array(model.output.weight)[0],
        bias=float(model.direct.bias.detach()[0]),
    )
