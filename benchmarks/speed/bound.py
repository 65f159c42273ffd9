"""What the parts can do at most: questions encoded, searched by FAISS and by tantivy in a plain loop.

No citation, no reading of passages, no HTTP. The best batch and the best number of threads are looked for in one
process; then as many processes as there are cores do the same with one thread each. The vectors of the passages are
drawn by chance, since an exact search takes as long whatever they are.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import tantivy

from benchmarks.speed.figures import shown, table
from benchmarks.speed.servers import ROOT
from benchmarks.speed.texts import Text
from index.models.encoder import BUILTIN_MODEL
from index.models.loading import load_encoder

_LIMIT = 10
_SEED = 0


@dataclass(frozen=True, slots=True)
class BoundSizes:
    """How much is measured: batches of questions, and seconds of each loop."""

    batches: tuple[int, ...] = (1, 8, 32)
    seconds: float = 3.0


def bound(
    texts: Sequence[Text], questions: Sequence[str], model: str, sizes: BoundSizes, folder: Path
) -> dict[str, Any]:
    """Return the questions a second of every way of running the parts, and the best of them."""
    folder.mkdir()
    schema = tantivy.SchemaBuilder().add_text_field("text", stored=False).build()
    lexical = tantivy.Index(schema, path=str(folder))
    writer = lexical.writer()
    for one in texts:
        writer.add_document(tantivy.Document(text=one.text))
    writer.commit()
    writer.wait_merging_threads()
    task = {"folder": str(folder), "passages": len(texts), "questions": list(questions), "model": model}
    cores = os.cpu_count() or 1
    ways: list[dict[str, Any]] = []
    for threads in dict.fromkeys((cores, 1)):
        told = _run({**task, "threads": threads, "batches": sizes.batches, "seconds": sizes.seconds}, 1)
        ways += [
            {"processes": 1, "threads": threads, "batch": batch, "per_second": rate}
            for batch, rate in zip(sizes.batches, told[0], strict=True)
        ]
    best = max((way for way in ways if way["threads"] == 1), key=lambda way: way["per_second"])
    told = _run({**task, "threads": 1, "batches": [best["batch"]], "seconds": sizes.seconds}, cores)
    ways.append({**best, "processes": cores, "per_second": sum(rates[0] for rates in told)})
    return {
        "model": model,
        "passages": len(texts),
        "ways": ways,
        "per_second": max(way["per_second"] for way in ways),
    }


def _run(task: dict[str, Any], processes: int) -> list[list[float]]:
    """Run the loop in so many processes, which begin when all are ready; return what each told."""
    command = [sys.executable, "-m", "benchmarks.speed.bound"]
    pipe = subprocess.PIPE
    running = [subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=ROOT) for _ in range(processes)]
    pipes = [(one, one.stdin, one.stdout) for one in running]
    for _, stdin, _ in pipes:
        assert stdin is not None
        print(json.dumps(task), file=stdin, flush=True)
    for _, _, stdout in pipes:
        assert stdout is not None
        stdout.readline()
    for _, stdin, _ in pipes:
        assert stdin is not None
        print("go", file=stdin, flush=True)
    told: list[list[float]] = [json.loads(one.communicate()[0]) for one in running]
    return told


class _Parts:
    """The model, the vectors and the text index of one process."""

    def __init__(self, model: str, folder: Path, passages: int, threads: int) -> None:
        faiss.omp_set_num_threads(threads)
        if model == BUILTIN_MODEL:
            self._encode: Any = load_encoder(model).encode_queries
        else:
            import torch  # seconds to import, and only this process needs it
            from sentence_transformers import SentenceTransformer
            from transformers.utils import logging

            logging.disable_progress_bar()
            torch.set_num_threads(threads)
            transformer = SentenceTransformer(model, device="cpu")
            self._encode = lambda texts: transformer.encode(
                texts, batch_size=len(texts), normalize_embeddings=True, show_progress_bar=False
            )
        width = self._encode(["warm"]).shape[1]
        vectors = np.random.default_rng(_SEED).standard_normal((passages, width), dtype=np.float32)
        self._dense = faiss.IndexFlatIP(width)
        self._dense.add(vectors)
        self._lexical = tantivy.Index.open(str(folder))
        self._searcher = self._lexical.searcher()

    def answer(self, questions: Sequence[str]) -> None:
        """Encode questions and search both sides."""
        self._dense.search(np.asarray(self._encode(list(questions))), _LIMIT)
        for question in questions:
            words = " ".join(word for word in question.split() if word.isalnum())
            query = self._lexical.parse_query(words.lower(), ["text"])
            self._searcher.search(query, _LIMIT)

    def per_second(self, questions: Sequence[str], batch: int, seconds: float) -> float:
        """Return how many questions a second are answered in batches."""
        self.answer(questions[:batch])
        answered, started = 0, time.perf_counter()
        while (elapsed := time.perf_counter() - started) < seconds:
            first = answered % max(1, len(questions) - batch)
            self.answer(questions[first : first + batch])
            answered += batch
        return answered / elapsed


def main() -> None:
    """Read what to do, say that all is ready, wait for the sign and do it."""
    task = json.loads(sys.stdin.readline())
    if task["threads"] == 1:
        os.environ["RAYON_NUM_THREADS"] = "1"  # tokenizers makes its threads at its first batch
    parts = _Parts(task["model"], Path(task["folder"]), task["passages"], task["threads"])
    print("ready", flush=True)
    sys.stdin.readline()
    print(json.dumps([parts.per_second(task["questions"], batch, task["seconds"]) for batch in task["batches"]]))


def report(found: dict[str, Any]) -> str:
    """Return the figures as people read them."""
    rows = [
        [f"{way['processes']} × {way['threads']}", str(way["batch"]), shown(way["per_second"])] for way in found["ways"]
    ]
    return table(["processes × threads", "batch", "q/s"], rows)


if __name__ == "__main__":
    main()
