"""The lead of an article: what a page shows between headline and body, which extraction may leave behind."""

from __future__ import annotations

from collections.abc import Sequence

import regex

from index.cleaning.lines import captions
from index.cleaning.lines import shapes as shape
from index.cleaning.lines.bylines import byline_in
from index.cleaning.lines.dates import is_date_line
from index.readers.html.page_blocks import Block, text_key
from index.readers.html.shown import Frame
from index.readers.html_elements import HEADINGS

_LEAD_NAME = regex.compile(
    r"\b(?:article|post|entry|story|detail|news|page|content)?[-_ ]*"
    r"(?:sapo|lead|lede|leadin|deck?|dek|standfirst|stand-first|sub-?title|sub-?head(?:line|ing)?|summary|description|"
    r"excerpt|abstract|teaser|intro(?:duction)?|vorspann|chap[oeô]|ingress|entradilla|bajada|copete|sommario|catenaccio|"
    r"occhiello|resumo|linha-fina|underrubrik|manchet|synopsis|kicker-text|tagline|hat)\b"
)
"""What pages call the lead in their classes and attributes: names of the trade in several languages."""
_NO_LEAD_NAME = regex.compile(
    r"share|social|comment|related|breadcrumb|byline|author|caption|credit|date|time|tags?\b|newsletter|subscribe|cookie|"
    r"consent|advert|promo|banner|login|rating|toolbar|menu"
)
_FEWEST_WORDS = 4
"""Words of a lead that markup names or that is the description at least; a judgement."""
_SENTENCE_WORDS = 8
"""Words of a sentence between headline and body that nothing names, at least; a judgement."""
_MOST_LINKED = 0.5
"""Share of links in a lead at most; a judgement."""
_DESCRIPTION_LETTERS = 25
"""Letters that a block and the description begin with alike, at least; a judgement."""
_MOST_BLOCKS = 12
"""Blocks of a lead at most; a judgement. More are a list of other stories."""


def lead_of(frame: Frame, lines: Sequence[str], title: str | None, descriptions: Sequence[str]) -> list[str]:
    """Return the paragraphs of the lead that `lines`, the extracted text, lack.

    Args:
        frame: where headline and text stand in the page.
        lines: the extracted text.
        title: the headline.
        descriptions: summaries that the markup states.
    """
    if frame.body is None:
        return []
    text = "".join(map(text_key, lines))
    headline = text_key(title or "")
    summaries = [text_key(summary) for summary in descriptions]
    found: dict[str, str] = {}
    for position, block in enumerate(frame.blocks[: frame.body]):
        key = block.key
        if not key or key == headline:
            continue
        if any(_same_beginning(key, summary) for summary in summaries):
            is_lead = not block.picture and block.linked <= _MOST_LINKED
        else:
            is_lead = frame.headline is not None and position > frame.headline and _reads_like_lead(block)
        if is_lead and key not in text:
            found.setdefault(key, block.text)
    return list(found.values()) if len(found) <= _MOST_BLOCKS else []


def _reads_like_lead(block: Block) -> bool:
    """Whether a block between headline and body is called a lead, is a long heading, or a sentence of the article."""
    if block.picture or block.linked > _MOST_LINKED or _NO_LEAD_NAME.search(block.names) or _is_chrome(block.text):
        return False
    words = shape.count_words(block.text)
    if _LEAD_NAME.search(block.names):
        return words >= _FEWEST_WORDS
    return not block.chrome and words >= _SENTENCE_WORDS and (block.tag in HEADINGS or shape.is_prose(block.text))


def _is_chrome(text: str) -> bool:
    return (
        shape.is_chrome(text)
        or shape.is_after_marker(text)
        or shape.is_breadcrumb(text)
        or shape.is_teaser(text)
        or is_date_line(text)
        or captions.has_credit(text)
        or byline_in(text) is not None
    )


def _same_beginning(key: str, summary: str) -> bool:
    """Whether a block and a summary begin alike; either may be cut short."""
    shared = min(len(key), len(summary))
    return shared >= _DESCRIPTION_LETTERS and key[:shared] == summary[:shared]
