"""Paragraphs that were broken into lines: of one width, or around the links within their sentences."""

from __future__ import annotations

from itertools import pairwise

import regex

from index.cleaning.lines import captions
from index.cleaning.lines import shapes as shape
from index.cleaning.lines.shapes import count_words
from index.cleaning.phrases import phrase_key
from index.cleaning.working_page import Line, Page
from index.cleaning.zones.head import is_head_matter
from index.cleaning.zones.headline import HEADLINE_WORDS

_WRAPPED_CHARACTERS = 40
"""Characters of a line that was broken at a fixed width, at least; a judgement."""
_WRAPPED_JOINTS = 3
"""Lines that break off and go on in lower case, from which a page has broken paragraphs; a judgement."""
_WIDTH_SHARE = 0.75
"""Least share of the usual width that a line of such a paragraph has; a judgement."""
_HEADLINE_LINES = 3
"""Lines of a headline at most; a judgement."""
_LINK_WORDS = 8
"""Words of a link within a sentence at most; a judgement."""
_SENTENCE_WORDS = 12
"""Words of a line that breaks off, or goes on in lower case, from which it is no label; a judgement."""
_GOES_ON = regex.compile(r"[,.;:!?)\]”’]+\s+\p{L}")
"""A line that begins with the punctuation behind a link."""
_CLOSERS = regex.compile(r"[,.;:!?)\]”’»]{1,3}")
"""A line with that punctuation alone."""


def mark_wrapped(page: Page) -> None:
    """Find the lines of broken paragraphs."""
    _mark_one_width(page.lines)
    _mark_around_links(page)


def _mark_one_width(lines: list[Line]) -> None:
    joints = [
        number
        for number in range(len(lines) - 1)
        if len(lines[number].text) >= _WRAPPED_CHARACTERS
        and not shape.closes_prose(lines[number].text)
        and shape.begins_lower(lines[number + 1].text)
        and not captions.is_file_name(lines[number + 1].text, "")
    ]
    if len(joints) < _WRAPPED_JOINTS:
        return
    for number in joints:
        lines[number].wrapped = lines[number + 1].wrapped = True
    width = _WIDTH_SHARE * sorted(len(lines[number].text) for number in joints)[len(joints) // 2]
    for line, following in pairwise(lines):
        if line.blank or following.blank or len(line.text) < width or shape.closes_prose(line.text):
            continue
        line.wrapped = following.wrapped = line.wrapped or following.wrapped
    _unmark_headline(lines)


def _unmark_headline(lines: list[Line]) -> None:
    """Take back the first block where it does not end like a sentence: it is a headline of several lines."""
    first = next((number for number, line in enumerate(lines) if line.wrapped), None)
    if first is None:
        return
    last = first
    while last + 1 < len(lines) and lines[last + 1].wrapped:
        last += 1
    if last >= first + _HEADLINE_LINES or shape.closes_prose(lines[last].text):
        return
    for line in lines[first : last + 1]:
        line.wrapped = False


def _mark_around_links(page: Page) -> None:
    """Find the pieces of sentences that were broken where a link or a name in italics began and ended.

    A piece breaks off, and the line right below goes on in lower case or with a comma. The line above it belongs to the
    sentence as well if it breaks off. One of the pieces must be too long for a label, or begin with punctuation.
    """
    lines = page.lines
    first = _below_headline(page)
    joined = [
        number >= first and _breaks_off(lines[number]) and _goes_on(lines[number + 1])
        for number in range(len(lines) - 1)
    ]
    for number in range(first + 1, len(joined)):
        short = count_words(lines[number].text) <= _LINK_WORDS
        if joined[number] and short and not _goes_on(lines[number]) and _breaks_off(lines[number - 1]):
            joined[number - 1] = True
    start = first
    while start < len(joined):
        end = start
        while end < len(joined) and joined[end]:
            end += 1
        pieces = lines[start : end + 1]
        if end > start and any(_is_sentence_piece(line) for line in pieces):
            for line in pieces:
                line.wrapped = True
        start = end + 1


def _below_headline(page: Page) -> int:
    """Return the position below the line that is the headline, or may be."""
    for number, line in enumerate(page.lines):
        known = page.title is not None and phrase_key(line.text) == phrase_key(page.title)
        may_be = page.title is None and count_words(line.text) >= HEADLINE_WORDS and not is_head_matter(line)
        if known or may_be:
            return number + 1
    return 0 if page.title is not None else len(page.lines)


def _breaks_off(line: Line) -> bool:
    return _may_be_piece(line) and not shape.closes_prose(line.text) and not captions.has_credit(line.text)


def _goes_on(line: Line) -> bool:
    if _CLOSERS.fullmatch(line.text):
        return True
    if not _may_be_piece(line):
        return False
    if _GOES_ON.match(line.text):
        return True
    return shape.begins_lower(line.text) and (_is_sentence_piece(line) or not captions.has_credit(line.text))


def _is_sentence_piece(line: Line) -> bool:
    return count_words(line.text) >= _SENTENCE_WORDS or _GOES_ON.match(line.text) is not None


def _may_be_piece(line: Line) -> bool:
    text = line.text
    return not (
        line.blank
        or shape.is_separator(text)
        or shape.is_list_item(text)
        or shape.is_after_marker(text)
        or shape.is_chrome(text)
        or shape.url_of(text)
        or captions.is_file_name(text, "")
    )
