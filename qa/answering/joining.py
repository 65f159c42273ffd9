"""Which further sentences may join an answer: those that are strong by themselves, however weak the strongest is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.answering.composition import SentencePlace
from qa.answering.confidence import SIGNALS, Calibration

BESIDE = 0.05
"""Confidence alone from which a sentence of the strongest's own article joins it.

Measured on ViQuAD and `seeds/`: the answer often stands beside the sentence that repeats the question, and 0.1 lost
more.
"""
AS_MUCH = 0.8
"""How much of the question a sentence of another article must hold with its title, as a share of the strongest's.

Measured on ViQuAD and `seeds/`, with the threshold of confidence: of the sentences of other articles, three in four
that hold no answer stay out, and half of those that do.
"""
_HELD = SIGNALS.index("title_and_sentence_share")


@dataclass(frozen=True, slots=True)
class Joining:
    """Decides about the sentences of one answer.

    Attributes:
        calibration: turns signals into confidence; without one every sentence may join.
        alone: the signals of each sentence as if it were the whole answer.
    """

    calibration: Calibration | None
    alone: Mapping[SentencePlace, NDArray[np.float32]]

    def __call__(self, strongest: SentencePlace, further: SentencePlace) -> bool:
        """Whether `further` may join the answer that begins with `strongest`."""
        if self.calibration is None:
            return True
        one, other = self.alone.get(strongest), self.alone.get(further)
        if one is None or other is None:
            return False
        confidence = self.calibration.at_first_sight(other)
        if strongest[0] == further[0]:
            return confidence >= BESIDE
        return confidence >= self.calibration.threshold and bool(other[_HELD] >= AS_MUCH * one[_HELD])
