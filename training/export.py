"""Writes the trained model: 8-bit rows for hoidap, or the folder format of sentence-transformers.

`python -m training.export --output FOLDER` converts the built-in model to the latter.
"""

from __future__ import annotations

import argparse
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import regex
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

_MODULES = [
    {
        "idx": 0,
        "name": "0",
        "path": "",
        "type": "sentence_transformers.models.StaticEmbedding",
    },
    {
        "idx": 1,
        "name": "1",
        "path": "1_Normalize",
        "type": "sentence_transformers.models.Normalize",
    },
]
_OTHER_SCRIPT = regex.compile(
    r"[\p{L}--[\p{Latin}\p{Cyrillic}\p{Thai}\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}ー]]", regex.VERSION1
)
_SETTINGS: dict[str, object] = {"prompts": {}, "default_prompt_name": None, "similarity_fn_name": "cosine"}


def write_model(folder: Path, tokenizer: Tokenizer, table: NDArray[np.float32]) -> None:
    """Write `table`, shape (pieces, dimensions), rounded to 8 bits, and the tokenizer.

    `model.safetensors` holds `embedding.rows` (int8) and `embedding.scales` (float16, one per row); the numbers of
    a row are its scale times its bytes. The piece that is a space alone stands for words of unknown letters: all its
    numbers are zero, and so are those of the few letters of other scripts that the texts hold, lest all texts in
    unknown scripts be alike.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows, scales = quantize(table)
    rows[tokenizer.token_to_id(" ")] = 0
    rows[[number for piece, number in tokenizer.get_vocab().items() if _OTHER_SCRIPT.search(piece)]] = 0
    _save(folder / "model.safetensors", {"embedding.rows": rows, "embedding.scales": scales})
    tokenizer.save(str(folder / "tokenizer.json"), pretty=False)


def quantize(table: NDArray[np.float32]) -> tuple[NDArray[np.int8], NDArray[np.float16]]:
    """`table` as bytes, and the scale of each row."""
    scales = np.maximum(np.abs(table).max(axis=1) / 127, np.finfo(np.float16).tiny).astype(np.float16)
    bytes_ = np.rint(table / scales[:, np.newaxis].astype(np.float32)).clip(-127, 127)
    return bytes_.astype(np.int8), scales


def write_sentence_transformers(folder: Path, output: Path) -> None:
    """Write the model in `folder` to `output` in the format of sentence-transformers, with 32-bit numbers."""
    (output / "1_Normalize").mkdir(parents=True, exist_ok=True)
    tensors = load_file(folder / "model.safetensors")
    table = tensors["embedding.rows"].astype(np.float32) * tensors["embedding.scales"].astype(np.float32)[:, np.newaxis]
    _save(output / "model.safetensors", {"embedding.weight": table})
    shutil.copyfile(folder / "tokenizer.json", output / "tokenizer.json")
    _write_json(output / "modules.json", _MODULES)
    _write_json(output / "config_sentence_transformers.json", _SETTINGS)
    _write_json(output / "1_Normalize" / "config.json", {})


def _save(path: Path, tensors: dict[str, NDArray[Any]]) -> None:
    beside = path.with_suffix(".new")  # the old one may be mapped by another process
    save_file(tensors, beside)
    beside.chmod(0o644)  # save_file makes it readable by its owner only
    beside.replace(path)


def _write_json(path: Path, content: object) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Read the arguments and convert."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path, default=Path("index/models/builtin"))
    parser.add_argument("--output", type=Path, required=True, help="folder to write for sentence-transformers")
    arguments = parser.parse_args()
    write_sentence_transformers(arguments.model, arguments.output)


if __name__ == "__main__":
    main()
