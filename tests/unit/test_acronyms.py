"""Abbreviations and their full forms: where they are mentioned, and texts in the other words."""

from __future__ import annotations

import pytest

from index.text.acronyms import AS_IT_IS, KNOWN, Names, mentions, other_wordings, rewording
from index.text.normalization import fold

TEAM = Names(("ĐTN",), ("Đoàn Thanh niên",))


def found(text: str) -> list[str]:
    return [text[one.start : one.end] for one in mentions(text)]


@pytest.mark.parametrize(
    ("text", "mentioned"),
    [
        ("Chủ tịch UBND xã", ["UBND"]),
        ("chu tich ubnd xa", ["ubnd"]),
        ("Uỷ ban Nhân dân xã", ["Uỷ ban Nhân dân"]),
        ("uy ban nhan dan xa", ["uy ban nhan dan"]),
        ("UBND TP.HCM và UBND TPHCM", ["UBND", "TP.HCM", "UBND", "TPHCM"]),
        ("Tp HCM", ["Tp HCM"]),
        ("Thành phố Hồ Chí Minh", ["Thành phố Hồ Chí Minh"]),
        ("Sở GD-ĐT, so gd&dt", ["GD-ĐT", "gd&dt"]),
        ("DH Bách khoa", ["DH"]),
        ("the US and the EU", ["US", "EU"]),
        ("AI LÀ GÌ", []),
        ("AI viết?", ["AI"]),
    ],
)
def test_names_are_found_in_both_forms(text: str, mentioned: list[str]) -> None:
    assert found(text) == mentioned


@pytest.mark.parametrize(
    "text", ["Ai là us?", "they told us who", "đh", "un ballon", "eu tenho", "UBNDX", "AI LÀ NGƯỜI VIẾT BÀI NÀY?", ""]
)
def test_words_are_no_abbreviations(text: str) -> None:
    assert found(text) == []


def test_a_text_is_worded_in_the_other_way() -> None:
    text = "Giám đốc BV huyện và Ủy ban nhân dân xã"
    worded = [(one.text, one.names) for one in other_wordings(text, mentions(text))]
    assert worded == [
        ("Giám đốc BV huyện và UBND xã", "UBND"),
        ("Giám đốc bệnh viện huyện và Ủy ban nhân dân xã", "bệnh viện"),
    ]
    assert other_wordings("Giám đốc huyện", mentions("Giám đốc huyện")) == []
    assert len(other_wordings("EU, UN, WHO, TP.HCM", mentions("EU, UN, WHO, TP.HCM"))) == 3


@pytest.mark.parametrize(
    ("question", "text", "read"),
    [
        ("Ủy ban nhân dân", "UBND tỉnh và Uỷ ban nhân dân xã", "Ủy ban nhân dân tỉnh và Ủy ban nhân dân xã"),
        ("ubnd", "UBND tỉnh và Ủy ban nhân dân xã", "ubnd tỉnh và ubnd xã"),
        ("Thành phố Hồ Chí Minh", "TP. HCM đông", "Thành phố Hồ Chí Minh đông"),
        ("EU", "The European Union and Liên minh châu Âu", "The EU and EU"),
        ("Bãi biển", "UBND tỉnh", "UBND tỉnh"),
        ("UBND hay Ủy ban nhân dân", "UBND tỉnh", "UBND tỉnh"),
    ],
)
def test_articles_are_read_in_the_words_of_the_question(question: str, text: str, read: str) -> None:
    assert rewording(question, mentions(question))(text) == read


def test_rewordings_can_be_compared_and_change_nothing_by_default() -> None:
    one, other = (rewording(text, mentions(text)) for text in ("UBND xã", "UBND tỉnh"))
    assert one == other
    assert hash(one) == hash(other)
    assert AS_IT_IS("UBND") == "UBND"


def test_only_the_given_names_are_found() -> None:
    assert [one.names for one in mentions("Đoàn Thanh niên và UBND", (TEAM,))] == [TEAM]


def test_a_letter_that_folds_to_two_hides_only_full_forms() -> None:
    assert found("Straße: UBND và Ủy ban nhân dân") == ["UBND"]


def test_the_list_is_sound() -> None:
    shorts = [fold(short) for names in KNOWN for short in names.shorts]
    assert len(shorts) == len(set(shorts))
    assert all(len(long.split()) >= 2 for names in KNOWN for long in names.longs)
    for names in KNOWN:
        for name in (*names.shorts, *names.longs):
            assert name in {name[one.start : one.end] for one in mentions(name)}, name
