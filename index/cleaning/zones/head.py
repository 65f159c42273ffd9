"""The head of a page: the headline among section names, places, dates, buttons and the page's own address."""

from __future__ import annotations

import regex

from index.cleaning.lines import captions
from index.cleaning.lines import shapes as shape
from index.cleaning.lines.bylines import byline_in
from index.cleaning.lines.dates import date_in, is_date_line
from index.cleaning.lines.shapes import count_words
from index.cleaning.phrases import PHRASES, phrase_key
from index.cleaning.reasons import Reason
from index.cleaning.working_page import Line, Page, remove
from index.cleaning.zones.headline import HEADLINE_WORDS, choose_title

_HEAD_LABEL_WORDS = 5
"""Words of a section or place around a headline at most; a judgement."""
_SECTION_WORDS = 3
"""Words of an unknown section without the capitals of a place at most; a judgement."""
_SHORTEST_HEADLINE_WORDS = 2
"""Words of a headline at least; a judgement."""
_HEADLINE_MAX_WORDS = 45
"""Words of a headline at most; a judgement."""
_MILD_END = regex.compile(r"(?:[?!？！)…]|\.\.\.)[\"'”’»]*\s*$")
"""How a headline may end though it is a sentence: asking, exclaiming, breaking off."""
_BREAK_OFF = regex.compile(r"\.\.\.[\"'”’»]*\s*$")
_BROKEN_OFF_WORDS = 14
"""Words of a headline that breaks off at most; a judgement. A longer one is a lead that was cut."""
_LABELS_BELOW_HEADLINE = 2
"""Unknown short lines between headline and text, at most, that are places or sections; a judgement. More are text."""


def first_prose(page: Page) -> int | None:
    """Return the position of the first line of the article, None when no line reads like prose.

    A headline may be long, or end in a question or exclamation mark, so the very first such line is not yet prose.
    """
    seen_headline = page.title is not None
    for position, line in enumerate(page.lines):
        if not line.kept or is_head_matter(line) or (not line.wrapped and shape.is_after_marker(line.text)):
            continue
        if line.wrapped:
            return position
        if line.prose and not captions.has_credit(line.text) and (seen_headline or not _may_be_headline(line.text)):
            return position
        if _is_headline_sized(line.text):
            seen_headline = True
    return None


def _is_headline_sized(text: str) -> bool:
    return count_words(text) >= HEADLINE_WORDS or (
        count_words(text) >= _SHORTEST_HEADLINE_WORDS and not shape.is_separator(text) and not _is_label(text)
    )


def _is_label(text: str) -> bool:
    return phrase_key(text) in PHRASES.section or text.isupper() or shape.is_counter(text)


def _may_be_headline(text: str) -> bool:
    if _BREAK_OFF.search(text) and count_words(text) > _BROKEN_OFF_WORDS:
        return False
    ends_mildly = not shape.ends_sentence(text) or _MILD_END.search(text) is not None
    return count_words(text) <= _HEADLINE_MAX_WORDS and ends_mildly


def is_head_matter(line: Line) -> bool:
    """Whether the line is an address, a date or a breadcrumb: no headline and no text. A row of a table is none."""
    if line.row:
        return False
    return shape.url_of(line.text) is not None or is_date_line(line.text) or shape.is_breadcrumb(line.text)


def clean_head(page: Page, body: int) -> int:
    """Find headline, address and date above the body, remove the rest of the head, and return where the body begins.

    Tables stay.
    """
    head = [line for line in page.lines[:body] if line.kept and not line.row]
    candidates = drop_head_matter(page, head)
    if page.title is None and not any(count_words(line.text) >= _SHORTEST_HEADLINE_WORDS for line in candidates):
        candidates += _restore_headline(head)
    # Where the headline was known before, nobody says that what stands above it is no text.
    below_title = page.title is not None
    known_title = below_title
    choose_title(page, candidates, body)
    short: list[Line] = []
    for line in candidates:
        if line.removed is Reason.HEADLINE:
            below_title = True
        elif page.title and phrase_key(line.text) == phrase_key(page.title):
            line.removed = Reason.HEADLINE_REPEATED
        elif below_title and _take_head_byline(page, line.text):
            line.removed = Reason.BYLINE
        elif _is_caption(line.text):
            line.removed = Reason.CAPTION
        elif captions.is_file_name(line.text, page.title or ""):
            line.removed = Reason.PICTURE_FILE
        elif not below_title and page.title:
            line.removed = Reason.SECTION if count_words(line.text) <= _HEAD_LABEL_WORDS else Reason.ABOVE_HEADLINE
        elif count_words(line.text) <= _HEAD_LABEL_WORDS and phrase_key(line.text) in PHRASES.section:
            line.removed = Reason.SECTION_OR_PLACE
        elif count_words(line.text) <= _HEAD_LABEL_WORDS and not shape.is_list_item(line.text):
            short.append(line)
    if not known_title:
        _drop_labels(short)
    return next((number for number in range(body) if page.lines[number].kept), body)


def _is_caption(text: str) -> bool:
    return captions.has_credit(text) or captions.looks_like_caption(text) or captions.describes_scene(text)


def drop_head_matter(page: Page, head: list[Line]) -> list[Line]:
    """Take address and date from lines above the body, remove those and breadcrumbs, and return the other lines."""
    candidates: list[Line] = []
    for line in head:
        address = shape.url_of(line.text)
        if address:
            page.url = page.url or address
            line.removed = Reason.ADDRESS
        elif is_date_line(line.text):
            page.published_at = page.published_at or date_in(line.text)
            line.removed = Reason.DATE_LINE
        elif shape.is_breadcrumb(line.text):
            line.removed = Reason.BREADCRUMB
        elif shape.is_after_marker(line.text):
            line.removed = Reason.CHROME
        else:
            candidates.append(line)
    return candidates


def _restore_headline(head: list[Line]) -> list[Line]:
    """Return, as a list of one or none, the line "Headline | Site" that was taken for a breadcrumb."""
    named = [line for line in head if line.removed is Reason.BREADCRUMB and " | " in line.text][:1]
    for line in named:
        line.removed = None
    return named


def _take_head_byline(page: Page, text: str) -> bool:
    """Take author and date from a line such as "By Jane Roe" or "Lê Na - 17/06/2022"; a bare name may be a place."""
    published_at = date_in(text)
    if published_at:
        name = regex.split(r"\s*[-–—|,•·]\s*", text)[0]
        byline = byline_in(name)
    else:
        byline = byline_in(text)
        if byline and byline.author == text:
            byline = None
    if byline is None:
        return False
    page.published_at = page.published_at or published_at
    page.author = page.author or byline.author
    page.source = page.source or byline.source
    return True


def _drop_labels(short: list[Line]) -> None:
    """Remove places and sections among the short lines below the headline; many such lines are the article's own."""
    if len(short) <= _LABELS_BELOW_HEADLINE:
        remove([line for line in short if _is_label_shaped(line.text)], Reason.SECTION_OR_PLACE)


def _is_label_shaped(text: str) -> bool:
    """Whether a line is as short as a section, or a little longer with the capitals of a place; else it may be text."""
    if shape.begins_lower(text) or shape.ends_sentence(text):
        return False
    return count_words(text) <= _SECTION_WORDS or sum(word[0].isupper() for word in text.split()) >= 2
