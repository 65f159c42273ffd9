"""Dates keep their precision."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import earliest_instant, parse_date, wall_instant
from index.readers.walking import read_path
from index.records import Draft


@pytest.mark.parametrize(
    ("text", "kept", "instant"),
    [
        ("2017", "2017", datetime(2017, 1, 1, tzinfo=UTC)),
        ("2017-04", "2017-04", datetime(2017, 4, 1, tzinfo=UTC)),
        (" 2017-04-11 ", "2017-04-11", datetime(2017, 4, 11, tzinfo=UTC)),
        ("2017-04-11 08:30", "2017-04-11T08:30", datetime(2017, 4, 11, 8, 30, tzinfo=UTC)),
        ("2017-04-11T08:30Z", "2017-04-11T08:30Z", datetime(2017, 4, 11, 8, 30, tzinfo=UTC)),
        ("2017-04-11T08:30:15+07:00", "2017-04-11T08:30:15+07:00", datetime(2017, 4, 11, 1, 30, 15, tzinfo=UTC)),
        ("2017-04-11T08:30:15.250-0330", "2017-04-11T08:30:15.250-03:30", datetime(2017, 4, 11, 12, 0, 15, tzinfo=UTC)),
        ("2016-02-29", "2016-02-29", datetime(2016, 2, 29, tzinfo=UTC)),
        ("0001", "0001", datetime(1, 1, 1, tzinfo=UTC)),
    ],
)
def test_every_precision(text: str, kept: str, instant: datetime) -> None:
    assert parse_date(text) == kept
    assert earliest_instant(text) == instant.timestamp()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "17",
        "2017-04-11Z",
        "2017-04Z",
        "2017-04-11T08",
        "２０１７",
        "2017-",
        "hôm qua",
        "2017\n-04",
    ],
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="is no date; write 2017"):
        parse_date(text)


WRITTEN = """
    2015-03-23 08:06 +07:00                         | 2015-03-23T08:06+07:00
    2015-03-23T08:06:00.000+0700                    | 2015-03-23T08:06:00.000+07:00
    2015-03-23T08:06:00+07                          | 2015-03-23T08:06:00+07:00
    2015-03-23 08:06 UTC+7                          | 2015-03-23T08:06+07:00
    2015-3-23                                       | 2015-03-23
    20150323                                        | 2015-03-23
    20150323T080600Z                                | 2015-03-23T08:06:00Z
    2015/03/23 08:06                                | 2015-03-23T08:06
    Mon, 23 Mar 2015 08:06:00 +0700                 | 2015-03-23T08:06:00+07:00
    Mon, 23 Mar 2015 08:06:00 GMT                   | 2015-03-23T08:06:00Z
    Mon Mar 23 2015 08:06:00 GMT+0700 (Indochina Time) | 2015-03-23T08:06:00+07:00
    Mon Mar 23 08:06:00 UTC 2015                    | 2015-03-23T08:06:00Z
    March 23, 2015                                  | 2015-03-23
    Mar. 23, 2015, 8:06 p.m.                        | 2015-03-23T20:06
    March 23, 2015 12:06 AM                         | 2015-03-23T00:06
    23rd of March 2015                              | 2015-03-23
    23-Mar-2015                                     | 2015-03-23
    Montag, 23. März 2015, 08:06 Uhr                | 2015-03-23T08:06
    lundi 23 mars 2015 à 08h06                      | 2015-03-23T08:06
    le 1er avril 2015                               | 2015-04-01
    23 de marzo de 2015                             | 2015-03-23
    23 Maret 2015                                   | 2015-03-23
    23 марта 2015 г.                                | 2015-03-23
    2015年3月23日（月）                              | 2015-03-23
    2015년 3월 23일                                  | 2015-03-23
    ngày 23 tháng 3 năm 2015                        | 2015-03-23
    Ngày 23 tháng Ba năm 2015                       | 2015-03-23
    Thứ sáu, 6/11/2015, 21:40 (GMT+7)               | 2015-11-06T21:40+07:00
    Thứ 6, ngày 06-11-2015 08:06 SA                 | 2015-11-06T08:06
    08:06 - 23/03/2015                              | 2015-03-23T08:06
    23/3/2015                                       | 2015-03-23
    3/23/2015                                       | 2015-03-23
    5/5/2015                                        | 2015-05-05
    05.11.2015                                      | 2015-11-05
    Friday, 6/11/2015                               | 2015-11-06
    Thursday, 6/11/2015                             | 2015-06-11
    March 2015                                      | 2015-03
    tháng 3/2015                                    | 2015-03
    năm 2015                                        | 2015
"""


@pytest.mark.parametrize(
    ("text", "kept"), [tuple(map(str.strip, line.split("|"))) for line in WRITTEN.strip().split("\n")]
)
def test_every_form_that_can_mean_one_day_only(text: str, kept: str) -> None:
    assert parse_date(text) == kept
    assert parse_date(text.replace(" ", "\N{NO-BREAK SPACE}")) == kept
    assert parse_date(kept) == kept


@pytest.mark.parametrize("text", ["05/11/2024", "5-11-2024", "5/11/2024 21:40", "05/11/2024 21:40 +07:00"])
def test_the_day_or_the_month_may_come_first(text: str) -> None:
    with pytest.raises(ValueError, match=r"is no date: the day or the month may come first; write 2017"):
        parse_date(text)
    with pytest.raises(ValueError, match="may come first"):
        parse_date(text, "en")
    assert parse_date(text, "vi")[:10] == parse_date(text, "fr")[:10] == "2024-11-05"


@pytest.mark.parametrize(
    "text",
    [
        "23/3", "23 March", "23/3/15", "March", "1427072760", "1427072760000", "23/3/2015 24/3/2015",
        "Mai 2015 ist schön",
        "2015-03-23 08:06 EST", "March 2015 08:06", "version 3/2015", "23 Brumaire 2015", "a" * 101,
        "23/3/2015" + " " * 200 + "x",
    ],
)  # fmt: skip
def test_what_is_left_open_or_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="is no date; write 2017"):
        parse_date(text)


@pytest.mark.parametrize(
    "text", ["30/2/2015", "31 February 2015", "20150230", "ngày 31 tháng 4 năm 2015", "32/12/2015"]
)
def test_a_written_day_that_the_calendar_lacks(text: str) -> None:
    with pytest.raises(ValueError, match="is no day of the calendar"):
        parse_date(text)


@given(st.dates(min_value=date(1500, 1, 1), max_value=date(2199, 12, 31)))
def test_any_day_in_its_written_forms(day: date) -> None:
    number, month, year = day.day, day.month, day.year
    for form in (
        f"{year}{month:02d}{number:02d}",
        f"{year}/{month}/{number}",
        f"ngày {number}/{month}/{year}",
        f"{number} tháng {month}, {year}",
        f"{day:%B} {number}, {year}",
        f"{day:%a}, {number} {day:%b} {year}",
    ):
        assert parse_date(form) == day.isoformat()


@pytest.mark.parametrize("file", ["rfc2822.html", "zone-after-space.html"])
def test_case_unambiguous_date_not_taken(repository: Path, file: str) -> None:
    folder = repository.parent / "shared" / "cases" / "unambiguous-date-not-taken"
    if not folder.is_dir():
        pytest.skip("needs ../shared/cases")
    (draft,) = read_path(folder / file)
    assert isinstance(draft, Draft)
    assert draft.published_at is not None
    assert earliest_instant(draft.published_at) == earliest_instant("2026-08-02T06:10+07:00")


@pytest.mark.parametrize(
    "text",
    ["2017-13", "2017-02-29", "2017-00-01", "0000", "2017-04-11T24:00", "2017-04-11T08:60", "2017-04-11T08:30+99:00"],
)
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError, match="is no day of the calendar"):
        parse_date(text)


@given(st.datetimes(min_value=datetime(1000, 1, 1), timezones=st.just(UTC)))
def test_days_and_moments_round_trip(moment: datetime) -> None:
    written = moment.isoformat(timespec="seconds")
    assert parse_date(written) == written
    assert earliest_instant(written) == moment.replace(microsecond=0).timestamp()
    assert earliest_instant(written[:10]) <= earliest_instant(written)


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    try:
        kept = parse_date(text)
    except ValueError:
        return
    assert parse_date(kept) == kept


@pytest.mark.parametrize(
    ("text", "as_if_in_utc"),
    [
        ("2017-04-11T00:30+07:00", "2017-04-11T00:30"),
        ("2017-04-11 23:30:15-0500", "2017-04-11T23:30:15"),
        ("2017-04-11T08:00Z", "2017-04-11T08:00"),
        ("2017-04-11T08:00:01.250+05:45", "2017-04-11T08:00:01"),
        ("2017-04-11T08:00", "2017-04-11T08:00"),
        ("2017-04-11", "2017-04-11"),
        ("2017-04", "2017-04"),
        (" 2017 ", "2017"),
    ],
)
def test_the_clock_of_the_place_ignores_the_zone(text: str, as_if_in_utc: str) -> None:
    assert wall_instant(text) == earliest_instant(as_if_in_utc)


@pytest.mark.parametrize("text", ["", "hôm qua", "2017-02-30", "2017-04-11+07:00", "+07:00"])
def test_the_clock_of_the_place_wants_a_date(text: str) -> None:
    with pytest.raises(ValueError, match="is no d"):
        wall_instant(text)
