"""Every number in the code says where it comes from."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

PACKAGES = ["index", "qa"]
ORIGIN = re.compile(r"\b(measured|limits?|judgements?|definition|version)\b", re.IGNORECASE)


def is_numeric(value: ast.expr | None) -> bool:
    """Whether an expression holds numbers and no other literal; zero alone is where counting begins, no choice."""
    literals = [node.value for node in ast.walk(value) if isinstance(node, ast.Constant)] if value else []
    return any(literals) and all(isinstance(one, int | float) and not isinstance(one, bool) for one in literals)


def value_of(statement: ast.stmt) -> ast.expr | None:
    return statement.value if isinstance(statement, ast.Assign | ast.AnnAssign) else None


def docstring_after(body: Sequence[ast.stmt], row: int) -> str:
    following = body[row + 1] if row + 1 < len(body) else None
    if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
        return str(following.value.value)
    return ""


def comments_on(statement: ast.stmt, lines: Sequence[str]) -> str:
    """Return the comments beside a statement and on the lines above it."""
    first = statement.lineno - 1
    while first > 0 and lines[first - 1].startswith("#"):
        first -= 1
    return " ".join(line.partition("#")[2] for line in lines[first : statement.end_lineno])


def unexplained(source: str) -> Iterator[str]:
    """Yield the names of numeric constants of a module, and of classes with numeric defaults, that tell no origin."""
    lines, body = source.splitlines(), ast.parse(source).body
    for row, statement in enumerate(body):
        if isinstance(statement, ast.ClassDef):
            numeric = any(is_numeric(value_of(field)) for field in statement.body)
            name, told = statement.name, ast.get_docstring(statement) or ""
        else:
            numeric = is_numeric(value_of(statement))
            name, told = ast.unparse(statement), f"{docstring_after(body, row)} {comments_on(statement, lines)}"
        if numeric and not ORIGIN.search(told):
            yield name


@pytest.mark.parametrize("package", PACKAGES)
def test_every_number_says_where_it_comes_from(repository: Path, package: str) -> None:
    found = {
        file.relative_to(repository).as_posix(): names
        for file in sorted((repository / package).rglob("*.py"))
        if (names := list(unexplained(file.read_text(encoding="utf-8"))))
    }
    assert found == {}


@pytest.mark.parametrize(
    ("source", "names"),
    [
        ("DEPTH = 3", ["DEPTH = 3"]),
        ('DEPTH = 3\n"""Rows."""', ["DEPTH = 3"]),
        ('DEPTH = 3\n"""Rows: a limit on time."""', []),
        ("# Measured on nothing.\nDEPTH = -3", []),
        ("DEPTH: int = 3  # a judgement", []),
        ("SIZES = range(1, 4)", ["SIZES = range(1, 4)"]),
        ('NAME = "3"\nFLAG = True', []),
        ("class Depths:\n    side: int = 3", ["Depths"]),
        ('class Depths:\n    """Limits."""\n    side: int = 3', []),
    ],
)
def test_what_counts_as_an_origin(source: str, names: list[str]) -> None:
    assert list(unexplained(source)) == names
