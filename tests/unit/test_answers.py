from __future__ import annotations

from urllib.parse import unquote, urlsplit

import pytest

from qa.answers import link_to


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
