"""The benchmarks measure what they say: known rankings, formulas by hand, sets whose right answers are right."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import pytest
from fakes import WordEncoder

from benchmarks import provenance
from benchmarks.baselines import bm25, encoders
from benchmarks.bitext import tatoeba
from benchmarks.development_sets import DevelopmentSet, evb, viquad
from benchmarks.expected_seeds import differences
from benchmarks.measures import measure, table
from index.records import Draft
from index.text.chunking import chunk

ARTICLES = [
    Draft(id="cau", text="cầu sông cầu"),
    Draft(id="cho", text="chợ nổi trên sông"),
    Draft(id="nui", text="núi cao mây phủ trắng đỉnh"),
]


def test_measures_of_known_rankings() -> None:
    row = measure("set", "system", [["a"], ["b"], ["c"], ["x", "y"]], [["a"], ["z", "b"], [], ["y", "z", "x"]])
    assert (row.questions, row.at_1, row.at_5, row.at_10) == (4, 0.5, 0.75, 0.75)
    assert row.mrr == pytest.approx((1 + 0.5 + 0 + 1) / 4)
    both = (1 + 1 / math.log2(4)) / (1 + 1 / math.log2(3))
    assert row.ndcg == pytest.approx((1 + 1 / math.log2(3) + 0 + both) / 4)
    assert "| set | 4 | system | 0.500 | 0.750 | 0.750 | 0.625 |" in table([row])


def test_bm25_weighs_rarity_count_and_length() -> None:
    assert bm25.rankings(ARTICLES, ["cầu", "SÔNG", "trên sông", "biển"]) == [
        ["cau"],
        ["cau", "cho"],
        ["cho", "cau"],
        [],
    ]
    twice = [Draft(id="once", text="sông núi"), Draft(id="twice", text="sông sông")]
    assert bm25.rankings(twice, ["sông", "sông núi"]) == [["twice", "once"], ["once", "twice"]]
    assert bm25.rankings(twice, ["song"]) == [[]], "nothing is folded"


def test_dense_baselines_rank_by_the_nearest_passage() -> None:
    encoder = WordEncoder()
    paragraphs = [f"{word} " * 120 for word in ("núi", "chợ nổi", "đình")]
    articles = [*ARTICLES, Draft(id="empty", text=""), Draft(id="long", text="\n\n".join(paragraphs))]
    questions = ["chợ nổi", "cầu", "đình núi"]
    expected = []
    for asked in encoder.encode_queries(questions):
        best = {}
        for article in articles:
            passages = [article.text[start:end] for start, end in chunk(article.text)]
            if passages:
                best[article.id] = float((encoder.encode_passages(passages) @ asked).max())
        expected.append(sorted(best, key=lambda name: -best[name]))
    assert len(list(chunk(articles[-1].text))) > 1
    assert encoders.rankings(encoder, articles, questions) == expected


def test_sentences_find_their_translations(tmp_path: Path) -> None:
    folder = tmp_path / "dev" / "tatoeba"
    folder.mkdir(parents=True)
    (folder / "tatoeba.vie-eng.vie").write_text("cầu một\nchợ hai\nnúi ba\n", encoding="utf-8")
    (folder / "tatoeba.vie-eng.eng").write_text("cầu one\nchợ two\nsông three\n", encoding="utf-8")
    rows = list(tatoeba(tmp_path, WordEncoder(256), "words"))
    assert [(row.set, row.questions) for row in rows] == [("tatoeba vie→eng", 3), ("tatoeba eng→vie", 3)]
    assert all(row.at_1 >= 2 / 3 and row.at_10 == 1.0 for row in rows)


@pytest.fixture
def bilingual(tmp_path: Path) -> Path:
    folder = tmp_path / "dev" / "evb"
    folder.mkdir(parents=True)
    with gzip.open(folder / "docs.jsonl.gz", "wt", encoding="utf-8") as lines:
        for number in range(4):
            pairs = [[f"english {number} {n} {'x' * 100}", f"tiếng việt {number} {n} {'y' * 100}"] for n in range(12)]
            lines.write(json.dumps({"id": number, "pairs": pairs}) + "\n")
    return tmp_path


def test_bilingual_questions_lead_to_their_translations(bilingual: Path) -> None:
    sets = {one.name: one for one in evb(bilingual)}
    assert list(sets) == [
        "evb title en→vi", "evb sentence en→vi", "evb title vi→en", "evb sentence vi→en", "evb mixed pool"
    ]  # fmt: skip
    for one in sets.values():
        texts = {str(draft.id): draft.text for draft in one.articles}
        assert len(texts) == len(one.articles)
        for asked in one.questions:
            _, number, row, _ = asked.question.removeprefix("tiếng ").split()
            assert asked.article_ids
            held = [texts[article_id] for article_id in asked.article_ids]
            other = "tiếng việt" if asked.question.startswith("english") else "english"
            assert all(text.startswith(f"{other} {number} ") for text in held)
            if asked.style == "sentence":
                assert len(held) == 1
                assert f"{other} {number} {row} " in held[0]
    assert len(sets["evb sentence en→vi"].questions) == 4 * 6
    assert len(sets["evb mixed pool"].questions) == 4 * 7
    languages = {draft.text.split()[0] for draft in sets["evb mixed pool"].articles}
    assert languages == {"english", "tiếng"}


def test_answers_of_viquad_stand_in_their_articles(shared_data: Path) -> None:
    one = viquad(shared_data)
    texts = {draft.id: draft.text for draft in one.articles}
    assert (len(one.articles), len(one.questions)) == (557, 4065)
    assert all(
        asked.answer in texts[asked.article_ids[0]] for asked in one.questions if asked.answer and asked.article_ids
    )
    assert one.without_accents().questions[0].question.isascii()
    assert len(one.every(10).questions) == 407


def test_an_expected_value_has_a_tolerance() -> None:
    expected = {"all": {"dense": {"questions": 100, "success_at_1": 0.80}}}
    assert differences(expected, {"all": {"dense": {"questions": 100, "success_at_1": 0.83}}}) == []
    (line,) = differences(expected, {"all": {"dense": {"questions": 100, "success_at_1": 0.76}}})
    assert line == "all, dense, success_at_1: expected 0.800 ± 0.030, found 0.760"
    assert len(differences(expected, {"all": {"dense": {"questions": 99, "success_at_1": 0.84}}})) == 2
    assert differences(expected, {}) == ["all: not in both"]


def test_results_say_where_they_come_from(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, repository: Path) -> None:
    if not (repository / ".git").exists():
        pytest.skip("needs the history")
    monkeypatch.setattr(provenance, "RESULTS", tmp_path)
    file = provenance.save("retrieval", {"rows": [1, 2]})
    kept = json.loads(file.read_text())
    assert kept["rows"] == [1, 2]
    assert file.name.startswith(f"retrieval-{kept['commit']}")
    assert file.stem.endswith("-dirty") is kept["dirty"]
    assert kept["machine"]["cores"] >= 1
    assert {"faiss-cpu", "tantivy"} <= kept["libraries"].keys()


def test_a_set_keeps_its_articles() -> None:
    one = DevelopmentSet("s", tuple(ARTICLES), ())
    assert one.every(2).articles == tuple(ARTICLES)
    assert one.without_accents().articles == tuple(ARTICLES)
