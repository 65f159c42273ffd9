"""The contract of pages and sections: a passage, a quotation and a citation name those of their own beginning."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from contract import hoidap, stored

from index.corpus import Corpus
from index.models.builtin.encoder import BuiltinEncoder
from index.records import Draft, Place

HANDBOOK = """---
id: so-tay
title: Sổ tay xã Vĩnh An
---
Sổ tay này dành cho cán bộ xã và người dân ở các thôn.

## Cầu và đường

Cầu Sông Hiền dài 500 mét, rộng bốn làn xe. Đường liên xã được trải nhựa năm 2019.

## Thư viện

Thư viện xã mở cửa lúc 8 giờ sáng và đóng cửa lúc 20 giờ tối mỗi ngày trong tuần.
"""
QUESTION = "Thư viện xã mở cửa lúc mấy giờ?"


def send(client: httpx.Client, content: str) -> None:
    response = client.post(
        "/v1/files",
        params={"name": "so-tay.md"},
        content=content.encode(),
        headers={"content-type": "application/octet-stream"},
    )
    assert response.status_code == 200, response.text


def section_at(article: dict[str, Any], offset: int) -> str | None:
    before = [place for place in article["places"] if place["start"] <= offset]
    return before[-1]["section"] if before else None


@pytest.fixture
def handbook(client: httpx.Client) -> dict[str, Any]:
    send(client, HANDBOOK)
    return stored(client, "so-tay")


def test_an_article_lists_its_sections(handbook: dict[str, Any]) -> None:
    text = handbook["text"]
    assert handbook["places"] == [
        {"start": text.index("## Cầu"), "page": None, "section": "Cầu và đường"},
        {"start": text.index("## Thư"), "page": None, "section": "Thư viện"},
    ]


def test_everything_cited_names_the_section_that_it_begins_in(client: httpx.Client, handbook: dict[str, Any]) -> None:
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    (passage,) = answer["passages"]
    assert (passage["start"], passage["page"], passage["section"]) == (0, None, None), "it begins above the headings"
    assert passage["quotes"][0]["section"] == "Thư viện"
    assert answer["answer"]["citations"][0]["section"] == "Thư viện"
    for cited in (*passage["quotes"], *client.get("/v1/search", params={"q": QUESTION}).json()["passages"]):
        assert (cited["page"], cited["section"]) == (None, section_at(handbook, cited["start"]))
    for citation in answer["answer"]["citations"]:
        assert citation["section"] == section_at(handbook, citation["source_start"])


def test_the_headings_of_a_web_page_are_sections_of_what_cleaning_leaves(client: httpx.Client) -> None:
    filler = "Người dân các thôn đến đây mỗi ngày để đọc sách và gặp nhau, theo lời cán bộ xã. "
    page = (
        "<html><head><title>Sổ tay xã</title></head><body><nav>Trang chủ</nav><article><h1>Sổ tay xã</h1>"
        f"<p>Sổ tay dành cho người dân. {filler * 3}</p>"
        f"<h2>Nhà văn hoá</h2><p>Nhà văn hoá có 200 chỗ ngồi. {filler}</p>"
        f"<h2>Thư viện</h2><p>Thư viện xã mở cửa lúc 8 giờ sáng. {filler}</p></article>"
        "<footer>Liên hệ</footer></body></html>"
    )
    query, headers = {"name": "xa.html"}, {"content-type": "application/octet-stream"}
    assert client.post("/v1/files", params=query, content=page.encode(), headers=headers).status_code == 200
    article = stored(client, "xa.html")
    assert [place["section"] for place in article["places"]][-2:] == ["Nhà văn hoá", "Thư viện"]
    assert all(article["text"].startswith(place["section"], place["start"]) for place in article["places"])
    answer = client.post("/v1/ask", json={"question": QUESTION}).json()
    assert answer["answer"]["citations"][0]["section"] == "Thư viện"


def test_shared_sentences_name_their_section(client: httpx.Client, handbook: dict[str, Any]) -> None:
    (found,) = client.post("/v1/similar", json={"text": handbook["text"]}).json()["articles"]
    assert {shared["section"] for shared in found["shared"]} >= {"Cầu và đường", "Thư viện"}
    for shared in found["shared"]:
        assert shared["section"] == section_at(handbook, shared["start"])


def test_a_renamed_section_replaces_the_article(client: httpx.Client, handbook: dict[str, Any]) -> None:
    send(client, HANDBOOK.replace("## Thư viện", "## **Thư viện**"))
    assert stored(client, "so-tay")["places"][1]["section"] == "Thư viện"
    send(client, HANDBOOK.replace("## Thư viện", "## Nhà đọc"))
    assert stored(client, "so-tay")["places"][1]["section"] == "Nhà đọc"


@pytest.mark.slow
def test_a_pdf_is_linked_at_its_page_and_the_commands_print_it(tmp_path: Path) -> None:
    first = "Báo cáo năm của xã Vĩnh An nói về đường và cầu. " * 20
    last = "Thư viện xã mở cửa lúc 8 giờ sáng mỗi ngày."
    draft = Draft(
        id="bao-cao",
        title="Báo cáo",
        text=f"{first}\n\n{last}",
        url="https://vinhan.example.org/Bao-cao.PDF?ban=2",
        places=(Place(0, 11, "Cầu"), Place(len(first) + 2, 12, "Thư viện")),
    )
    data = tmp_path / "data"
    with Corpus.open(data, BuiltinEncoder()) as corpus:
        corpus.add_one(draft)
    reply = json.loads(hoidap(data, "ask", QUESTION, "--json").stdout)
    passage = reply["passages"][0]
    assert passage["link"] == "https://vinhan.example.org/Bao-cao.PDF?ban=2#page=12"
    for first_cited in (passage["quotes"][0], reply["answer"]["citations"][0]):
        assert (first_cited["page"], first_cited["section"]) == (12, "Thư viện")
    asked = hoidap(data, "ask", QUESTION).stdout
    assert f"quoted {passage['quotes'][0]['start']}-{passage['quotes'][0]['end']} (p. 12, Thư viện)" in asked
    shown = hoidap(data, "articles", "show", "bao-cao").stdout
    assert f"places:\n  0 (p. 11, Cầu)\n  {len(first) + 2} (p. 12, Thư viện)\n" in shown
    described = json.loads(hoidap(data, "articles", "show", "bao-cao", "--json").stdout)
    assert described["places"][1] == {"start": len(first) + 2, "page": 12, "section": "Thư viện"}
    hoidap(data, "backup", str(tmp_path / "kept.db"))
    hoidap(tmp_path / "restored", "restore", str(tmp_path / "kept.db"))
    restored = json.loads(hoidap(tmp_path / "restored", "articles", "show", "bao-cao", "--json").stdout)
    assert restored == described
    assert hoidap(tmp_path / "restored", "verify").returncode == 0
