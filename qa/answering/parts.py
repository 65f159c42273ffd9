"""The parts of a question that asks for several things, each made fit to be asked alone.

"Hội nghị họp ở đâu và ai chủ trì?" asks where, and who; to ask "ai chủ trì?" alone one has to say of what. A part that
names nothing therefore takes along what the first part names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import regex

from qa.evidence.cues import question_words

MOST_PARTS = 3
"""Most parts that are asked: a limit on time. A question of more is asked as one."""
_REMEMBERED = 1024
"""Questions whose parts are remembered: a limit on memory."""
_SOON = 12
"""Characters within which a part says what it asks for, where it says that first: a judgement."""

# Where one part may end: at a question mark or a semicolon, before a word for "and", and at a comma of Chinese.
# Vietnamese and Thai say what is asked for anywhere in a clause; in other languages a clause behind "and" begins so.
_BOUNDARY = regex.compile(
    r"(?P<sentence>[?？;；؟][\s?？]*+(?=\S))"
    r"|(?P<anywhere>,?\s++(?:và|va|còn|con)\s++|\s?และ)"
    r"|,?\s++(?:and|et|und|y|и|а|dan|serta)\s++|[，、]?(?:以及|并且?|和)|，"
)
_CAPITAL_OR_NUMBER = regex.compile(r"(?:\p{Lu}|\p{N})[\p{L}\p{M}\p{N}./&\-]*")
_QUOTATION = regex.compile(r"[\"“«「『].+?[\"”»」』]")
_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")
_WORD = regex.compile(r"[\p{L}\p{N}]")
_EDGES = " \t\n,;，、；?？؟¿"


@dataclass(frozen=True, slots=True)
class Part:
    """One thing that is asked for.

    Attributes:
        text: as it was asked, without the word for "and" before it.
        question: the same with what it leaves unsaid.
    """

    text: str
    question: str


@lru_cache(maxsize=_REMEMBERED)
def parts_of(question: str) -> tuple[Part, ...]:
    """Return the parts of a question in their order; one part, the question itself, where it asks for one thing.

    Every part has a question word of its own. Within a sentence no two have the same: "who founded it and who led it"
    may ask for one person.
    """
    texts = list(_asking(question))
    if not 1 < len(texts) <= MOST_PARTS or not _WORD.search(_besides_asking(texts[0])):
        return (Part(question, question),)
    return tuple(Part(text, _alone(text, texts[0]) if number else text) for number, text in enumerate(texts))


def _asking(question: str) -> Iterator[str]:
    """Yield the stretches of a question that each have question words of their own."""
    start, known = 0, frozenset[str]()
    for boundary in _BOUNDARY.finditer(question):
        begin, end = boundary.span()
        following = _BOUNDARY.search(question, end)
        next_text = question[end : following.start() if following else len(question)]
        words, next_words = _words(question[start:begin]), _words(next_text)
        if not words or not next_words:
            continue
        if not boundary["sentence"]:
            if (words | known) & next_words or not (boundary["anywhere"] or _words(next_text[:_SOON])):
                continue
            known |= words
        else:
            known = frozenset()
        yield question[start:begin].strip(_EDGES)
        start = end
    yield question[start:].strip()


def _words(text: str) -> frozenset[str]:
    return frozenset(text[begin:end].lower() for begin, end in question_words(text))


def _alone(text: str, first: str) -> str:
    """Return a further part with what it leaves unsaid: what the first part names, or all that it does not ask."""
    if _names(text):
        return text
    context = " ".join(_names(first)) or " ".join(_besides_asking(first).split())
    return f"{context}{'' if _SPACELESS.search(text) else ' '}{text}"


def _names(text: str) -> list[str]:
    """Return the quotations of `text`, or its words with a capital and its numbers.

    A capital that begins the text says nothing, unless another such word is next to it: "Cầu Long Biên".
    """
    quoted = _QUOTATION.findall(text)
    if quoted:
        return [str(one) for one in quoted]
    words = [match for match in _CAPITAL_OR_NUMBER.finditer(text) if not _words(match.group())]
    if words and words[0].start() == 0 and not (len(words) > 1 and words[1].start() == words[0].end() + 1):
        words = words[1:]
    return [match.group() for match in words]


def _besides_asking(text: str) -> str:
    """Return `text` without its question words."""
    kept, end = "", 0
    for begin, after in question_words(text):
        kept, end = kept + text[end:begin], after
    return kept + text[end:]
