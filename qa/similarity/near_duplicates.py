"""Recognises reprints and edited wires by their words, whatever the model says.

MinHash signatures tell cheaply which two texts may have much in common. Only then are their sentences aligned, word by
word. Accents, case, punctuation, line breaks and the order of sentences do not count.

Signatures come from rensa, alignments from rapidfuzz; no other file imports them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
import rensa
from numpy.typing import NDArray
from rapidfuzz import fuzz

from index.text.normalization import fold
from index.text.sentences import Span, split_sentences

READ_CHARACTERS = 50_000
"""Most characters of a text that are compared, from its beginning: a limit on time."""
READ_WORDS = 6_000
"""Words after which no further sentence is compared, eight times a long news article: a limit on time."""
RUN_WORDS = 4
"""Words of a run: a judgement. Different news share hardly any run; one word changed in ten leaves two thirds."""
_PERMUTATIONS = 128
"""Numbers of a signature: a limit on time and memory."""
_SEED = 1
"""Seed of the permutations: a judgement, any other would do."""
_DOUBTFUL_MATCHES = 3
"""Permutations that are added to those that agree: a judgement, since chance hides a short text within a long one."""
_PIECE_WORDS = 16
"""Words of a piece: a judgement. Longer sentences are cut, since the other text may split them in another way."""
_SHOWN = 0.8
"""Similarity from which a sentence is shown as shared, 0 to 1: a judgement."""
_SHOWN_WORDS = 4
"""Least words of a shared sentence that is shown: a judgement, "Photo: AFP" tells nothing."""
_FIRST_CODE = 0x10000
"""Code point of the first word while words are aligned as single characters: by definition behind the surrogates."""

_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_SPACELESS}]|[^\W_{_SPACELESS}]+")

Signature = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class DuplicateThresholds:
    """When two texts are near-duplicates; measured on Vietnamese news and on copies of it that were edited by rule.

    Attributes:
        worth_aligning: estimated share of the shorter text's runs from which two texts are aligned.
        same: similarity of two sequences of words, 0 to 1, from which one is an edited copy of the other.
        share: share of the shorter text's words, in equal or edited stretches, from which both are near-duplicates.
        least_words: words below which a text is a near-duplicate only of a text with the same words throughout.
        template_numbers: different numbers in both texts from which the numbers must agree.
        template_share: share of the numbers that must agree; else both come from one template, such as prices, weather
            or results.
    """

    worth_aligning: float = 0.3
    same: float = 0.6
    share: float = 0.75
    least_words: int = 12
    template_numbers: int = 10
    template_share: float = 0.7


DUPLICATE_THRESHOLDS = DuplicateThresholds()


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of a text, ready to be compared.

    Attributes:
        spans: its sentences that hold words, as offsets into the text.
        sentences: the folded words of each sentence; in scripts without spaces every character is a word.
        signature: MinHash of its runs of words, shape (128,).
        runs: the number of different runs.
        words: the number of words.
    """

    spans: tuple[Span, ...]
    sentences: tuple[tuple[str, ...], ...]
    signature: Signature
    runs: int
    words: int


def words_of(text: str) -> list[str]:
    """Return the folded words of a text; in scripts without spaces every character is a word."""
    return _WORD.findall(fold(text))


def runs_of(words: Sequence[str]) -> set[str]:
    """Return the different runs of four words; a text of at most four words is one run."""
    if len(words) <= RUN_WORDS:
        return {" ".join(words)} if words else set()
    return set(map(" ".join, zip(*(words[first:] for first in range(RUN_WORDS)), strict=False)))


def wording_of(text: str) -> Wording:
    """Return the wording of a text, or of its beginning if it is very long."""
    head = text[:READ_CHARACTERS]
    found = split_sentences(head)
    if len(head) < len(text) and len(found) > 1:
        found.pop()  # it may be cut in half
    folded = fold(head)
    if len(folded) == len(head):  # else no letter stands where it stood
        spans, sentences = _worded_sentences(folded, found, _WORD.findall)
    else:
        spans, sentences = _worded_sentences(head, found, words_of)
    if not sentences:  # nothing but signs, such as emoji: then each is a word
        spans, sentences = _worded_sentences(head, found, lambda sentence: list("".join(sentence.split())))
    runs = runs_of([word for words in sentences for word in words])
    sketch = rensa.RMinHash(num_perm=_PERMUTATIONS, seed=_SEED)
    sketch.update(list(runs))
    signature = np.array(sketch.digest(), dtype=np.uint32)
    return Wording(tuple(spans), tuple(sentences), signature, len(runs), sum(map(len, sentences)))


def _worded_sentences(
    text: str, found: Sequence[Span], cut: Callable[[str], list[str]]
) -> tuple[list[Span], list[tuple[str, ...]]]:
    """Return the sentences that hold words, and the words of each, up to about `READ_WORDS` words."""
    spans: list[Span] = []
    sentences: list[tuple[str, ...]] = []
    total = 0
    for start, end in found:
        words = tuple(cut(text[start:end]))
        if words:
            spans.append((start, end))
            sentences.append(words)
            total += len(words)
            if total >= READ_WORDS:
                break
    return spans, sentences


def may_overlap(one: Wording, other: Wording, thresholds: DuplicateThresholds = DUPLICATE_THRESHOLDS) -> bool:
    """Whether the other text may hold enough runs of the shorter one to be worth aligning.

    Two sets of n and m elements with the Jaccard similarity J have J (n + m) / (1 + J) elements in common. The share of
    permutations with the same minimum estimates J (Broder 1997).
    """
    if not one.runs or not other.runs:
        return False
    agreeing = int(np.count_nonzero(one.signature == other.signature)) + _DOUBTFUL_MATCHES
    jaccard = min(1.0, agreeing / _PERMUTATIONS)
    fewer, more = sorted((one.runs, other.runs))
    return jaccard * (fewer + more) / (1.0 + jaccard) >= thresholds.worth_aligning * fewer


def near_duplicate(one: Wording, other: Wording, thresholds: DuplicateThresholds = DUPLICATE_THRESHOLDS) -> bool:
    """Whether one of two texts is a reprint, an edited copy or a part of the other."""
    return is_near_duplicate(one, other, share_in_common(one, other, thresholds, thresholds.share), thresholds)


def share_in_common(
    one: Wording, other: Wording, thresholds: DuplicateThresholds = DUPLICATE_THRESHOLDS, least: float = 0.0
) -> float:
    """Return the share of the shorter text's words that the other holds too, in equal or edited stretches, 0 to 1.

    When the signatures rule out that both have much in common, nothing is aligned and the share is 0. So is a share
    below `least`, as soon as the words that are left cannot reach it.
    """
    if not may_overlap(one, other, thresholds):
        return 0.0
    shorter, longer = sorted((one, other), key=lambda wording: (wording.words, wording.sentences))
    pieces = [
        words[first : first + _PIECE_WORDS]
        for words in shorter.sentences
        for first in range(0, len(words), _PIECE_WORDS)
    ]
    found, left = 0.0, shorter.words
    for piece, score in zip(pieces, _found_in(longer, pieces, thresholds.same), strict=True):
        found += len(piece) * score
        left -= len(piece)
        if found + left < least * shorter.words:
            return 0.0
    return min(1.0, found / shorter.words)


def is_near_duplicate(
    one: Wording, other: Wording, share: float, thresholds: DuplicateThresholds = DUPLICATE_THRESHOLDS
) -> bool:
    """Whether two texts with this share in common are near-duplicates, and not two uses of one template."""
    if share < thresholds.share:
        return False
    words, others = _all_words(one), _all_words(other)
    if min(len(words), len(others)) < thresholds.least_words and words != others:
        return False
    numbers, other_numbers = ({word for word in text if word[0].isdigit()} for text in (words, others))
    fewer = min(len(numbers), len(other_numbers))
    if fewer < thresholds.template_numbers:
        return True
    return len(numbers & other_numbers) >= thresholds.template_share * fewer


def shared_sentences(one: Wording, other: Wording) -> tuple[Span, ...]:
    """Return the sentences of `other` that `one` holds too but for a few words, as offsets into the text of `other`."""
    longest = sum(map(len, one.sentences)) / _SHOWN
    long_enough = [
        (span, words)
        for span, words in zip(other.spans, other.sentences, strict=True)
        if _SHOWN_WORDS <= len(words) <= longest
    ]
    scores = _found_in(one, [words for _span, words in long_enough], _SHOWN)
    return tuple(span for (span, _words), score in zip(long_enough, scores, strict=True) if score)


def _found_in(text: Wording, pieces: Sequence[Sequence[str]], least: float) -> Iterator[float]:
    """Yield the share of each piece that a stretch of `text` holds in order; 0 when it is less than `least`."""
    words = _all_words(text)
    different = dict.fromkeys(chain(words, chain.from_iterable(pieces)))
    codes = {word: chr(_FIRST_CODE + place) for place, word in enumerate(different)}

    def encoded(words: Iterable[str]) -> str:
        return "".join(map(codes.__getitem__, words))

    within = encoded(words)
    for piece in map(encoded, pieces):
        yield 1.0 if piece in within else fuzz.partial_ratio(piece, within, score_cutoff=100 * least) / 100


def _all_words(wording: Wording) -> list[str]:
    return [word for words in wording.sentences for word in words]
