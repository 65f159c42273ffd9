"""The rules that keep the packages apart, read from the code."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path
from statistics import median

import pytest

ALLOWED = {"index": {"index"}, "qa": {"index", "qa"}, "api": {"index", "qa", "api"}}
ONLY_IN = {
    "faiss": "index/search/vectors/scanning.py",
    "tantivy": "index/search/text/",
    "sqlite3": "index/storage/sqlite/database.py",
    "sentence_transformers": "index/models/hub.py",
    "huggingface_hub": "index/models/hub.py",
    "watchfiles": "index/readers/watching.py",
    "rensa": "qa/similarity/near_duplicates.py",
    "rapidfuzz": "qa/similarity/near_duplicates.py",
    "trafilatura": "index/readers/html/page.py",
    "charset_normalizer": "index/readers/encodings.py",
    "pypdfium2": "index/readers/pdf.py",
    "docx": "index/readers/docx.py",
    "feedparser": "index/readers/feeds.py",
}
LONGEST_FILE, MEDIAN_FILE = 350, 100
FORBIDDEN_BELOW_API = {"fastapi", "starlette", "pydantic", "typer", "uvicorn"}


def modules(repository: Path, package: str) -> Iterator[tuple[str, ast.Module]]:
    for file in sorted((repository / package).rglob("*.py")):
        yield file.relative_to(repository).as_posix(), ast.parse(file.read_text(encoding="utf-8"))


def imports(tree: ast.AST) -> Iterator[tuple[str, ast.AST]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node
        elif isinstance(node, ast.ImportFrom) and node.module:
            assert node.level == 0, "relative imports hide which package is meant"
            yield node.module, node


@pytest.mark.parametrize("package", ALLOWED)
def test_dependencies_point_one_way(repository: Path, package: str) -> None:
    wrong = [
        (name, imported)
        for name, tree in modules(repository, package)
        for imported, _ in imports(tree)
        if imported.split(".")[0] in ALLOWED and imported.split(".")[0] not in ALLOWED[package]
    ]
    assert wrong == []


def test_heavy_libraries_appear_in_one_file_each(repository: Path) -> None:
    found = [
        (name, imported)
        for package in ALLOWED
        for name, tree in modules(repository, package)
        for imported, _ in imports(tree)
        if not name.startswith(ONLY_IN.get(imported.split(".")[0], name))
    ]
    assert found == []


def test_http_and_terminal_are_known_to_the_doors_only(repository: Path) -> None:
    found = [
        (name, imported)
        for package in ("index", "qa")
        for name, tree in modules(repository, package)
        for imported, _ in imports(tree)
        if imported.split(".")[0] in FORBIDDEN_BELOW_API
    ]
    assert found == []


def test_environment_is_read_in_settings_only(repository: Path) -> None:
    found = [
        name
        for package in ALLOWED
        for name, tree in modules(repository, package)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr in ("environ", "getenv")
        and name not in ("api/settings.py", "index/models/hub.py", "api/commands/main.py")
    ]
    # hub.py tells Hugging Face's libraries to stay offline and quiet, main.py tells numpy to use one thread.
    assert found == []


def test_own_packages_are_not_imported_inside_functions(repository: Path) -> None:
    found = [
        (name, imported)
        for package in ALLOWED
        for name, tree in modules(repository, package)
        for function in ast.walk(tree)
        if isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef))
        for imported, _ in imports(function)
        if imported.split(".")[0] in ALLOWED
    ]
    assert found == []


def test_there_is_no_import_cycle(repository: Path) -> None:
    trees = {
        name.removesuffix(".py").removesuffix("/__init__").replace("/", "."): tree
        for package in ALLOWED
        for name, tree in modules(repository, package)
    }
    graph: dict[str, set[str]] = {module: set() for module in trees}
    for module, tree in trees.items():
        for imported, node in imports(tree):
            names = [f"{imported}.{alias.name}" for alias in node.names] if isinstance(node, ast.ImportFrom) else []
            # `from package import module` imports the module, whatever else it imports
            graph[module].update([name for name in names if name in trees] or [imported])
    done: set[str] = set()

    def visit(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, f"cycle: {' → '.join((*path, module))}"
        if module not in done:
            for other in graph.get(module, set()):
                visit(other, (*path, module))
            done.add(module)

    for module in graph:
        visit(module, ())


def room(module: str) -> str:
    """Return the room of a module: the folder below its package, or the module itself beside the rooms."""
    return ".".join(module.split(".")[:2])


def test_there_is_no_import_cycle_between_rooms(repository: Path) -> None:
    graph: dict[str, set[str]] = {}
    for package in ALLOWED:
        for name, tree in modules(repository, package):
            own = room(name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
            for imported, node in imports(tree):
                if imported.split(".")[0] in ALLOWED:
                    names = [alias.name for alias in node.names] if isinstance(node, ast.ImportFrom) else []
                    targets = {room(f"{imported}.{one}") for one in names} if "." not in imported else {room(imported)}
                    graph.setdefault(own, set()).update(targets - {own})
    order = TopologicalSorter(graph)
    order.prepare()  # raises on a cycle, and names it


def test_files_are_short(repository: Path) -> None:
    lines = {
        name: len((repository / name).read_text(encoding="utf-8").splitlines())
        for package in ALLOWED
        for name, _ in modules(repository, package)
    }
    assert {name: count for name, count in lines.items() if count > LONGEST_FILE} == {}
    assert median(lines.values()) <= MEDIAN_FILE
