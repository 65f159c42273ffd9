"""HTML pages: trafilatura finds the text; headline, lead, author, date and sections come from the whole page.

What the markup states is compared with what the page shows around the headline. Nothing is fetched, and no date is
guessed from pictures or addresses.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from index.cleaning.lines.shapes import is_name
from index.errors import ReadError
from index.readers.encodings import decode_page
from index.readers.html.bounds import within_bounds
from index.readers.html.chrome import without_chrome
from index.readers.html.lead import lead_of
from index.readers.html.page_blocks import blocks_of, text_key
from index.readers.html.people import people_of
from index.readers.html.sentences import with_whole_sentences
from index.readers.html.shown import Frame, shown_authors, shown_date
from index.readers.html.statements import Statements, short
from index.readers.html.titles import choose_headline
from index.readers.legacy_text import in_unicode
from index.records import Draft, Place
from index.text.language import language_of

_HEADING_CHARACTERS = 150
"""Characters of a heading at most; a judgement. A longer one is a paragraph, often the lead."""
_XML_DECLARATION = re.compile(r"^\s*<\?xml[^>]*>")


def read_html(file: Path, origin: str) -> Draft:
    """Return the article of a page, one paragraph a line; headline, captions and buttons may still stand in it.

    Raises:
        ReadError: the file is no page, or no article is found in it.
    """
    # Importing trafilatura takes half a second and 40 MB; who reads no HTML does not pay for it.
    import trafilatura
    from trafilatura.settings import Document

    decoded = within_bounds(decode_page(file.read_bytes(), origin))
    page = _XML_DECLARATION.sub("", decoded.text, count=1)
    nothing = ReadError(origin, "no article was found in the page; save its text as .txt if there is one")
    if not page.strip():
        raise nothing
    tree, copy = trafilatura.load_html(page), trafilatura.load_html(page)
    if tree is None or copy is None:
        raise nothing
    found = trafilatura.bare_extraction(with_whole_sentences(copy), with_metadata=True, include_comments=False)
    if not isinstance(found, Document) or not (found.text or "").strip():
        raise nothing
    draft = _article_of(tree, found)
    heading_lines = _heading_lines(draft.text.split("\n"), _headings(found.body, draft.title))
    draft = in_unicode(replace(draft, origin=origin, notes=decoded.notes))
    language = None if draft.language is None else language_of(draft.text, draft.language)
    return replace(draft, language=language, places=_sections(draft.text.split("\n"), heading_lines))


def _article_of(tree: Any, found: Any) -> Draft:
    """Return the article that was found in a page, whole, and what the page says of it, its language as it writes it.

    Args:
        tree: the page.
        found: trafilatura's document of it.
    """
    stated = Statements(tree)
    blocks = blocks_of(tree)
    sites = stated.sites()
    names = [*sites, found.sitename or ""]
    address = stated.address()
    host = (urlsplit(address or "").hostname or "").removeprefix("www.")
    title = choose_headline(stated.titles(), tree.findtext(".//title"), blocks, [*names, host])
    lines = [line.rstrip() for line in found.text.split("\n")]
    frame = Frame(blocks, lines, title)
    guessed = filter(is_name, (found.author or "").split("; "))
    text = "\n".join([*lead_of(frame, lines, title, stated.descriptions()), *without_chrome(lines, blocks)])
    language = stated.language()
    return Draft(
        text=text,
        title=short(title or found.title),
        url=address,
        source=next(iter(sites), None),
        author=short(people_of([stated.people(), stated.authors(), shown_authors(frame), guessed], names, host)),
        published_at=stated.date() or shown_date(frame, language_of(text, language)),
        language=language,
    )


def _headings(body: Any, title: str | None) -> list[str]:
    """Return the headings of an extracted text, without the headline and without paragraphs marked up as headings."""
    headings = (" ".join("".join(head.itertext()).split()) for head in body.iter("head"))
    short = (heading for heading in headings if len(heading) <= _HEADING_CHARACTERS)
    return [heading for heading in short if text_key(heading) != text_key(title or "")]


def _heading_lines(lines: list[str], headings: list[str]) -> list[int]:
    """Return the positions of the lines that are the headings of a page, which are in their order."""
    found: list[int] = []
    expected = deque(headings)
    left = Counter(headings)
    for position, line in enumerate(lines):
        if line and left[line]:
            passed = None
            while passed != line:
                passed = expected.popleft()
                left[passed] -= 1
            found.append(position)
    return found


def _sections(lines: list[str], headings: list[int]) -> tuple[Place, ...]:
    """Return the sections that begin with these lines of a text."""
    starts = list(accumulate((len(line) + 1 for line in lines), initial=0))
    return tuple(Place(starts[position], section=lines[position]) for position in headings)
