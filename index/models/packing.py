"""Linear layers in the layout that a processor multiplies fastest, with the same results to rounding.

Nearly all of a transformer's time goes into its linear layers. PyTorch multiplies float32 matrices with MKL, which uses
half of what processors of AMD can do; its other library, oneDNN, uses all of it, and faster still when the weights are
reordered once. What compiled models do by default is done here to a model as it is loaded.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

LEAST_ROWS = 8
"""Rows are filled up to a multiple of this, or of an eighth of the power of two below them: a judgement.

oneDNN makes code for each number of rows, which takes half a millisecond and 0.6 MB (measured), and keeps it.
"""
_MOST_FILLED = 128
"""The largest step, a judgement: filling up copies all rows, so batches of some thousand should need none."""
_EIGHTH = 4
"""Binary digits by which the step is shorter than the number of rows, by definition of an eighth."""
_TRIAL_ROWS = 32
"""Rows, about those of a question, with which the two ways are compared: a judgement."""
_TRIALS = 7
"""Times that each way is tried, of which the quickest counts: a judgement."""
_SAME = 1e-4
"""Largest difference of a product of standard normal numbers that counts as rounding: a judgement."""


def pack_linear_layers(network: Any) -> bool:
    """Reorder the weights of the linear layers of a torch module, where that is faster on this processor.

    Returns whether it was done. The layers can be used for inference only.
    """
    import torch  # comes with sentence-transformers, and like it takes seconds to import

    onednn: Any = torch.backends.mkldnn
    layers: list[Any] = [
        layer
        for layer in network.modules()
        if type(layer) is torch.nn.Linear and layer.weight.dtype == torch.float32 and layer.weight.device.type == "cpu"
    ]
    if not layers or not onednn.is_available():
        return False
    # One thread: a process that has calculated with several cannot be forked into workers that do so too.
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with torch.inference_mode():
            if not _is_better(torch, max(layers, key=lambda layer: int(layer.weight.numel()))):
                return False
            for layer in layers:
                _pack(torch, layer)
    except (AttributeError, RuntimeError):  # this version of torch, or this processor, does not offer it
        return False
    finally:
        torch.set_num_threads(threads)
    return True


def filled_up(rows: int) -> int:
    """Return the number of rows to multiply for so many that are wanted."""
    step = min(max(LEAST_ROWS, 1 << max((rows - 1).bit_length() - _EIGHTH, 0)), _MOST_FILLED)
    return -(-rows // step) * step


def _reordered(torch: Any, layer: Any) -> Any:
    return torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach(), _TRIAL_ROWS)


def _pack(torch: Any, layer: Any) -> None:
    weight = _reordered(torch, layer)
    layer.forward = _product(torch, weight, layer.bias)
    layer.weight = torch.nn.Parameter(weight, requires_grad=False)  # lets go of the one in the usual order


def _product(torch: Any, weight: Any, bias: Any) -> Callable[[Any], Any]:
    """Return a function from a tensor, shape (..., inputs), to its product with reordered weights."""
    outputs, inputs = weight.shape
    multiply = torch.ops.mkldnn._linear_pointwise

    def forward(values: Any) -> Any:
        rows = values.reshape(-1, inputs)
        wanted = len(rows)
        if wanted != filled_up(wanted):
            given, rows = rows, rows.new_empty((filled_up(wanted), inputs))
            rows[:wanted] = given
            rows[wanted:] = 0.0
        return multiply(rows, weight, bias, "none", [], "")[:wanted].view(*values.shape[:-1], outputs)

    return forward


def _is_better(torch: Any, layer: Any) -> bool:
    """Whether the reordered weights give the same product in less time."""
    values = torch.randn(_TRIAL_ROWS, layer.in_features, generator=torch.Generator().manual_seed(0))
    packed = _product(torch, _reordered(torch, layer), layer.bias)
    if not torch.allclose(packed(values), layer(values), atol=_SAME):
        return False
    return _seconds(packed, values) < _seconds(layer, values)


def _seconds(function: Callable[[Any], Any], values: Any) -> float:
    """Return the least processor time of a few calls."""

    def once() -> float:
        started = time.process_time()
        function(values)
        return time.process_time() - started

    return min(once() for _ in range(_TRIALS))
