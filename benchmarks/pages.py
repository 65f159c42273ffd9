"""How whole the article of a saved page is read: `python -m benchmarks.pages`.

Reads real pages, of which people wrote down what they say, with our reader and cleaner, and with trafilatura alone.
`--lost` lists what is still lost, and what chrome stays, page by page.
"""

from __future__ import annotations

import argparse
import gzip
import json
import re
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import trafilatura
from trafilatura.settings import Document

from benchmarks.provenance import save
from index.cleaning.working_page import RemovedLine
from index.errors import HoidapError
from index.preparation import prepare
from index.readers.walking import ReadFailure, read_named

LOSSY_SHARE = 0.2
"""A page that loses more than this share of its paragraphs is lossy."""
_JOINER = re.compile(r"\s*[,;&]\s*|\s+(?:and|und|et|y)\s+", re.I)
_HOST = re.compile(r"\.\w{2,4}\b|SPIEGEL|Redaktion|Presse-Agentur|^(?:red|AFP)\b", re.I)
_SHOWN = 90
_SYSTEMS = ("trafilatura", "hoidap")
_MEASURES = (
    "title", "date", "author", "lead kept", "paragraphs kept", "lossy pages", "subheadings kept", "phrases kept",
    "phrases out", "refused",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What one system reads in a page."""

    text: str
    title: str = ""
    author: str = ""
    date: str = ""
    refused: bool = False
    removed: tuple[RemovedLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is known of a page, and whether the system got it right; if not, of which kind the fault is."""

    file: str
    measure: str
    right: bool
    expected: str
    found: str = ""
    kind: str = ""


def key(text: str) -> str:
    """Return the letters and digits of a text, which is what is compared."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).lower() if letter.isalnum())


def read_by_hoidap(content: bytes, name: str) -> ReadPage:
    """Read a page as `hoidap ingest` does."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "page.html")
        file.write_bytes(content)
        for item in read_named(file, name):
            if isinstance(item, ReadFailure):
                break
            try:
                prepared = prepare(item)
            except HoidapError:
                break
            article = prepared.article
            stated = article.title, article.author or "", article.published_at or ""
            return ReadPage(article.text, *stated, removed=prepared.removed)
    return ReadPage("", refused=True)


def read_by_trafilatura(content: bytes, _name: str) -> ReadPage:
    """Read a page with the library alone."""
    found = trafilatura.bare_extraction(content, with_metadata=True, include_comments=False)
    if not isinstance(found, Document) or not found.text:
        return ReadPage("", refused=True)
    return ReadPage(found.text, found.title or "", found.author or "", found.date or "")


_READ: Mapping[str, Callable[[bytes, str], ReadPage]] = {"trafilatura": read_by_trafilatura, "hoidap": read_by_hoidap}


def findings(truth: Mapping[str, Any], page: ReadPage) -> Iterator[Finding]:
    """Yield everything that is known of a page, beside what was read."""
    file = truth["file"]
    yield Finding(file, "refused", not page.refused, "an article")
    if truth["title"]:
        yield Finding(file, "title", key(page.title) == key(truth["title"]), truth["title"], page.title)
    if truth["date"]:
        yield Finding(file, "date", page.date[:10] == truth["date"][:10], truth["date"], page.date)
    people = _people(truth)
    if people:
        yield Finding(file, "author", _same_people(people, page.author), ", ".join(people), page.author)
    text = key(page.text)
    if lead := truth.get("lead"):
        missing = [line for line in lead if key(line) not in text]
        yield Finding(file, "lead kept", not missing, " / ".join(missing))
    for measure, name in (
        ("paragraphs kept", "paragraphs"),
        ("subheadings kept", "subheadings"),
        ("phrases kept", "with"),
    ):
        for piece in truth.get(name, ()):
            if key(piece):
                yield Finding(file, measure, key(piece) in text, piece, kind=_why_lost(piece, page))
    for piece in truth.get("without", ()):
        if key(piece):
            yield Finding(file, "phrases out", key(piece) not in text, piece)


def _why_lost(piece: str, page: ReadPage) -> str:
    """Return where a piece of a page went that is not in the text."""
    if key(piece) in key(page.title):
        return "it is the title"
    reason = next((str(line.reason) for line in page.removed if key(piece) in key(line.text)), None)
    return "not extracted" if reason is None else f"removed: {reason}"


def _people(truth: Mapping[str, Any]) -> list[str]:
    """Return the people that a page names as its authors; what has no space, or is written like a host, is its site."""
    stated = truth.get("authors") or truth.get("author") or []
    lines = [stated] if isinstance(stated, str) else stated
    names = [name.strip() for line in lines for name in _JOINER.split(line) if name.strip()]
    return names if names and all(" " in name and not _HOST.search(name) for name in names) else []


def _same_people(names: Sequence[str], found: str) -> bool:
    """Whether an author line names all the people that a page states, and nobody else."""
    line = sorted(key(name) for name in _JOINER.split(found) if key(name))
    return line == sorted(map(key, names))


def measure(rows: Iterable[Mapping[str, Any]], folder: Path, system: str) -> list[Finding]:
    """Return all findings of a system on the pages of `rows`."""
    return [
        found
        for truth in rows
        for found in findings(
            truth,
            _READ[system](gzip.decompress((folder / truth["file"]).read_bytes()), truth["file"].removesuffix(".gz")),
        )
    ]


def shares(found: Sequence[Finding]) -> dict[str, float]:
    """Return the share that is right by measure; for refused and lossy pages, their number."""
    result: dict[str, float] = {}
    for name in _MEASURES:
        of_measure = [one for one in found if one.measure == name]
        if of_measure:
            result[name] = sum(one.right for one in of_measure) / len(of_measure)
    result["refused"] = sum(one.measure == "refused" and not one.right for one in found)
    result["lossy pages"] = len(lossy(found))
    return result


def lossy(found: Sequence[Finding]) -> list[str]:
    """Return the pages that lose more than a fifth of their paragraphs."""
    pages: dict[str, list[bool]] = {}
    for one in found:
        if one.measure == "paragraphs kept":
            pages.setdefault(one.file, []).append(one.right)
    return [file for file, right in pages.items() if 1 - sum(right) / len(right) > LOSSY_SHARE]


def table(by_system: Mapping[str, Mapping[str, float]]) -> str:
    """Return the figures as a Markdown table, a line a system."""
    names = [name for name in _MEASURES if any(name in figures for figures in by_system.values())]
    lines = ["| | " + " | ".join(names) + " |", "|---" + "|---:" * len(names) + "|"]
    for system, figures in by_system.items():
        shown = [
            f"{figures[name]:.0f}" if name in ("refused", "lossy pages") else f"{figures[name]:.3f}" for name in names
        ]
        lines.append(f"| {system} | " + " | ".join(shown) + " |")
    return "\n".join(lines)


def main() -> None:
    """Measure, print a table a suite, and keep the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path(__file__).parent.parent.parent / "shared/data/dev/pages")
    parser.add_argument("--suite", choices=("fundus", "trafilatura"), help="only the pages of this suite")
    parser.add_argument("--systems", nargs="+", choices=_SYSTEMS, default=_SYSTEMS)
    parser.add_argument("--lost", nargs="*", metavar="MEASURE", help="list what is wrong, of these measures or of all")
    parser.add_argument("--processes", type=int, default=2)
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in (arguments.data / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    kept: dict[str, dict[str, dict[str, float]]] = {}
    lost: dict[str, dict[str, int]] = {}
    with ProcessPoolExecutor(arguments.processes) as pool:
        for suite in (arguments.suite,) if arguments.suite else ("fundus", "trafilatura"):
            pages = [row for row in rows if row["suite"] == suite]
            kept[suite] = {}
            for system in arguments.systems:
                parts = [pages[start :: arguments.processes] for start in range(arguments.processes)]
                folders, systems = [arguments.data / "html"] * len(parts), [system] * len(parts)
                found = [one for part in pool.map(measure, parts, folders, systems) for one in part]
                kept[suite][system] = shares(found)
                if system == "hoidap":
                    lost[suite] = _kinds(found)
                    if arguments.lost is not None:
                        _list(found, arguments.lost)
            print(f"\n{suite}: {len(pages)} pages\n\n{table(kept[suite])}\n\nstill lost: {lost.get(suite, {})}")
    if arguments.suite is None and len(arguments.systems) == len(_SYSTEMS):
        print(f"\nkept in {save('pages', {'pages': kept, 'lost': lost})}", file=sys.stderr)


def _list(found: Sequence[Finding], measures: Sequence[str]) -> None:
    for one in sorted(found, key=lambda one: (one.measure, one.kind, one.file)):
        if not one.right and (not measures or one.measure in measures):
            shown = {name: value[:_SHOWN] for name, value in asdict(one).items() if isinstance(value, str)}
            print("{measure} · {kind} · {file} · expected {expected!r} · found {found!r}".format(**shown))


def _kinds(found: Sequence[Finding]) -> dict[str, int]:
    """Return how many pieces of text are still lost, by where they went."""
    kinds = Counter(one.kind for one in found if one.kind and not one.right and one.measure.endswith("kept"))
    return dict(kinds.most_common())


if __name__ == "__main__":
    main()
