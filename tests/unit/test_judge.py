from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.models.builtin.encoder import builtin_static_model
from index.reading.reader import LONGEST_QUOTE, PassageReader, PassageText
from index.reading.stored import decode
from qa.evidence.judge import quoted_sentences


def quoted(strengths: list[float], joins: list[bool]) -> list[tuple[int, int]]:
    return quoted_sentences(np.array(strengths), np.array(joins))


@pytest.mark.parametrize(
    ("strengths", "joins", "expected"),
    [
        ([1.0], [False], [(0, 1)]),
        ([0.05, 1.0, 0.05], [False, True, True], [(1, 2)]),
        ([0.1, 1.0, 0.2], [False, True, True], [(1, 3)]),
        ([0.3, 1.0, 0.2], [False, True, True], [(0, 2)]),
        ([0.3, 1.0, 0.2], [False, False, True], [(1, 3)]),
        ([0.3, 1.0, 0.2], [False, False, False], [(1, 2)]),
        ([0.6, 1.0, 0.2], [False, False, True], [(1, 3), (0, 1)]),
        ([1.0, 0.2, 0.5, 0.7], [False, True, True, True], [(0, 2), (3, 4)]),
        ([0.0, 0.0], [False, True], [(0, 2)]),
    ],
)
def test_the_best_sentence_is_quoted_with_a_likely_neighbour(
    strengths: list[float], joins: list[bool], expected: list[tuple[int, int]]
) -> None:
    assert quoted(strengths, joins) == expected


@given(st.lists(st.tuples(st.floats(0, 1), st.booleans()), min_size=1, max_size=12))
def test_quotes_are_one_or_two_sentences_that_do_not_overlap(sentences: list[tuple[float, bool]]) -> None:
    strengths, joins = [one for one, _ in sentences], [row > 0 and join for row, (_, join) in enumerate(sentences)]
    ranges = quoted(strengths, joins)
    rows = [row for first, last in ranges for row in range(first, last)]
    assert strengths[int(np.argmax(strengths))] == max(strengths[row] for row in range(*ranges[0]))
    assert len(rows) == len(set(rows))
    assert all(last - first == 1 or (last - first == 2 and joins[first + 1]) for first, last in ranges)


def test_sentences_of_two_paragraphs_or_too_long_together_are_not_quoted_as_one() -> None:
    long = "Con đường này " + "rất dài và " * (LONGEST_QUOTE // 11) + "vắng."
    text = f"Chợ họp sớm. Chợ tan trưa.\nCầu mới xây. {long}"
    read = decode(PassageReader(builtin_static_model()).read([PassageText(text)]))
    assert read.joins.tolist() == [False, True, False, False]
