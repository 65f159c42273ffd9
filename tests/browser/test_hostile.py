"""What strangers write is shown as text, and never runs."""

from __future__ import annotations

import httpx
import pytest
from chromium import Open
from playwright.sync_api import Page, Route, expect
from server import Server

SCRIPT = "<script>window.ran = 1</script><img src=x onerror='window.ran = 2'><b>đậm</b>"
TURNED = "\u202eđảo ngược\u2066 lạ"
EVIL = {
    "id": "doc",
    "title": f"{SCRIPT} {TURNED} tiêu đề độc",
    "text": f"Câu độc hại nằm ở đây: {SCRIPT} và {TURNED} hết.\n\n[bấm](javascript:window.ran=3) &lt;i&gt; מילה עברית.",
    "source": "<svg onload='window.ran = 4'>",
    "author": '"><img src=x onerror=window.ran=5>',
    "metadata": {"__proto__": "x", "constructor": "y"},
}


def assert_nothing_ran(page: Page) -> None:
    assert page.evaluate("window.ran") is None
    assert page.locator("main script, main img, main b, main i, [onerror], [onload]").count() == 0


@pytest.fixture
def evil(empty: Server) -> Server:
    assert empty.client.post("/v1/articles", json=EVIL).status_code == 201
    return empty


@pytest.mark.parametrize("path", ["/", "/?q=câu độc hại", "/?article=doc", "/?view=corpus", "/?view=stories"])
def test_markup_is_shown_as_it_was_written(evil: Server, open_page: Open, path: str) -> None:
    if "stories" in path:  # it takes two to be a story
        evil.client.post("/v1/articles", json={**EVIL, "id": "doc2", "source": "<b onclick='window.ran = 10'>"})
    page = open_page(evil, path)
    expect(page.locator("main")).to_contain_text("<script>window.ran = 1</script>")
    page.wait_for_timeout(200)
    assert_nothing_ran(page)


def test_the_title_of_the_window_turns_nothing_around(evil: Server, open_page: Open) -> None:
    page = open_page(evil, "/?article=doc")
    expect(page.locator(".reader h1")).to_contain_text("tiêu đề độc")
    assert "\u202e" not in page.title()
    assert "đảo ngược" in page.title()


def test_turned_text_keeps_to_itself(evil: Server, open_page: Open) -> None:
    """What follows a foreign text in a line still stands to the right of it."""
    page = open_page(evil, "/?q=câu độc hại")
    line = page.locator(".card .line").first
    boxes = line.evaluate(
        """e => [...e.childNodes].map(n => { const r = document.createRange(); r.selectNodeContents(n);
        const b = r.getBoundingClientRect(); return b.top * 10000 + b.left })"""
    )
    assert boxes == sorted(boxes)
    for element in page.locator(".card h3 a bdi, .card .excerpt p").all():
        assert element.evaluate("e => getComputedStyle(e).unicodeBidi") in ("isolate", "plaintext", "isolate-override")


def test_hostile_questions_and_addresses_do_nothing(evil: Server, open_page: Open) -> None:
    page = open_page(evil, "/?q=<img src=x onerror=window.ran=6>&article=../../x&at=9-1&from=abc&view=__proto__")
    expect(page.get_by_role("alert")).to_be_visible()
    assert_nothing_ran(page)


def test_only_web_addresses_become_links(evil: Server, open_page: Open) -> None:
    """The service refuses such addresses; the page must not rely on it."""
    page = open_page(evil)

    def with_bad_links(route: Route) -> None:
        real = evil.client.post("/v1/ask", json={"question": "câu độc hại"}).json()
        for passage in real["passages"]:
            passage["link"] = "javascript:window.ran=7"
            passage["article"]["url"] = "data:text/html,<script>window.ran=8</script>"
        route.fulfill(json=real)

    page.route("**/v1/ask", with_bad_links)
    page.get_by_role("searchbox").fill("câu độc hại")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".card").first).to_be_visible()
    for link in page.locator("main a").all():
        assert (link.get_attribute("href") or "").startswith("/?")


def test_the_policy_lets_nothing_else_run(archive: Server, open_page: Open) -> None:
    page = open_page(archive)
    expect(page.locator(".latest")).to_be_visible()
    page.evaluate(
        """() => { const s = document.createElement('script'); try { s.textContent = 'window.ran = 9' } catch {}
        document.body.append(s) }"""
    )
    thrown = page.evaluate("() => { try { document.body.innerHTML = '<b>x</b>'; return false } catch { return true } }")
    assert thrown
    assert page.evaluate("window.ran") is None


def test_every_file_of_the_page_carries_the_policy(archive: Server) -> None:
    for path in ("/", "/web/app/main.js", "/web/styles/base.css"):
        response = archive.client.get(path)
        policy = response.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert "unsafe" not in policy
        assert response.headers["x-content-type-options"] == "nosniff"


def test_the_page_asks_no_other_host(archive: Server, open_page: Open) -> None:
    asked: set[str] = set()
    page = open_page(archive)
    page.on("request", lambda request: asked.add(httpx.URL(request.url).netloc.decode()))
    page.reload()
    expect(page.locator(".latest")).to_be_visible()
    page.get_by_role("link", name="Kho bài").click()
    expect(page.locator(".charts")).to_be_visible()
    assert asked == {archive.client.base_url.netloc.decode()}
