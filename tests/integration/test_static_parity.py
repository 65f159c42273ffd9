"""The built-in model gives the same vectors here as in sentence-transformers."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import index
from index.static import StaticModel

BUILTIN = Path(index.__path__[0]) / "builtin"

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


def test_same_vectors_as_sentence_transformers() -> None:
    sentence_transformers = pytest.importorskip("sentence_transformers")
    reference = sentence_transformers.SentenceTransformer(str(BUILTIN), device="cpu").float()
    texts = mixed_texts(200)
    expected = reference.encode(texts, convert_to_numpy=True)
    model = StaticModel.open(BUILTIN)
    vectors = model.encode(texts)
    assert vectors.shape == expected.shape == (200, model.dimensions)
    assert float(np.abs(vectors - expected).max()) <= 1e-5
