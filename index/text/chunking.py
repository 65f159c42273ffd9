"""Articles to passages: neighbouring sentences packed to about 600 characters, one sentence of overlap.

A list of moderate length stays with the line that announces it.

Passages are the same for every model; what a model cannot take in whole is the encoder's concern.
"""

from __future__ import annotations

from index.text.sentences import LIST_ITEM, Span, split_sentences

TARGET_CHARACTERS = 600
MAX_CHARACTERS = 900
"""A passage is longer than this only by the sentence it repeats from the one before; see `_MAX_OVERLAP_CHARACTERS`."""
_ENOUGH_FOR_PARAGRAPH = 400
"""A passage this long ends where a paragraph ends."""
_MAX_OVERLAP_CHARACTERS = 250
"""A longer sentence is not repeated in the next passage, nor is one that the sentence after it leaves no room for."""
_SMALL_REST_CHARACTERS = 160
"""What is left over at the end joins the passage before it when it is no longer than this."""


def chunk(text: str) -> list[Span]:
    """Return the passages of `text` as half-open code point offsets, in order.

    Every character that is not white space lies in at least one passage; a text without any gives none.
    """
    sentences = split_sentences(text)
    passages: list[Span] = []
    first = 0
    repeat = False
    while first < len(sentences):
        last = _last_of(text, sentences, first, repeat)
        start, end = sentences[first][0], sentences[last][1]
        rest = sentences[-1][1] - end
        if 0 < rest <= _SMALL_REST_CHARACTERS and sentences[-1][1] - start <= MAX_CHARACTERS:
            last, end = len(sentences) - 1, sentences[-1][1]
        passages.append((start, end))
        if last == len(sentences) - 1:
            break
        overlap = sentences[last]
        repeat = (
            last > first
            and overlap[1] - overlap[0] <= _MAX_OVERLAP_CHARACTERS
            and sentences[last + 1][1] - overlap[0] <= MAX_CHARACTERS + _MAX_OVERLAP_CHARACTERS
        )
        first = last if repeat else last + 1
    return passages


def _last_of(text: str, sentences: list[Span], first: int, repeated: bool) -> int:
    """Return the last sentence of the passage that begins with sentence `first`, which may be a repeated one."""
    start = sentences[first][0]
    last = first
    for candidate in range(first + 1, len(sentences)):
        length = sentences[candidate][1] - start
        so_far = sentences[last][1] - start
        must_grow = repeated and last == first
        if length > (MAX_CHARACTERS + _MAX_OVERLAP_CHARACTERS if must_grow else TARGET_CHARACTERS):
            short = so_far < TARGET_CHARACTERS // 2 and length <= MAX_CHARACTERS
            if not short:
                break
        if so_far >= _ENOUGH_FOR_PARAGRAPH and _may_end(text, sentences[last][1], sentences[candidate][0]):
            break
        last = candidate
    return last


def _may_end(text: str, end: int, following: int) -> bool:
    """Whether a paragraph ends between two sentences that are not the lines of one list."""
    if "\n" not in text[end:following] or text[end - 1] in ":：":
        return False
    return text[following] == "#" or LIST_ITEM.match(text, following) is None
