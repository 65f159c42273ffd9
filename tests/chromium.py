"""The browser that the page is tested in: a Chromium of this machine, driven by Playwright."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

Open = Callable[..., Page]
"""Opens an address of a service: `open_page(server, "/?q=…", **options of the browser context)`."""

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_ELSEWHERE = (
    Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"),
    Path("/Applications/Chromium.app/Contents/MacOS/Chromium"),
)
_FLAGS = (
    "--no-sandbox",  # containers have no user namespaces to make one of
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
MISSING = (
    "THE PAGE IS NOT TESTED: no Chromium was found."
    " Install one (Debian: apt-get install chromium), then run `make test-browser`."
)


def find() -> Path | None:
    """Return the browser's executable, None where there is none."""
    for name in _NAMES:
        if found := shutil.which(name):
            return Path(found)
    return next((path for path in _ELSEWHERE if path.is_file()), None)


@contextmanager
def launched(executable: Path) -> Iterator[Browser]:
    """Start the browser without a window; it is closed in the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def install() -> None:
    """Install Chromium where that needs no question: as root, with apt-get."""
    if find() is not None:
        return
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        print(MISSING)
        return
    print("installing Chromium for the tests of the page")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        done = subprocess.run(["apt-get", *arguments], env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(f"apt-get {arguments[0]} failed: {done.stderr.strip()[-400:]}\n{MISSING}")
            return


if __name__ == "__main__":
    install()
