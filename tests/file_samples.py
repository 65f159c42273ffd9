"""One good file and one bad one of every format, by the names in `FORMATS`."""

from __future__ import annotations

import json
from collections.abc import Callable
from email.message import EmailMessage

import docx
from books import epub_of
from documents import odt_of
from pdf_files import PdfPage, pdf
from word_files import saved
from zips import zip_of

from index.readers.formats import FORMATS


def _word(words: str) -> bytes:
    document = docx.Document()
    document.add_paragraph(words)
    return saved(document)


def _mail(words: str) -> bytes:
    message = EmailMessage()
    message["Subject"] = "Thư ngắn"
    message.set_content(words)
    return message.as_bytes()


def _feed(words: str) -> bytes:
    return f"<rss version='2.0'><channel><item><description>{words}</description></item></channel></rss>".encode()


GOOD: dict[str, Callable[[str], bytes]] = {
    "text": str.encode,
    "markdown": str.encode,
    "html": lambda words: f"<html><body><article><p>{words}</p></article></body></html>".encode(),
    "pdf": lambda words: pdf([PdfPage().lines([words])]),
    "docx": _word,
    "json": lambda words: json.dumps({"text": words}).encode(),
    "jsonl": lambda words: json.dumps({"text": words}).encode(),
    "csv": lambda words: f'text\n"{words}"\n'.encode(),
    "tsv": lambda words: f"text\n{words}\n".encode(),
    "epub": lambda words: epub_of({"1.xhtml": f"<p>{words}</p>"}, navigation=None),
    "odt": lambda words: odt_of(f"<text:p>{words}</text:p>"),
    "eml": _mail,
    "mbox": lambda words: b"From a@b.example Tue Nov  5 21:40:00 2024\n" + _mail(words),
    "feed": _feed,
    "zip": lambda words: zip_of({"trong/bài.md": words}),
}
"""From a sentence to a file of one article that holds it."""
BAD: dict[str, bytes] = {one.name: b"" for one in FORMATS} | {"json": b"{", "jsonl": b"{"}
"""A file that fails, and fails once."""
