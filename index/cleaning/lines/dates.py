"""When a page appeared, as pages write it."""

from __future__ import annotations

import regex

from index.cleaning.lines.shapes import count_words
from index.cleaning.phrases import PHRASES, any_of
from index.dates import earliest_instant

_TIME = (
    r"(?P<hour>[01]?\d|2[0-3])\s*[:hg]\s*(?P<minute>[0-5]\d)(?:\s*:\s*(?P<second>[0-5]\d))?"
    r"(?:\s*(?P<meridiem>[ap]\.?m\.?))?"
)
_ZONE = r"(?:\s*\(?\s*(?:GMT|UTC)\s*(?P<zone>[+-]\d{1,2})(?::?(?P<zone_minutes>\d\d))?\)?)?"
_MONTH_NAME = any_of(PHRASES.months)
_DAYS = (
    regex.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"),
    regex.compile(r"(?<!\d)(?P<day>\d{1,2})\s*[-/.]\s*(?P<month>\d{1,2})\s*[-/.]\s*(?P<year>(?:19|20)\d\d)(?!\d|:\d)"),
    regex.compile(r"(?P<day>\d{1,2})\s+tháng\s+(?P<month>\d{1,2})\s*,?\s+(?:năm\s+)?(?P<year>(?:19|20)\d\d)", regex.I),
    regex.compile(r"(?P<year>(?:19|20)\d\d)\s*年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日"),
    regex.compile(
        rf"\b(?P<name>{_MONTH_NAME})\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>(?:19|20)\d\d)", regex.I
    ),
    regex.compile(
        rf"\b(?P<day>\d{{1,2}})(?:er|st|nd|rd|th)?\s+(?P<name>{_MONTH_NAME})\.?,?\s+(?P<year>(?:19|20)\d\d)", regex.I
    ),
)
_CLOCK = regex.compile(rf"(?<!\d){_TIME}(?!\d){_ZONE}", regex.I)
_DATE_FILLER = regex.compile(rf"\b(?:{any_of(PHRASES.date)})\b", regex.I)
_DATE_WITHIN_CHARACTERS = 200
"""Characters of a line in which a date is looked for; a limit."""
_DATE_LINE_WORDS = 20
"""Words of a line that says when the page appeared, at most; a judgement."""
_PLACE_WORDS = 2
"""Words beside a full date on such a line, at most, such as the name of a place; a judgement."""
_TITLE_DATE_CHARACTERS = 60
"""Characters at the end of a headline in which a date in brackets is looked for; a limit."""
_NOON_HOUR = 12
"""The hour that "pm" is counted from, by definition."""
_TITLE_BRACKET = regex.compile(r"[(\[]\s*(?P<inside>[^()\[\]]{4,40})\s*[)\]]\s*$")


def date_in(text: str) -> str | None:
    """Return the first full date in `text`, with time and zone where stated; a date without a year is no date."""
    text = text[:_DATE_WITHIN_CHARACTERS]
    for pattern in _DAYS:
        match = pattern.search(text)
        if match is None:
            continue
        groups = match.groupdict()
        month = PHRASES.months[groups["name"].lower()] if groups.get("name") else int(groups["month"])
        day = f"{groups['year']}-{month:02d}-{int(groups['day']):02d}"
        stamp = day + _clock_in(text[: match.start()] + " " * 3 + text[match.end() :])
        try:
            earliest_instant(stamp)
        except ValueError:
            continue
        return stamp
    return None


def _clock_in(text: str) -> str:
    match = _CLOCK.search(text)
    if match is None:
        return ""
    hour = int(match["hour"])
    meridiem = (match["meridiem"] or "").lower()
    if meridiem.startswith("p") and hour < _NOON_HOUR:
        hour += _NOON_HOUR
    elif meridiem.startswith("a") and hour == _NOON_HOUR:
        hour = 0
    seconds = f":{match['second']}" if match["second"] else ""
    zone = ""
    if match["zone"]:
        zone = f"{match['zone'][0]}{int(match['zone'][1:]):02d}:{match['zone_minutes'] or '00'}"
    return f"T{hour:02d}:{match['minute']}{seconds}{zone}"


def is_date_line(text: str) -> bool:
    """Whether the line says when the page appeared, and nothing else."""
    if count_words(text) > _DATE_LINE_WORDS or not regex.search(r"\d", text):
        return False
    rest = text
    for pattern in _DAYS:
        rest = pattern.sub(" ", rest)
    without_clock = _CLOCK.sub(" ", rest)
    if without_clock == text:
        return False
    return count_words(_DATE_FILLER.sub(" ", without_clock)) <= (_PLACE_WORDS if rest != text else 0)


def split_title_date(title: str) -> tuple[str, str | None]:
    """Return the title without a date in brackets behind it, and that date (None when it lacks a year or is absent)."""
    match = _TITLE_BRACKET.search(title[-_TITLE_DATE_CHARACTERS:])
    if match and is_date_line(match["inside"]):
        return title[: len(title) - len(match[0])].rstrip(), date_in(match["inside"])
    return title, None
