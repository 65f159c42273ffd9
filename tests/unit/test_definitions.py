"""Abbreviations that a text explains."""

from __future__ import annotations

import pytest

from index.text.definitions import definitions


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("Chiều qua, Hội Nuôi ong Bến Đá (HNOBĐ) họp.", "HNOBĐ", "Hội Nuôi ong Bến Đá"),
        ("Theo HNOBĐ (Hội Nuôi ong Bến Đá), mật được giá.", "HNOBĐ", "Hội Nuôi ong Bến Đá"),
        ("Sở Xây dựng và Giao thông (SXDGT) cho biết", "SXDGT", "Sở Xây dựng và Giao thông"),
        ("The Harbour Board of Trade (HBT) met.", "HBT", "Harbour Board of Trade"),
    ],
)
def test_an_explained_abbreviation_is_learned(text: str, short: str, long: str) -> None:
    assert [(names.shorts, names.longs) for names in definitions(text)] == [((short,), (long,))]


@pytest.mark.parametrize(
    "text",
    [
        "Ông Tám (SN 1970) và bà Lan (ĐT 0912)",
        "UEFA (Thụy Sĩ) phạt đội bóng",
        "Đội bóng quê nhà thắng lớn (HNOBĐ) hôm qua",
        "HNOBĐ (Hội Nuôi ong Bến Đá và bến cá)",
        "HNOBĐ (Hội Nuôi ong Bến Đá và)",
        "(HNOBĐ)",
        "Ong Bến \u0301 (OBĐ)",
        "không có gì",
    ],
)
def test_brackets_with_something_else_teach_nothing(text: str) -> None:
    assert list(definitions(text)) == []
