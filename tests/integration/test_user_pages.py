"""The user's own five scraped pages: what is read from them, what is left out, and what they answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from index.corpus import Corpus
from index.models.encoder import Encoder
from index.readers.walking import read_path
from index.records import Article, Draft
from qa.engine import Engine

EXPECTED: dict[str, dict[str, str | None]] = {
    "000": {"title": "Đổi mới phương thức lãnh đạo, nâng cao chất lượng", "author": "Thu Hằng"},
    "001": {
        "title": "Đổi mới phương thức lãnh đạo của Đảng gắn với phát huy vai trò nêu gương",
        "source": "HNP",
        "author": "Trọng Toàn",
        "published_at": "2022-06-17T20:22",
    },
    "002": {"title": "Phát huy vai trò lãnh đạo, hạt nhân chính trị", "source": "VOV", "author": "Nguyễn Hằng"},
    "003": {"title": "Nâng cao năng lực lãnh đạo, sức chiến đấu", "source": "TTXVN", "author": "Thanh Thương"},
    "004": {"title": "Đảng ủy Khối cơ quan TW triển khai quyết liệt", "source": "vietnamplus.vn"},
}
CHROME = [
    "Gửi cho bạn bè", "Phản hồi", "Tin mới nhất", "Tin nổi bật", "Ấn Độ", "20:22", "Các bài mới đăng", "\ufffd",
    "hinh 1", "World Cup", "Bài liên quan", "Video", "Xem thêm", "Tin liên quan", "-----", "http", "(Ảnh:", "TTXVN",
    "VOV.VN", "HNP", "Thu Hằng", "Trọng Toàn", "Nguyễn Hằng", "Thanh Thương", "phát biểu tham luận tại Hội thảo\n",
]  # fmt: skip
QUESTIONS = [
    ("Ai chủ trì buổi tọa đàm khoa học ngày 21/2?", "000", "Nguyễn Quang Dương"),
    ("Tọa đàm khoa học về đổi mới phương thức lãnh đạo được tổ chức ở đâu?", "000", "Hà Nội"),
    ("vai tro cua tri thuc tre trong cong tac xay dung Dang", "000", "trí thức trẻ"),
    (
        "What did the seminar of the central agencies discuss about inspection and discipline?",
        "000",
        "kiểm tra",
    ),
    ("Thành ủy Hà Nội rút ra mấy bài học kinh nghiệm?", "001", "04 bài học"),
    ("thanh uy ha noi kien nghi voi trung uong may nhom van de", "001", "5 nhóm vấn đề"),
    ("Ai phát biểu tham luận tại Hội thảo khoa học quốc gia chiều 17/6?", "001", "Nguyễn Thị Tuyến"),
    ("Which lessons did the Hanoi Party Committee draw from 15 years of the resolution?", "001", "bài học kinh nghiệm"),
    ("Đảng bộ Khối có bao nhiêu vạn đảng viên?", "002", "6,5 vạn"),
    ("dang bo khoi cac co quan trung uong duoc thanh lap khi nao", "002", "4/2007"),
    ("How many resolutions and directives did the Bloc's committee issue?", "002", "5 Nghị quyết, 5 Chỉ thị"),
    ("Hội nghị giao ban lần thứ XIII diễn ra ở tỉnh nào?", "003", "Bắc Ninh"),
    ("cum dong bang bac bo co bao nhieu don vi thanh vien", "003", "10 đơn vị"),
    ("Đảng bộ Khối có bao nhiêu đảng bộ trực thuộc và tổ chức cơ sở đảng?", "004", "63 đảng bộ"),
    ("Who worked with the Party Committee of the Central Agencies' Bloc on 12 January?", "004", "Phạm Minh Chính"),
]


@pytest.fixture(scope="module")
def pages(shared_data: Path) -> Path:
    return shared_data / "seeds"


@pytest.fixture(scope="module")
def corpus(pages: Path, builtin: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with Corpus.open(tmp_path_factory.mktemp("pages") / "data", builtin) as opened:
        for expected in ("created", "unchanged"):
            drafts = [item for item in read_path(pages) if isinstance(item, Draft)]
            assert [outcome.status for outcome in opened.add(drafts)] == [expected] * 5
        yield opened


def number_of(article_id: str) -> str:
    return "004" if "vietnamplus" in article_id else article_id[:3]


@pytest.fixture(scope="module")
def articles(corpus: Corpus) -> dict[str, Article]:
    return {number_of(header.id): corpus.article(header.id) for header in corpus.storage.page(10)}


@pytest.mark.parametrize("number", EXPECTED)
def test_what_the_page_states_is_extracted(articles: dict[str, Article], pages: Path, number: str) -> None:
    article, expected = articles[number], EXPECTED[number]
    assert article.title.startswith(expected["title"] or "")
    for field in ("source", "author", "published_at"):
        assert getattr(article, field) == expected.get(field), field
    first_line = next(pages.glob(f"{number}*")).read_text(encoding="utf-8").split("\n")[0]
    assert article.url == (first_line if number == "004" else None)


@pytest.mark.parametrize("number", EXPECTED)
def test_no_chrome_is_left_and_no_sentence_is_lost(articles: dict[str, Article], pages: Path, number: str) -> None:
    text = articles[number].text
    assert [phrase for phrase in CHROME if phrase in text + "\n"] == []
    raw = next(pages.glob(f"{number}*")).read_text(encoding="utf-8")
    ends = {
        "000": "\nThu Hằng",
        "001": "\nTrọng Toàn",
        "002": "\nNguyễn Hằng/",
        "003": "\nThanh Thương",
        "004": "\n---",
    }
    page = raw[: raw.rindex(ends[number])]
    # Every line that closes a sentence is kept, but for captions and agency marks at its beginning.
    for line in page.split("\n"):
        sentence = re.sub(r"^(?:.{0,200}\(Ảnh:[^)]*\)\s*)?(?:(?:HNP|TTXVN|VOV\.VN)\s*-\s*)?", "", line.strip())
        if sentence.endswith((".", "?", "…")):
            assert sentence in text, sentence


@pytest.mark.parametrize("question", range(len(QUESTIONS)))
def test_passages_and_quotes_are_slices(corpus: Corpus, question: int) -> None:
    answer = Engine(corpus).ask(QUESTIONS[question][0])
    for cited in answer.passages:
        text = corpus.article(cited.passage.article.id).text
        assert text[cited.passage.start : cited.passage.end] == cited.passage.text
        assert all(text[quote.start : quote.end] == quote.text for quote in cited.quotes)


def test_questions_find_their_passage_first(corpus: Corpus) -> None:
    engine = Engine(corpus)
    right = 0
    for question, number, words in QUESTIONS:
        best = engine.ask(question).passages[0].passage
        hit = number_of(best.article.id) == number and words in best.text
        right += hit
        print(f"{'right' if hit else 'WRONG'}  {question}  →  {number_of(best.article.id)}: {best.text[:90]!r}")
    assert right >= 13
