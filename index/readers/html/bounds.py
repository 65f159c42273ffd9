"""The markup of a page within bounds, so that what is done with the page takes time in proportion to its length.

A page within all bounds, as nearly all are, is returned as it is. In any other, markup gives way and text stays: an
element that is nested too deeply or comes too late loses its tags, and attributes beyond a number are dropped. Nothing
is parsed here; one pass over the tags as they are written is enough.
"""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from index.readers.encodings import Decoded

_MOST_DEPTH = 200
"""Elements within each other at most; a limit. Measured: 37 in the deepest of 493 saved pages. Beyond 256, libxml2
leaves out the rest of a page."""
_MOST_ELEMENTS = 40_000
"""Elements of a page at most; a limit, about ten seconds of work. Measured: 9,748 in the largest of 493 saved pages."""
_MOST_ATTRIBUTES = 200
"""Attributes of an element at most; a limit. The parser compares each with all before it."""
_TAG = re.compile(r"(?P<comment><!--)|<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9:-]{0,60})(?P<rest>[^<>]*)>")
_ATTRIBUTE = re.compile(r"""[^\s"'=/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s"']+))?""")
_LEVELS = {"table": 4, "ul": 2, "ol": 2, "dl": 2, "menu": 2, "select": 2}
"""Levels that an element adds with those inside it that are not counted, by definition: table, tbody, tr, td."""
_ENDS = {name: re.compile(rf"</{name}\b", re.I) for name in ("script", "style", "textarea", "xmp", "iframe", "noembed")}
"""Where the elements end in which nothing is a tag, by definition of HTML."""
_COMMENT_END = re.compile("-->")
_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905
"""Elements without an end, by definition of HTML."""
_CLOSED_BY_THE_NEXT = frozenset("p li dt dd option optgroup tr td th thead tbody tfoot html head body".split())  # noqa: SIM905
"""Elements whose end may be left out, by definition of HTML; their depth is that of what stands around them."""
_BLOCKS = frozenset("p li dt dd tr div section article h1 h2 h3 h4 h5 h6 blockquote table ul ol pre br".split())  # noqa: SIM905
"""Elements in whose place a new line stands when their tags give way."""


def within_bounds(page: Decoded) -> Decoded:
    """Return the page with its markup within bounds, and a note for each bound that was met.

    Takes time and memory in proportion to the length of the page.
    """
    bounding = _Bounding()
    text = bounding.run(page.text)
    return Decoded(text, (*page.notes, *bounding.notes())) if bounding.met else page


class _Bounding:
    """One pass over the tags of a page."""

    def __init__(self) -> None:
        self.met: Counter[str] = Counter()
        self._open: list[tuple[str, bool]] = []
        self._names: Counter[str] = Counter()
        self._depth = self._elements = 0

    def run(self, text: str) -> str:
        """Return the text with the tags that stay."""
        parts: list[str] = []
        done = 0
        while tag := _TAG.search(text, done):
            parts.append(text[done : tag.start()])
            done = tag.end()
            written = tag[0] if tag["comment"] else self._closed(tag) if tag["close"] else self._opened(tag)
            parts.append(written)
            ends = _COMMENT_END if tag["comment"] else None if tag["close"] else _ENDS.get(tag["name"].lower())
            if ends is not None:
                found = ends.search(text, done)
                after = len(text) if found is None else found.start()
                parts += [text[done:after]] if written.startswith("<") else []
                done = after
        return "".join([*parts, text[done:]])

    def notes(self) -> list[str]:
        """Return what was met, each in a sentence."""
        said = {
            "depth": f"are nested more than {_MOST_DEPTH} deep and lost their tags",
            "elements": f"come after the first {_MOST_ELEMENTS:,} and lost their tags",
            "attributes": f"have more than {_MOST_ATTRIBUTES} attributes and lost the rest",
        }
        return [f"{self.met[bound]:,} elements of the page {words}" for bound, words in said.items() if self.met[bound]]

    def _opened(self, tag: re.Match[str]) -> str:
        name = tag["name"].lower()
        self._elements += 1
        is_nested = name not in _VOID and name not in _CLOSED_BY_THE_NEXT
        bound = "elements" if self._elements > _MOST_ELEMENTS else "depth" if self._depth >= _MOST_DEPTH else ""
        # What has no end of its own may stand at any depth, as the deepest one.
        kept = not bound or (bound == "depth" and not is_nested)
        if is_nested and not tag["rest"].endswith("/"):
            self._open.append((name, kept))
            self._names[name] += 1
            self._depth += _LEVELS.get(name, 1) * kept
        if kept:
            return self._with_few_attributes(tag)
        self.met[bound] += 1
        return "\n" if name in _BLOCKS else " "

    def _closed(self, tag: re.Match[str]) -> str:
        name = tag["name"].lower()
        if not self._names[name]:
            return tag[0] if name in _CLOSED_BY_THE_NEXT and self._elements <= _MOST_ELEMENTS else ""
        kept = False
        while self._names[name]:
            last, kept = self._open.pop()
            self._names[last] -= 1
            self._depth -= _LEVELS.get(last, 1) * kept
            if last == name:
                break
        return tag[0] if kept else "\n" if name in _BLOCKS else " "

    def _with_few_attributes(self, tag: re.Match[str]) -> str:
        rest = tag["rest"]
        if len(rest) <= _MOST_ATTRIBUTES:
            return tag[0]
        attributes = [found[0] for found in islice(_ATTRIBUTE.finditer(rest), _MOST_ATTRIBUTES + 1)]
        if len(attributes) <= _MOST_ATTRIBUTES:
            return tag[0]
        self.met["attributes"] += 1
        return f"<{tag['name']} {' '.join(attributes[:-1])}>"
