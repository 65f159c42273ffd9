"""What a page shows of its article beside the text: the byline and the date around the headline."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

import regex

from index.cleaning.lines import shapes as shape
from index.cleaning.lines.dates import date_in, is_date_line
from index.dates import known_date
from index.readers.html.page_blocks import Block, text_key
from index.readers.html.people import names_in, without_lead
from index.readers.html_elements import HEADINGS

_AUTHOR_NAME = regex.compile(
    r"author|byline|\bby\b|tac-?gia|nguoi-?viet|writer|journalist|reporter|autor|auteur|redakt"
)
"""What pages call the byline in their classes and attributes."""
_POST_NAME = regex.compile(r"meta|entry|post|info")
_NO_AUTHOR_NAME = regex.compile(
    r"comment|related|recommend|sidebar|widget|teaser|\bbio|biograph|authority|footer|reply"
)
_DATE_NAME = regex.compile(r"date|time|publish|posted|ngay|datum|fecha|updated")
"""What pages call the date in their classes and attributes."""
_DAY_OR_MONTH = regex.compile(r"(?<!\d)(?:0?[1-9]|1[0-2])[-/.](?:0?[1-9]|1[0-2])[-/.]\d{4}(?!\d)")
"""A date in digits of which either number may be the month."""
_BLOCKS_ABOVE = 8
"""Blocks above the headline that may hold date and byline; a judgement."""
_BLOCKS_BELOW = 6
"""Blocks below the text that may hold the byline; a judgement."""
_MARK_CHARACTERS = 40
"""Letters at the beginning of a line by which the block that it comes from is found; a judgement."""
_LINE_CHARACTERS = 400
"""Characters of a line that its mark is taken from; a limit."""
_MOST_MARKS = 20
"""Long lines at the beginning or end of the text of which one must be found in the page; a limit."""
_BYLINE_CHARACTERS = 100
"""Characters of a byline or a line with the date at most; a judgement."""


class Frame:
    """Where the headline and the text of an article stand among the blocks of a page.

    Attributes:
        blocks: all blocks that the page shows.
        headline: position of the headline, None where none is shown.
        body: position of the first block of the text, None where it is not found.
        end: position behind the last block of the text.
    """

    def __init__(self, blocks: Sequence[Block], lines: Sequence[str], title: str | None) -> None:
        self.blocks = blocks
        self.body = self._find(lines, title)
        self.headline = None if self.body is None else self._headline_above(self.body, title)
        last = None if self.body is None else self._find(list(reversed(lines)), title)
        self.end = len(blocks) if last is None else last + 1

    def _find(self, lines: Sequence[str], title: str | None) -> int | None:
        """Return the position of the block that the first long line comes from."""
        headline = text_key(title or "")
        marks = (text_key(line[:_LINE_CHARACTERS])[:_MARK_CHARACTERS] for line in lines)
        long = (mark for mark in marks if len(mark) == _MARK_CHARACTERS and not headline.startswith(mark))
        for mark in islice(long, _MOST_MARKS):
            for position, block in enumerate(self.blocks):
                if block.tag not in HEADINGS and block.key.startswith(mark):
                    return position
        return None

    def _headline_above(self, body: int, title: str | None) -> int | None:
        key = text_key(title or "")
        above = range(body - 1, -1, -1)
        exact = next((number for number in above if key and self.blocks[number].key == key), None)
        return exact if exact is not None else next((n for n in above if self.blocks[n].tag == "h1"), None)

    def below_headline(self) -> Sequence[Block]:
        """Return the blocks between the headline and the text, none where the page shows no headline."""
        if self.body is None or self.headline is None:
            return ()
        return self.blocks[self.headline + 1 : self.body]

    def around(self) -> Iterator[Block]:
        """Yield the blocks that may hold byline and date: between headline and text, above it, then below the text."""
        if self.body is None:
            return
        start = self.body if self.headline is None else self.headline
        yield from self.blocks[start : self.body]
        yield from reversed(self.blocks[max(0, start - _BLOCKS_ABOVE) : start])
        yield from self.blocks[self.end : self.end + _BLOCKS_BELOW]


def shown_authors(frame: Frame) -> list[str]:
    """Return the names in the byline that the page shows, none where it shows none."""
    bare = {block for block in frame.below_headline() if block.tag not in HEADINGS and not block.linked}
    for block in frame.around():
        text = block.text
        if len(text) > _BYLINE_CHARACTERS or block.chrome or _NO_AUTHOR_NAME.search(block.names):
            continue
        is_byline = _AUTHOR_NAME.search(block.names) is not None
        names = names_in(text)
        if not names and (is_byline or block in bare):
            name = regex.split(r"\s*[|•·,(]\s*|\s+[-–—]\s+", without_lead(text))[0]
            names = [name] if shape.is_name(name) and (is_byline or name == text) else []
        if names and (is_byline or len(names[0].split()) > 1 or _POST_NAME.search(block.names)):
            return names
    return []


def shown_date(frame: Frame, language: str | None) -> str | None:
    """Return the date that the page shows around its headline, None where none is written without doubt.

    In English 5/11/2024 may be a day of May or of November; elsewhere the day stands first.
    """
    for block in frame.around():
        if len(block.text) > _BYLINE_CHARACTERS:
            continue
        if is_date_line(block.text) or _DATE_NAME.search(block.names) or block.tag == "time":
            is_doubtful = language in (None, "en", "und") and _DAY_OR_MONTH.search(block.text) is not None
            found = known_date(block.text) or (None if is_doubtful else date_in(block.text))
            if found:
                return found
    return None
