"""Trains the tokenizer: byte-pair pieces that never cross a space, a punctuation mark or a script.

Texts are put in NFC and lower case, every run of other characters than letters, marks and digits becomes
one space, and what is left is cut into words.  A word keeps the space before it, so that a whole word and the
same letters inside a longer word are different pieces.  A run of Han, Hiragana, Katakana or Thai letters is a
word of its own, without that space; the length limit keeps frequent phrases from becoming single pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from tokenizers import Regex, Tokenizer
from tokenizers.models import BPE
from tokenizers.normalizers import NFC, Lowercase, Prepend, Replace, Sequence
from tokenizers.pre_tokenizers import Split
from tokenizers.trainers import BpeTrainer

# Longest piece in characters, the leading space included: long enough for every Vietnamese syllable and most
# words of the other languages, short enough to keep boilerplate phrases of Thai or Japanese apart.
LONGEST_PIECE = 12

# A character that occurs less often than this in the training texts is left out of the alphabet.
ALPHABET_LIMIT = 6_000

_NOT_A_WORD = r"[^\p{L}\p{M}\p{N}]+"
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}"
_WORDS = (
    r"\p{N}{1,4}|\p{Han}+|\p{Hiragana}+|[\p{Katakana}ー]+|\p{Thai}+"
    rf"| ?[\p{{L}}\p{{M}}&&[^{_UNSPACED}]]+"
)


def _empty_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(BPE())
    tokenizer.normalizer = Sequence([NFC(), Lowercase(), Prepend(" "), Replace(Regex(_NOT_A_WORD), " ")])
    tokenizer.pre_tokenizer = Split(Regex(_WORDS), "removed", invert=True)
    return tokenizer


def _distinct(texts: Iterable[str]) -> Iterator[str]:
    seen: set[int] = set()
    for text in texts:
        key = hash(text)
        if key not in seen:
            seen.add(key)
            yield text


def train_vocabulary(texts: Iterable[str], pieces: int) -> Tokenizer:
    """Learn `pieces` pieces from the distinct ones among `texts`."""
    tokenizer = _empty_tokenizer()
    trainer = BpeTrainer(
        vocab_size=pieces,
        min_frequency=3,
        limit_alphabet=ALPHABET_LIMIT,
        max_token_length=LONGEST_PIECE,
        show_progress=False,
    )
    tokenizer.train_from_iterator(_distinct(texts), trainer)
    return tokenizer
