from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.models.sentence_transformer import _batches


def parts(*lengths: int) -> list[tuple[int, int, str]]:
    return [(length, owner, "") for owner, length in enumerate(lengths)]


def sizes(*lengths: int) -> list[int]:
    return [len(batch) for batch in _batches(parts(*lengths))]


def test_texts_of_similar_length_are_encoded_together() -> None:
    assert sizes() == []
    assert sizes(9) == [1]
    assert sizes(40, 40, 40, 40, 30, 29, 12) == [5, 2], "29 is shorter than three quarters of 40"
    assert sizes(40, 10, 10) == [3], "too few tokens to end a batch"


def test_a_batch_has_a_limit_of_texts_and_of_tokens() -> None:
    assert sizes(*[8] * 70) == [32, 32, 6]
    assert sizes(*[256] * 9) == [4, 4, 1]
    assert sizes(5000, 4900) == [1, 1]
    assert sizes(*[0] * 33) == [32, 1]


@given(st.lists(st.integers(0, 600)))
def test_every_text_is_in_one_batch(lengths: list[int]) -> None:
    given_parts = parts(*sorted(lengths, reverse=True))
    assert [part for batch in _batches(given_parts) for part in batch] == given_parts
