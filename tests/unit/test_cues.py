from __future__ import annotations

import pytest

from index.models.builtin.encoder import builtin_static_model
from index.reading.reader import PassageReader, PassageText
from index.reading.readings import Readings
from index.reading.stored import decode
from index.reading.syllables import hash_of
from qa.evidence.cues import AnswerKind, offers, question_cues


def read(*sentences: str) -> Readings:
    return decode(PassageReader(builtin_static_model()).read([PassageText(sentence) for sentence in sentences]))


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Cầu Mỹ Thuận dài bao nhiêu mét?", "number"),
        ("cau my thuan co may nhip", "number"),
        ("Cầu thông xe khi nào?", "date"),
        ("Cầu khánh thành năm nào?", "date"),
        ("Vì sao cầu bị hỏng?", "reason"),
        ("Cầu nằm ở đâu?", "place"),
        ("Ai thiết kế cây cầu?", "person"),
        ("Cây cầu có ý nghĩa gì?", "other"),
        ("How many lanes does it have?", "number"),
        ("What year did it open?", "date"),
        ("Who designed it?", "person"),
        ("Pourquoi le pont est-il fermé ?", "reason"),
        ("这座桥什么时候通车？", "date"),
        ("橋の長さは何メートルですか。いくらですか", "number"),
        ("ใครออกแบบสะพาน", "person"),
        ("Сколько полос на мосту?", "number"),
        ("Cầu có mấy nhịp?", "number"),
        ("may nguoi bi thuong", "number"),
        ("Máy bay nào rơi ở Hà Nội?", "other"),
        ("Who may vote?", "person"),
        ("What happened in May?", "other"),
        ("Công nghệ AI là gì?", "other"),
        ("AI LÀ NGƯỜI VẼ CẦU?", "person"),
        ("Ai dùng AI trong công việc?", "person"),
    ],
)
def test_the_kind_of_answer_is_known_with_and_without_accents(question: str, kind: AnswerKind) -> None:
    assert question_cues(question).kind == kind


@pytest.mark.parametrize(
    ("question", "offering", "lacking"),
    [
        ("Cầu dài bao nhiêu mét?", "Cầu dài 1.535 mét.", "Cầu rất dài."),
        ("Cầu số 7 dài bao nhiêu mét?", "Cầu số 7 dài 90 mét.", "Cầu số 7 nằm xa."),
        ("Cầu thông xe khi nào?", "Cầu thông xe ngày 21 tháng 5.", "Cầu đã thông xe."),
        ("Ai thiết kế cầu Hiền?", "Người vẽ cầu Hiền là ông Lê Văn Bình.", "Cầu Hiền do thợ giỏi vẽ."),
        ("Vì sao cầu đóng?", "Cầu đóng vì lũ lớn.", "Cầu đóng từ sáng."),
    ],
)
def test_a_sentence_offers_what_is_asked_for_only_when_the_question_did_not_bring_it(
    question: str, offering: str, lacking: str
) -> None:
    wanted = question_cues(question)
    assert offers(read(offering, lacking), wanted).tolist() == [True, False]


def test_names_are_capitals_inside_a_sentence() -> None:
    found = read("Hôm qua ông Lê Bình về Huế.")
    assert set(found.listed.tolist()) == {hash_of(name) for name in ("le", "binh", "hue")}
    assert not read("Hôm qua trời mưa.").name_counts.any()
