"""Which sentences the verifier reads: the best one, with the ones beside it as far as they are short."""

from __future__ import annotations

from dataclasses import dataclass

from index.reading.readings import Numbers

WINDOW_CHARACTERS = 420
"""Most characters of a sentence with its neighbours: a limit on time, the one that the verifier was trained with."""
TITLE_CHARACTERS = 150
"""Most characters of a title: a limit, so that a long one leaves room for what stands below it."""


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a passage, and the title of its article."""

    title: str
    text: str


def window_around(candidates: Numbers, starts: Numbers, ends: Numbers, row: int, title: str, text: str) -> Window:
    """Return the sentence of a row with the next and the one before, where both together are short enough.

    Args:
        candidates: the candidate of each sentence, shape (sentences,).
        starts: where it begins in the candidate's text, in code points, shape (sentences,).
        ends: where it ends.
        row: which sentence.
        title: of its article.
        text: its passage.
    """
    start, end = int(starts[row]), int(ends[row])
    for beside in (row + 1, row - 1):
        if 0 <= beside < len(candidates) and candidates[beside] == candidates[row]:
            first, last = min(start, int(starts[beside])), max(end, int(ends[beside]))
            if last - first <= WINDOW_CHARACTERS:
                start, end = first, last
    return Window(title[:TITLE_CHARACTERS], text[start : min(end, start + WINDOW_CHARACTERS)])
