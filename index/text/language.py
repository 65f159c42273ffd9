"""Which language a text is in, from the languages that the product is made for; Vietnamese without accents too."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import regex

from index.text.normalization import fold, normalize

LANGUAGES = ("vi", "en", "fr", "de", "es", "id", "ru", "zh", "ja", "ko", "th", "lo", "km")
"""ISO 639-1 codes that detection can answer; a given `language` may be any other."""

UNDETERMINED = "und"
"""The ISO 639-2 code for a language that is not known."""

_SAMPLE_CHARACTERS = 2000
"""Characters at the beginning of a text that are looked at; a limit."""
_SCRIPTS = (
    ("ja", regex.compile(r"[\p{Hiragana}\p{Katakana}]"), 0.10),
    ("ko", regex.compile(r"\p{Hangul}"), 0.30),
    ("zh", regex.compile(r"\p{Han}"), 0.30),
    ("th", regex.compile(r"\p{Thai}"), 0.30),
    ("lo", regex.compile(r"\p{Lao}"), 0.30),
    ("km", regex.compile(r"\p{Khmer}"), 0.30),
    ("ru", regex.compile(r"\p{Cyrillic}"), 0.30),
)
"""Languages, the script of each, and the least share of letters in it that means the language; judgements.

Japanese comes first and needs a lower share, since its texts have many Han characters too.
"""
_VIETNAMESE_LETTER = regex.compile(r"[ăđơưắằẳẵặấầẩẫậếềểễệốồổỗộớờởỡợứừửữựạảẹẻẽịỉĩọỏụủũỳỵỷỹ]")
_WORD = regex.compile(r"[a-z]+")
_LETTER = regex.compile(r"\p{L}")
_SYLLABLE = regex.compile(
    r"(?:ngh|ng|nh|ch|gh|gi|kh|ph|qu|th|tr|[bcdghklmnprstvx])?"
    r"(?:uye|uya|oai|oay|oao|oeo|uoi|uou|uay|uau|ieu|yeu|ai|ao|au|ay|eo|eu|ia|ie|iu|oa|oe|oi|oo|ua|ue|ui|uo|uu|uy|ye|ya|[aeiouy])"
    r"(?:ch|nh|ng|[cmnpt])?"
)
_FUNCTION_SYLLABLES = frozenset(
    {
        "ai", "ban", "bao", "cac", "cho", "co", "con", "cua", "cung", "da", "dau", "de", "den", "do", "duoc",
        "duong", "gi", "ha", "hay", "hon", "khi", "khong", "la", "lam", "mot", "nam", "nao", "nay", "neu", "ngay",
        "nguoi", "nhieu", "nhung", "noi", "phai", "pho", "ra", "rang", "se", "tai", "thanh", "theo", "thi", "toi",
        "trong", "tu", "va", "vao", "ve", "viec", "viet", "voi",
    }
)  # fmt: skip
_SYLLABLE_SHARES = ((0.9, 0.12), (0.7, 0.25))
"""Pairs of least shares: of words that could be syllables, and of words that are common syllables.

Names of foreign places lower the first; questions raise the second. Measured on the ViQuAD dev questions and Tatoeba
in seven languages.
"""
_VIETNAMESE_SHARE = 0.02
"""Least share of letters that only Vietnamese has, for a text to be Vietnamese; a judgement."""
_FEWEST_WORDS = 2
"""Words from which a text without accents can be told to be Vietnamese; a judgement."""
_LATIN_LANGUAGES = ["en", "fr", "de", "es", "id", "vi"]
"""The languages in Latin script that statistics choose among."""
_MIN_PROBABILITY = 0.6
"""Least probability of a language told by statistics; a judgement."""


def primary_language(code: str) -> str:
    """Return a language code as it is stored: lower case, without region or script ("vi-VN" gives "vi")."""
    return code.lower().replace("_", "-").split("-")[0]


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the language of `text`, "und" when unsure.

    Scripts decide first. Then letters that only Vietnamese uses mean Vietnamese, and so do words that could all be
    Vietnamese syllables with common ones among them. langid decides the rest, among the languages in Latin script.
    """
    sample = normalize(text[:_SAMPLE_CHARACTERS])
    letters = len(_LETTER.findall(sample))
    if letters == 0:
        return UNDETERMINED
    for language, script, share in _SCRIPTS:
        if len(script.findall(sample)) >= share * letters:
            return language
    lowered = sample.lower()
    if len(_VIETNAMESE_LETTER.findall(lowered)) >= max(1, _VIETNAMESE_SHARE * letters):
        return "vi"
    if _could_be_unaccented_vietnamese(fold(sample)):
        return "vi"
    language, probability = _latin_identifier().classify(lowered)
    return str(language) if probability >= _MIN_PROBABILITY else UNDETERMINED


def _could_be_unaccented_vietnamese(folded: str) -> bool:
    words = _WORD.findall(folded)
    if len(words) < _FEWEST_WORDS:
        return False
    syllables = sum(_SYLLABLE.fullmatch(word) is not None for word in words)
    common = sum(word in _FUNCTION_SYLLABLES for word in words)
    return any(syllables >= some * len(words) and common >= few * len(words) for some, few in _SYLLABLE_SHARES)


@lru_cache(maxsize=1)
def _latin_identifier() -> Any:
    # The model is unpacked on first use, which takes a moment; questions in Vietnamese never need it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(_LATIN_LANGUAGES)
    return identifier
