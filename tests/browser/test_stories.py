"""Stories: the events that several articles tell."""

from __future__ import annotations

import re
from typing import Any

import pytest
from chromium import Open
from playwright.sync_api import Route, expect
from server import Server

WIRE = (
    "Sáng 14 tháng 4, cầu Sông Hiền chính thức thông xe sau hai năm xây dựng, nối hai huyện Bình Khê và Vĩnh An."
    " Cầu dài 512 mét, rộng bốn làn xe, kinh phí 90 tỷ đồng. Bến phà cũ ngừng chạy từ trưa cùng ngày."
)
ENGLISH = (
    "On the morning of 14 April the Sông Hiền bridge opened to traffic after two years of construction, connecting the"
    " districts of Bình Khê and Vĩnh An. The bridge is 512 metres long with four lanes and cost 90 billion dong."
    " The old ferry stopped running at noon."
)
NOTHING = "Không có việc nào được nhiều bài cùng kể."


def stored(server: Server, *articles: dict[str, Any]) -> None:
    assert server.client.post("/v1/articles", json=list(articles)).status_code == 200


@pytest.fixture
def bridge(empty: Server) -> Server:
    """One event in three articles, of which one is a reprint and one English, and an article of another."""
    stored(
        empty,
        {"id": "goc", "title": "Cầu Sông Hiền thông xe", "text": WIRE, "source": "TSN", "published_at": "2024-04-14"},
        {
            "id": "lai",
            "title": "Cầu Sông Hiền thông xe (theo TSN)",
            "text": f"{WIRE} Theo TSN.",
            "source": "Nhịp Phố",
            "published_at": "2024-04-15",
        },
        {
            "id": "xa",
            "title": "The Sông Hiền bridge opens",
            "text": ENGLISH,
            "source": "The Delta Courier",
            "published_at": "2024-04-16",
        },
        {
            "id": "khac",
            "title": "Giá cà phê tăng",
            "text": "Giá cà phê Tây Nguyên lên mức cao nhất mười năm.",
            "published_at": "2024-04-16",
        },
    )
    return empty


def test_from_the_sections_to_a_story_and_back(archive: Server, open_page: Open) -> None:
    page = open_page(archive)
    page.get_by_role("navigation").get_by_role("link", name="Sự kiện").click()
    expect(page.get_by_role("heading", level=1, name="Sự kiện")).to_be_visible()
    expect(page.get_by_role("link", name="Sự kiện")).to_have_attribute("aria-current", "page")
    real = archive.client.get("/v1/stories", params={"days": 36_500}).json()["stories"]
    assert len(real) >= 2
    titles = page.locator(".story h2")
    expect(titles).to_have_text([story["representative"]["title"] for story in real])
    titles.nth(1).get_by_role("link").click()
    expect(page.locator(".reader h1")).to_have_text(real[1]["representative"]["title"])
    page.get_by_text("Về các sự kiện").click()
    expect(titles.nth(1).get_by_role("link")).to_be_focused()
    expect(titles).to_have_count(len(real))


def test_a_story_says_who_told_it_and_when_and_folds_what_is_the_same(bridge: Server, open_page: Open) -> None:
    page = open_page(bridge, "/?view=stories")
    story = page.locator(".story")
    expect(story).to_have_count(1)
    expect(story.locator("h2")).to_contain_text("Cầu Sông Hiền thông xe")
    expect(story.locator(".kicker")).to_have_text(re.compile(r"14\s?[-–]\s?16 tháng 4, 2024\s· 3 bài"))
    line = story.locator(":scope > .line")
    expect(line).to_contain_text("Tiếng Anh, Tiếng Việt")
    for source in ("TSN", "Nhịp Phố", "The Delta Courier"):
        expect(line).to_contain_text(source)
    expect(story.locator(".others > li")).to_have_count(1)
    expect(story.locator(".others")).to_contain_text("The Sông Hiền bridge opens")
    expect(story.locator(".copies li")).to_be_hidden()
    story.get_by_text("1 bài gần như trùng").click()
    expect(story.locator(".copies li")).to_be_visible()
    expect(page.locator("main")).not_to_contain_text("cà phê")
    story.locator(".copies a").click()
    expect(page.locator(".reader")).to_be_visible()
    page.go_back()
    expect(story.locator(".copies a")).to_be_focused()  # still unfolded


def test_the_window_is_in_the_address(archive: Server, open_page: Open) -> None:
    page = open_page(archive, "/?view=stories&days=7")
    expect(page.get_by_role("heading", name=NOTHING)).to_be_visible()
    windows = page.get_by_role("navigation", name="Khoảng thời gian")
    expect(windows.get_by_role("link", name="Một tuần")).to_have_attribute("aria-current", "true")
    windows.get_by_role("link", name="Từ trước đến nay").click()
    expect(page.locator(".story").first).to_be_visible()
    expect(windows.locator("[aria-current]")).to_have_text("Từ trước đến nay")
    shared = page.url
    assert "view=stories" in shared
    page.go_back()
    expect(page.get_by_role("heading", name=NOTHING)).to_be_visible()
    again = open_page(archive, shared.removeprefix(str(archive.client.base_url).rstrip("/")), locale="en-GB")
    expect(again.locator(".story").first).to_be_visible()
    expect(again.get_by_role("navigation", name="Time").locator("[aria-current]")).to_have_text("All time")
    expect(again.locator(".story .kicker").first).to_contain_text("2 articles")


def test_filters_bound_the_stories(archive: Server, open_page: Open) -> None:
    page = open_page(archive, "/?view=stories&days=30&from=2018-12-01&to=2018-12-31")
    expect(page.locator(".story")).to_have_count(1)
    expect(page.locator(".story .kicker")).to_contain_text("16 tháng 12, 2018")
    expect(page.locator(".windows [aria-current]")).to_have_count(0)
    page.locator("#filters summary").click()
    page.get_by_role("checkbox", name=re.compile("^Tiếng Pháp")).check()
    expect(page.get_by_text("Không có bài nào đúng với điều kiện lọc.")).to_be_visible()
    page.locator("main").get_by_role("link", name="Bỏ lọc").click()
    expect(page.locator(".windows [aria-current]")).to_have_text("Một tháng")


def test_the_keyboard_goes_through_the_stories(bridge: Server, open_page: Open) -> None:
    page = open_page(bridge, "/?view=stories")
    expect(page.locator(".story")).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".story h2 a")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(page.locator("summary", has_text="gần như trùng")).to_be_focused()
    page.keyboard.press("ArrowDown")  # past what is folded
    expect(page.locator(".others h3 a").first).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowDown")
    expect(page.locator(".copies h3 a")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".reader")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".copies h3 a")).to_be_focused()


def test_more_stories_follow(archive: Server, empty: Server, open_page: Open) -> None:
    for year, article in enumerate(archive.client.get("/v1/articles", params={"limit": 23}).json()["articles"], 2000):
        text = archive.client.get(f"/v1/articles/{article['id']}").json()["text"][:1000]
        of_both = {"text": text, "published_at": f"{year}-03-01"}
        stored(empty, {**of_both, "id": f"goc{year}", "title": f"Tin {year}"}, {**of_both, "id": f"lai{year}"})
    page = open_page(empty, "/?view=stories&days=36500")
    expect(page.locator(".story")).to_have_count(20)
    expect(page.locator(".story .kicker").first).to_contain_text("2022")
    page.get_by_role("button", name="Xem thêm sự kiện").click()
    expect(page.locator(".story")).to_have_count(23)
    expect(page.locator(".story").nth(20).locator("h2 a")).to_be_focused()
    expect(page.get_by_role("button", name="Xem thêm sự kiện")).to_have_count(0)


def test_no_articles_and_no_stories(empty: Server, open_page: Open) -> None:
    page = open_page(empty, "/?view=stories")
    expect(page.get_by_role("heading", name="Kho chưa có bài nào.")).to_be_visible()
    stored(empty, {"id": "goc", "text": WIRE})
    page.reload()
    expect(page.get_by_role("heading", name=NOTHING)).to_be_visible()
    expect(page.locator("main")).to_contain_text("Đã so 1 bài với nhau.")


def test_an_error_is_said_and_can_be_tried_again(archive: Server, open_page: Open) -> None:
    page = open_page(archive)
    failing = re.compile(r"/v1/stories")

    def fail(route: Route) -> None:
        route.abort()

    page.route(failing, fail)
    page.get_by_role("link", name="Sự kiện").click()
    expect(page.get_by_role("alert")).to_contain_text("Không nối được với dịch vụ.")
    page.unroute(failing, fail)
    page.get_by_role("button", name="Thử lại").click()
    expect(page.locator(".story").first).to_be_visible()
