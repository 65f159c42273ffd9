"""Adding and removing articles, and the view of the archive."""

from __future__ import annotations

import json
import re
from pathlib import Path

from chromium import Open
from playwright.sync_api import Page, expect
from server import Server, running_server

PAGE = """<html><head><title>Chợ nổi họp sớm</title><meta property="og:site_name" content="Nhịp Phố"></head><body>
<nav>Trang chủ | Thời sự</nav><article><h1>Chợ nổi họp sớm</h1><p>Chợ nổi trên sông Hiền nay họp từ bốn giờ sáng,
sớm hơn trước một giờ, vì nước lớn về sớm và ghe hàng từ các huyện xa đổ về đông hơn mọi năm.</p><p>Bà con bán dưa hấu,
khóm và bông súng. Ban quản lý chợ cho biết có chừng hai trăm ghe neo lại mỗi phiên.</p></article></body></html>"""


def write_files(folder: Path) -> dict[str, Path]:
    folder.mkdir(parents=True, exist_ok=True)
    rows = [{"id": "a", "text": "Cầu Sông Hiền dài 512 mét."}, {"id": "b"}, {"id": "c", "text": "Phà ngừng chạy."}]
    contents = {
        "trang.html": PAGE,
        "bai.md": "---\ntitle: Lễ hội đèn\n---\nLễ hội đèn lồng mở tối rằm.",
        "nhieu.jsonl": "\n".join(json.dumps(row, ensure_ascii=False) for row in rows),
        "bang.csv": "id,title,text\nd,Mưa đá,Mưa đá rơi ở vùng cao.\n",
        "anh.png": "not an article",
    }
    for name, content in contents.items():
        (folder / name).write_text(content, encoding="utf-8")
    return {name: folder / name for name in contents}


def report(page: Page, name: str) -> str:
    item = page.locator(".reports > li", has=page.locator(".name", has_text=name))
    expect(item).to_have_count(1)
    expect(item.locator(".good, .bad").first).to_be_visible()
    return item.inner_text()


def test_files_are_chosen_by_the_endings_that_the_service_reads(empty: Server, open_page: Open) -> None:
    page = open_page(empty, "/?view=add")
    formats = empty.client.get("/v1/info").json()["formats"]
    every = [ending for known in formats for ending in known["endings"]]
    expect(page.locator("#files")).to_have_attribute("accept", ",".join(every))
    for known in formats:
        expect(page.locator(".drop")).to_contain_text(known["endings"][0])


def test_chosen_files_are_stored_and_each_is_reported(empty: Server, open_page: Open, tmp_path: Path) -> None:
    page = open_page(empty, "/?view=add")
    files = write_files(tmp_path)
    page.locator("#files").set_input_files(list(files.values()))
    expect(page.locator(".reports > li")).to_have_count(5)
    assert "Đã thêm" in report(page, "bai.md")
    assert "Đã thêm" in report(page, "trang.html")
    assert "Đã thêm" in report(page, "bang.csv")
    several = report(page, "nhieu.jsonl")
    assert "2 bài mới" in several
    assert "1 bài không thêm được" in several
    assert "nhieu.jsonl:2: text:" in several
    assert "ending '.png' is not one of" in report(page, "anh.png")
    assert empty.client.get("/v1/articles").json()["total"] == 5
    stored = empty.client.get("/v1/articles/trang.html").json()
    assert stored["source"] == "Nhịp Phố"
    assert "Trang chủ" not in stored["text"]
    expect(page.locator("#edition")).to_contain_text("5 bài")
    page.locator(".reports > li", has_text="bai.md").get_by_role("link", name="Đọc bài").click()
    expect(page.locator(".reader h1")).to_have_text("Lễ hội đèn")
    page.go_back()
    page.locator("#files").set_input_files([files["bai.md"]])
    expect(page.locator(".reports > li")).to_have_count(6)
    expect(page.locator(".reports > li").last).to_contain_text("Đã có, không đổi")


def test_what_reading_had_to_put_up_with_is_shown(empty: Server, open_page: Open, tmp_path: Path) -> None:
    odd = tmp_path / "chuong.html"
    odd.write_bytes(PAGE.encode().replace("nước lớn".encode(), b"n\xb0\xb0c l\xffn"))
    page = open_page(empty, "/?view=add")
    page.locator("#files").set_input_files([odd])
    notes = page.locator(".reports details", has=page.locator(".notes"))
    notes.locator("summary").click()
    expect(notes.locator("summary")).to_have_text("1 ghi chú khi đọc")
    expect(notes.locator("li")).to_contain_text("U+FFFD")


def test_a_dropped_folder_is_read_as_ingest_reads_it(empty: Server, open_page: Open, tmp_path: Path) -> None:
    write_files(tmp_path / "news" / "2024")
    page = open_page(empty)
    session = page.context.new_cdp_session(page)
    data = {"items": [], "files": [str(tmp_path / "news")], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send("Input.dispatchDragEvent", {"type": kind, "x": 300, "y": 300, "data": data})
    expect(page.get_by_role("heading", name="Thêm bài")).to_be_visible()
    assert "Đã thêm" in report(page, "2024/bai.md")
    report(page, "2024/trang.html")
    assert empty.client.get("/v1/articles/2024:bai.md").json()["title"] == "Lễ hội đèn"


def test_pasted_text_is_stored_and_found(empty: Server, open_page: Open) -> None:
    page = open_page(empty, "/?view=add")
    page.get_by_label("Nội dung").fill("Hội sách mở ở bến Bình Khê, có 4.200 đầu sách.")
    page.get_by_text("Tiêu đề, nguồn, ngày, địa chỉ").click()
    page.get_by_label("Tiêu đề", exact=True).fill("Hội sách")
    page.get_by_label(re.compile("^Ngày đăng")).fill("2023-13")
    page.get_by_role("button", name="Lưu bài").click()
    expect(page.locator(".outcome")).to_contain_text("published_at")
    page.get_by_label(re.compile("^Ngày đăng")).fill("2023-09")
    page.get_by_role("button", name="Lưu bài").click()
    expect(page.locator(".outcome")).to_contain_text("Đã thêm")
    page.get_by_role("searchbox").fill("hoi sach co bao nhieu dau sach")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".answer blockquote")).to_contain_text("4.200 đầu sách")
    expect(page.locator(".card time")).to_have_text("tháng 9 năm 2023")


def test_text_pasted_outside_a_field_lands_in_the_form(empty: Server, open_page: Open) -> None:
    page = open_page(empty, "/?view=add")
    expect(page.get_by_label("Nội dung")).to_be_visible()
    page.evaluate(
        """() => { const data = new DataTransfer(); data.setData('text/plain', 'Tin dán từ bộ nhớ.');
        document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true})) }"""
    )
    expect(page.get_by_label("Nội dung")).to_have_value("Tin dán từ bộ nhớ.")


def test_a_file_that_is_pasted_is_sent(empty: Server, open_page: Open) -> None:
    page = open_page(empty)
    expect(page.locator(".message")).to_be_visible()
    page.evaluate(
        """() => { const data = new DataTransfer(); data.items.add(new File(['Phà ngừng chạy.'], 'pha.md'));
        document.body.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true})) }"""
    )
    assert "Đã thêm" in report(page, "pha.md")
    assert empty.client.get("/v1/articles/pha.md").json()["text"] == "Phà ngừng chạy."


def test_a_file_above_the_service_s_own_limit_is_not_sent(tmp_path: Path, open_page: Open) -> None:
    with running_server(tmp_path / "data", HOIDAP_MAX_REQUEST_BYTES="2000") as server:
        page = open_page(server, "/?view=add")
        expect(page.locator(".drop")).to_contain_text("tối đa 2 kB")
        page.locator("#files").set_input_files({"name": "to.txt", "mimeType": "text/plain", "buffer": b"x" * 3000})
        assert "Tệp lớn hơn 2 kB" in report(page, "to.txt")


def test_delete_and_undo_bring_back_the_very_same_article(empty: Server, open_page: Open) -> None:
    article = {
        "id": "le-hoi",
        "title": "Lễ hội 🎉",
        "text": "Lễ hội rước nước mở ngày 12.\n\nNước lấy giữa sông Tiền 🌊.",
        "url": "https://example.org/le-hoi",
        "source": "TSN",
        "author": "Hoài Nam",
        "published_at": "2023-04-14T08:30+07:00",
        "language": "vi",
        "metadata": {"page": 3, "front": True},
    }
    empty.client.post("/v1/articles", json=article)
    before = empty.client.get("/v1/articles/le-hoi").json()
    page = open_page(empty, "/?q=rước nước")
    page.locator(".card h3 a").click()
    page.get_by_role("button", name="Xoá").click()
    expect(page.locator(".notice")).to_contain_text("Đã xoá Lễ hội 🎉")
    expect(page.get_by_role("heading", name="Không tìm thấy đoạn nào.")).to_be_visible()
    assert empty.client.get("/v1/articles/le-hoi").status_code == 404
    page.get_by_role("button", name="Hoàn tác").click()
    expect(page.locator(".notice")).to_contain_text("Đã trả lại")
    expect(page.locator(".card h3")).to_have_text("Lễ hội 🎉")
    assert empty.client.get("/v1/articles/le-hoi").json() == before


def test_an_article_that_is_nothing_but_text_comes_back_too(empty: Server, open_page: Open) -> None:
    made = empty.client.post("/v1/articles", json={"text": "1234 5678"}).json()["id"]
    before = empty.client.get(f"/v1/articles/{made}").json()
    page = open_page(empty, "/?view=corpus")
    page.get_by_role("button", name=re.compile("^Xoá")).click()
    expect(page.locator("#shelf li")).to_have_count(0)
    expect(page.get_by_role("button", name="Hoàn tác")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#shelf li")).to_have_count(1)
    assert empty.client.get(f"/v1/articles/{made}").json() == before


def test_writing_asks_for_the_key_where_the_service_wants_one(tmp_path: Path, open_page: Open) -> None:
    with running_server(tmp_path / "data", HOIDAP_API_KEY="open-sesame") as server:
        page = open_page(server, "/?view=add")
        page.get_by_label("Nội dung").fill("Cầu dài 500 mét.")
        page.get_by_role("button", name="Lưu bài").click()
        expect(page.get_by_role("dialog")).to_contain_text("chỉ cho thêm và xoá bài khi có khoá")
        page.locator("#key").fill("khoá")  # cannot even be sent
        page.get_by_role("button", name="Tiếp tục").click()
        expect(page.get_by_role("dialog")).to_contain_text("Khoá không đúng")
        page.locator("#key").fill("sai")
        page.get_by_role("button", name="Tiếp tục").click()
        expect(page.get_by_role("dialog")).to_contain_text("Khoá không đúng")
        page.get_by_role("button", name="Thôi").click()
        expect(page.locator(".outcome")).to_contain_text("chỉ cho thêm và xoá bài khi có khoá")
        page.get_by_role("button", name="Lưu bài").click()
        page.locator("#key").fill("open-sesame")
        page.locator("#key").press("Enter")
        expect(page.locator(".outcome")).to_contain_text("Đã thêm")
        page.goto(f"{server.client.base_url}/?view=corpus")  # the key is kept for this tab
        page.get_by_role("button", name=re.compile("^Xoá")).click()
        expect(page.locator(".notice")).to_contain_text("Đã xoá")
        assert "sesame" not in page.url


def test_the_archive_counts_by_language_source_and_month(archive: Server, open_page: Open) -> None:
    page = open_page(archive, "/?view=corpus")
    known = archive.client.get("/v1/overview").json()
    expect(page.locator(".figures")).to_contain_text(f"{known['articles']} bài")
    charts = page.locator(".chart")
    expect(charts.nth(0).locator("a").first).to_have_text(re.compile(rf"Tiếng Việt\s*{known['languages']['vi']}$"))
    expect(charts.nth(1).locator("a").first).to_contain_text(next(iter(known["sources"])))
    years = {key[:4] for key in known["times"]}
    expect(charts.nth(2).locator("rect")).to_have_count(int(max(years)) - int(min(years)) + 1)
    expect(page.locator("#shelf li")).to_have_count(30)
    page.get_by_role("button", name="Xem thêm bài").click()
    expect(page.locator("#shelf li")).to_have_count(60)
    charts.nth(0).get_by_role("link", name=re.compile("Tiếng Pháp")).click()
    expect(page.locator("#shelf li")).to_have_count(known["languages"]["fr"])
    charts.nth(2).get_by_text("Xem số liệu").click()
    charts.nth(2).get_by_role("link", name=re.compile("^2019")).click()
    assert "from=2019-01-01&to=2019-12-31" in page.url
    found = archive.client.get(
        "/v1/articles",
        params={"language": "fr", "published_after": "2019-01-01", "published_before": "2020-01-01"},
    ).json()
    expect(page.locator("#shelf li")).to_have_count(found["total"])
