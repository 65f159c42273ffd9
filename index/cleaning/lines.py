"""What kind of line a line is, seen alone: its shape, its length, the phrases it holds."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import urlsplit

import regex

from index.cleaning.phrases import PHRASES, letters_of, phrase_key
from index.normalization import fold

_LETTER = regex.compile(r"\p{L}")
_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")
_SPACELESS = regex.compile(r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}]")
_SPACELESS_CHARACTERS_PER_WORD = 2.5
"""Chinese and Japanese words have about two characters, Thai words about four; measured roughly, used roughly."""

_PROSE_END = regex.compile(r"[.!?…。！？।;:：](?:[\"'”’»)\]」』）】*]|\s)*$")
_SENTENCE_END = regex.compile(r"[.!?…。！？।](?:[\"'”’»)\]」』）】*]|\s)*$")
_FULL_STOP_BEHIND_BRACKET = regex.compile(r"[)\]）】]\s*[.。;]\s*$")
_BREADCRUMB = regex.compile(r"[>»›→|\t]| /{1,2} ")
_FILE_NAME = regex.compile(
    r"\.(?:jpe?g|png|gif|webp|bmp|svg)\s*$|\b(?:hinh|anh|image|img|photo|hinh anh)[\s_-]*\d*\s*$"
)
_ASCII_SLUG = regex.compile(r"[a-z0-9][a-z0-9 ._\-]*")
_BRACKETED_CREDIT = regex.compile(
    r"[(\[（【]\s*(?P<label>[^():\[\]（）：]{1,30}?)\s*[:：]\s*[^()\[\]（）]{1,80}[)\]）】]"
)
_BRACKETED_LABEL = regex.compile(r"[(\[（【]\s*(?P<label>[^():\[\]（）：]{1,40}?)\s*[)\]）】]\s*[.。]?\s*$")
_OPEN_CREDIT = regex.compile(
    r"(?:(?P<start>^)|[.!?…]\s+|\s[-–—|]\s*)(?P<label>[\p{L}\p{M} ]{1,20}?)\s*[:：]\s*(?P<name>[^.:!?]{2,90}?)\.?\s*$"
)
_ARROW = regex.compile(r"\s*(?:>>|»)\s*\S")
_ARROW_OR_BULLET = regex.compile(r"\s*(?:➤|►|▶|→|☛)\s*\S")
_LIST_ITEM = regex.compile(r"\s*(?:[-–—•●▪◦·*+►➤▶→✓✔]|\d{1,3}[.)])\s*\S")
_FORM_FIELD = regex.compile(r"\[\s{2,}\]")
_PARTS = regex.compile(r"[|•·/,]|\s{2,}|\t")
_CAPITALISED = regex.compile(r"\p{Lu}[\p{L}\p{M}.'’\-]*")

LONG_PROSE_WORDS = 25
"""A line this long is prose even without a full stop at its end: no headline, caption or menu entry is."""

_SHORT_LABEL_WORDS = 8
_CAPTION_WORDS = 60
_CITING_CAPTION_WORDS = 40
_COUNTER_DIGITS = 7
"""A counter ("1.873 lượt xem") has this many digits at most; a telephone number has more."""
_COUNTED_CHARACTERS = 2_000
"""Words are counted up to here: every rule asks about shorter lines."""
_TAIL_CHARACTERS = 200


def count_words(text: str) -> int:
    """Return the number of words, an estimate for scripts without spaces; of a long text, only its beginning counts."""
    return _count_words(text[:_COUNTED_CHARACTERS])


@lru_cache(maxsize=4096)
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
    if not words or len(words) > 4 or not words[-1].startswith(("http://", "https://")):
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
    return words >= LONG_PROSE_WORDS or (words >= 4 and closes_prose(text))


def closes_prose(text: str) -> bool:
    """Whether the line ends as a sentence, a clause or the introduction of a list does."""
    return _PROSE_END.search(text[-_TAIL_CHARACTERS:]) is not None


def is_list_item(text: str) -> bool:
    """Whether the line begins with a bullet or a number."""
    return _LIST_ITEM.match(text) is not None


def is_after_marker(text: str) -> bool:
    """Whether the line begins what follows an article ("Tin liên quan", "Leave a reply")."""
    head, colon, _rest = text[:_TAIL_CHARACTERS].replace("：", ":").partition(":")
    if colon and phrase_key(head) in PHRASES.keywords and not ends_sentence(text):
        return True
    if count_words(text) > _SHORT_LABEL_WORDS or ends_sentence(text):
        return False
    return phrase_key(text) in PHRASES.after or ("|" in text and phrase_key(text.split("|")[0]) in PHRASES.after)


def may_be_heading(text: str) -> bool:
    """Whether a marker of what follows an article may as well be a heading of the article ("Đề xuất")."""
    return phrase_key(text) in PHRASES.heading


def is_counter(text: str) -> bool:
    """Whether the line has digits and signs only, few of them: so many shares, so many comments, or a result."""
    return len(text) <= 12 and _LETTER.search(text) is None and not is_separator(text)


def is_chrome(text: str) -> bool:
    """Whether the line is a button, a label, a form or an advertisement."""
    key = phrase_key(text)
    if not key or sum(character.isdigit() for character in text[:_TAIL_CHARACTERS]) > _COUNTER_DIGITS:
        return False
    words = count_words(text)
    if _FORM_FIELD.search(text) or text.startswith("©"):
        return words <= 40
    if "\ufffd" in text and words <= 12 and not closes_prose(text.rstrip("\ufffd ")):
        return True
    if key in PHRASES.chrome:
        return words >= 5 or (words <= _SHORT_LABEL_WORDS and not text.rstrip().endswith((".", "?")))
    if len(text) > _TAIL_CHARACTERS:
        return False
    parts = [phrase_key(part) for part in _PARTS.split(text)]
    return len(parts) > 1 and all(part == "" or part in PHRASES.chrome for part in parts)


def is_teaser(text: str) -> bool:
    """Whether the line points to another story: ">> …" or "Xem thêm: …"."""
    if _ARROW.match(text):
        return True
    head, colon, rest = text[:_TAIL_CHARACTERS].replace("：", ":").partition(":")
    return bool(colon) and bool(rest.strip()) and phrase_key(head) in PHRASES.teaser and count_words(text) <= 45


def is_arrowed(text: str) -> bool:
    """Whether the line begins with an arrow that stands for a link or for a bullet, and is no sentence."""
    return _ARROW_OR_BULLET.match(text) is not None and not text.rstrip().endswith((".", ";", "…"))


def is_breadcrumb(text: str) -> bool:
    """Whether the line is a path through the site ("Trang chủ > Xã hội")."""
    if len(text) > _TAIL_CHARACTERS or ends_sentence(text) or regex.search(r"\d{4}", text):
        return False
    parts = [part for part in _BREADCRUMB.split(text) if part.strip()]
    return len(parts) >= 2 and all(count_words(part) <= 5 for part in parts)


def is_file_name(text: str, title: str) -> bool:
    """Whether the line is the name of a picture file: ASCII, lower case, an ending or the words of the title."""
    candidate = text.strip()
    if len(candidate) > 300 or not _ASCII_SLUG.fullmatch(candidate):
        return False
    if regex.search(r"\.(?:jpe?g|png|gif|webp|bmp|svg)$", candidate):
        return True
    words = set(regex.split(r"[ ._\-]+", candidate))
    shared = len(words & set(fold(title).split()))
    return len(words) >= 3 and (
        shared >= 0.7 * len(words) or (_FILE_NAME.search(candidate) is not None and shared >= 2)
    )


def has_credit(text: str) -> bool:
    """Whether a line of at most a caption's length ends by naming who took the picture."""
    words = count_words(text)
    if words > _CAPTION_WORDS:
        return False
    for match in _BRACKETED_CREDIT.finditer(text, max(0, len(text) - 140)):
        if _WORD.search(text, match.end()):
            continue
        if is_credit_label(match["label"]):
            return True
        if phrase_key(match["label"]) in PHRASES.citation:
            return words <= _CITING_CAPTION_WORDS and not _FULL_STOP_BEHIND_BRACKET.search(text)
    bracketed = _BRACKETED_LABEL.search(text, max(0, len(text) - 140))
    if bracketed and is_credit_label(bracketed["label"]):
        return " " in phrase_key(bracketed["label"]) or not _FULL_STOP_BEHIND_BRACKET.search(text)
    return _has_open_credit(text)


def _has_open_credit(text: str) -> bool:
    match = _OPEN_CREDIT.search(text, max(0, len(text) - 140))
    if match is None or not is_credit_label(match["label"]):
        return False
    return count_words(match["name"]) <= (15 if match["start"] is not None else 6)


def is_credit_label(label: str) -> bool:
    """Whether the words before a colon, or in brackets, say that a photographer follows."""
    letters = f"{letters_of(label)} "
    return phrase_key(label) in PHRASES.credit or any(letters.startswith(f"{start} ") for start in PHRASES.credit_start)


def leading_caption_end(text: str) -> int:
    """Return where a caption with its credit at the start of a longer line ends, 0 when there is none.

    Pages flattened to one line read "What is seen. (Ảnh: Name) The lead begins here".
    """
    for match in _BRACKETED_CREDIT.finditer(text, 0, 500):
        label = match["label"]
        cites = phrase_key(label) in PHRASES.citation and label[0].isupper()
        if not (cites or is_credit_label(label)) or count_words(text[: match.start()]) > _CAPTION_WORDS:
            continue
        rest = regex.compile(r"[\s.]*").match(text, match.end())
        end = rest.end() if rest else match.end()
        return end if end < len(text) and _begins_sentence(text[end]) else 0
    return 0


def _begins_sentence(character: str) -> bool:
    return not character.islower() and character not in ",;:)]-–—"


def looks_like_caption(text: str) -> bool:
    """Whether a line without a full stop describes a picture."""
    words = count_words(text)
    if ends_sentence(text) or not 3 <= words <= 45:
        return False
    key = f" {phrase_key(text)} "
    return any(key.startswith(f" {start} ") for start in PHRASES.caption)


def describes_scene(text: str) -> bool:
    """Whether a line without a full stop tells what people do before a camera; weak evidence, use near the headline."""
    words = count_words(text)
    if ends_sentence(text) or not 5 <= words <= 45:
        return False
    key = f" {phrase_key(text)} "
    return any(f" {scene} " in key for scene in PHRASES.scene)


def is_name(text: str) -> bool:
    """Whether the line is shaped like the name of a person: two to five capitalised words, nothing else."""
    if len(text) > 60 or is_list_item(text):
        return False
    names = [word.rstrip(",") for word in text.replace("-", " ").split()]
    if not all(_CAPITALISED.fullmatch(word) for word in names):
        return False
    return 2 <= len(names) <= (4 if text.isupper() else 5) and not (text.isupper() and len(text) > 40)
