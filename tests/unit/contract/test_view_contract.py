"""What every index promises of its views: exact, of one state, and unchanged by what comes later."""

from __future__ import annotations

import math
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from engines import Pair, StorageEngine, new
from fakes import WordEncoder
from hypothesis import given, settings
from hypothesis import strategies as st

from index.filters import Filters
from index.records import Draft
from index.search.bm25 import DOCUMENTS_BESIDE_PASSAGES, inverse_document_frequency
from index.search.protocol import MODES, SearchView
from index.storage.memory.storage import MemoryStorage
from index.text.analysis import analyse

WORDS = ("cầu", "cau", "chợ", "sông", "núi", "đường", "bridge", "harbour", "Thuận", "www", "北京", "ก")
FILTERS = (Filters(), Filters(language=("vi",)), Filters(source=("A", "B")), Filters(metadata={"k": 1}))
TABLE = "\n\n| chợ | harbour |\n|---|---|\n" + "| núi cao | 500 |\n" * 60
DRAFTS = st.builds(
    lambda number, words, language, source, key, title, times, table: Draft(
        id=f"a{number}",
        text=" ".join(words) + ". " + " ".join(words * times) + table,
        title=title,
        language=language,
        source=source,
        metadata={} if key is None else {"k": key},
    ),
    st.integers(0, 7),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=6),
    st.sampled_from(["vi", "en"]),
    st.sampled_from([None, "A", "B", "C"]),
    st.sampled_from([None, 1, 2, "1"]),
    st.sampled_from(["", "cầu", "chợ sông"]),
    st.sampled_from([0, 1, 40]),
    st.sampled_from(["", TABLE]),
)
CHANGES = st.lists(
    st.tuples(st.lists(DRAFTS, max_size=4), st.lists(st.sampled_from([f"a{n}" for n in range(8)]), max_size=2)),
    min_size=1,
    max_size=5,
)
QUERIES = st.lists(st.sampled_from((*WORDS, "Thuậm", "nothing")), min_size=1, max_size=4).map(" ".join)


def everything(view: SearchView, query: str, vector: np.ndarray) -> list[object]:
    """Return all that a view says to a query, under every filter, in a form that can be compared."""
    terms = analyse(query)
    said: list[object] = [view.revision]
    for filters in FILTERS:
        near, matching = view.nearest(vector, 1000, filters), view.matching(terms, 1000, filters)
        said += [near.numbers.tolist(), near.scores.tolist(), matching.numbers.tolist(), matching.scores.tolist()]
        said += [view.count(mode, terms, filters) for mode in MODES]
    said += [
        np.nan_to_num(view.cosines(vector, np.arange(50)), nan=-2.0).tolist(),
        view.bm25(terms, np.arange(50)).tolist(),
        view.statistics(terms),
    ]
    return said


@settings(max_examples=30)
@given(changes=CHANGES, query=QUERIES)
def test_every_index_finds_what_looking_at_every_passage_finds(
    engine: StorageEngine,
    tmp_path_factory: pytest.TempPathFactory,
    changes: list[tuple[list[Draft], list[str]]],
    query: str,
) -> None:
    pair, oracle = Pair(engine.open(tmp_path_factory.mktemp("pair"))), Pair(MemoryStorage())
    try:
        for put, remove in changes:
            once = list({one.id: one for one in put}.values())
            assert pair.change(once, remove) == oracle.change(once, remove)
        view, expected = pair.index.view(), oracle.index.view()
        assert view.revision == expected.revision == pair.storage.revision()
        vector, terms = pair.encoder.encode_queries([query])[0], analyse(query)
        for filters in FILTERS:
            near, right = view.nearest(vector, 1000, filters), expected.nearest(vector, 1000, filters)
            assert set(near.numbers.tolist()) == set(right.numbers.tolist())
            np.testing.assert_allclose(near.scores, right.scores, atol=1e-5)
            assert set(view.matching(terms, 1000, filters).numbers.tolist()) == set(
                expected.matching(terms, 1000, filters).numbers.tolist()
            )
            for mode in MODES:
                assert view.count(mode, terms, filters) == expected.count(mode, terms, filters)
        assert list(pair.index.problems()) == []
    finally:
        pair.close()


@settings(max_examples=30)
@given(drafts=st.lists(DRAFTS, min_size=1, max_size=8, unique_by=lambda one: one.id), query=QUERIES)
def test_statistics_and_scores_equal_the_formula(
    engine: StorageEngine, tmp_path_factory: pytest.TempPathFactory, drafts: list[Draft], query: str
) -> None:
    """In one commit, before anything was removed: an index may count what was removed until it cleans up."""
    pair, oracle = Pair(engine.open(tmp_path_factory.mktemp("pair"))), Pair(MemoryStorage())
    try:
        pair.change(drafts)
        oracle.change(drafts)
        view, expected, terms = pair.index.view(), oracle.index.view(), analyse(query)
        assert view.statistics(terms) == expected.statistics(terms)
        scores, right = view.bm25(terms, np.arange(100)), expected.bm25(terms, np.arange(100))
        np.testing.assert_allclose(scores, right, rtol=1e-4)
        ranked = view.matching(terms, 100)
        assert sorted(ranked.numbers.tolist()) == np.flatnonzero(right).tolist()
        np.testing.assert_allclose(ranked.scores, right[ranked.numbers], rtol=1e-4)
        assert ranked.scores.tolist() == sorted(ranked.scores.tolist(), reverse=True)
    finally:
        pair.close()


def test_bm25_of_one_term_by_hand(pair: Pair) -> None:
    pair.change([Draft(id=f"a{n}", text="cầu sông núi" if n == 0 else "chợ nổi đông") for n in range(10)])
    view, terms = pair.index.view(), analyse("núi")
    documents = 10 + DOCUMENTS_BESIDE_PASSAGES
    weight = inverse_document_frequency(1, documents)
    assert weight == pytest.approx(math.log(1 + (documents - 0.5) / 1.5))
    average = 30 / documents
    one_field = weight * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 3 / average))
    (number,) = pair.storage.passages_of(["a0"])["a0"]
    scores = view.bm25(terms, np.array([number, 10**6])).tolist()
    assert scores == [pytest.approx(2 * one_field, rel=1e-5), 0.0], "accented and folded"


def test_a_view_does_not_change(pair: Pair) -> None:
    pair.change([Draft(id=f"a{n}", text=f"cầu sông số {n}", source="A", language="vi") for n in range(6)])
    view, vector = pair.index.view(), pair.encoder.encode_queries(["cầu sông"])[0]
    before = everything(view, "cầu sông", vector)
    pair.change([Draft(id="a1", text="chợ"), Draft(id="z", text="cầu sông mới", source="A")], remove=["a2", "a3"])
    pair.index.merge()
    pair.change(remove=["a4"])
    assert everything(view, "cầu sông", vector) == before
    later = pair.index.view()
    assert later.revision == pair.storage.revision() > view.revision
    assert everything(later, "cầu sông", vector) != before


def test_filtered_and_unfiltered_searches_of_one_view_agree_after_a_later_delete(pair: Pair) -> None:
    pair.change([Draft(id=f"a{n}", text=f"cầu sông số {n}", source="A") for n in range(4)])
    view, vector, terms = pair.index.view(), pair.encoder.encode_queries(["cầu"])[0], analyse("cầu")
    pair.change(remove=["a0"])
    all_of_them = Filters(source=("A",))
    assert view.nearest(vector, 10).numbers.tolist() == view.nearest(vector, 10, all_of_them).numbers.tolist()
    for mode in MODES:
        assert view.count(mode, terms) == view.count(mode, terms, all_of_them) == 4


def test_a_removed_passage_has_no_score(pair: Pair) -> None:
    pair.change([Draft(id=f"a{n}", text=f"cầu số {n}") for n in range(4)])
    numbers = [number for own in pair.storage.passages_of(["a0", "a1", "a2", "a3"]).values() for number in own]
    pair.index.merge()
    pair.change([Draft(id="b", text="cầu mới")], remove=["a0"])
    (late,) = pair.storage.passages_of(["b"])["b"]
    pair.change(remove=["b"])
    view, vector = pair.index.view(), pair.encoder.encode_queries(["cầu"])[0]
    asked = np.array([*numbers, late])
    cosines = view.cosines(vector, asked)
    assert (~np.isnan(cosines)).tolist() == (view.bm25(analyse("cầu"), asked) > 0).tolist()
    assert np.isnan(cosines).sum() == 2


def test_limits_and_nothing_to_look_for(pair: Pair) -> None:
    pair.change([Draft(id=f"a{n}", text=f"cầu số {n}") for n in range(5)])
    view, vector = pair.index.view(), pair.encoder.encode_queries(["cầu"])[0]
    for limit in (0, -1):
        assert len(view.nearest(vector, limit)) == len(view.matching(analyse("cầu"), limit)) == 0
    assert len(view.nearest(vector, 3)) == len(view.matching(analyse("cầu"), 3)) == 3
    assert len(view.nearest(np.zeros_like(vector), 3)) == len(view.matching(analyse("…"), 3)) == 0
    nothing = np.empty(0, dtype=np.int64)
    assert len(view.cosines(vector, nothing)) == len(view.bm25(analyse("cầu"), nothing)) == 0


def test_two_openings_follow_each_other(shared: StorageEngine, tmp_path: Path) -> None:
    one, two = Pair(shared.open(tmp_path)), Pair(shared.open(tmp_path))
    try:
        one.change([Draft(id="a", text="cầu sông")])
        assert two.index.view().revision == 1
        two.change([Draft(id="b", text="cầu núi")], remove=["a"])
        for pair in (one, two):
            found = pair.index.view().matching(analyse("cầu"), 10).numbers.tolist()
            assert pair.storage.owners(found) == {found[0]: "b"}
    finally:
        one.close()
        two.close()


def test_an_opening_again_finds_everything_without_encoding(shared: StorageEngine, tmp_path: Path) -> None:
    first = Pair(shared.open(tmp_path))
    first.change([Draft(id=f"a{n}", text=f"cầu số {n}") for n in range(5)])
    first.change(remove=["a3"])
    first.close()
    encoder = WordEncoder()
    again = Pair(shared.open(tmp_path), encoder)
    try:
        assert again.storage.counts().articles == again.index.view().count("hybrid", analyse("cầu")) == 4
        assert again.storage.articles(["a1"])["a1"] == new(Draft(id="a1", text="cầu số 1")).article
        assert len(encoder.encoded) == 1, "only the probe that tells the model"
    finally:
        again.close()


def test_a_change_that_the_index_has_not_seen_is_shown_wholly_or_not_at_all(
    shared: StorageEngine, tmp_path: Path
) -> None:
    """A writer that dies between storing and indexing leaves a state that every view shows the same way."""
    pair = Pair(shared.open(tmp_path))
    try:
        pair.change([Draft(id="a", text="cầu sông"), Draft(id="b", text="cầu núi")])
        with pair.storage.writing() as change:
            change.put(new(Draft(id="a", text="cầu biển")), pair.encoded(Draft(id="a", text="cầu biển")))
            change.remove("b")
        view, vector, terms = pair.index.view(), pair.encoder.encode_queries(["cầu"])[0], analyse("cầu")
        near, matching = view.nearest(vector, 10).numbers.tolist(), view.matching(terms, 10).numbers.tolist()
        assert sorted(near) == sorted(matching)
        pair.index.follow()
        assert pair.index.view().revision == pair.storage.revision()
        assert pair.index.view().count("dense", terms) == pair.index.view().count("lexical", terms) == 1
    finally:
        pair.close()


WRITER = """
import sys
from pathlib import Path
from engines import ENGINES, Pair
from index.records import Draft
engine = next(engine for engine in ENGINES if engine.name == sys.argv[1])
pair = Pair(engine.open(Path(sys.argv[2])))
for n in range(15):
    pair.change([Draft(id=f"{sys.argv[3]}{n}", text=f"cầu số {n}")], remove=[f"{sys.argv[3]}{n - 3}"])
pair.close()
"""


def test_two_processes_write_and_one_reads(shared: StorageEngine, tmp_path: Path) -> None:
    shared.open(tmp_path).close()
    folders = [str(Path(__file__).resolve().parents[2]), str(Path(__file__).resolve().parents[3])]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(folders)}
    reader = Pair(shared.open(tmp_path))
    command = [sys.executable, "-c", WRITER, shared.name, str(tmp_path)]
    writers = [subprocess.Popen([*command, name], env=environment) for name in "xy"]
    try:
        terms, vector = analyse("cầu"), reader.encoder.encode_queries(["cầu"])[0]
        while any(writer.poll() is None for writer in writers):
            view = reader.index.view()
            near, matching = view.nearest(vector, 100).numbers.tolist(), view.matching(terms, 100).numbers.tolist()
            assert sorted(near) == sorted(matching), "words and vectors are of one state"
        assert [writer.wait() for writer in writers] == [0, 0]
        assert reader.index.view().revision == reader.storage.revision() == 30
        kept = {f"{name}{n}" for name in "xy" for n in (12, 13, 14)}
        assert {header.id for header in reader.storage.page(100)} == kept
        assert list(reader.index.problems()) == []
    finally:
        for writer in writers:
            writer.kill()
            writer.wait()
        reader.close()
