"""A question about a row of a table, asked of the built-in model: the row and its header are the answer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.tables import documents, measured, questions
from index.corpus import Corpus
from index.models.encoder import Encoder
from index.readers.walking import read_path
from index.records import Draft
from qa.answers import Answer
from qa.engine import Engine

MARKDOWN = """# Vật nuôi ở các hợp tác xã

Số liệu đếm cuối tháng sáu.

| Hợp tác xã | Số bò | Số dê |
|---|---|---|
| Tân Tiến | 84 | 210 |
| Đồng Tâm | 61 | 155 |
| Quyết Thắng | 97 | 48 |
"""
HTML = """<!doctype html><html lang="vi"><head><title>Giá thuê mặt bằng ở các chợ</title></head><body><article>
<h1>Giá thuê mặt bằng ở các chợ</h1>
<p>Ban quản lý các chợ niêm yết giá thuê mới từ đầu tháng, sau nhiều cuộc họp với tiểu thương trong huyện.</p>
<table><thead><tr><th>Chợ</th><th>Số sạp</th><th>Giá thuê một tháng</th></tr></thead><tbody>
<tr><td>Chợ Gò Cát</td><td>120</td><td>850.000 đồng</td></tr>
<tr><td>Chợ Bến Dầu</td><td>75</td><td>620.000 đồng</td></tr>
<tr><td>Chợ Ông Văn</td><td>240</td><td>1.100.000 đồng</td></tr></tbody></table>
<p>Tiểu thương nộp tiền thuê theo quý, ai nộp cả năm thì được giảm một phần mười.</p></article></body></html>"""
TEXT = """Water levels at the gauges

Levels were read at dawn, before the sluices were opened for the barges.

Gauge\tLevel (m)\tTrend
Oakford\t2.41\trising
Lower Quay\t1.07\tsteady
Mill Race\t3.15\tfalling
"""
LONG = "# Học sinh đi đò\n\n| Thôn | Học sinh đi đò | Số chuyến |\n|---|---|---|\n" + "\n".join(
    f"| {first} {second} | {20 + 3 * one + 7 * two} | {2 + (one + two) % 5} |"
    for one, first in enumerate(("Gò", "Bàu", "Vàm", "Rạch", "Xóm", "Bến", "Cù Lao", "Đồng", "Kênh", "Mương", "Giồng"))
    for two, second in enumerate(("Sậy", "Tre", "Lác", "Sen", "Mía", "Dừa", "Tràm", "Bần", "Đước", "Sung", "Gáo"))
)


def asked(engine: Engine, question: str) -> Answer:
    """Return the answer, with all that is quoted and cited checked against the stored texts."""
    answer = engine.ask(question)
    for passage in answer.passages:
        text = engine.corpus.article(passage.passage.article.id).text
        assert passage.passage.text == text[passage.passage.start : passage.passage.end]
        for quote in passage.quotes:
            assert quote.text == text[quote.start : quote.end]
            assert passage.passage.start <= quote.start < quote.end <= passage.passage.end
    if answer.answer is not None:
        for part in answer.answer.citations:
            text = engine.corpus.article(part.article_id).text
            assert answer.answer.text[part.start : part.end] == text[part.source_start : part.source_end]
    return answer


@pytest.fixture(scope="module")
def engine(builtin: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    folder = tmp_path_factory.mktemp("files")
    for name, content in (("a.md", MARKDOWN), ("b.html", HTML), ("c.txt", TEXT), ("d.md", LONG)):
        (folder / name).write_text(content, encoding="utf-8")
    with Corpus.open(tmp_path_factory.mktemp("data"), builtin) as corpus:
        outcomes = list(corpus.add(one for one in read_path(folder) if isinstance(one, Draft)))
        assert [outcome.status for outcome in outcomes] == ["created"] * 4
        yield Engine(corpus)


@pytest.mark.parametrize(
    ("question", "header", "row"),
    [
        ("Hợp tác xã Đồng Tâm nuôi bao nhiêu con dê?", "| Hợp tác xã | Số bò | Số dê |", "| Đồng Tâm | 61 | 155 |"),
        ("so bo cua quyet thang", "| Hợp tác xã | Số bò | Số dê |", "| Quyết Thắng | 97 | 48 |"),
        ("Giá thuê ở chợ Bến Dầu là bao nhiêu?", "| Chợ | Số sạp | Giá thuê một tháng |",
         "| Chợ Bến Dầu | 75 | 620.000 đồng |"),
        ("What is the level at the Mill Race gauge?", "Gauge\tLevel (m)\tTrend", "Mill Race\t3.15\tfalling"),
    ],
)  # fmt: skip
def test_the_row_and_its_header_are_quoted(engine: Engine, question: str, header: str, row: str) -> None:
    answer = asked(engine, question)
    assert answer.answer is not None
    assert f"{header}\n{row}" in answer.answer.text
    assert [quote.text for quote in answer.passages[0].quotes[:2]] == [row, header]


def test_a_row_far_below_its_header_is_said_with_it(engine: Engine) -> None:
    text = engine.corpus.article("d.md").text
    header = "| Thôn | Học sinh đi đò | Số chuyến |"
    answer = asked(engine, "Thôn Cù Lao Lác có bao nhiêu học sinh đi đò?")
    best = answer.passages[0]
    assert best.passage.start > text.index(header)
    assert best.quotes[0].text == "| Cù Lao Lác | 52 | 5 |"
    assert header not in [quote.text for quote in best.quotes], "it is not in the passage"
    assert answer.answer is not None
    said = answer.answer.text.split("\n")
    assert said[0] == header
    assert best.quotes[0].text in said[1:]
    assert said.count(header) == 1
    named, *rows = answer.answer.citations
    assert (named.source_start, named.passage) == (text.index(header), 1)
    assert best.quotes[0].start in [row.source_start for row in rows]


def test_every_passage_of_a_table_is_found_by_the_names_of_its_columns(engine: Engine) -> None:
    numbers = engine.corpus.storage.passages_of(["d.md"])["d.md"]
    assert len(numbers) > 2
    found = engine.search("học sinh đi đò", mode="lexical", limit=20)
    assert set(numbers) <= {one.passage.number for one in found.passages}


def test_prose_around_a_table_answers_as_before(engine: Engine) -> None:
    answer = asked(engine, "Ai nộp tiền thuê cả năm thì được giảm bao nhiêu?")
    assert answer.answer is not None
    assert "được giảm một phần mười" in answer.answer.text


@pytest.mark.slow
def test_rows_of_many_tables_are_quoted_and_prose_is_not_forgotten(builtin: Encoder, tmp_path: Path) -> None:
    with Corpus.open(tmp_path, builtin) as corpus:
        list(corpus.add(documents()))
        rows, prose = (measured(Engine(corpus), questions(kind)) for kind in ("rows", "prose"))
    assert rows.quoted >= 0.95 * rows.questions, rows.missed
    assert rows.said >= 0.95 * rows.questions
    assert prose.quoted >= 0.9 * prose.questions, prose.missed


def test_the_case_of_a_row_that_was_not_quoted(repository: Path, builtin: Encoder, tmp_path: Path) -> None:
    case = repository.parent / "shared" / "cases" / "table-row-not-quoted"
    if not case.is_dir():
        pytest.skip("needs ../shared/cases")
    about = json.loads((case / "case.json").read_text(encoding="utf-8"))
    with Corpus.open(tmp_path, builtin) as corpus:
        list(corpus.add(one for one in read_path(case / about["input"]) if isinstance(one, Draft)))
        answer = asked(Engine(corpus), about["do"].split('"')[1])
        header, row = "| Xã | Số hộ nghèo | Số hộ cận nghèo |", about["expect"].split('"')[1]
        assert {row, header} <= {quote.text for quote in answer.passages[0].quotes}
        assert answer.answer is not None
        assert answer.answer.text == f"{header}\n{row}"
        other = asked(Engine(corpus), "số hộ nghèo xã Nam Trung")
        assert other.passages[0].quotes[0].text == "| Nam Trung | 1607 | 421 |"
