"""Which line of the head is the headline."""

from __future__ import annotations

import regex

from index.cleaning.lines import captions
from index.cleaning.lines import shapes as shape
from index.cleaning.lines.dates import split_title_date
from index.cleaning.lines.echo import COMPARED_CHARACTERS, is_echoed, is_unrelated
from index.cleaning.lines.shapes import count_words
from index.cleaning.phrases import PHRASES, phrase_key
from index.cleaning.reasons import Reason
from index.cleaning.working_page import Line, Page

HEADLINE_WORDS = 5
"""Words from which the first line of the head is the headline; a judgement. Sections are shorter."""
_SHORT_HEADLINE_WORDS = 4
"""Words of a short headline above a summary at least; a judgement."""
_SHORTEST_WORDS = 2
"""Words of a headline that the text repeats, at least; a judgement."""
_SUMMARY_WORDS = 18
"""Words of a line that sums up the headline above it, at least; a judgement."""
_TITLE_SITE = regex.compile(r"\s\|\s[^|]{1,40}$")


def choose_title(page: Page, candidates: list[Line], body: int) -> None:
    """Take the headline: the first line of the head that is long enough, else its longest.

    Another line wins if the first is a section name in capitals, or if the text repeats only the other line.
    """
    first = next((line for line in candidates if count_words(line.text) >= HEADLINE_WORDS), None)
    possible = [line for line in candidates if _may_be_title(line.text) or (line is first and _is_odd_title(line.text))]
    text = _beginning_of_text(page, body)
    chosen: Line | None
    if page.title is not None:
        chosen = next((line for line in possible if phrase_key(line.text) == phrase_key(page.title or "")), None)
    else:
        long = [line for line in possible if count_words(line.text) >= HEADLINE_WORDS]
        chosen = long[0] if long else max(possible, key=lambda line: count_words(line.text), default=None)
        if chosen and chosen.text.isupper():
            chosen = next((line for line in long if not line.text.isupper()), chosen)
        elif chosen and is_unrelated(chosen.text, text):
            below = possible[possible.index(chosen) + 1 :]
            chosen = next((line for line in below if _replaces(line.text, text)), chosen)
        if chosen and _is_summary_below(chosen.text, possible[0].text, text):
            chosen = possible[0]
    if chosen is None:
        return
    chosen.removed = Reason.HEADLINE
    title, published_at = split_title_date(chosen.text)
    page.published_at = page.published_at or published_at
    if page.title is None:
        page.title = _TITLE_SITE.sub("", title) + _take_continuation(page, chosen)


def _may_be_title(text: str) -> bool:
    return (
        not shape.is_separator(text)
        and not shape.is_counter(text)
        and not captions.has_credit(text)
        and not captions.looks_like_caption(text)
        and not captions.is_file_name(text, "")
        and phrase_key(text) not in PHRASES.section
    )


def _is_odd_title(text: str) -> bool:
    """Whether a line that could be a caption may be a headline: "Clip: …", "… (video)", "Toàn cảnh …"."""
    return not captions.names_photographer(text) and not captions.is_file_name(text, "")


def _is_summary_below(chosen: str, first: str, text: str) -> bool:
    """Whether the chosen line is long enough to be a summary, and the first line its short headline."""
    if count_words(chosen) < _SUMMARY_WORDS or not _SHORT_HEADLINE_WORDS <= count_words(first) < HEADLINE_WORDS:
        return False
    return not first.isupper() and not shape.is_name(first) and is_echoed(first, f"{chosen}\n{text}")


def _replaces(text: str, article: str) -> bool:
    """Whether a line below the chosen one is the headline instead: short, no name, and repeated in the text."""
    return (
        _SHORTEST_WORDS <= count_words(text) < _SUMMARY_WORDS and not shape.is_name(text) and is_echoed(text, article)
    )


def _take_continuation(page: Page, headline: Line) -> str:
    """Return the second line of a headline broken in two, after a space."""
    if headline.number >= len(page.lines) or shape.closes_prose(headline.text):
        return ""
    following = page.lines[headline.number]
    if not following.kept or following.wrapped or following.prose or not shape.begins_lower(following.text):
        return ""
    following.removed = Reason.HEADLINE
    return f" {following.text}"


def _beginning_of_text(page: Page, body: int) -> str:
    """Return the text from a position on, up to the characters that are compared."""
    pieces: list[str] = []
    size = 0
    for number in page.after(body - 1):
        pieces.append(page.lines[number].text[:COMPARED_CHARACTERS])
        size += len(pieces[-1])
        if size >= COMPARED_CHARACTERS:
            break
    return "\n".join(pieces)
