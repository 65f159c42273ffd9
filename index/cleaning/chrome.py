"""Lines that are never part of an article: buttons, separators, teasers of other stories, counters."""

from __future__ import annotations

from index.cleaning.lines import shapes as shape
from index.cleaning.reasons import Reason
from index.cleaning.working_page import Page


def drop_plain_chrome(page: Page) -> None:
    """Remove buttons, separators, teasers and counters, but not from within a broken paragraph."""
    half = sum(len(line.text) for line in page.lines) // 2
    for line in page.lines:
        if line.blank or line.wrapped or line.row:
            continue
        if shape.is_separator(line.text):
            line.removed = Reason.SEPARATOR
        elif shape.is_chrome(line.text):
            line.removed = Reason.CHROME
        elif shape.is_teaser(line.text) and len(line.text) <= half:
            line.removed = Reason.TEASER
    _drop_arrowed(page, half)
    _drop_counters(page)


def _drop_arrowed(page: Page, half: int) -> None:
    """Remove lines with an arrow before them, unless a line with a colon introduces them as a list.

    Args:
        page: the page.
        half: half the characters of the page. A longer line is the article itself, on one line behind a link.
    """
    introduced = False
    for line in page.lines:
        if line.blank or line.removed or line.row:
            continue
        if not shape.is_arrowed(line.text):
            introduced = line.text.endswith((":", "："))
        elif not introduced and len(line.text) <= half:
            line.removed = Reason.TEASER


def _drop_counters(page: Page) -> None:
    """Remove bare numbers next to buttons; elsewhere a number may be a year, a score or a heading."""
    lines = [line for line in page.lines if not line.blank]
    for number, line in enumerate(lines):
        if line.removed is None and not line.row and shape.is_counter(line.text):
            neighbours = lines[max(0, number - 1) : number] + lines[number + 1 : number + 2]
            if any(neighbour.removed is Reason.CHROME for neighbour in neighbours):
                line.removed = Reason.CHROME
