"""Agencies and papers: what they are called, and the marks they put before a lead ("TTXVN - …")."""

from __future__ import annotations

from collections.abc import Callable

import regex

from index.cleaning.lines.shapes import count_words
from index.cleaning.phrases import PHRASES, letters_of, phrase_key

_DATELINE_DATE = (
    r"(?:,?\s*(?:ngày\s*)?(?:\d{1,2}[/.\-]\d{1,2}(?:[/.\-]\d{2,4})?"
    r"|\d{1,2}\s+\p{L}{3,9}\.?|\p{L}{3,9}\.?\s+\d{1,2}))?"
)
_BRACKETED_MARK = regex.compile(
    rf"(?P<city>\p{{Lu}}[\p{{L}} .,'\-]{{1,30}}?{_DATELINE_DATE}\s+)?"
    r"[(\[【（](?P<name>[\p{L}\p{N}][^()\[\]【】（）]{1,30})[)\]】）](?P<dash>\s*[.:]?\s*[-–—]{1,2}|\s*[-–—:])?\s*"
)
_PLAIN_MARK = regex.compile(
    r"(?P<name>[\p{L}\p{N}][\p{L}\p{N}.&+]{1,14}(?: [\p{L}\p{N}.]{1,10}){0,3}?)\s*[-–—]{1,2}\s+(?=\S)"
)
_CITY_DATE_MARK = regex.compile(
    r"\p{Lu}[\p{L} \-]{1,30},\s*\d{1,2}\s+\p{L}{3,9}\.?\s*[-–—./]+\s*"
    r"(?P<name>[\p{L} ]{2,20}?)\s*[./]+\s*[-–—]?\s*"
)
_WIRE_MARK = regex.compile(
    r"(?P<name>\p{Han}{3})[\p{Han}]{0,12}(?:\d{1,2}月)?\d{1,2}日电\s*(?:[（(]记者[^（）()]{1,20}[）)])?\s*"
)
_CODE = regex.compile(r"(?=.*(?:\p{Lu}{2}|\p{L}\.\p{L}))(?=.*\p{L})[\p{Lu}\p{N}.&+]{2,15}(?:\.(?i:vn|com|net|org))?")


_BRACKETED_WORDS = 5
"""Words of an unknown agency's name in brackets at most; a judgement."""


def is_agency(name: str) -> bool:
    """Whether an agency or a paper is known by this name ("TTXVN", "Dân trí", "VOV.VN")."""
    led = letters_of(name).split(" ")[0] in PHRASES.press and name[0].isupper()
    return led or _agency_key(name) in PHRASES.agency


def _agency_key(name: str) -> str:
    """Return the form in which names of agencies are compared: without the ending of a domain."""
    return phrase_key(regex.sub(r"\.(?i:vn|com|net|org)$", "", name.strip()))


def is_code(name: str) -> bool:
    """Whether the name is written like that of an agency: capitals, digits, perhaps the ending of a domain."""
    return _CODE.fullmatch(name) is not None


def agency_name(mark: str) -> str:
    """Return the name an agency mark stands for: "VOV.VN" is VOV, other domains stay as they are."""
    code = regex.fullmatch(r"([\p{Lu}\p{N}]{2,10})\.(?:VN|vn)", mark)
    return code[1] if code else mark


def split_agency(lead: str, others: Callable[[str], bool]) -> tuple[str | None, str]:
    """Return the agency mark at the start of a lead ("TTXVN - …", "(Báo X) -", "HÀ NỘI (TTXVN) –") and the rest.

    Args:
        lead: a paragraph near the beginning of the article.
        others: tells whether an unknown code of capitals is a mark here, and not a subject as in "GDP - …".
    """
    text = lead.lstrip()
    for pattern in (_CITY_DATE_MARK, _WIRE_MARK):
        match = pattern.match(text)
        if match and is_agency(match["name"]):
            return agency_name(match["name"].strip()), text[match.end() :]
    match = _BRACKETED_MARK.match(text)
    if match and match.end() < len(text) and _is_bracketed_mark(match, others):
        return _agency_in_brackets(match["name"].strip()), text[match.end() :]
    match = _PLAIN_MARK.match(text)
    if match and _is_plain_mark(match["name"], others):
        return agency_name(match["name"]), text[match.end() :]
    return None, lead


def _is_bracketed_mark(match: regex.Match[str], others: Callable[[str], bool]) -> bool:
    name = match["name"].strip()
    known = is_agency(name) or _agency_in_brackets(name) != name
    city = match["city"] or ""
    if city:
        return known or (match["dash"] is not None and city.isupper() and is_code(name))
    has_letters = regex.search(r"\p{L}{2}", name) is not None
    return known or (
        match["dash"] is not None and has_letters and count_words(name) <= _BRACKETED_WORDS and others(name)
    )


def _agency_in_brackets(name: str) -> str:
    """Return the agency behind a city without a space between ("那覇共同" is 共同), else the name."""
    known = next((agency for agency in PHRASES.agency if not agency.isascii() and name.endswith(agency)), None)
    return known or agency_name(name)


def _is_plain_mark(name: str, others: Callable[[str], bool]) -> bool:
    if is_code(name):
        return phrase_key(name) not in PHRASES.desk and not name.isdigit() and (is_agency(name) or others(name))
    return is_agency(name) and all(word[0].isupper() for word in name.split())
