"""Measures a model on the development sets: `python -m training.measure --data DATA --model FOLDER`."""

from __future__ import annotations

import argparse
import gzip
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from index.models.builtin.static import StaticModel
from index.text.chunking import chunk
from index.text.normalization import fold

Vectors = NDArray[np.float32]

SPEED_CHARACTERS = 650  # about the length of one indexed passage


def recall(questions: Vectors, answers: Vectors, right: NDArray[np.int64], depth: int) -> float:
    """Share of questions whose right answer (a row of `answers`) is among the `depth` nearest."""
    found = 0
    for low in range(0, len(questions), 512):
        cosines = questions[low : low + 512] @ answers.T
        own = cosines[np.arange(len(cosines)), right[low : low + 512]]
        found += int(np.count_nonzero((cosines > own[:, np.newaxis]).sum(axis=1) < depth))
    return round(found / len(questions), 4)


def viquad(model: StaticModel, data: Path) -> dict[str, float]:
    """Vietnamese questions, typed with and without accents, against the distinct contexts."""
    rows, contexts = _viquad(data)
    number = {context: place for place, context in enumerate(contexts)}
    right = np.array([number[row["context"]] for row in rows])
    answers = model.encode(contexts)
    measured: dict[str, float] = {"questions": len(rows), "contexts": len(contexts)}
    for name, change in (("", str), ("_no_accents", fold)):
        questions = model.encode([change(row["question"]) for row in rows])
        for depth in (1, 10):
            measured[f"recall_at_{depth}{name}"] = recall(questions, answers, right, depth)
    return measured


def viquad_passages(model: StaticModel, data: Path) -> dict[str, float]:
    """The same, as the service does it: contexts cut into passages, a context as near as its nearest passage."""
    rows, contexts = _viquad(data)
    spans = [(place, span) for place, context in enumerate(contexts) for span in chunk(context)]
    answers = model.encode([contexts[place][begin:end] for place, (begin, end) in spans])
    starts = np.searchsorted(np.array([place for place, _ in spans]), np.arange(len(contexts)))
    number = {context: place for place, context in enumerate(contexts)}
    right = np.array([number[row["context"]] for row in rows])
    measured: dict[str, float] = {"passages": len(spans)}
    for name, change in (("", str), ("_no_accents", fold)):
        questions = model.encode([change(row["question"]) for row in rows])
        best = np.maximum.reduceat(questions @ answers.T, starts, axis=1)
        ranks = (best > best[np.arange(len(best)), right][:, np.newaxis]).sum(axis=1)
        for depth in (1, 10):
            measured[f"recall_at_{depth}{name}"] = round(float(np.mean(ranks < depth)), 4)
    return measured


def _viquad(data: Path) -> tuple[list[dict[str, str]], list[str]]:
    lines = (data / "dev/viquad/test.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return rows, list(dict.fromkeys(row["context"] for row in rows))


def evb(model: StaticModel, data: Path) -> dict[str, float]:
    """Sentences of bilingual articles against all distinct sentences of the other language."""
    with gzip.open(data / "dev/evb/docs.jsonl.gz", "rt", encoding="utf-8") as lines:
        pairs = [pair for line in lines for pair in json.loads(line)["pairs"]]
    measured: dict[str, float] = {"pairs": len(pairs)}
    for name, side in (("en_vi", 0), ("vi_en", 1)):
        pool = list(dict.fromkeys(pair[1 - side] for pair in pairs))
        number = {text: place for place, text in enumerate(pool)}
        right = np.array([number[pair[1 - side]] for pair in pairs])
        measured[f"{name}_pool"] = len(pool)
        questions, answers = model.encode([pair[side] for pair in pairs]), model.encode(pool)
        measured[f"{name}_recall_at_1"] = recall(questions, answers, right, 1)
    return measured


def tatoeba(model: StaticModel, data: Path) -> dict[str, float]:
    """Everyday sentences: mean over both directions of the share whose translation comes first."""
    measured: dict[str, float] = {}
    for path in sorted((data / "dev/tatoeba").glob("*-eng.eng")):
        language = path.name.split(".")[1].removesuffix("-eng")
        english = model.encode(path.read_text(encoding="utf-8").splitlines())
        other = model.encode(path.with_suffix(f".{language}").read_text(encoding="utf-8").splitlines())
        own = np.arange(len(english))
        measured[language] = round((recall(english, other, own, 1) + recall(other, english, own, 1)) / 2, 4)
    measured["mean"] = round(sum(measured.values()) / len(measured), 4)
    return measured


def speed(model: StaticModel, data: Path) -> dict[str, float]:
    """Texts per second, and how many seconds opening takes is left to the caller."""
    text = " ".join((data / "dev/viquad/test.jsonl").read_text(encoding="utf-8")[:2_000_000].split())
    texts = [text[low : low + SPEED_CHARACTERS] for low in range(0, len(text), SPEED_CHARACTERS)]
    model.encode(texts[:100])
    started = time.perf_counter()
    model.encode(texts)
    return {"texts": len(texts), "texts_per_second": round(len(texts) / (time.perf_counter() - started))}


def measure(model: StaticModel, data: Path) -> dict[str, Any]:
    """All measurements."""
    return {
        "viquad": viquad(model, data),
        "viquad_passages": viquad_passages(model, data),
        "evb": evb(model, data),
        "tatoeba": tatoeba(model, data),
        "speed": speed(model, data),
    }


def main() -> None:
    """Read the arguments and print the measurements as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with train/ and dev/")
    parser.add_argument("--model", type=Path, default=Path("index/models/builtin"))
    arguments = parser.parse_args()
    print(json.dumps(measure(StaticModel.open(arguments.model), arguments.data), indent=1))


if __name__ == "__main__":
    main()
