"""The summary of an article where it stands last on the page, behind the byline or a box of links."""

from __future__ import annotations

import regex

from index.cleaning.lines import shapes as shape
from index.cleaning.lines.bylines import byline_in
from index.cleaning.lines.echo import is_echoed, is_unrelated
from index.cleaning.lines.shapes import count_words
from index.cleaning.working_page import Page
from index.text.normalization import fold

_CONTACT = regex.compile(r"\S@\S|\d{7}")
_SUMMARY_WORDS = 12
"""Words of a summary at least; a judgement."""
_LABEL_WORDS = 4
"""Words of a label above the summary at most; a judgement. A longer line may be a link to another story."""


def closing_summary(page: Page, end: int) -> int | None:
    """Return the position of the article's summary when it is the last line of the page, None when there is none.

    Some sites put the summary last. Teasers of other stories stand there as well, but below their headlines, and they
    tell something else. A summary that repeats the text is no loss.

    Args:
        page: the page, of which everything from `end` on is to be removed.
        end: the position of the byline, or of the marker that begins what follows the article.
    """
    last = next(page.before(len(page.lines), end + 1), None)
    if last is None:
        return None
    summary = page.lines[last].text
    if not shape.ends_sentence(summary) or count_words(summary) < _SUMMARY_WORDS:
        return None
    article = "\n".join([page.title or "", *(line.text for line in page.lines[:end] if line.kept)])
    if fold(summary).rstrip(" .…") in fold(article):
        return None
    between = [line.text for line in page.lines[end:last] if line.kept]
    if any(shape.begins_comments(text) for text in between):
        return None
    if all(_is_name_or_label(text, summary) for text in between):
        return None if is_unrelated(summary, article) else last
    if _is_name_or_label(between[-1], summary) or _CONTACT.search(between[-1]):
        return None if is_unrelated(summary, article) else last
    own = is_echoed(summary, article) or (page.title is not None and is_echoed(page.title, summary))
    return last if own and not is_echoed(between[-1], summary) else None


def _is_name_or_label(text: str, summary: str) -> bool:
    """Whether a line names an author, a source or a section, and is not the headline of the summary below it."""
    if shape.is_after_marker(text):
        return False
    return byline_in(text) is not None or (
        count_words(text) <= _LABEL_WORDS and (count_words(text) == 1 or not is_echoed(text, summary))
    )
