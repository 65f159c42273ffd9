"""The API's own description against what the service does, with requests that schemathesis makes up from it."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from server import Server, running_server

CHECKS = ("not_a_server_error", "status_code_conformance", "content_type_conformance", "response_schema_conformance")
ARTICLE = {
    "id": "a",
    "text": "Cầu Sông Hiền dài 500 m.",
    "title": "Cầu",
    "url": "https://example.org/a",
    "metadata": {"n": 1},
}


@pytest.mark.slow
def test_every_operation_answers_as_described(tmp_path: Path) -> None:
    with running_server(tmp_path / "data") as server:
        server.client.post("/v1/articles", json=ARTICLE)
        done = _schemathesis(server, tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        cases = re.search(r"(\d+) generated, \1 passed", done.stdout)
        assert cases is not None, done.stdout
        print(f"schemathesis: {cases[1]} cases, all passed")
        assert "Traceback" not in server.log.read_text()


def _schemathesis(server: Server, folder: Path) -> subprocess.CompletedProcess[str]:
    script = Path(sys.executable).parent / "schemathesis"
    return subprocess.run(
        [
            str(script),
            "run",
            f"{server.client.base_url}/openapi.json",
            f"--checks={','.join(CHECKS)}",
            "--max-examples=5",
            "--seed=7",
            "--no-color",
        ],
        capture_output=True,
        text=True,
        cwd=folder,  # it leaves its own files there
        check=False,
        timeout=300,
    )
