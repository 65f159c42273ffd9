"""Reprints become one citation with several sources; a shared quotation does not."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from news_texts import BRIDGE, MARKET

from index.reading.stretches import codes_in
from index.text.chunking import chunk
from index.text.normalization import fold
from qa.retrieval.folding import FoldedPassage, PrintedPassage, fold_reprints
from qa.retrieval.likeness import alike

QUOTATION = "Ông Lê Văn Tám, chủ tịch xã, nói rằng bà con đã mong chiếc cầu này từ ba mươi năm nay."
EDITED = BRIDGE.replace("đã thông xe", "vừa được thông xe").replace("bà con", "người dân")
ARTICLES = {
    "wire": BRIDGE,
    "daily": "Cầu mới cho xã Vĩnh An.\n\n" + BRIDGE,
    "weekly": EDITED,
    "plain": fold(BRIDGE),
    "long": BRIDGE + "\n\n" + MARKET,
    "market": MARKET,
    "quoting": f"{MARKET} {QUOTATION}",
}


def passages(*names: str) -> list[PrintedPassage]:
    """The first passage of each article."""
    found = []
    for number, name in enumerate(names):
        start, end = chunk(ARTICLES[name])[0]
        found.append(PrintedPassage(number, name, ARTICLES[name][start:end]))
    return found


def test_five_reprints_are_one_citation_with_five_sources() -> None:
    folded = fold_reprints(passages("wire", "daily", "market", "weekly", "plain", "long"), ARTICLES.__getitem__)
    assert folded == [FoldedPassage(0, "wire", ("daily", "weekly", "plain", "long")), FoldedPassage(2, "market", ())]


def test_the_first_is_kept_whichever_it_is() -> None:
    assert fold_reprints(passages("plain", "wire"), ARTICLES.__getitem__) == [FoldedPassage(0, "plain", ("wire",))]


def test_a_passage_that_shares_one_quotation_stays() -> None:
    own = PrintedPassage(7, "quoting", QUOTATION)
    folded = fold_reprints([*passages("wire", "quoting"), own], ARTICLES.__getitem__)
    assert [(item.number, item.also_in) for item in folded] == [(0, ()), (1, ()), (7, ())]


def test_other_passages_of_a_reprint_and_of_the_same_article_stay() -> None:
    first, second = BRIDGE[:300], BRIDGE[300:]
    candidates = [
        PrintedPassage(1, "wire", first),
        PrintedPassage(2, "wire", second),
        PrintedPassage(3, "weekly", EDITED[:300]),
        PrintedPassage(4, "weekly", EDITED[300:]),
        PrintedPassage(5, "wire", first),
    ]
    assert fold_reprints(candidates, ARTICLES.__getitem__) == [
        FoldedPassage(1, "wire", ("weekly",)),
        FoldedPassage(2, "wire", ("weekly",)),
        FoldedPassage(5, "wire", ()),
    ]


def test_articles_are_read_only_where_passages_agree() -> None:
    asked: list[str] = []

    def text_of(article_id: str) -> str:
        asked.append(article_id)
        return ARTICLES[article_id]

    fold_reprints(passages("wire", "market", "weekly"), text_of)
    assert sorted(asked) == ["weekly", "wire"]


def test_what_was_found_out_of_two_articles_is_remembered_until_one_changes() -> None:
    asked: list[str] = []

    def text_of(article_id: str) -> str:
        asked.append(article_id)
        return ARTICLES[article_id]

    known: dict[frozenset[str], bool] = {}
    printed = [
        PrintedPassage(number, name, BRIDGE, f"digest of {name}") for number, name in enumerate(("wire", "long"))
    ]
    for _ in range(2):
        assert fold_reprints(printed, text_of, known=known) == [FoldedPassage(0, "wire", ("long",))]
    assert (sorted(asked), known) == (["long", "wire"], {frozenset(("digest of wire", "digest of long")): True})
    fold_reprints([printed[0], PrintedPassage(1, "long", BRIDGE, "another")], text_of, known=known)
    assert sorted(asked) == ["long", "long", "wire", "wire"]


def test_nothing_and_texts_without_words() -> None:
    assert fold_reprints([], ARTICLES.__getitem__) == []
    empty = [PrintedPassage(1, "a", "…"), PrintedPassage(2, "b", "…")]
    assert [item.number for item in fold_reprints(empty, {"a": "…", "b": "…"}.__getitem__)] == [1, 2]


TEXTS = st.sampled_from([*ARTICLES.values(), "", "🙂", "Tin vắn.", "א", QUOTATION])


@given(st.lists(st.tuples(st.integers(0, 5), TEXTS), max_size=12))
def test_every_candidate_is_kept_or_named_by_one_that_is(items: list[tuple[int, str]]) -> None:
    texts = {f"a{article}": text for article, text in items}
    candidates = [PrintedPassage(number, f"a{article}", text) for number, (article, text) in enumerate(items)]
    folded = fold_reprints(candidates, texts.__getitem__)
    numbers = [item.number for item in folded]
    assert numbers == sorted(numbers)
    assert {candidate.article_id for candidate in candidates} == {
        name for item in folded for name in (item.article_id, *item.also_in)
    }
    for item in folded:
        assert item.article_id not in item.also_in
        assert len(set(item.also_in)) == len(item.also_in)
    assert fold_reprints([candidates[number] for number in numbers], texts.__getitem__) == [
        FoldedPassage(item.number, item.article_id, ()) for item in folded
    ]


def test_what_shares_half_its_runs_is_alike_by_its_codes_and_other_news_is_not() -> None:
    half = BRIDGE[: len(BRIDGE) // 2]
    texts = [BRIDGE, fold(EDITED), half + MARKET[: len(half) // 2], MARKET, QUOTATION, "北京是中国的首都", "một hai"]
    codes = [codes_in(text) for text in texts]
    found = alike(np.concatenate(codes), np.array([len(one) for one in codes]))
    assert (found == found.T).all()
    assert found[0, :4].tolist() == [True, True, True, False]
    assert found[5].all(), "a script without spaces is always looked at"
    assert found[6].all(), "so are few words"
    nothing = np.empty(0, dtype=np.int64)
    assert alike(nothing.astype(np.uint32), nothing).shape == (0, 0)
    assert alike(nothing.astype(np.uint32), np.zeros(2, dtype=np.int64)).all()


@given(st.lists(st.sampled_from(sorted(ARTICLES)), min_size=1, max_size=8))
def test_passing_over_what_is_not_alike_changes_nothing(names: list[str]) -> None:
    printed = passages(*names)
    codes = [codes_in(one.text) for one in printed]
    found = alike(np.concatenate(codes), np.array([len(one) for one in codes]))
    quick = fold_reprints(printed, ARTICLES.__getitem__, found)
    assert quick == fold_reprints(printed, ARTICLES.__getitem__)


def test_what_was_found_of_an_article_that_was_removed_meanwhile_is_not_remembered() -> None:
    printed, known = passages("wire", "daily"), dict[frozenset[str], bool]()
    gone = fold_reprints(printed, {**ARTICLES, "daily": ""}.__getitem__, known=known)
    assert [item.article_id for item in gone] == ["wire", "daily"]
    assert fold_reprints(printed, ARTICLES.__getitem__, known=known) == [FoldedPassage(0, "wire", ("daily",))]
    assert list(known.values()) == [True]
