"""The kind of answer that a question asks for, and which sentences hold one of that kind.

Question words are matched without accents, because people often type none; other scripts keep their letters. When a
question asks for several kinds, the first kind in `_QUESTION_WORDS` counts: "what year" asks for a date.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
import regex
from numpy.typing import NDArray

from index.reading.cues import Cue
from index.reading.readings import Readings
from index.reading.syllables import hash_of
from index.text.normalization import fold

AnswerKind = Literal["number", "date", "reason", "place", "person", "other"]

# Vietnamese, English, French, German, Spanish, Indonesian; then Russian, Chinese, Japanese, Thai, Korean.
_QUESTION_WORDS: tuple[tuple[AnswerKind, str], ...] = (
    (
        "number",
        r"\b(?:bao nhieu|bao lau|bao xa|how (?:many|much|long|old|far|tall|high|deep|large|big|often)"
        r"|combien|quel age|wie viele?|cuant[oa]s?|berapa)\b"
        r"|сколько|几|幾|多少|何(?:人|年|個|台|回|歳|本|枚|度|円|日|時間)|いくら|いくつ|กี่|เท่าไร|เท่าไหร่|몇|얼마",
    ),
    (
        "date",
        r"\b(?:khi nao|luc nao|bao gio|(?:nam|ngay|thang|the ky|thoi gian|thoi diem|giai doan|thap nien|mua|buoi)"
        r" (?:nao|gi)|when|(?:what|which) (?:year|day|date|month|century|time)"
        r"|quand|quelle (?:annee|date)|wann|cuando|kapan)\b"
        r"|когда|каком году|什么时候|何时|哪一?[年天]|いつ|เมื่อไร|เมื่อใด|ปี(?:ใด|ไหน)|언제",
    ),
    (
        "reason",
        r"\b(?:vi sao|tai sao|vi dau|l[yi] do|nguyen nhan|do dau|why|pourquoi|warum|por que|mengapa|kenapa)\b"
        r"|почему|为什么|为何|なぜ|どうして|ทำไม|เพราะเหตุใด|왜",
    ),
    (
        "place",
        r"\b(?:(?:o|tu|den) dau|(?:noi|cho|dia diem|thanh pho|nuoc|tinh|quoc gia|chau luc|vung|khu vuc"
        r"|dao|song|huong|phia|mien) nao|where|(?:what|which) (?:city|country|place|province|river|region)"
        r"|ou|wo|donde|di ?mana)\b"
        r"|где|куда|откуда|哪里|哪儿|何处|どこ|ที่ไหน|ที่ใด|어디",
    ),
    (
        "person",
        r"\b(?:ai|(?:nguoi|nhan vat|vua|vi) nao|who(?:m|se)?|qui|wer|quien(?:es)?|siapa)\b"
        r"|кто|кого|кем|谁|誰|だれ|ใคร|누가|누구",
    ),
)
_ASKED = tuple((kind, regex.compile(words)) for kind, words in _QUESTION_WORDS)
# Those that say of no kind what it is, in the same languages; "que" and "como" ask nothing more often.
_OTHER_QUESTION_WORDS = regex.compile(
    r"\b(?:nao|gi|(?:the|nhu the) nao|ra sao|what|which|how|quell?es?|quels?|comment|was|welche[rsmn]?|wie"
    r"|cual(?:es)?|apa|bagaimana|mana)\b|\b(?:как(?:ой|ая|ое|ие|ого|ую|ом|их)|как|что)\b"
    r"|什么|哪|怎么|如何|何|どの|どんな|どう|อะไร|ไหน|อย่างไร|무엇|무슨|어떤|어느|어떻게"
)
_NAMES_LIKE_QUESTION_WORDS = ("AI", "WHO")
_ALL_QUESTION_WORDS = (*(words for _kind, words in _ASKED), _OTHER_QUESTION_WORDS)
# Without accents "may" may also be a machine, a cloud, or English; then it counts only before a noun, or at the end.
_HOW_MANY = regex.compile(r"(?i)\bmấy\b")
_UNACCENTED_HOW_MANY = regex.compile(
    r"\b(?:co|gom|la|duoc|mat|tu|thu|ngay|thang|lop|hang|con|gap|luc|den|trong|may) may\b|\bmay"
    r" (?:nguoi|nam|ngay|thang|tuan|gio|lan|con|chiec|ngoi|nhip|tang|tinh|huyen|xa|cay|cai|met|muoi|phan|loai|diem)\b"
)

_NUMBER = regex.compile(r"\p{Nd}+")
# A capital that does not begin the text, a sentence or a quotation.
_NAME = regex.compile(r"(?<=[\p{L}\p{N},;)] )\p{Lu}[\p{L}\p{M}\p{N}]*")
_WORD = regex.compile(r"[\p{L}\p{N}][\p{L}\p{M}\p{N}]*")

_REMEMBERED = 1024
"""Questions whose cues are remembered: a limit on memory."""


@dataclass(frozen=True, slots=True)
class QuestionCues:
    """The kind of answer that a question asks for, and what the question itself holds."""

    kind: AnswerKind
    numbers: frozenset[str]
    words: frozenset[str]
    names: frozenset[str]


@lru_cache(maxsize=_REMEMBERED)
def question_cues(question: str) -> QuestionCues:
    """Return the kind of answer that `question` asks for, with its own numbers, words and names."""
    folded = fold(question)
    how_many = _HOW_MANY.search(question) or (folded == question.lower() and _UNACCENTED_HOW_MANY.search(folded))
    asked = folded if "AI" not in question or question.isupper() else fold(question.replace("AI", " "))
    kind: AnswerKind = "number" if how_many else next((kind for kind, words in _ASKED if words.search(asked)), "other")
    return QuestionCues(kind, frozenset(_NUMBER.findall(folded)), frozenset(_WORD.findall(folded)), _names_in(question))


def question_words(text: str) -> list[tuple[int, int]]:
    """Return where the words of `text` lie by which something is asked, in their order; offsets in code points."""
    folded = "".join(plain if len(plain := fold(letter)) == 1 else letter for letter in text)
    found = [match.span() for words in _ALL_QUESTION_WORDS for match in words.finditer(folded)]
    found += [match.span() for match in _HOW_MANY.finditer(text)]
    apart: list[tuple[int, int]] = []
    for begin, end in sorted(found, key=lambda one: (one[0], -one[1])):
        is_name = text[begin:end] in _NAMES_LIKE_QUESTION_WORDS and not text.isupper()
        if not is_name and (not apart or begin >= apart[-1][1]):
            apart.append((begin, end))
    return apart


def _names_in(text: str) -> frozenset[str]:
    return frozenset(fold(name) for name in _NAME.findall(text))


def offers(sentences: Readings, wanted: QuestionCues) -> NDArray[np.bool_]:
    """Return whether each sentence holds something of the wanted kind that the question does not hold itself."""
    match wanted.kind:
        case "number":
            numbers, _names = _new(sentences, wanted.numbers)
            return _has(sentences, Cue.NUMBER_WORD) | numbers
        case "date":
            return _has(sentences, Cue.DATE)
        case "reason":
            return _has(sentences, Cue.REASON)
        case "place":
            _numbers, names = _new(sentences, wanted.words)
            return _has(sentences, Cue.PLACE) | names
        case "person":
            return _new(sentences, wanted.words)[1]
        case "other":
            return np.ones(len(sentences.starts), dtype=bool)


def _has(sentences: Readings, cue: Cue) -> NDArray[np.bool_]:
    return sentences.cues & int(cue) > 0


def _new(sentences: Readings, known: Collection[str]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return whether each sentence has a number, and a name, that is none of those known."""
    counts = np.stack([sentences.number_counts, sentences.name_counts], axis=1).ravel()
    is_new = ~np.isin(sentences.listed, [hash_of(one) for one in known])
    found = np.bincount(np.repeat(np.arange(len(counts)), counts)[is_new], minlength=len(counts)) > 0
    return found[::2], found[1::2]
