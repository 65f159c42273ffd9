"""What a text denies: "should not eat" is no answer to "what should one eat", nor the other way.

Two things are compared. What is denied word by word: the few words behind one that denies. And what is allowed or
denied as a whole: "can", "should" against "must not", "avoid". The words are in `negation.toml`. A question that "no"
answers ("May I eat eggs?") or that asks for a reason takes no side.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files
from typing import Any

import regex

from index.text.normalization import fold
from qa.evidence.cues import question_cues

_SCOPE = 3
"""Words behind one that denies which it denies too, those that allow left out: a judgement."""
_REMEMBERED = 1024
"""Questions, sentences that may deny something, and words that are remembered: a limit on memory."""
_Span = tuple[int, int]
_WITHOUT_SPACES = re.compile("[\u0e00-\u0eff\u1100-\u11ff\u3000-\U0010ffff]")
_PAUSE = re.compile(r"[.,;:!?…\n]")
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{N}\p{M}'’]*|[.,;:!?…\n]")


class Sides:
    """What one text says and what it denies, found out as far as it is asked for."""

    def __init__(self, text: str) -> None:
        """Take a text as it is typed."""
        lower = text.lower()
        self._words = _words_for(text, lower)
        self._left = self._words.looks_alike.sub(lambda found: " " * len(found.group()), lower)

    @property
    def said(self) -> frozenset[str]:
        """Folded words that no word denies."""
        return self._sorted[0]

    @property
    def denied(self) -> frozenset[str]:
        """Folded words that one does."""
        return self._sorted[1]

    @property
    def asked(self) -> frozenset[str]:
        """Those of `said` right behind "should", "can" or "who", "which": in a question, what it is about."""
        return self._sorted[2]

    @cached_property
    def allows(self) -> bool:
        """Whether something is allowed, advised or demanded."""
        return any(not _touches(self._denying, one) for one in self._allowing)

    @cached_property
    def denies(self) -> bool:
        """Whether anything is denied."""
        return bool(self._denying)

    @cached_property
    def forbids(self) -> bool:
        """Whether something is forbidden or advised against; in a question, whether that is asked for."""
        return bool(self._forbidding) or any(_touches(self._denying, one) for one in self._opening)

    def may_deny_any(self, words: frozenset[str]) -> bool:
        """Whether letters like one of some folded words stand behind one that denies, before the next pause."""
        for _first, last in self._denying:
            pause = _PAUSE.search(self._left, last)
            behind = fold(self._left[last : pause.start() if pause else None])
            if any(word in behind for word in words):
                return True
        return False

    @cached_property
    def _forbidding(self) -> list[_Span]:
        return self._spans(self._words.forbid)

    @cached_property
    def _denying(self) -> list[_Span]:
        return [*self._spans(self._words.deny), *self._forbidding]

    @cached_property
    def _allowing(self) -> list[_Span]:
        return self._spans(self._words.allow)

    @cached_property
    def _opening(self) -> list[_Span]:
        return [*self._allowing, *self._spans(self._words.which)]

    def _spans(self, words: regex.Pattern[str]) -> list[_Span]:
        return [found.span() for found in words.finditer(self._left)]

    @cached_property
    def _sorted(self) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
        """The words that are said, those that are denied, and those of the former that are asked about."""
        denies, opens = _places(self._denying), _places(self._opening)
        said, denied, asked = set[str](), set[str](), set[str]()
        reach = ahead = 0
        for found in _WORD.finditer(self._left):
            word, start = found.group(), found.start()
            if not word[0].isalnum():
                reach = ahead = 0
            elif start in denies:
                reach, ahead = _SCOPE, 0
            elif start in opens:
                ahead = _SCOPE
            else:
                plain = _folded(word)
                (denied if reach else said).add(plain)
                if ahead and not reach:
                    asked.add(plain)
                reach, ahead = max(reach - 1, 0), max(ahead - 1, 0)
        return frozenset(said), frozenset(denied), frozenset(asked)


@dataclass(frozen=True, slots=True)
class _Words:
    """The patterns of one way of writing."""

    deny: regex.Pattern[str]
    forbid: regex.Pattern[str]
    allow: regex.Pattern[str]
    which: regex.Pattern[str]
    looks_alike: regex.Pattern[str]
    closed: regex.Pattern[str]


@lru_cache(maxsize=_REMEMBERED)
def takes_a_side(question: str) -> bool:
    """Whether a sentence can contradict `question` at all."""
    lower = question.lower()
    if _words_for(question, lower).closed.search(lower) or question_cues(question).kind == "reason":
        return False
    asked = sides(question)
    return asked.forbids or (bool(asked.allows or asked.asked) and not asked.denies)


def contradicts(question: str, sentence: str) -> bool:
    """Whether `sentence` denies what `question` asks for, or says what it asks to be denied."""
    if not takes_a_side(question):
        return False
    asked, lower = sides(question), sentence.lower()
    if asked.forbids:
        may_say = _holds_any(sentence, asked.denied)
        if not may_say and not _words_for(sentence, lower).allow.search(lower):
            return False
        found = sides(sentence)
        return not found.denies and (found.allows or (may_say and bool(asked.denied & found.said)))
    if not _may_deny(lower):
        return False
    may_ask = _holds_any(sentence, asked.asked)
    if not (may_ask or asked.allows):
        return False
    found = sides(sentence)
    if not found.denies:
        return False
    if may_ask and found.may_deny_any(asked.asked) and asked.asked & found.denied - found.said:
        return True
    return asked.allows and found.forbids and not found.allows


def _holds_any(text: str, words: frozenset[str]) -> bool:
    """Whether a text holds any of some folded words, or letters like them within others."""
    folded = fold(text)
    return any(word in folded for word in words)


def _may_deny(lower: str) -> bool:
    """Whether a lower-case text may deny or forbid something; quick, and wrong only where it does not."""
    return bool(_WITH_SPACES.search(lower) or (_WITHOUT_SPACES.search(lower) and _DENY_WITHOUT_SPACES.search(lower)))


@lru_cache(maxsize=_REMEMBERED)
def sides(text: str) -> Sides:
    """Return what `text` says and denies."""
    return Sides(text)


def _places(spans: list[_Span]) -> set[int]:
    """Return the places that spans cover."""
    return {place for first, last in spans for place in range(first, last)}


def _touches(spans: list[_Span], one: _Span) -> bool:
    """Whether a span overlaps one of others or stands beside it, with a space between."""
    return any(first <= one[1] + 1 and one[0] <= last + 1 for first, last in spans)


def _words_for(text: str, lower: str) -> _Words:
    """Return the patterns for a text as it is typed, with accents or without any."""
    return _PLAIN if lower == fold(text) else _ACCENTED


def _words_of(tables: Mapping[str, Mapping[str, Any]], *, plain: bool) -> _Words:
    """Return the patterns of all languages together, for text with accents or for text without any."""

    def pattern(role: str) -> regex.Pattern[str]:
        found = [table.get("folded", {}).get(role, table[role]) if plain else table[role] for table in tables.values()]
        # Scripts with spaces want whole words; a script without them has no letter before that would part.
        whole = r"(?<![\p{Latin}\p{Cyrillic}])(?:%s)(?![\p{Latin}\p{Cyrillic}])"
        return regex.compile("|".join(whole % one for one in found))

    return _Words(
        pattern("deny"), pattern("forbid"), pattern("allow"), pattern("which"), pattern("not"), pattern("closed")
    )


def _denying(tables: Mapping[str, Mapping[str, Any]]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Return quick patterns for lower-case text that find more than what denies or forbids, and miss none of it.

    The first is for scripts with spaces, the second for those without, whose letters `_WITHOUT_SPACES` finds.
    """
    found = {
        one
        for table in tables.values()
        for role in ("deny", "forbid")
        for one in (table[role], table.get("folded", {}).get(role, table[role]))
    }
    with_spaces = sorted(one for one in found if regex.match(r"\W*[\p{Latin}\p{Cyrillic}]|\\w", one))
    others = sorted(found.difference(with_spaces))
    return re.compile(rf"(?<![a-zà-öø-ɏḁ-ỿа-я])(?:{'|'.join(with_spaces)})"), re.compile("|".join(others))


_folded = lru_cache(maxsize=_REMEMBERED)(fold)
_TABLES = tomllib.loads(files("qa.evidence").joinpath("negation.toml").read_text(encoding="utf-8"))
_ACCENTED, _PLAIN = _words_of(_TABLES, plain=False), _words_of(_TABLES, plain=True)
_WITH_SPACES, _DENY_WITHOUT_SPACES = _denying(_TABLES)
