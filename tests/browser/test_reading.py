"""The reader: the whole article, its citation, and what is similar to it."""

from __future__ import annotations

from chromium import Open
from playwright.sync_api import expect
from server import Server


def test_similar_articles_open_and_near_duplicates_are_named(empty: Server, open_page: Open) -> None:
    text = (
        "Sáng 14/4 cầu Sông Hiền thông xe. Cầu dài 512 mét, rộng bốn làn xe. Kinh phí là 90 tỷ đồng. Phà cũ ngừng chạy."
    )
    articles = [
        {"id": "goc", "title": "Bản gốc", "text": text, "source": "TSN"},
        {"id": "lai", "title": "Bản đăng lại", "text": text + " Theo TSN.", "source": "Nhịp Phố"},
        {"id": "khac", "title": "Cầu khác", "text": "Cầu Bến Say có lan can mới, dân hai xã đi lại dễ hơn trước."},
    ]
    assert empty.client.post("/v1/articles", json=articles).status_code == 200
    page = open_page(empty, "/?article=goc")
    first = page.locator(".similar li").first
    expect(first.locator("h3")).to_have_text("Bản đăng lại")
    expect(first).to_contain_text("Gần như trùng")
    expect(first).to_contain_text("câu giống hệt")
    first.locator("a").click()
    expect(page.locator(".reader h1")).to_have_text("Bản đăng lại")
    expect(page.locator(".text mark.cited")).to_have_count(1)
    page.get_by_text("Về trang đầu").click()
    expect(page.get_by_role("heading", name="Mới nhất")).to_be_visible()


def test_a_citation_of_a_text_that_was_edited_is_not_marked(empty: Server, open_page: Open) -> None:
    article = {"id": "tin", "text": "Cầu dài 500 mét. Xe đã chạy."}
    empty.client.post("/v1/articles", json=article)
    page = open_page(empty, "/?q=cầu dài bao nhiêu")
    page.locator(".cite").click()
    expect(page.locator("mark.cited")).to_have_text("Cầu dài 500 mét.")
    empty.client.post("/v1/articles", json={**article, "text": "Đính chính: cầu dài 512 mét. Xe đã chạy."})
    page.reload()
    expect(page.get_by_role("note")).to_contain_text("đã được sửa")
    expect(page.locator("mark")).to_have_count(0)


def test_an_article_that_is_not_there_is_said_to_be_missing(archive: Server, open_page: Open) -> None:
    page = open_page(archive, "/?article=khong-co")
    expect(page.get_by_role("alert")).to_contain_text("Không có bài này.")
    page.get_by_role("link", name="Về trang đầu").click()
    expect(page.locator(".latest")).to_be_visible()


def test_the_citation_is_copied_with_its_source(archive: Server, open_page: Open) -> None:
    page = open_page(archive, "/?article=cau-my-thuan&at=224-339", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Chép trích dẫn").click()
    expect(page.locator(".notice")).to_contain_text("Đã chép")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("“Ngày 21 tháng 5 năm 2000, cầu Mỹ Thuận bắc qua sông Tiền")
    assert "Thời Sự Đồng Bằng, 21 tháng 5, 2020, https://dongbang.example.org" in copied


def test_a_long_article_lands_on_a_sentence_near_its_end(empty: Server, open_page: Open) -> None:
    paragraphs = [
        f"Đoạn {number} kể chuyện bến sông và con đò ngang chở khách qua lại mỗi ngày." for number in range(3000)
    ]
    text = "\n\n".join([*paragraphs, "Chiếc đò cuối cùng tên là Hải Âu 🚤.", "Hết chuyện."])
    empty.client.post("/v1/articles", json={"id": "dai", "title": "Dài", "text": text})
    start = text.index("Chiếc đò")
    page = open_page(empty, f"/?article=dai&at={start}-{start + 36}")
    mark = page.locator("mark.cited")
    expect(mark).to_have_text("Chiếc đò cuối cùng tên là Hải Âu 🚤.")
    expect(mark).to_be_in_viewport()
    expect(page.locator(".text p")).to_have_count(52)
    page.get_by_role("button", name="Phần trước: 2.950 đoạn").click()
    expect(page.locator(".text p").first).to_contain_text("Đoạn 2450 ")
    expect(page.get_by_text("Đoạn 2949 ")).to_be_focused()
    page = open_page(empty, "/?article=dai")
    expect(page.get_by_role("button", name="Phần trước")).to_have_count(0)
    while (later := page.get_by_role("button", name="Phần sau")).is_visible():
        later.click()
    expect(page.locator(".text p")).to_have_count(3002)
    expect(page.locator(".text p").last).to_have_text("Hết chuyện.")
