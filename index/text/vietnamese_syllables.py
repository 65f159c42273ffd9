"""Whether a word is spelled as a Vietnamese syllable: onset, rhyme, and its tone on the right letter."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_ONSETS = (
    "ngh", "ch", "gh", "gi", "kh", "ng", "nh", "ph", "qu", "th", "tr", "b", "c", "d", "đ", "g", "h", "k", "l", "m",
    "n", "p", "r", "s", "t", "v", "x", "",
)  # fmt: skip
_RHYMES = frozenset({
    "a", "ac", "ach", "ai", "am", "an", "ang", "anh", "ao", "ap", "at", "au", "ay", "ăc", "ăk", "ăm", "ăn", "ăng",
    "ăp", "ăt", "âc", "âm", "ân", "âng", "âp", "ât", "âu", "ây", "e", "ec", "em", "en", "eng", "eo", "ep", "et", "ê",
    "êch", "êm", "ên", "êng", "ênh", "êp", "êt", "êu", "i", "ia", "ich", "im", "in", "inh", "ip", "it", "iu", "iêc",
    "iêm", "iên", "iêng", "iêp", "iêt", "iêu", "o", "oa", "oac", "oach", "oai", "oam", "oan", "oang", "oanh", "oao",
    "oap", "oat", "oay", "oăc", "oăm", "oăn", "oăng", "oăt", "oc", "oe", "oen", "oeo", "oet", "oi", "om", "on", "ong",
    "ooc", "oong", "op", "ot", "ô", "ôc", "ôi", "ôm", "ôn", "ông", "ôp", "ôt", "ơ", "ơi", "ơm", "ơn", "ơp", "ơt", "u",
    "ua", "uân", "uâng", "uât", "uây", "uc", "uê", "uêch", "uên", "uênh", "uêt", "ui", "um", "un", "ung", "uôc",
    "uôi", "uôm", "uôn", "uông", "uôt", "uơ", "up", "ut", "uy", "uya", "uych", "uyên", "uyêt", "uyn", "uynh", "uyt",
    "uyu", "ư", "ưa", "ưc", "ưi", "ưm", "ưn", "ưng", "ưt", "ưu", "ươc", "ươi", "ươm", "ươn", "ương", "ươp", "ươt",
    "ươu", "y", "ych", "yêm", "yên", "yêng", "yêt", "yêu", "ym", "yn", "ynh", "yt", "yu",
})  # fmt: skip
"""All rhymes, without their tones."""
_STOPS = ("ch", "c", "k", "p", "t")
"""The final consonants with which a syllable has one of two tones only."""
_TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
"""Grave, acute, tilde, hook above and dot below, as combining characters."""
_TONES_OF_STOPS = frozenset("\u0301\u0323")
_QUALITIES = frozenset("ăâêôơư")
_GLIDES = frozenset({"oa", "oe", "uy"})
"""Rhymes in which the tone may stand on either letter: "hòa" and "hoà"."""


@lru_cache(maxsize=16_384)
def is_syllable(word: str) -> bool:
    """Whether a word, in any case and with all its accents, is spelled as a Vietnamese syllable.

    It need not exist. Its tone has to stand on the letter that carries it.
    """
    letters = ""
    tone, tone_at = "", -1
    for character in unicodedata.normalize("NFD", word.lower()):
        if character in _TONES:
            if tone:
                return False
            tone, tone_at = character, len(unicodedata.normalize("NFC", letters)) - 1
        else:
            letters += character
    bare = unicodedata.normalize("NFC", letters)
    return any(bare.startswith(onset) and _fits(bare[len(onset) :], tone, tone_at - len(onset)) for onset in _ONSETS)


def _fits(rhyme: str, tone: str, tone_at: int) -> bool:
    """Whether a rhyme takes a tone on its letter number `tone_at`; an empty tone is the level one."""
    if rhyme not in _RHYMES:
        return False
    if rhyme.endswith(_STOPS) and tone not in _TONES_OF_STOPS:
        return False
    if not tone:
        return True
    nucleus = rhyme.rstrip("bcghkmnpt")
    qualities = [position for position, letter in enumerate(nucleus) if letter in _QUALITIES]
    if qualities:
        return tone_at == qualities[-1]
    if rhyme in _GLIDES:
        return tone_at in (0, 1)
    if nucleus != rhyme or len(nucleus) == len("oai"):
        return tone_at == (len(nucleus) - 1 if nucleus != rhyme else 1)
    return tone_at == 0
