"""Whether a question names anything to ask about: "what is it" and "là gì" do not, and nothing answers them.

The words are in `function_words.toml`. All words of such a question belong to one language, so that "die" beside "ai"
is a name. Capitals make a name of a word: "What is IT?" and "WHO là gì?" ask for something.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from importlib.resources import files

import regex

from index.text.normalization import fold

_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*(?:['’\-][\p{L}\p{M}]+)*")
_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")


def asks_for_nothing(question: str) -> bool:
    """Whether `question` consists of function words of one language, or holds no word at all.

    Vietnamese words count as they are typed; without any accent in the question, by the letters alone.
    """
    words = _WORD.findall(question)
    if any(len(word) > 1 and word.isupper() for word in words) and not question.isupper():
        return False
    if _SPACELESS.search(question):
        return any(not _WORD.search(phrases.sub(" ", question)) for phrases in _PHRASES)
    lower = [word.lower().replace("’", "'") for word in words]
    if any(all(word in language for word in lower) for language in _WORDS):
        return True
    return question.lower() == fold(question) and any(plain.fullmatch(" ".join(lower)) for plain in _PLAIN)


def _words_of(table: Mapping[str, str]) -> frozenset[str]:
    """Return the words of a language, as written and, where they are not given otherwise, without accents."""
    words = frozenset(table["words"].split())
    return words if "plain" in table else words | frozenset(map(fold, words))


def _phrases_of(table: Mapping[str, str]) -> regex.Pattern[str]:
    longest_first = sorted(table["phrases"].split(), key=len, reverse=True)
    return regex.compile("|".join(map(regex.escape, longest_first)))


_TABLES = tomllib.loads(files("qa.answering").joinpath("function_words.toml").read_text(encoding="utf-8"))
_WORDS = tuple(_words_of(table) for table in _TABLES.values() if "words" in table)
_PLAIN = tuple(regex.compile(rf"(?:(?:{table['plain']})(?: |$))+") for table in _TABLES.values() if "plain" in table)
_PHRASES = tuple(_phrases_of(table) for table in _TABLES.values() if "phrases" in table)
