"""What a page states about itself: when it appeared, who wrote it, which agency or site it comes from."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

import regex

from index.cleaning.lines import closes_prose, count_words, is_list_item, is_name
from index.cleaning.phrases import PHRASES, letters_of, phrase_key
from index.dates import earliest_instant

_TIME = (
    r"(?P<hour>[01]?\d|2[0-3])\s*[:hg]\s*(?P<minute>[0-5]\d)(?:\s*:\s*(?P<second>[0-5]\d))?"
    r"(?:\s*(?P<meridiem>[ap]\.?m\.?))?"
)
_ZONE = r"(?:\s*\(?\s*(?:GMT|UTC)\s*(?P<zone>[+-]\d{1,2})(?::?(?P<zone_minutes>\d\d))?\)?)?"
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier", "february feb février fevrier", "march mar mars", "april apr avril", "may mai",
            "june jun juin", "july jul juillet", "august aug août aout",
            "september sep sept septembre", "october oct octobre",
            "november nov novembre", "december dec décembre decembre",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH_NAME = "|".join(sorted(_MONTHS, key=len, reverse=True))
_DAYS = (
    regex.compile(r"(?<!\d)(?P<year>(?:19|20)\d\d)[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"),
    regex.compile(r"(?<!\d)(?P<day>\d{1,2})\s*[-/.]\s*(?P<month>\d{1,2})\s*[-/.]\s*(?P<year>(?:19|20)\d\d)(?!\d)"),
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
_DATE_FILLER = regex.compile(
    r"\b(?:thứ|thu|chủ nhật|chu nhat|hai|ba|tư|năm|sáu|bảy|ngày|ngay|lúc|cập nhật|cap nhat|đăng|xuất bản|giờ|gmt|utc|"
    r"ngày đăng|thời gian|time|ist|ict|am|pm|date|published|updated|posted|last|on|at|"
    r"monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun|"
    r"lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|publié|mis à jour|le|à|"
    r"опубликовано|обновлено|发布|更新|时间|日期|公開)\b",
    regex.I,
)
_TITLE_BRACKET = regex.compile(r"[(\[]\s*(?P<inside>[^()\[\]]{4,40})\s*[)\]]\s*$")
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
_INITIALS = regex.compile(r"(?:\p{Lu}\.\s?){1,3}(?:\p{Lu}[\p{L}\p{M}]*\.?)?")
_RUN_ON = regex.compile(r"(?:(?P<end>\./\.)|[.!?…][\"”»’)]*)\s+(?P<tail>[(\[]?[^.!?…;:]{2,60}[)\]]?)\s*$")
_RUN_ON_WORDS = 20
"""A last paragraph this long may have its author's name run on behind it."""
_BRACKETED_ONLY = regex.compile(r"^[(\[]\s*(?P<inside>[^()\[\]]{2,60})\s*[)\]]$")


@dataclass(frozen=True, slots=True)
class Byline:
    """Who a line names: the author, the source, or both."""

    author: str | None = None
    source: str | None = None


def date_in(text: str) -> str | None:
    """Return the first full date in `text`, with time and zone where stated; a date without a year is no date."""
    text = text[:200]
    for pattern in _DAYS:
        match = pattern.search(text)
        if match is None:
            continue
        groups = match.groupdict()
        month = _MONTHS[groups["name"].lower()] if groups.get("name") else int(groups["month"])
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
    if meridiem.startswith("p") and hour < 12:
        hour += 12
    elif meridiem.startswith("a") and hour == 12:
        hour = 0
    seconds = f":{match['second']}" if match["second"] else ""
    zone = ""
    if match["zone"]:
        zone = f"{match['zone'][0]}{int(match['zone'][1:]):02d}:{match['zone_minutes'] or '00'}"
    return f"T{hour:02d}:{match['minute']}{seconds}{zone}"


def is_date_line(text: str) -> bool:
    """Whether the line says when the page appeared, and nothing else."""
    if count_words(text) > 20 or not regex.search(r"\d", text):
        return False
    rest = text
    for pattern in _DAYS:
        rest = pattern.sub(" ", rest)
    without_clock = _CLOCK.sub(" ", rest)
    if without_clock == text:
        return False
    return count_words(_DATE_FILLER.sub(" ", without_clock)) <= (2 if rest != text else 0)


def split_title_date(title: str) -> tuple[str, str | None]:
    """Return the title without a date in brackets behind it, and that date (None when it lacks a year or is absent)."""
    match = _TITLE_BRACKET.search(title[-60:])
    if match and is_date_line(match["inside"]):
        return title[: len(title) - len(match[0])].rstrip(), date_in(match["inside"])
    return title, None


def is_agency(name: str) -> bool:
    """Whether an agency or a paper is known by this name ("TTXVN", "Dân trí", "VOV.VN")."""
    led = letters_of(name).split(" ")[0] in PHRASES.press and name[0].isupper()
    return led or agency_key(name) in PHRASES.agency


def agency_key(name: str) -> str:
    """Return what agencies are compared by: the name without the ending of a domain."""
    return phrase_key(regex.sub(r"\.(?i:vn|com|net|org)$", "", name.strip()))


def split_agency(lead: str, others: Callable[[str], bool]) -> tuple[str | None, str]:
    """Return the agency mark at the start of a lead ("TTXVN - …", "(Báo X) -", "HÀ NỘI (TTXVN) –") and the rest.

    Args:
        lead: a paragraph near the beginning of the article.
        others: whether an unknown code of capitals may be a mark here; in the text it may be a subject ("GDP - …").
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
        return known or (match["dash"] is not None and city.isupper() and _CODE.fullmatch(name) is not None)
    has_letters = regex.search(r"\p{L}{2}", name) is not None
    return known or (match["dash"] is not None and has_letters and count_words(name) <= 5 and others(name))


def _agency_in_brackets(name: str) -> str:
    """Return the agency behind a city without a space between ("那覇共同" is 共同), else the name."""
    known = next((agency for agency in PHRASES.agency if not agency.isascii() and name.endswith(agency)), None)
    return known or agency_name(name)


def _is_plain_mark(name: str, others: Callable[[str], bool]) -> bool:
    if _CODE.fullmatch(name):
        return phrase_key(name) not in PHRASES.desk and not name.isdigit() and (is_agency(name) or others(name))
    return is_agency(name) and all(word[0].isupper() for word in name.split())


def agency_name(mark: str) -> str:
    """Return the name an agency mark stands for: "VOV.VN" is VOV, other domains stay as they are."""
    code = regex.fullmatch(r"([\p{Lu}\p{N}]{2,10})\.(?:VN|vn)", mark)
    return code[1] if code else mark


def site_of(url: str) -> str | None:
    """Return the host of an address without `www.`."""
    host = urlsplit(url).hostname
    return host.removeprefix("www.") if host else None


def byline_in(text: str) -> Byline | None:
    """Return whom a short line names as author or source, None when it is no byline.

    Understands "Thu Hằng", "Nguyễn Hằng/VOV-Trung tâm Tin", "Minh An (TTXVN)", "Bài, ảnh: Lê Na", "(Theo TTXVN)",
    "By Jane Roe", "Ban Biên tập", "T.H".
    """
    line = text.strip()
    if len(line) > 120 or is_list_item(line) or count_words(line) > 14:
        return None
    line = line if _INITIALS.fullmatch(line) else line.rstrip(".").strip()
    bracketed = _BRACKETED_ONLY.match(line)
    if bracketed:
        return byline_in(bracketed["inside"])
    if not line or phrase_key(line) in PHRASES.after:
        return None
    if phrase_key(line) in PHRASES.desk:
        return Byline(author=line)
    return _labelled(line) or _with_source(line) or _names(line)


def _with_source(line: str) -> Byline | None:
    """Read a name with what stands behind a stroke or in brackets: a source, or what the named did."""
    name, stroke, rest = (part.strip() for part in line.partition("/"))
    if stroke and rest and (_is_author(name) or is_single_name(name)) and count_words(rest) <= 6:
        if is_agency(name):
            return Byline(source=agency_name(name))
        return Byline(author=name, source=_agency_of(rest))
    match = regex.fullmatch(r"(?P<name>[^()\[\]]+?)\s*[(\[](?P<inside>[^()\[\]]{1,40})[)\]]", line)
    if match and (_is_author(match["name"]) or phrase_key(match["inside"]) in PHRASES.role):
        return Byline(author=match["name"], source=_agency_of(match["inside"]))
    return None


def _names(line: str) -> Byline | None:
    if is_agency(line) and (_CODE.fullmatch(line) or is_name(line)):
        return Byline(source=agency_name(line))
    match = regex.fullmatch(r"(?P<name>.+?)\s*[-–—,&]\s+(?P<other>.+)", line)
    if match and _is_author(match["name"]) and (is_name(match["other"]) or is_agency(match["other"])):
        return Byline(author=line)
    return Byline(author=line) if _is_author(line) else None


def _is_author(text: str) -> bool:
    return is_name(text) or _INITIALS.fullmatch(text) is not None


def _agency_of(text: str) -> str | None:
    """Return the source that stands beside a name, None when it is a role, a place or a department."""
    words = text.split(" ", 1)
    if len(words) == 2 and phrase_key(words[0]) in PHRASES.per:
        text = words[1].strip()
    if phrase_key(text) in PHRASES.role:
        return None
    return agency_name(text) if is_agency(text) else _leading_agency(text)


def is_single_name(text: str) -> bool:
    """Whether the text is one capitalised word, as pen names are."""
    return regex.fullmatch(r"\p{Lu}[\p{L}\p{M}.]{1,20}", text) is not None


def _leading_agency(text: str) -> str | None:
    match = regex.match(r"[\p{Lu}\p{N}][\p{Lu}\p{N}.+]{1,12}(?:\.(?:VN|vn))?(?![\p{Ll}])", text)
    return agency_name(match[0]) if match else None


def _labelled(line: str) -> Byline | None:
    head, colon, rest = (part.strip() for part in line.replace("：", ":").partition(":"))
    labels = [phrase_key(part) for part in regex.split(r"[,/&-]| và ", head)]
    if rest.startswith(("//", "http://", "https://")):
        return None
    if not (colon and rest) or count_words(rest) > 10:
        return _led(line)
    name = rest.rstrip(".").strip()
    if labels[0] in PHRASES.citation or labels[0] in PHRASES.per:
        return Byline(source=agency_name(name))
    if all(label in PHRASES.editor for label in labels):
        return Byline()
    if all(label in PHRASES.byline for label in labels) and (
        is_name(name.split(",")[0].split("/")[0]) or count_words(name) <= 6
    ):
        return _with_source(name) or Byline(author=name)
    return None


def _led(line: str) -> Byline | None:
    """Read "By Jane Roe", "Theo TTXVN": words that say what the name after them is."""
    words = line.split(" ")
    for length in (3, 2, 1):
        lead, rest = phrase_key(" ".join(words[:length])), " ".join(words[length:]).strip()
        if not rest or rest[0].islower():
            continue
        if lead in PHRASES.editor:
            return Byline()
        if count_words(rest) > 6:
            continue
        if lead in PHRASES.by:
            return _with_source(rest) or Byline(author=rest)
        if lead in PHRASES.per:
            return _with_source(rest) or Byline(source=agency_name(rest))
    return None


def split_run_on(text: str) -> tuple[str, Byline | None]:
    """Return the last paragraph without the byline that runs on behind its last sentence, and that byline.

    Without the end mark of the press (./.) only a long paragraph is thought to have one.
    """
    match = _RUN_ON.search(text, max(0, len(text) - 120))
    if match is None or closes_prose(match["tail"]):
        return text, None
    if match["end"] is None and count_words(text) < _RUN_ON_WORDS:
        return text, None
    byline = byline_in(match["tail"])
    return (text[: match.start("tail")].rstrip(), byline) if byline else (text, None)
