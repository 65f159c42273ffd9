"""The corpus that ships: every file is read, every answer stands in its article, most questions find theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from benchmarks.expected_seeds import FILE, differences, measured
from index.corpus import Corpus
from index.models.encoder import Encoder
from index.readers.walking import ReadFailure, SkippedFile, read_path
from index.records import Draft


@pytest.fixture(scope="module")
def questions(repository: Path) -> list[dict[str, Any]]:
    lines = (repository / "seeds" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def corpus(repository: Path, builtin: Encoder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Corpus]:
    with Corpus.open(tmp_path_factory.mktemp("seeds"), builtin) as opened:
        items = list(read_path(repository / "seeds"))
        assert [item for item in items if isinstance(item, ReadFailure)] == []
        skipped = sorted(item.origin for item in items if isinstance(item, SkippedFile))
        assert skipped == ["README.md", "questions.jsonl"]
        outcomes = list(opened.add(item for item in items if isinstance(item, Draft)))
        assert {outcome.status for outcome in outcomes} == {"created"}
        yield opened


def test_every_gold_answer_stands_in_its_article(corpus: Corpus, questions: list[dict[str, Any]]) -> None:
    ids = {header.id for header in corpus.storage.page(1000)}
    for question in questions:
        if question["article_ids"] is None:
            assert "answer" not in question
            continue
        assert set(question["article_ids"]) <= ids, question
        assert question["answer"] in corpus.article(question["article_ids"][0]).text, question


@pytest.mark.slow
def test_figures_are_as_expected(builtin: Encoder) -> None:
    expected = json.loads(FILE.read_text(encoding="utf-8"))
    found = measured(builtin)
    assert differences(expected, found) == [], "renew with `python -m benchmarks.expected_seeds` if this is meant"
    hybrid = {group: modes["hybrid"]["success_at_1"] for group, modes in found.items()}
    assert hybrid["all"] >= 0.85
    assert min(hybrid[f"style {style}"] for style in ("accented", "unaccented", "paraphrase")) >= 0.85
