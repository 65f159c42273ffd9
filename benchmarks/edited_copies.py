"""Copies of an article, edited by rule as desks edit wires."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from index.text.normalization import fold
from index.text.sentences import split_sentences

_CHANGED_SHARE = 0.1
_HEADLINE_WORDS = 12

Edit = Callable[[str, random.Random, Sequence[str]], str]
"""From an article's text, a source of chance and other articles' texts to the copy."""


def _sentences(text: str) -> list[str]:
    return [text[start:end] for start, end in split_sentences(text)]


def sentence_dropped(text: str, chance: random.Random, _others: Sequence[str]) -> str:
    """Leave one sentence out; of two, the last."""
    sentences = _sentences(text)
    if len(sentences) > 1:
        sentences.pop(chance.randrange(len(sentences)) if len(sentences) > 2 else 1)
    return " ".join(sentences)


def reordered(text: str, chance: random.Random, _others: Sequence[str]) -> str:
    """Put the sentences in another order."""
    sentences = _sentences(text)
    chance.shuffle(sentences)
    return " ".join(sentences)


def words_changed(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Replace, remove, or put a word of another article behind, one word in ten."""
    words = text.split(" ")
    new = chance.choice(others).split() or ["x"]
    for place in chance.sample(range(len(words)), max(1, int(_CHANGED_SHARE * len(words)))):
        words[place] = chance.choice([chance.choice(new), "", f"{words[place]} {chance.choice(new)}"])
    return " ".join(words)


def headline_changed(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Put the first words of another article above the text."""
    return f"{' '.join(chance.choice(others).split()[:_HEADLINE_WORDS])}\n\n{text}"


def accents_lost(text: str, _chance: random.Random, _others: Sequence[str]) -> str:
    """Type the text without accents."""
    return fold(text)


def all_at_once(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Drop a sentence, reorder the others, change one word in ten, put another headline above."""
    for edit in (sentence_dropped, reordered, words_changed, headline_changed):
        text = edit(text, chance, others)
    return text


def first_two_sentences(text: str, _chance: random.Random, _others: Sequence[str]) -> str:
    """Keep the first two sentences, as a short wire does."""
    return " ".join(_sentences(text)[:2])


def within_another(text: str, chance: random.Random, others: Sequence[str]) -> str:
    """Put the text before another article, as background is put behind a wire."""
    return f"{text}\n\n{chance.choice(others)}"


EDITS: tuple[Edit, ...] = (
    sentence_dropped,
    reordered,
    words_changed,
    headline_changed,
    accents_lost,
    all_at_once,
    first_two_sentences,
    within_another,
)
