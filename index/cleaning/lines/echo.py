"""Whether the words of a line come again in a text: a headline's do, a section's do not."""

from __future__ import annotations

from itertools import pairwise

import regex

from index.text.normalization import fold

COMPARED_CHARACTERS = 3_000
"""Characters of a line and of a text that are compared; a limit. What a text is about comes at its beginning too."""
_UNRELATED = 0.15
"""Share of the word pairs of a line that come again in a text, below which it tells something else; a judgement."""
_ECHOED = 0.5
"""Share of them from which it tells the same; a judgement."""
_WORD = regex.compile(r"[\p{L}\p{N}\p{M}]+")


def is_echoed(line: str, text: str) -> bool:
    """Whether at least half the word pairs of a line come again in a text; a line without pairs has nothing to miss."""
    return _echo(line, text) >= _ECHOED


def is_unrelated(line: str, text: str) -> bool:
    """Whether hardly any word pair of a line comes again in a text."""
    return _echo(line, text) < _UNRELATED


def _echo(text: str, article: str) -> float:
    """Return the share of the word pairs of a line that come in another text; 1 where the line has none."""
    pairs = _word_pairs(text)
    return len(pairs & _word_pairs(article)) / len(pairs) if pairs else 1.0


def _word_pairs(text: str) -> set[tuple[str, str]]:
    words = _WORD.findall(fold(text[:COMPARED_CHARACTERS]))
    return set(pairwise(words))
