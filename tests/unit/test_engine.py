from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest
from fakes import WordEncoder
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from index.corpus import Corpus
from index.filters import Filters
from index.records import Draft
from index.search.protocol import MODES, Mode
from index.text.normalization import normalize
from qa.answering.confidence import builtin_calibration
from qa.answers import Quote
from qa.engine import Engine, Limits
from qa.errors import InvalidQuestion
from qa.evidence.judge import PassageEvidence, Quoted
from qa.retrieval import finder, merging
from qa.retrieval.hits import LONGEST, Hit


@pytest.fixture
def engine(corpus: Corpus) -> Engine:
    return Engine(corpus)


def add(engine: Engine, *drafts: Draft) -> None:
    assert all(outcome.error is None for outcome in engine.corpus.add(drafts))


BRIDGE = Draft(
    id="cau",
    title="Cầu Sông Hiền",
    url="https://example.org/cau",
    text="Cầu Sông Hiền thông xe hôm qua. Cầu dài năm trăm mét và có bốn làn xe. Người dân rất vui.",
)
MARKET = Draft(id="cho", title="Chợ quê", text="Chợ họp từ năm giờ sáng. Rau bán rất chạy.", language="vi")


def test_the_passage_that_answers_comes_first_with_its_sentence(engine: Engine) -> None:
    add(engine, BRIDGE, MARKET)
    answer = engine.ask("cầu dài bao nhiêu mét")
    best = answer.passages[0]
    assert best.passage.article.id == "cau"
    assert [quote.text for quote in best.quotes] == ["Cầu dài năm trăm mét và có bốn làn xe."]
    assert best.link is not None
    assert best.link.startswith("https://example.org/cau#:~:text=")
    assert answer.answer is not None
    assert answer.answer.text == "Cầu dài năm trăm mét và có bốn làn xe."
    assert answer.answerable is True
    assert answer.confidence is not None
    assert 0.5 < answer.confidence <= 1.0


def test_a_quote_that_is_not_in_its_passage_is_dropped_with_a_warning(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    add(engine, BRIDGE)
    merge = merging.merge_touching

    def shifted(hits: Iterable[Hit], limit: int, max_per_article: int) -> list[Hit]:
        wrong = Quote("Cầu dài năm trăm mét và có bốn làn xe.", 30, 68)
        evidence = PassageEvidence(1.0, 1.0, lambda: Quoted(((wrong, 1.0),), ((wrong, 1.0),)))
        return [replace(one, evidence=evidence) for one in merge(hits, limit, max_per_article)]

    monkeypatch.setattr(finder, "merge_touching", shifted)
    with pytest.warns(RuntimeWarning, match="not in article cau"):
        answer = engine.ask("cầu dài bao nhiêu mét")
    assert answer.passages[0].quotes == ()
    assert answer.answer is None


def test_accents_need_not_be_typed(engine: Engine) -> None:
    add(engine, BRIDGE, MARKET)
    assert engine.ask("cho hop tu may gio").passages[0].passage.article.id == "cho"


@pytest.mark.parametrize("mode", MODES)
def test_each_mode_says_what_it_saw(engine: Engine, mode: Mode) -> None:
    add(engine, BRIDGE, MARKET)
    best = engine.ask("cầu dài bao nhiêu mét", mode=mode).passages[0]
    assert best.passage.article.id == "cau"
    assert (best.dense.score is None) == (mode == "lexical")
    assert (best.lexical.score is None) == (mode == "dense")
    if mode == "dense":
        assert best.score == best.dense.score
    if mode == "lexical":
        assert best.score == best.lexical.score
    if mode == "hybrid":
        assert 0 < best.score <= 1


def test_at_most_so_many_passages_of_an_article(engine: Engine) -> None:
    # Long last sentences are not repeated in the next passage, and paragraphs stand between, so none touch.
    long_text = "\n\n\n".join(f"Cầu số {n} dài {n} mét. {'Chuyện về cầu còn dài, ' * 25}hết." for n in range(8))
    add(engine, Draft(id="dai", text=long_text), MARKET)
    for most in (1, 2, 5):
        ids = [cited.passage.article.id for cited in engine.ask("cầu dài", limit=10, max_per_article=most).passages]
        assert ids.count("dai") == most


def test_the_articles_of_all_candidates_are_asked_for_only_where_the_first_are_too_few(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tale = "\n\n".join(
        f"Ngày {day}, chợ quê họp từ {day} giờ sáng. {'Rau bán rất chạy. ' * 20}" for day in range(1, 30)
    )
    others = [Draft(id=f"a{number}", text=f"Chợ quê số {number} họp chiều {number}.") for number in range(6)]
    add(engine, Draft(id="tale", text=tale), *others)
    asked: list[int] = []
    owners = engine.corpus.storage.owners

    def counted(numbers: Iterable[int]) -> dict[int, str]:
        asked.append(len(wanted := list(numbers)))
        return owners(wanted)

    monkeypatch.setattr(engine.corpus.storage, "owners", counted)
    assert len(engine.ask("chợ quê họp lúc nào", limit=2, max_per_article=1).passages) == 2
    assert not asked
    found = engine.ask("chợ quê họp lúc nào", limit=7, max_per_article=1).passages
    assert sorted(one.passage.article.id for one in found) == [*(f"a{number}" for number in range(6)), "tale"]
    assert len(asked) == 1


def test_reprints_are_one_citation_with_all_their_sources(engine: Engine) -> None:
    wire = " ".join(
        f"Đoàn tàu số {n} rời ga Bến Đá lúc {n} giờ sáng, chở theo hàng trăm hành khách về quê ăn Tết."
        for n in range(1, 9)
    )
    add(engine, *(Draft(id=f"bao-{n}", title=f"Báo {n} đưa tin", source=f"Báo {n}", text=wire) for n in range(5)))
    add(engine, BRIDGE, Draft(id="khac", text="Đoàn tàu khác rời ga Bến Đá muộn hai giờ vì mưa lớn ở đèo."))
    passages = engine.ask("đoàn tàu rời ga Bến Đá lúc mấy giờ").passages
    printed = {cited.passage.article.id: {other.id for other in cited.also_in} for cited in passages}
    wires = [article_id for article_id in printed if article_id.startswith("bao-")]
    assert len(wires) == 1
    assert printed[wires[0]] == {f"bao-{n}" for n in range(5)} - set(wires)
    assert printed["khac"] == set()


@pytest.mark.parametrize("mode", MODES)
def test_reprints_do_not_use_up_the_places_of_others(engine: Engine, mode: Mode) -> None:
    wire = " ".join(f"Bảo tàng trống đồng cổ cháy lớn lúc {n} giờ, khói bốc cao hàng trăm mét." for n in range(1, 6))
    add(engine, *(Draft(id=f"tin-{n}", text=wire) for n in range(30)))
    others = [f"Bảo tàng số {n} trưng bày {n} trống đồng cổ và {n} bộ áo của vua, khách đến đông." for n in range(6)]
    add(engine, *(Draft(id=f"khac-{n}", text=text) for n, text in enumerate(others)))
    for limit in (1, 5, 7):
        passages = engine.ask("bảo tàng trống đồng cổ cháy lúc mấy giờ", limit=limit, mode=mode).passages
        assert len(passages) == limit
        assert sum(cited.passage.article.id.startswith("tin-") for cited in passages) == 1


def test_passages_that_touch_become_one(engine: Engine) -> None:
    text = " ".join(f"Chặng {n} của con đường ven sông dài {n} cây số và có {n} cây cầu nhỏ." for n in range(1, 31))
    add(engine, Draft(id="duong", text=text))
    assert len(engine.corpus.storage.passages_of(["duong"])["duong"]) >= 3
    passages = engine.ask("con đường ven sông dài mấy cây số", max_per_article=3).passages
    lengths = [len(cited.passage.text) for cited in passages]
    assert 900 < max(lengths) <= LONGEST  # longer than any passage that was stored
    for cited in passages:
        assert text[cited.passage.start : cited.passage.end] == cited.passage.text


def test_newer_articles_come_first_where_that_is_wanted(engine: Engine) -> None:
    def report(article_id: str, date: str | None, words: str) -> Draft:
        return Draft(id=article_id, text=f"Giá cà phê {words}, theo các đại lý ở Buôn Hồ.", published_at=date)

    add(engine, report("cu", "2001-01-01", "sáng nay tăng"), report("moi", "2024-05-01", "chiều nay giảm"))
    add(engine, report("khong-ngay", None, "tuần này đứng yên"), BRIDGE)
    plain = engine.ask("giá cà phê sáng nay tăng")
    recent = engine.ask("giá cà phê ở Buôn Hồ", recency_half_life_days=3000.0)
    assert plain.passages[0].passage.article.id == "cu"
    scores = [cited.score for cited in recent.passages]
    assert scores == sorted(scores, reverse=True)
    assert recent.passages[0].passage.article.id == "moi"
    bad: list[tuple[float, Mode]] = [(0.0, "hybrid"), (float("nan"), "hybrid"), (30.0, "dense")]
    for half_life, mode in bad:
        with pytest.raises(InvalidQuestion, match="recency_half_life_days"):
            engine.ask("giá cà phê", recency_half_life_days=half_life, mode=mode)


def test_filters_are_applied_before_ranking(engine: Engine) -> None:
    add(engine, *(Draft(id=f"vi{n}", text=f"cầu số {n}", language="vi") for n in range(150)))
    add(engine, Draft(id="en", text="một cây cầu và rất nhiều chuyện khác không liên quan", language="en"))
    for mode in MODES:
        answer = engine.ask("cầu", mode=mode, filters=Filters(language=("en",)))
        assert [cited.passage.article.id for cited in answer.passages] == ["en"]


def test_an_explanation_says_what_each_candidate_got(engine: Engine) -> None:
    add(engine, BRIDGE, MARKET, Draft(id="cau-2", text=BRIDGE.text))
    plain = engine.ask("cầu Zyzzyx dài bao nhiêu mét", limit=1)
    told = engine.ask("cầu Zyzzyx dài bao nhiêu mét", limit=1, explain=True, min_confidence=0.3)
    assert plain.explanation is None
    assert told.passages == plain.passages
    explanation = told.explanation
    assert explanation is not None
    assert explanation.threshold in (None, 0.3)
    assert explanation.unknown_words == ("zyzzyx", "bao", "nhieu")
    by_article = {one.article_id: one for one in explanation.candidates}
    cited = told.passages[0]
    best = by_article[cited.passage.article.id]
    assert (best.rank, best.dense, best.lexical) == (1, cited.dense, cited.lexical)
    assert (best.start, best.end) == (cited.passage.start, cited.passage.end)
    assert best.strength == max(one.strength for one in explanation.candidates)
    assert {one.article_id for one in explanation.candidates if one.rank is None} >= {cited.also_in[0].id}
    fused = [one.fused for one in explanation.candidates]
    assert fused == sorted(fused, reverse=True)


def test_an_empty_corpus_answers_with_nothing(engine: Engine) -> None:
    answer = engine.ask("có gì không?")
    assert answer.passages == ()
    assert answer.answer is None


@pytest.mark.parametrize(
    ("question", "message"),
    [
        ("", "question: is empty"),
        (" \n\t", "question: is empty"),
        ("x" * 2001, "question: has 2,001 characters"),
        ("a\ud800b", "question: holds half a surrogate pair at offset 1"),
        ("a\0b", "question: holds a NUL character at offset 1"),
    ],
)
def test_a_bad_question_is_refused_by_name(engine: Engine, question: str, message: str) -> None:
    with pytest.raises(InvalidQuestion, match=message):
        engine.ask(question)


def test_bad_options_are_refused_by_name(engine: Engine) -> None:
    with pytest.raises(InvalidQuestion, match="limit: must be 1 to 100, not 0"):
        engine.ask("x", limit=0)
    with pytest.raises(InvalidQuestion, match="max_per_article"):
        engine.ask("x", max_per_article=0)
    with pytest.raises(InvalidQuestion, match="mode: 'best'"):
        engine.ask("x", mode="best")  # type: ignore[arg-type]


@pytest.mark.parametrize("question", ["!!!", "🙂", "…", "مرحبا", "北京", "ก", "a" * 2000])
def test_any_other_question_is_answered(engine: Engine, question: str) -> None:
    add(engine, BRIDGE)
    for mode in MODES:
        engine.ask(question, mode=mode)


def test_a_long_article_and_its_short_retelling_are_similar(engine: Engine) -> None:
    add(
        engine,
        BRIDGE,
        MARKET,
        Draft(id="tin", text="Tin vắn: Cầu Sông Hiền dài năm trăm mét đã thông xe."),
        Draft(id="lai", text=BRIDGE.text, title="Đăng lại"),
    )
    similar = engine.similar("cau")
    assert [item.article.id for item in similar[:2]] == ["lai", "tin"]
    assert similar[0].near_duplicate
    assert len(similar[0].shared) == 3
    assert not similar[1].near_duplicate
    assert "cau" not in [item.article.id for item in similar]
    by_text = engine.similar_to_text("Cầu Sông Hiền đã thông xe, dài năm trăm mét.")
    assert by_text[0].article.id in ("cau", "lai", "tin")
    shared = similar[0].shared[0]
    assert engine.corpus.article("lai").text[shared.start : shared.end] == shared.text


CHARACTERS = st.one_of(
    st.characters(exclude_categories=["Cs", "Cn"], exclude_characters="\0"),
    st.sampled_from(
        ["e\u0301", "a\u0302\u0301", "👩‍👩‍👧", "🇻🇳", "\r\n", "\n\n", ". ", "? ", "。", "שלום ", "ก", "ñ", "\u200b", " "]
    ),
)
ARTICLES = st.lists(st.lists(CHARACTERS, min_size=1, max_size=400).map("".join), min_size=50, max_size=50)


@settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
@given(texts=ARTICLES, data=st.data())
def test_every_passage_and_quote_is_a_slice_of_any_unicode_article(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], data: st.DataObject
) -> None:
    with Corpus.open(tmp_path_factory.mktemp("any"), WordEncoder()) as corpus:
        engine = Engine(corpus)
        outcomes = list(corpus.add(Draft(id=f"a{n}", text=text) for n, text in enumerate(texts)))
        stored = {o.id: corpus.article(o.id).text for o in outcomes if o.id is not None and o.error is None}
        assert all(stored[f"a{n}"] == normalize(text) for n, text in enumerate(texts) if f"a{n}" in stored)
        for article_id, text in stored.items():
            (numbers, covered) = corpus.storage.passages_of([article_id]).get(article_id, []), 0
            for passage in corpus.storage.passages(numbers).values():
                assert text[passage.start : passage.end] == passage.text
                covered += passage.end - passage.start
            assert covered >= len("".join(text.split()))
        source = data.draw(st.sampled_from(sorted(stored.values())))
        question = source[: data.draw(st.integers(1, 60))]
        if not question.strip():
            return
        answer = engine.ask(question, limit=20)
        for cited in answer.passages:
            text = stored[cited.passage.article.id]
            assert text[cited.passage.start : cited.passage.end] == cited.passage.text
            for quote in cited.quotes:
                assert text[quote.start : quote.end] == quote.text
        if answer.answer is not None:
            for c in answer.answer.citations:
                assert answer.answer.text[c.start : c.end] == stored[c.article_id][c.source_start : c.source_end]


def test_a_text_that_is_too_long_is_refused(corpus: Corpus) -> None:
    engine = Engine(corpus, Limits(text_bytes=8))
    assert engine.similar_to_text("Chợ quê"[:6]) == []
    with pytest.raises(InvalidQuestion, match="text: is longer than 8 bytes"):
        engine.similar_to_text("Chợ quê")


def test_a_calibration_of_another_network_is_not_used(engine: Engine) -> None:
    add(engine, BRIDGE)
    calibration = builtin_calibration()
    shipped = engine.ask("cầu dài bao nhiêu mét").confidence
    engine.adopt(replace(calibration, network=replace(calibration.network, bias=calibration.network.bias - 1.0)))
    adopted = engine.ask("cầu dài bao nhiêu mét").confidence
    assert shipped is not None
    assert adopted is not None
    assert adopted < shipped
    stored = engine.corpus.storage.calibration()
    assert stored is not None
    engine.corpus.set_calibration({**stored, "evidence": "of another time"})
    assert engine.ask("cầu dài bao nhiêu mét").confidence == shipped
