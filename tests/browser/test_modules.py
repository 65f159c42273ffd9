"""The modules of the page that need no page: offsets, addresses, words, dates, charts."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Any

import pytest
from chromium import Open
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page
from server import Server


@pytest.fixture
def page(archive: Server, open_page: Open) -> Page:
    return open_page(archive)


def run(page: Page, module: str, expression: str, argument: Any = None) -> Any:
    """Evaluate an expression over the exports `m` of a module, with an argument `a`."""
    return page.evaluate(
        f"async (a) => {{ const m = await import('/web/app/{module}.js'); return {expression} }}", argument
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=40), cuts=st.lists(st.integers(0, 45), min_size=2, max_size=6))
def test_offsets_cut_like_python(page: Page, text: str, cuts: list[int]) -> None:
    cuts = sorted(cuts)
    expected = [text[start:end] for start, end in pairwise(cuts)]
    got = run(page, "offsets", "(() => { const u = m.unitsOf(a[0], a[1]);"
              " return a[1].slice(1).map((end, i) => a[0].slice(u(a[1][i]), u(end))) })()", [text, cuts])  # fmt: skip
    assert got == expected
    assert run(page, "offsets", "m.slice(a[0], a[1], a[2])", [text, cuts[0], cuts[-1]]) == text[cuts[0] : cuts[-1]]
    assert run(page, "offsets", "m.length(a)", text) == len(text)


def test_offsets_with_emoji_flags_and_combining_marks(page: Page) -> None:
    text = "👩‍👩‍👧🇻🇳e\u0301𝒳 Việt"
    for start in range(len(text)):
        assert run(page, "offsets", "m.slice(a[0], a[1], a[2])", [text, start, start + 3]) == text[start : start + 3]


def test_overlapping_marks_keep_the_text_whole(page: Page) -> None:
    ranges = [{"start": 12, "end": 16, "kind": "cited"}, {"start": 10, "end": 30}, {"start": 90, "end": 95}]
    made = run(page, "marks", "new m.Paragraphs(a[0], 'vi', a[1], 10).make().map(p => [p.textContent, p.innerHTML])",
               ["😀bcdef\n\nghij", ranges])  # fmt: skip
    assert [text for text, _ in made] == ["😀bcdef", "ghij"]
    assert made[0][1] == '<mark>😀b</mark><mark class="cited">cdef</mark>'
    assert made[1][1] == "<mark>ghij</mark>"


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    q=st.text(st.characters(codec="utf-8"), max_size=20).map(str.strip),
    sources=st.lists(st.text(st.characters(codec="utf-8"), max_size=10), max_size=3),
    at=st.tuples(st.integers(0, 10**6), st.integers(1, 500)),
)
def test_an_address_reads_as_it_was_written(page: Page, q: str, sources: list[str], at: tuple[int, int]) -> None:
    address = {
        "view": "corpus",
        "q": q,
        "filters": {"language": ["vi"], "source": sources, "from": "2017-04-11", "to": ""},
        "days": 30,
        "article": "a~2F:b",
        "at": {"start": at[0], "end": at[0] + at[1]},
        "sha": "0123456789ab",
    }
    got = run(page, "address", "[m.href(a), m.read(new URL(m.href(a), location).search)]", address)
    # What trims in JavaScript is not quite what trims in Python.
    assert got[1]["q"].strip() == q
    assert {**got[1], "q": q} == address
    assert got[0].startswith("/?view=corpus")


def test_addresses_that_make_no_sense_are_the_front_page(page: Page) -> None:
    got = run(page, "address", "m.read('?view=x&at=5-2&from=2017-13-45&to=11/4/2017&q=%20')")
    assert (got["view"], got["at"], got["q"], got["filters"]["from"], got["filters"]["to"]) == ("ask", None, "", "", "")
    assert run(page, "address", "m.href({})") == "/"
    asked = run(page, "address", "m.forService({language: [], source: [], from: '2017-12-31', to: '2016-02-29'})")
    assert asked == {"published_after": "2017-12-31", "published_before": "2016-03-01"}


def test_both_languages_have_the_same_words(page: Page) -> None:
    kinds = (
        "Object.fromEntries(Object.entries(w).map(([k, v]) => [k, [typeof v, typeof v === 'function' || v !== '']]))"
    )
    words = run(page, "language", f"Object.fromEntries(Object.entries(m.WORDS).map(([l, w]) => [l, {kinds}]))")
    assert words["vi"] == words["en"]
    assert len(words["vi"]) > 100
    assert all(is_there for _, is_there in words["vi"].values())


def test_dates_keep_their_precision(page: Page) -> None:
    shown = {"2017": "2017", "2017-04": "tháng 4 năm 2017", "2017-04-11": "11 tháng 4, 2017",
             "2017-04-11T23:30+07:00": "11 tháng 4, 2017", "nonsense": "nonsense"}  # fmt: skip
    for text, expected in shown.items():
        assert run(page, "language", "m.date(a)", text) == expected


def test_spans_of_dates_say_nothing_twice(page: Page) -> None:
    spans = {("2017-04-11", "2017-04-11T23:30+07:00"): "11 tháng 4, 2017", ("2017", "2017"): "2017",
             ("2017-04-11", "2017-04-12"): "11 – 12 tháng 4, 2017", ("2016", "2017-04"): "2016 – tháng 4 năm 2017",
             ("2017-12-31", "2018-01-02"): "31 tháng 12, 2017 – 2 tháng 1, 2018"}  # fmt: skip
    for span, expected in spans.items():
        # Browsers differ in the dash and the spaces about it.
        assert re.sub(r"\s*[-–]\s*", " – ", run(page, "language", "m.dates(...a)", span)) == expected


def test_words_of_confidence_follow_its_number(page: Page) -> None:
    said = {1: "Rất có thể đúng: 99%", 0.8: "Rất có thể đúng: 80%", 0.79: "Có thể đúng: 79%", 0.5: "Có thể đúng: 50%",
            0.49: "Không chắc: 49%", 0: "Không chắc: 1%"}  # fmt: skip
    for value, words in said.items():
        assert run(page, "confidence", "m.confidence(a).textContent", value) == words
    assert run(page, "confidence", "m.score(0.8).textContent") == "Rất gần câu hỏi 0,80"


def test_times_are_grouped_by_month_or_by_year(page: Page) -> None:
    assert run(page, "charts", "m.grouped(a)", {"2017-02": 3, "2016-11": 1}) == {
        "2016-11": 1, "2016-12": 0, "2017-01": 0, "2017-02": 3}  # fmt: skip
    assert run(page, "charts", "m.grouped(a)", {"2017": 3, "2016-11": 1}) == {"2016": 1, "2017": 3}
    years = run(page, "charts", "Object.entries(m.grouped(a))", {"2020-01": 1, "2010-05": 2})
    assert years[0] == ["2010", 2]
    assert years[-1] == ["2020", 1]
    assert len(years) == 11
    assert run(page, "charts", "m.grouped(a)", {"0999-01": 1, "2010-05": 2}) == {"0999": 1, "2010": 2}
    assert run(page, "charts", "m.grouped({})") == {}
