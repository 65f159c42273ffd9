"""Kinds of questions that were answered wrongly, each with the case that showed it and more examples of the kind."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from index.corpus import Corpus
from index.models.encoder import Encoder
from index.records import Draft
from index.search.protocol import Mode
from qa.answers import Answer
from qa.engine import Engine

COURSES = (
    ("Lớp lập trình buổi tối", "Trung tâm mở lớp lập trình C++ do cô Hạnh dạy, học phí 500.000 đồng."),
    ("Lớp lập trình cuối tuần", "Trung tâm mở lớp lập trình C do thầy Vinh dạy, học phí 600.000 đồng."),
    ("Lớp lập trình trực tuyến", "Trung tâm mở lớp lập trình F# do anh Khoa dạy, học phí 700.000 đồng."),
    ("Lớp nhạc", "Trung tâm mở lớp ghi-ta do chị Lan dạy, học phí 800.000 đồng."),
)
CODES = (
    ("Kho hàng", "Lô hàng B7741 được chuyển tới cảng Hải Phòng sáng thứ ba."),
    ("Kho vận", "Mã số 9C0077410X. Giá 250.000 đồng."),
    ("Chợ quê", "Chợ họp từ 5 giờ sáng, bán rau và cá."),
)
ADVICE = (
    ("Bệnh tiểu đường", "Người bệnh tiểu đường không nên uống nước ngọt. Họ có thể uống trà xanh không đường."),
    (
        "Hướng dẫn đi biển",
        "Du khách không được mang theo chai thủy tinh. Du khách được mang theo mũ và kem chống nắng.",
    ),
    ("Advice for runners", "Runners should not drink coffee before a race. They can drink water or diluted juice."),
)


def answer(
    articles: Sequence[tuple[str, str]], question: str, builtin: Encoder, folder: Path, *, first: bool = False
) -> Answer:
    """Ask a corpus of these titles and texts; with `first` the least confidence does not matter."""
    with Corpus.open(folder, builtin) as corpus:
        drafts = [Draft(text=text, title=title, id=f"a{row}") for row, (title, text) in enumerate(articles)]
        assert {outcome.status for outcome in corpus.add(drafts)} == {"created"}
        return Engine(corpus).ask(question, min_confidence=0.0 if first else None)


def case(name: str) -> list[tuple[str, str]]:
    """Return titles and texts of a case beside the repository; its test is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2].parent / "shared" / "cases" / name
    if not folder.is_dir():
        pytest.skip("needs ../shared/cases")
    file = folder / json.loads((folder / "case.json").read_text(encoding="utf-8"))["input"]
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    return [(row["title"], row["text"]) for row in rows]


def said(found: Answer) -> str:
    return "" if found.answer is None else found.answer.text


def test_case_signs_of_a_name(builtin: Encoder, tmp_path: Path) -> None:
    articles = case("signs-of-a-name-dropped")
    found = answer(articles, "Ai dạy lớp C#?", builtin, tmp_path, first=True)
    assert found.passages[0].quotes[0].text == articles[2][1]
    assert said(found) == articles[2][1]


@pytest.mark.parametrize(
    ("question", "row"),
    [
        ("Ai dạy lớp F#?", 2),
        ("ai day lop lap trinh f#", 2),
        ("Học phí lớp C++ là bao nhiêu?", 0),
        ("Lớp lập trình C do ai dạy?", 1),
    ],
)
def test_a_name_is_told_from_another_by_its_signs(question: str, row: int, builtin: Encoder, tmp_path: Path) -> None:
    found = answer(COURSES, question, builtin, tmp_path)
    assert said(found) == COURSES[row][1]


@pytest.mark.parametrize("question", ["là gì", "như thế nào"])
def test_case_function_words(question: str, builtin: Encoder, tmp_path: Path) -> None:
    found = answer(case("stopwords-answered"), question, builtin, tmp_path)
    assert (found.answerable, found.confidence, found.answer) == (False, 0.0, None)


@pytest.mark.parametrize("question", ["Ai thế?", "tai sao", "What is it?", "C'est quoi ?", "这是什么?", "Wo?"])
def test_function_words_are_refused(question: str, builtin: Encoder, tmp_path: Path) -> None:
    found = answer(ADVICE, question, builtin, tmp_path)
    assert (found.answerable, found.confidence, found.answer) == (False, 0.0, None)


def test_case_negation(builtin: Encoder, tmp_path: Path) -> None:
    articles = case("negation-answers-opposite")
    found = answer(articles, "Người bệnh gout nên ăn gì?", builtin, tmp_path)
    assert "Họ có thể ăn trứng, sữa ít béo và rau xanh." in said(found)
    assert "không nên" not in said(found)


@pytest.mark.parametrize(
    ("question", "wanted", "other"),
    [
        ("Người bệnh tiểu đường nên uống gì?", "trà xanh", "nước ngọt"),
        ("Người bệnh tiểu đường không nên uống gì?", "nước ngọt", "trà xanh"),
        ("nguoi benh tieu duong nen uong gi", "trà xanh", "nước ngọt"),
        ("Du khách được mang theo gì?", "kem chống nắng", "thủy tinh"),
        ("Du khách không được mang theo gì?", "thủy tinh", "kem chống nắng"),
        ("What can runners drink before a race?", "water", "coffee"),
        ("What should runners not drink before a race?", "coffee", "water"),
    ],
)
def test_an_answer_does_not_say_the_opposite(
    question: str, wanted: str, other: str, builtin: Encoder, tmp_path: Path
) -> None:
    found = answer(ADVICE, question, builtin, tmp_path)
    assert wanted in said(found)
    assert other not in said(found)


@pytest.mark.parametrize(("question", "row"), [("Chủ tịch Ủy ban nhân dân tỉnh Sông Lam là ai?", 0), ("A002", 3)])
def test_case_unrelated_sentences(question: str, row: int, builtin: Encoder, tmp_path: Path) -> None:
    articles = case("unrelated-sentence-in-answer")
    assert said(answer(articles, question, builtin, tmp_path)) == articles[row][1]


@pytest.mark.parametrize("question", ["B7741", "b7741", "Lô B7741 ở đâu?", "B-7741"])
def test_a_code_is_answered_only_by_what_holds_it(question: str, builtin: Encoder, tmp_path: Path) -> None:
    assert said(answer(CODES, question, builtin, tmp_path)) == CODES[0][1]


@pytest.mark.parametrize("question", ["B7742", "Lô hàng B7742 được chuyển tới đâu?"])
def test_a_code_that_nothing_holds_is_refused(question: str, builtin: Encoder, tmp_path: Path) -> None:
    found = answer(CODES, question, builtin, tmp_path)
    assert (found.answerable, found.answer) == (False, None)


def test_a_weak_answer_is_not_padded_from_other_articles(builtin: Encoder, tmp_path: Path) -> None:
    articles = [
        ("Giải chạy", "Giải chạy Bãi Sậy năm nay có 900 người dự, chị Tâm về nhất."),
        ("Giá cá", "| Chợ Bãi Sậy | 41,5 | 42,0 |"),
        ("Tin vắn", "Nhà tài trợ là Hội nuôi ong Bãi Sậy."),
    ]
    found = answer(articles, "Người thắng giải marathon ở Bãi Sậy là ai?", builtin, tmp_path, first=True)
    assert said(found) == articles[0][1]


NEWS = (
    ("Tin huyện", "Chủ tịch UBND huyện Bến Đá Lê Văn Tám trao quà cho 30 hộ nghèo."),
    ("Tin trường", "Sở GD&ĐT tỉnh Bến Đá cho học sinh nghỉ học từ ngày 5-9."),
    ("Tin y tế", "Tổ chức Y tế Thế giới khuyến cáo người dân Bến Đá rửa tay thường xuyên."),
    ("Tin thành phố", "Bệnh viện Nhi Thành phố Hồ Chí Minh nhận 12 máy thở."),
    ("Tin chợ", "Ban quản lý chợ Bến Đá thu phí 20.000 đồng một sạp."),
)


@pytest.mark.parametrize(
    ("question", "same", "row"),
    [
        ("Chủ tịch Ủy ban nhân dân tỉnh Sông Lam là ai?", "Chủ tịch UBND tỉnh Sông Lam là ai?", 0),
        ("Giám đốc BV Ung bướu Thành phố Hồ Chí Minh là ai", "Giám đốc BV Ung bướu TP.HCM là ai", 2),
    ],
)
def test_case_acronyms(question: str, same: str, row: int, builtin: Encoder, tmp_path: Path) -> None:
    articles = case("acronym-not-its-expansion")
    found = answer(articles, question, builtin, tmp_path / "one")
    assert said(found) == articles[row][1]
    assert found.confidence == pytest.approx(answer(articles, same, builtin, tmp_path / "other").confidence, abs=0.12)


@pytest.mark.parametrize(
    ("question", "same", "row"),
    [
        ("Ai là chủ tịch Ủy ban nhân dân huyện Bến Đá?", "Ai là chủ tịch UBND huyện Bến Đá?", 0),
        ("chu tich uy ban nhan dan huyen ben da la ai", "chu tich ubnd huyen ben da la ai", 0),
        ("Sở Giáo dục và Đào tạo Bến Đá cho nghỉ học từ ngày nào?", "Sở GD&ĐT Bến Đá cho nghỉ học từ ngày nào?", 1),
        ("WHO khuyến cáo gì?", "Tổ chức Y tế Thế giới khuyến cáo gì?", 2),
        ("BV Nhi TP.HCM nhận gì?", "Bệnh viện Nhi Thành phố Hồ Chí Minh nhận gì?", 3),
        ("bv nhi tphcm nhan bao nhieu may tho", "benh vien nhi thanh pho ho chi minh nhan bao nhieu may tho", 3),
    ],
)
def test_an_abbreviation_and_its_full_form_are_one(
    question: str, same: str, row: int, builtin: Encoder, tmp_path: Path
) -> None:
    found = answer(NEWS, question, builtin, tmp_path / "one")
    assert said(found) == NEWS[row][1]
    assert found.confidence == pytest.approx(answer(NEWS, same, builtin, tmp_path / "other").confidence, abs=0.1)


@pytest.mark.parametrize("mode", ["lexical", "hybrid"])
def test_search_finds_the_other_form_and_counts_it(mode: Mode, builtin: Encoder, tmp_path: Path) -> None:
    with Corpus.open(tmp_path, builtin) as corpus:
        list(corpus.add(Draft(text=text, title=title, id=f"a{row}") for row, (title, text) in enumerate(NEWS)))
        found = Engine(corpus).search("World Health Organization", mode=mode)
    assert found.passages[0].passage.article.id == "a2"
    assert found.passages[0].lexical.rank == 1
    assert found.total >= 1


def test_an_abbreviation_is_learned_from_the_articles(builtin: Encoder, tmp_path: Path) -> None:
    articles = [
        ("Thành lập hội", "Hội Nuôi ong Bến Đá (HNOBĐ) ra đời năm ngoái với 40 hội viên."),
        ("Bầu cử", "Chủ tịch HNOBĐ Phan Thị Mơ hứa xây nhà kho mới trước Tết."),
        ("Giá cá", "Cá cơm Bến Đá giá 41.000 đồng một ký."),
    ]
    full = answer(articles, "Chủ tịch Hội Nuôi ong Bến Đá là ai?", builtin, tmp_path / "full")
    short = answer(articles, "Chủ tịch HNOBĐ là ai?", builtin, tmp_path / "short")
    assert articles[1][1] in said(full)
    assert full.passages[0].passage.text == short.passages[0].passage.text == articles[1][1]
