"""What the text index takes of a passage: its words as terms and as codes, found once wherever that is cheapest."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from index.reading.stretches import codes_in
from index.text.analysis import analyse


class Analysed(NamedTuple):
    """The terms of a text, each kind joined by spaces, and the codes of its words, see `syllables`, as bytes."""

    accented: str
    folded: str
    pairs: str
    codes: bytes


NOTHING_ANALYSED: Mapping[str, Analysed] = MappingProxyType({})


def analysed_text(text: str) -> Analysed:
    """Return what the text index takes of what `searched_text` gave."""
    terms = analyse(text)
    return Analysed(" ".join(terms.accented), " ".join(terms.folded), " ".join(terms.pairs), codes_in(text).tobytes())


def searched_text(passage: str, header: str) -> str:
    """Return what is searched of a passage: the header row of the table that it begins inside of, if any, then it."""
    return f"{header}\n{passage}"
