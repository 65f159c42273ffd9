"""Trains what chooses the answering sentence and what tells how sure to be: `python -m training.answers --data DATA`.

Writes `qa/evidence/evidence.json`, `qa/answering/calibration.json` and `training/answers.json`, the report. Both are
learned on development sets; the report is of subjects that were left out of what was fitted: five folds for evidence,
two halves for confidence.
"""

from __future__ import annotations

import argparse
import json
import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.answering.composition import SENTENCES, STRONG_ENOUGH
from qa.answering.confidence import SIGNALS, VERIFIED_SIGNALS, Calibration, confidence_signals
from qa.evidence.features import FEATURE_NAMES
from qa.evidence.judge import quoted_sentences
from qa.evidence.network import Array, Network
from qa.verification.verifier import builtin_verifier
from training.calibration import area_under_curve, calibration_error
from training.fitting import Fit, fit_by_question, fit_likelihood
from training.questions import Example, examples

_EVIDENCE = Fit(units=48, epochs=12, batch=64, rate=5e-3, decay=1e-4)
_CALIBRATION_UNITS, _CALIBRATION_PENALTY = 16, 3e-3
_FOLDS = 4
_NOT_LEARNED_FROM = {"viquad among news", "evb en-vi", "evb vi-en"}
"""Sentences are not learned from these: among the news the right contexts are the ones without a title, and the two
EVB sets have hardly any look-alikes. With them the wrong one of two like articles came first more often."""
_NEAR, _NEAR_COUNTS, _UNANSWERED_COUNTS = "reading near", 20, 3
"""The set of near misses, how often it counts in the calibration, and how often an unanswered question does."""
_REMOVED = ("sentence", "article", "subject", "unanswered")
_SEED = 0
_THRESHOLD = 0.2
"""Answers less likely than this are not given; see `training/README.md` for what other values do."""

_ROOT = Path(__file__).parent.parent


def folds(found: Sequence[Example], count: int) -> list[set[str]]:
    """Return the subjects in `count` groups of about as many examples each."""
    sizes = Counter(example.subject for example in found)
    subjects = sorted(sizes)
    random.Random(_SEED).shuffle(subjects)
    groups: list[set[str]] = [set() for _ in range(count)]
    totals = [0] * count
    for subject in sorted(subjects, key=lambda one: -sizes[one]):
        smallest = totals.index(min(totals))
        groups[smallest].add(subject)
        totals[smallest] += sizes[subject]
    return groups


def fit_evidence(found: Iterable[Example]) -> Network:
    """Fit on the examples whose right sentence is among the candidates."""
    usable = [example for example in found if example.right.any() and example.setting not in _NOT_LEARNED_FROM]
    return fit_by_question(FEATURE_NAMES, [one.features for one in usable], [one.right for one in usable], _EVIDENCE)


def held_out_logits(found: Sequence[Example]) -> list[Array]:
    """Return the evidence scores of every example by a network that saw nothing of its subject."""
    logits: list[Array] = [np.empty(0)] * len(found)
    for group in folds(found, _FOLDS):
        network = fit_evidence(example for example in found if example.subject not in group)
        for row, example in enumerate(found):
            if example.subject in group:
                logits[row] = network(example.features)
    return logits


def is_right(example: Example, logits: Array) -> bool:
    """Whether the answer that would be composed holds what was asked for."""
    if not len(logits):
        return False
    quoted = np.concatenate(list(_quotes(example, logits)))
    best = quoted[np.argsort(-logits[quoted], kind="stable")][:SENTENCES]
    return bool(example.right[best[np.exp(logits[best] - logits[best[0]]) >= STRONG_ENOUGH]].any())


def _quotes(example: Example, logits: Array) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of every quote of every candidate."""
    for place in np.unique(example.candidates):
        rows = np.flatnonzero(example.candidates == place)
        yield from _quotes_of(example, rows, logits)


def _quotes_of(example: Example, rows: NDArray[np.int64], logits: Array) -> Iterator[NDArray[np.int64]]:
    """Yield the rows of every quote of the candidate whose sentences are `rows`, best first."""
    for first, last in quoted_sentences(np.exp(logits[rows] - logits.max()), example.joins[rows]):
        yield rows[first:last]


def verdicts(found: Sequence[Example], logits: Sequence[Array]) -> NDArray[np.float32]:
    """Return what the verifier says of the best sentence of each example, 0 where there is none, shape (n, 1)."""
    verifier = builtin_verifier()

    def verdict(example: Example, own: Array) -> float:
        if not len(own):
            return 0.0
        window = example.window(int(np.argmax(own)))
        return verifier(example.question, window.title, window.text)

    return np.array([[verdict(*one)] for one in zip(found, logits, strict=True)], dtype=np.float32)


def calibrate(found: Sequence[Example], signals: NDArray[np.float32], right: NDArray[np.bool_]) -> Calibration:
    """Fit with the weights of `balanced`; `signals` are those with the verdict."""
    weights = balanced(found)
    used = weights > 0

    def fit(names: Sequence[str]) -> Network:
        own = signals[used, : len(names)]
        return fit_likelihood(names, own, right[used], weights[used], _CALIBRATION_UNITS, _CALIBRATION_PENALTY)

    return Calibration(fit(VERIFIED_SIGNALS), fit(SIGNALS), _THRESHOLD)


def balanced(found: Sequence[Example]) -> NDArray[np.float64]:
    """Return weights so that in every setting what was removed counts half.

    Of the ways of removing, questions that were written so that nothing answers them count `_UNANSWERED_COUNTS` times,
    and the set of written passages counts `_NEAR_COUNTS` times: they are the near misses. Questions whose sentence
    alone was removed count nothing: often another sentence answers them too.
    """
    counts = Counter((example.setting, example.removed) for example in found if example.removed != "sentence")
    ways: Counter[str] = Counter()
    for setting, removed in counts:
        ways[setting] += 0 if removed == "nothing" else _UNANSWERED_COUNTS if removed == "unanswered" else 1

    def weight(example: Example) -> float:
        setting, removed = example.setting, example.removed
        if removed == "sentence" or not ways[setting]:
            return 0.0
        share = 1.0 if removed == "nothing" else (_UNANSWERED_COUNTS if removed == "unanswered" else 1) / ways[setting]
        return 0.5 * share * (_NEAR_COUNTS if setting == _NEAR else 1) / counts[setting, removed]

    return np.array([weight(example) for example in found])


def evidence_report(found: Sequence[Example], logits: Sequence[Array]) -> dict[str, dict[str, Any]]:
    """Return, for each setting, how often the right passage and sentence come first."""
    report = {}
    words = FEATURE_NAMES.index("share")
    for setting in dict.fromkeys(example.setting for example in found):
        asked = [
            (example, own)
            for example, own in zip(found, logits, strict=True)
            if (example.setting, example.removed) == (setting, "nothing")
        ]
        inside = [(example, own, _inside_passage(example)) for example, own in asked if example.right.any()]
        report[setting] = {
            "questions": len(asked),
            "sentence_first": _share(_first_is_right(*one) for one in asked),
            "quote_first": _share(_first_quote_is_right(*one) for one in asked),
            "answer_holds_it": _share(is_right(*one) for one in asked),
            "inside_right_passage": {
                "by_words_alone": _share(_best_is_right(one, one.features[:, words], rows) for one, _, rows in inside),
                "sentence": _share(_best_is_right(*one) for one in inside),
                "quote": _share(_quote_is_right(*one) for one in inside),
                "sentences_in_quote": _share(len(next(_quotes_of(e, rows, own))) for e, own, rows in inside),
            },
        }
    return report


def confidence_report(
    found: Sequence[Example], signals: NDArray[np.float32], right: NDArray[np.bool_]
) -> dict[str, dict[str, float]]:
    """Fit on one half of the subjects, measure on the other, both ways, and return the measures by setting."""
    confidences = np.zeros(len(found))
    for group in folds(found, 2):
        inside = np.array([example.subject in group for example in found])
        outside = [example for example in found if example.subject not in group]
        fitted = calibrate(outside, signals[~inside], right[~inside])
        for row in np.flatnonzero(inside):
            confidences[row] = fitted.confidence(signals[row])
    report: dict[str, dict[str, float]] = {}
    weights = balanced(found)
    for setting in dict.fromkeys(example.setting for example in found):
        rows = {removed: _rows(found, setting, removed) for removed in ("nothing", *_REMOVED)}
        kept = rows["nothing"]
        own: dict[str, float] = {"answered": float((confidences[kept] >= _THRESHOLD).mean())}
        for removed in _REMOVED:
            gone = rows[removed]
            if len(gone):
                own[f"auroc_{removed}_removed"] = area_under_curve(confidences[kept], confidences[gone])
                own[f"refused_{removed}_removed"] = float((confidences[gone] < _THRESHOLD).mean())
        everything = np.concatenate([kept, *(rows[removed] for removed in _REMOVED)])
        own["calibration_error"] = calibration_error(confidences[everything], right[everything], weights[everything])
        report[setting] = {name: round(value, 4) for name, value in own.items()}
    return report


def _rows(found: Sequence[Example], setting: str, removed: str) -> NDArray[np.int64]:
    chosen = [row for row, one in enumerate(found) if (one.setting, one.removed) == (setting, removed)]
    return np.array(chosen, dtype=np.int64)


def _first_is_right(example: Example, logits: Array) -> bool:
    return bool(len(logits)) and bool(example.right[int(np.argmax(logits))])


def _first_quote_is_right(example: Example, logits: Array) -> bool:
    if not len(logits):
        return False
    best = example.candidates[int(np.argmax(logits))]
    return _quote_is_right(example, logits, np.flatnonzero(example.candidates == best))


def _inside_passage(example: Example) -> NDArray[np.int64]:
    """The rows of the right passage."""
    return np.flatnonzero(example.candidates == example.candidates[np.flatnonzero(example.right)[0]])


def _best_is_right(example: Example, values: NDArray[Any], rows: NDArray[np.int64]) -> bool:
    return bool(example.right[rows[int(np.argmax(values[rows]))]])


def _quote_is_right(example: Example, logits: Array, rows: NDArray[np.int64]) -> bool:
    return bool(example.right[next(_quotes_of(example, rows, logits))].any())


def _share(values: Iterable[float]) -> float:
    return round(float(np.mean(list(values))), 4)


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, required=True, help="folder of the data sets")
    parser.add_argument("--work", type=Path, required=True, help="folder for the corpora that are asked")
    given = parser.parse_args()
    report = train(list(examples(given.data, given.work)))
    print(json.dumps(report, indent=1))


def train(found: list[Example], write: Callable[[Path, Any], None] | None = None) -> dict[str, Any]:
    """Fit both on all examples, write them, and return the report on subjects left out."""
    write = write or _write
    logits = held_out_logits(found)
    signals = np.stack(
        [confidence_signals(e.features, e.candidates, e.articles, own) for e, own in zip(found, logits, strict=True)]
    )
    signals = np.hstack([signals, verdicts(found, logits)])
    right = np.array([is_right(example, own) for example, own in zip(found, logits, strict=True)])
    report = {"evidence": evidence_report(found, logits), "confidence": confidence_report(found, signals, right)}
    write(_ROOT / "qa" / "evidence" / "evidence.json", fit_evidence(found).to_json())
    write(_ROOT / "qa" / "answering" / "calibration.json", calibrate(found, signals, right).to_json())
    write(_ROOT / "training" / "answers.json", report)
    return report


def _write(file: Path, value: Any) -> None:
    file.write_text(json.dumps(value, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
