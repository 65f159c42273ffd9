"""The blocks of text that a page shows, in the order of its markup: paragraphs, headings, list items, cells."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import regex

from index.readers.html_elements import BLOCK_TAGS, is_hidden

_UNSEEN_TAGS = frozenset({
    "script", "style", "noscript", "template", "head", "title", "meta", "link", "svg", "math", "iframe", "object",
    "embed", "select", "option", "textarea", "button", "input", "audio", "video", "canvas", "map", "datalist",
})  # fmt: skip
"""The elements whose text is not read as text of the page."""
_CHROME_TAGS = frozenset({"nav", "aside", "footer", "form", "menu", "dialog"})
"""The elements that hold what surrounds an article."""
_PICTURE_TAGS = frozenset({"figure", "figcaption"})
_MOST_NAMES = 20
"""Attributes of an element and those around it that are read for its names; a limit."""
_NAMES_CHARACTERS = 400
"""Characters of these names that are read; a limit."""
_NOT_LETTERS = regex.compile(r"[^\p{L}\p{M}\p{N}]+")


@dataclass(frozen=True, slots=True)
class Block:
    """A block of text of a page.

    Attributes:
        text: what it says, on one line.
        key: the letters and digits of that, by which texts are compared.
        tag: the element that it stands in.
        names: class, id, itemprop, role and data attributes of the element and of those around it that hold nothing
            else, in lower case.
        linked: share of its letters that are links.
        chrome: whether it stands in a navigation, an aside, a footer or a form.
        picture: whether it stands in a figure.
    """

    text: str
    key: str
    tag: str
    names: str
    linked: float
    chrome: bool
    picture: bool


def text_key(text: str) -> str:
    """Return the letters and digits of a text in lower case and compatible forms."""
    return _NOT_LETTERS.sub("", unicodedata.normalize("NFKC", text)).lower()


def blocks_of(tree: Any) -> list[Block]:
    """Return the blocks that a page shows. Takes time in proportion to the page."""
    return list(_Walk(tree))


class _Walk:
    """One pass over the tree without recursion: opening and closing of elements, and the text between."""

    def __init__(self, tree: Any) -> None:
        self._tree = tree
        self._stack: list[Any] = []
        self._pieces: list[tuple[str, bool]] = []
        self._links = self._chrome = self._picture = 0

    def __iter__(self) -> Iterator[Block]:
        pending: list[tuple[Any, bool]] = [(self._tree, False)]
        while pending:
            element, closing = pending.pop()
            if closing:
                yield from self._close(element)
                self._take(element.tail)
                continue
            if not _is_seen(element):
                self._take(element.tail)
                continue
            yield from self._open(element)
            pending.append((element, True))
            pending.extend((child, False) for child in reversed(element))

    def _open(self, element: Any) -> Iterator[Block]:
        if element.tag in BLOCK_TAGS:
            yield from self._flush()
            self._stack.append(element)
        self._count(element, 1)
        if element.tag == "br":
            self._take(" ")
        self._take(element.text)

    def _close(self, element: Any) -> Iterator[Block]:
        if element.tag in BLOCK_TAGS:
            yield from self._flush()
            self._stack.pop()
        self._count(element, -1)

    def _count(self, element: Any, step: int) -> None:
        self._links += step * (element.tag == "a")
        self._chrome += step * (element.tag in _CHROME_TAGS)
        self._picture += step * (element.tag in _PICTURE_TAGS)

    def _take(self, text: str | None) -> None:
        if text:
            self._pieces.append((text, self._links > 0))

    def _flush(self) -> Iterator[Block]:
        text = " ".join("".join(piece for piece, _ in self._pieces).split())
        letters = sum(len(piece.strip()) for piece, _ in self._pieces)
        linked = sum(len(piece.strip()) for piece, is_link in self._pieces if is_link)
        self._pieces = []
        if text and self._stack:
            element = self._stack[-1]
            yield Block(
                text=text,
                key=text_key(text),
                tag=element.tag,
                names=_names(element),
                linked=linked / letters if letters else 0.0,
                chrome=self._chrome > 0,
                picture=self._picture > 0,
            )


def _is_seen(element: Any) -> bool:
    """Whether a node is an element that the page shows; comments and entities are none."""
    return (
        isinstance(element.tag, str)
        and element.tag not in _UNSEEN_TAGS
        and not is_hidden(element)
        and element.get("aria-hidden") != "true"
    )


def _names(element: Any) -> str:
    """Return what the page calls an element, with what it calls those around it that hold nothing else."""
    found: list[str] = []
    while element is not None and isinstance(element.tag, str):
        found += [
            value
            for name, value in element.attrib.items()
            if name in ("class", "id", "itemprop", "role") or name.startswith("data-")
        ]
        parent = element.getparent()
        # A neighbour is asked for, since lxml counts the children one by one.
        is_alone = element.getnext() is None and element.getprevious() is None
        if parent is None or not is_alone or (parent.text or "").strip() or len(found) > _MOST_NAMES:
            break
        element = parent
    return " ".join(found).lower()[:_NAMES_CHARACTERS]
