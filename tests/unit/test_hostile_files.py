"""Files that were made to break a reader: bounded, named, and the file beside them is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import hostile_pdf
import pytest
from pdf_files import PdfPage, pdf

from index.readers.isolation import Limits, isolated
from index.readers.pdf import read_pdf
from index.records import Draft

READ = isolated(read_pdf, "PDF", Limits(seconds=20, memory_bytes=500_000_000))
NO_MEMORY = r"stopped with signal [56]; the file may be damaged, or need more than 0.5 GB|needed more than 0.5 GB"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (lambda: hostile_pdf.bomb(800_000_000), NO_MEMORY),
        (lambda: hostile_pdf.laughs(8, 10), NO_MEMORY),
        (lambda: hostile_pdf.laughs(28, 2), NO_MEMORY),
        (lambda: hostile_pdf.letters(3_000_000), NO_MEMORY),
        (lambda: hostile_pdf.nested_arrays(1_000_000), "sau"),
        (hostile_pdf.circle, "is damaged: none of its pages can be read"),
        (lambda: hostile_pdf.claims(2_000_000_000), "Trang duy nhất"),
        (lambda: hostile_pdf.claims(15_000), "Trang duy nhất.*14,999 of 15,000 pages are damaged, such as page 2"),
    ],
    ids=["bomb", "laughs", "deep laughs", "letters", "nested", "circle", "claims", "empty pages"],
)
def test_hostile_pdf(tmp_path: Path, content: Callable[[], bytes], said: str) -> None:
    hostile, beside = tmp_path / "a.pdf", tmp_path / "b.pdf"
    hostile.write_bytes(content())
    beside.write_bytes(pdf([PdfPage().write("Bên cạnh vẫn đọc được.")]))
    assert re.search(said, " ".join(outcome(hostile)))
    assert outcome(beside) == ["Bên cạnh vẫn đọc được."]


def outcome(file: Path) -> list[str]:
    """The texts and errors that a file gives."""
    texts = []
    try:
        for item in READ(file, file.name):
            texts.append(item.text if isinstance(item, Draft) else str(item))
    except Exception as error:
        texts.append(str(error))
    return texts
