"""The figures that are kept, as `docs/speed.md` and its picture: `python -m benchmarks.speed.page`."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.provenance import RESULTS
from benchmarks.speed import beside, bound, growth, peer
from benchmarks.speed.figures import shown, table
from benchmarks.speed.picture import Curve, Panel, picture

DOCS = Path(__file__).parents[2] / "docs"
BEGIN, END = "<!-- figures: python -m benchmarks.speed.page -->", "<!-- end of figures -->"
_BUSY = 0.5
"""Load of each core before a measurement, from which the page warns of other work on the machine."""
_PICTURE = "pictures/growth.svg"

Results = Mapping[str, Any]


def kept(folder: Path = RESULTS) -> list[dict[str, Any]]:
    """Return the results that were kept, oldest first."""
    found = [json.loads(file.read_text(encoding="utf-8")) for file in folder.glob("speed-*.json")]
    return sorted(found, key=lambda one: str(one["finished_at"]))


def figures(results: Sequence[Results]) -> str:
    """Return the tables of the newest figures of each part, beside the oldest ones where there are older ones."""
    parts: list[str] = []
    newest = results[-1]["parts"] if results else {}
    if {"peer", "bound"} <= newest.keys():
        parts.append(_to_bound(newest))
    for part, title, told in (
        ("peer", "Beside txtai over HTTP", peer.report),
        ("bound", "What the parts can do", _bounds),
        ("growth", "As a corpus grows", growth.report),
        ("ingest", "While articles come in", beside.report),
    ):
        having = [one for one in results if part in one["parts"]]
        if having:
            parts.append(f"## {title}")
            if part == "growth":
                parts.append(f"![Curves of the tables below]({_PICTURE})")
            for one in dict.fromkeys((len(having) - 1, 0)):
                parts += [_origin(having[one], part), told(having[one]["parts"][part])]
    return "\n\n".join(parts)


def page(text: str, results: Sequence[Results]) -> str:
    """Return the page with its figures renewed."""
    before, _, rest = text.partition(BEGIN)
    _, found, after = rest.partition(END)
    if not found:
        raise ValueError(f"the page has no place for figures, between {BEGIN} and {END}")
    return f"{before}{BEGIN}\n\n{figures(results)}\n\n{END}{after}"


def curves(results: Sequence[Results]) -> str:
    """Return the picture of growth: the newest figures, and the oldest ones dashed."""
    having = [one["parts"]["growth"] for one in results if "growth" in one["parts"]]
    states = [("", having[-1], False), *([("before", having[0], True)] if len(having) > 1 else [])]

    def curve(name: str, value: Any) -> list[Curve]:
        return [
            Curve(f"{name} {when}".strip(), [(step["passages"], value(step)) for step in steps], dashed)
            for when, steps, dashed in states
        ]

    def load(clients: int, figure: str) -> Any:
        return lambda step: next(one[figure] for one in step["loads"] if one["clients"] == clients)

    least, most = (end(one["clients"] for one in having[-1][0]["loads"]) for end in (min, max))
    slow = curve("p99", load(least, "p99_ms"))
    return picture(
        [
            Panel(f"{least} client over HTTP, ms", [*curve("p50", load(least, "p50_ms")), *slow]),
            Panel(f"{most} clients, answers a second", curve("q/s", load(most, "per_second"))),
            Panel("Ingest, passages a second", curve("ingest", lambda step: step["ingest"]["passages_per_second"])),
            Panel("Memory of the server, MB", curve("memory", lambda step: step["memory_bytes"] / 1e6)),
        ]
    )


def _to_bound(parts: Results) -> str:
    most = parts["bound"][parts["peer"]["model"]]["per_second"]
    rows = [
        [str(one["clients"]), shown(one["per_second"]), shown(most), shown(one["per_second"] / most)]
        for one in parts["peer"]["loads"]["hoidap"]
    ]
    head = ["clients", "hoidap q/s", "bound q/s", "hoidap ÷ bound"]
    return f"With {parts['peer']['model']}, beside what its parts can do:\n\n{table(head, rows)}"


def _bounds(found: Results) -> str:
    return "\n\n".join(f"{name}:\n\n{bound.report(one)}" for name, one in found.items())


def _origin(result: Results, part: str) -> str:
    """Say where figures come from, and whether something else ran on the machine."""
    machine, busy = result["machine"], result["load_average_before"][part]
    told = (
        f"Commit {result['commit']}, {result['finished_at'][:10]}, {machine['cores']} cores of {machine['processor']}"
    )
    return f"{told}, beside other work (load {busy:.0f}):" if busy >= _BUSY * machine["cores"] else f"{told}:"


def main() -> None:
    """Write the page and its picture."""
    results = kept()
    file = DOCS / "speed.md"
    file.write_text(page(file.read_text(encoding="utf-8"), results), encoding="utf-8")
    (DOCS / _PICTURE).write_text(curves(results), encoding="utf-8")
    print(f"written: {file}, {DOCS / _PICTURE}")


if __name__ == "__main__":
    main()
