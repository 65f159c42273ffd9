"""Publication dates at the precision they came with: a year, a month, a day, or an instant with or without a zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from index.written_dates import iso_date

_SHOWN_CHARACTERS = 40
"""Characters of a wrong date that an error quotes; a limit."""
_KNOWN = "2017, 2017-04, 2017-04-11 or 2017-04-11T08:30, with Z or +07:00 if known"
_ISO = re.compile(
    r"(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?"
    r"(?: ?(?P<zone>Z|[+-]\d\d:?\d\d))?)?)?)?",
    re.ASCII,
)


def parse_date(text: str, language: str | None = None) -> str:
    """Return a date as ISO 8601 with a `T` between date and time and a zone like +07:00, at the precision given.

    Args:
        text: a date in one of the forms of ISO 8601, or as `index.written_dates` knows them.
        language: the primary code of the language that it stands in, where that is known; see there.

    Raises:
        ValueError: it is no date, can mean two days, or is no day of the calendar.
    """
    kept = text.strip()
    if _ISO.fullmatch(kept) is None:
        try:
            written = iso_date(kept, language)
        except ValueError as error:
            raise ValueError(f"{text[:_SHOWN_CHARACTERS]!r} is no date: {error}; write {_KNOWN}") from error
        kept = written or kept
    earliest_instant(kept)
    return re.sub(r"(T.*[+-]\d\d)(\d\d)$", r"\1:\2", re.sub(r"\s+(?=Z|[+-]\d\d:?\d\d$)", "", kept).replace(" ", "T", 1))


def known_date(text: str) -> str | None:
    """Return a date as `parse_date` does, None where it is none or can be misread, such as 7/11/2022."""
    try:
        return parse_date(text)
    except ValueError:
        return None


def earliest_instant(text: str) -> float:
    """Return the first moment that `text` can mean, in seconds since 1970 UTC; a time without a zone counts as UTC.

    Raises:
        ValueError: it is no such date, or no day of the calendar.
    """
    match = _ISO.fullmatch(text.strip())
    if match is None:
        wrong = repr(text[:_SHOWN_CHARACTERS])
        raise ValueError(f"{wrong} is no date; write {_KNOWN}")
    part = {name: int(value) for name, value in match.groupdict().items() if value and name != "zone"}
    try:
        moment = datetime(
            part["year"],
            part.get("month", 1),
            part.get("day", 1),
            part.get("hour", 0),
            part.get("minute", 0),
            part.get("second", 0),
            tzinfo=UTC,
        )
        zone = match["zone"]
        if zone and zone != "Z":
            moment = moment.replace(tzinfo=datetime.strptime(zone, "%z").tzinfo)
        return moment.timestamp()
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text[:_SHOWN_CHARACTERS]!r} is no day of the calendar ({error})") from error


def wall_instant(text: str) -> float:
    """Return the first moment that `text` can mean on the clock where it was written, as if that clock showed UTC.

    So 2017-04-11T00:30+07:00 lies in the day 2017-04-11, which it was there.

    Raises:
        ValueError: as in `earliest_instant`.
    """
    match = _ISO.fullmatch(text.strip())
    return earliest_instant(text if match is None or match["zone"] is None else text.strip()[: match.start("zone")])


def written_instant(seconds: float) -> str:
    """Return seconds since 1970 as ISO 8601 in UTC ("2017-04-11T00:00:00Z"); `earliest_instant` reads it."""
    moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=int(seconds))
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
