"""The words of passages as codes: BM25 by them equals BM25 by posting lists, and two phases find what one finds."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index.filters import NO_FILTERS, Filters
from index.records import ArticleHeader
from index.search.text import codes, scoring, view
from index.search.text.fields import FOLDED, PAIRS, TITLE
from index.search.text.index import TextIndex
from index.search.text.phases import Phases
from index.storage.protocol import PassageText
from index.text.analysis import analyse

NONE = np.empty(0, dtype=np.int64)
ONE_PHASE = Phases(postings=10**12)
TWO_PHASES = Phases(postings=1, share=0.5, candidates=4)
WORDS = (
    "cầu", "cau", "câu", "chợ", "sông", "song", "đường", "duong", "Thuận", "C#", "C++", ".NET", "net", "A/B#", "T-90",
    "18-NQ/TW", "200+", "AT&T", "R&D", "café", "ngày 6/2/2017", "北京", "中国首都", "กรุงเทพ", "harbour", "Thuậnx",
    "…", "hoà", "hòa", "nñ",
)  # fmt: skip


def passage(number: int, text: str, title: str = "", source: str = "A", header: str = "") -> PassageText:
    article = ArticleHeader(f"a{number}", title, None, source, None, None, "vi", {}, "", len(text))
    return PassageText(number, title, text, article, header)


def by_postings(index: TextIndex, question: str, numbers: np.ndarray) -> np.ndarray:
    """Return the scores that tantivy gives."""
    found = index.refresh().search(analyse(question), 10**6, NO_FILTERS)
    scores = np.zeros(len(numbers))
    scores[np.searchsorted(numbers, found.numbers)] = found.scores
    return scores


TEXTS = st.lists(st.sampled_from(WORDS), min_size=1, max_size=12).map(" ".join)


@settings(max_examples=60)
@given(
    texts=st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=12),
    question=st.one_of(TEXTS, st.sampled_from(["cầu harbuor", "Thuậnxz harbors 北京", "harbous cau"])),
)
def test_scores_by_codes_equal_those_by_postings(
    tmp_path_factory: pytest.TempPathFactory, texts: list[tuple[str, str]], question: str
) -> None:
    index = TextIndex(tmp_path_factory.mktemp("lexical"), phases=ONE_PHASE)
    index.apply([passage(2 * n, text, title) for n, (text, title) in enumerate(texts)], NONE, 1)
    numbers = 2 * np.arange(len(texts))
    scores = index.refresh().score(analyse(question), numbers[::-1])[::-1]
    np.testing.assert_allclose(scores, by_postings(index, question, numbers), rtol=1e-5)


def test_terms_of_like_hashes_are_told_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scoring, "_TABLE", 4)
    index = TextIndex(tmp_path)
    texts = ("cầu sông chợ nổi Cái Răng", "cau sông", "thuyền C# đường", "không gì cả")
    index.apply([passage(n, text, text[:8]) for n, text in enumerate(texts)], NONE, 1)
    question = "cầu trên sông chợ đường C# Cái Răng thuyền"
    scores = index.refresh().score(analyse(question), np.arange(4))
    np.testing.assert_allclose(scores, by_postings(index, question, np.arange(4)), rtol=1e-5)


@pytest.mark.parametrize("kept", [1, 2, 512])
def test_misspelt_names_score_alike_however_many_passages_hold_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setattr(view, "_MOST_NEAR", kept)
    index = TextIndex(tmp_path)
    texts = ("harbour cầu", "cầu", "the harbour", "chợ")
    index.apply([passage(n, text) for n, text in enumerate(texts)], NONE, 1)
    numbers = np.arange(len(texts))
    scores = index.refresh().score(analyse("cầu harbuor"), numbers)
    assert (scores > 0).tolist() == [True, True, True, False]
    np.testing.assert_allclose(scores, by_postings(index, "cầu harbuor", numbers), rtol=1e-5)


def test_the_first_phase_looks_for_rare_syllables_and_all_pairs() -> None:
    counts = {"cau": 10, "song": 500, "noi": 700}
    found = {(field, term): count for field in (FOLDED, TITLE) for term, count in counts.items()}
    found |= {(field, "cau_song"): 9 for field in (PAIRS, TITLE)}
    plain = {term: term for term in counts}
    terms = [(field, term) for field, term, _factor in Phases(share=0.4, title_share=0.005).rarer(found, 1000, plain)]
    assert sorted(terms) == sorted(
        [(FOLDED, "cau"), (FOLDED, "song"), (PAIRS, "cau_song"), (TITLE, "cau"), (TITLE, "cau_song")]
    )


def many(count: int) -> list[PassageText]:
    """Return passages of words of which a few are frequent and most are rare."""
    chance = np.random.default_rng(5)
    names = np.array([f"{one}{other}" for one in ("ba", "cô", "đi", "gú", "hề") for other in "abcdeghiklmnopqrstuvxy"])
    drawn = np.minimum(chance.zipf(1.4, (count, 30)) - 1, len(names) - 1)
    return [passage(n, " ".join(names[row]), names[row[0]], "AB"[n % 2]) for n, row in enumerate(drawn)]


def test_two_phases_find_what_one_finds(tmp_path: Path) -> None:
    TextIndex(tmp_path).apply(many(3000), NONE, 1)
    one = TextIndex(tmp_path, may_write=False, phases=ONE_PHASE).refresh()
    two = TextIndex(tmp_path, may_write=False, phases=TWO_PHASES).refresh()
    shared = []
    for question in (" ".join(one.text.split()[3:9]) for one in many(60)):
        terms = analyse(question)
        for filters in (NO_FILTERS, Filters(source=("B",))):
            right, found = one.search(terms, 50, filters), two.search(terms, 50, filters)
            assert len(found) == 50
            np.testing.assert_allclose(found.scores, one.score(terms, found.numbers), rtol=1e-5)
            assert found.scores.tolist() == sorted(found.scores.tolist(), reverse=True)
            assert found.scores[0] == pytest.approx(right.scores[0])
            assert not filters or (found.numbers % 2 == 1).all()
            shared.append(len(np.intersect1d(found.numbers[:10], right.numbers[:10])) / 10)
    assert np.mean(shared) > 0.98


def test_where_the_first_phase_finds_too_few_all_terms_are_looked_for(tmp_path: Path) -> None:
    index = TextIndex(tmp_path, phases=Phases(postings=1, share=0.01, candidates=2))
    index.apply([passage(n, "cầu lạ" if n == 7 else "cầu quen") for n in range(100)], NONE, 1)
    assert len(index.refresh().search(analyse("cầu lạ"), 30, NO_FILTERS)) == 30


def test_a_view_scores_what_was_removed_later_and_a_later_one_does_not(tmp_path: Path) -> None:
    index = TextIndex(tmp_path)
    index.apply([passage(n, "cầu sông") for n in range(3)], NONE, 1)
    before = index.refresh()
    index.apply([passage(3, "cầu")], np.array([1]), 2)
    numbers = np.arange(4)
    assert (before.score(analyse("cầu"), numbers[:3]) > 0).all()
    assert (index.refresh().score(analyse("cầu"), numbers) > 0).tolist() == [True, False, True, True]


def test_codes_of_removed_passages_are_left_out_in_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(codes, "_LEAST_DEAD", 10)
    index, folder = TextIndex(tmp_path), next(tmp_path.iterdir())
    index.apply([passage(n, f"cầu số {n} trên sông") for n in range(40)], NONE, 1)
    old = index.refresh()
    index.apply([], np.arange(30), 2)
    size = (folder / "codes-1").stat().st_size
    index.apply([passage(40, "chợ nổi")], NONE, 3)
    assert codes.generations(folder) == [2]
    assert (folder / "codes-2").stat().st_size < size / 2
    numbers = np.arange(30, 41)
    np.testing.assert_allclose(
        index.refresh().score(analyse("cầu số 33 chợ"), numbers),
        by_postings(index, "cầu số 33 chợ", numbers),
        rtol=1e-5,
    )
    assert (old.score(analyse("cầu"), np.arange(40)) > 0).all()


def test_an_index_without_its_codes_is_emptied(tmp_path: Path) -> None:
    TextIndex(tmp_path).apply([passage(1, "cầu")], NONE, 5)
    for file in tmp_path.glob("*/codes-*"):
        file.unlink()
    with pytest.raises(ValueError, match="codes"):
        TextIndex(tmp_path, may_write=False)
    assert TextIndex(tmp_path).refresh().revision == 0


def test_passages_whose_codes_are_missing_are_scored_by_postings(tmp_path: Path) -> None:
    index = TextIndex(tmp_path)
    index.apply([passage(n, "cầu sông " * n) for n in range(1, 5)], NONE, 1)
    numbers = np.arange(1, 5)
    right = index.refresh().score(analyse("cầu"), numbers)
    (places,) = tmp_path.glob("*/places-*")
    places.write_bytes(places.read_bytes()[:80])
    np.testing.assert_allclose(index.refresh().score(analyse("cầu"), numbers), right, rtol=1e-5)


def test_a_query_of_characters_alone_is_scored(tmp_path: Path) -> None:
    index = TextIndex(tmp_path)
    index.apply([passage(1, "中国首都 là Bắc Kinh"), passage(2, "cầu")], NONE, 1)
    numbers = np.array([1, 2])
    scores = index.refresh().score(analyse("中国首都"), numbers)
    np.testing.assert_allclose(scores, by_postings(index, "中国首都", numbers), rtol=1e-5)
    assert scores[0] > 0
