"""Reprints and edited copies are recognised in any script, and different reports are not."""

from __future__ import annotations

import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from news_texts import BRIDGE, MARKET, TEXTS

from index.text.normalization import fold, normalize
from qa.similarity.near_duplicates import (
    DUPLICATE_THRESHOLDS,
    READ_CHARACTERS,
    READ_WORDS,
    is_near_duplicate,
    may_overlap,
    near_duplicate,
    share_in_common,
    shared_sentences,
    wording_of,
)


def share(one: str, other: str) -> float:
    return share_in_common(wording_of(normalize(one)), wording_of(normalize(other)))


def is_copy(one: str, other: str) -> bool:
    return near_duplicate(wording_of(normalize(one)), wording_of(normalize(other)))


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_its_own_copy_in_any_script(name: str) -> None:
    text = TEXTS[name]
    assert share(text, text) == pytest.approx(1.0)
    assert is_copy(text, text)
    assert is_copy(text, f"Tin mới nhận\n\n{text}\r\n\r\nTheo các báo")


@pytest.mark.parametrize(("one", "other"), list(combinations(TEXTS, 2)))
def test_different_texts_have_nothing_in_common(one: str, other: str) -> None:
    assert share(TEXTS[one], TEXTS[other]) < 0.1
    assert not is_copy(TEXTS[one], TEXTS[other])


def test_edits_of_a_desk_leave_a_copy_a_copy() -> None:
    sentences = BRIDGE.split(". ")
    chosen = random.Random(0)
    edited = BRIDGE.split(" ")
    for place in chosen.sample(range(len(edited)), len(edited) // 10):
        edited[place] = chosen.choice(MARKET.split(" "))
    for copy in (
        ". ".join(sentences[:2] + sentences[3:]),  # a sentence dropped
        ". ".join(reversed(sentences)),  # another order
        " ".join(edited),  # one word in ten changed
        fold(BRIDGE),  # typed without accents
        BRIDGE.upper(),
        BRIDGE.replace(". ", ";\n\n- "),  # set as a list
        BRIDGE + " " + MARKET,  # a wire in a longer article
    ):
        assert is_copy(BRIDGE, copy), copy
        assert is_copy(copy, BRIDGE), copy


def test_two_sentences_and_less() -> None:
    two = "Cầu Sông Hiền dài năm trăm mét đã thông xe. Công trình nối xã Vĩnh An với thị trấn Bình Khê."
    assert is_copy(two, two.replace("thị trấn", "huyện"))
    assert is_copy("Tin vắn.", "tin vắn")
    assert not is_copy("Tin vắn.", BRIDGE + " Tin vắn.")  # three words prove nothing
    assert is_copy("🙂🙂🙃", "🙂🙂🙃")
    assert not is_copy("🙂🙂🙃", "🚗🚗🚕")
    assert not is_copy("", "")


def test_one_quotation_in_common_is_a_shared_sentence_and_no_copy() -> None:
    quotation = "Ông Lê Văn Tám, chủ tịch xã, nói rằng bà con đã mong chiếc cầu này từ ba mươi năm nay."
    text = f"{MARKET} {quotation} Ảnh: Lê Minh."
    one, other = wording_of(BRIDGE), wording_of(text)
    assert not near_duplicate(one, other)
    assert [text[start:end] for start, end in shared_sentences(one, other)] == [quotation]


def test_reports_from_one_template_differ_in_their_numbers() -> None:
    def prices(seed: int) -> str:
        chosen = random.Random(seed)
        return " ".join(
            f"Giá vàng miếng tại cửa hàng số {shop} sáng nay mua vào {chosen.randrange(30_000, 40_000)} đồng một chỉ, "
            f"và bán ra {chosen.randrange(40_000, 50_000)} đồng một chỉ."
            for shop in range(8)
        )

    assert share(prices(1), prices(2)) > DUPLICATE_THRESHOLDS.share
    assert not is_copy(prices(1), prices(2))
    assert is_copy(prices(1), prices(1).replace("sáng nay", "hôm nay"))


def test_a_very_long_text_is_read_to_a_bound() -> None:
    words = [f"tu{n}" for n in range(40_000)]
    long = " ".join(" ".join(words[first : first + 20]) + "." for first in range(0, len(words), 20)) * 10
    wording = wording_of(long)
    assert READ_WORDS <= wording.words <= READ_WORDS + 300
    assert wording.spans[-1][1] <= READ_CHARACTERS
    assert is_copy(long, long[:20_000])
    assert wording_of("a" * 200_000).words <= READ_WORDS + 300


def test_the_signature_rules_out_only_what_has_little_in_common() -> None:
    assert may_overlap(wording_of(BRIDGE), wording_of(MARKET + " " + BRIDGE + " " + MARKET))
    assert not may_overlap(wording_of(BRIDGE), wording_of(MARKET))


CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\0"),
    st.sampled_from(
        ["e\u0301", "👩‍👩‍👧", "🇻🇳", "\r\n", "\n\n", ". ", "? ", "。", "שלום ", "สวัสดี", "\u200b", " một hai ba bốn "]
    ),
)
ANY_TEXT = st.lists(CHARACTERS, max_size=300).map("".join).map(normalize)


@given(one=ANY_TEXT, other=ANY_TEXT)
def test_any_two_texts_can_be_compared(one: str, other: str) -> None:
    first, second = wording_of(one), wording_of(other)
    assert 0 <= share_in_common(first, second) <= 1
    assert share_in_common(first, second) == share_in_common(second, first)
    assert near_duplicate(first, first) == bool(first.words)
    assert near_duplicate(first, second) == is_near_duplicate(first, second, share_in_common(first, second))
    for start, end in shared_sentences(first, second):
        assert 0 <= start < end <= len(other)
        assert other[start:end].strip() == other[start:end]
