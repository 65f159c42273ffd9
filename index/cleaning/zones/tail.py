"""The tail of a page: where related stories, comment forms or share buttons begin and the article does not go on."""

from __future__ import annotations

from itertools import islice

from index.cleaning.lines import shapes as shape
from index.cleaning.lines.echo import is_echoed, is_unrelated
from index.cleaning.lines.shapes import count_words
from index.cleaning.reasons import Reason
from index.cleaning.working_page import Page, remove
from index.cleaning.zones.closing_bylines import is_closing_byline, take_closing_lines
from index.cleaning.zones.summary import closing_summary

_RESUMED_PARAGRAPH_CHARACTERS = 120
"""Characters of a paragraph that takes the article up again after a box of links, at least; a judgement."""
_NEXT_PARAGRAPH_CHARACTERS = 100
"""Characters of the paragraph after that one at least, unless a byline follows; a judgement."""
_RESUMED_WORDS = 8
"""Words of a sentence that takes the article up again, at least; a judgement."""
_HEADED_WORDS = 12
"""Words of a sentence right below "Đề xuất" or "Comments" that makes a heading of it, at least; a judgement."""
_LINES_BELOW = 500
"""Kept lines below a marker that are read to tell whether the article goes on; a limit."""
_LABEL_WORDS = 5
"""Words of a label above a paragraph at most; a judgement. A longer line may be a link that the paragraph sums up."""


def drop_tail(page: Page, body: int) -> None:
    """Find where the article ends, take author and source from its last lines, and remove what follows."""
    position = body
    while position < len(page.lines):
        line = page.lines[position]
        if line.kept and not line.wrapped:
            if is_closing_byline(page, position, body):
                take_closing_lines(page, position)
                return
            if shape.is_after_marker(line.text) and not _heads_text(page, position):
                resumed = None if _has_ended(page, body, position) else _resumes_at(page, position)
                resumed = closing_summary(page, position) if resumed is None else resumed
                resumed = _prose_below(page, body, position) if resumed is None else resumed
                end = len(page.lines) if resumed is None else resumed
                remove(page.lines[position:end], Reason.AFTER_ARTICLE if resumed is None else Reason.LINK_BOX)
                position = end
                continue
        position += 1
    _drop_closing_addresses(page, body)


def _heads_text(page: Page, position: int) -> bool:
    """Whether a line such as "Đề xuất" is a heading of the article: a full sentence stands right below it."""
    following = next(page.after(position), None)
    if following is None or not shape.may_be_heading(page.lines[position].text):
        return False
    below = page.lines[following]
    return below.wrapped or (shape.ends_sentence(below.text) and count_words(below.text) >= _HEADED_WORDS)


def _has_ended(page: Page, body: int, position: int) -> bool:
    """Whether the last line before `position` closes the article with the end mark of the press."""
    previous = next(page.before(position, body), None)
    return previous is not None and shape.has_end_mark(page.lines[previous].text)


def _resumes_at(page: Page, position: int) -> int | None:
    """Return where the article goes on after a box of links, None when it does not.

    Lists of stories put a headline before each summary, which repeats its words. An article resumes with two long
    paragraphs, with one and a byline, or with one unrelated to the line above.
    """
    above = position
    for number in page.after(position):
        text = page.lines[number].text
        link = page.lines[above].text if above != position and not page.lines[above].prose else None
        if len(text) >= _RESUMED_PARAGRAPH_CHARACTERS and shape.ends_sentence(text) and not _summarises(text, link):
            below = next(page.after(number), None)
            if below is not None and _goes_on(page, below):
                return number
            follows_summary = above != position and link is None
            if follows_summary or (link is not None and is_unrelated(link, text)):
                return number
        above = number
    return _resumes_before_byline(page, position)


def _resumes_before_byline(page: Page, position: int) -> int | None:
    """Return where short paragraphs take the article up again after a box of links, when a byline closes them."""
    if shape.begins_comments(page.lines[position].text):
        return None
    first: int | None = None
    above = position
    for number in page.ahead(position):
        line = page.lines[number]
        if shape.is_after_marker(line.text):
            return None
        if first is not None and is_closing_byline(page, number):
            return first
        if first is None and shape.ends_sentence(line.text) and count_words(line.text) >= _RESUMED_WORDS:
            link = page.lines[above].text
            first = None if _summarises(line.text, link) else number
        above = number
    return None


def _prose_below(page: Page, body: int, position: int) -> int | None:
    """Return the first paragraph below a marker, where more of them stand below it than above it.

    Then the marker is doubted: it heads a box within the article. What readers write below an article stays out.
    """
    if shape.begins_comments(page.lines[position].text) or _has_ended(page, body, position):
        return None
    above = sum(len(line.text) for line in page.lines[body:position] if line.kept)
    paragraphs: list[int] = []
    upper = position
    for number in islice(page.after(position), _LINES_BELOW):
        line = page.lines[number]
        if shape.begins_comments(line.text):
            break
        is_link = (
            upper != position and not page.lines[upper].prose and count_words(page.lines[upper].text) > _LABEL_WORDS
        )
        if shape.ends_sentence(line.text) and count_words(line.text) >= _RESUMED_WORDS and not is_link:
            paragraphs.append(number)
        upper = number
    return paragraphs[0] if sum(len(page.lines[number].text) for number in paragraphs) > above else None


def _summarises(text: str, link: str | None) -> bool:
    """Whether a paragraph below a link repeats its words, and so belongs to it."""
    return link is not None and count_words(link) > _LABEL_WORDS and is_echoed(link, text)


def _goes_on(page: Page, position: int) -> bool:
    line = page.lines[position]
    return (line.prose and len(line.text) >= _NEXT_PARAGRAPH_CHARACTERS) or is_closing_byline(page, position)


def _drop_closing_addresses(page: Page, body: int) -> None:
    """Take the page's address from its last lines."""
    for number in page.before(len(page.lines), body + 1):
        line = page.lines[number]
        address = shape.url_of(line.text)
        if not address:
            return
        page.url = page.url or address
        line.removed = Reason.ADDRESS
