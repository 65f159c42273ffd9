"""EPUB: a book is one article, its chapters are its sections."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from index.errors import ReadError
from index.readers.archives import open_archive
from index.readers.epub_package import Labels, read_package
from index.readers.markup_blocks import blocks_of
from index.readers.sections import SectionedText
from index.readers.trees import MAX_MARKUP_BYTES, parse_xhtml
from index.records import Draft

_CHAPTER_LEVELS = (1, 2)
"""Levels of a heading that begins a chapter where the table of contents names none; a judgement."""


def read_epub(file: Path, origin: str) -> Iterator[Draft]:
    """Yield a book, one paragraph a line; a chapter is a section.

    Raises:
        ReadError: it is no EPUB, is damaged, protected or too long, or holds no text.
    """
    with open_archive(file, origin) as archive:
        package = read_package(archive)
        text = SectionedText(origin)
        for chapter in package.chapters:
            content = archive.read(chapter, MAX_MARKUP_BYTES)
            if content.strip():
                text.leave_blank()
                _add_chapter(text, content, f"{origin}/{chapter.name}", chapter.name, package.labels)
    if not text.text:
        raise ReadError(origin, "holds no text; are its pages pictures?")
    yield Draft(
        text=text.text,
        origin=origin,
        title=package.title,
        source=package.publisher,
        author=package.author,
        published_at=package.published_at,
        language=package.language,
        metadata={"identifier": package.identifier} if package.identifier else {},
        places=text.places,
    )


def _add_chapter(text: SectionedText, content: bytes, origin: str, path: str, labels: Labels) -> None:
    """Add the lines of a document. Where no table of contents names it, its own headings do."""
    label = labels.get((path, ""))
    is_named = label is not None
    if label is not None:
        text.begin(label)
    for block in blocks_of(parse_xhtml(content, origin)):
        found = [labels[path, anchor] for anchor in block.anchors if (path, anchor) in labels]
        if found:
            text.begin(found[-1])
            is_named = True
        elif not is_named and block.level in _CHAPTER_LEVELS:
            text.begin(block.text)
        text.add(block.text)
