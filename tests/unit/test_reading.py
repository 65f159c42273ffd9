"""Passages as they are read: a row with the names of its columns, and which lines only announce or draw."""

from __future__ import annotations

import numpy as np
import pytest

from index.models.builtin.encoder import builtin_static_model
from index.reading.reader import PassageReader
from index.reading.sentences import read_sentences
from index.text.analysis import analyse
from qa.evidence.features import sentence_features
from qa.evidence.query import CandidateText, EvidenceQuery

ROWS = "| Trạm | Mực nước (m) |\n|---|---|\n| Gò Bồi | 3,2 |\n| Cầu Dài | 1,1 |"
TABLE = f"# Mực nước\n\nĐo lúc bảy giờ.\n\n{ROWS}\n\nMưa tạnh."


def test_every_sentence_is_read_for_what_it_is() -> None:
    read = read_sentences(TABLE)
    assert [(one.kind, one.before) for one in read] == [
        ("label", None), ("prose", 0), ("label", 1), ("row", 1), ("row", 1), ("prose", 4),
    ]  # fmt: skip
    assert [one.read for one in read[2:5]] == [
        "| Trạm | Mực nước (m) |",
        "Trạm: Gò Bồi, Mực nước (m): 3,2",
        "Trạm: Cầu Dài, Mực nước (m): 1,1",
    ]
    assert all(TABLE[one.start : one.end] == one.text for one in read)
    assert {TABLE[slice(*one.header)] for one in read if one.header} == {"| Trạm | Mực nước (m) |"}


def test_a_passage_inside_a_table_is_read_with_the_header_in_front_of_it() -> None:
    read = read_sentences("| Gò Bồi | 3,2 |\n\nMưa tạnh.", "| Trạm | Mực nước (m) |")
    assert [(one.read, one.continues, one.header, one.before) for one in read] == [
        ("Trạm: Gò Bồi, Mực nước (m): 3,2", True, None, None),
        ("Mưa tạnh.", False, None, 0),
    ]


def test_a_line_that_only_draws_is_no_word() -> None:
    read = read_sentences("+---+---+\n| Đảo | Dân |\n+---+---+\n| Nam | 12 |\n+---+---+\n| Bắc | 7 |\n+---+---+")
    assert [one.kind for one in read] == ["separator", "label", "row", "row"]


@pytest.fixture(scope="module")
def reader() -> PassageReader:
    return PassageReader(builtin_static_model())


def quotable(question: str, text: str, reader: PassageReader) -> list[str]:
    """Return the sentences that may be quoted."""
    terms = analyse(question)
    weights = dict.fromkeys((*terms.folded, *terms.pairs), 1.0)
    query = EvidenceQuery(question, terms, weights, reader.model.encode([question])[0], known=1.0)
    found = sentence_features(query, [CandidateText(text, "", 0.5, 0.5, 1)], reader)
    assert np.isfinite(found.values).all()
    return [text[start:end] for start, end in zip(found.starts, found.ends, strict=True)]


def test_what_announces_a_row_is_not_quoted_for_it(reader: PassageReader) -> None:
    rows = ["| Gò Bồi | 3,2 |", "| Cầu Dài | 1,1 |"]
    assert quotable("mực nước ở Gò Bồi", TABLE, reader) == ["Đo lúc bảy giờ.", *rows, "Mưa tạnh."]


def test_what_announces_may_answer_where_no_row_says_more(reader: PassageReader) -> None:
    assert "# Mực nước" in quotable("mực nước", TABLE, reader)
    assert quotable("chợ", "# Chợ\n\nHọp sớm.", reader) == ["# Chợ", "Họp sớm."]


def test_lines_that_draw_are_never_quoted(reader: PassageReader) -> None:
    assert quotable("dân", "+---+---+\n| Đảo | Dân |\n+---+---+", reader) == ["| Đảo | Dân |"]
    assert quotable("dân", "|---|---|\n|---|---|", reader) == []
