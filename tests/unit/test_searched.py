"""What the text index takes of a text is what analysing it gives."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.reading.searched import analysed_text
from index.reading.stretches import codes_in
from index.reading.syllables import codes_of
from index.text.analysis import analyse, runs_of, stretches_of

LETTERS = "aàđBz19 \n\t.,-/&#+(“…”'%\u0301–\u00a0日本ñ´²ﬁ"


def assert_same(text: str) -> None:
    terms, found = analyse(text), analysed_text(text)
    for own, joined in ((terms.accented, found.accented), (terms.folded, found.folded), (terms.pairs, found.pairs)):
        assert sorted(own) == sorted(joined.split())
    codes = codes_of(run for stretch in stretches_of(text) for run in runs_of(stretch))
    assert found.codes == codes_in(text).tobytes() == codes


@pytest.mark.parametrize(
    "text",
    [
        "",
        "– …",
        "Cầu Mỹ Thuận – bắc qua sông Tiền, dài 1.535 mét.",
        "“(C#), “C++…”, (.NET), ...net, 5G+% (18-NQ/TW). 'đó' ’ ()",
        "C# và C++, .NET hay 18-NQ/TW\n200+ người",
        "日本語 テスト a日本語b",
        "x" * 100 + " cầu " + "y-" * 80,
    ],
)
def test_terms_and_codes(text: str) -> None:
    assert_same(text)


@given(st.text(st.sampled_from(LETTERS), max_size=40))
def test_terms_and_codes_of_any_text(text: str) -> None:
    assert_same(text)
