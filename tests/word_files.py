"""Word documents whose XML is written by hand inside a document that python-docx makes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

import docx
from docx.document import Document

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
MC = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"


def saved(document: Document) -> bytes:
    """Return the file of a document."""
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def with_parts(content: bytes, parts: Mapping[str, bytes]) -> bytes:
    """Return a copy of a file in which parts have other content, or are new."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as before, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            if name not in parts:
                after.writestr(name, before.read(name))
        for name, part in parts.items():
            after.writestr(name, part)
    return file.getvalue()


def word(body: str, notes: Mapping[str, str] | None = None) -> bytes:
    """Return a document with a body of hand-written XML; `notes` has the XML of "footnotes" and "endnotes"."""
    content = saved(docx.Document())
    parts = {"word/document.xml": f"<w:document {W} {MC}><w:body>{body}</w:body></w:document>".encode()}
    relations, types = "", ""
    for kind, xml in (notes or {}).items():
        parts[f"word/{kind}.xml"] = f"<w:{kind} {W}>{xml}</w:{kind}>".encode()
        relations += f'<Relationship Id="n{kind}" Type="{_RELATION}/{kind}" Target="{kind}.xml"/>'
        types += f'<Override PartName="/word/{kind}.xml" ContentType="{_TYPE}.{kind}+xml"/>'
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name, added, end in (
            ("word/_rels/document.xml.rels", relations, "</Relationships>"),
            ("[Content_Types].xml", types, "</Types>"),
        ):
            parts[name] = archive.read(name).replace(end.encode(), f"{added}{end}".encode())
    return with_parts(content, parts)


def p(text: str, properties: str = "") -> str:
    """Return a paragraph."""
    return f"<w:p>{f'<w:pPr>{properties}</w:pPr>' if properties else ''}{r(text)}</w:p>"


def r(text: str, properties: str = "") -> str:
    """Return a run."""
    shown = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{shown}<w:t xml:space="preserve">{text}</w:t></w:r>'


def tbl(*rows: list[str]) -> str:
    """Return a table of cells, each the XML in it."""
    cells = ["".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows]
    return f"<w:tbl>{''.join(f'<w:tr>{row}</w:tr>' for row in cells)}</w:tbl>"
