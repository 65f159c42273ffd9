"""Pages without prose: poems, lists, tables."""

from __future__ import annotations

from index.cleaning.lines import shapes as shape
from index.cleaning.lines.dates import split_title_date
from index.cleaning.lines.shapes import count_words
from index.cleaning.phrases import PHRASES, phrase_key
from index.cleaning.reasons import Reason
from index.cleaning.working_page import Page, remove
from index.cleaning.zones.closing_bylines import is_closing_byline, take_closing_lines
from index.cleaning.zones.head import drop_head_matter, is_head_matter

_VERSE_LINES = 5
"""Lines that a poem, list or table has more than; a judgement."""
_VERSE_WORDS = 12
"""Words of a short line at most; a judgement."""
_SHORT_SHARE = 0.9
"""Least share of short lines in a poem, list or table; a judgement."""
_OPEN_SHARE = 0.6
"""Least share of lines there that do not end like a sentence; a judgement."""


def is_verse(page: Page) -> bool:
    """Whether the page is a poem, a list or a table: many short lines, hardly any of them a sentence."""
    lines = [line for line in page.lines if line.kept]
    if len(lines) <= _VERSE_LINES or any(count_words(line.text) >= shape.LONG_PROSE_WORDS for line in lines):
        return False
    if any(line.wrapped or shape.is_after_marker(line.text) for line in lines):
        return False
    short = sum(count_words(line.text) <= _VERSE_WORDS for line in lines)
    open_ended = sum(not shape.closes_prose(line.text) for line in lines)
    return short >= _SHORT_SHARE * len(lines) and open_ended >= _OPEN_SHARE * len(lines)


def clean_verse(page: Page) -> None:
    """Take headline and byline from a page without prose, and remove what surely is no text."""
    last = next(page.before(len(page.lines)), None)
    if last is not None and is_closing_byline(page, last):
        take_closing_lines(page, last)
    seen = False
    for number, line in enumerate(page.lines):
        if not line.kept:
            continue
        if seen and shape.is_after_marker(line.text) and not shape.may_be_heading(line.text):
            remove(page.lines[number:], Reason.AFTER_ARTICLE)
            return
        if seen:
            continue
        if is_head_matter(line):
            drop_head_matter(page, [line])
        elif phrase_key(line.text) in PHRASES.section:
            line.removed = Reason.SECTION_OR_PLACE
        else:
            seen = True
            _take_first_line(page, number)


def _take_first_line(page: Page, position: int) -> None:
    """Take a line as the headline where text follows and none is known; a row of a table is none."""
    line = page.lines[position]
    if line.row:
        return
    if page.title is not None:
        if phrase_key(line.text) == phrase_key(page.title):
            line.removed = Reason.HEADLINE
    elif next(page.after(position), None) is not None:
        page.title, page.published_at = split_title_date(line.text)
        line.removed = Reason.HEADLINE
