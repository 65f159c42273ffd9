"""Vietnamese in the encodings from before Unicode, recognised and converted.

Such a text comes as bytes that are no UTF-8, or as text that was decoded with the wrong table: "Céng hoµ" is "Cộng hoà"
in TCVN3 that somebody took for Latin-1. It is converted only where nearly all words with foreign letters become
Vietnamese syllables of several kinds, so that French, German or a price list stay what they are.

Tables by definition: TCVN 5712:1993 (VN3, "ABC"), VNI for Windows, VISCII and VIQR (RFC 1456), windows-1258. TCVN3 has
no capital letters with a tone; fonts drew them. A word that is otherwise in capitals gets them; the rest stays small.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import islice

import regex

from index.text.normalization import normalize
from index.text.vietnamese_syllables import is_syllable
from index.text.viqr import from_viqr, looks_like_viqr

_FEWEST_SYLLABLES = 3
"""Different Vietnamese syllables that the words with foreign letters have to give; a judgement."""
_LEAST_SHARE = 0.85
"""Least share of Vietnamese syllables among the words with foreign letters, after conversion; a judgement."""
_LEAST_GAIN = 0.3
"""By how much that share has to grow; a judgement. Vietnamese in Unicode is whole before."""
_SAMPLE_PARTS = 3_000
"""Parts between spaces, with a character that is not ASCII, that are looked at; a limit."""
_SAMPLE_CHARACTERS = 100_000
"""Characters of those parts that are looked at; a limit."""
_MOST_OF_UNICODE = 0.02
"""Greatest share of characters that no byte stands for, among all foreign ones; a judgement."""

_TCVN3 = dict(
    zip(
        range(0xA1, 0xAF),
        "ĂÂÊÔƠƯĐăâêôơưđ",
        strict=True,
    )
) | {
    0xB0: "\u0300", 0xB1: "\u0309", 0xB2: "\u0303", 0xB3: "\u0301", 0xB4: "\u0323",
    0xB5: "à", 0xB6: "ả", 0xB7: "ã", 0xB8: "á", 0xB9: "ạ", 0xBB: "ằ", 0xBC: "ẳ", 0xBD: "ẵ", 0xBE: "ắ", 0xC6: "ặ",
    0xC7: "ầ", 0xC8: "ẩ", 0xC9: "ẫ", 0xCA: "ấ", 0xCB: "ậ", 0xCC: "è", 0xCE: "ẻ", 0xCF: "ẽ", 0xD0: "é", 0xD1: "ẹ",
    0xD2: "ề", 0xD3: "ể", 0xD4: "ễ", 0xD5: "ế", 0xD6: "ệ", 0xD7: "ì", 0xD8: "ỉ", 0xDC: "ĩ", 0xDD: "í", 0xDE: "ị",
    0xDF: "ò", 0xE1: "ỏ", 0xE2: "õ", 0xE3: "ó", 0xE4: "ọ", 0xE5: "ồ", 0xE6: "ổ", 0xE7: "ỗ", 0xE8: "ố", 0xE9: "ộ",
    0xEA: "ờ", 0xEB: "ở", 0xEC: "ỡ", 0xED: "ớ", 0xEE: "ợ", 0xEF: "ù", 0xF1: "ủ", 0xF2: "ũ", 0xF3: "ú", 0xF4: "ụ",
    0xF5: "ừ", 0xF6: "ử", 0xF7: "ữ", 0xF8: "ứ", 0xF9: "ự", 0xFA: "ỳ", 0xFB: "ỷ", 0xFC: "ỹ", 0xFD: "ý", 0xFE: "ỵ",
}  # fmt: skip
_VISCII = {
    0x02: "Ẳ", 0x05: "Ẵ", 0x06: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ",
} | dict(
    zip(
        range(0x80, 0x100),
        "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡưàáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ",
        strict=True,
    )
)  # fmt: skip
_WINDOWS_1258 = {byte: bytes([byte]).decode("cp1258", "replace") for byte in range(0xC0, 0x100)}
_VNI_MARKS = {
    "ù": "\u0301", "ø": "\u0300", "û": "\u0309", "õ": "\u0303", "ï": "\u0323", "â": "\u0302", "á": "\u0302\u0301",
    "à": "\u0302\u0300", "å": "\u0302\u0309", "ã": "\u0302\u0303", "ä": "\u0302\u0323", "ê": "\u0306",
    "é": "\u0306\u0301", "è": "\u0306\u0300", "ú": "\u0306\u0309", "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
"""What a letter after a vowel adds to it in VNI, such as the circumflex and acute of "Baác" for "Bấc"."""
_VNI_LETTERS = {
    "ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ", "Ô": "Ơ", "Ö": "Ư", "Ñ": "Đ", "Æ": "Ỉ",
    "Ó": "Ĩ", "Ò": "Ị", "Î": "Ỵ",
}  # fmt: skip
_VNI_PAIR = regex.compile(
    r"(?P<base>[aA])(?P<mark>[ùøûõïâáàåãäêéèúüëÙØÛÕÏÂÁÀÅÃÄÊÉÈÚÜË])"
    r"|(?P<base>[eEoO])(?P<mark>[ùøûõïâáàåãäÙØÛÕÏÂÁÀÅÃÄ])|(?P<base>[uUyYôöÔÖ])(?P<mark>[ùøûõïÙØÛÕÏ])"
    r"|(?P<single>[ôöñæóòîÔÖÑÆÓÒÎ])"
)
_SIGN = r"[\x80-\xbf×÷]"
_LETTER = r"[\p{L}\p{M}\x80-\xbf×÷]"
_WORD = regex.compile(r"[\p{L}\p{M}\p{Nd}\x80-\xff\x02\x05\x06\x14\x19\x1e]+")
_FOREIGN = regex.compile(r"[^\x00-\x7f]")
_TELLS_NOTHING = regex.compile(rf"[\xa0\u2000-\u206f]|(?<!{_LETTER}){_SIGN}(?!{_LETTER})")
"""Typographic signs that texts of any encoding hold, and signs that stand alone."""
_KEPT_SIGN = regex.compile(rf"(?<!{_LETTER})[©®°±](?!{_LETTER})")
_WORDS_IN_A_ROW = regex.compile(r"[\p{L}\p{M}]+(?:[ \xa0][\p{L}\p{M}]+)*")
_CASELESS = regex.compile(r"[^\x00-\x7f]")
_SMALL_ASCII = regex.compile(r"[a-z]")
_CAPITAL_ASCII = regex.compile(r"[A-Z]")
_TO_LATIN1 = {
    ord(character): chr(byte) for byte in range(0x80, 0xA0) if (character := bytes([byte]).decode("cp1252", "ignore"))
}
_TO_WINDOWS = {ord(control): chr(code) for code, control in _TO_LATIN1.items()}


@dataclass(frozen=True, slots=True)
class LegacyEncoding:
    """An encoding of Vietnamese from before Unicode: its name, from its text to Unicode in NFC, and what that loses."""

    name: str
    convert: Callable[[str], str]
    loses: str = ""

    @property
    def note(self) -> str:
        """What to say of a text that was converted."""
        return f"read as {self.name}" + (f"; {self.loses}" if self.loses else "")

    def improves(self, value: str) -> bool:
        """Whether a short text, such as the title of a text in this encoding, is in it too."""
        words = _foreign_words(value)
        converted = _foreign_words(self.convert(value))
        return self.name == "VIQR" or (bool(words and converted) and _share(converted) > _share(words))


def recognise(text: str) -> LegacyEncoding | None:
    """Return the encoding that a text is really in, None where it is in none of these.

    Args:
        text: decoded as Latin-1 or windows-1252 where its bytes were no UTF-8.
    """
    return recognise_bytes(text) or (VIQR if looks_like_viqr(text) else None)


def recognise_bytes(text: str) -> LegacyEncoding | None:
    """Return the encoding of bytes above 127 that a text is really in; see `recognise`."""
    words = _foreign_words(text)
    if len(set(words)) < _FEWEST_SYLLABLES or not _is_of_bytes("".join(words)):
        return None
    sample = "\n".join(words)
    converted = [(each, each.convert(sample).split("\n")) for each in EIGHT_BIT]
    encoding, syllables = max(converted, key=lambda pair: _share(pair[1]))
    share = _share(syllables)
    is_it = share >= max(_LEAST_SHARE, _share(words) + _LEAST_GAIN)
    return encoding if is_it and len({*filter(is_syllable, syllables)}) >= _FEWEST_SYLLABLES else None


def _foreign_words(text: str) -> list[str]:
    """Return the words with a character that is not ASCII, but for those that tell nothing."""
    parts = islice((part for part in text.split() if not part.isascii()), _SAMPLE_PARTS)
    sample = _TELLS_NOTHING.sub(" ", "\n".join(parts)[:_SAMPLE_CHARACTERS])
    return [word for word in _WORD.findall(sample) if not word.isascii()]


def _is_of_bytes(foreign: str) -> bool:
    """Whether nearly all characters are such as Latin-1 or windows-1252 gives for a byte."""
    characters = _FOREIGN.findall(foreign)
    others = sum(ord(character) not in range(0x100) and ord(character) not in _TO_LATIN1 for character in characters)
    return others <= _MOST_OF_UNICODE * len(characters)


def _share(words: list[str]) -> float:
    return sum(is_syllable(word) for word in words) / len(words)


def _from_tcvn3(text: str) -> str:
    kept = 0
    parts = []
    for sign in _KEPT_SIGN.finditer(text):
        parts += [text[kept : sign.start()].translate(_TCVN3), sign[0]]
        kept = sign.end()
    letters = "".join([*parts, text[kept:].translate(_TCVN3)])
    return normalize(_WORDS_IN_A_ROW.sub(lambda found: _with_capitals(found[0]), letters).translate(_TO_WINDOWS))


def _with_capitals(words: str) -> str:
    """Raise the letters that TCVN3 has only small, in words whose other letters are capitals.

    One capital at the beginning says nothing: "Hµ" is "Hà" unless the word beside it is in capitals.
    """
    parts = regex.split("([ \xa0])", words)
    in_capitals = [_CAPITAL_ASCII.search(part[1:]) is not None and not _SMALL_ASCII.search(part) for part in parts]
    for position, part in enumerate(parts):
        beside = in_capitals[max(position - 2, 0) : position] + in_capitals[position + 1 : position + 3]
        unsure = _SMALL_ASCII.search(part) is None and _CASELESS.search(part) is not None
        if in_capitals[position] or (unsure and any(beside)):
            parts[position] = part.upper()
    return "".join(parts)


def _from_vni(text: str) -> str:
    def letter(found: regex.Match[str]) -> str:
        if found["single"]:
            return _VNI_LETTERS[found["single"]]
        base = _VNI_LETTERS.get(found["base"], found["base"])
        return base + _VNI_MARKS[found["mark"].lower()]

    return normalize(_VNI_PAIR.sub(letter, text).translate(_TO_WINDOWS))


def _from_viscii(text: str) -> str:
    return normalize(text.translate(_TO_LATIN1).translate(_VISCII))


def _from_windows_1258(text: str) -> str:
    return normalize(text.translate(_WINDOWS_1258).translate(_TO_WINDOWS))


TCVN3 = LegacyEncoding("TCVN3 (ABC)", _from_tcvn3, "it has no capitals with tones, so some may be small")
VNI = LegacyEncoding("VNI", _from_vni)
VISCII = LegacyEncoding("VISCII", _from_viscii)
WINDOWS_1258 = LegacyEncoding("windows-1258", _from_windows_1258)
VIQR = LegacyEncoding("VIQR", from_viqr, "a full stop or question mark right behind a vowel was read as a tone")
EIGHT_BIT = (TCVN3, VNI, VISCII, WINDOWS_1258)
