"""The contract of an answer, field by field, and of similar articles."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from contract import ARTICLE, HEADER_FIELDS, OTHER, post, stored


def test_an_answer_field_by_field(filled: httpx.Client) -> None:
    question = "Ca\u0302\u0300u dài bao nhiêu mét?"
    answer = filled.post("/v1/ask", json={"question": question, "limit": 3}).json()
    assert set(answer) == {"question", "answerable", "confidence", "answer", "parts", "passages", "took_ms"}
    assert answer["question"] == "Cầu dài bao nhiêu mét?"
    assert answer["took_ms"] > 0
    assert (answer["confidence"] is None) == (answer["answerable"] is None), "both null without calibration"
    texts = {article_id: stored(filled, article_id)["text"] for article_id in ("cau-song-hien", "copy", "other")}

    for rank, passage in enumerate(answer["passages"], 1):
        assert set(passage) == {
            "rank", "score", "scores", "ranks", "article", "text", "start", "end", "page", "section", "quotes", "link",
            "also_in",
        }  # fmt: skip
        assert passage["rank"] == rank
        assert set(passage["scores"]) == set(passage["ranks"]) == {"dense", "lexical"}
        article = passage["article"]
        assert set(article) == HEADER_FIELDS
        assert article == {name: stored(filled, article["id"])[name] for name in HEADER_FIELDS}
        text = texts[article["id"]]
        assert passage["text"] == text[passage["start"] : passage["end"]]
        for quote in passage["quotes"]:
            assert set(quote) == {"text", "start", "end", "page", "section"}
            assert quote["text"] == text[quote["start"] : quote["end"]]
            assert passage["start"] <= quote["start"] < quote["end"] <= passage["end"]
        if article["url"] is None:
            assert passage["link"] is None
        else:
            assert passage["link"].startswith(article["url"] + "#:~:text=")
    scores = [passage["score"] for passage in answer["passages"]]
    assert scores == sorted(scores, reverse=True)
    best = answer["passages"][0]
    assert {best["article"]["id"], *(article["id"] for article in best["also_in"])} == {"cau-song-hien", "copy"}
    assert all(set(article) == HEADER_FIELDS for article in best["also_in"])

    assert set(answer["answer"]) == {"text", "citations"}
    said = answer["answer"]["text"]
    assert "Cầu dài 500 m, rộng bốn làn xe." in said
    covered = ""
    for citation in answer["answer"]["citations"]:
        assert set(citation) == {
            "start", "end", "passage", "article_id", "source_start", "source_end", "page", "section",
        }  # fmt: skip
        cut = said[citation["start"] : citation["end"]]
        assert cut == texts[citation["article_id"]][citation["source_start"] : citation["source_end"]]
        cited = answer["passages"][citation["passage"] - 1]
        assert cited["article"]["id"] == citation["article_id"]
        covered += cut
    assert "".join(covered.split()) == "".join(said.split()), "nothing is said that is not cited"


@pytest.mark.parametrize(("mode", "low", "high"), [("hybrid", 0, 1), ("dense", -1, 1), ("lexical", 0, float("inf"))])
def test_scores_mean_what_the_mode_says(filled: httpx.Client, mode: str, low: float, high: float) -> None:
    # The text of an article itself, so that the best is as good as can be.
    for question in ("cầu dài bao nhiêu mét", OTHER["text"]):
        body = filled.post("/v1/ask", json={"question": question, "mode": mode}).json()
        assert body["passages"]
        for passage in body["passages"]:
            rounding = 1e-6
            assert low - rounding <= passage["score"] <= high + rounding
            if mode == "dense":
                assert passage["score"] == passage["scores"]["dense"]
                assert passage["scores"]["lexical"] is passage["ranks"]["lexical"] is None
            if mode == "lexical":
                assert passage["score"] == passage["scores"]["lexical"]
                assert passage["scores"]["dense"] is passage["ranks"]["dense"] is None


ASKED: list[tuple[dict[str, Any], int]] = [
    # options, how many passages of the article of many passages come back
    ({}, 2),
    ({"max_per_article": 1}, 1),
    ({"max_per_article": 3}, 3),
    ({"limit": 4, "max_per_article": 100}, 4),
    ({"limit": 1}, 1),
    ({"min_confidence": 0.5}, 2),
]


@pytest.mark.parametrize(("options", "count"), ASKED)
def test_options_of_a_question(client: httpx.Client, options: dict[str, Any], count: int) -> None:
    # Between any two passages about bridges stand others about a market: passages that touch would become one.
    market = "\n\n".join(["Chợ họp từ sáng sớm, rau bán rất chạy. " * 14] * 4)
    text = "\n\n".join(f"Cầu số {n} dài {n} mét. {'Chuyện về cầu còn dài. ' * 20}\n\n{market}" for n in range(8))
    post(client, {"id": "long", "text": text})
    answer = client.post("/v1/ask", json={"question": "cầu dài", **options}).json()
    assert len(answer["passages"]) == count


def test_an_explanation_field_by_field(filled: httpx.Client) -> None:
    question = {"question": "Cầu Zyzzyx dài bao nhiêu mét?", "limit": 1}
    plain = filled.post("/v1/ask", json=question).json()
    told = filled.post("/v1/ask", json={**question, "explain": True}).json()
    explanation = told.pop("explanation")
    assert {**told, "took_ms": 0} == {**plain, "took_ms": 0}, "nothing else changes"
    assert set(explanation) == {"stages_ms", "unknown_words", "threshold", "candidates"}
    assert {"encode", "dense", "lexical", "load", "judge", "compose"} <= set(explanation["stages_ms"])
    assert sum(explanation["stages_ms"].values()) == pytest.approx(told["took_ms"], abs=0.02)
    assert explanation["unknown_words"] == ["zyzzyx", "bao", "nhieu", "met"]
    assert 0 < explanation["threshold"] < 1
    candidates = explanation["candidates"]
    assert all(
        set(one) == {"rank", "article_id", "start", "end", "scores", "ranks", "fused", "strength"} for one in candidates
    )
    best = told["passages"][0]
    (cited,) = (one for one in candidates if one["rank"] == 1)
    assert (cited["article_id"], cited["start"]) == (best["article"]["id"], best["start"])
    assert (cited["scores"], cited["ranks"]) == (best["scores"], best["ranks"])
    assert max(one["strength"] for one in candidates) == 1.0


def test_an_empty_corpus_has_no_answer(client: httpx.Client) -> None:
    answer = client.post("/v1/ask", json={"question": "có gì không?"}).json()
    assert (answer["answer"], answer["passages"]) == (None, [])


def test_similar_field_by_field(filled: httpx.Client) -> None:
    by_id = filled.get("/v1/articles/cau-song-hien/similar").json()
    by_text = filled.post("/v1/similar", json={"text": ARTICLE["text"]}).json()
    for body, first in ((by_id, {"copy"}), (by_text, {"copy", "cau-song-hien"})):
        assert set(body) == {"articles"}
        assert [item["rank"] for item in body["articles"]] == list(range(1, len(body["articles"]) + 1))
        for item in body["articles"]:
            assert set(item) == {"rank", "score", "near_duplicate", "shared_share", "article", "shared"}
            assert set(item["article"]) == HEADER_FIELDS
            assert 0 <= item["score"] <= 1
            assert 0 <= item["shared_share"] <= 1
            text = stored(filled, item["article"]["id"])["text"]
            for shared in item["shared"]:
                assert set(shared) == {"text", "start", "end", "page", "section"}
                assert shared["text"] == text[shared["start"] : shared["end"]]
        best = body["articles"][0]
        assert best["article"]["id"] in first
        assert best["near_duplicate"] is True
        assert len(best["shared"]) == 3
        assert all(not item["near_duplicate"] for item in body["articles"] if item["article"]["id"] == "other")
    assert "cau-song-hien" not in [item["article"]["id"] for item in by_id["articles"]]
    assert len(filled.get("/v1/articles/other/similar", params={"limit": 1}).json()["articles"]) == 1
    assert len(filled.post("/v1/similar", json={"text": "cầu", "limit": 2}).json()["articles"]) == 2
