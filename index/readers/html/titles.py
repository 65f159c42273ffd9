"""The headline of a page: what it shows as one, by what it states, without the name of its site."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import regex

from index.readers.html.page_blocks import Block, text_key
from index.readers.html_elements import HEADINGS

_SEPARATOR = regex.compile(r"\s+[-–—|•·»«:/]+\s+|\s*[｜│|]\s*|\s*[：]\s*|\s+::\s+")
"""What stands between a headline and the name of the site or section."""
_MOST_HEADINGS = 200
"""Headings of a page that may be its headline; a limit."""
_MOST_PARTS = 6
"""Parts of a stated title that are looked at; a limit."""
_LEAST_LETTERS = 2
"""Letters of a headline at least; a judgement."""
_HEADLINE_TAGS = ("h1", "h2")
_LONG_LETTERS = 5
"""Letters of a heading, at least, that a stated title may have more around; a judgement."""
_SHARED = 0.5
"""Share of a heading, at least, that a stated title repeats which begins or ends like it; a judgement."""
_HEADLINE_WORDS = 4
"""Words of a heading that no statement confirms and that is the headline, at least; a judgement."""
_HEADLINE_LETTERS = 20
"""Letters from which such a heading is long enough with fewer words; a judgement."""
_BAR = regex.compile(r"\s+[|｜│]\s+[^|｜│]{1,60}$")


def choose_headline(
    stated: Sequence[str], document_title: str | None, blocks: Sequence[Block], sites: Sequence[str]
) -> str | None:
    """Return the headline of a page.

    The heading that the page shows wins where a statement agrees with it: statements carry the name of the site, or are
    written for search engines. Without such a heading it is the statement that most others hold, cut before the site.

    Args:
        stated: the titles that markup states, the likeliest first.
        document_title: the title of the window.
        blocks: the blocks of text that the page shows.
        sites: names of the site, and its host.
    """
    titles = [*stated, *([document_title] if document_title else [])]
    known = {text_key(site) for site in sites if text_key(site)}
    headings = [block for block in blocks if block.tag in HEADINGS and len(block.key) >= _LEAST_LETTERS]
    headings = [block for block in headings if block.key not in known][:_MOST_HEADINGS]
    own = without_site(titles, known)
    for tag in _HEADLINE_TAGS:
        for title in titles if own is None else [own, *titles]:
            for block in headings:
                agreed = _agreed(block.text, title) if block.tag == tag else None
                if agreed is not None:
                    return agreed
    shown = [block.text for block in headings if block.tag == "h1" and not block.chrome]
    if len(set(shown)) == 1 and _is_headline(shown[0]):
        return shown[0]
    return own or (shown[0] if shown else None)


def _is_headline(text: str) -> bool:
    """Whether a heading that no statement confirms is long enough to be one: a section or a brand is not."""
    return len(text.split()) >= _HEADLINE_WORDS or len(text_key(text)) >= _HEADLINE_LETTERS


def _agreed(heading: str, title: str) -> str | None:
    """Return the headline where a heading and a stated title agree on it, None where they do not.

    A title may have the name of the site before or behind the headline; a heading its kicker before it, or a second
    sentence behind it. A heading that only goes on is the longer form of the title.
    """
    shown, stated = text_key(heading), text_key(title)
    if not shown or not stated:
        return None
    if shown == stated or (len(shown) >= _LONG_LETTERS and (stated.startswith(shown) or stated.endswith(shown))):
        return heading
    if len(stated) < _SHARED * len(shown):
        return None
    if shown.endswith(stated):
        return title
    if shown.startswith(stated):
        behind = heading[len(title) :].lstrip()
        return heading if behind[:1].islower() or not heading.startswith(title) else title
    return None


def without_site(titles: Sequence[str], sites: Iterable[str]) -> str | None:
    """Return the first title without what stands behind or before a separator and is the name of the site.

    A part is the site's when it is one of its names, or when another title of the page ends before it.
    """
    known = set(sites)
    keys = Counter(map(text_key, titles))
    for title in titles:
        parts = _SEPARATOR.split(title)[:_MOST_PARTS]
        separators = list(_SEPARATOR.finditer(title))[: _MOST_PARTS - 1]
        for count in range(1, len(parts)):
            beginning = title[: separators[count - 1].start()]
            if keys[text_key(beginning)]:
                return beginning
        start, end = 0, len(title)
        while len(parts) > 1 and _is_site(parts[-1], known):
            end = separators[len(parts) - 2].start()
            parts.pop()
        # A site says its name before or behind; a headline may begin with a place that the site is named after.
        if len(parts) > 1 and end == len(title) and _begins_with_site(parts[0], known):
            start = separators[0].end()
        if text_key(title[start:end]):
            cut = title[start:end].strip()
            return _BAR.sub("", cut) if len(cut.split()) > _HEADLINE_WORDS else cut
    return None


def _begins_with_site(part: str, known: set[str]) -> bool:
    key = text_key(part)
    return not key or key in known or any(len(site) > 3 and site in key for site in known)


def _is_site(part: str, known: set[str]) -> bool:
    key = text_key(part)
    return (
        not key or key in known or any(len(key) > 3 and (key in site or site in key) for site in known if len(site) > 3)
    )
