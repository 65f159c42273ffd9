"""What kinds of answers a sentence could hold, told word by word.

Nearly all cues lie in a stretch of text between two spaces, and stretches come again and again. What it takes two of
("nguyên nhân", "năm 1990") is in `_IN_TWO`.
"""

from __future__ import annotations

from enum import IntFlag

import regex

from index.text.normalization import fold


class Cue(IntFlag):
    """What kinds of answers a sentence could hold, as bits by definition; numbers and names are listed beside."""

    NUMBER_WORD = 1
    DATE = 2
    REASON = 4
    PLACE = 8


_NUMBER = regex.compile(r"\p{Nd}+")
# With accents: "nam" may be five, a year, a man or the south; five is left out, since "năm" is nearly always a year.
_NUMBER_WORD = regex.compile(
    r"\b(?:một|hai|ba|bốn|sáu|bảy|tám|chín|mười|trăm|nghìn|ngàn|triệu|t[ỷỉ]|nửa|vài"
    r"|one|two|three|four|five|six|seven|eight|nine|ten|hundred|thousand|million|billion)\b|[一二三四五六七八九十百千万]"
)
_FOLDED = {
    Cue.DATE: regex.compile(r"\b(?:1\d{3}|20\d{2})\b|\b\d{1,2}[/.-]\d{1,2}\b|century|\d世紀|[年月]"),
    Cue.REASON: regex.compile(
        r"\b(?:vi|boi|do|nho|nen|khien|nham|de|because|since|car|weil|porque)\b|因为|由于|ため|から|потому|เพราะ|때문"
    ),
    Cue.PLACE: regex.compile(
        r"\b(?:tai|o|tinh|quan|huyen|xa|nuoc|vung|phia|in|at|near|from|city|province|dans|bei)\b|[在于でに]|ที่|\bв\b"
    ),
}
_IN_TWO = {
    ("thang", r"\d"): Cue.DATE,
    ("nam", r"\d"): Cue.DATE,
    ("ngay", r"\d"): Cue.DATE,
    ("the ky", r"\d"): Cue.DATE,
    ("nguyen", r"nhan\b"): Cue.REASON,
    ("due", r"to\b"): Cue.REASON,
    ("so", r"that\b"): Cue.REASON,
    ("parce", r"que\b"): Cue.REASON,
    ("thanh", r"pho\b"): Cue.PLACE,
}
"""What the end of a stretch and the beginning of the next tell together; "the ky" stands in two by itself."""

# A capital that does not begin the text, a sentence or a quotation.
_NAME = regex.compile(r"\p{Lu}[\p{L}\p{M}\p{N}]*")
_BEFORE_NAME = regex.compile(r"[\p{L}\p{N},;)]\Z")

ENDINGS = ("", *dict.fromkeys(end for end, _beginning in _IN_TWO), "the")
"""How a stretch may end that tells something together with the next; by position, 0 for any other."""
BEGINNINGS = ("", *dict.fromkeys(beginning for _end, beginning in _IN_TWO))
"""How the next may begin, likewise."""
TOGETHER = {(ENDINGS.index(end), BEGINNINGS.index(beginning)): cue for (end, beginning), cue in _IN_TWO.items()}
"""What they tell, by both positions."""
THE, THE_KY = ENDINGS.index("the"), ENDINGS.index("the ky")
"""The ending that must stand before a stretch "ky", and the one that "ky" then is."""
_END = regex.compile(rf"\b(?:{'|'.join(end for end in ENDINGS if end and ' ' not in end)})\Z")
_BEGINNINGS = [(number, regex.compile(beginning)) for number, beginning in enumerate(BEGINNINGS) if beginning]


def cues_in(stretch: str, folded: str) -> Cue:
    """Return what a stretch, and the same folded, tells by itself."""
    found = Cue.NUMBER_WORD if _NUMBER_WORD.search(stretch.lower()) else Cue(0)
    for cue, words in _FOLDED.items():
        if words.search(folded):
            found |= cue
    return found


def ending_of(folded: str) -> int:
    """Return the place in `ENDINGS` of how a folded stretch ends; of "the ky" where it is "ky" alone."""
    if folded == "ky":
        return THE_KY
    found = _END.search(folded)
    return ENDINGS.index(found.group()) if found else 0


def beginning_of(folded: str) -> int:
    """Return the place in `BEGINNINGS` of how a folded stretch begins."""
    return next((number for number, beginning in _BEGINNINGS if beginning.match(folded)), 0)


def numbers_in(folded: str) -> list[str]:
    """Return the numbers in a folded text."""
    return _NUMBER.findall(folded)


def name_in(stretch: str) -> str:
    """Return the name, folded, that a stretch begins with; empty where it has none."""
    found = _NAME.match(stretch)
    return fold(found.group()) if found else ""


def may_precede_a_name(stretch: str) -> bool:
    """Whether a capital behind a stretch and a space is a name's and begins no sentence."""
    return _BEFORE_NAME.search(stretch) is not None
