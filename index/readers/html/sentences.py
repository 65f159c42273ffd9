"""Elements within a sentence, whose words belong to it: extraction drops times, and breaks the line at quotations."""

from __future__ import annotations

from itertools import islice
from typing import Any

_PARAGRAPH_TAGS = frozenset({"p", "li", "td", "dd", "blockquote"})
_PHRASE_TAGS = frozenset({"a", "b", "strong", "i", "em", "span", "u", "font", "small", "mark"})
"""Elements that may stand between a paragraph and its times, by definition of HTML."""
_SENTENCE_WORDS = 8
"""Words of a paragraph beside a time from which the time is part of a sentence, at least; a judgement."""
_MOST_NODES = 50
"""Pieces of text of a paragraph that are looked at; a limit."""
_MOST_CHARACTERS = 400
"""Characters of each piece that are looked at; a limit."""


def with_whole_sentences(tree: Any) -> Any:
    """Return the tree, changed: times and quotations within sentences are elements without a meaning of their own."""
    for element in list(tree.iter("time", "q")):
        if stands_in_sentence(element):
            element.tag = "span"
    return tree


def stands_in_sentence(element: Any) -> bool:
    """Whether an element is part of a sentence, and not beside a headline or in a byline."""
    parent = element.getparent()
    while parent is not None and parent.tag in _PHRASE_TAGS:
        parent = parent.getparent()
    if parent is None or parent.tag not in _PARAGRAPH_TAGS:
        return False
    return _count_words(parent) - _count_words(element) >= _SENTENCE_WORDS


def _count_words(element: Any) -> int:
    pieces = islice(element.itertext(), _MOST_NODES)
    return sum(len(piece[:_MOST_CHARACTERS].split()) for piece in pieces)
