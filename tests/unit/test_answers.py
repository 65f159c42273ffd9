from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest

from index.records import Place
from qa.answers import Quote, link_to


def test_a_short_quote_is_linked_whole() -> None:
    link = link_to("https://example.org/a?b=c", "Cầu dài 500 mét.")
    assert link is not None
    address, _, fragment = link.partition("#:~:text=")
    assert address == "https://example.org/a?b=c"
    assert unquote(fragment) == "Cầu dài 500 mét."


def test_a_long_quote_is_linked_by_its_ends() -> None:
    words = [f"từ{n}" for n in range(30)]
    link = link_to("https://example.org/a", " ".join(words))
    assert link is not None
    first, last = link.split("#:~:text=")[1].split(",")
    assert unquote(first).split() == words[:5]
    assert unquote(last).split() == words[-5:]


def test_what_has_a_meaning_in_fragments_is_escaped() -> None:
    link = link_to("https://example.org/a#part", "15-NQ/TW, A&B")
    assert link == "https://example.org/a#part:~:text=15%2DNQ%2FTW%2C%20A%26B"
    assert urlsplit(link).hostname == "example.org"


@pytest.mark.parametrize("url", [None, ""])
def test_without_an_address_there_is_no_link(url: str | None) -> None:
    assert link_to(url, "x") is None


def test_a_row_is_linked_from_its_first_cell_to_its_last() -> None:
    row = "| Tây Sơn | 1570 | 410 |"
    assert link_to("https://e.org/a", row, cells=["Tây", "1570", "410"]) == "https://e.org/a#:~:text=T%C3%A2y,410"
    assert link_to("https://e.org/a", row, cells=["410"]) == "https://e.org/a#:~:text=410"


@pytest.mark.parametrize(
    ("url", "page", "link"),
    [
        ("https://example.org/bao-cao.pdf", 12, "https://example.org/bao-cao.pdf#page=12"),
        ("https://example.org/Bao-Cao.PDF?ban=2#trang-bia", 3, "https://example.org/Bao-Cao.PDF?ban=2#page=3"),
        ("https://example.org/bao-cao.pdf", None, "https://example.org/bao-cao.pdf#:~:text=C%E1%BA%A7u"),
        ("https://example.org/xem?tep=bao-cao.pdf", 12, "https://example.org/xem?tep=bao-cao.pdf#:~:text=C%E1%BA%A7u"),
        ("https://example.org/bao-cao.epub", 12, "https://example.org/bao-cao.epub#:~:text=C%E1%BA%A7u"),
    ],
)
def test_a_pdf_is_linked_at_a_page_that_is_known(url: str, page: int | None, link: str) -> None:
    assert link_to(url, "Cầu", page) == link


def test_a_quote_has_the_page_and_section_that_it_begins_in() -> None:
    places = (Place(10, 1, "Một"), Place(20, 2, None))
    found = [Quote.within(places, "x" * 12, start, start + 12) for start in (5, 10, 19, 20)]
    assert [(quote.page, quote.section) for quote in found] == [(None, None), (1, "Một"), (1, "Một"), (2, None)]
