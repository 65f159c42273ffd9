"""Reprints and edited wires, recognised by their words whatever the model says.

MinHash signatures tell cheaply which two texts may have much in common; the sentences of those are then aligned, word
by word. Accents, case, punctuation, line breaks and the order of sentences do not count.

Signatures come from rensa, alignments from rapidfuzz; this is the only file that imports them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import rensa
from numpy.typing import NDArray
from rapidfuzz import fuzz

from index.text.normalization import fold
from index.text.sentences import Span, split_sentences

READ_CHARACTERS = 50_000
"""So much of a long text is compared, from its beginning."""
READ_WORDS = 6_000
"""And no more than the sentences with so many words: eight times a long news article."""
_RUN_WORDS = 4
"""Runs of as many words are compared. Different news share hardly any; one word changed in ten leaves two thirds."""
_PERMUTATIONS = 128
_SEED = 1
_DOUBTFUL_MATCHES = 3
"""As many more permutations may agree than did: what chance hides of a short text within a long one."""
_WORTH_ALIGNING = 0.3
"""Share of the shorter text's runs below which two texts are not aligned."""
_PIECE_WORDS = 16
"""A longer sentence is looked for in pieces, so that it need not be one sentence in the other text."""
_SAME = 0.6
"""Similarity of two sequences of words, from 0 to 1, that makes one an edited copy of the other."""
_SHOWN = 0.8
"""Similarity from which a sentence is shown as shared."""
_SHOWN_WORDS = 4
"""A shorter sentence ("Photo: AFP") that two texts share tells nothing and is not shown."""
NEAR_DUPLICATE_SHARE = 0.75
"""Share of the shorter text's words that the other has too, in stretches that are the same or edited."""
_LEAST_WORDS = 12
"""A shorter text is a near-duplicate only of a text with the same words throughout."""
_TEMPLATE_NUMBERS = 10
_TEMPLATE_SHARE = 0.7
"""Two texts with many numbers, of which they share fewer, come from one template: prices, weather, results."""
_FIRST_CODE = 0x10000
"""Words stand as single characters while they are aligned, numbered from here: behind the surrogates."""

_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_WORD = re.compile(rf"[{_SPACELESS}]|[^\W_{_SPACELESS}]+")

Signature = NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Wording:
    """A text as it is compared.

    Attributes:
        spans: its sentences that hold words, as offsets into the text.
        sentences: the words of each, folded; a character each in scripts without spaces.
        signature: MinHash of its runs of words, shape (128,).
        runs: how many different runs there are.
        words: how many words there are.
    """

    spans: tuple[Span, ...]
    sentences: tuple[tuple[str, ...], ...]
    signature: Signature
    runs: int
    words: int


def words_of(text: str) -> list[str]:
    """Return the folded words of a text; a character each in scripts without spaces."""
    return _WORD.findall(fold(text))


def runs_of(words: Sequence[str]) -> set[str]:
    """Return the different runs of four words; a shorter text is one run."""
    if len(words) <= _RUN_WORDS:
        return {" ".join(words)} if words else set()
    return {" ".join(words[first : first + _RUN_WORDS]) for first in range(len(words) - _RUN_WORDS + 1)}


def wording_of(text: str) -> Wording:
    """Return a text ready to be compared; of a very long one the beginning."""
    head = text[:READ_CHARACTERS]
    found = split_sentences(head)
    if len(head) < len(text) and len(found) > 1:
        found.pop()  # it may be cut in half
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
    """Return the sentences that hold words, with their words, until there are enough."""
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


def may_overlap(one: Wording, other: Wording) -> bool:
    """Whether so many of the runs of the shorter text may stand in the other that aligning them is worth its time.

    Two sets of n and m elements with the Jaccard similarity J have J (n + m) / (1 + J) elements in common. J is
    estimated by the share of permutations with the same minimum (Broder 1997).
    """
    if not one.runs or not other.runs:
        return False
    agreeing = int(np.count_nonzero(one.signature == other.signature)) + _DOUBTFUL_MATCHES
    jaccard = min(1.0, agreeing / _PERMUTATIONS)
    fewer, more = sorted((one.runs, other.runs))
    return jaccard * (fewer + more) / (1.0 + jaccard) >= _WORTH_ALIGNING * fewer


def near_duplicate(one: Wording, other: Wording) -> bool:
    """Whether one of two texts is a reprint, an edited copy or a part of the other."""
    return is_near_duplicate(one, other, share_in_common(one, other))


def share_in_common(one: Wording, other: Wording) -> float:
    """Return the share of the words of the shorter text that stand in the other, in stretches alike, 0 to 1.

    Aligns nothing, and returns 0, where the signatures rule out that much is in common.
    """
    if not may_overlap(one, other):
        return 0.0
    shorter, longer = sorted((one, other), key=lambda wording: (wording.words, wording.sentences))
    pieces = [
        words[first : first + _PIECE_WORDS]
        for words in shorter.sentences
        for first in range(0, len(words), _PIECE_WORDS)
    ]
    found = sum(len(piece) * score for piece, score in zip(pieces, _found_in(longer, pieces, _SAME), strict=True))
    return min(1.0, found / shorter.words)


def is_near_duplicate(one: Wording, other: Wording, share: float) -> bool:
    """Whether two texts with this share in common are one: nearly all of the shorter one, and no template."""
    if share < NEAR_DUPLICATE_SHARE:
        return False
    words, others = _all_words(one), _all_words(other)
    if min(len(words), len(others)) < _LEAST_WORDS and words != others:
        return False
    numbers, other_numbers = ({word for word in text if word[0].isdigit()} for text in (words, others))
    fewer = min(len(numbers), len(other_numbers))
    return fewer < _TEMPLATE_NUMBERS or len(numbers & other_numbers) >= _TEMPLATE_SHARE * fewer


def shared_sentences(one: Wording, other: Wording) -> tuple[Span, ...]:
    """Return the sentences of `other` that `one` has too, a few words aside, as offsets into the text of `other`."""
    longest = sum(map(len, one.sentences)) / _SHOWN
    long_enough = [
        (span, words)
        for span, words in zip(other.spans, other.sentences, strict=True)
        if _SHOWN_WORDS <= len(words) <= longest
    ]
    scores = _found_in(one, [words for _span, words in long_enough], _SHOWN)
    return tuple(span for (span, _words), score in zip(long_enough, scores, strict=True) if score)


def _found_in(text: Wording, pieces: Sequence[Sequence[str]], least: float) -> list[float]:
    """Return how much of each piece stands in a stretch of `text`, in order, 0 where it is less than `least`."""
    codes: dict[str, str] = {}

    def encoded(words: Sequence[str]) -> str:
        return "".join(codes.setdefault(word, chr(_FIRST_CODE + len(codes))) for word in words)

    within = encoded(_all_words(text))
    return [fuzz.partial_ratio(encoded(piece), within, score_cutoff=100 * least) / 100 for piece in pieces]


def _all_words(wording: Wording) -> list[str]:
    return [word for words in wording.sentences for word in words]
