"""Sentences by offsets: sound for any text, and whole in the constructions of Vietnamese news."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.text.sentences import MAX_SENTENCE_CHARACTERS, split_sentences

FRAGMENTS = (
    "Ông Lê An nói",
    "TP. Hồ Chí Minh",
    "v.v.",
    "…",
    ". ",
    "! ",
    "? ",
    "./.",
    '"',
    "“",
    "”",
    "«",
    "»",
    "(",
    ")",
    "\n",
    "\n\n",
    "\r\n",
    "\t",
    "\u00a0",
    "\u200b",
    "- ",
    "# ",
    "1. ",
    "a) ",
    "e\u0323\u0302",
    "👩‍👩‍👧‍👦",
    "🇻🇳",
    "שלום. ",
    "مرحبا؟ ",
    "ภาษาไทย",
    "ພາສາລາວ",
    "ភាសាខ្មែរ។",
    "今天。",
    "“好。”",
    "はい！",
    " " * 40,
    "a" * 300,
    "中" * 500,
    "\u0301" * 70,
    "6,5",
    "..",
    "\x1c",
    "\u2028",
)
ANY_TEXT = st.one_of(
    st.text(max_size=400),
    st.lists(st.sampled_from(FRAGMENTS), max_size=60).map("".join),
    st.text(alphabet=' \n\t.!?"”“(a', max_size=200),
)


def sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


@given(ANY_TEXT)
def test_spans_are_ordered_trimmed_and_cover_everything_visible(text: str) -> None:
    position = 0
    for start, end in split_sentences(text):
        assert position <= start < end <= len(text)
        assert not text[position:start].strip()
        assert text[start:end] == text[start:end].strip()
        assert end - start <= MAX_SENTENCE_CHARACTERS
        position = end
    assert not text[position:].strip()


@given(ANY_TEXT)
def test_no_sentence_runs_across_an_empty_line(text: str) -> None:
    spans = split_sentences(text)
    assert all("\n\n" not in text[start:end] for start, end in spans)


@pytest.mark.parametrize("text", ["", " ", "\n\n\n", "\t \u00a0\r\n"])
def test_white_space_has_no_sentences(text: str) -> None:
    assert split_sentences(text) == []


@pytest.mark.parametrize("text", ["...", "?!", "—", "(“”)", "。", "./."])
def test_punctuation_alone_is_one_sentence(text: str) -> None:
    assert split_sentences(text) == [(0, len(text))]


@pytest.mark.parametrize(
    "text",
    [
        "TP. Hồ Chí Minh có 22 quận, huyện.",
        "TP.HCM và TP. Thủ Đức cùng họp.",
        "TS. Lê An, ThS. Trần Bình và Th.S. Phạm Cúc cùng dự.",
        "Th.S Lê An là tác giả.",
        "PGS.TS. Lê An và GS. TS. Trần Bình chủ trì.",
        "BS.CKII. Trần Danh khám bệnh.",
        "Vườn có cam, quýt, v.v. Nông dân bán ở chợ.",
        "Nghị quyết số 15-NQ/TW của Ban Bí thư T.Ư Đảng.",
        "Ban Bí thư T.Ư. Đảng họp.",
        "Ngày 14/4 giá tăng 6,5 phần trăm, lên 15.000 đồng.",
        "Ngày 14.4.2018 và 1.5.2018 là hai mốc.",
        "ĐT: 0123.456.789 hoặc Tel. 0987",
        "Nhà ở Q. Bình Thạnh, P. 12, Q.1, H. Củ Chi.",
        "Truy cập www.example.org/tin.html để xem.",
        "Bị can Nguyễn V. A. khai nhận.",
        "J. K. Rowling viết bảy cuốn.",
        "The U.S. President met Ph.D. students at 5 p.m. on Monday.",
        "Mr. Smith met Dr. Jones, Sen. Lee and Gov. Hall, i.e. everyone.",
        "See No. 5 of the list.",
        "Mme. Curie et M. Dupont.",
        "Am 3. Oktober ist z. B. München voll.",
        "В 1837 г. А. С. Пушкин умер.",
        "Điều 5. Nguyên tắc chung",
        "“Tôi đi. Anh ở lại!” – ông nói.",
        '"Đi đâu? Về đâu?" ông hỏi.',
        "Ông nói… rồi thôi.",
        "Giá vàng... giảm.",
        "Ba. mẹ ở nhà.",
    ],
)
def test_one_sentence_stays_whole(text: str) -> None:
    assert sentences(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Xem www.example.org. Sau đó gọi.", ["Xem www.example.org.", "Sau đó gọi."]),
        ("Họp lúc 8 giờ 30. Ông An đến.", ["Họp lúc 8 giờ 30.", "Ông An đến."]),
        ("Theo quyết định 12/QĐ-TTg. Giá tăng.", ["Theo quyết định 12/QĐ-TTg.", "Giá tăng."]),
        ("Theo số 15-NQ/TW. Đảng họp.", ["Theo số 15-NQ/TW.", "Đảng họp."]),
        ("ĐT: 0123.456.789. Gọi ngay.", ["ĐT: 0123.456.789.", "Gọi ngay."]),
        ("Đầm đầy hoa sen. Mưa 50 mm. Ông về.", ["Đầm đầy hoa sen.", "Mưa 50 mm.", "Ông về."]),
        ("Hết bài./. Xin chào", ["Hết bài./.", "Xin chào"]),
        ("Cam, quýt, v.v... Nông dân vui.", ["Cam, quýt, v.v...", "Nông dân vui."]),
        ("Bà hỏi: “Đi đâu?”. Ông im.", ["Bà hỏi: “Đi đâu?”.", "Ông im."]),
        ("Bà hỏi: “Đi. Về?” Ông im.", ["Bà hỏi: “Đi. Về?”", "Ông im."]),
        ("Rồi sao? Không! Vâng… Thôi.", ["Rồi sao?", "Không!", "Vâng…", "Thôi."]),
        ("Có số liệu.[12] Ông nói.", ["Có số liệu.[12]", "Ông nói."]),
        ("Hết.\u200b Ông nói.", ["Hết.\u200b", "Ông nói."]),
        ("今天。明天！“好。”他说。", ["今天。", "明天！", "“好。”", "他说。"]),
        ("ភាសា។ ខ្មែរ។", ["ភាសា។", "ខ្មែរ។"]),
        ("Tiêu đề\n\nÔng đi.\nBà về.", ["Tiêu đề", "Ông đi.", "Bà về."]),
        ("Gồm:\n- một. hai\n- ba\n1. bốn\na) năm", ["Gồm:", "- một. hai", "- ba", "1. bốn", "a) năm"]),
        ("1. Mở đầu\n2. Kết luận", ["1. Mở đầu", "2. Kết luận"]),
        ("Câu này\nxuống dòng giữa chừng.", ["Câu này\nxuống dòng giữa chừng."]),
        ("Ông đi.\r\nBà về.", ["Ông đi.", "Bà về."]),
    ],
)
def test_sentences_end_where_they_end(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_both_unicode_forms_give_the_same_sentences() -> None:
    text = "TP. Hồ Chí Minh đông. Đường Nguyễn Huệ đẹp. “Ồ! Thế à?” ông hỏi. Điều ấy đúng."
    decomposed = unicodedata.normalize("NFD", text)
    assert [unicodedata.normalize("NFC", sentence) for sentence in sentences(decomposed)] == sentences(text)


def test_lines_broken_at_a_fixed_width_are_joined() -> None:
    line = "Một dòng văn bản dài chừng sáu mươi ký tự cho đủ chiều dài đấy"
    text = f"{line}\n{line}\n{line}\nHà Nội hết."
    assert sentences(text) == [text]


def test_quotation_without_an_end_does_not_swallow_the_rest() -> None:
    text = '“Mở mà không đóng. Câu hai. Câu ba. Và " một dấu lẻ. Hết.'
    assert sentences(text) == ["“Mở mà không đóng.", "Câu hai.", "Câu ba.", 'Và " một dấu lẻ.', "Hết."]


def test_long_quotation_is_split_inside() -> None:
    text = "“" + "Câu này dài. " * 60 + "Hết.”"
    assert len(sentences(text)) == 61


@pytest.mark.parametrize(("letter", "pieces"), [("x", 12), ("中", 12), ("ก", 42)])
def test_ten_thousand_characters_without_space_are_cut(letter: str, pieces: int) -> None:
    assert len(split_sentences(letter * 10_000)) == pieces


def test_long_sentence_is_cut_at_a_clause_and_never_inside_a_number_or_emoji() -> None:
    text = "giá là 6,5 triệu đồng và 12:30 còn " * 60
    spans = split_sentences(text + "xin, cảm ơn")
    assert all(text[end - 1] not in ",:" for _, end in spans[:-1])
    family = "👩‍👩‍👧‍👦"
    assert all((end - start) % len(family) == 0 for start, end in split_sentences(family * 500))
    clauses = "một mệnh đề, " * 150
    assert all(piece.endswith(",") for piece in sentences(clauses))


def test_combining_marks_without_end_are_cut_all_the_same() -> None:
    text = "a" + "\u0301" * 5_000
    assert [end - start for start, end in split_sentences(text)] == [900] * 5 + [501]


@pytest.mark.parametrize(
    "unit",
    ["\n", '"', "“a. ", "a. ", "A. ", "1.       ", "x", " ", ". ", ".)", "Anh đi.\n", '."', "。”", "( ", "\u0301", "🇻"],
)
def test_monotonous_text_is_covered(unit: str) -> None:
    text = unit * 20_000
    assert sum(len("".join(sentence.split())) for sentence in sentences(text)) == len("".join(text.split()))


def test_many_spaces_between_sentences() -> None:
    assert sentences("Ông đi." + " " * 200_000 + "Bà về.") == ["Ông đi.", "Bà về."]
