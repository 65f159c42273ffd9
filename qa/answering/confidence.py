"""How likely the answer is right, from the judged sentences.

The likelihood is calibrated on the development sets, with the right article present or removed: of the answers with a
confidence of 0.8, about 8 in 10 hold what was asked for. A calibration belongs to one model; a model without one has no
confidence.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.arithmetic import logistic
from qa.evidence.features import FEATURE_NAMES, Features
from qa.evidence.network import Array, Network

_OF_BEST_SENTENCE = (
    "share",
    "accented_share",
    "title_and_sentence_share",
    "focus_share",
    "match",
    "cosine",
    "below_best_match",
    "of_best_share",
    "log_characters",
    "log_new_syllables",
    "fused",
    "passage_cosine",
    "passage_explained",
    "passage_share",
    "passage_focus_share",
    "passage_accented_share",
    "passage_names",
    "passage_match",
    "passage_close_match",
    "passage_telling_match",
    "passage_missing",
    "doubt",
)
_HIGHEST = ("match", "share", "focus_share", "cosine", "passage_match", "passage_share", "passage_explained")
_OFFERS = tuple(name for name in FEATURE_NAMES if name.startswith("offers_"))

SIGNALS = (
    *_OF_BEST_SENTENCE,
    *(f"highest_{name}" for name in _HIGHEST),
    "offered",  # the best sentence holds the kind of answer that is asked for
    "not_offered",  # it does not
    "gap",  # of the network's score to the best sentence of another article
    "likelihood",  # of the best sentence among all
    "entropy",  # of the likelihoods
    "fused_gap",  # to the best passage of another article
    "explained_gap",
    "cosine_gap",
    "words_agree",  # the article whose words match best is the best sentence's
    "vectors_agree",  # the same for cosines
)
"""What is known of an answer before it is verified; none of it grows with the corpus as BM25 does."""
VERIFIED_SIGNALS = (*SIGNALS, "verdict")
"""The inputs of a calibration: the same, and what the verifier says of the best sentence with its neighbours."""

_WIDEST_GAP = 8.0
"""Largest gap between two scores of the network that counts: a judgement. It also stands for a single article's gap."""
_WIDEST_SCORE_GAP = 1.0
"""The same for fused scores, explained shares and cosines: a judgement."""
_LOGIT_BOUND = 30.0
"""Limit on a logit, so that its exponential stays finite."""
_LEAST_LIKELIHOOD = 1e-12
"""Limit added to a likelihood, so that its logarithm stays finite."""
_ROW = {name: row for row, name in enumerate(FEATURE_NAMES)}
_OF_BEST_ROWS = [_ROW[name] for name in _OF_BEST_SENTENCE]
_HIGHEST_ROWS = [_ROW[name] for name in _HIGHEST]
_OFFER_ROWS = [_ROW[name] for name in _OFFERS]
_GAP_ROWS = [_ROW[name] for name in ("fused", "passage_explained", "passage_cosine")]


@dataclass(frozen=True, slots=True)
class Calibration:
    """Turns signals into the likelihood that an answer is right.

    Attributes:
        network: turns `VERIFIED_SIGNALS` into a logit.
        first: turns `SIGNALS` into one, before the verifier has read anything, and for sentences that it does not read.
        threshold: least confidence of an answer that is given.
    """

    network: Network
    first: Network
    threshold: float

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Calibration:
        """Return the calibration that `to_json` turned into plain values."""
        network = Network.from_json(value["network"], VERIFIED_SIGNALS)
        return cls(network, Network.from_json(value["first"], SIGNALS), float(value["threshold"]))

    def to_json(self) -> dict[str, Any]:
        """Return the calibration as plain values."""
        return {"threshold": self.threshold, "network": self.network.to_json(), "first": self.first.to_json()}

    def confidence(self, signals: NDArray[np.float32]) -> float:
        """Return how likely the answer is right, 0 to 1, from `signals`, shape (len(VERIFIED_SIGNALS),)."""
        return _likelihood(self.network, signals)

    def at_first_sight(self, signals: NDArray[np.float32]) -> float:
        """Return the same without the verifier's verdict, from `signals`, shape (len(SIGNALS),)."""
        return _likelihood(self.first, signals)


def _likelihood(network: Network, signals: NDArray[np.float32]) -> float:
    return float(logistic(float(network(signals[np.newaxis])[0]), _LOGIT_BOUND))


@lru_cache(maxsize=1)
def builtin_calibration() -> Calibration:
    """Return the calibration of the built-in model, which ships with it."""
    return Calibration.from_json(json.loads((Path(__file__).parent / "calibration.json").read_text(encoding="utf-8")))


def confidence_signals(
    features: Features,
    candidates: NDArray[np.int64],
    articles: Sequence[int] | NDArray[np.int64],
    logits: Array,
    answering: NDArray[np.bool_] | None = None,
) -> NDArray[np.float32]:
    """Return the inputs of a calibration, shape (len(SIGNALS),); all zeros when there is no sentence to answer.

    Args:
        features: of all sentences, shape (sentences, len(FEATURE_NAMES)).
        candidates: the candidate of each sentence, shape (sentences,).
        articles: the article of each candidate, as a number, shape (candidates,).
        logits: the evidence network's scores, shape (sentences,).
        answering: whether each sentence may be in the answer, shape (sentences,); None when all may. Outside hybrid
            mode the best sentence is not always shown.
    """
    shown = np.ones(len(features), dtype=bool) if answering is None else answering
    if not shown.any():
        return np.zeros(len(SIGNALS), dtype=np.float32)
    best = int(np.argmax(np.where(shown, logits, -np.inf)))
    return signals_alone(features, candidates, articles, logits, np.array([best])).ravel()


def signals_alone(
    features: Features,
    candidates: NDArray[np.int64],
    articles: Sequence[int] | NDArray[np.int64],
    logits: Array,
    rows: NDArray[np.int64],
) -> NDArray[np.float32]:
    """Return the inputs of a calibration for each sentence of `rows` as if it were the whole answer.

    Shape (len(rows), len(SIGNALS)); the other arguments are those of `confidence_signals`.
    """
    if not len(rows):
        return np.zeros((0, len(SIGNALS)), dtype=np.float32)
    owners = np.asarray(articles)[candidates]
    likelihoods = np.exp(logits - logits.max())
    likelihoods /= likelihoods.sum()
    offered = features[rows][:, _OFFER_ROWS].sum(axis=1)
    signals = np.column_stack(
        [
            features[rows][:, _OF_BEST_ROWS],
            np.broadcast_to(features[:, _HIGHEST_ROWS].max(axis=0), (len(rows), len(_HIGHEST_ROWS))),
            np.maximum(offered, 0.0),
            np.maximum(-offered, 0.0),
            _gaps(logits, owners, owners[rows], _WIDEST_GAP),
            likelihoods[rows],
            np.full(len(rows), -float((likelihoods * np.log(likelihoods + _LEAST_LIKELIHOOD)).sum())),
            *(_gaps(features[:, row], owners, owners[rows], _WIDEST_SCORE_GAP) for row in _GAP_ROWS),
            *(owners[rows] == owners[int(np.argmax(features[:, row]))] for row in _GAP_ROWS[1:]),
        ]
    )
    return signals.astype(np.float32)


def _gaps(values: NDArray[Any], owners: NDArray[np.int64], articles: NDArray[np.int64], widest: float) -> NDArray[Any]:
    """Return how far each of `articles` is ahead of all others; `owners` are the articles of the values."""
    others = owners[np.newaxis] != articles[:, np.newaxis]
    best_of_others = np.where(others, values, -np.inf).max(axis=1)
    own = np.where(others, -np.inf, values).max(axis=1)
    gaps: NDArray[Any] = np.clip(own - best_of_others, -widest, widest)
    return gaps
