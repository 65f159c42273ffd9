"""The corpus that ships: every file is read, every answer stands in its article, most questions find theirs."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from index.corpus import Corpus
from index.encoder import Encoder
from index.readers import ReadFailure, SkippedFile, read_path
from index.records import Draft
from qa.engine import Engine


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
    ids = {header.id for header in corpus.articles(1000)}
    for question in questions:
        if question["article_ids"] is None:
            assert "answer" not in question
            continue
        assert set(question["article_ids"]) <= ids, question
        assert question["answer"] in corpus.article(question["article_ids"][0]).text, question


def test_most_questions_find_their_article_first(corpus: Corpus, questions: list[dict[str, Any]]) -> None:
    engine = Engine(corpus)
    hits: dict[str, list[bool]] = defaultdict(list)
    for question in questions:
        if question["article_ids"] is not None:
            best = engine.ask(question["question"]).passages[0].passage.article.id
            hits[question["style"]].append(best in question["article_ids"])
    shares = {style: sum(found) / len(found) for style, found in hits.items()}
    print({style: f"{share:.2f} of {len(hits[style])}" for style, share in shares.items()})
    assert sum(map(sum, hits.values())) / sum(map(len, hits.values())) >= 0.85
    assert min(shares[style] for style in ("accented", "unaccented", "paraphrase")) >= 0.85
