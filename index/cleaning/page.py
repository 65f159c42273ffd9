"""A scraped page to the article in it.

A page is read as three zones. The *head* holds the headline among section names, places, dates, buttons and the
page's own address. The *body* begins with the first line that reads like prose. The *tail* begins where related
stories, comment forms or share buttons start and the article does not go on. Lines leave for a stated reason, and
every removed line is reported; nothing else changes but blank lines.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass
from urllib.parse import urlsplit

from index.cleaning.chrome import drop_plain_chrome
from index.cleaning.working_page import Page, RemovedLine
from index.cleaning.wrapping import mark_wrapped
from index.cleaning.zones.body import drop_captions, strip_lead
from index.cleaning.zones.closing_bylines import strip_end
from index.cleaning.zones.head import clean_head, first_prose
from index.cleaning.zones.tail import drop_tail
from index.cleaning.zones.verse import clean_verse, is_verse

CLEANER_VERSION = 2
"""Version of the rules, raised whenever the same page would give another article; kept with each article."""


@dataclass(frozen=True, slots=True)
class CleanedPage:
    """The article in a page: its text, what the page states about it, and the lines that were removed.

    `line_numbers` has, for each line of `text`, the number of the page's line that it is of, from 1; 0 for a blank one.
    """

    text: str
    title: str | None
    source: str | None
    author: str | None
    published_at: str | None
    url: str | None
    removed: tuple[RemovedLine, ...]
    line_numbers: tuple[int, ...]


def clean_page(text: str, title: str | None = None, headings: Container[int] = ()) -> CleanedPage:
    """Return the article in a scraped page.

    Args:
        text: the page, one block per line.
        title: the headline, when it is already known (from HTML, say); otherwise it is looked for.
        headings: the numbers of the lines, from 1, that markup says are headings of the text.
    """
    page = Page.of(text, title, headings)
    mark_wrapped(page)
    drop_plain_chrome(page)
    body = None if is_verse(page) else first_prose(page)
    if body is not None:
        body = clean_head(page, body)
        drop_captions(page, body)
        drop_tail(page, body)
        strip_lead(page, body)
        strip_end(page, body)
    else:
        clean_verse(page)
    kept = page.kept_lines()
    return CleanedPage(
        text="\n".join(text for _, text in kept),
        title=page.title,
        source=page.source or (_site_of(page.url) if page.url else None),
        author=page.author,
        published_at=page.published_at,
        url=page.url,
        removed=page.removed_lines(),
        line_numbers=tuple(number for number, _ in kept),
    )


def _site_of(url: str) -> str | None:
    """Return the host of an address without `www.`."""
    host = urlsplit(url).hostname
    return host.removeprefix("www.") if host else None
