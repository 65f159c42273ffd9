"""Models of the hub: loaded from a folder, the local cache or the hub itself, or refused with a reason.

This is the only file that imports sentence-transformers and asks the hub. It does so when a model other than the
built-in one is named: the import alone takes seconds and hundreds of megabytes.
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from index.errors import ModelError
from index.models.encoder import Vectors
from index.models.known import find_known, is_hub_name
from index.models.packing import pack_linear_layers

_HUB_SECONDS = 10.0
"""Seconds to wait for the hub before a model is said to be out of reach; a limit."""
_REASON_CHARACTERS = 300
"""Characters of another library's message that are shown; a limit."""
_NEEDS_CODE = "needs code of its own, and hoidap runs no code that comes with a model"


def open_sentence_transformer(model: str, *, bfloat16: bool = False) -> Any:
    """Load a SentenceTransformer: a folder, or a name from the local cache, else from the hub.

    With `bfloat16` it may calculate in these; see `packing`.

    Raises:
        ModelError: it cannot be loaded; says what to do.
    """
    folder = Path(model).is_dir()
    known = find_known(model)
    if not folder and not is_hub_name(model):
        raise ModelError(model, "cannot be loaded: there is no such folder, and no model on the hub can have this name")
    if not folder and known is not None and known.use_instead is not None:
        raise ModelError(model, f"{_NEEDS_CODE}; name {known.use_instead}, the same model without")
    sentence_transformer = _sentence_transformers(model).SentenceTransformer
    # The cache first, as a folder: given a name, the library may wait for the hub even where it needs nothing of it.
    local = model if folder else _cached_folder(model)
    if local is not None:
        try:
            return _load_for_processor(sentence_transformer, local, bfloat16)
        except Exception as error:
            if folder or _needs_code(error):
                raise _explanation(model, error) from error
    try:
        _reach_hub(model)
        return _load_for_processor(sentence_transformer, model, bfloat16)
    except Exception as error:
        raise _explanation(model, error) from error


def open_cross_encoder(model: str) -> Any:
    """Load a CrossEncoder from a folder, the local cache or the hub.

    Raises:
        ModelError: it cannot be loaded; says what to do.
    """
    cross_encoder = _sentence_transformers(model).CrossEncoder
    try:
        local = model if Path(model).is_dir() else _cached_folder(model)
        if local is None:
            _reach_hub(model)
        loaded = cross_encoder(local or model, device="cpu", local_files_only=local is not None)
        pack_linear_layers(loaded)
        return loaded
    except Exception as error:
        reason = f"cannot be loaded as a reranker ({_reason(error)}); name a CrossEncoder folder or model"
        raise ModelError(model, reason) from error


def encode_batch(model: Any, texts: Sequence[str], prompt: str) -> Vectors:
    """Return the vectors that a SentenceTransformer gives to texts behind `prompt`, of unit length, a row a text.

    The steps of its own `encode` for one batch; what that does besides takes a question longer than reading its tokens.
    """
    if hasattr(model, "preprocess"):
        import torch  # imported with the model

        with torch.inference_mode():
            features = model(model.preprocess(list(texts), prompt=prompt))
        found = features["sentence_embedding"][:, : model.truncate_dim].numpy()
    else:  # releases before 5.4
        found = model.encode(list(texts), prompt=prompt, batch_size=len(texts), show_progress_bar=False)
    vectors: Vectors = np.array(found, dtype=np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    np.divide(vectors, lengths, out=vectors, where=lengths > 0)
    return vectors


def use_threads(threads: int) -> None:
    """Let models of torch calculate with so many threads, those that are loaded and those that will be.

    By default they take every processor, which is best for a process that is alone, and worst for one of several.
    """
    os.environ["OMP_NUM_THREADS"] = str(threads)  # what torch starts with where it is not imported yet
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(threads)


def leave_shared_locks() -> None:
    """Give a process that was forked locks of its own, where the libraries of models have some that all forks share.

    Progress bars, also those not shown, take a lock between processes,
    and a process that is killed with it would stop the others.
    """
    if "tqdm.std" in sys.modules:
        waiting = [sys.modules["tqdm.std"].tqdm]
        while waiting:
            bar = waiting.pop()
            waiting += bar.__subclasses__()
            bar.set_lock(threading.RLock())


def _cached_folder(model: str) -> str | None:
    """Return the folder of a model in the hub's local cache, None when it is not there."""
    from huggingface_hub import try_to_load_from_cache

    home = os.environ.get("SENTENCE_TRANSFORMERS_HOME")
    for name in (model, f"sentence-transformers/{model}")[: 1 if "/" in model else 2]:
        for file in ("modules.json", "config.json"):
            found = try_to_load_from_cache(name, file, cache_dir=home)
            if isinstance(found, str):
                return str(Path(found).parent)
    return None


def _load_for_processor(sentence_transformer: Any, model: str, bfloat16: bool) -> Any:
    # Half precision, in which some models are stored, is slow on processors and makes vectors depend on the batch.
    loaded = sentence_transformer(
        model,
        device="cpu",
        local_files_only=Path(model).is_dir(),
        trust_remote_code=False,
        model_kwargs={"dtype": "float32"},
    )
    pack_linear_layers(loaded, bfloat16=bfloat16)
    return loaded.eval()


def _reach_hub(model: str) -> None:
    """Raise an error unless the hub answers within `_HUB_SECONDS`; sentence-transformers would wait without end."""
    from huggingface_hub import HfApi
    from huggingface_hub.errors import HfHubHTTPError

    with suppress(HfHubHTTPError):  # an answer too, and one that loading explains better
        HfApi().model_info(model, timeout=_HUB_SECONDS)


def _needs_code(error: BaseException) -> bool:
    return "trust_remote_code" in str(error)


def _explanation(model: str, error: Exception) -> ModelError:
    if _needs_code(error):
        return ModelError(model, f"{_NEEDS_CODE}; name another model")
    if Path(model).is_dir():
        remedy = "name the folder of a sentence-transformers model"
        return ModelError(model, f"cannot be loaded ({_reason(error)}); {remedy}")
    remedy = "name a sentence-transformers folder or model, connect to the hub once, or leave --model out"
    return ModelError(
        model, f"cannot be loaded: it is not on this machine, and the hub does not give it ({_reason(error)}); {remedy}"
    )


def _reason(error: Exception) -> str:
    return str(error).strip().split("\n")[0][:_REASON_CHARACTERS] or type(error).__name__


def _sentence_transformers(model: str) -> Any:
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
    try:
        import sentence_transformers  # seconds to import, so only when a model is named
    except ImportError as error:
        raise ModelError(
            model, "needs sentence-transformers; install it with `pip install 'hoidap[models]'`"
        ) from error
    return sentence_transformers
