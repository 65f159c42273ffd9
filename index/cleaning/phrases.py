"""The phrase lists of all languages, folded once, and how a line is compared with them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from importlib.resources import files

import regex

from index.text.normalization import fold, normalize

_NOT_LETTERS = regex.compile(r"[^\p{L}\p{M}]+")
_COMPARED_CHARACTERS = 300
"""Characters of a line that are compared; a limit. No phrase and no headline is longer."""


def letters_of(text: str) -> str:
    """Return the words of `text` in lower case, one space apart, without digits and signs."""
    return _NOT_LETTERS.sub(" ", normalize(text[:_COMPARED_CHARACTERS]).lower()).strip()


def phrase_key(text: str) -> str:
    """Return the form in which phrases are compared: several words folded, a single word with its accents.

    "Bình luận (12):" gives "binh luan", but "Ảnh:" gives "ảnh": alone, "anh" would be another word.
    """
    letters = letters_of(text)
    return fold(letters) if " " in letters else letters


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of all languages by their role, in the form in which they are compared; see `phrases.toml`."""

    after: frozenset[str]
    heading: frozenset[str]
    keywords: frozenset[str]
    comment: frozenset[str]
    chrome: frozenset[str]
    teaser: frozenset[str]
    credit: frozenset[str]
    credit_start: frozenset[str]
    citation: frozenset[str]
    byline: frozenset[str]
    by: frozenset[str]
    per: frozenset[str]
    editor: frozenset[str]
    desk: frozenset[str]
    role: frozenset[str]
    agency: frozenset[str]
    press: frozenset[str]
    section: frozenset[str]
    caption: frozenset[str]
    scene: frozenset[str]
    picture: frozenset[str]
    joiner: frozenset[str]
    date: frozenset[str]
    months: Mapping[str, int]
    """The number of a month by each of its names."""


_SPELLED = frozenset({"credit_start", "press", "picture", "joiner", "date"})
"""Roles whose phrases keep their accents, however long: "ảnh của" is no "anh của"."""
_MONTHS_OF_A_YEAR = 12
"""By definition."""

Languages = Mapping[str, Mapping[str, list[str]]]
"""The phrases of each language by their role."""


def phrases_of(languages: Languages) -> Phrases:
    """Return the phrases of all languages together.

    Raises:
        ValueError: a language has an unknown role, or names of some months only.
    """
    roles = {field.name for field in fields(Phrases)}
    for language, table in languages.items():
        unknown = sorted(set(table) - roles)
        if unknown:
            names, known = ", ".join(map(repr, unknown)), ", ".join(sorted(roles))
            raise ValueError(f"phrases of {language!r}: unknown role {names}; known are {known}")
        if len(table.get("months", [])) not in (0, _MONTHS_OF_A_YEAR):
            raise ValueError(f"phrases of {language!r}: {len(table['months'])} months; a year has {_MONTHS_OF_A_YEAR}")
    return Phrases(
        months={
            name: number
            for table in languages.values()
            for number, names in enumerate(table.get("months", []), 1)
            for name in names.split()
        },
        **{role: _keys(role, languages) for role in roles - {"months"}},
    )


def _keys(role: str, languages: Languages) -> frozenset[str]:
    """Return the phrases of a role, in the form in which lines are compared with them."""
    key = letters_of if role in _SPELLED else phrase_key
    return frozenset(key(phrase) for table in languages.values() for phrase in table.get(role, []))


def any_of(words: Iterable[str]) -> str:
    """Return a pattern that matches any of the words, the longest that stands there."""
    return "|".join(regex.escape(word) for word in sorted(words, key=lambda word: (-len(word), word)))


PHRASES = phrases_of(tomllib.loads(files("index.cleaning").joinpath("phrases.toml").read_text(encoding="utf-8")))
"""The phrases of `phrases.toml`."""
