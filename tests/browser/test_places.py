"""Pages and sections on the page: beside a source, and above the article where something is cited."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium import Open
from playwright.sync_api import Browser, expect
from server import Server, running_server

from index.corpus import Corpus
from index.models.builtin.encoder import BuiltinEncoder
from index.records import Draft, Place

FIRST = "Báo cáo năm của xã Vĩnh An nói về đường và cầu. " * 12
LAST = "Thư viện xã mở cửa lúc 8 giờ sáng mỗi ngày."
REPORT = Draft(
    id="bao-cao",
    title="Báo cáo xã",
    text=f"{FIRST}\n\n{LAST}",
    url="https://vinhan.example.org/bao-cao.pdf",
    places=(Place(0, 11, "Báo cáo xã"), Place(len(FIRST) + 2, 12, "Thư viện <b>xã</b>")),
)


@pytest.fixture(scope="module")
def archived(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[Server]:
    data = tmp_path_factory.mktemp("places") / "data"
    with Corpus.open(data, BuiltinEncoder()) as corpus:
        corpus.add_one(REPORT)
    with running_server(data) as server:
        yield server


def test_a_source_names_its_page_and_section_and_opens_the_pdf_there(archived: Server, open_page: Open) -> None:
    page = open_page(archived, "/?q=Thư viện xã mở cửa lúc mấy giờ")
    card = page.locator(".card").first
    expect(card.locator(".line")).to_contain_text("tr. 12 · Thư viện <b>xã</b>")
    expect(card.locator("a.outside")).to_have_attribute("href", "https://vinhan.example.org/bao-cao.pdf#page=12")
    page.locator(".cite").first.click()
    expect(page.locator("mark.cited")).to_have_text(LAST)
    expect(page.locator(".reader header .line")).to_contain_text("tr. 12 · Thư viện <b>xã</b>")


def test_the_interface_in_english_says_it_in_english(archived: Server, open_page: Open) -> None:
    page = open_page(archived, "/?q=Thư viện xã mở cửa lúc mấy giờ", locale="en-GB")
    expect(page.locator(".card .line").first).to_contain_text("p. 12 · Thư viện")


def test_a_section_named_like_the_article_is_not_said_twice(archived: Server, open_page: Open) -> None:
    page = open_page(archived, "/?article=bao-cao&at=0-10")
    line = page.locator(".reader header .line")
    expect(line).to_contain_text("tr. 11")
    expect(line).not_to_contain_text("Báo cáo xã")
    page = open_page(archived, "/?article=bao-cao")
    expect(page.locator(".reader h1")).to_have_text("Báo cáo xã")
    expect(page.locator(".reader header .line")).not_to_contain_text("tr.")


def test_a_citation_is_copied_with_its_page(archived: Server, open_page: Open) -> None:
    start = len(FIRST) + 2
    path = f"/?article=bao-cao&at={start}-{start + len(LAST)}"
    page = open_page(archived, path, permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Chép trích dẫn").click()
    expect(page.locator(".notice")).to_contain_text("Đã chép")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"“{LAST}” — Báo cáo xã, Thư viện <b>xã</b>, tr. 12, https://vinhan.example.org/bao-cao.pdf"


def test_markdown_that_is_dropped_on_the_page_has_sections(empty: Server, open_page: Open, tmp_path: Path) -> None:
    file = tmp_path / "so-tay.md"
    file.write_text("# Sổ tay\n\n## Giờ mở cửa\n\nThư viện xã mở cửa lúc 8 giờ sáng mỗi ngày.\n", encoding="utf-8")
    page = open_page(empty, "/?view=add")
    page.locator("input[type=file]").first.set_input_files(str(file))
    expect(page.locator("main")).to_contain_text("Đã thêm")
    page.goto(f"{empty.client.base_url}".rstrip("/") + "/?q=Thư viện xã mở cửa lúc mấy giờ")
    expect(page.locator(".card .line").first).to_contain_text("Giờ mở cửa")
