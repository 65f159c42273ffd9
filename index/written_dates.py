"""Dates as people and programs write them, where they can mean one day only: "23 March 2015", "20150323", RFC 2822.

Of 5/11/2024 nobody can tell whether it is in May or November. It is taken where the words around it or a given language
say that the day comes first, as everywhere but in English, or where its weekday fits one of the two.
"""

from __future__ import annotations

import re
from datetime import date

from index.text.normalization import normalize

_MOST_CHARACTERS = 100
"""Characters of a date at most; a limit."""
_DAY_FIRST_LANGUAGES = frozenset({"vi", "fr", "de", "es", "id", "ru", "it", "pt", "nl", "da", "nb", "no", "pl", "tr"})
"""Languages whose numeric dates with the year last begin with the day, by convention (CLDR)."""
_MONTHS_OF_A_YEAR = 12
"""By definition."""
_MONTH_NAMES = """
    january jan janvier janv januar jänner enero ene januari января gennaio gen janeiro
    february feb février fevrier fév févr februar febrero februari февраля febbraio fevereiro
    march mar mars märz mär maerz mrz marzo maret марта março
    april apr avril avr abril abr апреля aprile
    may mai mayo mei мая maggio mag maio
    june jun juin juni junio июня giugno giu junho
    july jul juillet juil juli julio июля luglio lug julho
    august aug août aout agosto ago agustus agu agt августа
    september sep sept septembre septiembre setiembre сентября settembre set setembro
    october oct octobre oktober okt octubre октября ottobre ott outubro
    november nov novembre noviembre nopember ноября novembro
    december dec décembre decembre déc dezember dez diciembre dic desember des декабря dicembre dezembro
"""
"""The names of each month in a row, with what they are shortened to, in languages that write European dates."""
_VIETNAMESE_MONTHS = {
    "một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "tám": 8, "chín": 9, "mười": 10,
    "mười một": 11, "mười hai": 12, "chạp": 12,
}  # fmt: skip
"""The names of months behind "tháng", by definition."""
_MONTHS = {name: number for number, row in enumerate(_MONTH_NAMES.split("\n")[1:-1], 1) for name in row.split()}
_ENGLISH_DAYS = ("monday mon", "tuesday tue tues", "wednesday wed", "thursday thu thurs thur", "friday fri",
                 "saturday sat", "sunday sun")  # fmt: skip
_ENGLISH_DAY_NUMBERS = {name: number for number, names in enumerate(_ENGLISH_DAYS) for name in names.split()}
_DAY_FIRST_WORDS = (
    r"thứ\s+(?:hai|ba|tư|bốn|năm|sáu|bảy|[2-7])|chủ\s+nhật|t[2-7]|cn|ngày|vào|lúc|hôm|sáng|trưa|chiều|tối|"
    "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|le|à|montag|dienstag|mittwoch|donnerstag|freitag|samstag|"
    "sonntag|den|um|uhr|lunes|martes|miércoles|jueves|viernes|sábado|domingo|el|las|senin|selasa|rabu|kamis|jumat|"
    "sabtu|minggu|pukul|понедельник|вторник|среда|четверг|пятница|суббота|воскресенье|в"
)
_OTHER_WORDS = (
    r"at|on|(?:星期|周|週)[一二三四五六日天]|[月火水木金土日]曜日?|"
    r"[월화수목금토일]요일"
)
_WORDS = re.compile(
    rf"[（(][月火水木金土日월화수목금토일一二三四五六][)）]|(?<![^\W\d])(?:(?P<first>{_DAY_FIRST_WORDS})|(?P<english>{'|'.join(_ENGLISH_DAY_NUMBERS)})|{_OTHER_WORDS})(?!\w)\.?",
    re.I,
)
_ZONES = {
    "z": "Z", "utc": "Z", "gmt": "Z", "ut": "Z", "ict": "+07:00", "wib": "+07:00", "cet": "+01:00", "cest": "+02:00",
}  # fmt: skip
_CLOCK = re.compile(
    r"(?<![\d:./-])(?P<hour>[01]?\d|2[0-3])\s?(?::|h|g|giờ\s)\s?(?P<minute>[0-5]\d)(?:\s?phút)?"
    r"(?::(?P<second>[0-5]\d)(?P<fraction>\.\d{1,9})?)?(?:\s*(?P<half>[ap]\.?m\.?|sa|ch)(?!\w))?"
    r"(?:\s*\(?\s*(?:(?:utc|gmt)\s?(?P<hours>[+-]\d{1,2})(?::?(?P<minutes>\d\d))?"
    r"|(?P<numeric>[+-]\d\d:?\d\d)(?![\d/.-])|(?<!\s)(?P<short>[+-]\d{1,2})(?![\d/.:-])"
    r"|(?P<name>z|utc|gmt|ut|ict|wib|cet|cest)(?![\w+-]))\s*\)?(?:\s*\([a-z ]{2,40}\))?)?(?!\d)",
    re.I,
)
_HOUR_ALONE = re.compile(r"(?<![\d:./-])\d{1,2}\s?(?:h|giờ)(?!\w)", re.I)
_COMPACT = re.compile(
    r"(?P<year>(?:1[5-9]|2[01])\d\d)(?P<month>\d\d)(?P<day>\d\d)"
    r"(?:T?(?P<hour>\d\d)(?P<minute>\d\d)(?P<second>\d\d)(?P<zone>Z|[+-]\d{4})?)?"
)
_YEAR = r"(?P<year>1\d{3}|2[01]\d\d)"
_D = r"(?P<day>\d{1,2})"
_M = r"(?P<month>\d{1,2})"
_NAME = rf"(?P<name>{'|'.join(sorted(map(re.escape, _MONTHS), key=len, reverse=True))})"
_VIETNAMESE = rf"(?P<name>{'|'.join(sorted(_VIETNAMESE_MONTHS, key=len, reverse=True))})"
_DAYS = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        rf"{_YEAR}(?P<sign>[-/.]){_M}(?P=sign){_D}",
        rf"{_YEAR}[/.]{_M}",
        rf"(?:tháng\s+)?{_M}/{_YEAR}",
        rf"{_D}\s+tháng\s+(?:{_M}|{_VIETNAMESE})\s*[,/-]?\s*(?:năm\s+)?{_YEAR}",
        rf"tháng\s+(?:{_M}|{_VIETNAMESE})\s*[,/-]?\s*(?:năm\s+)?{_YEAR}",
        rf"năm\s+{_YEAR}",
        rf"{_D}(?:st|nd|rd|th|er|º|\.)?[\s/-]*(?:de\s+|of\s+)?{_NAME}\.?[\s,/-]*(?:de\s+|del\s+)?{_YEAR}(?:\s*г(?:\.|ода)?)?",
        rf"{_NAME}\.?\s+{_D}(?:st|nd|rd|th)?\s*,?\s+{_YEAR}",
        rf"{_YEAR},?\s+{_NAME}\s+{_D}",
        rf"{_NAME}\.?,?\s+(?:de\s+)?{_YEAR}",
        rf"{_YEAR}\s*[年년]\s*{_M}\s*[月월](?:\s*{_D}\s*[日일])?",
    )
)
_NUMERIC = re.compile(rf"(?P<one>\d{{1,2}})(?P<sign>[-/.])\s?(?P<two>\d{{1,2}})(?P=sign)\s?{_YEAR}")
_NOON_HOUR = 12
"""The hour that "pm" is counted from, by definition."""


def iso_date(text: str, language: str | None = None) -> str | None:
    """Return a written date as ISO 8601, at its precision; None where it is none. It need not be in the calendar.

    Args:
        text: the date and nothing else, but for a weekday and a time.
        language: the primary code of the language it stands in; in most, 5/11/2024 is in November.

    Raises:
        ValueError: it can mean two days.
    """
    if len(text) > _MOST_CHARACTERS:
        return None
    text = re.sub(r"(?<=\d)T(?=\d\d:)", " ", " ".join(normalize(text).split()))
    if compact := _COMPACT.fullmatch(text):
        return _day(compact) + _compact_clock(compact)
    clock = _CLOCK.search(text)
    rest = text if clock is None else f"{text[: clock.start()]} {text[clock.end() :]}"
    rest = _HOUR_ALONE.sub(" ", rest)
    words = list(_WORDS.finditer(rest))
    is_vietnamese = re.search(r"\b(?:tháng|năm)\b", rest, re.I) is not None
    is_day_first = is_vietnamese or language in _DAY_FIRST_LANGUAGES or any(word["first"] for word in words)
    rest = " ".join(re.sub(r"[()（）\[\]|]", " ", _WORDS.sub(" ", rest)).split()).strip(" ,;-–—·.")
    weekday = next((_ENGLISH_DAY_NUMBERS[word["english"].lower()] for word in words if word["english"]), None)
    day = _written_day(rest) or _numeric_day(rest, is_day_first, weekday)
    if day is None or (clock and len(day) < len("2015-03-23")):  # a time needs a whole date
        return None
    return day + ("" if clock is None else _clock(clock))


def _written_day(text: str) -> str | None:
    for pattern in _DAYS:
        if found := pattern.fullmatch(text):
            return _day(found)
    return None


def _day(found: re.Match[str]) -> str:
    groups = found.groupdict()
    month = groups.get("month")
    if name := groups.get("name"):
        month = str(_MONTHS.get(name.lower()) or _VIETNAMESE_MONTHS[name.lower()])
    parts = [groups["year"], *(part.zfill(2) for part in (month, groups.get("day")) if part)]
    return "-".join(parts)


def _numeric_day(text: str, is_day_first: bool, weekday: int | None) -> str | None:
    found = _NUMERIC.fullmatch(text)
    if found is None:
        return None
    one, two = int(found["one"]), int(found["two"])
    if max(one, two) > _MONTHS_OF_A_YEAR or one == two or found["sign"] == "." or is_day_first:
        is_day_first = two <= _MONTHS_OF_A_YEAR
    else:
        fits = [_weekday(int(found["year"]), month, day) == weekday for month, day in ((two, one), (one, two))]
        if weekday is None or fits[0] == fits[1]:
            raise ValueError("the day or the month may come first")
        is_day_first = fits[0]
    day, month = (one, two) if is_day_first else (two, one)
    return f"{found['year']}-{month:02d}-{day:02d}"


def _weekday(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).weekday()
    except ValueError:
        return None


def _clock(found: re.Match[str]) -> str:
    hour = int(found["hour"])
    half = (found["half"] or "").lower()
    if half[:1] in ("p", "c") and hour < _NOON_HOUR:
        hour += _NOON_HOUR
    elif half[:1] in ("a", "s") and hour == _NOON_HOUR:
        hour = 0
    seconds = f":{found['second']}{found['fraction'] or ''}" if found["second"] else ""
    return f"T{hour:02d}:{found['minute']}{seconds}{_zone(found)}"


def _zone(found: re.Match[str]) -> str:
    if found["name"]:
        return _ZONES[found["name"].lower()]
    if numeric := found["numeric"]:
        return f"{numeric[:3]}:{numeric[-2:]}"
    hours = found["hours"] or found["short"]
    return f"{hours[0]}{int(hours[1:]):02d}:{found['minutes'] or '00'}" if hours else ""


def _compact_clock(found: re.Match[str]) -> str:
    if not found["hour"]:
        return ""
    zone = found["zone"] or ""
    zone = zone if zone in ("", "Z") else f"{zone[:3]}:{zone[3:]}"
    return f"T{found['hour']}:{found['minute']}:{found['second']}{zone}"
