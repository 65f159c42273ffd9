"""What belongs to a picture: captions, who took it, the name of its file."""

from __future__ import annotations

import regex

from index.cleaning.lines.shapes import count_words, ends_sentence, is_separator
from index.cleaning.phrases import PHRASES, any_of, letters_of, phrase_key
from index.text.normalization import fold
from index.text.sentences import split_sentences

_FULL_STOP_BEHIND_BRACKET = regex.compile(r"[)\]）】]\s*[.。;]\s*$")
_FILE_NAME = regex.compile(rf"\.(?:jpe?g|png|gif|webp|bmp|svg)\s*$|\b(?:{any_of(PHRASES.picture)})[\s_-]*\d*\s*$")
_ASCII_SLUG = regex.compile(r"[a-z0-9][a-z0-9 ._\-]*")
_BRACKETED_CREDIT = regex.compile(
    r"[(\[（【]\s*(?P<label>[^():\[\]（）：]{1,30}?)\s*[:：]\s*[^()\[\]（）]{1,80}[)\]）】]"
)
_BRACKETED_LABEL = regex.compile(r"[(\[（【]\s*(?P<label>[^():\[\]（）：]{1,40}?)\s*[)\]）】]\s*[.。]?\s*$")
_OPEN_CREDIT = regex.compile(
    r"(?:(?P<start>^)|[.!?…]\s+|\s[-–—|]\s*)(?P<label>[\p{L}\p{M} ]{1,20}?)\s*[:：]\s*(?P<name>[^.:!?]{2,90}?)\.?\s*$"
)
_SENTENCE_WITHIN = regex.compile(r"\p{L}{2}[.!?…][\"”’»)]*\s")
_SENTENCE_WORDS = 8
"""Words from which a caption can hold a full sentence; a judgement."""
_CAPTION_WORDS = 60
"""Words of a caption with a credit at most; a judgement."""
_CITING_CAPTION_WORDS = 40
"""Words of a caption with a weaker credit at most: a source in brackets, or a name without them; a judgement."""
_BARE_CAPTION_WORDS = 45
"""Words of a caption without a credit at most; a judgement."""
_FEWEST_CAPTION_WORDS = 3
"""Words of a caption that is known by its beginning, at least; a judgement."""
_FEWEST_SCENE_WORDS = 5
"""Words of a caption that is known by what people do in it, at least; a judgement."""
_CREDITED_NAME_WORDS = 15
"""Words of the name in a line that is nothing but a credit, at most; a judgement."""
_CLOSING_NAME_WORDS = 6
"""Words of the name in a credit without brackets behind a description, at most; a judgement."""
_RUN_IN_CAPTION_WORDS = 30
"""Words of a caption at the start of a paragraph at most; a judgement. A longer sentence there tells the story."""
_CREDIT_CHARACTERS = 140
"""Characters at the end of a line in which a credit is looked for; a limit."""
_LEADING_CHARACTERS = 500
"""Characters at the start of a paragraph in which a caption is looked for; a limit."""
_NEXT_CREDIT_CHARACTERS = 2_000
"""Characters behind a credit in which another is looked for; a limit."""
_FILE_NAME_CHARACTERS = 300
"""Characters of the name of a picture file at most; a limit."""
_FILE_NAME_WORDS = 3
"""Words of the name of a picture file without an ending, at least; a judgement."""
_TITLE_SHARE = 0.7
"""Least share of the words of such a name that the headline has too; a judgement."""
_TITLE_WORDS = 2
"""Words of the headline, at least, in a name that has a word for a picture; a judgement."""


def is_file_name(text: str, title: str) -> bool:
    """Whether the line is the name of a picture file: ASCII, lower case, an ending or the words of the title."""
    candidate = text.strip()
    if len(candidate) > _FILE_NAME_CHARACTERS or not _ASCII_SLUG.fullmatch(candidate):
        return False
    if regex.search(r"\.(?:jpe?g|png|gif|webp|bmp|svg)$", candidate):
        return True
    words = set(regex.split(r"[ ._\-]+", candidate))
    shared = len(words & set(fold(title).split()))
    return len(words) >= _FILE_NAME_WORDS and (
        shared >= _TITLE_SHARE * len(words) or (_FILE_NAME.search(candidate) is not None and shared >= _TITLE_WORDS)
    )


def has_credit(text: str) -> bool:
    """Whether a line of at most a caption's length ends by naming who took the picture."""
    words = count_words(text)
    if words > _CAPTION_WORDS:
        return False
    for match in _BRACKETED_CREDIT.finditer(text, max(0, len(text) - _CREDIT_CHARACTERS)):
        if not is_separator(text[match.end() :]):
            continue
        if is_credit_label(match["label"]):
            return True
        if phrase_key(match["label"]) in PHRASES.citation:
            return words <= _CITING_CAPTION_WORDS and not _FULL_STOP_BEHIND_BRACKET.search(text)
    bracketed = _BRACKETED_LABEL.search(text, max(0, len(text) - _CREDIT_CHARACTERS))
    if bracketed and is_credit_label(bracketed["label"]):
        return " " in phrase_key(bracketed["label"]) or not _FULL_STOP_BEHIND_BRACKET.search(text)
    return _has_open_credit(text)


def names_photographer(text: str) -> bool:
    """Whether the line describes a picture and names who took it; "Clip: …" and "… (video)" name nobody."""
    if not has_credit(text):
        return False
    opened = _OPEN_CREDIT.search(text, max(0, len(text) - _CREDIT_CHARACTERS))
    bracketed = _BRACKETED_LABEL.search(text, max(0, len(text) - _CREDIT_CHARACTERS))
    if bracketed is not None:
        return " " in bracketed["label"]
    return opened is None or opened["start"] is None


def _has_open_credit(text: str) -> bool:
    if count_words(text) > _CITING_CAPTION_WORDS:
        return False
    match = _OPEN_CREDIT.search(text, max(0, len(text) - _CREDIT_CHARACTERS))
    if match is None or not is_credit_label(match["label"]):
        return False
    return count_words(match["name"]) <= (_CREDITED_NAME_WORDS if match["start"] is not None else _CLOSING_NAME_WORDS)


def is_credit_label(label: str) -> bool:
    """Whether the words before a colon, or in brackets, say that a photographer follows."""
    letters = f"{letters_of(label)} "
    return phrase_key(label) in PHRASES.credit or any(letters.startswith(f"{start} ") for start in PHRASES.credit_start)


def leading_caption(text: str) -> tuple[int, int] | None:
    """Return where a caption with its credit stands near the start of a paragraph, None when in doubt.

    Pages flattened to one line read "What is seen. (Ảnh: Name) The lead begins here"; before the caption a summary may
    stand, so only the last sentence before the credit is the caption's, and a long one is the article's. Where another
    credit follows, the pictures tell the story, and their captions are its sentences.
    """
    for match in _BRACKETED_CREDIT.finditer(text, 0, _LEADING_CHARACTERS):
        label = match["label"]
        cites = phrase_key(label) in PHRASES.citation and label[0].isupper()
        if not (cites or is_credit_label(label)) or count_words(text[: match.start()]) > _CAPTION_WORDS:
            continue
        rest = regex.compile(r"[\s.]*").match(text, match.end())
        end = rest.end() if rest else match.end()
        sentences = split_sentences(text[: match.start()])
        start = sentences[-1][0] if sentences else 0
        if count_words(text[start : match.start()]) > _RUN_IN_CAPTION_WORDS or end >= len(text):
            return None
        if not _begins_sentence(text[end]) or (
            start > 0 and _BRACKETED_CREDIT.search(text, end, end + _NEXT_CREDIT_CHARACTERS)
        ):
            return None
        return start, end
    return None


def _begins_sentence(character: str) -> bool:
    return not character.islower() and character not in ",;:)]-–—"


def holds_sentence(text: str) -> bool:
    """Whether a caption holds a full sentence before its credit."""
    return count_words(text) >= _SENTENCE_WORDS and _SENTENCE_WITHIN.search(text) is not None


def looks_like_caption(text: str) -> bool:
    """Whether a line without a full stop describes a picture."""
    words = count_words(text)
    if ends_sentence(text) or not _FEWEST_CAPTION_WORDS <= words <= _BARE_CAPTION_WORDS:
        return False
    key = f" {phrase_key(text)} "
    return any(key.startswith(f" {start} ") for start in PHRASES.caption)


def describes_scene(text: str) -> bool:
    """Whether a line without a full stop tells what people do before a camera; weak evidence, use near the headline.

    A line that begins so ("Tại hội nghị, …") goes on to tell what happened there.
    """
    words = count_words(text)
    if ends_sentence(text) or not _FEWEST_SCENE_WORDS <= words <= _BARE_CAPTION_WORDS:
        return False
    key = f"{phrase_key(text)} "
    return any(f" {scene} " in key for scene in PHRASES.scene)
