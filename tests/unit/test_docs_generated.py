"""The pages of `docs/` say what the code does: the generated ones wholly, the others in their figures and lists."""

from __future__ import annotations

import importlib
import math
import re
from dataclasses import fields
from operator import attrgetter
from pathlib import Path

import numpy as np
import pytest

from api.errors import STATUSES, problem_of
from api.metrics import Metrics
from docs import generate
from index import errors as index_errors
from index.errors import HoidapError
from index.readers.fields import KNOWN_FIELDS
from index.readers.formats import FORMATS
from index.text.language import LANGUAGES
from qa.retrieval import fusion

CONSTANT = re.compile(r"^\| [^|]+ \| ([^|]+) \| `([\w.]+):(\w+(?:\.\w+)?)` \|$", re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^()\s#]*)(?:#([^()\s]+))?\)")
FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)


def page(repository: Path, name: str) -> str:
    return (repository / "docs" / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def generated(repository: Path) -> dict[str, str]:
    return generate.pages(repository)


@pytest.mark.parametrize("name", ["command-line.md", "http.md", "settings.md"])
def test_generated_pages_are_up_to_date(repository: Path, generated: dict[str, str], name: str) -> None:
    assert page(repository, name) == generated[name], f"docs/{name} is out of date; run `{generate.COMMAND}`"


def test_the_declarations_for_the_page_are_up_to_date(repository: Path) -> None:
    written = (repository / generate.DECLARATIONS).read_text(encoding="utf-8")
    assert written == generate.page_declarations(), f"{generate.DECLARATIONS} is out of date; run `{generate.COMMAND}`"


def test_every_generated_page_is_compared(generated: dict[str, str]) -> None:
    assert sorted(generated) == ["command-line.md", "http.md", "settings.md"]


def test_generated_pages_hold_nothing_of_this_machine(generated: dict[str, str]) -> None:
    for text in generated.values():
        assert str(Path.home()) not in text
        assert str(generate.REPOSITORY) not in text


def test_every_page_is_in_the_table_of_contents(repository: Path) -> None:
    contents = page(repository, "README.md")
    for file in (repository / "docs").glob("*.md"):
        assert file.name == "README.md" or f"]({file.name})" in contents, file.name


@pytest.mark.parametrize("name", ["deployment.md", "models.md", "ranking.md", "reading.md", "similar.md", "storage.md"])
def test_quoted_constants_are_those_of_the_code(repository: Path, name: str) -> None:
    for shown, module, constant in CONSTANT.findall(page(repository, name)):
        value = attrgetter(constant)(importlib.import_module(module))
        assert shown.strip().strip("`") == str(value), f"docs/{name}: {module}:{constant}"


def test_every_constant_of_the_fusion_is_quoted(repository: Path) -> None:
    quoted = {
        constant for _, module, constant in CONSTANT.findall(page(repository, "ranking.md")) if "fusion" in module
    }
    assert quoted == {f"FUSION_WEIGHTS.{field.name}" for field in fields(fusion.FusionWeights)}


def test_the_formula_is_the_one_that_ranks(repository: Path) -> None:
    text = page(repository, "ranking.md")
    formula = re.search(r"```text\n(trust .*?)```", text, re.DOTALL)
    assert formula is not None
    explained, cosines, known = [1.2, 0.3, 0.0], [0.4, 0.7, -0.2], 0.8
    ours = []
    for share, cosine in zip(explained, cosines, strict=True):
        values = {"best": max(explained), "known": known, "explained": share, "cosine": max(cosine, 0.0)}
        for line in formula[1].replace("×", "*").replace("^", "**").replace("−", "-").splitlines():
            name, expression = (part.strip() for part in line.split("="))
            values[name] = eval(expression, {"exp": math.exp, "max": max}, values)
        ours.append(values["score"])
    theirs = fusion.fuse(np.array(cosines), np.array(explained) * 7.0, 7.0, known)
    np.testing.assert_allclose(ours, theirs)


def test_formats_and_endings_are_those_that_are_read(repository: Path) -> None:
    rows = re.findall(
        r"^\| `(\w+)` \| ((?:`\.\w+` ?)+) \| one an? (\w+) \| (yes|no) \|$",
        page(repository, "reading.md"),
        re.MULTILINE,
    )
    documented = [(name, tuple(re.findall(r"\.\w+", endings)), unit, clean) for name, endings, unit, clean in rows]
    assert documented == [(f.name, f.endings, f.unit, "yes" if f.scraped else "no") for f in FORMATS]


def test_fields_and_languages_are_all_there(repository: Path) -> None:
    text = page(repository, "reading.md")
    fields = text.split("## Fields")[1].split("\n## ")[0]
    documented = re.findall(r"^\| `(\w+)` \| [^|]+ \|$", fields, re.MULTILINE)
    assert sorted(documented) == sorted(KNOWN_FIELDS)
    known = re.search(r"Detection knows (.*?)\.", text, re.DOTALL)
    assert known is not None
    assert re.findall(r"`(\w+)`", known[1]) == list(LANGUAGES)


def test_metrics_are_all_there(repository: Path) -> None:
    told = set(re.findall(r"^\| `(hoidap_\w+)` \|", page(repository, "deployment.md"), re.MULTILINE))
    figures = re.findall(r"^# TYPE (hoidap_\w+) ", Metrics().exposition(None).decode(), re.MULTILINE)
    assert told == {name for name in figures if not name.endswith("_created")}


def test_every_error_is_documented(repository: Path) -> None:
    classes = [cls for cls in vars(index_errors).values() if isinstance(cls, type) and issubclass(cls, HoidapError)]
    assert set(classes) <= set(STATUSES)
    text = page(repository, "http.md")
    for cls in classes:
        assert f"| `{problem_of(cls.__new__(cls))[2]}` |" in text, cls


def anchors(markdown: Path) -> set[str]:
    """Return the names that headings have in links."""
    text = FENCE.sub("", markdown.read_text(encoding="utf-8"))
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_relative_links_lead_somewhere(repository: Path) -> None:
    for file in [repository / "README.md", *(repository / "docs").glob("*.md")]:
        for path, anchor in LINK.findall(FENCE.sub("", file.read_text(encoding="utf-8"))):
            target = (file.parent / path).resolve() if path else file
            assert target.exists(), f"{file.name}: {path}"
            if anchor:
                assert anchor in anchors(target), f"{file.name}: {path}#{anchor}"
