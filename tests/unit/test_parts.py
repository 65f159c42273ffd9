"""Questions that ask for several things, and those that only look so."""

import pytest

from qa.answering.parts import MOST_PARTS, parts_of


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("Hội nghị họp ở đâu và ai chủ trì?", ["Hội nghị họp ở đâu", "ai chủ trì?"]),
        ("hoi nghi hop o dau va ai chu tri", ["hoi nghi hop o dau", "ai chu tri"]),
        ("Ai là giám đốc? Ông nhậm chức khi nào?", ["Ai là giám đốc", "Ông nhậm chức khi nào?"]),
        ("When was the bridge built, and who designed it?", ["When was the bridge built", "who designed it?"]),
        ("Wo liegt die Brücke und wer hat sie gebaut?", ["Wo liegt die Brücke", "wer hat sie gebaut?"]),
        ("Когда построен мост и кто его спроектировал?", ["Когда построен мост", "кто его спроектировал?"]),
        ("长边桥是什么时候建的，谁设计的？", ["长边桥是什么时候建的", "谁设计的？"]),
        ("สะพานสร้างเมื่อไรและใครออกแบบ", ["สะพานสร้างเมื่อไร", "ใครออกแบบ"]),
    ],
)
def test_every_part_asks_for_something_else(question: str, parts: list[str]) -> None:
    assert [part.text for part in parts_of(question)] == parts


@pytest.mark.parametrize(
    "question",
    [
        "Tổng Bí thư và Thủ tướng nói gì ở hội nghị?",
        "Ai và khi nào đã xây cầu Long Biên?",
        "Ai sáng lập và ai lãnh đạo hội?",
        "What did the ministry and the city decide?",
        "Who founded the club and who led it?",
        "Khi nào, ở đâu, ai, vì sao?",
        "Vì sao Mỹ và Trung Quốc đàm phán ở đâu?",
        "Ai gặp Thủ tướng Việt Nam và Tổng thống Pháp khi nào?",
        "Ai đã thắng giữa Mỹ và Nga năm nào?",
        "Vườn thú Hà Nội có bao nhiêu con voi sinh ở đâu?",
        "Anh Nam nuoi bao nhieu con ga o dau?",
        "Trong số đó ai còn giữ chức gì?",
        "Ai đứng đầu Bộ Y tế khi nào?",
        "bao nhieu nhan vien y te o dau bi nhiem",
        "Tàu nào va vào cầu khi nào?",
        "Doi nao dan dau bang xep hang khi nao?",
        "Bộ luật AI và dữ liệu có hiệu lực khi nào?",
        'Phim "Em là ai? Anh ở đâu?" chiếu khi nào?',
        'Bài hát "Em ở đâu và anh là gì" của nhạc sĩ Trần Tiến ra đời khi nào?',
        "cầu Long Biên",
        "là gì và",
        "?? ; và",
    ],
)
def test_what_asks_for_one_thing_stays_whole(question: str) -> None:
    assert [(part.text, part.question) for part in parts_of(question)] == [(question, question)]


@pytest.mark.parametrize(
    ("question", "second"),
    [
        ("Cầu Long Biên dài bao nhiêu và do ai thiết kế?", "Cầu Long Biên dài do ai thiết kế?"),
        ("Cầu Long Biên dài bao nhiêu và ai sửa nó năm 1995?", "Cầu Long Biên dài ai sửa nó năm 1995?"),
        ("hoi nghi hop o dau va ai chu tri", "hoi nghi hop ai chu tri"),
        ("Bộ Y tế công bố khi nào và bao nhiêu người mắc?", "Bộ Y tế công bố bao nhiêu người mắc?"),
        ("Khi nào Quốc hội họp và bàn gì?", "Quốc hội họp bàn gì?"),
        ("When was the Long Bien bridge built and who designed it?", "the Long Bien bridge built who designed it?"),
        ("Wie groß ist der Dom und wer war der Architekt?", "groß ist der Dom wer war der Architekt?"),
        ("Ai xây cầu Long Biên? Cầu Mỹ Thuận bắc qua sông nào?", "Cầu Mỹ Thuận bắc qua sông nào?"),
        ("AI là gì và ứng dụng ở đâu?", "AI là ứng dụng ở đâu?"),
        ("HỘI NGHỊ HỌP Ở ĐÂU VÀ AI CHỦ TRÌ?", "HỘI NGHỊ HỌP AI CHỦ TRÌ?"),
        ("ai xay cau long bien? nui lua etna phun trao nam nao?", "nui lua etna phun trao nam nao?"),
        ("Ai là giám đốc? Ông nhậm chức khi nào?", "là giám đốc Ông nhậm chức khi nào?"),
        ("Ai viết “Số đỏ” và khi nào?", "viết “Số đỏ” khi nào?"),
        ("桥是什么时候建的，谁设计的？", "桥是建的谁设计的？"),
    ],
)
def test_a_part_takes_along_what_it_leaves_unsaid(question: str, second: str) -> None:
    assert parts_of(question)[1].question == second


def test_a_question_of_many_parts_is_asked_as_one() -> None:
    asked = ["A ở đâu?", "B là ai?", "C khi nào?", "D vì sao?"]
    assert len(parts_of(" ".join(asked[:MOST_PARTS]))) == MOST_PARTS
    assert len(parts_of(" ".join(asked))) == 1


def test_many_boundaries_take_no_long_time() -> None:
    for piece in ("who and ", "谁，", "ai và ", "? ", "and "):
        assert len(parts_of(piece * (20_000 // len(piece)))) == 1
