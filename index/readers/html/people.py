"""The author of a page: a person, not the paper, by what the markup states and the byline that the page shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import regex

from index.readers.html.page_blocks import text_key

_LEADS = (
    "by", "von", "par", "por", "di", "av", "af", "door", "przez", "oleh", "tác giả", "bài", "phóng viên", "pv",
    "author", "autor", "autorin", "autoren", "auteur", "autora",
    "text", "escribe", "words by", "written by", "posted by", "published by",
)  # fmt: skip
"""What stands before the name in a byline."""
_JOINED = regex.compile(r"\s*;\s*")
_LEADING = regex.compile(rf"^(?:{'|'.join(_LEADS)})\b[:\s]+", regex.I)
_WORD = r"\p{Lu}[\p{L}\p{M}.'’\-]*"
_PARTICLE = r"(?:van|von|de|der|den|da|di|do|dos|del|la|le|bin|al|ten|zu|y)\s+"
_NAME = rf"{_WORD}(?:\s+(?:{_PARTICLE})*{_WORD}){{0,4}}"
_JOINER = r"\s*(?:,|&|\b(?:and|und|et|y|e|và|og|och|en)\b)\s*"
_NAMED = regex.compile(rf"(?:^|\W)(?i:{'|'.join(_LEADS)})\s*:?\s+(?P<names>{_NAME}(?:{_JOINER}{_NAME})*)")
_PEN_NAME = regex.compile(r"(?:^|\W)(?i:by|von|par|por)\s+(?P<name>[\p{L}\p{N}_.\-]{3,30})\s*$")
_ADDRESS = regex.compile(r"https?://|\S@\S|\.(?:com|de|vn|net|org)\b", regex.I)
_MOST_WORDS = 8
"""Words of a name at most; a judgement. More are a sentence about the author."""
_LINE_CHARACTERS = 500
"""Characters of a statement of authors at most; a limit."""
_TELLING_LETTERS = 4
"""Letters of a name or a site, at least, that tell when one holds the other; a judgement."""
_MOST_PEOPLE = 10
"""Authors at most; a limit."""


def people_of(stated: Sequence[Iterable[str]], sites: Iterable[str], host: str) -> str | None:
    """Return the authors by the first source that names people, None when all name the site or nobody.

    Args:
        stated: lists of names, the best source first.
        sites: names of the site and its publisher.
        host: the host of the page's address, empty when unknown.
    """
    publishers = {text_key(site) for site in sites}
    for names in stated:
        people: dict[str, str] = {}
        for line in names:
            for name in _names_of(line) if len(line) <= _LINE_CHARACTERS else ():
                if _is_person(name, publishers, host):
                    people.setdefault(text_key(name), name)
        if people:
            return ", ".join(list(people.values())[:_MOST_PEOPLE])
    return None


def _names_of(line: str) -> list[str]:
    """Return the names in one statement; "Lan Hạ and Kim Sơn" are two, "Lan Hạ, PhD" is one."""
    found: list[str] = []
    for part in _JOINED.split(line):
        name = without_lead(part)
        each = [one for one in regex.split(_JOINER, name) if one]
        found += each if len(each) > 1 and all(map(_is_full_name, each[:2])) else [name]
    return found


def _is_full_name(name: str) -> bool:
    return regex.fullmatch(_NAME, name) is not None and (" " in name or name.isupper())


def without_lead(text: str) -> str:
    """Return a byline without the words before the name, such as "By"."""
    return _LEADING.sub("", " ".join(text.split())).strip(" ,|-–—")


def names_in(byline: str) -> list[str]:
    """Return the names behind "by" and its like in a byline ("05.02.2020 von Lan Hạ und Kim Sơn"), or nothing."""
    match = _NAMED.search(byline)
    if match is not None:
        return [name for name in regex.split(_JOINER, match["names"]) if name]
    match = _PEN_NAME.search(byline)
    return [match["name"]] if match is not None else []


def _is_person(name: str, publishers: set[str], host: str) -> bool:
    key = text_key(name)
    if not key or key.isdigit() or len(name.split()) > _MOST_WORDS or _ADDRESS.search(name):
        return False
    if any(key == site or _holds(site, key) or _holds(key, site) for site in publishers):
        return False
    labels = [label for label in host.lower().split(".") if label not in ("www", "com", "co")]
    return key not in {text_key(label) for label in (*labels[:1], "".join(labels))}


def _holds(text: str, part: str) -> bool:
    return len(part) >= _TELLING_LETTERS and part in text
