"""NFC, LF, and letters without accents."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.normalization import fold, normalize


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Đổi mới", "doi moi"),
        ("ĐƯỜNG Nguyễn Huệ", "duong nguyen hue"),
        ("hoà hòa thuý thúy", "hoa hoa thuy thuy"),
        ("Straße, Œuvre, Łódź, Ørsted, Ǿ, ǽ", "strasse, oeuvre, lodz, orsted, o, ae"),
        ("Ёлка й", "ёлка й"),
        ("が ภาษาไทย 한국", "が ภาษาไทย 한국"),
        ("İstanbul", "istanbul"),
        ("ÀÉÎÕÜ ç ñ", "aeiou c n"),
        ("№ 5 – 6,5%", "№ 5 – 6,5%"),
    ],
)
def test_fold(text: str, expected: str) -> None:
    assert fold(text) == expected
    assert fold(unicodedata.normalize("NFD", text)) == expected


@given(st.text())
def test_folding_twice_changes_nothing_more(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_folding_does_not_depend_on_the_unicode_form(text: str) -> None:
    assert fold(unicodedata.normalize("NFD", text)) == fold(unicodedata.normalize("NFC", text)) == fold(text)


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_folding_ascii_only_lowers_it(text: str) -> None:
    assert fold(text) == text.lower()


def test_every_vietnamese_letter_folds_to_ascii() -> None:
    letters = [
        base + tone for base in "aăâeêioôơuưyđ" for tone in ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    ]
    assert {fold(letter) for letter in letters} == set("aeiouyd")
    assert {fold(letter.upper()) for letter in letters} == set("aeiouyd")


def test_normalize() -> None:
    assert normalize("\ufeffHo\u0300a\r\nBi\u0300nh\rxa") == "Hòa\nBình\nxa"


@given(st.text())
def test_normal_text_is_nfc_without_carriage_returns(text: str) -> None:
    normal = normalize(text)
    assert "\r" not in normal
    assert unicodedata.is_normalized("NFC", normal)


LETTERS = st.characters(exclude_categories=()) | st.sampled_from("ĐđẾếƠơßæŒıİ한กำе́\u0301\u0323")


@given(st.text(LETTERS, max_size=40))
def test_a_letter_folds_alike_in_long_texts_and_in_short_ones(text: str) -> None:
    assert fold(f"{'a ' * 100}{text}") == f"{'a ' * 100}{fold(f'. {text}')[2:]}"
