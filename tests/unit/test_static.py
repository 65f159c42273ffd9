"""The runtime of static embeddings, with a model small enough to compute by hand."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import unicodedata
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordLevel
from tokenizers.normalizers import NFC, Lowercase, Sequence
from tokenizers.pre_tokenizers import WhitespaceSplit

import index
from index.errors import ModelError
from index.models.builtin.static import StaticModel

WORDS = {"việt": 0, "nam": 1, "hà": 2, "nội": 3, "[unk]": 4}
ROWS = np.array([[6, 0, 0], [0, 8, 0], [1, 2, 2], [0, 0, -10], [0, 0, 0]], dtype=np.int8)
SCALES = np.array([0.5, 0.5, 1, 0.5, 0.5], dtype=np.float16)


def write_tensors(path: Path, tensors: dict[str, tuple[str, NDArray[np.generic]]], promised: int = 0) -> None:
    """Write a safetensors file of named tensors, each with its type; `promised` adds to the rows in its header."""
    header: dict[str, object] = {"__metadata__": {"format": "pt"}}
    content = b""
    for name, (kind, table) in tensors.items():
        shape = [table.shape[0] + promised, *table.shape[1:]]
        end = len(content) + int(np.prod(shape)) * table.itemsize
        header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(content), end]}
        content += table.tobytes()
    text = json.dumps(header).encode()
    path.write_bytes(struct.pack("<Q", len(text)) + text + content)


def write_model(
    folder: Path,
    rows: NDArray[np.generic] = ROWS,
    scales: NDArray[np.generic] = SCALES,
    kinds: tuple[str, str] = ("I8", "F16"),
    promised: int = 0,
) -> None:
    tensors = {"embedding.rows": (kinds[0], rows), "embedding.scales": (kinds[1], scales)}
    write_tensors(folder / "model.safetensors", tensors, promised)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    tokenizer = Tokenizer(WordLevel(WORDS, unk_token="[unk]"))
    tokenizer.normalizer = Sequence([NFC(), Lowercase()])
    tokenizer.pre_tokenizer = WhitespaceSplit()
    tokenizer.save(str(tmp_path / "tokenizer.json"))
    write_model(tmp_path)
    return tmp_path


def unit(vectors: list[list[float]]) -> NDArray[np.float64]:
    scaled: NDArray[np.float64] = np.array(vectors) / np.linalg.norm(vectors, axis=1, keepdims=True)
    return scaled


def test_pieces_are_those_that_the_stored_tokenizer_gives() -> None:
    builtin = Path(index.__path__[0]) / "models" / "builtin"
    stored = Tokenizer.from_file(str(builtin / "tokenizer.json"))
    texts = [
        f"a{chr(code)} {chr(code)}b CO{chr(code)} THỂ" for code in (*range(1, 0xD800, 3), *range(0xE000, 0x20000, 7))
    ]
    texts += [
        "ΟΔΟΣ ΣΑΣ",
        "İstanbul Có thể",
        "co\u0301\u0323 the\u0302\u0309",
        "\u0001có thể",
        "",
        "E\u0301A\u0302\u0323",
    ]
    bags = StaticModel.open(builtin).bags(texts)
    ends = np.cumsum(bags.counts)
    expected = [sorted(Counter(one.ids).items()) for one in stored.encode_batch_fast(texts, add_special_tokens=False)]
    pairs = list(zip(bags.pieces.tolist(), bags.times.tolist(), strict=True))
    assert [pairs[end - count : end] for end, count in zip(ends, bags.counts, strict=True)] == expected


def test_vectors_are_the_unit_sums_of_the_scaled_rows(folder: Path) -> None:
    model = StaticModel.open(folder)
    vectors = model.encode(["Việt Nam", "hà", "hà nội"])
    assert model.dimensions == 3
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, unit([[3, 4, 0], [1, 2, 2], [1, 2, -3]]), atol=1e-6)


def test_a_piece_weighs_the_root_of_how_often_it_is_there(folder: Path) -> None:
    vectors = StaticModel.open(folder).encode(["nam việt nam nam nam", "việt nam " * 9, "hà HÀ nội"])
    expected = unit([[3, 8, 0], [3, 4, 0], [2**0.5, 8**0.5, 8**0.5 - 5]])
    np.testing.assert_allclose(vectors, expected, atol=1e-6)


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
    np.testing.assert_allclose(vectors, unit([[1, 2, 2], [3, 4, 0], [0, 0, -5]]), atol=1e-5)


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
    model = StaticModel.open(folder)
    assert not model._rows.flags.writeable
    assert not model._scales.flags.writeable


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
    write_tensors(folder / "model.safetensors", {"embedding.weight": ("I8", ROWS)})


def damage_no_scales(folder: Path) -> None:
    write_tensors(folder / "model.safetensors", {"embedding.rows": ("I8", ROWS)})


def damage_other_type(folder: Path) -> None:
    write_model(folder, ROWS.astype(np.int32), kinds=("I32", "F16"))


def damage_rows_that_are_no_bytes(folder: Path) -> None:
    write_model(folder, ROWS.astype(np.float16), kinds=("F16", "F16"))


def damage_scales_of_bytes(folder: Path) -> None:
    write_model(folder, scales=SCALES.astype(np.int8), kinds=("I8", "I8"))


def damage_scales_of_two_axes(folder: Path) -> None:
    write_model(folder, scales=SCALES[:, np.newaxis])


def damage_rows_of_one_axis(folder: Path) -> None:
    write_model(folder, ROWS[:, 0].copy())


def damage_too_few_scales(folder: Path) -> None:
    write_model(folder, scales=SCALES[:3])


def damage_promised_rows(folder: Path) -> None:
    write_model(folder, promised=94)


def damage_too_few_rows(folder: Path) -> None:
    write_model(folder, ROWS[:3], SCALES[:3])


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
    check = "import sys, index.models.builtin.static; sys.exit('torch' in sys.modules or 'transformers' in sys.modules)"
    subprocess.run([sys.executable, "-c", check], check=True)
