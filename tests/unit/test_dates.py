"""Dates keep their precision."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.dates import earliest_instant, parse_date, wall_instant


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
        "11/04/2017",
        "2017-4-1",
        "2017-04-11Z",
        "2017-04Z",
        "2017-04-11T08",
        "2017-04-11T08:30 +07:00",
        "２０１７",
        "2017-",
        "hôm qua",
        "2017-04-11T08:30:00+7",
        "20170411",
        "2017\n-04",
    ],
)
def test_what_is_no_date(text: str) -> None:
    with pytest.raises(ValueError, match="is no date; write 2017"):
        parse_date(text)


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
