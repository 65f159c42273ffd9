"""Trains the tokenizer, in two stages: pieces within words, then set phrases of whole words.

Texts are put in NFC and lower case, every run of other characters than letters, marks, digits and spaces becomes
a line break, and what is left is cut into words.  A word keeps the space before it, so that a whole word and the
same letters inside a longer word are different pieces.  A run of Han, Hiragana, Katakana or Thai letters is a
word of its own, without that space; the length limit keeps frequent phrases from becoming single pieces.

A Vietnamese word is often two syllables with a space between.  Frequent neighbours that attract each other
("lãnh đạo", and "lanh dao" for text without accents) become pieces as well.  They are added tokens of the
`tokenizers` library: found from the left, the longest first, by an automaton, and only where both ends are ends
of words, before the rest is cut into byte-pair pieces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain, islice

import numpy as np
from numpy.typing import NDArray
from tokenizers import AddedToken, Regex, Tokenizer
from tokenizers.models import BPE
from tokenizers.normalizers import NFC, Lowercase, Prepend, Replace, Sequence
from tokenizers.pre_tokenizers import Split
from tokenizers.trainers import BpeTrainer

from index.text.normalization import fold

# Longest piece in characters, the leading space included: long enough for every Vietnamese syllable and most
# words of the other languages, short enough to keep boilerplate phrases of Thai or Japanese apart.
LONGEST_PIECE = 12

# A character that occurs less often than this in the training texts is left out of the alphabet.
ALPHABET_LIMIT = 6_000

# A phrase occurs at least so often in the training texts, and so many times (logarithm) more often than chance.
PHRASE_COUNT = 50
PHRASE_ATTRACTION = 2.5

# Rounds of joining: two words, then up to three, then up to four and more.
PHRASE_ROUNDS = 3

_NOT_A_WORD = r"[^\p{L}\p{M}\p{N} ]+"
# Added tokens pass through the normalizer too; this mark in front of them undoes the space put before a text.
PHRASE_MARK = "\x01"
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}ー\p{Thai}"
_WORDS = (
    r"\p{N}{1,4}|\p{Han}+|\p{Hiragana}+|[\p{Katakana}ー]+|\p{Thai}+"
    rf"| ?[\p{{L}}\p{{M}}&&[^{_UNSPACED}]]+"
)


def _empty_tokenizer() -> Tokenizer:
    tokenizer = Tokenizer(BPE())
    undo_space = Replace(Regex(rf"\A {PHRASE_MARK}"), "")
    tokenizer.normalizer = Sequence([NFC(), Lowercase(), Prepend(" "), undo_space, Replace(Regex(_NOT_A_WORD), "\n ")])
    tokenizer.pre_tokenizer = Split(Regex(_WORDS), "removed", invert=True)
    return tokenizer


def _distinct(texts: Iterable[str]) -> Iterator[str]:
    seen: set[int] = set()
    for text in texts:
        key = hash(text)
        if key not in seen:
            seen.add(key)
            yield text


def train_vocabulary(texts: Iterable[str], weighted: Iterable[str], pieces: int) -> Tokenizer:
    """Learn `pieces` pieces within words from the distinct ones among `texts`, and `weighted` as often as they come."""
    tokenizer = _empty_tokenizer()
    trainer = BpeTrainer(
        vocab_size=pieces,
        min_frequency=3,
        limit_alphabet=ALPHABET_LIMIT,
        max_token_length=LONGEST_PIECE,
        show_progress=False,
    )
    tokenizer.train_from_iterator(chain(_distinct(texts), weighted), trainer)
    return tokenizer


def add_phrases(tokenizer: Tokenizer, texts: Iterable[str], phrases: int) -> None:
    """Add the `phrases` most frequent phrases of `texts` to `tokenizer`, half of them without accents."""
    accented = _phrases(tokenizer, texts)
    chosen: dict[str, None] = {}
    for phrase in accented:
        if len(chosen) >= phrases - 1:
            break
        chosen[phrase] = None
        chosen[fold(phrase)] = None
    tokenizer.add_tokens([AddedToken(PHRASE_MARK + phrase, single_word=True, normalized=True) for phrase in chosen])


def plain_piece(piece: str) -> str:
    """A piece as the text it stands for, the space before a word included."""
    return " " + piece.removeprefix(PHRASE_MARK) if piece.startswith(PHRASE_MARK) else piece


def _phrases(tokenizer: Tokenizer, texts: Iterable[str]) -> list[str]:
    """Phrases of whole words in `texts`, the most frequent first."""
    size = tokenizer.get_vocab_size()
    names = [tokenizer.id_to_token(number) or "" for number in range(size)]
    # Text boundaries and pieces that are no whole words must not be joined: number -1.
    flat = _whole_words(tokenizer, texts, names)
    counts: dict[str, int] = {}
    for _ in range(PHRASE_ROUNDS):
        left, right, count = _attracted(flat, len(names))
        order = np.argsort(-count, kind="stable")
        codes = left[order].astype(np.int64) * len(names) + right[order]
        old_size = len(names)
        for first, second, often in zip(left[order], right[order], count[order], strict=True):
            names.append(names[first] + names[second])
            counts[names[-1]] = int(often)
        flat = _join(flat, codes, old_size)
    return [name.strip() for name in sorted(counts, key=lambda name: -counts[name])]


def _whole_words(tokenizer: Tokenizer, texts: Iterable[str], names: list[str]) -> NDArray[np.int64]:
    begins = np.array([name.startswith(" ") and len(name) > 1 for name in names])
    chunks: list[NDArray[np.int64]] = []
    waiting = iter(texts)
    while batch := list(islice(waiting, 20_000)):
        encodings = tokenizer.encode_batch_fast(batch, add_special_tokens=False)
        chunks.extend(np.array([*encoding.ids, -1], dtype=np.int64) for encoding in encodings)
    flat = np.concatenate(chunks)
    start = begins[flat] & (flat >= 0)
    ends_here = np.append(start[1:] | (flat[1:] < 0), True)  # the next piece begins a word
    return np.where(start & ends_here, flat, -1)


def _attracted(flat: NDArray[np.int64], size: int) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Neighbours that occur together often and more often than chance, and how often."""
    single = np.bincount(flat[flat >= 0], minlength=size)
    both = (flat[:-1] >= 0) & (flat[1:] >= 0)
    codes, count = np.unique(flat[:-1][both] * size + flat[1:][both], return_counts=True)
    codes, count = codes[count >= PHRASE_COUNT], count[count >= PHRASE_COUNT]
    left, right = codes // size, codes % size
    expected = single[left].astype(np.float64) * single[right] / single.sum()
    kept = np.log(count / expected) >= PHRASE_ATTRACTION
    return left[kept], right[kept], count[kept]


def _join(flat: NDArray[np.int64], codes: NDArray[np.int64], size: int) -> NDArray[np.int64]:
    """`flat` with the pairs of `codes` (left times `size` plus right) replaced by new numbers from `size` on."""
    order = np.argsort(codes)
    pairs = np.where((flat[:-1] >= 0) & (flat[1:] >= 0), flat[:-1] * size + flat[1:], -1)
    place = np.minimum(np.searchsorted(codes[order], pairs), len(codes) - 1)
    found = codes[order][place] == pairs
    found[1:] &= ~found[:-1]  # in a chain of pairs, about every other one
    joined = flat.copy()
    joined[:-1][found] = size + order[place[found]]
    keep = np.ones(len(flat), dtype=bool)
    keep[1:][found] = False
    return joined[keep]
