"""Example questions: made only of sentences that can be turned around, kept only when they find their article."""

from __future__ import annotations

import pytest
from fakes import WordEncoder

from index.corpus import Corpus
from index.records import Article, Draft
from qa.engine import Engine
from qa.examples import Examples, questions_of


def article(text: str, language: str = "vi") -> Article:
    return Article("a", text, language=language)


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        (
            "Ngày 21 tháng 5 năm 2000, cầu Mỹ Thuận chính thức thông xe, nối hai tỉnh.",
            "Cầu Mỹ Thuận chính thức thông xe khi nào?",
        ),
        ("Năm 1719, chúa Nguyễn Phúc Chu thăm Hội An.", "Chúa Nguyễn Phúc Chu thăm Hội An khi nào?"),
        ("Vào tháng 4 năm 2017, UNESCO ghi danh hệ thống bia.", "UNESCO ghi danh hệ thống bia khi nào?"),
    ],
)
def test_a_dated_sentence_becomes_a_question(sentence: str, question: str) -> None:
    assert list(questions_of(article(f"Mở đầu đã lâu. {sentence} Hết chuyện."))) == [question]


@pytest.mark.parametrize(
    "sentence",
    [
        "Năm 1719, ông thăm Hội An lần thứ hai.",  # who?
        "Năm 1719, cầu này được đặt tên mới.",  # which?
        "Năm 1719, tại Hội An có cầu mới xây.",  # no subject
        "Năm 1719, cầu xây.",  # too short to say anything
        "Cầu thông xe vào ngày 21 tháng 5 năm 2000.",
    ],
)
def test_a_sentence_that_leans_on_others_does_not(sentence: str) -> None:
    assert list(questions_of(article(sentence))) == []


def test_english_questions_move_the_verb() -> None:
    text = "In March 1920, the old bridge was opened to traffic, at last. On 2 May 1921 it was closed."
    assert list(questions_of(article(text, "en"))) == ["When was the old bridge opened to traffic?"]


def test_the_newest_articles_are_asked_about_and_titles_stand_in(corpus: Corpus) -> None:
    texts = {
        "2020": "Năm 1999, đò ngang Bình Khê chở khách sang sông.",
        "2021": "Chợ phiên họp mỗi tuần một lần, bán nhiều rau quả.",
        "2022": "Năm 2001, nhà máy giấy Lam Sơn mở cửa.",
    }
    for year, text in texts.items():
        corpus.add_one(Draft(text, id=year, title=f"Chuyện {text.split()[0]} {year}", published_at=year, language="vi"))
    examples = Examples(Engine(corpus))
    assert [(example.question, example.article_id) for example in examples.latest()] == [
        ("Nhà máy giấy Lam Sơn mở cửa khi nào?", "2022"),
        ("Đò ngang Bình Khê chở khách sang sông khi nào?", "2020"),
        ("Chuyện Chợ 2021", "2021"),
    ]


def test_they_follow_the_corpus(corpus: Corpus) -> None:
    examples = Examples(Engine(corpus))
    assert examples.latest() == ()
    corpus.add_one(Draft("Năm 2001, nhà máy giấy Lam Sơn mở cửa.", id="a", language="vi"))
    assert [example.article_id for example in examples.latest()] == ["a"]
    corpus.remove(["a"])
    assert examples.latest() == ()


def test_a_question_that_finds_another_article_is_not_offered(corpus: Corpus, encoder: WordEncoder) -> None:
    corpus.add_one(Draft("Năm 2001, nhà máy giấy Lam Sơn mở cửa, chuyện nhiều người còn kể.", id="a", language="vi"))
    corpus.add_one(
        Draft("Nhà máy giấy Lam Sơn mở cửa khi nào? Nhà máy giấy Lam Sơn mở cửa năm 2001.", id="b", language="vi")
    )
    found = Engine(corpus).ask("Nhà máy giấy Lam Sơn mở cửa khi nào?", limit=1).passages[0].passage.article.id
    offered = [example.article_id for example in Examples(Engine(corpus)).latest()]
    assert found == "b"
    assert "a" not in offered
