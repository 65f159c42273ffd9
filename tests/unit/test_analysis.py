"""Terms: accents kept and dropped, pairs of syllables, pairs of characters."""

from __future__ import annotations

import unicodedata
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.analysis import Terms, accent_key, analyse, runs_of
from index.text.normalization import fold


@pytest.mark.parametrize(
    ("old", "new"), [("hoà", "hòa"), ("thuý", "thúy"), ("khoẻ", "khỏe"), ("loã", "lõa"), ("tuỵ", "tụy")]
)
def test_the_old_and_the_new_place_of_the_tone_are_one_term(old: str, new: str) -> None:
    assert accent_key(old) == accent_key(new)
    assert accent_key(unicodedata.normalize("NFD", old.upper())) == accent_key(new)


@pytest.mark.parametrize(
    ("one", "other"), [("đường", "dương"), ("đường", "đương"), ("mã", "mả"), ("bo", "bô"), ("tu", "tư")]
)
def test_different_words_are_different_terms(one: str, other: str) -> None:
    assert accent_key(one) != accent_key(other)


def test_accent_keys_are_written_as_documented() -> None:
    assert accent_key("đường") == "đương2"
    assert accent_key("Dương") == "dương"
    assert [accent_key(word) for word in ("má", "mà", "mả", "mã", "mạ")] == ["ma1", "ma2", "ma3", "ma4", "ma5"]
    assert accent_key("й") == "й"


@given(st.text(alphabet="aăâeêioôơuưyđbcghkmnpqrstvx\u0300\u0301\u0303\u0309\u0323", min_size=1, max_size=8))
def test_accent_key_does_not_depend_on_the_unicode_form(word: str) -> None:
    assert accent_key(unicodedata.normalize("NFC", word)) == accent_key(unicodedata.normalize("NFD", word))
    assert fold(accent_key(word).rstrip("12345")) == fold(word)


def test_syllables_and_their_pairs() -> None:
    assert analyse("Lãnh đạo TP. Hòa Bình") == Terms(
        ("lanh4", "đao5", "tp", "hoa2", "binh2"),
        ("lanh", "dao", "tp", "hoa", "binh"),
        ("lanh_dao", "dao_tp", "tp_hoa", "hoa_binh"),
    )


def test_scripts_without_spaces_give_pairs_of_characters_and_part_the_syllables() -> None:
    assert analyse("Hà 中文字 Nội") == Terms(("ha2", "nôi5"), ("ha", "noi"), ("中文", "文字"))
    assert analyse("中") == Terms((), (), ("中",))
    assert analyse("ไทย").pairs == ("ไท", "ทย")
    assert analyse("カー").pairs == ("カー",)


def test_numbers_and_compatibility_letters() -> None:
    assert analyse("ngày 14/4, 6,5%").folded == ("ngay", "14", "4", "6", "5")
    assert analyse("２０１８ ｗｅｂ ﬁ").folded == analyse("2018 web fi").folded == ("2018", "web", "fi")
    assert analyse("ｶﾞｽ").pairs == analyse("ガス").pairs == ("ガス",)


@pytest.mark.parametrize(
    ("text", "folded", "pairs"),
    [
        ("lớp C#", ("lop", "c", "c#"), ("lop_c#",)),
        ("C++ và C", ("c", "c++", "va", "c"), ("c++_va", "va_c")),
        ("C++17.", ("c", "c++", "17"), ("c++_17",)),
        ("gói 5G+!", ("goi", "5g", "5g+"), ("goi_5g+",)),
        ("trên .NET 8", ("tren", "net", ".net", "8"), ("tren_net", "net_8")),
        ("200+ người", ("200", "200+", "nguoi"), ("200_nguoi",)),
        ("F#で書く", ("f", "f#"), ("で書", "書く")),
        ("thử A/B", ("thu", "a", "b"), ("thu_a", "a_b", "a/b")),
        ("AT&T", ("at", "t"), ("at_t", "at&t")),
        ("xe T‐90", ("xe", "t", "90"), ("xe_t", "t_90", "t-90")),
        ("số 18-NQ/TW", ("so", "18", "nq", "tw"), ("so_18", "18_nq", "nq_tw", "18-nq/tw")),
        ("U23", ("u23",), ()),
    ],
)
def test_signs_of_a_name_are_kept_beside_the_bare_terms(
    text: str, folded: tuple[str, ...], pairs: tuple[str, ...]
) -> None:
    assert (analyse(text).folded, analyse(text).pairs) == (folded, pairs)


@pytest.mark.parametrize(
    "text", ["1+1", "a+b", "Gia-Định", "và/hoặc", "xong.Net", "...net", "14/4-5/4", "#thẻ", "c## "]
)
def test_other_signs_belong_to_no_name(text: str) -> None:
    terms = analyse(text)
    assert not [term for term in (*terms.folded, *terms.pairs) if not term.replace("_", "").isalnum()]


def test_a_long_joined_run_is_cut_like_any_other() -> None:
    assert analyse("-".join(["ab"] * 5_000)).folded == ("ab",) * 5_000
    assert analyse("x" * 100 + "-" + "y" * 100).folded == ("x" * 64, "y" * 64)


@pytest.mark.parametrize("text", ["", " \n", "!?…", "👩‍👩‍👧‍👦", "\u0301"])
def test_nothing_to_find(text: str) -> None:
    assert analyse(text) == Terms((), (), ())
    assert not analyse(text)


def test_long_runs_are_cut() -> None:
    assert analyse("x" * 10_000).folded == ("x" * 64,)
    assert len(analyse("中" * 10_000).pairs) == 9_999


@given(st.text())
def test_terms_line_up(text: str) -> None:
    terms = analyse(text)
    assert len(terms.accented) == len(terms.folded)
    assert sum("_" in pair for pair in terms.pairs) <= max(0, len(terms.folded) - 1)
    assert all(terms.folded) and all(terms.accented) and all(terms.pairs)  # noqa: PT018
    assert analyse(unicodedata.normalize("NFD", text)) == analyse(unicodedata.normalize("NFC", text))


@given(st.text())
def test_typing_without_accents_finds_the_same_folded_terms(text: str) -> None:
    folded = tuple(term for term in analyse(text).folded if term.isalnum())  # a name's signs give its bare term again
    assert analyse(" ".join(folded)).folded == folded or any(len(term) >= 64 for term in folded)


@given(st.text() | st.text(alphabet="aĐê01 \t\u3000-&#+.,東京ー\u0301\u0323", max_size=20))
def test_no_run_reaches_over_white_space(text: str) -> None:
    runs = runs_of(unicodedata.normalize("NFKC", text))
    pairs: list[str] = []
    line: tuple[str, ...] = ()
    for run in runs:
        pairs.extend(f"{before}_{first}" for before, first in zip(line[-1:], run.line[:1], strict=False))
        pairs.extend(run.pairs)
        line = run.line
    accented, folded = chain.from_iterable(run.accented for run in runs), chain.from_iterable(r.folded for r in runs)
    assert analyse(text) == Terms(tuple(accented), tuple(folded), tuple(pairs))
