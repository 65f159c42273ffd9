"""The body of a page: captions, repeated headlines and dates between its paragraphs, agency marks on the first."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

import regex

from index.cleaning.lines import captions
from index.cleaning.lines import shapes as shape
from index.cleaning.lines.agencies import split_agency
from index.cleaning.lines.dates import date_in, is_date_line
from index.cleaning.lines.shapes import count_words
from index.cleaning.phrases import phrase_key
from index.cleaning.reasons import Reason
from index.cleaning.working_page import Line, Page

_LEAD_PARAGRAPHS = 5
"""Paragraphs in which an agency mark is looked for; a judgement. A caption and a summary may come before the lead."""
_STORY_PICTURES = 4
"""Pictures from which they tell the story; a judgement. Fewer illustrate it."""
_FILE_CAPTION_WORDS = 45
"""Words of a caption below the name of a picture file at most; a judgement."""
_PARAGRAPHS_NEAR_HEADLINE = 2
"""Paragraphs above the caption of the first picture at most; a judgement."""
_PARAGRAPHS_ABOVE_DATE = 1
"""Paragraphs above the date of the page at most, such as a summary; a judgement."""


def drop_captions(page: Page, body: int) -> None:
    """Remove picture captions, names of picture files, repeated headlines and dates from the body."""
    title = page.title or ""
    dated_list = _is_dated_list(page, body)
    previous_was_file = False
    paragraphs = 0
    credited: list[Line] = []
    for line in page.lines[body:]:
        if not line.kept or line.wrapped or line.row:
            previous_was_file = previous_was_file and not line.blank
            paragraphs += line.wrapped
            continue
        if captions.is_file_name(line.text, title):
            line.removed = Reason.PICTURE_FILE
            previous_was_file = True
            continue
        if previous_was_file and not shape.closes_prose(line.text) and count_words(line.text) <= _FILE_CAPTION_WORDS:
            line.removed = Reason.CAPTION
        elif title and phrase_key(line.text) == phrase_key(title):
            line.removed = Reason.HEADLINE_REPEATED
        elif _is_caption(line, near_headline=paragraphs <= _PARAGRAPHS_NEAR_HEADLINE):
            line.removed = Reason.CAPTION
            credited += [line] if captions.holds_sentence(line.text) else []
        elif paragraphs <= _PARAGRAPHS_ABOVE_DATE and is_date_line(line.text) and not dated_list:
            page.published_at = page.published_at or date_in(line.text)
            line.removed = Reason.DATE_LINE
        elif line.prose:
            paragraphs += 1
        previous_was_file = False
    if _tell_story(page, body, credited):
        for line in credited:
            line.removed = None


def _tell_story(page: Page, body: int, captions_removed: list[Line]) -> bool:
    """Whether a page shows pictures and tells its story below them: captions of sentences, longer than all else."""
    if len(captions_removed) < _STORY_PICTURES:
        return False
    rest = sum(len(page.lines[number].text) for number in page.after(body - 1))
    return sum(len(line.text) for line in captions_removed) > rest


def _is_caption(line: Line, *, near_headline: bool) -> bool:
    if captions.has_credit(line.text) or captions.looks_like_caption(line.text):
        return True
    return near_headline and not line.prose and captions.describes_scene(line.text)


def _is_dated_list(page: Page, body: int) -> bool:
    """Whether the beginning has several lines that are dates: then they belong to a list, not to the page."""
    beginning = page.ahead(body - 1)
    return sum(is_date_line(page.lines[number].text) for number in beginning) > 1


def strip_lead(page: Page, body: int) -> None:
    """Cut the caption and the agency mark that stand before the lead from the first paragraphs."""
    paragraphs = [page.lines[number] for number in islice(page.after(body - 1), _LEAD_PARAGRAPHS)]
    for order, line in enumerate(paragraphs):
        caption = captions.leading_caption(line.text)
        behind = page.take_out(line, *caption, Reason.CAPTION) if caption else line
        if _strip_agency(page, line, first=order == 0) or (behind is not line and _strip_agency(page, behind)):
            return


def _strip_agency(page: Page, line: Line, *, first: bool = False) -> bool:
    """Cut the agency mark from a paragraph and take it as the source; return whether there was one."""
    agency, rest = split_agency(line.text, _mark_test(page) if first else _is_no_mark)
    if agency is None:
        return False
    page.cut(line, 0, len(line.text) - len(rest), Reason.AGENCY_MARK)
    line.text = rest
    page.source = agency
    return True


def _mark_test(page: Page) -> Callable[[str], bool]:
    """Return a test for agency names at the start of the lead. A name that the text repeats is a subject, no agency."""

    def is_mark(name: str) -> bool:
        word = regex.compile(rf"(?<![\p{{L}}\p{{N}}]){regex.escape(name)}(?![\p{{L}}\p{{N}}])")
        return sum(len(word.findall(line.text)) for line in page.lines if line.kept and name in line.text) <= 1

    return is_mark


def _is_no_mark(_name: str) -> bool:
    return False
