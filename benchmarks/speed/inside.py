"""A process of its own that opens a corpus and asks it without HTTP; compares its nearest vectors with the exact ones.

The parent writes one JSON object to its standard input and reads one from its standard output.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.speed.figures import percentile
from benchmarks.speed.servers import memory_of
from index.corpus import Corpus
from index.models.loading import load_encoder
from qa.engine import Engine
from qa.retrieval.finder import DEPTHS

NEIGHBOURS = 10
WARM_UP = 20
"""Questions that are asked before any is timed."""


def measured(folder: Path, model: str, questions: Sequence[tuple[str, str]], compared: int) -> dict[str, Any]:
    """Open the corpus in a folder, ask all questions one after the other, and return the figures.

    Args:
        folder: of the corpus.
        model: that it was built with.
        questions: each with the id of the article that answers it; the first few only warm up.
        compared: for how many questions the nearest vectors are compared with the exact ones.
    """
    encoder = load_encoder(model)
    started = time.perf_counter()
    with Corpus.open(folder, encoder) as corpus:
        engine = Engine(corpus)
        opened = time.perf_counter()
        engine.ask(questions[0][0])
        first = time.perf_counter()
        for question, _ in questions[:WARM_UP]:
            engine.ask(question)
        times: list[float] = []
        right = 0
        cpu = time.process_time()
        for question, article_id in questions[WARM_UP:]:
            begun = time.perf_counter()
            answer = engine.ask(question)
            times.append(1000 * (time.perf_counter() - begun))
            right += bool(answer.passages) and answer.passages[0].passage.article.id == article_id
        cpu = time.process_time() - cpu
        memory = memory_of(os.getpid())
        return {
            "opening_ms": 1000 * (opened - started),
            "first_answer_ms": 1000 * (first - opened),
            "p50_ms": percentile(times, 0.5),
            "p99_ms": percentile(times, 0.99),
            "core_ms": 1000 * cpu / max(1, len(times)),
            "right_first": right / max(1, len(times)),
            "questions": len(times),
            "memory_bytes": memory,
            "recall": _recall(corpus, [question for question, _ in questions[:compared]]),
        }


def _recall(corpus: Corpus, questions: Sequence[str]) -> float:
    """Return the share of the exactly nearest passages that a question finds: its nearest, by their exact cosines."""
    vectors = corpus.encoder.encode_queries(list(questions))
    exact = nearest(vectors, _stored(corpus), NEIGHBOURS)
    view = corpus.view()
    found = []
    for vector in vectors:
        numbers = view.nearest(vector, DEPTHS.side).numbers
        found.append(set(numbers[np.argsort(-view.cosines(vector, numbers))[:NEIGHBOURS]].tolist()))
    return sum(len(own & set(best)) for own, best in zip(found, exact, strict=True)) / sum(map(len, exact))


def _stored(corpus: Corpus) -> Any:
    """Yield the stored vectors in blocks, with the numbers of their passages."""
    with corpus.storage.reading():
        feed = corpus.storage.feed(0)
        assert feed is not None
        yield from feed.vectors


def nearest(queries: NDArray[np.float32], blocks: Any, limit: int) -> list[list[int]]:
    """Return the numbers of the vectors nearest to each query by inner product; blocks are (numbers, vectors)."""
    scores = np.full((len(queries), limit), -np.inf, dtype=np.float32)
    numbers = np.full((len(queries), limit), -1, dtype=np.int64)
    for own, vectors in blocks:
        scores = np.concatenate([scores, queries @ vectors.T], axis=1)
        numbers = np.concatenate([numbers, np.broadcast_to(own, (len(queries), len(own)))], axis=1)
        best = np.argpartition(-scores, limit - 1, axis=1)[:, :limit]
        scores, numbers = np.take_along_axis(scores, best, 1), np.take_along_axis(numbers, best, 1)
    return [[number for number in row if number >= 0] for row in numbers.tolist()]


def main() -> None:
    """Read what to do from standard input, do it, write what came of it."""
    task = json.load(sys.stdin)
    print(json.dumps(measured(Path(task["folder"]), task["model"], task["questions"], task["compared"])))


if __name__ == "__main__":
    main()
