"""What kind of line a line is, seen alone: its shape, its length, the phrases it holds."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

import regex

from index.cleaning.phrases import PHRASES, letters_of, phrase_key

_LETTER = regex.compile(r"\p{L}")
_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")
_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_SPACELESS_CHARACTERS_PER_WORD = 2.5
"""Characters of a word in scripts without spaces; a judgement. Chinese words have about two, Thai words about four."""

_PROSE_END = regex.compile(r"[.!?…。！？।;:：](?:[\"'”’»)\]」』）】*]|\s)*$")
_SENTENCE_END = regex.compile(r"[.!?…。！？।](?:[\"'”’»)\]」』）】*]|\s)*$")
_END_MARK = regex.compile(r"\./\.\s*$")
_LOWER_START = regex.compile(r"\p{Ll}")
_BREADCRUMB = regex.compile(r"[>»›→|\t]| /{1,2} ")
_ARROW = regex.compile(r"\s*(?:>>|»)\s*\S")
_OPENED_SPEECH = regex.compile(r"\s*»[\p{L}\p{N}]")
_ARROW_OR_BULLET = regex.compile(r"\s*(?:➤|►|▶|→|☛)\s*\S")
_LIST_ITEM = regex.compile(r"\s*(?:[-–—•●▪◦·*+►➤▶→✓✔]|\d{1,3}[.)])\s*\S")
_BULLET = regex.compile(r"\s*[-–—•●▪◦·*]\s+")
_FORM_FIELD = regex.compile(r"\[\s{2,}\]")
_PARTS = regex.compile(r"[|•·/,]|\s{2,}|\t")
_CAPITALISED = regex.compile(r"\p{Lu}[\p{L}\p{M}.'’\-]*")

LONG_PROSE_WORDS = 25
"""Words of a line that is prose without a full stop too; a judgement. No headline, caption or menu entry is as long."""

_PROSE_WORDS = 4
"""Words of a line that is prose when it ends like a sentence; a judgement."""
_SHORT_LABEL_WORDS = 8
"""Words of a button, or of a marker of what follows an article, at most; a judgement."""
_LONG_LABEL_WORDS = 5
"""Words from which a button is one even if it ends in a full stop; a judgement."""
_FORM_WORDS = 40
"""Words of a line with a form field or a copyright sign at most; a judgement."""
_BROKEN_LABEL_WORDS = 12
"""Words of a label with an icon that could not be decoded at most; a judgement."""
_TEASER_WORDS = 45
"""Words of a link to another story at most; a judgement. In a longer line, the article follows the link."""
_COUNTER_DIGITS = 7
"""Digits of a counter ("1.873 lượt xem") at most; a judgement. A telephone number has more."""
_COUNTER_CHARACTERS = 12
"""Characters of a counter at most; a judgement."""
_ADDRESS_WORDS = 4
"""Words of an address with the label before it at most; a judgement."""
_STEP_WORDS = 5
"""Words of each step of a breadcrumb at most; a judgement."""
_NAME_WORDS = (2, 5)
"""Words of the name of a person, at least and at most; judgements."""
_CAPITALS_NAME_WORDS = 4
"""Words of such a name in capitals at most; a judgement: a headline in capitals is longer."""
_NAME_CHARACTERS = 60
"""Characters of the name of a person at most; a judgement."""
_CAPITALS_NAME_CHARACTERS = 40
"""Characters of such a name in capitals at most; a judgement."""
_COUNTED_CHARACTERS = 2_000
"""Characters in which words are counted; a limit. Every rule asks about shorter lines."""
_REMEMBERED_LINES = 4096
"""Lines whose number of words is kept in memory; a limit."""
_TAIL_CHARACTERS = 200
"""Characters at the end of a line that show how it ends, and of a label at its beginning, at most; a limit."""


def count_words(text: str) -> int:
    """Return the number of words, an estimate for scripts without spaces; of a long text, only its beginning counts."""
    return _count_words(text[:_COUNTED_CHARACTERS])


@lru_cache(maxsize=_REMEMBERED_LINES)
def _count_words(text: str) -> int:
    spaceless = len(_SPACELESS.findall(text))
    spaced = len(_WORD.findall(_SPACELESS.sub(" ", text)))
    return spaced + round(spaceless / _SPACELESS_CHARACTERS_PER_WORD)


def is_separator(text: str) -> bool:
    """Whether the line has no letter and no digit: dashes, asterisks, a lone bullet."""
    return _WORD.search(text) is None


def url_of(text: str) -> str | None:
    """Return the address when the line is an http address and nothing else (a short label before it may stand)."""
    words = text.split()
    if not words or len(words) > _ADDRESS_WORDS or not words[-1].startswith(("http://", "https://")):
        return None
    if len(words) > 1 and not " ".join(words[:-1]).rstrip().endswith((":", "：")):
        return None
    try:
        return words[-1] if urlsplit(words[-1]).hostname else None
    except ValueError:
        return None


def ends_sentence(text: str) -> bool:
    """Whether the line closes with the punctuation of a sentence."""
    return _SENTENCE_END.search(text[-_TAIL_CHARACTERS:]) is not None


def is_prose(text: str) -> bool:
    """Whether the line reads like part of the article: punctuated at its end and not tiny, or simply long."""
    words = count_words(text)
    return words >= LONG_PROSE_WORDS or (words >= _PROSE_WORDS and closes_prose(text))


def closes_prose(text: str) -> bool:
    """Whether the line ends as a sentence, a clause or the introduction of a list does."""
    return _PROSE_END.search(text[-_TAIL_CHARACTERS:]) is not None


def has_end_mark(text: str) -> bool:
    """Whether the line closes with the end mark of the press (./.)."""
    return _END_MARK.search(text) is not None


def begins_lower(text: str) -> bool:
    """Whether the line begins with a lower-case letter, as what goes on from the line above does."""
    return _LOWER_START.match(text) is not None


def is_list_item(text: str) -> bool:
    """Whether the line begins with a bullet or a number."""
    return _LIST_ITEM.match(text) is not None


def is_after_marker(text: str) -> bool:
    """Whether the line begins what follows an article ("Tin liên quan", "Leave a reply")."""
    bullet = _BULLET.match(text)
    if bullet:
        text = text[bullet.end() :]
    head, colon, _rest = text[:_TAIL_CHARACTERS].replace("：", ":").partition(":")
    if bullet and not colon and phrase_key(head) in PHRASES.keywords:
        return True
    if colon and phrase_key(head) in PHRASES.keywords and not ends_sentence(text):
        return True
    if count_words(text) > _SHORT_LABEL_WORDS or ends_sentence(text) or text.endswith(("“", "«")):
        return False
    return phrase_key(text) in PHRASES.after or ("|" in text and phrase_key(text.split("|")[0]) in PHRASES.after)


def begins_comments(text: str) -> bool:
    """Whether the line is a marker above the comments of readers."""
    return is_after_marker(text) and any(word in PHRASES.comment for word in letters_of(text).split())


def may_be_heading(text: str) -> bool:
    """Whether a marker of what follows an article may as well be a heading of the article ("Đề xuất")."""
    return phrase_key(text) in PHRASES.heading


def is_counter(text: str) -> bool:
    """Whether the line has digits and signs only, few of them: a number of shares or comments, or a result."""
    return len(text) <= _COUNTER_CHARACTERS and _LETTER.search(text) is None and not is_separator(text)


def is_chrome(text: str) -> bool:
    """Whether the line is a button, a label, a form or an advertisement, by its phrases and its length."""
    key = phrase_key(text)
    if not key or sum(character.isdigit() for character in text[:_TAIL_CHARACTERS]) > _COUNTER_DIGITS:
        return False
    words = count_words(text)
    if _FORM_FIELD.search(text) or text.startswith("©"):
        return words <= _FORM_WORDS
    if "\ufffd" in text and words <= _BROKEN_LABEL_WORDS and not closes_prose(text.rstrip("\ufffd ")):
        return True
    if key in PHRASES.chrome:
        return words >= _LONG_LABEL_WORDS or (words <= _SHORT_LABEL_WORDS and not text.rstrip().endswith((".", "?")))
    if len(text) > _TAIL_CHARACTERS:
        return False
    parts = [phrase_key(part) for part in _PARTS.split(text)]
    return len(parts) > 1 and all(part == "" or part in PHRASES.chrome for part in parts)


def is_teaser(text: str) -> bool:
    """Whether the line points to another story: ">> …" or "Xem thêm: …"."""
    if count_words(text) > _TEASER_WORDS:
        return False
    if _ARROW.match(text):
        return not is_speech(text)
    head, colon, rest = text[:_TAIL_CHARACTERS].replace("：", ":").partition(":")
    return bool(colon) and bool(rest.strip()) and phrase_key(head) in PHRASES.teaser


def is_speech(text: str) -> bool:
    """Whether the line is in »quotation marks« that other languages open with what looks like an arrow.

    A quotation of several paragraphs is closed in its last one only; its sentences end, and no space stands behind the
    mark.
    """
    return "«" in text or (_OPENED_SPEECH.match(text) is not None and ends_sentence(text))


def is_arrowed(text: str) -> bool:
    """Whether the line begins with an arrow that stands for a link or for a bullet, and is no sentence."""
    if count_words(text) > _TEASER_WORDS:
        return False
    return _ARROW_OR_BULLET.match(text) is not None and not text.rstrip().endswith((".", ";", "…"))


def is_breadcrumb(text: str) -> bool:
    """Whether the line is the path to the page within its site ("Trang chủ > Xã hội")."""
    if len(text) > _TAIL_CHARACTERS or ends_sentence(text) or regex.search(r"\d{4}", text):
        return False
    parts = [part for part in _BREADCRUMB.split(text) if part.strip()]
    return len(parts) >= 2 and all(count_words(part) <= _STEP_WORDS for part in parts)


def is_name(text: str) -> bool:
    """Whether the line is shaped like the name of a person: two to five capitalised words, nothing else."""
    if len(text) > _NAME_CHARACTERS or is_list_item(text):
        return False
    names = [word.rstrip(",") for word in text.replace("-", " ").split()]
    if not all(_CAPITALISED.fullmatch(word) for word in names):
        return False
    least, most = _NAME_WORDS
    if text.isupper():
        return least <= len(names) <= _CAPITALS_NAME_WORDS and len(text) <= _CAPITALS_NAME_CHARACTERS
    return least <= len(names) <= most
