"""What the properties of a document say of it, where it can be believed: programs fill them in with anything."""

from __future__ import annotations

import re
from datetime import datetime

from index.dates import known_date

_MAX_CHARACTERS = 300
"""Characters of a title or author at most; a judgement. A longer one is a mistake of the program."""
_MADE_BY_PROGRAM = re.compile(
    r"microsoft (?:word|excel|powerpoint|office)\b.*|(?:powerpoint|word|excel) (?:presentation|document)|"
    r"(?:document|doc|untitled|slide|book|presentation|tài liệu|văn bản|bản trình bày)[ _-]*\d*|"
    r"(?:no|without) title|title|tiêu đề|none|null|unknown|\(?anonymous\)?|print",
    re.IGNORECASE,
)
"""Titles that programs give a document that has none."""
_FILE_NAME = re.compile(
    r".*\.(?:docx?|dotx?|odt|rtf|pdf|pptx?|xlsx?|indd|qxp|qxd|pmd|p65|tex|dvi|ps|eps|ai|html?|txt|pages|cdr|jpe?g|tiff?)",
    re.IGNORECASE | re.DOTALL,
)
_NO_SPACES = re.compile(r"[^\s]*[\d_\\/][^\s]*")
"""A single word with figures, underscores or slashes: a number of a file or a path."""
_NOBODY = re.compile(
    r"(?:admin(?:istrator)?|user(?:name)?|owner|root|guest|author|unknown|anonymous|none|null|pc|may ?tinh|máy tính|"
    r"my ?pc|home|windows(?: user)?|microsoft(?: office user| corporation)?|office|hp|dell|asus|acer|lenovo|sony|"
    r"toshiba|apple|python-docx|tác giả|người dùng)[\s\d._-]*|.*[\\/@].*|.*\.(?:com|vn|net|org)",
    re.IGNORECASE | re.DOTALL,
)
"""Names that stand for whoever sat at the machine."""
_PDF_DATE = re.compile(
    r"(?:D:)?(\d{4})(?:(\d\d)(?:(\d\d)(?:(\d\d)(\d\d)(\d\d)?(?:(Z)|([+-])(\d\d)'?(\d\d)?)?)?)?)?", re.ASCII
)
_FIRST_YEAR = 1993
"""The year of the first PDF, by definition; an earlier date is a clock that was never set."""


def stated_title(text: str | None) -> str | None:
    """Return a title that a person may have given; a program's, or the name of a file, is none."""
    title = _clean(text)
    if title is None or _MADE_BY_PROGRAM.fullmatch(title) or _FILE_NAME.fullmatch(title) or _NO_SPACES.fullmatch(title):
        return None
    return title


def stated_author(text: str | None) -> str | None:
    """Return a name that may be a person's; that of a machine or an account is none."""
    author = _clean(text)
    return None if author is None or _NOBODY.fullmatch(author) or _NO_SPACES.fullmatch(author) else author


def stated_pdf_date(text: str | None) -> str | None:
    """Return the date of a PDF (`D:20170411083000+07'00'`) at the precision it has, None for one that cannot be."""
    match = _PDF_DATE.match((text or "").strip())
    if match is None or int(match[1]) < _FIRST_YEAR:
        return None
    year, month, day, hour, minute, second, utc, sign, zone_hours, zone_minutes = match.groups()
    date = "-".join(filter(None, (year, month, day)))
    if hour:
        zone = utc or (f"{sign}{zone_hours}:{zone_minutes or '00'}" if sign else "")
        date += f"T{hour}:{minute}:{second or '00'}{zone}"
    return known_date(date)


def stated_date(moment: datetime) -> str | None:
    """Return when a document was made, None where the clock was never set; without a zone it is UTC, as in Office."""
    if moment.year < _FIRST_YEAR:
        return None
    return moment.replace(microsecond=0, tzinfo=None).isoformat() + "Z"


def _clean(text: str | None) -> str | None:
    """Return a property on one line, None where it holds no two letters or what no text holds."""
    text = " ".join((text or "").split())
    if len(text) > _MAX_CHARACTERS or "\ufffd" in text or not text.isprintable():
        return None
    return text if sum(letter.isalpha() for letter in text) > 1 else None
