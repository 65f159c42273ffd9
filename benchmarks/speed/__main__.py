"""How fast it is: `python -m benchmarks.speed peer`, `bound`, `growth`, `ingest`, or `all` of them.

Sizes are options, and small by default, for trying. With `--save`, a part that was measured wholly is kept in
`benchmarks/results/`, beside the other parts of the same commit; `python -m benchmarks.speed.page` writes
`docs/speed.md` from there. Servers and ingests are run as their users run them; the texts are those of the development
sets.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import provenance
from benchmarks.speed import beside, bound, growth, peer
from benchmarks.speed.texts import Sentences, answered, missing, news, passages
from index.models.encoder import BUILTIN_MODEL

PARTS = ("peer", "bound", "growth", "ingest")


class Speed:
    """One run: the options, the texts and a folder to work in."""

    def __init__(self, given: argparse.Namespace, folder: Path) -> None:
        """Read the questions; everything else is read when a part needs it."""
        self.given = given
        self.folder = folder
        self.paragraphs, self.questions = answered(given.data)
        self._sentences: Sentences | None = None

    def measure(self, part: str) -> tuple[Any, str]:
        """Measure one part; return its figures, and those as people read them."""
        parts: dict[str, Callable[[], tuple[Any, str]]] = {
            "peer": self._peer,
            "bound": self._bound,
            "growth": self._growth,
            "ingest": self._ingest,
        }
        return parts[part]()

    def _peer(self) -> tuple[Any, str]:
        python = peer.txtai_python(self.given.txtai_python)
        sizes = peer.PeerSizes(self.given.passages, self.given.clients, self.given.seconds, self.given.rounds)
        texts = passages(news(self.given.data), sizes.passages)
        found = peer.peer(texts, self._asked(), sizes, python, self._folder("peer"))
        return found, peer.report(found)

    def _bound(self) -> tuple[Any, str]:
        texts = passages(news(self.given.data), self.given.passages)
        python = peer.txtai_python(self.given.txtai_python)
        sizes = bound.BoundSizes(seconds=self.given.seconds)
        found = {}
        for name, model in (("all-MiniLM-L6-v2", peer.minilm(python)), (BUILTIN_MODEL, BUILTIN_MODEL)):
            found[name] = bound.bound(texts, self._asked(), model, sizes, self._folder(f"bound-{name}") / "lexical")
        return found, "\n\n".join(f"{name}\n\n{bound.report(one)}" for name, one in found.items())

    def _growth(self) -> tuple[Any, str]:
        sizes = growth.GrowthSizes(
            self.given.sizes,
            questions=self.given.questions,
            compared=min(200, self.given.questions),
            seconds=self.given.seconds,
            rounds=self.given.rounds,
        )
        found = growth.growth(self.paragraphs, self.questions, self._mixing(), sizes, self._folder("growth"))
        return found, growth.report(found)

    def _ingest(self) -> tuple[Any, str]:
        sizes = beside.BesideSizes(self.given.beside, seconds=2 * self.given.seconds, rounds=self.given.rounds)
        found = beside.beside(self._asked(), self._mixing(), sizes, self._folder("ingest"))
        return found, beside.report(found)

    def _asked(self) -> list[str]:
        return [one.text for one in self.questions]

    def _mixing(self) -> Sentences:
        if self._sentences is None:
            self._sentences = Sentences(news(self.given.data), self.folder / "sentences.txt")
        return self._sentences

    def _folder(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        return folder


def main() -> None:
    """Run from the command line."""
    given = _options().parse_args()
    lacking = missing(given.data)
    if lacking is not None:
        print(f"skipped: there is no {lacking}; --data names the folder of the development sets")
        return
    busy = os.getloadavg()[0]
    with tempfile.TemporaryDirectory(dir=given.work) as folder:
        run = Speed(given, Path(folder))
        for part in PARTS if given.part == "all" else (given.part,):
            started = time.perf_counter()
            figures, told = run.measure(part)
            print(f"\n{part}, {time.perf_counter() - started:.0f} s\n\n{told}", flush=True)
            if given.save:
                kept = provenance.earlier("speed")
                content = {
                    "load_average_before": kept.get("load_average_before", {}) | {part: busy},
                    "parts": kept.get("parts", {}) | {part: figures},
                }
                print(f"\nkept in {provenance.save('speed', content)}", flush=True)


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__.split("\n")[0])
    parser.add_argument("part", choices=[*PARTS, "all"])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the development sets")
    parser.add_argument("--work", type=Path, help="folder for what is made on the way; by default that of the system")
    parser.add_argument("--txtai-python", type=Path, help="Python of an environment with txtai and the model")
    parser.add_argument("--passages", type=int, default=500, help="passages of peer and bound")
    parser.add_argument("--clients", type=_numbers, default=(1, 8, 32), help="clients of peer")
    parser.add_argument("--sizes", type=_numbers, default=(2_000, 10_000), help="passages of growth, ascending")
    parser.add_argument("--questions", type=int, default=100, help="questions of growth that are asked in the process")
    parser.add_argument("--beside", type=int, default=5_000, help="passages before the ingest of ingest")
    parser.add_argument("--seconds", type=float, default=2.0, help="seconds of each load")
    parser.add_argument("--rounds", type=int, default=1, help="rounds of each load; the medians are told")
    parser.add_argument("--save", action="store_true", help="keep the figures in benchmarks/results/")
    return parser


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(one.replace("_", "")) for one in text.split(","))


if __name__ == "__main__":
    main()
