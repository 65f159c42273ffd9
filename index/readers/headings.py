"""Headings in Markdown: the sections of a text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from index.records import Place

_MAX_HEADING_CHARACTERS = 1_000
"""Characters of a line that can be a heading: a limit, on the work for marks within it."""
_MAX_UNDERLINED_CHARACTERS = 200
"""Characters of an underlined heading: a judgement, a longer paragraph above a line of hyphens is no heading."""

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_FENCE = re.compile(r" {0,3}(?P<fence>`{3,}(?=[^`]*$)|~{3,})")
_NUMBER_SIGNS = re.compile(r" {0,3}#{1,6}(?:[ \t]+(?P<heading>.*?))??(?:[ \t]+#+)?[ \t]*")
_UNDERLINE = re.compile(r" {0,3}(?:=+|-+)[ \t]*")
_NO_PARAGRAPH = re.compile(r"(?: {4}|\t)|[ ]{0,3}(?:[-*+>|]|\d{1,9}[.)]|</?[A-Za-z!?])(?:[ \t]|$)|[^\n]*\|")
"""The beginning of a line that is code, an item of a list, a quotation, markup or a row of a table."""

_LINK = re.compile(r"!?\[(?P<text>[^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])")
_FOOTNOTE = re.compile(r"\[\^[^\[\]]*\]")
_TAG = re.compile(r"</?[A-Za-z][A-Za-z0-9-]*(?:\s[^<>]*)?>|<!--.*?-->")
_ATTRIBUTES = re.compile(r"\s*\{[#.:][^{}]*\}\s*$")
_STARS = re.compile(r"(?P<mark>\*{1,3}|~~|`+)(?=\S)(?P<text>[^*~`]+)(?<=\S)(?P=mark)")
_UNDERSCORES = re.compile(r"(?<!\w)(?P<mark>_{1,3})(?=\S)(?P<text>[^_]+)(?<=\S)(?P=mark)(?!\w)")
_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def markdown_sections(text: str) -> tuple[Place, ...]:
    """Return where the sections of a Markdown text begin, each at its heading, named without marks.

    Headings have number signs, or an underline of equals signs or hyphens. Code has none.
    """
    sections: list[Place] = []
    above: tuple[int, str] | None = None  # the line above, where it may be a paragraph of its own, and its offset
    in_paragraph = False
    for start, line in _outside_code(text):
        if signs := _NUMBER_SIGNS.fullmatch(line[:_MAX_HEADING_CHARACTERS]):
            if name := plain_text(signs["heading"] or ""):
                sections.append(Place(start, section=name))
            above, in_paragraph = None, False
        elif above is not None and _UNDERLINE.fullmatch(line):
            if name := plain_text(above[1]):
                sections.append(Place(above[0], section=name))
            above, in_paragraph = None, False
        else:
            alone = not in_paragraph and line.strip() and not _NO_PARAGRAPH.match(line)
            above = (start, line) if alone and len(line) <= _MAX_UNDERLINED_CHARACTERS else None
            in_paragraph = bool(line.strip())
    return tuple(sections)


def plain_text(heading: str) -> str:
    """Return a heading as it is read: without the marks of links, emphasis, code, footnotes and attributes."""
    for pattern, kept in (
        (_ATTRIBUTES, ""),
        (_FOOTNOTE, ""),
        (_LINK, r"\g<text>"),
        (_TAG, ""),
        (_STARS, r"\g<text>"),
        (_STARS, r"\g<text>"),
        (_UNDERSCORES, r"\g<text>"),
        (_ESCAPE, r"\1"),
    ):
        heading = pattern.sub(kept, heading)
    return " ".join(html.unescape(heading).split())


def _outside_code(text: str) -> Iterator[tuple[int, str]]:
    """Yield the lines that are in no fenced code, without their ends, with their offsets; a fence is an empty line."""
    fence = ""
    for match in _LINE.finditer(text):
        line = match.group().rstrip("\r\n")
        mark = _FENCE.match(line)
        if fence:
            closes = mark is not None and mark["fence"].startswith(fence) and not line[mark.end() :].strip()
            fence = "" if closes else fence
        elif mark is not None:
            fence = mark["fence"]
            yield match.start(), ""
        else:
            yield match.start(), line
