"""Questions of several parts, asked of real articles: each part is answered, or said to be missing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from api.commands.ask import in_words
from api.schemas.answers import AnswerOut
from index.corpus import Corpus
from index.models.encoder import Encoder
from index.records import Draft
from qa.engine import Engine

LIBRARY = (
    "Thư viện tỉnh Hòa Bình mở cửa trở lại ngày 4 tháng 5 năm 2025 sau hai năm sửa chữa.\n\n"
    "Kiến trúc sư Phạm Thu Hà thiết kế phòng đọc mới. Phòng đọc có 240 chỗ ngồi."
)
WEATHER = "Trung tâm khí tượng dự báo Hà Nội có mưa rào. Nhiệt độ cao nhất 31 độ."


@pytest.fixture(scope="module")
def engine(builtin: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Corpus.open(tmp_path_factory.mktemp("parts"), builtin) as corpus:
        drafts = [
            Draft(text=LIBRARY, title="Thư viện tỉnh Hòa Bình", id="library"),
            Draft(text=WEATHER, title="Thời tiết", id="weather"),
        ]
        assert {outcome.status for outcome in corpus.add(drafts)} == {"created"}
        yield Engine(corpus)


def test_each_part_has_its_answer(engine: Engine) -> None:
    found = engine.ask("Thư viện tỉnh Hòa Bình mở cửa khi nào và ai thiết kế phòng đọc?", min_confidence=0.0)
    assert [part.question for part in found.parts] == [
        "Thư viện tỉnh Hòa Bình mở cửa khi nào",
        "ai thiết kế phòng đọc?",
    ]
    opened, designed = (part.answer for part in found.parts)
    assert opened is not None
    assert "4 tháng 5" in opened.text
    assert designed is not None
    assert "Phạm Thu Hà" in designed.text
    assert found.answer is not None
    assert "4 tháng 5" in found.answer.text
    assert "Phạm Thu Hà" in found.answer.text


def test_every_citation_holds_and_names_a_passage_that_is_there(engine: Engine) -> None:
    asked = "Thư viện mở cửa khi nào? Nhiệt độ cao nhất ở Hà Nội là bao nhiêu? Ai thiết kế phòng đọc?"
    found = engine.ask(asked, min_confidence=0.0, limit=3)
    texts = [found.answer, *(part.answer for part in found.parts)]
    assert len(texts) == 4
    assert [passage.rank for passage in found.passages] == list(range(1, len(found.passages) + 1))
    assert len(found.passages) <= 3
    sources = {"library": engine.corpus.article("library").text, "weather": engine.corpus.article("weather").text}
    for text in texts:
        assert text is not None
        for one in text.citations:
            assert text.text[one.start : one.end] == sources[one.article_id][one.source_start : one.source_end]
            assert found.passages[one.passage - 1].passage.article.id == one.article_id
    assert found.answer is not None
    spans = [(one.article_id, one.source_start, one.source_end) for one in found.answer.citations]
    assert len(spans) == len(set(spans))


def test_a_part_that_nothing_answers_is_said_to_be_missing(engine: Engine) -> None:
    found = engine.ask("Ai thiết kế phòng đọc của thư viện tỉnh Hòa Bình? Núi lửa Etna phun trào năm nào?")
    assert found.answerable is True
    assert [part.answerable for part in found.parts] == [True, False]
    assert found.answer is not None
    assert "Phạm Thu Hà" in found.answer.text
    assert "Not in these articles: Núi lửa Etna phun trào năm nào?" in in_words(found, colour=False)
    assert [part.answer is None for part in AnswerOut.of(found).parts] == [False, True]


def test_a_reprint_that_two_parts_find_is_named_once(builtin: Encoder, tmp_path: Path) -> None:
    with Corpus.open(tmp_path, builtin) as corpus:
        list(corpus.add(Draft(text=LIBRARY, title="Thư viện", id=one) for one in ("first", "second")))
        asked = "Thư viện tỉnh Hòa Bình mở cửa khi nào và ai thiết kế phòng đọc?"
        found = Engine(corpus).ask(asked, min_confidence=0.0)
    assert [[article.id for article in passage.also_in] for passage in found.passages] == [["second"]]


def test_where_no_part_is_answered_there_is_no_answer(engine: Engine) -> None:
    found = engine.ask("Núi lửa Etna phun trào năm nào? Vua nào xây lâu đài Neuschwanstein?")
    assert (found.answerable, found.answer) == (False, None)
    assert found.confidence == max(part.confidence or 0.0 for part in found.parts)


def test_one_passage_is_too_few_for_parts(engine: Engine) -> None:
    assert engine.ask("Thư viện mở cửa khi nào và ai thiết kế phòng đọc?", limit=1).parts == ()
    assert engine.ask("Ai thiết kế phòng đọc?").parts == ()


def test_an_explanation_covers_all_parts(engine: Engine) -> None:
    found = engine.ask("Thư viện mở cửa khi nào? Ngày ấy bão Zorblax ở đâu?", min_confidence=0.0, explain=True)
    assert found.explanation is not None
    assert "zorblax" in found.explanation.unknown_words
    assert found.took_ms == pytest.approx(1000 * sum(found.stages.values()), abs=0.1)
    for candidate in found.explanation.candidates:
        if candidate.rank is not None:
            cited = found.passages[candidate.rank - 1].passage
            assert cited.article.id == candidate.article_id
            assert cited.start <= candidate.start


def test_parts_show_no_more_of_an_article_than_wanted(engine: Engine) -> None:
    asked = "Thư viện tỉnh Hòa Bình mở cửa khi nào và ai thiết kế phòng đọc?"
    found = engine.ask(asked, min_confidence=0.0, max_per_article=1, limit=6, explain=True)
    spans = [(one.passage.article.id, one.passage.start, one.passage.end) for one in found.passages]
    assert len(set(spans)) == len(spans)
    assert found.explanation is not None
    fused = [candidate.fused for candidate in found.explanation.candidates]
    assert fused == sorted(fused, reverse=True)
    places = [(one.article_id, one.start, one.end) for one in found.explanation.candidates]
    assert len(set(places)) == len(places)
    assert {one.rank for one in found.explanation.candidates if (one.article_id, one.start, one.end) in spans} == set(
        range(1, len(spans) + 1)
    )
