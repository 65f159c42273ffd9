"""Every question of the development set: exact citations, and hybrid search no worse than its better half."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.development_sets import DevelopmentSet, viquad
from benchmarks.retrieval import ours
from index.corpus import Corpus
from index.models.encoder import Encoder
from qa.engine import Engine

TOLERANCE = 0.01


@pytest.fixture(scope="module")
def questions(shared_data: Path) -> DevelopmentSet:
    return viquad(shared_data)


@pytest.fixture(scope="module")
def engine(questions: DevelopmentSet, builtin: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with Corpus.open(tmp_path_factory.mktemp("viquad"), builtin) as corpus:
        assert {outcome.status for outcome in corpus.add(questions.articles)} == {"created"}
        yield Engine(corpus)


@pytest.mark.slow
def test_every_citation_is_a_slice(engine: Engine, questions: DevelopmentSet) -> None:
    texts = {draft.id: engine.corpus.article(draft.id or "").text for draft in questions.articles}
    for question in questions.questions:
        answer = engine.ask(question.question, limit=2, min_confidence=0.0)
        for cited in answer.passages:
            text = texts[cited.passage.article.id]
            assert text[cited.passage.start : cited.passage.end] == cited.passage.text
            assert all(text[quote.start : quote.end] == quote.text for quote in cited.quotes)
        assert answer.answer is not None
        for c in answer.answer.citations:
            assert answer.answer.text[c.start : c.end] == texts[c.article_id][c.source_start : c.source_end]


@pytest.mark.slow
@pytest.mark.parametrize("accents", [True, False])
def test_hybrid_is_not_below_its_better_half(engine: Engine, questions: DevelopmentSet, accents: bool) -> None:
    asked = questions if accents else questions.without_accents()
    rows, comparison = ours(engine, asked.every(4))
    first = {row.system: row.at_1 for row in rows}
    assert first["hybrid"] >= max(first["lexical"], first["dense"]) - TOLERANCE
    assert first["lexical"] >= 0.75
    assert first["dense"] >= 0.40
    assert comparison is not None
    assert comparison.high >= 0, "hybrid is not significantly below its better half"
