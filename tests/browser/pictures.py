"""Takes the pictures of the page in `docs/pictures/`: `make screenshots`.

They look best where the fonts of all the languages in `seeds/` are installed (Debian: fonts-noto-core, fonts-noto-cjk).
"""

from __future__ import annotations

import base64
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import chromium
from playwright.sync_api import Browser
from server import Server, running_server

REPOSITORY = Path(__file__).resolve().parent.parent.parent
FOLDER = REPOSITORY / "docs" / "pictures"
_DESKTOP = {"viewport": {"width": 1120, "height": 800}}
_PHONE = {"viewport": {"width": 375, "height": 720}}
_DARK = {"color_scheme": "dark"}
_QUALITY = 82
"""WebP at this quality looks as PNG does, at a quarter of its size."""


@dataclass(frozen=True)
class Picture:
    """What is on a picture: an address, and what must be seen before it is taken."""

    path: str
    shows: str
    options: Mapping[str, Any] = field(default_factory=lambda: _DESKTOP)
    locale: str = "vi-VN"
    follow: str | None = None
    """What is clicked on before the picture is taken."""


PICTURES = {
    "front": Picture("/", ".latest"),
    "answer": Picture("/?q=cau My Thuan bac qua song nao", ".verdict .grade"),
    "refusal": Picture("/?q=Ai vẽ bức Mona Lisa?", ".refusal"),
    "stories": Picture("/?view=stories", ".copies a", follow=".story summary"),
    "reader": Picture("/?q=dien tich Ha Noi tang len bao nhieu nam 2008", ".similar", follow=".cite"),
    "archive": Picture("/?view=corpus", ".charts", locale="en-GB"),
    "dark": Picture("/?q=Why does the Tonle Sap river reverse its flow?", ".card mark", {**_DESKTOP, **_DARK}, "en-GB"),
    "phone": Picture("/?q=cau My Thuan bac qua song nao", ".card mark", _PHONE),
}


def main() -> None:
    """Take all pictures."""
    executable = chromium.find()
    if executable is None:
        sys.exit(chromium.MISSING)
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, chromium.launched(executable) as browser:
        with running_server(Path(folder) / "empty") as server:
            take(browser, server, "empty", Picture("/", ".message"))
        data = Path(folder) / "data"
        command = [sys.executable, "-m", "api.commands.main", "ingest", str(REPOSITORY / "seeds"), "--data", str(data)]
        subprocess.run(command, check=True, capture_output=True)
        with running_server(data) as server:
            for name, picture in PICTURES.items():
                take(browser, server, name, picture)


def take(browser: Browser, server: Server, name: str, picture: Picture) -> None:
    """Take one picture."""
    context = browser.new_context(locale=picture.locale, **picture.options)
    page = context.new_page()
    page.goto(f"{server.client.base_url}".rstrip("/") + picture.path)
    if picture.follow is not None:
        page.locator(picture.follow).first.click()
    page.locator(picture.shows).first.wait_for()
    page.wait_for_load_state("networkidle")
    file = FOLDER / f"{name}.webp"
    taken = context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": _QUALITY})
    file.write_bytes(base64.b64decode(taken["data"]))
    context.close()
    print(f"wrote {file.relative_to(REPOSITORY)}, {file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
