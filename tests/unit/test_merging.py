from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from index.places import places_within
from index.records import ArticleHeader, Passage, Place
from qa.answers import Quote, SideScore
from qa.evidence.judge import PassageEvidence, Quoted
from qa.retrieval.hits import LONGEST, Hit
from qa.retrieval.merging import merge_touching
from qa.retrieval.ranking import Candidate

TEXT = "Một hai ba bốn năm sáu bảy tám chín mười. " * 60
PLACES = tuple(Place(start, page) for page, start in enumerate(range(10, len(TEXT), 37), 1))


def found(number: int, start: int, end: int, article: str = "a", strength: float = 1.0) -> Hit:
    header = ArticleHeader(article, "", None, None, None, None, "vi", {}, "", len(TEXT))
    nothing = SideScore(None, None)
    quote = Quote(TEXT[start : start + 5], start, start + 5)
    return Hit(
        Candidate(number, strength, nothing, nothing, 0.0, 0.0),
        Passage(number, header, start, end, TEXT[start:end], places_within(PLACES, start, end)),
        PassageEvidence(strength, strength, lambda: Quoted(((quote, strength),), ((quote, strength),))),
    )


def test_neighbours_become_one_with_the_rank_of_the_better() -> None:
    merged = merge_touching([found(2, 80, 200), found(7, 0, 50, "b"), found(1, 0, 100, strength=0.6)], 5, 100)
    assert [(one.candidate.number, one.passage.start, one.passage.end) for one in merged] == [(2, 0, 200), (7, 0, 50)]
    assert merged[0].passage.text == TEXT[:200]
    assert merged[0].passage.places == places_within(PLACES, 0, 200)
    assert [quote.start for quote, _strength in merged[0].evidence.quoted.quotes] == [80, 0]


def test_what_hardly_answers_is_not_quoted_of_a_merged_passage() -> None:
    merged = merge_touching([found(2, 80, 200), found(1, 0, 100, strength=0.4)], 5, 100)
    assert [quote.start for quote, _strength in merged[0].evidence.quoted.quotes] == [80]


def test_passages_apart_or_of_different_articles_stay() -> None:
    apart = [found(1, 0, 50), found(2, 60, 90), found(3, 0, 50, "b")]
    assert merge_touching(apart, 5, 100) == apart
    assert merge_touching(apart, 2, 100) == apart[:2]


def test_a_passage_that_bridges_two_joins_them() -> None:
    merged = merge_touching([found(1, 0, 10), found(2, 18, 26), found(3, 8, 20), found(4, 0, 9, "b")], 2, 100)
    assert [(one.candidate.number, one.passage.start, one.passage.end) for one in merged] == [(1, 0, 26), (4, 0, 9)]
    assert merged[0].passage.text == TEXT[:26]


def test_a_long_article_does_not_become_one_passage() -> None:
    spans = [(start, start + 700) for start in range(0, 1800, 600)]
    merged = merge_touching([found(number, *span) for number, span in enumerate(spans)], 5, 100)
    assert [(one.passage.start, one.passage.end) for one in merged] == [(0, 1300), (1200, 1900)]


def test_an_article_has_its_passages_though_some_are_joined() -> None:
    passages = [found(1, 0, 50), found(2, 40, 90), found(3, 80, 120), found(4, 200, 250), found(5, 300, 350)]
    merged = merge_touching(passages, 5, 2)
    assert [(one.passage.start, one.passage.end) for one in merged] == [(0, 90), (200, 250)]
    assert len(merge_touching(passages, 5, 3)) == 3


@example([(0, 5), (6, 5), (12, 5), (0, 12)])  # one bridges three
@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(5, 400)), min_size=1, max_size=8))
def test_every_merged_passage_is_a_slice_and_its_quotes_lie_in_it(spans: list[tuple[int, int]]) -> None:
    passages = [found(number, start, start + length) for number, (start, length) in enumerate(spans)]
    merged = merge_touching(passages, 3, 100)
    assert not any(one.joins(other) for one in merged for other in merged if one is not other)
    for one in merged:
        assert TEXT[one.passage.start : one.passage.end] == one.passage.text
        assert len(one.passage.text) <= LONGEST
        assert one.passage.places == places_within(PLACES, one.passage.start, one.passage.end)
        for quote, _strength in one.evidence.quoted.quotes:
            assert one.passage.start <= quote.start
            assert quote.end <= one.passage.end
            assert TEXT[quote.start : quote.end] == quote.text
