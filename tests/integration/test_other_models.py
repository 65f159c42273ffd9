"""Other people's models: real architectures with random weights, made on the spot, loaded from disk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from index.corpus import Corpus
from index.encoder import Encoder, Fingerprint, SentenceTransformerEncoder, load_encoder
from index.errors import ModelMismatch
from index.records import Draft

sentence_transformers = pytest.importorskip("sentence_transformers")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

TEXTS = [
    "Hà Nội là thủ đô của Việt Nam.",
    "Cầu dài năm trăm mét và có bốn làn xe chạy hai chiều.",
    "The capital of Vietnam is Hanoi.",
    "北京是中国的首都",
    "x",
]
WORDS = sorted({word for text in TEXTS for word in text.lower().split()})
MAX_TOKENS = 24


def wordpiece_vocabulary() -> list[str]:
    letters = sorted({letter for text in TEXTS for letter in text.lower()} - {" "})
    return ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *WORDS, *letters, *(f"##{letter}" for letter in letters)]


def bert(folder: Path) -> Any:
    from transformers import BertConfig, BertModel, BertTokenizerFast

    vocabulary = wordpiece_vocabulary()
    (folder / "vocab.txt").write_text("\n".join(vocabulary), encoding="utf-8")
    tokenizer = BertTokenizerFast(vocab=str(folder / "vocab.txt"), model_max_length=MAX_TOKENS)
    config = BertConfig(
        vocab_size=len(vocabulary), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48,
        max_position_embeddings=64,
    )  # fmt: skip
    return BertModel(config), tokenizer


def xlm_roberta(folder: Path) -> Any:
    from tokenizers import Tokenizer, models, pre_tokenizers, processors
    from transformers import PreTrainedTokenizerFast, XLMRobertaConfig, XLMRobertaModel

    special = ["<s>", "<pad>", "</s>", "<unk>", "<mask>"]
    letters = sorted({letter for text in TEXTS for letter in text} - {" "})
    pieces = [(piece, 0.0) for piece in special] + [("▁", -3.0)]
    pieces += [(f"▁{word}", -5.0) for word in WORDS] + [(letter, -8.0) for letter in letters]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> $B </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    fast = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", eos_token="</s>", cls_token="<s>", sep_token="</s>",
        pad_token="<pad>", unk_token="<unk>", mask_token="<mask>", model_max_length=MAX_TOKENS,
    )  # fmt: skip
    config = XLMRobertaConfig(
        vocab_size=len(pieces), hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=48,
        max_position_embeddings=64, pad_token_id=1,
    )  # fmt: skip
    return XLMRobertaModel(config), fast


def modern_bert(folder: Path) -> Any:
    from transformers import ModernBertConfig, ModernBertModel

    _, tokenizer = bert(folder)
    config = ModernBertConfig(
        vocab_size=len(wordpiece_vocabulary()), hidden_size=32, num_hidden_layers=2, num_attention_heads=2,
        intermediate_size=48, max_position_embeddings=64, pad_token_id=0, bos_token_id=2, eos_token_id=3,
        cls_token_id=2, sep_token_id=3,
    )  # fmt: skip
    return ModernBertModel(config), tokenizer


def make(folder: Path, build: Callable[[Path], Any], prompts: dict[str, str] | None = None) -> Path:
    """Save a sentence-transformers model of a random network with mean pooling."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.models import Pooling, Transformer

    torch.manual_seed(1)
    folder.mkdir(parents=True)
    network, tokenizer = build(folder)
    network.eval()
    network.save_pretrained(folder / "network")
    tokenizer.save_pretrained(folder / "network")
    transformer = Transformer(str(folder / "network"), max_seq_length=MAX_TOKENS)
    model = SentenceTransformer(modules=[transformer, Pooling(32)], prompts=prompts, device="cpu")
    model.save(str(folder / "model"))
    return folder / "model"


@pytest.fixture(scope="module", params=[bert, xlm_roberta, modern_bert], ids=lambda build: build.__name__)
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    prompts = {"query": "hỏi: ", "passage": "đoạn: "}
    return make(tmp_path_factory.mktemp("models") / request.param.__name__, request.param, prompts)


@pytest.fixture(scope="module")
def encoder(model: Path) -> SentenceTransformerEncoder:
    loaded = load_encoder(str(model))
    assert isinstance(loaded, SentenceTransformerEncoder)
    return loaded


def test_the_record_says_what_the_model_is(encoder: Encoder, model: Path) -> None:
    record = encoder.record
    assert (record.name, record.dimensions, record.max_tokens) == (str(model), 32, MAX_TOKENS)
    assert (record.query_prompt, record.passage_prompt) == ("hỏi: ", "đoạn: ")


def test_vectors_do_not_depend_on_the_batch(encoder: Encoder) -> None:
    together = encoder.encode_passages(TEXTS * 9)
    alone = np.concatenate([encoder.encode_passages([text]) for text in TEXTS])
    assert together.dtype == np.float32
    assert np.abs(together[: len(TEXTS)] - alone).max() <= 1e-5
    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_prompts_are_applied_once_and_differ(encoder: Encoder, model: Path) -> None:
    from sentence_transformers import SentenceTransformer

    plain = SentenceTransformer(str(model), device="cpu")
    for encode, prompt in ((encoder.encode_queries, "hỏi: "), (encoder.encode_passages, "đoạn: ")):
        expected = plain.encode([prompt + TEXTS[4]], prompt="", normalize_embeddings=True)
        assert np.abs(encode([TEXTS[4]]) - expected).max() <= 1e-5
    assert np.abs(encoder.encode_queries([TEXTS[4]]) - encoder.encode_passages([TEXTS[4]])).max() > 1e-3


def test_nothing_of_a_long_text_is_left_out(encoder: SentenceTransformerEncoder) -> None:
    long_text = " ".join(TEXTS[:3] * 6)
    assert not encoder.fits(long_text)
    changed = long_text[: -len(TEXTS[2])] + TEXTS[1]
    one, other = encoder.encode_passages([long_text, changed])
    assert float(one @ other) < 1 - 1e-6, "the end of the text counts"
    assert np.linalg.norm(one) == pytest.approx(1.0, abs=1e-5)


def test_an_empty_text_has_no_vector(encoder: Encoder) -> None:
    assert not encoder.encode_passages([""]).any()
    assert encoder.encode_queries([]).shape == (0, 32)


def test_a_corpus_knows_its_model(encoder: Encoder, builtin: Encoder, tmp_path: Path) -> None:
    with Corpus.open(tmp_path, encoder) as corpus:
        list(corpus.add(Draft(text=text) for text in TEXTS))
        vector = encoder.encode_queries([TEXTS[1]])[0]
        assert len(corpus.snapshot().nearest(vector, 5)) == len(TEXTS)
    assert Fingerprint.of(encoder).matches(Fingerprint.of(encoder))
    with pytest.raises(ModelMismatch, match="was built with"):
        Corpus.open(tmp_path, builtin)
