"""The runtime of static embeddings, with a model small enough to compute by hand."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import NFC, Lowercase, Sequence
from tokenizers.pre_tokenizers import WhitespaceSplit

from index.errors import ModelError
from index.static import StaticModel

WORDS = {"việt": 0, "nam": 1, "hà": 2, "nội": 3, "[unk]": 4}
TABLE = np.array([[3, 0, 0], [0, 4, 0], [1, 2, 2], [0, 0, -5], [0, 0, 0]], dtype=np.float32)


def write_tensor(path: Path, table: NDArray[np.generic], name: str, kind: str, promised: int | None = None) -> None:
    """Write a safetensors file; `promised` overstates the number of rows in its header."""
    shape = [promised or table.shape[0], table.shape[1]]
    content = table.tobytes()
    tensor = {"dtype": kind, "shape": shape, "data_offsets": [0, shape[0] * shape[1] * table.itemsize]}
    header = json.dumps({"__metadata__": {"format": "pt"}, name: tensor}).encode()
    path.write_bytes(struct.pack("<Q", len(header)) + header + content)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tokenizer = Tokenizer(WordLevel(WORDS, unk_token="[unk]"))
    tokenizer.normalizer = Sequence([NFC(), Lowercase()])
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    write_tensor(tmp_path / "model.safetensors", TABLE.astype(np.float16), "embedding.weight", "F16")
    return tmp_path


def test_vectors_are_the_unit_means_of_the_rows(folder: Path) -> None:
    model = StaticModel.open(folder)
    vectors = model.encode(["Việt Nam", "hà", "hà HÀ nội"])
    assert model.dimensions == 3
    assert vectors.dtype == np.float32
    sums = np.array([[3, 4, 0], [1, 2, 2], [2, 4, -1]])
    np.testing.assert_allclose(vectors, sums / np.linalg.norm(sums, axis=1, keepdims=True), atol=1e-6)


def test_float32_tables_are_read_too(folder: Path) -> None:
    write_tensor(folder / "model.safetensors", TABLE, "embedding.weight", "F32")
    expected = np.array([[0.6, 0.8, 0]])
    np.testing.assert_allclose(StaticModel.open(folder).encode(["Việt Nam"]), expected, atol=1e-7)


@pytest.mark.parametrize("text", ["", "   ", "\n", "xyz"])
def test_text_without_known_pieces_is_zero(folder: Path, text: str) -> None:
    vectors = StaticModel.open(folder).encode(["việt", text, "nam"])
    np.testing.assert_array_equal(vectors, [[1, 0, 0], [0, 0, 0], [0, 1, 0]])


def test_no_texts(folder: Path) -> None:
    model = StaticModel.open(folder)
    assert model.encode([]).shape == (0, 3)
    np.testing.assert_array_equal(model.encode([""]), np.zeros((1, 3)))


def test_vectors_do_not_depend_on_the_batch(folder: Path) -> None:
    model = StaticModel.open(folder)
    random = np.random.default_rng(7)
    words = [*WORDS, "lạ"]
    texts = [" ".join(random.choice(words, size=size)) for size in random.integers(0, 400, size=300)]
    together = model.encode(texts)
    alone = np.concatenate([model.encode([text]) for text in texts])
    np.testing.assert_allclose(together, alone, atol=1e-5)
    np.testing.assert_array_equal(together, model.encode(texts))


def test_huge_text_is_used_to_its_end(folder: Path) -> None:
    model = StaticModel.open(folder)
    huge = "việt " * 300_000 + "nam " * 300_000
    vectors = model.encode(["hà", huge, "nội"])
    expected = np.array([[1 / 3, 2 / 3, 2 / 3], [0.6, 0.8, 0], [0, 0, -1]])
    np.testing.assert_allclose(vectors, expected, atol=1e-5)


def test_decomposed_input_gives_the_same_vector(folder: Path) -> None:
    text = "Hà Nội việt"
    decomposed = unicodedata.normalize("NFD", text)
    assert decomposed != text
    model = StaticModel.open(folder)
    vectors = model.encode([text, decomposed])
    np.testing.assert_array_equal(vectors[0], vectors[1])


def test_truncation_and_padding_of_the_tokenizer_are_ignored(folder: Path) -> None:
    path = str(folder / "tokenizer.json")
    tokenizer = Tokenizer.from_file(path)
    tokenizer.enable_truncation(2)
    tokenizer.enable_padding(pad_id=3, pad_token="nội", length=8)
    expected = StaticModel.open(folder).encode(["việt nam hà", "nam"])
    tokenizer.save(path)
    np.testing.assert_array_equal(StaticModel.open(folder).encode(["việt nam hà", "nam"]), expected)


def test_several_threads_get_the_same_vectors(folder: Path) -> None:
    model = StaticModel.open(folder)
    texts = [f"việt {'nam ' * count}" for count in range(100)]
    expected = model.encode(texts)
    with ThreadPoolExecutor(4) as threads:
        for vectors in threads.map(lambda _: model.encode(texts), range(16)):
            np.testing.assert_array_equal(vectors, expected)


def test_table_cannot_be_written_to(folder: Path) -> None:
    assert not StaticModel.open(folder)._table.flags.writeable


def damage_nothing_there(folder: Path) -> None:
    (folder / "model.safetensors").unlink()


def damage_no_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").unlink()


def damage_tokenizer(folder: Path) -> None:
    (folder / "tokenizer.json").write_text("{}")


def damage_empty_table(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(b"")


def damage_cut_table(folder: Path) -> None:
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-4])


def damage_header(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", 4) + b"\xff{]}" + bytes(64))


def damage_header_length(folder: Path) -> None:
    (folder / "model.safetensors").write_bytes(struct.pack("<Q", 1 << 60) + bytes(64))


def damage_other_tensor(folder: Path) -> None:
    write_tensor(folder / "model.safetensors", TABLE, "encoder.weight", "F32")


def damage_other_type(folder: Path) -> None:
    write_tensor(folder / "model.safetensors", TABLE.astype(np.int32), "embedding.weight", "I32")


def damage_promised_rows(folder: Path) -> None:
    write_tensor(folder / "model.safetensors", TABLE, "embedding.weight", "F32", promised=99)


def damage_too_few_rows(folder: Path) -> None:
    write_tensor(folder / "model.safetensors", TABLE[:3], "embedding.weight", "F32")


@pytest.mark.parametrize("damage", [value for name, value in sorted(globals().items()) if name.startswith("damage_")])
def test_damaged_folder_is_a_model_error(folder: Path, damage) -> None:  # type: ignore[no-untyped-def]
    damage(folder)
    with pytest.raises(ModelError) as caught:
        StaticModel.open(folder)
    assert caught.value.model == str(folder)
    assert caught.value.reason


def test_missing_folder_is_a_model_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        StaticModel.open(tmp_path / "nowhere")


def test_torch_is_not_imported() -> None:
    check = "import sys, index.static; sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)
