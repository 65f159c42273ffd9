"""The figures of the corpus at `/metrics`: those of the corpus, counted once for each change."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from fakes import WordEncoder

from api.metrics import Metrics
from index.corpus import Corpus
from index.records import Draft
from index.storage.sqlite.storage import SqliteStorage


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the methods that count, once for each call."""
    calls: list[str] = []
    for owner, name in ((SqliteStorage, "counts"), (Corpus, "info")):

        def noting(*arguments: object, name: str = name, method: object = getattr(owner, name)) -> object:
            calls.append(name)
            return method(*arguments)  # type: ignore[operator]

        monkeypatch.setattr(owner, name, noting)
    return calls


def figures(metrics: Metrics, corpus: Corpus | None) -> dict[str, float]:
    text = metrics.exposition(corpus).decode()
    found = re.findall(r"^hoidap_(articles|passages|tail_vectors) (\S+)$", text, re.MULTILINE)
    return {name: float(value) for name, value in found}


def held(corpus: Corpus) -> dict[str, float]:
    info = corpus.info()
    return {"articles": info.counts.articles, "passages": info.counts.passages, "tail_vectors": info.index.tail_vectors}


def test_figures_are_those_of_the_corpus(corpus: Corpus) -> None:
    metrics = Metrics()
    assert figures(metrics, None) == {"articles": 0, "passages": 0, "tail_vectors": 0}
    assert figures(metrics, corpus) == held(corpus) == {"articles": 0, "passages": 0, "tail_vectors": 0}
    long = "\n\n".join(f"Cầu số {n} bắc qua sông. {'Chuyện về cầu còn dài. ' * 30}" for n in range(5))
    list(corpus.add([Draft(long, id="long"), Draft("Một bài.", id="short"), Draft("…", id="without-vector")]))
    assert figures(metrics, corpus) == held(corpus)
    assert held(corpus)["passages"] > 3
    corpus.remove(["long"])
    assert figures(metrics, corpus) == held(corpus)
    assert held(corpus)["articles"] == 2


def test_an_unchanged_corpus_is_counted_once(corpus: Corpus, counted: list[str]) -> None:
    metrics = Metrics()
    corpus.add_one(Draft("Một bài."))
    for _ in range(3):
        assert figures(metrics, corpus)["articles"] == 1
    assert counted == ["counts"]
    corpus.add_one(Draft("Hai bài."))
    for _ in range(3):
        assert figures(metrics, corpus)["articles"] == 2
    assert counted == ["counts"] * 2


def test_a_merge_empties_the_tail_without_a_change(corpus: Corpus, counted: list[str]) -> None:
    metrics = Metrics()
    corpus.add_one(Draft("Một bài."))
    assert figures(metrics, corpus)["tail_vectors"] == 1
    corpus.merge()
    assert figures(metrics, corpus)["tail_vectors"] == 0
    assert counted == ["counts"]


def test_what_another_process_stored_is_counted(corpus: Corpus, encoder: WordEncoder) -> None:
    metrics = Metrics()
    assert figures(metrics, corpus)["articles"] == 0
    with Corpus.open(Path(corpus.storage.location), encoder) as other:
        other.add_one(Draft("Một bài."))
    assert figures(metrics, corpus) == {"articles": 1, "passages": 1, "tail_vectors": 1}
