"""An answer from a table on the page: the header above the row, and both marked in the passage."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from chromium import Open
from playwright.sync_api import Browser, expect
from server import Server, running_server

from index.corpus import Corpus
from index.models.builtin.encoder import BuiltinEncoder
from index.records import Draft

HEADER, ROW = "| Bến | Số chuyến | Giá vé |", "| Bến An Lợi | 24 | 6.000 đồng |"
TEXT = f"Bến đò chạy cả ngày lễ.\n\n{HEADER}\n|---|---|---|\n| Bến Gò Sao | 18 | 5.000 đồng |\n{ROW}"


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("tables") / "data"
    with Corpus.open(data, BuiltinEncoder()) as corpus:
        corpus.add_one(Draft(id="do", title="Bến đò <b>ngang</b>", text=TEXT, url="https://do.example.org/"))
    with running_server(data) as server:
        yield server


def test_the_header_stands_above_the_row_and_both_are_cited(archived: Server, open_page: Open) -> None:
    page = open_page(archived, "/?q=Giá vé ở bến An Lợi là bao nhiêu?")
    answer = page.locator(".answer blockquote p")
    expect(answer).to_contain_text(ROW)
    expect(answer.locator("br")).to_have_count(1)
    assert [line.rstrip("1") for line in answer.inner_text().split("\n")] == [HEADER, ROW]
    marked = page.locator(".card").first.locator("mark")
    for line in (HEADER, ROW):
        expect(marked.filter(has_text=line)).to_have_count(1)
    link = "https://do.example.org/#:~:text=B%E1%BA%BFn%20An%20L%E1%BB%A3i,6.000%20%C4%91%E1%BB%93ng"
    expect(page.locator("a.outside").first).to_have_attribute("href", link)
    page.locator(".cite").nth(1).click()
    expect(page.locator(".text mark.cited")).to_have_text(ROW)
