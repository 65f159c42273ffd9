"""The parts of a question that asks for several things, each made fit to be asked alone.

"Hội nghị họp ở đâu và ai chủ trì?" asks where, and who; to ask "ai chủ trì?" alone one has to say of what. A part that
names nothing therefore takes along what the first part says besides asking.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice

import regex

from index.text.normalization import fold
from qa.evidence.cues import question_words

MOST_PARTS = 3
"""Most parts that are asked: a limit on time. A question of more is asked as one."""
_MOST_BOUNDARIES = 24
"""Places at most where a part may end: a limit on time. A question with more is asked as one."""
_FEW_WORDS = 3
"""Words besides the question words that a sentence has which leaves its subject unsaid: a judgement."""
_REMEMBERED = 1024
"""Questions whose parts are remembered: a limit on memory."""
_SOON = 12
"""Characters within which a part says what it asks for, unless the one before ends so: a judgement."""

# Where a part may end: at a question mark or a semicolon, before a word for "and", and at a comma of Chinese.
# A word that means something else in Vietnamese ("y tế", "va", "dan" as typed without accents) counts where it cannot.
_BOUNDARY = regex.compile(
    r"(?i)(?P<sentence>[?？;；؟][\s?？]*+(?=\S))"
    r"|,?\s++(?:và|(?P<plain>va)|and|et|und|y(?!\s(?:t[eế]|h[oọ]c|khoa|d[uư][oợ]c|t[aá]|s[iĩ]|b[aá]c|đ[uứ]c|l[eệ]nh)\b)"
    r"|и|а|dan(?=\s(?:siapa|kapan|berapa|di ?mana|mengapa|kenapa|apa|bagaimana)\b)|serta)\s++"
    r"|,\s++còn\s++|\s?และ|[，、]?(?:以及|并且?|和)|，"
)
_QUOTATION = regex.compile(r"[\"“«「『].{1,200}?[\"”»」』]")
_NAMED = regex.compile(rf"{_QUOTATION.pattern}|\p{{Lu}}[\p{{L}}\p{{M}}]*+ \p{{Lu}}|\p{{Lu}}{{2}}")
_INSIDE = regex.compile(r"(?<=[\p{L}\p{N},] )\p{Lu}")
_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}]")
_WORD = regex.compile(r"[\p{L}\p{N}]")
_EDGES = " \t\n,;，、；?？؟¿"

_Span = tuple[int, int]


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
    asking = question_words(question)
    texts = list(_asking(question, asking))
    first, _begins = texts[0]
    if not 1 < len(texts) <= MOST_PARTS or not _WORD.search(_besides_asking(first)):
        return (Part(question, question),)
    return (Part(first, first), *(Part(text, _alone(text, first, begins)) for text, begins in texts[1:]))


def _asking(question: str, asking: Sequence[_Span]) -> Iterator[tuple[str, bool]]:
    """Yield the stretches of a question that each have question words of their own, which lie at `asking`.

    Each comes with whether it begins a sentence.
    """
    boundaries = _boundaries(question)
    start, begins, known = 0, True, frozenset[str]()
    for number, boundary in enumerate(boundaries):
        begin, end = boundary.span()
        limit = boundaries[number + 1].start() if number + 1 < len(boundaries) else len(question)
        before = [span for span in asking if start <= span[0] and span[1] <= begin]
        behind = [span for span in asking if end <= span[0] and span[1] <= limit]
        if not before or not behind:
            continue
        words, next_words = (_words(question, spans) for spans in (before, behind))
        if boundary["sentence"]:
            known = frozenset()
        elif (words | known) & next_words or not (
            not question[before[-1][1] : begin].strip(_EDGES)
            or (behind[0][0] - end < _SOON and not question[end].isupper())
        ):
            continue
        else:
            known |= words
        yield question[start:begin].strip(_EDGES), begins
        start, begins = end, boundary["sentence"] is not None
    yield question[start:].strip(), begins


def _boundaries(question: str) -> list[regex.Match[str]]:
    """Return where a part may end; nowhere within a quotation, and nowhere at all in a question with too many."""
    found = list(islice(_BOUNDARY.finditer(question), _MOST_BOUNDARIES + 1))
    if len(found) > _MOST_BOUNDARIES:
        return []
    quoted = [match.span() for match in _QUOTATION.finditer(question)]
    has_accents = fold(question) != question.lower()
    return [
        one
        for one in found
        if not (one["plain"] and has_accents) and not any(start < one.start() < end for start, end in quoted)
    ]


def _words(question: str, spans: Sequence[_Span]) -> frozenset[str]:
    return frozenset(question[begin:end].lower() for begin, end in spans)


def _alone(text: str, first: str, begins: bool) -> str:
    """Return a further part with what it leaves unsaid.

    It names something if it holds a quotation, or two words with capitals beside each other, which a capital at the
    beginning of a sentence and the nouns of German are not. A sentence does so with one such word inside of it, too, or
    with several words.
    """
    besides = _besides_asking(text)
    is_whole = begins and (_INSIDE.search(text) or len(besides.strip(_EDGES).split()) > _FEW_WORDS)
    if is_whole or (_NAMED.search(text) and not text.isupper()):
        return text
    return f"{' '.join(_besides_asking(first).split())}{'' if _SPACELESS.search(text) else ' '}{text}"


def _besides_asking(text: str) -> str:
    """Return `text` without its question words."""
    kept, end = "", 0
    for begin, after in question_words(text):
        kept, end = kept + text[end:begin], after
    return kept + text[end:]
