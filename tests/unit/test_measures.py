from __future__ import annotations

import json
import unicodedata
from pathlib import Path

import pytest

from api.commands.evaluate import read_questions, table
from index.corpus import Corpus
from index.records import Draft
from index.search.protocol import MODES
from qa.engine import Engine
from qa.evaluation.measures import EvaluationQuestion, evaluate, holds

pytest.importorskip("ir_measures")

ARTICLES = {
    "cau": "Cầu Sông Hiền dài năm trăm mét. Cầu có bốn làn xe.",
    "cho": "Chợ quê họp từ năm giờ sáng. Rau bán rất chạy.",
    "truong": "Trường làng có mười hai lớp học. Thầy cô rất tận tâm.",
}


@pytest.fixture
def engine(corpus: Corpus) -> Engine:
    list(corpus.add(Draft(id=article_id, text=text) for article_id, text in ARTICLES.items()))
    return Engine(corpus)


def test_the_figures_are_what_they_should_be(engine: Engine) -> None:
    questions = [
        EvaluationQuestion("cầu sông hiền dài", ("cau",), "Cầu Sông Hiền dài năm trăm mét.", language="vi", style="a"),
        EvaluationQuestion("chợ quê họp từ năm giờ", ("cho",), "Rau bán rất chạy.", language="vi", style="b"),
        EvaluationQuestion("trường làng", ("cau",), None, language="vi", style="b"),
        EvaluationQuestion("chuyện không ai kể", None, language="en", style="none"),
    ]
    seen: list[int] = []
    groups = {group.name: group for group in evaluate(engine, questions, seen.append)}
    assert seen == [1, 2, 3, 4]
    assert list(groups) == ["all", "language en", "language vi", "style a", "style b", "style none"]
    lexical = groups["all"].figures["lexical"]
    assert lexical.questions == 4
    assert lexical.success_at[1] == pytest.approx(2 / 3)
    # The right article of the third question shares no term with it, so it is not found at all.
    assert lexical.success_at[10] == pytest.approx(2 / 3)
    assert lexical.reciprocal_rank == pytest.approx(2 / 3)
    assert lexical.first_quote == pytest.approx(1 / 2)
    assert lexical.refused == 1.0
    dense = groups["style b"].figures["dense"]
    assert dense.success_at[10] == 1.0
    assert dense.reciprocal_rank is not None
    assert 0.5 < dense.reciprocal_rank < 1.0
    assert groups["style none"].figures["hybrid"].success_at[1] is None
    assert groups["style none"].comparison is None


def test_the_table_has_a_row_for_every_group_and_mode(engine: Engine) -> None:
    groups = evaluate(engine, [EvaluationQuestion("cầu", ("cau",), language="vi"), EvaluationQuestion("x", None)])
    rows = [line for line in table(groups).splitlines() if line.startswith("| ")]
    assert len(rows) == 1 + len(groups) * len(MODES)
    assert "| all | 2 | hybrid | 1.000 |" in rows[1]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("[]", "expected an object"),
        ("{", "is not JSON"),
        ('{"question": ""}', "question: is required"),
        ('{"question": "a"}', "article_ids: is required"),
        ('{"question": "a", "article_ids": []}', "article_ids: expected a list of ids"),
        ('{"question": "a", "article_ids": "x"}', "article_ids: expected a list of ids"),
        ('{"question": "a", "article_ids": null, "kind": 1}', "unknown key 'kind'"),
        ('{"question": "a", "article_ids": null, "style": 1}', "style: expected text"),
        ('{"question": "a", "article_ids": null, "answer_start": -1}', "answer_start: expected an offset"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    file = tmp_path / "q.jsonl"
    file.write_text(json.dumps({"question": "a", "article_ids": None}) + f"\n\n{line}\n", encoding="utf-8")
    with pytest.raises(Exception, match=r"q\.jsonl:3") as caught:
        list(read_questions(file))
    assert message in str(caught.value)


def test_the_questions_of_the_seeds_are_read(repository: Path) -> None:
    questions = list(read_questions(repository / "seeds" / "questions.jsonl"))
    assert len(questions) >= 200
    assert sum(question.article_ids is None for question in questions) >= 60


def test_a_blank_answer_is_none_and_letters_may_be_composed_either_way(tmp_path: Path) -> None:
    file = tmp_path / "questions.jsonl"
    file.write_text('{"question": "a", "article_ids": ["x"], "answer": "  "}\n')
    assert [question.answer for question in read_questions(file)] == [None]
    assert holds("Cầu bắc qua sông Tiền.", unicodedata.normalize("NFD", "sông  Tiền"))
    assert not holds("Cầu bắc qua sông Hậu.", "sông Tiền")
