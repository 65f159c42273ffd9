"""Trains the verifier: `python -m training.verifying.train --data DATA`; writes `qa/verification/verifier.npz`."""

from __future__ import annotations

import argparse
import json
import random
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from index.models.builtin.static import StaticModel
from training.calibration import area_under_curve
from training.verifying.examples import Labelled, Labeller
from training.verifying.model import LAYERS, WIDTH, Read, VerifierModel
from training.written import is_held_out

_SEED = 0
_BATCH = 64
_SORTED = 40
"""Batches among which pairs are sorted by length, so that little is filled up."""
_EPOCHS = 2
_WRITTEN_REPEATS = 2
"""How often what was written for this repository is shown in an epoch."""
_RATE, _DECAY, _WARM_UP, _LEAST_RATE, _STEEPEST = 1e-3, 0.02, 200, 0.02, 1.0
_ROOT = Path(__file__).parent.parent.parent


def fit(model: VerifierModel, pairs: Sequence[tuple[Read, bool]], epochs: int = _EPOCHS) -> list[dict[str, float]]:
    """Fit by cross-entropy; return the mean loss of every 200 steps."""
    chance = random.Random(_SEED)
    batches: list[list[tuple[Read, bool]]] = []
    for _ in range(epochs):
        order = chance.sample(pairs, len(pairs))
        for start in range(0, len(order), _BATCH * _SORTED):
            part = sorted(order[start : start + _BATCH * _SORTED], key=lambda one: len(one[0].pieces))
            cut = [part[low : low + _BATCH] for low in range(0, len(part), _BATCH)]
            batches += chance.sample(cut, len(cut))
    optimizer = torch.optim.AdamW(model.parameters(), lr=_RATE, weight_decay=_DECAY)
    steps = len(batches)
    warm = min(_WARM_UP, max(steps // 5, 1))

    def rate(step: int) -> float:
        return min((step + 1) / warm, max(_LEAST_RATE, (steps - step) / max(steps - warm, 1)))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimizer, rate)
    losses: list[float] = []
    log: list[dict[str, float]] = []
    started = time.monotonic()
    model.train()
    for number, batch in enumerate(batches, 1):
        logits = model([one for one, _right in batch])
        loss = nn.functional.binary_cross_entropy_with_logits(
            logits, torch.tensor([float(right) for _, right in batch])
        )
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(model.parameters(), _STEEPEST)
        optimizer.step()
        schedule.step()
        losses.append(loss.item())
        if number % 200 == 0 or number == steps:
            log.append({"step": number, "of": steps, "loss": round(float(np.mean(losses[-200:])), 4)})
            print(log[-1], round(time.monotonic() - started), flush=True)
    return log


def measured(model: VerifierModel, pairs: Sequence[tuple[Read, bool]]) -> float:
    """Return the area under the curve: right windows against wrong ones."""
    model.eval()
    with torch.no_grad():
        logits = np.concatenate(
            [model([one for one, _right in pairs[low : low + _BATCH]]).numpy() for low in range(0, len(pairs), _BATCH)]
        )
    right = np.array([right for _one, right in pairs])
    return area_under_curve(logits[right], logits[~right])


def _read(table: StaticModel, labelled: Sequence[Labelled]) -> list[tuple[Read, bool]]:
    return [(Read.of(table, one), one.right) for one in labelled]


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument(
        "--table", type=Path, default=_ROOT / "index/models/builtin", help="folder of the built-in model"
    )
    parser.add_argument("--output", type=Path, default=_ROOT / "qa/verification/verifier.npz")
    parser.add_argument("--log", type=Path, default=_ROOT / "training/verifier.json")
    parser.add_argument("--epochs", type=int, default=_EPOCHS)
    given = parser.parse_args()
    torch.manual_seed(_SEED)
    torch.set_num_threads(1)
    table = StaticModel.open(given.table)
    labeller = Labeller(table)
    reading = list(labeller.reading(given.data))
    by_passage = list(labeller.written(given.data))
    kept: list[Labelled] = []
    held_out: list[Labelled] = []
    for number, labelled in enumerate(by_passage):
        (held_out if is_held_out(number) else kept).extend(labelled)
    print(f"{len(reading):,} windows of reading sets, {len(kept):,} written, {len(held_out):,} held out", flush=True)
    shown = _read(table, reading) + _read(table, kept) * _WRITTEN_REPEATS
    model = VerifierModel(table)
    losses = fit(model, shown, given.epochs)
    result: dict[str, Any] = {
        "width": WIDTH,
        "layers": LAYERS,
        "windows": {"reading": len(reading), "written": len(kept), "held_out": len(held_out)},
        "losses": losses,
        "auroc_held_out": round(measured(model, _read(table, held_out)), 4),
    }
    weights: dict[str, Any] = model.weights()
    np.savez(given.output, **weights)
    given.log.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    print(result["auroc_held_out"])


if __name__ == "__main__":
    main()
