"""Other people's models: real architectures with random weights, made on the spot, loaded from disk."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from random_models import MAX_TOKENS, TEXTS, bert, modern_bert, save, xlm_roberta

from index.corpus import Corpus
from index.errors import ModelMismatch
from index.models import packing
from index.models.encoder import Encoder, Fingerprint
from index.models.hub import use_threads
from index.models.loading import load_encoder
from index.models.sentence_transformer import SentenceTransformerEncoder
from index.records import Draft

sentence_transformers = pytest.importorskip("sentence_transformers")

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture(scope="module", params=[bert, xlm_roberta, modern_bert], ids=lambda build: build.__name__)
def model(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    prompts = {"query": "hỏi: ", "passage": "đoạn: "}
    return save(tmp_path_factory.mktemp("models") / request.param.__name__, request.param, prompts=prompts)


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


def test_questions_of_many_threads_get_the_vectors_that_they_get_alone(encoder: Encoder) -> None:
    questions = [f"{text} {number}" for number in range(4) for text in TEXTS]
    alone = [encoder.encode_queries([question])[0] for question in questions]
    with ThreadPoolExecutor(len(questions)) as threads:
        together = list(threads.map(lambda question: encoder.encode_queries([question])[0], questions * 5))
    assert max(np.abs(one - other).max() for one, other in zip(together, alone * 5, strict=True)) <= 1e-5


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
        assert len(corpus.view().nearest(vector, 5)) == len(TEXTS)
    assert Fingerprint.of(encoder).matches(Fingerprint.of(encoder))
    with pytest.raises(ModelMismatch, match="was built with"):
        Corpus.open(tmp_path, builtin)


@pytest.mark.parametrize(
    ("seconds", "bfloat16", "numbers"),
    [
        ((2.0, 1.0, 1.5), True, "bfloat16"),
        ((2.0, 1.5, 1.0), True, "float32"),
        ((2.0, 3.0, 3.0), True, None),
        ((2.0, 1.0), False, "float32"),
        ((2.0, 3.0), False, None),
    ],
    ids=["fastest in bfloat16", "fastest in float32", "slower", "not wanted and faster", "not wanted and slower"],
)
def test_layers_are_packed_where_that_is_faster_and_multiply_alike(
    seconds: tuple[float, ...], bfloat16: bool, numbers: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch = pytest.importorskip("torch")
    if not torch.backends.mkldnn.is_available():
        pytest.skip("this build of torch has no oneDNN")
    if bfloat16 and not torch.ops.mkldnn._is_mkldnn_bf16_supported():
        pytest.skip("this processor does not multiply bfloat16")
    measured = iter(seconds)
    monkeypatch.setattr(packing, "_seconds", lambda _function, _values: next(measured))
    network = torch.nn.Sequential(torch.nn.Linear(48, 96), torch.nn.GELU(), torch.nn.Linear(96, 16, bias=False))
    generator = torch.Generator().manual_seed(1)
    inputs = [torch.randn(*shape, 48, generator=generator) for shape in ((1,), (3, 7), (2, 5, 30))]
    with torch.inference_mode():
        expected = [network(values) for values in inputs]
        assert packing.pack_linear_layers(network, bfloat16=bfloat16) == (numbers is not None)
        assert network[0].weight.is_mkldnn == (numbers is not None)
        assert str(network[0].weight.dtype) == f"torch.{numbers or 'float32'}"
        for values, wanted in zip(inputs, expected, strict=True):
            assert (network(values).shape, network(values).dtype) == (wanted.shape, wanted.dtype)
            assert float((network(values) - wanted).abs().max()) <= (1e-2 if numbers == "bfloat16" else 1e-5)


def test_vectors_in_bfloat16_are_near_the_original_and_hardly_depend_on_the_batch(model: Path) -> None:
    exact, rounded = load_encoder(str(model)), load_encoder(str(model), bfloat16=True)
    expected, found = exact.encode_passages(TEXTS), rounded.encode_passages(TEXTS)
    assert (found * expected).sum(axis=1).min() >= 0.9999
    alone = np.concatenate([rounded.encode_passages([text]) for text in TEXTS])
    together = rounded.encode_passages(TEXTS * 9)[: len(TEXTS)]
    assert max(np.abs(other - alone).max() for other in (found, together)) <= 1e-3
    assert Fingerprint.of(exact).matches(Fingerprint.of(rounded))


def test_threads_are_those_that_a_process_asks_for(monkeypatch: pytest.MonkeyPatch) -> None:
    torch = pytest.importorskip("torch")
    monkeypatch.setenv("OMP_NUM_THREADS", "")
    before = torch.get_num_threads()
    try:
        for threads in (1, 2):
            use_threads(threads)
            assert torch.get_num_threads() == threads
    finally:
        torch.set_num_threads(before)
