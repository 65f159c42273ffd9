"""Trains the built-in model: `python -m training.train --data DATA --output FOLDER`."""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch

from training.batches import FOLDED_LEFT, FOLDED_RIGHT, QUESTION_WORDS, Batch, Sampler
from training.corpus import TrainingCorpus, build
from training.export import write_model
from training.lexicons import LEXICONS
from training.model import BagOfPieces, starting_table
from training.segments import cut
from training.sources import SOURCES, checksum
from training.teacher import directions
from training.whitening import whiten

SEED = 20261123
PIECES = 56_000
PHRASES = 19_500
DIMENSIONS = 512
BATCH = 2_048
PASSES = 4
LEARNING_RATE = 0.03
WARM_UP_STEPS = 50

# How often the translated sentences, the passages of the articles, the few hand-written questions and the
# bilingual articles are shown in one pass.
PARALLEL_REPEATS = 2
PASSAGE_REPEATS = 3
QUESTION_REPEATS = 4
BILINGUAL_REPEATS = 4


def one_pass(corpus: TrainingCorpus, sampler: Sampler, random: np.random.Generator) -> list[Batch]:
    """All batches of one pass in random order."""
    bilingual = corpus.bilingual

    def groups() -> Iterator[Iterator[Batch]]:
        for _ in range(PARALLEL_REPEATS):
            yield sampler.pairs(np.concatenate([corpus.pairs["parallel"], corpus.pairs["dictionary"]]))
        yield sampler.pairs(corpus.pairs["passages"])
        yield sampler.pairs(corpus.pairs["reading"])
        yield sampler.titles(corpus.articles)
        for _ in range(PASSAGE_REPEATS):
            yield sampler.sentences(corpus.articles)
        for _ in range(QUESTION_REPEATS):
            yield sampler.pairs(corpus.pairs["questions"])
        for group in corpus.concepts:
            yield sampler.concepts(group)
        for _ in range(BILINGUAL_REPEATS):
            yield sampler.titles(bilingual, english=True)
            yield sampler.sentences(bilingual, crossing=True)

    batches = [batch for group in groups() for batch in group]
    return [batches[row] for row in random.permutation(len(batches))]


def train(corpus: TrainingCorpus, passes: int, dimensions: int) -> tuple[BagOfPieces, list[dict[str, float]]]:
    """Train a table on `corpus`; returns it with one log entry per pass."""
    random = np.random.default_rng(SEED)
    question_words = (
        cut(corpus.tokenizer, QUESTION_WORDS),
        cut(corpus.tokenizer, QUESTION_WORDS, without_accents=True),
    )
    sampler = Sampler(corpus.accented, corpus.folded, question_words, random, BATCH)
    known = directions(corpus.meanings, dimensions, SEED)
    model = BagOfPieces(starting_table(corpus.tokenizer, dimensions, torch.Generator().manual_seed(SEED), known))
    log: list[dict[str, float]] = []
    step, started = 0, time.monotonic()
    for number in range(passes):
        batches = one_pass(corpus, sampler, random)
        total_steps = passes * len(batches)
        losses: list[float] = []
        for batch in batches:
            step += 1
            rate = min(step / WARM_UP_STEPS, max(0.0, 1 - step / total_steps))
            losses.append(model.step(batch, LEARNING_RATE * rate))
        seconds = round(time.monotonic() - started, 1)
        log.append({"pass": number + 1, "steps": step, "loss": round(float(np.mean(losses)), 4), "seconds": seconds})
        print(log[-1], flush=True)
    return model, log


def main() -> None:
    """Read the arguments, train, write the model and its log."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder with train/ and dev/")
    parser.add_argument("--lexicons", type=Path, default=Path("../lexicons"), help="folder of the downloaded packages")
    parser.add_argument("--output", type=Path, default=Path("index/models/builtin"))
    parser.add_argument("--log", type=Path, default=Path("training/log.json"))
    parser.add_argument("--pieces", type=int, default=PIECES)
    parser.add_argument("--phrases", type=int, default=PHRASES)
    parser.add_argument("--dimensions", type=int, default=DIMENSIONS)
    parser.add_argument("--passes", type=int, default=PASSES)
    arguments = parser.parse_args()

    # Two threads that wait for each other take longer than one wherever processors are shared; and with one the sums
    # are always added in the same order.
    torch.set_num_threads(1)
    started = time.monotonic()
    corpus = build(arguments.data, arguments.lexicons, arguments.pieces, arguments.phrases)
    prepared = round(time.monotonic() - started, 1)
    print(f"prepared in {prepared} s: {len(corpus.accented.pieces):,} pieces of text", flush=True)
    model, passes = train(corpus, arguments.passes, arguments.dimensions)
    table = whiten(model.table.numpy(), corpus, np.random.default_rng(SEED))
    write_model(arguments.output, corpus.tokenizer, table)
    log = {
        "seed": SEED,
        "pieces": arguments.pieces,
        "phrases": arguments.phrases,
        "dimensions": arguments.dimensions,
        "batch": BATCH,
        "learning_rate": LEARNING_RATE,
        "folded": [FOLDED_LEFT, FOLDED_RIGHT],
        "torch": torch.__version__,
        "threads": torch.get_num_threads(),
        "pairs": {kind: len(pairs) for kind, pairs in corpus.pairs.items()},
        "articles": len(corpus.articles),
        "bilingual_articles": len(corpus.bilingual),
        "concepts": [len(group.concepts) for group in corpus.concepts],
        "seconds_prepare": prepared,
        "seconds_total": round(time.monotonic() - started, 1),
        "passes": passes,
        "sha256": {
            **{source.path: checksum(arguments.data, source) for source in SOURCES},
            **{lexicon.file: lexicon.checksum(arguments.lexicons) for lexicon in LEXICONS},
        },
    }
    arguments.log.write_text(json.dumps(log, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
