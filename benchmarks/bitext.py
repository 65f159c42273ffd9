"""Sentences and their translations: does a sentence find its own in the other language, by vectors alone?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.measures import DEPTH, Row, measure
from index.models.encoder import Encoder

_PIVOT = "eng"


def tatoeba(data: Path, encoder: Encoder, system: str) -> Iterator[Row]:
    """Yield a row for each language and direction: up to 1,000 sentences each, against their translations.

    The files are those of the LASER test set, `tatoeba.vie-eng.vie` beside `tatoeba.vie-eng.eng`.
    """
    for file in sorted((data / "dev/tatoeba").glob(f"tatoeba.*-{_PIVOT}.{_PIVOT}")):
        language = file.name.split(".")[1].removesuffix(f"-{_PIVOT}")
        english = file.read_text(encoding="utf-8").splitlines()
        foreign = file.with_suffix(f".{language}").read_text(encoding="utf-8").splitlines()
        for name, asked, held in ((f"{language}→eng", foreign, english), (f"eng→{language}", english, foreign)):
            scores = encoder.encode_queries(asked) @ encoder.encode_passages(held).T
            best = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
            right = [[str(number)] for number in range(len(asked))]
            yield measure(f"tatoeba {name}", system, right, [[str(number) for number in row] for row in best])
