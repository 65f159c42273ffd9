"""Models that have a record, as random networks of the same architecture, tokenizer, pooling and size."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from random_models import (
    TEXTS,
    Build,
    bert,
    bert_with_unigram,
    gemma3,
    gte,
    qwen3,
    save,
    save_static,
    xlm_roberta,
)

from index.errors import ModelError
from index.models.known import KNOWN_MODELS, KnownModel, find_known
from index.models.loading import load_encoder
from index.models.sentence_transformer import SentenceTransformerEncoder

sentence_transformers = pytest.importorskip("sentence_transformers")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

MADE_AS: dict[str, tuple[Build, str]] = {
    "intfloat/multilingual-e5-small": (bert_with_unigram, "mean"),
    "intfloat/multilingual-e5-base": (xlm_roberta, "mean"),
    "intfloat/multilingual-e5-large": (xlm_roberta, "mean"),
    "BAAI/bge-m3": (xlm_roberta, "cls"),
    "alibaba-nlp-community/gte-multilingual-base": (gte, "cls"),
    "Snowflake/snowflake-arctic-embed-l-v2.0": (xlm_roberta, "cls"),
    "Qwen/Qwen3-Embedding-0.6B": (qwen3, "lasttoken"),
    "sentence-transformers/paraphrase-multilingual-MiniLM-L12-v2": (bert_with_unigram, "mean"),
    "google/embeddinggemma-300m": (gemma3, "mean"),
}
STATIC = "sentence-transformers/static-similarity-mrl-multilingual-v1"


def known_model(name: str) -> KnownModel:
    return next(known for known in KNOWN_MODELS if known.name == name)


@pytest.fixture(scope="module", params=[*MADE_AS, STATIC], ids=lambda name: name.split("/")[1])
def known(request: pytest.FixtureRequest) -> KnownModel:
    return known_model(request.param)


@pytest.fixture(scope="module")
def folder(known: KnownModel, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("hub") / known.name.split("/")[1]
    if known.name == STATIC:
        return save_static(target, known.dimensions)
    build, pooling = MADE_AS[known.name]
    return save(target, build, dimensions=known.dimensions, pooling=pooling)


@pytest.fixture(scope="module")
def encoder(folder: Path) -> SentenceTransformerEncoder:
    loaded = load_encoder(str(folder))
    assert isinstance(loaded, SentenceTransformerEncoder)
    return loaded


def test_every_record_is_tried() -> None:
    tried = {*MADE_AS, STATIC} | {model.name for model in KNOWN_MODELS if model.use_instead in MADE_AS}
    assert tried == {model.name for model in KNOWN_MODELS}


def test_the_record_fills_what_the_model_does_not_say(encoder: SentenceTransformerEncoder, known: KnownModel) -> None:
    record = encoder.record
    assert record.dimensions == known.dimensions
    assert (record.query_prompt, record.passage_prompt) == (known.query_prompt, known.passage_prompt)
    if known.max_tokens is None:
        assert record.max_tokens is None
    else:
        assert record.max_tokens is not None
        assert 0 < record.max_tokens <= known.max_tokens, "what this small network reads"


def test_prompts_go_in_once_and_pooling_is_the_models_own(
    encoder: SentenceTransformerEncoder, known: KnownModel, folder: Path
) -> None:
    plain = sentence_transformers.SentenceTransformer(str(folder), device="cpu")
    for encode, prompt in (
        (encoder.encode_queries, known.query_prompt),
        (encoder.encode_passages, known.passage_prompt),
    ):
        expected = plain.encode([f"{prompt}{TEXTS[4]}"], prompt="", normalize_embeddings=True)
        assert np.abs(encode([TEXTS[4]]) - expected).max() <= 1e-5


def test_vectors_do_not_depend_on_the_batch(encoder: SentenceTransformerEncoder) -> None:
    together = encoder.encode_passages(TEXTS * 3)
    alone = np.concatenate([encoder.encode_passages([text]) for text in TEXTS])
    assert np.abs(together[: len(TEXTS)] - alone).max() <= 1e-5
    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0, abs=1e-5)


def test_the_end_of_a_long_text_counts(encoder: SentenceTransformerEncoder, known: KnownModel) -> None:
    long_text = " ".join(TEXTS[:3] * 30)
    assert encoder.fits(long_text) is (known.max_tokens is None)
    one, other = encoder.encode_passages([long_text, long_text[: -len(TEXTS[2])] + TEXTS[1]])
    assert np.abs(one - other).max() > 1e-5


def test_prompts_of_its_own_win(tmp_path: Path) -> None:
    own = {"query": "câu hỏi: ", "document": "bài: "}
    folder = save(tmp_path / "multilingual-e5-small", bert, dimensions=384, prompts=own)
    record = load_encoder(str(folder)).record
    assert (record.query_prompt, record.passage_prompt) == ("câu hỏi: ", "bài: ")


def test_each_prompt_is_filled_alone(tmp_path: Path) -> None:
    folder = save(tmp_path / "multilingual-e5-small", bert, dimensions=384, prompts={"query": "hỏi: "})
    record = load_encoder(str(folder)).record
    assert (record.query_prompt, record.passage_prompt) == ("hỏi: ", "passage: ")


def test_a_default_prompt_is_a_prompt_of_its_own(tmp_path: Path) -> None:
    folder = save(tmp_path / "multilingual-e5-small", bert, dimensions=384, prompts={"any": "chung: "})
    file = folder / "config_sentence_transformers.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"default_prompt_name": "any"}))
    record = load_encoder(str(folder)).record
    assert (record.query_prompt, record.passage_prompt) == ("chung: ", "chung: ")


def test_a_limit_above_the_records_is_not_believed(tmp_path: Path) -> None:
    folder = save(tmp_path / "paraphrase-multilingual-MiniLM-L12-v2", gte, dimensions=384)
    for name, limit in (("tokenizer_config.json", "model_max_length"), ("config.json", "max_position_embeddings")):
        file = folder / name
        file.write_text(json.dumps(json.loads(file.read_text()) | {limit: 4096}))
    assert load_encoder(str(folder)).record.max_tokens == 128


def test_another_size_than_the_record_is_an_error(tmp_path: Path) -> None:
    folder = save(tmp_path / "bge-m3", bert)
    with pytest.raises(ModelError, match=r"have 32 dimensions, those of BAAI/bge-m3 have 1024"):
        load_encoder(str(folder))


def test_half_precision_is_not_used(tmp_path: Path) -> None:
    import torch

    folder = save(tmp_path / "half", bert)
    model = sentence_transformers.SentenceTransformer(str(folder), device="cpu").bfloat16()
    model.save(str(tmp_path / "stored-in-half"))
    encoder = load_encoder(str(tmp_path / "stored-in-half"))
    assert isinstance(encoder, SentenceTransformerEncoder)
    assert {parameter.dtype for parameter in encoder._model.parameters()} == {torch.float32}
    together = encoder.encode_passages(TEXTS * 3)
    alone = np.concatenate([encoder.encode_passages([text]) for text in TEXTS])
    assert np.abs(together[: len(TEXTS)] - alone).max() <= 1e-5


def test_code_that_comes_with_a_model_is_not_run(tmp_path: Path) -> None:
    folder = save(tmp_path / "gte-multilingual-base", bert, dimensions=768)
    ran = tmp_path / "ran"
    (folder / "code.py").write_text(f"open({str(ran)!r}, 'w')\n")
    file = folder / "config.json"
    config = json.loads(file.read_text())
    config |= {"model_type": "new", "auto_map": {"AutoConfig": "code.C", "AutoModel": "code.M"}}
    file.write_text(json.dumps(config))
    with pytest.raises(ModelError, match="needs code of its own, and hoidap runs no code that comes with a model"):
        load_encoder(str(folder))
    assert not ran.exists()


def test_the_form_without_code_is_named() -> None:
    with pytest.raises(ModelError, match="name alibaba-nlp-community/gte-multilingual-base, the same model without"):
        load_encoder("Alibaba-NLP/gte-multilingual-base")
    assert find_known("alibaba-nlp-community/gte-multilingual-base") is not None


def test_a_prompt_that_leaves_no_room_is_an_error(tmp_path: Path) -> None:
    folder = save(tmp_path / "narrow", bert, prompts={"query": "hỏi " * 40})
    with pytest.raises(ModelError, match="reads 24 tokens at most, and a prompt of its own takes them all"):
        load_encoder(str(folder))
