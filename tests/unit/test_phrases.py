"""The words of every language stand in one table each, and a slip in a table is an error."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from index.cleaning.phrases import PHRASES, phrases_of


def test_an_unknown_role_is_refused_by_name() -> None:
    with pytest.raises(ValueError, match=r"phrases of 'vi': unknown role 'chorme'; known are after, agency, by, "):
        phrases_of({"en": {"chrome": ["share"]}, "vi": {"chorme": ["chia sẻ"]}})


def test_a_year_has_twelve_months() -> None:
    with pytest.raises(ValueError, match="phrases of 'de': 2 months; a year has 12"):
        phrases_of({"de": {"months": ["januar", "februar"]}})


def test_languages_are_read_together() -> None:
    phrases = phrases_of({"vi": {"chrome": ["Chia sẻ", "Ảnh"], "press": ["thông tấn xã"]}, "en": {"chrome": ["Share"]}})
    assert phrases.chrome == {"chia se", "ảnh", "share"}
    assert phrases.press == {"thông tấn xã"}
    assert phrases.after == frozenset()
    assert phrases.months == {}


def test_every_phrase_of_the_file_is_taken(repository: Path) -> None:
    languages = tomllib.loads((repository / "index/cleaning/phrases.toml").read_text(encoding="utf-8"))
    assert phrases_of(languages) == PHRASES
    assert {PHRASES.months[name] for name in ("january", "jan", "janvier")} == {1}
    assert set(PHRASES.months.values()) == set(range(1, 13))
