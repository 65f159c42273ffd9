"""Which language a text is in, from the languages that the product is made for; Vietnamese without accents too."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import regex

from index.text.normalization import fold, normalize
from index.text.vietnamese_syllables import is_syllable

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
_ANY_SCRIPT = re.compile("[\u0370-\u1dff\u1f00-\u1fff\u2c00-\U0010ffff]")
"""Among these are all characters of those scripts, and none of Latin; most texts have none of them."""
_VIETNAMESE_LETTERS = frozenset("ăđơưắằẳẵặấầẩẫậếềểễệốồổỗộớờởỡợứừửữựạảẹẻẽịỉĩọỏụủũỳỵỷỹ")
_VIETNAMESE_LETTER = re.compile(f"[{''.join(sorted(_VIETNAMESE_LETTERS))}]")
_WORD = regex.compile(r"[a-z]+")
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
_ACCENTED_SYLLABLES = 0.5
"""Least share of syllables among the words with such letters, for a text to be Vietnamese; a judgement."""
_MOST_FOREIGN = 0.2
"""Greatest share of words with accents that are no syllables, in Vietnamese without accents; a judgement."""
_ACCENTED_WORD = regex.compile(r"[\p{L}\p{M}]+")
_CLEARLY = 12.0
"""By how much the logarithm of a probability has to be greater for a language to fit clearly better.

Measured: at most 11.0 in 600 single sentences of Tatoeba in each of five known languages, and at most 2.5 in five
sentences together; at least 32 in two sentences of any of 36 other languages, but for Malay, which is much like
Indonesian.
"""
_SAME_MODEL = {"nb": "no", "fil": "tl", "in": "id", "iw": "he", "bs": "hr"}
"""Codes for which langid knows another one of the same or nearly the same language."""
_CODE = regex.compile(r"[a-z]{2,3}")
_LATIN_LANGUAGES = ["en", "fr", "de", "es", "id", "vi"]
"""The languages in Latin script that statistics choose among."""
_MIN_PROBABILITY = 0.6
"""Least probability of a language told by statistics; a judgement."""


def primary_language(code: str) -> str:
    """Return a language code as it is stored: lower case, without region or script ("vi-VN" gives "vi")."""
    return code.lower().replace("_", "-").split("-")[0]


def detect_language(text: str) -> str:
    """Return the ISO 639-1 code of the language of `text`, "und" when unsure or when it is none of `LANGUAGES`.

    Scripts decide first. Then syllables with letters that only Vietnamese uses mean Vietnamese, and so do words that
    could all be Vietnamese syllables with common ones among them. langid decides the rest, among the languages in Latin
    script; where a language that is not among them fits clearly better, the answer is "und".
    """
    sample = normalize(text[:_SAMPLE_CHARACTERS])
    letters = sum(map(str.isalpha, sample))
    if letters == 0:
        return UNDETERMINED
    lowered = sample.lower()
    for language, script, share in _SCRIPTS if _ANY_SCRIPT.search(sample) else ():
        if len(script.findall(sample)) >= share * letters:
            is_another = language == "ru" and _is_another(_fits(lowered), (language,))
            return UNDETERMINED if is_another else language
    if _is_accented_vietnamese(lowered, letters):
        return "vi"
    is_foreign = _has_foreign_accents(lowered)
    if not is_foreign and _could_be_unaccented_vietnamese(fold(sample)):
        return "vi"
    fits = _fits(lowered)
    best = max(_LATIN_LANGUAGES, key=lambda language: fits[language])
    # As langid does, since the words of a text are not independent: a long text would make every answer certain.
    scale = 1 / math.sqrt(len(lowered.encode()))
    probability = 1 / sum(math.exp((fits[language] - fits[best]) * scale) for language in _LATIN_LANGUAGES)
    if probability < _MIN_PROBABILITY:
        return UNDETERMINED
    # langid was not taught Vietnamese without accents, so that another language may seem to fit it better.
    is_sure = (best == "vi" and not is_foreign) or not _is_another(fits, _LATIN_LANGUAGES)
    return best if is_sure else UNDETERMINED


def language_of(text: str, stated: str | None) -> str:
    """Return the code of the language of a text that says it itself, such as a page in its markup.

    What is stated counts where detection agrees or is unsure, unless another language fits clearly better; pages are
    often made from a template in another language.

    Args:
        text: as for `detect_language`.
        stated: a code such as "da" or "pt-BR"; None or anything else is as if nothing was stated.
    """
    detected = detect_language(text)
    code = primary_language((stated or "").strip())
    if code in (detected, UNDETERMINED) or _CODE.fullmatch(code) is None:
        return detected
    lowered = normalize(text[:_SAMPLE_CHARACTERS]).lower()
    fits = _fits(lowered)
    fit = fits.get(_SAME_MODEL.get(code, code))
    if detected != UNDETERMINED:
        # Of two that are much alike, such as Malay and Indonesian, the one stated counts where it fits better.
        is_better = detected in _LATIN_LANGUAGES and detected != "vi" and fit is not None and fit > fits[detected]
        return code if is_better else detected
    if code == "vi" and _share_of_syllables(fold(lowered)) >= min(share for share, _ in _SYLLABLE_SHARES):
        return code
    return code if fit is None or max(fits.values()) - fit <= _CLEARLY else UNDETERMINED


def _fits(lowered: str) -> dict[str, float]:
    """Return how well each language that langid knows fits, as logarithms of unnormalised probabilities."""
    return {str(language): float(score) for language, score in _identifier().rank(lowered)}


def _is_another(fits: Mapping[str, float], known: Sequence[str]) -> bool:
    """Whether a language fits clearly better than all those that are known."""
    return max(fits.values()) - max(fits[language] for language in known) > _CLEARLY


def _is_accented_vietnamese(lowered: str, letters: int) -> bool:
    if len(_VIETNAMESE_LETTER.findall(lowered)) < max(1, _VIETNAMESE_SHARE * letters):
        return False
    # Romanian, Croatian, Yoruba and Igbo have some of these letters, in words that are no syllables.
    words = [word for word in _ACCENTED_WORD.findall(lowered) if not _VIETNAMESE_LETTERS.isdisjoint(word)]
    return sum(map(is_syllable, words)) >= _ACCENTED_SYLLABLES * len(words)


def _has_foreign_accents(lowered: str) -> bool:
    """Whether words with accents that are no Vietnamese syllables are more than a name or two."""
    words = _ACCENTED_WORD.findall(lowered)
    foreign = sum(not word.isascii() and not is_syllable(word) for word in words)
    return foreign > _MOST_FOREIGN * len(words)


def _could_be_unaccented_vietnamese(folded: str) -> bool:
    words = _WORD.findall(folded)
    if len(words) < _FEWEST_WORDS:
        return False
    syllables = _share_of_syllables(folded)
    common = sum(word in _FUNCTION_SYLLABLES for word in words) / len(words)
    return any(syllables >= some and common >= few for some, few in _SYLLABLE_SHARES)


def _share_of_syllables(folded: str) -> float:
    words = _WORD.findall(folded)
    return sum(_SYLLABLE.fullmatch(word) is not None for word in words) / max(len(words), 1)


@lru_cache(maxsize=1)
def _identifier() -> Any:
    # The model is unpacked on first use, which takes a moment; questions in Vietnamese never need it.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=False)
