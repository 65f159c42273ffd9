"""Similar articles of any texts: exact slices, bounds, and articles that the model knows nothing of."""

from __future__ import annotations

import pytest
from fakes import WordEncoder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from news_texts import BRIDGE, MARKET, TEXTS

from index.corpus import Corpus
from index.errors import NoSuchArticle
from index.records import Draft
from index.search.vectors.view import VectorView
from index.text.normalization import normalize
from qa.engine import Engine
from qa.errors import InvalidQuestion

QUOTATION = "Ông Lê Văn Tám, chủ tịch xã, nói rằng bà con đã mong chiếc cầu này từ ba mươi năm nay."


@pytest.fixture
def engine(corpus: Corpus) -> Engine:
    return Engine(corpus)


def add(engine: Engine, **texts: str) -> None:
    assert all(outcome.error is None for outcome in engine.corpus.add(Draft(id=k, text=v) for k, v in texts.items()))


def test_a_wire_and_the_long_article_that_holds_it_find_each_other(engine: Engine) -> None:
    add(engine, wire=BRIDGE, long=f"{MARKET}\n\n{BRIDGE}\n\n{MARKET}", market=MARKET, ja=TEXTS["ja"])
    for own, other in (("wire", "long"), ("long", "wire")):
        found = {item.article.id: item for item in engine.similar(own)}
        assert found[other].near_duplicate
        assert found[other].shared_share == pytest.approx(1.0)
        text = engine.corpus.article(other).text
        assert all(quote.text in text for quote in found[other].shared)
    assert not {item.article.id: item.near_duplicate for item in engine.similar("wire")}["market"]


def test_the_passages_of_a_long_article_do_not_hide_its_neighbours(engine: Engine) -> None:
    long = "\n\n".join(f"{BRIDGE} Phần {n}." for n in range(120))
    add(engine, long=long, retold=BRIDGE.replace("cầu", "chiếc cầu"), market=MARKET)
    assert len(engine.corpus.storage.passages_of(["long"])["long"]) > 100
    best = engine.similar("long", 1)[0]
    assert best.article.id == "retold"
    assert best.score > 0.5


def test_a_quotation_in_common_is_shown_and_makes_no_duplicate(engine: Engine) -> None:
    add(engine, bridge=BRIDGE, quoting=f"{MARKET} {QUOTATION}")
    (item,) = engine.similar("bridge")
    assert [quote.text for quote in item.shared] == [QUOTATION]
    assert not item.near_duplicate


def test_an_article_alone_and_one_that_is_not_there(engine: Engine) -> None:
    add(engine, alone=BRIDGE)
    assert engine.similar("alone") == []
    with pytest.raises(NoSuchArticle):
        engine.similar("nobody")
    with pytest.raises(InvalidQuestion, match="text: is empty"):
        engine.similar_to_text(" \n")


class DeafEncoder(WordEncoder):
    """Knows no token of a text that speaks of a bridge."""

    def encode_passages(self, texts):  # type: ignore[no-untyped-def]
        vectors = super().encode_passages(texts)
        vectors[["cầu" in text for text in texts]] = 0
        return vectors


def test_articles_without_vectors_are_found_by_their_words(tmp_path_factory: pytest.TempPathFactory) -> None:
    with Corpus.open(tmp_path_factory.mktemp("deaf"), DeafEncoder()) as corpus:
        engine = Engine(corpus)
        add(engine, bridge=BRIDGE, copy=f"Tin mới. {BRIDGE}", **{f"market{n}": f"{MARKET} {n}" for n in range(60)})
        best = engine.similar("bridge", 3)[0]
        assert (best.article.id, best.near_duplicate) == ("copy", True)
        assert best.score == pytest.approx(best.shared_share)
        assert engine.similar_to_text(BRIDGE, 2)[0].article.id in ("bridge", "copy")


def test_a_very_long_article_costs_a_bounded_number_of_searches(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = " ".join(f"Câu số {n} kể chuyện {n * 7} của làng bên sông." for n in range(4_000))
    add(engine, long=long, bridge=BRIDGE)
    searches: list[int] = []
    search = VectorView.search

    def counted(view, vector, limit, allowed=None):  # type: ignore[no-untyped-def]
        searches.append(limit)
        return search(view, vector, limit, allowed)

    monkeypatch.setattr(VectorView, "search", counted)
    assert [item.article.id for item in engine.similar("long")] == ["bridge"]
    assert len(searches) <= 32
    assert engine.similar_to_text(long, 1)[0].article.id == "long"
    assert len(searches) <= 64


CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\0"),
    st.sampled_from(
        ["e\u0301", "a\u0302\u0301", "👩‍👩‍👧", "🇻🇳", "\r\n", "\n\n", ". ", "? ", "。", "שלום ", "ก", "\u200b"]
    ),
    st.sampled_from(
        ["Một câu chung của nhiều bài báo. ", "これは共通の文です。", "جملة مشتركة بين مقالين هنا. ", "x" * 10_000]
    ),
)
ARTICLES = st.lists(st.lists(CHARACTERS, min_size=1, max_size=200).map("".join), min_size=2, max_size=8)


@settings(max_examples=15, suppress_health_check=list(HealthCheck))
@given(texts=ARTICLES, copied=st.booleans())
def test_shared_sentences_are_slices_of_any_unicode_article(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], copied: bool
) -> None:
    with Corpus.open(tmp_path_factory.mktemp("any"), WordEncoder()) as corpus:
        engine = Engine(corpus)
        given = [*texts, texts[0] + " Thêm một câu."] if copied else texts
        outcomes = list(corpus.add(Draft(id=f"a{n}", text=text) for n, text in enumerate(given)))
        stored = {o.id: corpus.article(o.id).text for o in outcomes if o.id is not None and o.error is None}
        for article_id, text in stored.items():
            assert text == normalize(given[int(article_id[1:])])
            found = engine.similar(article_id, 20)
            assert article_id not in [item.article.id for item in found]
            assert [item.rank for item in found] == list(range(1, len(found) + 1))
            for item in found:
                assert 0 <= item.score <= 1
                assert 0 <= item.shared_share <= 1
                theirs = stored[item.article.id]
                for quote in item.shared:
                    assert theirs[quote.start : quote.end] == quote.text
                    assert quote.text
        for story in engine.stories(min_articles=1).stories:
            assert story.size == len(story.articles)
