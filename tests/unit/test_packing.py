from __future__ import annotations

import pytest

from index.models.packing import filled_up


@pytest.mark.parametrize(
    ("rows", "expected"),
    [(1, 4), (8, 8), (9, 12), (64, 64), (65, 72), (129, 144), (257, 288), (1000, 1024), (1025, 1152), (2049, 2176)],
)
def test_rows_are_filled_up_to_few_numbers(rows: int, expected: int) -> None:
    assert filled_up(rows) == expected


def test_filling_up_costs_little_and_leaves_few_numbers() -> None:
    numbers = {rows: filled_up(rows) for rows in range(1, 1025)}
    assert all(rows <= filled and filled_up(filled) == filled for rows, filled in numbers.items())
    assert max(filled / rows for rows, filled in numbers.items() if rows > 64) < 1.125
    assert len(set(numbers.values())) <= 48
