"""The articles that the tests of the contract store, and how they store and read them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

URL = "https://example.org/cau?trang=1"
ARTICLE: dict[str, Any] = {
    "id": "cau-song-hien",
    "title": "Cầu Sông Hiền thông xe",
    "text": "🎉 Cầu Sông Hiền thông xe sáng 14/4. Cầu dài 500 m, rộng bốn làn xe. Kinh phí là 90 tỷ đồng.",
    "url": URL,
    "source": "TSN",
    "author": "Minh Thư",
    "published_at": "2023-04-14",
    "language": "vi",
    "metadata": {"page": 3, "share": 0.5, "front": True, "section": "Đời sống", "editor": None},
}
COPY = {"id": "copy", "title": "Đăng lại", "text": ARTICLE["text"], "source": "Khác", "published_at": "2023-04"}
OTHER = {"id": "other", "text": "The village team won the final match on Sunday.", "language": "en"}
PAGE = "Hội nghị bàn việc làm đường liên xã\n\nTSN - Sáng nay hội nghị đã họp ở huyện.\n\nTin liên quan\n\nTin khác"
CHROME = "Tin liên quan"
HEADER_FIELDS = {"id", "title", "url", "source", "author", "published_at", "language", "sha256", "metadata"}


def stored(client: httpx.Client, article_id: str) -> dict[str, Any]:
    response = client.get(f"/v1/articles/{article_id}")
    assert response.status_code == 200, response.text
    body: dict[str, Any] = response.json()
    return body


def post(client: httpx.Client, article: Mapping[str, Any], status: int = 201, **params: Any) -> dict[str, Any]:
    response = client.post("/v1/articles", json=article, params=params)
    assert response.status_code == status, response.text
    body: dict[str, Any] = response.json()
    return body


def ids_of(articles: list[dict[str, Any]]) -> list[str]:
    return [article["id"] for article in articles]


def hoidap(data: Path, *arguments: str, status: int = 0, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command on a data folder; its exit status must be `status`."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HOIDAP_")}
    done = subprocess.run(
        [sys.executable, "-m", "api.commands.main", *arguments],
        env={**environment, "HOIDAP_DATA": str(data), **settings},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done
