"""For everybody: the keyboard alone, a phone, dark paper, screen readers, and what axe-core checks of WCAG 2.2."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from chromium import Open
from playwright.sync_api import Page, expect
from server import Server

VIEWS = {
    "front": ("/", ".latest"),
    "answer": ("/?q=cau My Thuan bac qua song nao&language=vi", ".card mark"),
    "nothing": ("/?q=cầu&from=2099-01-01", ".message"),
    "reader": ("/?q=cầu&article=ha-noi-mo-rong-2008&at=0-60", ".similar"),
    "stories": ("/?view=stories&days=36500", ".story"),
    "no stories": ("/?view=stories&days=7", ".message"),
    "corpus": ("/?view=corpus", ".charts"),
    "add": ("/?view=add", ".drop"),
    "missing": ("/?article=khong-co", ".failure"),
}
PHONE = {"viewport": {"width": 320, "height": 640}, "has_touch": True, "is_mobile": True}
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "rules": {"target-size": {"enabled": True}},
}


def check_with_axe(page: Page) -> None:
    results = Axe().run(page, options=RULES)
    assert results.violations_count == 0, results.generate_report()
    assert len(results.response["passes"]) > 10


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("view", VIEWS)
def test_axe_finds_nothing(archive: Server, open_page: Open, view: str, scheme: str) -> None:
    path, landmark = VIEWS[view]
    page = open_page(archive, path, color_scheme=scheme, bypass_csp=True)
    expect(page.locator(landmark).first).to_be_visible()
    if view in ("front", "answer"):
        page.locator("#filters summary").click()
    if view == "corpus":
        page.locator(".chart summary").first.click()
    if view == "stories":
        page.locator(".story summary").first.click()
    check_with_axe(page)


def test_axe_finds_nothing_in_the_dialog_and_the_notice(archive: Server, open_page: Open) -> None:
    page = open_page(archive, "/?view=corpus", bypass_csp=True)
    page.route("**/v1/articles/*", lambda route: route.fulfill(status=401, json={"title": "no", "status": 401}) if
               route.request.method == "DELETE" else route.fallback())  # fmt: skip
    page.locator("#shelf button").first.click()
    expect(page.get_by_role("dialog")).to_be_visible()
    check_with_axe(page)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator(".notice")).to_be_visible()
    check_with_axe(page)


@pytest.mark.parametrize("view", VIEWS)
def test_nothing_is_wider_than_a_phone(archive: Server, open_page: Open, view: str) -> None:
    path, landmark = VIEWS[view]
    page = open_page(archive, path, **PHONE)
    expect(page.locator(landmark).first).to_be_visible()
    if view in ("front", "answer"):
        page.locator("#filters summary").click()
    if view == "stories":
        page.locator(".story summary").first.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_long_words_and_addresses_do_not_widen_a_phone(empty: Server, open_page: Open) -> None:
    long = "Donaudampfschifffahrtsgesellschaft" * 8
    empty.client.post("/v1/articles", json={"id": "x" * 200, "text": f"Cầu {long} dài.", "source": long})
    for path in ("/", "/?q=cầu dài", f"/?article={'x' * 200}", "/?view=corpus", f"/?q=cầu&source={long}"):
        page = open_page(empty, path, **PHONE)
        expect(page.locator("main bdi, main h1").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, path


def test_the_keyboard_is_enough(archive: Server, open_page: Open) -> None:
    page = open_page(archive)
    expect(page.locator(".latest")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("cau My Thuan bac qua song nao")
    page.keyboard.press("Enter")
    expect(page.locator(".card")).to_have_count(5)
    page.keyboard.press("ArrowDown")
    expect(page.locator(".card h3 a").nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".card h3 a").nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.locator(".reader mark.cited")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".card h3 a").nth(0)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("/")  # in a field it is a letter
    expect(page.get_by_role("searchbox")).to_have_value("cau My Thuan bac qua song nao/")


def test_tab_reaches_everything_and_shows_where_it_is(archive: Server, open_page: Open) -> None:
    page = open_page(archive, "/?q=cau My Thuan bac qua song nao")
    expect(page.locator(".card")).to_have_count(5)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Tới phần nội dung")).to_be_focused()
    seen: list[str] = []
    while "shortcut" not in seen:  # the last on the page
        page.keyboard.press("Tab")
        name, outline = page.evaluate(
            "() => { const e = document.activeElement; return [e.id || e.className || e.textContent,"
            " getComputedStyle(e).outlineStyle] }"
        )
        assert outline == "solid", name
        seen.append(name)
        assert len(seen) < 100
    assert seen.index("question") < seen.index("filters-summary") < seen.index("cite")


def test_the_shortcut_can_be_turned_off(archive: Server, open_page: Open) -> None:
    page = open_page(archive)
    expect(page.locator(".latest")).to_be_visible()
    page.locator("#shortcut").uncheck()
    page.reload()
    expect(page.locator(".latest")).to_be_visible()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).not_to_be_focused()


def test_answers_are_announced(archive: Server, open_page: Open) -> None:
    page = open_page(archive, "/?q=cau My Thuan bac qua song nao")
    expect(page.locator("#announcement")).to_contain_text("Trả lời: Ngày 21 tháng 5 năm 2000")


def test_no_mark_of_a_vietnamese_letter_is_clipped(archive: Server, open_page: Open) -> None:
    """Every line is at least as high as the ink of its highest and lowest letters."""
    page = open_page(archive, "/?q=cau My Thuan bac qua song nao")
    expect(page.locator(".card")).to_have_count(5)
    clipped = page.evaluate(
        """() => {
          const pen = document.createElement('canvas').getContext('2d');
          const wrong = [];
          for (const e of document.querySelectorAll('h1, h2, h3, p, a, button, label, input, summary, mark')) {
            const style = getComputedStyle(e);
            pen.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
            const ink = pen.measureText('ẤỔỮỆỘỰẶgjpqy');
            const height = ink.actualBoundingBoxAscent + ink.actualBoundingBoxDescent;
            if (e.tagName === 'MARK' || style.lineHeight === '0px' || !e.offsetHeight || e.closest('.unseen')) continue;
            if (parseFloat(style.lineHeight) < height) wrong.push([e.tagName, e.className, style.lineHeight, height]);
          }
          return wrong;
        }"""
    )
    assert clipped == []
