"""The built-in model gives the same vectors here as other libraries compute from the same files."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

import index
from index.models.builtin.static import StaticModel

pytestmark = pytest.mark.slow

BUILTIN = Path(index.__path__[0]) / "models" / "builtin"

PARTS = (
    "Hà Nội là thủ đô của nước Cộng hòa xã hội chủ nghĩa Việt Nam.",
    "dai hoc bach khoa o dau?",
    "The central bank kept its interest rate at 4.5% in 2023.",
    "Le château a été détruit pendant la guerre.",
    "我不想獨自生活。北京是中国的首都",
    "東京タワーへ行きたいです。",
    "한국어는 어렵습니다.",
    "Привет, как дела?",
    "สวัสดีครับ ผมชื่อสมชาย",
    "Wo ist der nächste Bahnhof? ¿Dónde está la biblioteca?",
    "…!?  \t\n",
    "🙂 x²+y² <b>HTML</b> https://example.org/a_b?c=1",
    "Tie\u0302\u0301ng Vie\u0323\u0302t to\u0302\u0309 ho\u031b\u0323p",
)


def mixed_texts(count: int) -> list[str]:
    random = np.random.default_rng(11)
    joined = [" ".join(random.choice(PARTS, size=size)) for size in random.integers(0, 40, size=count - len(PARTS))]
    return [*PARTS, *joined]


def test_same_vectors_as_torch() -> None:
    torch, transformers = pytest.importorskip("torch"), pytest.importorskip("transformers")
    load_file = pytest.importorskip("safetensors.numpy").load_file  # comes with sentence-transformers
    tensors = load_file(BUILTIN / "model.safetensors")
    table = torch.from_numpy(tensors["embedding.rows"].astype(np.float64) * tensors["embedding.scales"][:, np.newaxis])
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_file=str(BUILTIN / "tokenizer.json"))
    expected = torch.zeros(200, table.shape[1], dtype=torch.float64)
    texts = mixed_texts(200)
    for place, pieces in enumerate(tokenizer(texts, add_special_tokens=False)["input_ids"]):
        for piece, times in Counter(pieces).items():
            expected[place] += table[piece] * times**0.5
    expected = torch.nn.functional.normalize(expected).numpy()
    model = StaticModel.open(BUILTIN)
    vectors = model.encode(texts)
    assert vectors.shape == expected.shape == (200, model.dimensions)
    assert float(np.abs(vectors - expected).max()) <= 1e-5


def test_same_vectors_as_sentence_transformers_where_no_piece_repeats(tmp_path: Path) -> None:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    export = pytest.importorskip("training.export")  # needs safetensors, which comes with sentence-transformers
    export.write_sentence_transformers(BUILTIN, tmp_path)
    reference = sentence_transformers.SentenceTransformer(str(tmp_path), device="cpu")
    tokenizer = Tokenizer.from_file(str(BUILTIN / "tokenizer.json"))
    cut = [tokenizer.encode(text, add_special_tokens=False).ids for text in PARTS]
    texts = [text for text, pieces in zip(PARTS, cut, strict=True) if len(set(pieces)) == len(pieces)]
    assert len(texts) >= 5
    difference = StaticModel.open(BUILTIN).encode(texts) - reference.encode(texts, convert_to_numpy=True)
    assert float(np.abs(difference).max()) <= 1e-5
