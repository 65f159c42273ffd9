"""Codes and signed names that an answer has to hold."""

from __future__ import annotations

import pytest

from qa.evidence.required import holds_any, required_names


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Ai dạy C#?", "Lớp C# mở tối nay."),
        ("gói 5G+ giá bao nhiêu", "Giá gói 5G+ là 100.000 đồng."),
        ("Xe tăng T-90 nặng bao nhiêu?", "Chiếc T90 nặng 46 tấn."),
        ("Đội U23 thắng mấy bàn?", "Đội U-23 thắng hai bàn."),
        ("Nghị quyết 18-NQ/TW nói gì?", "Theo Nghị quyết số 18 NQ/TW, ..."),
        ("lô b7741 ở đâu", "Lô B7741 ở kho."),
        ("Lớp C ở đâu?", "Lớp lập trình C ở tầng hai."),
    ],
)
def test_a_name_is_held_however_it_is_separated(question: str, text: str) -> None:
    assert required_names(question)
    assert holds_any(required_names(question), "", text)
    assert holds_any(required_names(question), text, "")


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("Ai dạy C#?", "Lớp C++ và lớp C mở tối nay."),
        ("Ai dạy C++?", "Lớp C# và lớp C mở tối nay."),
        ("Lớp C ở đâu?", "Lớp C++ ở tầng hai."),
        ("A002", "Ms: 1A0023 và A0021."),
        ("Xe tăng T-90 nặng bao nhiêu?", "Chiếc T-900 nặng 46 tấn, chiếc T-9 nhẹ hơn."),
    ],
)
def test_another_name_does_not_stand_for_it(question: str, text: str) -> None:
    assert not holds_any(required_names(question), "", text)


@pytest.mark.parametrize(
    "question",
    [
        "Diện tích bao nhiêu km2?",
        "a 12-year-old boy",
        "lúc 19h30 có gì",
        "đường dài 20km",
        "1+1 bằng mấy",
        "Thế kỷ X có gì?",
        "What did I do?",
        "covid-19 bùng phát khi nào",
        "Tại sao?",
    ],
)
def test_quantities_and_words_are_no_codes(question: str) -> None:
    assert required_names(question) == ()
    assert holds_any((), "", "")
