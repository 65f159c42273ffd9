"""Text to sentences, by offsets; made for news in Vietnamese and its neighbours, sound for any Unicode.

A sentence ends at . ! ? … 。 ！ ？ when what follows looks like a beginning, and at the end of a paragraph. Titles
("TS. Lê An"), initials, enumerations and numbers do not end one, nor does anything inside a quotation of moderate
length. When in doubt, two sentences stay together. Only a sentence above `MAX_SENTENCE_CHARACTERS` is cut.

A row of a table is one sentence.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import regex

from index.text.tables import Table, find_tables

Span = tuple[int, int]
"""Half-open offsets in Unicode code points."""

MAX_SENTENCE_CHARACTERS = 900
"""Characters of a sentence at most; a limit. A longer one is cut at a clause, at a space, or within a word."""
_MAX_SPACELESS_CHARACTERS = 240
"""Characters of a sentence at most in scripts that mark few sentence ends; a judgement.

Thai and Lao mark none, Khmer and Burmese few, so their paragraphs are cut at spaces.
"""
_SCRIPT_SAMPLE_CHARACTERS = 400
"""Characters at the beginning of a sentence that show its script; a limit."""
_SPACELESS_DIVISOR = 3
"""A sentence is in such a script where more than one in this many characters is; a judgement."""
_GRAPHEME_CHARACTERS = 64
"""Characters of one visible character at most when a sentence is cut between two; a limit."""
_MAX_QUOTATION_CHARACTERS = 400
"""Characters at most of a quotation that is never cut; a judgement."""
_LOOK_BACK_CHARACTERS = 12
"""Characters before a full stop among which an abbreviation is looked for; a limit."""
_ENDS_REMEMBERED = 1 << 13
"""Ends of words before a full stop that are remembered: a limit on memory."""
_LOOK_AHEAD_CHARACTERS = 200
"""Characters of the next line that show whether the sentence goes on there; a limit."""

_TERMINATOR = regex.compile(r"(?P<wide>[。！？｡]+|[।॥։؟۔።។៕။]+)|(?P<narrow>[.!?…]++(?:/\.)?)")
_CLOSERS = regex.compile(r"[\"'”’»)\]}」』）】〉》\u200b\u2060\ufeff]*+(?:\[\d{1,3}\]){0,9}")
"""What belongs to a sentence behind its terminator: closing marks, invisible spaces, numbers of footnotes.

The groups in these patterns are bounded: the regex module keeps state for every turn of a group, even a possessive one.
"""
_ABBREVIATION = regex.compile(
    r"(?:^|(?<=[\s(\[\"'“‘«/.]))(?:(?i:"
    r"tp|tx|tt|ts|ths|th\.s|gs|pgs|bs|ks|cn|kts|ls|ths\.bs|gs\.ts|pgs\.ts|ts\.bs|(?:bs\.)?ck[i12]{1,2}|ng|đ\/c|đ\.c|đc|"
    r"nxb|cty|đt|sđt|tel|v\.v|vv|tr|stt|"
    r"mr|mrs|dr|prof|jr|vs|etc|e\.g|i\.e|nos|ph\.d|vol|fig|inc|ltd|corp|approx|"
    r"mme|mlle|cf|p\.ex|av|bd|"
    r"bzw|z|z\.b|d\.h|u\.a|nr|str|"
    r"г|гг|ул|им|т\.е|т\.д|т\.п|др|пр|руб|тыс|млн|млрд|см|стр|обл|р"
    r")|Ms|MM|St|Sr|Co|Gen|Col|Sgt|Lt|Capt|Rep|Sen|Gov|Mt"  # "hoa sen." and "50 mm." end sentences
    r")$"
)
_INITIAL = regex.compile(r"(?:^|[^\p{L}\p{N}])\p{Lu}\p{M}*$")
_ENUMERATION = regex.compile(
    r"\s*(?:(?i:điều|khoản|chương|mục|phần|bài|câu|bước|hình|bảng|article|section|chapter|figure|table)\s)?"
    r"(?:\d{1,3}|[a-zđ]|[IVX]{1,5})"
)
_LONGEST_ENUMERATION = 16
"""Characters of an enumeration at most ("Điều 12", "Figure 3"); a limit."""
_NUMBER_FOLLOWS = regex.compile(r"\s*+\d")
_BEFORE_NUMBER = regex.compile(r"(?:^|[\s(])(?:[Nn]o|[Nn]r|[Aa]rt|[Ss]ố|[Tt]r|[Pp]p?)$")
_MONTH_FOLLOWS = regex.compile(
    r"\s*+(?:Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b"
)
_DAY = regex.compile(r"(?:^|\s)[0-3]?\d$")
_GAP = r"[ \t\u00a0]*+(?:\n[ \t\u00a0]*+)?"
_LOWER = regex.compile(rf"{_GAP}(?:[-–—]{_GAP})?[\"'“‘«(\[]*+\p{{Ll}}")
LIST_ITEM = regex.compile(r"[ \t]*(?:[-*+•–—#>|]|\d{1,3}[.)]|[a-zđ]\))[ \t]")
"""The beginning of a line that is an item of a list, a heading or a quotation."""
_OPENING = {"“": "”", "«": "»", "「": "」", "『": "』", "《": "》", "„": "“", '"': '"'}
_OPENING_MARK = regex.compile("[" + "".join(_OPENING) + "]")
_BREAK = regex.compile(r"\n\s*+")
_ENDED_LINE = regex.compile(r"[.!?…。！？:;][\"'”’»)\]]*+$")
_CLAUSE_END = regex.compile(r"[;:,)”»–—][ \t\n]+|[，、；：）][ \t\n]*|\n")
_SPACE = regex.compile(r"\s+")
_GRAPHEME = regex.compile(r"\X")
_SOUTHEAST_ASIAN = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_WRAP_MIN, _WRAP_MAX = 55, 100
"""Characters of a line that was broken at a fixed width, at least and at most; judgements."""
_WRAP_TOLERANCE = 20
"""Characters by which no line of such a text is longer; a judgement. A longer line is a paragraph of its own."""
_WRAPPED_LINES = 3
"""Lines of that width that make a text one with broken lines; a judgement."""
_WRAP_SAMPLE_CHARACTERS = 20_000
"""Characters of a text in which the width of its lines is looked for; a limit."""


def split_sentences(text: str, tables: Sequence[Table] | None = None) -> list[Span]:
    """Return the sentences of `text` in order, without surrounding white space.

    The spans do not overlap, and every character outside them is white space.

    Args:
        text: the text.
        tables: its tables, where they are known; by default they are looked for. A separator line belongs to the row
            above it.
    """
    spans: list[Span] = []
    position = 0
    tables = find_tables(text) if tables is None else tables
    wrapped = _is_wrapped(text, tables)
    for table in tables:
        spans.extend(_sentences_between(text, position, table.lines[0][0], wrapped))
        for first, last in table.lines:
            spans.extend(_cut_long(text, first, last))
        position = table.lines[-1][1]
    spans.extend(_sentences_between(text, position, len(text), wrapped))
    return spans


def _sentences_between(text: str, start: int, end: int, wrapped: bool) -> Iterator[Span]:
    """Yield the sentences of a stretch of prose."""
    for first, last in _paragraphs(text, start, end, wrapped):
        for one in _sentences_of(text, first, last):
            yield from _cut_long(text, *one)


def _paragraphs(text: str, start: int, end: int, wrapped: bool) -> Iterator[Span]:
    """Yield runs of lines that belong together: one line, or the lines of a paragraph wrapped at a fixed width."""
    line_start = start
    for gap in _BREAK.finditer(text, start, end):
        one_break = text.find("\n", gap.start() + 1, gap.end()) == -1
        following = text[gap.end() : min(gap.end() + _LOOK_AHEAD_CHARACTERS, end)]
        if not (one_break and _continues(text[line_start : gap.start()], following, wrapped)):
            yield start, gap.start()
            start = gap.end()
        line_start = gap.end()
    yield start, end


def _is_wrapped(text: str, tables: Sequence[Table]) -> bool:
    """Whether lines of prose were broken at a fixed width, as in mail and some Markdown."""
    sample = text[:_WRAP_SAMPLE_CHARACTERS]
    for table in reversed(tables):
        if table.lines[0][0] < len(sample):
            sample = sample[: table.lines[0][0]] + sample[table.lines[-1][1] :]
    lengths = [len(line) for line in sample.split("\n")]
    broken = sum(_WRAP_MIN <= length <= _WRAP_MAX for length in lengths)
    return broken >= _WRAPPED_LINES and max(lengths) <= _WRAP_MAX + _WRAP_TOLERANCE


def _continues(line: str, following: str, wrapped: bool) -> bool:
    """Whether the line after `line` goes on with the same sentence."""
    stripped = line.rstrip()
    if (
        not stripped
        or not following.split("\n", 1)[0].strip()
        or LIST_ITEM.match(following)
        or stripped.startswith("#")
    ):
        return False
    if _ENDED_LINE.search(stripped):
        return wrapped and len(stripped) >= _WRAP_MIN and not stripped.endswith(":")
    return (wrapped and len(stripped) >= _WRAP_MIN) or _LOWER.match(following) is not None


def _sentences_of(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the sentences of one paragraph."""
    quoted = _quotations(text, start, end)[::-1]
    begin = start
    for match in _TERMINATOR.finditer(text, start, end):
        if match.start() < begin:
            continue
        stop = match.end()
        if text[stop : stop + 1] != " ":
            closers = _CLOSERS.match(text, stop, end)
            stop = closers.end() if closers else stop
        while quoted and quoted[-1][1] <= match.start():
            quoted.pop()
        if quoted and quoted[-1][0] < match.start() and stop < quoted[-1][1]:
            continue
        if match["wide"] is None and not _ends_here(text, begin, match, stop, end):
            continue
        yield from _trimmed(text, begin, stop)
        begin = stop
    yield from _trimmed(text, begin, end)


def _ends_here(text: str, begin: int, match: regex.Match[str], stop: int, end: int) -> bool:
    """Whether one of . ! ? … really ends a sentence."""
    if stop < end and not text[stop].isspace():
        return False
    if not text[stop + 1 : min(stop + 2, end)].isupper() and _LOWER.match(text, stop, end):
        return False
    if match.group() != ".":
        return True
    before = text[max(begin, match.start() - _LOOK_BACK_CHARACTERS) : match.start()]
    last = before.rsplit(None, 1)[-1] if before and not before[-1].isspace() else before
    is_short, may_precede_number, may_be_day = _before_full_stop(last)
    if is_short:
        return False
    if may_precede_number and _NUMBER_FOLLOWS.match(text, stop, end):
        return False
    if may_be_day and _MONTH_FOLLOWS.match(text, stop, end):
        return False
    return match.start() - begin > _LONGEST_ENUMERATION or not _ENUMERATION.fullmatch(text, begin, match.start())


@lru_cache(maxsize=_ENDS_REMEMBERED)
def _before_full_stop(last: str) -> tuple[bool, bool, bool]:
    """Return whether the end of a word is an abbreviation or initial, may precede a number, and may be a day.

    None of these reaches over white space, so it is enough to look at what stands behind the last.
    """
    return (
        bool(_ABBREVIATION.search(last) or _INITIAL.search(last)),
        _BEFORE_NUMBER.search(last) is not None,
        _DAY.search(last) is not None,
    )


def _quotations(text: str, start: int, end: int) -> list[Span]:
    """Return quotations of moderate length, from opening to behind the closing mark."""
    spans: list[Span] = []
    position = start
    straight = text.count('"', start, end) % 2 == 0
    for opening in _OPENING_MARK.finditer(text, start, end):
        if opening.start() < position or (opening.group() == '"' and not straight):
            continue
        closing = _OPENING[opening.group()]
        found = text.find(closing, opening.end(), min(end, opening.end() + _MAX_QUOTATION_CHARACTERS))
        if found != -1:
            position = found + 1
            spans.append((opening.start(), position))
    return spans


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield start, end


def _cut_long(text: str, start: int, end: int) -> Iterator[Span]:
    """Yield the sentence whole, or in pieces when it is too long."""
    if end - start <= _MAX_SPACELESS_CHARACTERS:
        yield start, end
        return
    sample = text[start : start + _SCRIPT_SAMPLE_CHARACTERS]
    spaceless = len(_SOUTHEAST_ASIAN.findall(sample)) > len(sample) // _SPACELESS_DIVISOR
    limit = _MAX_SPACELESS_CHARACTERS if spaceless else MAX_SENTENCE_CHARACTERS
    while end - start > limit:
        cut = _cut_position(text, start, start + limit)
        yield from _trimmed(text, start, cut)
        start = cut
    yield from _trimmed(text, start, end)


def _cut_position(text: str, start: int, limit: int) -> int:
    """Return where to cut in (start, limit]: the last clause or space in the second half, else a whole character."""
    half = start + (limit - start) // 2
    for pattern in (_CLAUSE_END, _SPACE):
        ends = [match.end() for match in pattern.finditer(text, half, limit)]
        if ends:
            return ends[-1]
    graphemes = _GRAPHEME.finditer(text[start : limit + _GRAPHEME_CHARACTERS])
    ends = [match.end() for match in graphemes if start + match.end() <= limit]
    return start + ends[-1] if ends else limit
