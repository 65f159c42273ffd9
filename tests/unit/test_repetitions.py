"""Of several articles with one identity, the last that can be stored counts."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from index.records import Draft
from index.repetitions import Repetitions, are_last


@given(st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=12))
def test_the_last_that_can_be_stored_is_the_last(items: list[tuple[str, bool]]) -> None:
    drafts = [Draft("chữ" if is_good else " ", id=name) for name, is_good in items]
    good = [position for position, (_, is_good) in enumerate(items) if is_good]
    expected = [
        not is_good or all(items[later][0] != name for later in good if later > position)
        for position, (name, is_good) in enumerate(items)
    ]
    assert are_last(drafts) == expected


def test_identities_are_those_of_the_stored_articles() -> None:
    drafts = [
        Draft("a", url="https://x.org/a/"),
        Draft("b", url=" HTTP://X.org/a#b "),
        Draft("cùng chữ", title="một"),
        Draft("cu\u0300ng chữ", title="hai"),
        Draft("c", path="số.json"),
        Draft("d", id="x.org:a"),
    ]
    assert are_last(drafts) == [False, False, False, True, True, True]


def test_articles_that_do_not_come_again_are_missed() -> None:
    repetitions = Repetitions()
    for _ in range(3):
        repetitions.count(Draft("a", id="a"))
    assert not repetitions.is_last(Draft("a", id="a"))
    assert repetitions.are_missing
    assert not repetitions.is_last(Draft("a", id="a"))
    assert repetitions.is_last(Draft("a", id="a"))
    assert not repetitions.are_missing


def test_nothing_is_remembered_of_articles_that_come_once() -> None:
    repetitions = Repetitions()
    for number in range(1000):
        repetitions.count(Draft("a", id=f"a{number}"))
    assert not repetitions.are_missing
    assert all(repetitions.is_last(Draft("b", id=f"a{number}")) for number in range(1000))
