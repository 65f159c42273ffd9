"""Linear layers in the layout and the numbers that a processor multiplies fastest.

Nearly all of a transformer's time goes into its linear layers. PyTorch multiplies float32 matrices with MKL, which uses
half of what processors of AMD can do; its other library, oneDNN, uses all of it, and faster still when the weights are
reordered once. What compiled models do by default is done here to a model as it is loaded.

Processors with instructions for bfloat16, float32 with 8 binary digits instead of 24, multiply it twice as fast, and
its weights take half the memory. Only the factors of a product are rounded to it and the product itself: sums, norms
and attention stay float32, and with them a vector's cosine to the original above 0.9999. But a last digit that differs
with the batch may turn a rounding, so a text's vector is the same to three decimal places only. So it has to be asked
for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

_LEAST_ROWS = 4
"""Rows are filled up to a multiple of this, or of an eighth of the power of two below them: a judgement.

oneDNN makes code for each number of rows, which takes half a millisecond and 0.6 MB (measured), and keeps it.
"""
_MOST_FILLED = 128
"""The largest step, a judgement: filling up copies all rows, so batches of some thousand should need none."""
_EIGHTH = 4
"""Binary digits by which the step is shorter than the number of rows, by definition of an eighth."""
_TRIAL_ROWS = 32
"""Rows, about those of a question, with which the ways are compared: a judgement."""
_TRIALS = 7
"""Times that each way is tried, of which the quickest counts: a judgement."""
_ROUNDING = {"bfloat16": 2e-2, "float32": 1e-4}
"""The numbers to try, with the largest difference, as a share of a product's largest number, that counts as rounding.

Judgements; a number of bfloat16 is off by up to 0.4 percent.
"""


def pack_linear_layers(network: Any, *, bfloat16: bool = False) -> bool:
    """Reorder the weights of the linear layers of a torch module, where that is faster on this processor.

    Returns whether it was done. The results stay the same to rounding of float32, with `bfloat16` to that of bfloat16.
    The layers can be used for inference only.
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
            names = [name for name in _ROUNDING if name == "float32" or bfloat16]
            fastest = _fastest(torch, max(layers, key=lambda layer: int(layer.weight.numel())), names)
            if fastest is None:
                return False
            for layer in layers:
                _pack(torch, layer, fastest)
    finally:
        torch.set_num_threads(threads)
    return True


def filled_up(rows: int) -> int:
    """Return the number of rows to multiply for so many that are wanted."""
    step = min(max(_LEAST_ROWS, 1 << max((rows - 1).bit_length() - _EIGHTH, 0)), _MOST_FILLED)
    return -(-rows // step) * step


def _reordered(torch: Any, layer: Any, numbers: Any) -> Any:
    return torch.ops.mkldnn._reorder_linear_weight(layer.weight.detach().to(numbers), _TRIAL_ROWS)


def _pack(torch: Any, layer: Any, numbers: Any) -> None:
    weight = _reordered(torch, layer, numbers)
    layer.forward = _product(torch, weight, layer.bias)
    layer.weight = torch.nn.Parameter(weight, requires_grad=False)  # lets go of the one in the usual order


def _product(torch: Any, weight: Any, bias: Any) -> Callable[[Any], Any]:
    """Return a function from a tensor of float32, shape (..., inputs), to its product with reordered weights."""
    outputs, inputs = weight.shape
    numbers = weight.dtype
    bias = None if bias is None else bias.detach().to(numbers)
    multiply = torch.ops.mkldnn._linear_pointwise

    def forward(values: Any) -> Any:
        rows = values.reshape(-1, inputs)
        wanted = rows.shape[0]
        filled = filled_up(wanted)
        if wanted != filled:
            given, rows = rows, rows.new_empty((filled, inputs), dtype=numbers)
            rows[:wanted] = given
            rows[wanted:] = 0.0
        product = multiply(rows.to(numbers), weight, bias, "none", [], "")
        return product[:wanted].to(values.dtype).view(*values.shape[:-1], outputs)

    return forward


def _fastest(torch: Any, layer: Any, names: list[str]) -> Any:
    """Return the kind of number with which reordered weights give a layer's product fastest, None if none is faster."""
    values = torch.randn(_TRIAL_ROWS, layer.in_features, generator=torch.Generator().manual_seed(0))
    expected = layer(values)
    found, least = None, _seconds(layer, values)
    for name in names:
        numbers = getattr(torch, name)
        try:
            packed = _product(torch, _reordered(torch, layer, numbers), layer.bias)
            off = float((packed(values) - expected).abs().max() / expected.abs().max())
        except (AttributeError, RuntimeError):  # this version of torch, or this processor, does not offer it
            continue
        if off <= _ROUNDING[name] and (seconds := _seconds(packed, values)) < least:
            found, least = numbers, seconds
    return found


def _seconds(function: Callable[[Any], Any], values: Any) -> float:
    """Return the least processor time of a few calls."""

    def once() -> float:
        started = time.process_time()
        function(values)
        return time.process_time() - started

    return min(once() for _ in range(_TRIALS))
