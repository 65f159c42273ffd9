"""Counts of the corpus by language, source and time, compared with counting by hand."""

from __future__ import annotations

from collections import Counter

from index.corpus import Corpus
from index.records import Draft

ARTICLES = [
    ("vi", "TSN", "2017-04-11"),
    ("vi", "TSN", "2017-04-30T08:00+07:00"),
    ("vi", "Nhịp Phố", "2017"),
    ("en", "TSN", "2016-12"),
    ("en", None, None),
]


def test_counts_by_language_source_and_time(corpus: Corpus) -> None:
    drafts = [
        Draft(f"Bài {number}.", id=str(number), language=language, source=source, published_at=published_at)
        for number, (language, source, published_at) in enumerate(ARTICLES)
    ]
    list(corpus.add(drafts))
    overview = corpus.overview()
    assert overview.languages == Counter(language for language, _, _ in ARTICLES)
    assert list(overview.sources.items()) == [("TSN", 3), ("Nhịp Phố", 1)]
    assert list(overview.times.items()) == [("2017-04", 2), ("2017", 1), ("2016-12", 1)]
    assert (overview.without_source, overview.without_date) == (1, 1)
    corpus.remove(["0", "3"])
    assert corpus.overview().times == {"2017-04": 1, "2017": 1}


def test_the_latest_come_first_and_the_undated_last(corpus: Corpus) -> None:
    for number, (language, source, published_at) in enumerate(ARTICLES):
        corpus.add_one(Draft("Bài.", id=str(number), language=language, source=source, published_at=published_at))
    assert [header.id for header in corpus.storage.latest(10)] == ["1", "0", "2", "3", "4"]
    assert [header.id for header in corpus.storage.latest(2)] == ["1", "0"]


def test_an_empty_corpus_has_nothing_to_count(corpus: Corpus) -> None:
    overview = corpus.overview()
    assert (overview.languages, overview.sources, overview.times) == ({}, {}, {})
    assert (overview.without_source, overview.without_date) == (0, 0)
    assert corpus.storage.latest(3) == []
