"""The wheel, installed where nothing of the repository is on the path."""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, repository: Path) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", str(folder), str(repository)],
        check=True,
    )
    (built,) = folder.glob("hoidap-*.whl")
    return built


def test_the_wheel_holds_the_packages_and_the_model(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {name.split("/")[0] for name in names if ".dist-info" not in name} == {"api", "index", "qa"}
    assert {
        "index/models/builtin/model.safetensors",
        "index/models/builtin/tokenizer.json",
        "index/cleaning/phrases.toml",
    } <= names
    assert {"api/py.typed", "index/py.typed", "qa/py.typed"} <= names


def test_the_wheel_holds_every_file_of_the_page(wheel: Path, repository: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("api/web/")}
    files = {file.relative_to(repository).as_posix() for file in (repository / "api/web").rglob("*") if file.is_file()}
    assert packed == files
    assert {"api/web/index.html", "api/web/app/main.js", "api/web/styles/base.css"} <= packed


def test_it_works_from_a_folder_with_an_api_of_its_own(wheel: Path, tmp_path: Path) -> None:
    environment = tmp_path / "environment"
    venv.create(environment, with_pip=True)
    python = environment / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", "--no-deps", str(wheel)], check=True)
    # Its dependencies come from the environment of the tests; what is installed there in editable form does not.
    (site,) = (environment / "lib").glob("python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    for name in ("api", "index", "qa"):
        (tmp_path / "project" / name).mkdir(parents=True)
        (tmp_path / "project" / name / "__init__.py").write_text("raise ImportError('the wrong package')\n")
    article = tmp_path / "project" / "cau.md"
    article.write_text("Cầu dài 500 mét.", encoding="utf-8")
    hoidap = environment / "bin" / "hoidap"
    for arguments in (["ingest", "cau.md"], ["ask", "cau dai bao nhieu"]):
        done = subprocess.run(
            [hoidap, *arguments, "--data", str(tmp_path / "data")],
            cwd=tmp_path / "project",
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    assert "Cầu dài 500 mét." in done.stdout
