"""A reranker is any CrossEncoder: here a tiny one of random weights, made on the spot and loaded from disk."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from index.corpus import Corpus
from index.errors import ModelError
from index.models.encoder import Encoder
from index.records import Draft
from qa.engine import Engine
from qa.retrieval.reranking import Reranker

pytest.importorskip("sentence_transformers")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

TEXTS = {
    "cau": "Cầu Sông Hiền dài năm trăm mét. Cầu có bốn làn xe.",
    "cho": "Chợ quê họp từ năm giờ sáng. Rau bán rất chạy.",
    "truong": "Trường làng có hai lớp học. Học trò rất vui.",
}
QUESTION = "cầu dài bao nhiêu mét"


def save_cross_encoder(folder: Path, labels: int = 1) -> str:
    import torch
    from transformers import BertConfig, BertForSequenceClassification, BertTokenizerFast

    torch.manual_seed(3)
    letters = sorted({letter for text in (*TEXTS.values(), QUESTION) for letter in text.lower()} - {" "})
    vocabulary = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
    folder.mkdir()
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48,
        max_position_embeddings=128, num_labels=labels, initializer_range=0.5,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(folder)
    BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=128).save_pretrained(folder)
    return str(folder)


@pytest.fixture(scope="module")
def reranker(tmp_path_factory: pytest.TempPathFactory) -> str:
    return save_cross_encoder(tmp_path_factory.mktemp("models") / "tiny")


@pytest.fixture
def filled(tmp_path: Path, builtin: Encoder) -> Path:
    with Corpus.open(tmp_path / "corpus", builtin) as corpus:
        list(corpus.add(Draft(id=key, text=text) for key, text in TEXTS.items()))
    return tmp_path / "corpus"


def test_a_reranker_orders_the_passages_by_its_own_scores(filled: Path, builtin: Encoder, reranker: str) -> None:
    loaded = Reranker.open(reranker)
    with Corpus.open(filled, builtin) as corpus:
        answer = Engine(corpus, reranker=loaded).ask(QUESTION)
    shown = [cited.passage for cited in answer.passages]
    logits = loaded.score(QUESTION, [passage.text for passage in shown])
    assert len(set(logits.tolist())) == len(TEXTS)
    assert logits.tolist() == sorted(logits.tolist(), reverse=True)
    assert [cited.score for cited in answer.passages] == pytest.approx((1 / (1 + np.exp(-logits))).tolist())
    # The built-in calibration was made for another order, so it says nothing here.
    assert (answer.confidence, answer.answerable) == (None, None)


def test_the_command_line_takes_a_reranker(filled: Path, reranker: str) -> None:
    command = [sys.executable, "-m", "api.commands.main", "ask", QUESTION, "--json", "--data", str(filled)]
    plain, reranked = (
        json.loads(subprocess.run([*command, *extra], capture_output=True, check=True, text=True).stdout)
        for extra in ([], ["--reranker", reranker])
    )
    assert plain["passages"][0]["article"]["id"] == "cau"
    assert plain["confidence"] is not None
    assert reranked["confidence"] is None
    assert {p["article"]["id"] for p in reranked["passages"]} == set(TEXTS)


def test_what_is_no_reranker_is_one_clear_error(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(ModelError, match=r"cannot be loaded as a reranker .* name a CrossEncoder"):
        Reranker.open(str(tmp_path / "empty"))
    with pytest.raises(ModelError, match="gives 3 scores a text; a reranker gives one"):
        Reranker.open(save_cross_encoder(tmp_path / "three", labels=3))
