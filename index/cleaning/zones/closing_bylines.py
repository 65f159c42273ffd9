"""The names below the last sentence of an article, or run on behind it."""

from __future__ import annotations

from itertools import islice, pairwise, takewhile

from index.cleaning.lines import shapes as shape
from index.cleaning.lines.bylines import byline_in, split_run_on
from index.cleaning.lines.shapes import count_words
from index.cleaning.reasons import Reason
from index.cleaning.working_page import Line, Page
from index.cleaning.zones.summary import closing_summary

_BYLINES = 2
"""Bylines below one another at most; a judgement. More names are a list of the article."""
_LABEL_WORDS = 5
"""Words of a source or section below a byline at most; a judgement."""
_LINK_WORDS = 5
"""Words of a link to another story at least; a judgement."""
_LINES_BELOW = 200
"""Kept lines below a byline that are read to tell whether the article goes on; a limit."""


def is_closing_byline(page: Page, position: int, body: int = 0) -> bool:
    """Whether a line names the author, and nothing of the article follows it."""
    line = page.lines[position]
    if position <= body or not _is_byline(line) or line.text.endswith(","):
        return False
    previous = next(page.before(position, body), None)
    if previous is None or not _may_precede_byline(page, previous):
        return False
    following = list(page.ahead(position))
    if not following:
        return True
    if _text_goes_on(page, position, body):
        return False
    if shape.has_end_mark(page.lines[previous].text):
        return True
    names = 1 + sum(1 for _ in takewhile(lambda number: _is_byline(page.lines[number]), following))
    if names > _BYLINES:
        return False
    closing = page.lines[following[0]]
    if shape.is_after_marker(closing.text):
        return True
    if names > 1:
        return True
    prose = sum(page.lines[number].prose for number in following)
    if any(other.removed is Reason.CHROME for other in page.lines[position + 1 : following[0]]) and not prose:
        return True
    return not closing.prose and prose <= len(following) // 2


def _may_precede_byline(page: Page, position: int) -> bool:
    """Whether the line may be the last of an article: a sentence or a list item, not what introduces a list."""
    line = page.lines[position]
    if line.text.endswith((":", "：")):
        return False
    return line.prose or shape.ends_sentence(line.text) or shape.is_list_item(line.text)


def _text_goes_on(page: Page, position: int, body: int) -> bool:
    """Whether the article goes on below a line, before any marker of what follows an article.

    It does where a list or a table stands right below, where more text follows than stands above (links to other
    stories and what sums them up left out), and where long paragraphs follow. Below a bare name, which may as well be a
    heading, one is enough, unless it stands below the link that it sums up; below a name with its paper or role it
    takes two in a row.
    """
    below = [page.lines[number].text for number in islice(page.after(position), _LINES_BELOW)]
    below = list(takewhile(lambda text: not shape.is_after_marker(text), below))
    if not below:
        return False
    if shape.is_list_item(below[0]) or below[0].startswith("|"):
        return True
    no_teasers = (
        text for text, above in zip(below, ["", *below], strict=False) if not (_is_link(text) or _is_link(above))
    )
    if sum(map(len, no_teasers)) > sum(len(line.text) for line in page.lines[body:position] if line.kept):
        return True
    long = [count_words(text) >= shape.LONG_PROSE_WORDS and shape.ends_sentence(text) for text in below]
    if any(both == (True, True) for both in pairwise(long)):
        return True
    if sum(long) == 1 and long[-1] and len(below) > 1 and all(map(_is_label, below[:-1])):
        return False  # a source and the summary, which some sites put last
    byline = byline_in(page.lines[position].text)
    if byline is None or byline.author != page.lines[position].text:
        return False
    return any(is_long and not _is_link(above) for is_long, above in zip(long, ["", *below], strict=False))


def _is_label(text: str) -> bool:
    """Whether a line is as short as a source or a section, and no figure."""
    return count_words(text) <= _LABEL_WORDS and not any(character.isdigit() for character in text)


def _is_link(text: str) -> bool:
    """Whether a line may be the link to another story, which the paragraph below it sums up."""
    return count_words(text) >= _LINK_WORDS and not shape.closes_prose(text) and not shape.is_list_item(text)


def _is_byline(line: Line) -> bool:
    return not line.prose and not line.heading and not line.row and byline_in(line.text) is not None


def take_closing_lines(page: Page, position: int) -> None:
    """Take author, source and address from a position on; remove these lines and all below them, but not a summary."""
    open_bylines = True
    summary = closing_summary(page, position)
    for number in [position, *page.after(position)]:
        line = page.lines[number]
        if number == summary:
            return
        byline = byline_in(line.text) if open_bylines and not line.prose else None
        address = shape.url_of(line.text) if open_bylines else None
        if byline is not None:
            page.author = page.author or byline.author
            page.source = page.source or byline.source
            line.removed = Reason.BYLINE
        elif address:
            page.url = page.url or address
            line.removed = Reason.ADDRESS
        else:
            open_bylines = False
            line.removed = Reason.AFTER_ARTICLE


def strip_end(page: Page, body: int) -> None:
    """Cut the byline that stands behind the last sentence on the same line."""
    last = next(page.before(len(page.lines), body), None)
    if last is None or page.author is not None:
        return
    line = page.lines[last]
    text, byline = split_run_on(line.text)
    if byline is not None:
        page.cut(line, len(text), len(line.text), Reason.BYLINE)
        page.author = byline.author
        page.source = page.source or byline.source
        line.text = text
