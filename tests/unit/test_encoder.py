from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fakes import WordEncoder

from index.errors import ModelError
from index.models.encoder import Encoder, Fingerprint, passage_input
from index.models.loading import load_encoder


def test_vectors_have_unit_length_whatever_the_batch(builtin: Encoder) -> None:
    texts = ["Hà Nội", "một câu dài hơn về thủ đô " * 30, "x", "北京", "👩‍👩‍👧 emoji"]
    together = builtin.encode_passages(texts)
    alone = np.concatenate([builtin.encode_passages([text]) for text in texts])
    assert np.abs(together - alone).max() <= 1e-5
    assert np.linalg.norm(together, axis=1) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("text", ["", "...", "👩‍👩‍👧", "ສະບາຍດີ ຊາວໂລກ", "مرحبا بالعالم", "שלום עולם"])
def test_a_text_without_a_known_piece_gives_zeros(builtin: Encoder, text: str) -> None:
    """Unknown scripts too, else all their texts would be alike."""
    assert not builtin.encode_passages([text]).any()


def test_no_text_gives_no_vector(builtin: Encoder) -> None:
    assert builtin.encode_queries([]).shape == (0, builtin.record.dimensions)


def test_composed_and_decomposed_text_are_the_same(builtin: Encoder) -> None:
    one, other = builtin.encode_queries(["Đổi mới", "Đo\u0302\u0309i mo\u031b\u0301i"])
    assert np.array_equal(one, other)


def test_a_fingerprint_survives_json_and_knows_its_model() -> None:
    words = Fingerprint.of(WordEncoder(name="one"))
    assert Fingerprint.from_json(words.to_json()).matches(words)
    assert not words.matches(Fingerprint.of(WordEncoder(name="two")))
    assert not words.matches(Fingerprint.of(WordEncoder(dimensions=16, name="one")))


def test_the_title_is_context_for_the_model() -> None:
    assert passage_input("Cầu", "dài 5 km") == "Cầu\ndài 5 km"
    assert passage_input("", "dài 5 km") == "dài 5 km"


def test_a_model_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("sentence_transformers")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(ModelError, match=r"model .*nothing-here: cannot be loaded: there is no such folder"):
        load_encoder(str(tmp_path / "nothing-here"))
    with pytest.raises(ModelError, match=r"model nobody/nothing: cannot be loaded: it is not on this machine"):
        load_encoder("nobody/nothing")
