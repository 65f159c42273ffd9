"""The phrase lists of all languages, folded once, and how a line is compared with them."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from importlib.resources import files

import regex

from index.text.normalization import fold, normalize

_NOT_LETTERS = regex.compile(r"[^\p{L}\p{M}]+")
_COMPARED_CHARACTERS = 300
"""No phrase and no headline is longer; a whole page in one line need not be folded to see that it is neither."""


def letters_of(text: str) -> str:
    """Return the words of `text` in lower case, one space apart, without digits and signs."""
    return _NOT_LETTERS.sub(" ", normalize(text[:_COMPARED_CHARACTERS]).lower()).strip()


def phrase_key(text: str) -> str:
    """Return what phrases are compared by: several words folded, a single word with its accents.

    "Bình luận (12):" gives "binh luan", but "Ảnh:" gives "ảnh": alone, "anh" would be another word.
    """
    letters = letters_of(text)
    return fold(letters) if " " in letters else letters


@dataclass(frozen=True, slots=True)
class Phrases:
    """Phrase keys by the role they play; the roles are explained in `phrases.toml`."""

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


_SPELLED = frozenset({"credit_start", "press"})
"""Roles of beginnings that are compared with their accents, however long: "ảnh của" is no "anh của"."""


def _load() -> Phrases:
    languages = tomllib.loads(files("index.cleaning").joinpath("phrases.toml").read_text(encoding="utf-8")).values()
    return Phrases(
        **{
            role: frozenset(
                (letters_of if role in _SPELLED else phrase_key)(phrase)
                for language in languages
                for phrase in language.get(role, [])
            )
            for role in Phrases.__dataclass_fields__
        }
    )


PHRASES = _load()
