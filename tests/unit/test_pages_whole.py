"""Pages whole: the kinds of loss that users of readers report, each with examples of our own, and the reports' own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.preparation import PreparedArticle, prepare
from index.readers.walking import read_path
from index.records import Draft

PARAGRAPHS = (
    "Sáng 3-5, đội thủy nông xã Cồn Dừa mở cống số bốn để lấy nước ngọt vào ruộng, sớm hơn lịch mười ngày vì mặn lên.",
    "Theo chị Võ Thị Sen, tổ trưởng vận hành, độ mặn đo lúc 5 giờ là 0,8 phần nghìn, còn dưới ngưỡng mà lúa chịu được.",
    "Bà con ba ấp cuối kênh được báo qua loa, mỗi hộ cử một người ra canh bờ để nước không tràn vào ao tôm đêm đầu.",
)
SECTION = '<section><p class="{name}">{lead}</p></section>'
LEAD = "Cống số bốn mở sớm mười ngày để cứu sáu trăm mẫu lúa đang trổ trước đợt mặn cuối tháng."


@pytest.fixture
def cases(repository: Path) -> Path:
    folder = repository.parent / "shared" / "cases"
    if not folder.is_dir():
        pytest.skip("needs ../shared/cases")
    return folder


def read(file: Path) -> PreparedArticle:
    (draft,) = read_path(file)
    assert isinstance(draft, Draft), draft
    return prepare(draft)


def page(folder: Path, body: str, head: str = "") -> PreparedArticle:
    file = folder / "trang.html"
    file.write_text(
        f"<!doctype html><html lang=vi><head><meta charset=utf-8>{head}</head><body>{body}</body></html>",
        encoding="utf-8",
    )
    return read(file)


def article(before: str = "", after: str = "", title: str = "Cồn Dừa mở cống sớm") -> str:
    paragraphs = "".join(f"<p>{text}</p>" for text in PARAGRAPHS)
    return f"<article><h1>{title}</h1>{before}<div class=noidung>{paragraphs}</div>{after}</article>"


def text_file(folder: Path, text: str) -> PreparedArticle:
    file = folder / "bai.txt"
    file.write_text(text, encoding="utf-8")
    return read(file)


# A short capitalised line within the article is no byline.


@pytest.mark.parametrize(
    "heading",
    ["Lịch Mở Cống", "Võ Thị Sen", "CHẤT LƯỢNG NƯỚC", "Ấp Bờ Đông"],
)
@pytest.mark.parametrize(
    "below",
    [
        "| Cống | Giờ | Độ mặn |\n| Số một | 4:00 | 0,6 |\n| Số bốn | 5:00 | 0,8 |",
        "- Sinh ở Cồn Dừa, theo nghề thủy nông từ năm 1998\n- Đo mặn mỗi ngày hai lần",
        "1) Nước vào ruộng\n\n" + PARAGRAPHS[1] + "\n\n2) Nước ra sông\n\n" + PARAGRAPHS[2],
    ],
)
def test_a_heading_within_the_text_is_no_byline(tmp_path: Path, heading: str, below: str) -> None:
    prepared = text_file(tmp_path, f"Cồn Dừa mở cống sớm\n\n{PARAGRAPHS[0]}\n\n{heading}\n\n{below}\n")
    assert prepared.article.author is None
    for line in (heading, *filter(None, below.split("\n"))):
        assert line in prepared.article.text


def test_headings_of_a_page_are_no_bylines_and_become_sections(tmp_path: Path) -> None:
    after = "<h2>Võ Thị Sen</h2><p>Tổ trưởng, 52 tuổi.</p><h2>Trần Bé Ba</h2><p>Thợ máy, 40 tuổi.</p>"
    (draft,) = [read_path(_written(tmp_path, article(after=after)))]
    (only,) = draft
    assert isinstance(only, Draft)
    assert [place.section for place in only.places] == ["Võ Thị Sen", "Trần Bé Ba"]
    assert [only.text[place.start :].split("\n")[0] for place in only.places] == ["Võ Thị Sen", "Trần Bé Ba"]
    prepared = prepare(only)
    assert prepared.article.author is None
    assert "Thợ máy, 40 tuổi." in prepared.article.text


def _written(folder: Path, body: str) -> Path:
    file = folder / "trang.html"
    file.write_text(f"<!doctype html><meta charset=utf-8><body>{body}</body>", encoding="utf-8")
    return file


def test_a_byline_is_still_one(tmp_path: Path) -> None:
    text = (
        f"Cồn Dừa mở cống sớm\n\n{PARAGRAPHS[0]}\n\n{PARAGRAPHS[1]}\n\nTrần Bé Ba\n\nTin liên quan\nChợ nổi họp lại\n"
    )
    prepared = text_file(tmp_path, text)
    assert prepared.article.author == "Trần Bé Ba"
    assert "Chợ nổi" not in prepared.article.text


def test_cases_of_headings(cases: Path) -> None:
    ends = {"bang.txt": "không cần hóa đơn.", "muc.txt": "trong 30 ngày.", "chan-dung.html": "trong 10 ngày."}
    for name, end in ends.items():
        prepared = read(cases / "heading-taken-for-byline" / name)
        assert prepared.article.text.endswith(end)
        assert prepared.article.author is None


# The lead between headline and body.


@pytest.mark.parametrize(
    "before",
    [
        f'<h2 class="bai__sapo">{LEAD}</h2>',
        f'<div class="standfirst"><p>{LEAD}</p></div>',
        SECTION.format(name="x17", lead=LEAD),
        f"<h3>{LEAD.rstrip('.')}</h3>",
        f'<p class="summary"><strong>{LEAD.rstrip(".")}</strong></p>',
    ],
)
def test_the_lead_is_kept_once(tmp_path: Path, before: str) -> None:
    lead = LEAD.rstrip(".")
    for head in ("", f'<meta property="og:description" content="{LEAD}">'):
        text = page(tmp_path, article(before), head).article.text
        assert text.startswith(lead)
        assert text.count(lead) == 1
        assert all(paragraph in text for paragraph in PARAGRAPHS)


def test_what_stands_there_and_is_no_lead_stays_out(tmp_path: Path) -> None:
    before = (
        '<div class="share">Chia sẻ bài viết này với bạn bè của bạn trên mạng xã hội.</div>'
        "<figure><img src=a.jpg><figcaption>Cống số bốn lúc mở, nhìn từ phía bờ sông.</figcaption></figure>"
        "<ul><li><a href=/a>Chợ nổi họp lại sau ba năm vắng khách, ghe về đông.</a></li></ul>"
    )
    text = page(tmp_path, article(before)).article.text
    assert text == "\n".join(PARAGRAPHS)


def test_cases_of_leads(cases: Path) -> None:
    for file in sorted((cases / "lead-outside-body-lost").glob("*.html")):
        text = read(file).article.text
        assert text.startswith("Cây cầu thay thế bến phà"), file.name
        assert text.count("Cây cầu thay thế bến phà") == 1


# Lines above the first sentence.


@pytest.mark.parametrize(
    "lines",
    [
        ["Ba ấp cuối kênh nhận nước trước 6 giờ", "Độ mặn còn 0,8 phần nghìn"],
        ["1985 đắp đê bao", "1992 xây cống số một", "2004 xây cống số bốn", "2019 lắp máy đo mặn"],
        ["Cống mở sớm mười ngày, nước vào sáu trăm mẫu lúa đang trổ"],
    ],
)
@pytest.mark.parametrize("title", ["Cồn Dừa mở cống sớm", "Mở cống sớm mười ngày ở Cồn Dừa"])
def test_lines_above_the_first_sentence_stay(tmp_path: Path, lines: list[str], title: str) -> None:
    draft = Draft("\n".join([*lines, *PARAGRAPHS]), title=title)
    assert prepare(draft, clean=True).article.text.split("\n") == [*lines, *PARAGRAPHS]


def test_the_title_and_known_chrome_above_it_go(tmp_path: Path) -> None:
    raw = "\n".join(["Trang chủ > Nông nghiệp", "Cồn Dừa mở cống sớm", "Ba ấp nhận nước trước 6 giờ", *PARAGRAPHS])
    article = prepare(Draft(raw, title="Cồn Dừa mở cống sớm"), clean=True).article
    assert article.text.split("\n") == ["Ba ấp nhận nước trước 6 giờ", *PARAGRAPHS]


def test_cases_of_lines_above(cases: Path) -> None:
    beginnings = {
        "diem-chinh.html": "- Mười hai xã ven đê phải di dời trước 17 giờ\n- Đỉnh lũ",
        "khong-h1.html": "- Mười hai xã ven đê phải di dời trước 17 giờ\n- Đỉnh lũ",
        "nien-bieu.html": "1957–1959 xây bể lọc",
        "sapo-khong-cham.html": "Nước sông Lam tại cầu Đò đạt 5,9 mét",
    }
    for name, beginning in beginnings.items():
        assert read(cases / "lines-above-first-sentence-dropped" / name).article.text.startswith(beginning), name


# The title without the site, the author a person.


SITE = "Báo Sông Hậu"
TITLE = "Cồn Dừa mở cống sớm"


def meta(**names: str) -> str:
    return "".join(f'<meta property="{name.replace("_", ":", 1)}" content="{value}">' for name, value in names.items())


def linked_data(**fields: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **fields})}</script>'


def of(kind: str, name: str) -> dict[str, str]:
    return {"@type": kind, "name": name}


@pytest.mark.parametrize(
    ("head", "h1"),
    [
        (meta(og_title=f"{TITLE} - Nông nghiệp - {SITE}"), True),
        (meta(og_title=f"{TITLE} | {SITE}", og_site_name=SITE), False),
        (f"<title>{SITE}: {TITLE}</title>", True),
        (f"<title>{TITLE} – {SITE}</title>" + meta(twitter_title=TITLE), False),
        (linked_data(headline=f"{TITLE} :: {SITE}", publisher=of("Organization", SITE)), False),
    ],
)
def test_the_title_has_no_site(tmp_path: Path, head: str, h1: bool) -> None:
    body = article() if h1 else article().replace("<h1>Cồn Dừa mở cống sớm</h1>", "")
    assert page(tmp_path, body, head).article.title == TITLE


@pytest.mark.parametrize(
    ("head", "before", "after", "author"),
    [
        (meta(author=SITE, og_site_name=SITE), "", "", None),
        (linked_data(author=of("Organization", "Tòa soạn Sông Hậu")), "", "<p><b>Lê Bông</b></p>", "Lê Bông"),
        (meta(author=SITE.upper(), og_site_name=SITE), '<div class="tac-gia">LÊ BÔNG</div>', "", "LÊ BÔNG"),
        (linked_data(author=[of("Person", "Lê Bông"), of("Organization", SITE)]), "", "", "Lê Bông"),
        ("", '<p class="byline">By Lan Roe and Kim Poe, 3 May 2026</p>', "", "Lan Roe, Kim Poe"),
    ],
)
def test_the_author_is_a_person(tmp_path: Path, head: str, before: str, after: str, author: str | None) -> None:
    assert page(tmp_path, article(before, after), head).article.author == author


def test_cases_of_titles_and_authors(cases: Path) -> None:
    for name in ("bar.html", "suffix.html"):
        found = read(cases / "site-name-in-title" / name).article
        assert (found.title, found.author) == ("Lũ sông Lam lên báo động hai", None)
    found = read(cases / "publisher-taken-for-author" / "vnexpress.html").article
    assert found.author == "Hoàng Phúc"
    assert not found.text.endswith("Hoàng Phúc")


# Small marks.


@pytest.mark.parametrize(
    "speech",
    ["»Vi åbner klokken fem,« siger Karen.", "»Wir kommen wieder«, sagt der Wirt.", "»Der skal mere salt i suppen.«"],
)
def test_speech_in_pointed_marks_is_no_teaser(tmp_path: Path, speech: str) -> None:
    body = "Karen Holm har kogt suppe til havnens fiskere i tredive år, og i maj holder hun op."
    assert speech in text_file(tmp_path, f"Suppen i havnen\n\n{body}\n\n{speech}\n\nFiskerne siger tak.\n").article.text


def test_an_arrow_is_still_a_teaser(tmp_path: Path) -> None:
    raw = f"Cồn Dừa mở cống sớm\n{PARAGRAPHS[0]}\n» Chợ nổi họp lại sau ba năm\n>> Giá dừa tăng\n{PARAGRAPHS[1]}\n"
    assert text_file(tmp_path, raw).article.text == f"{PARAGRAPHS[0]}\n\n{PARAGRAPHS[1]}"


@pytest.mark.parametrize("bullet", ["-", "•", "*"])
@pytest.mark.parametrize("label", ["Từ khóa", "Tags", "Chủ đề"])
def test_a_list_of_keywords_goes(tmp_path: Path, bullet: str, label: str) -> None:
    raw = "\n".join(["Cồn Dừa mở cống sớm", *PARAGRAPHS, f"{bullet} {label}", f"{bullet} cống", f"{bullet} mặn"])
    assert text_file(tmp_path, raw).article.text == "\n".join(PARAGRAPHS)


@pytest.mark.parametrize(
    "headline",
    [
        "Mở cống sớm, cứu lúa, cứu tôm, cứu cả chợ...",
        "“Nước về rồi, bà con ơi!”",
        "'Sao cống chưa mở?'",
        "Rồi nước cũng về…",
    ],
)
def test_a_headline_may_break_off_or_exclaim(tmp_path: Path, headline: str) -> None:
    found = text_file(tmp_path, "\n".join([headline, *PARAGRAPHS])).article
    assert (found.title, found.text) == (headline, "\n".join(PARAGRAPHS))


def test_cases_of_small_marks(cases: Path) -> None:
    danish = read(cases / "quotation-taken-for-teaser" / "da.txt").article.text
    assert "»Jeg lærte at koge suppe" in danish
    assert "»Vi har plads til 24 gæster.«" in danish
    assert "»Heute Nacht habe ich" in read(cases / "quotation-taken-for-teaser" / "de.html").article.text
    for name in ("tag.html", "tag.txt"):
        assert "Từ khóa" not in read(cases / "keyword-list-kept" / name).article.text
        assert "đê điều" not in read(cases / "keyword-list-kept" / name).article.text
    for name in ("a.txt", "b.txt"):
        file = cases / "headline-with-end-sign" / name
        assert read(file).article.title == file.read_text(encoding="utf-8").split("\n")[0]


def test_the_date_is_the_articles_own(tmp_path: Path) -> None:
    cited = (
        '<ol><li itemscope itemprop="citation" itemtype="https://schema.org/Book">'
        '<meta itemprop="datePublished" content="1979">Sổ tay thủy nông.</li></ol>'
    )
    assert page(tmp_path, article(after=cited)).article.published_at is None
    stated = '<meta itemprop="datePublished" content="2026-05-03">'
    assert page(tmp_path, article(after=cited), stated).article.published_at == "2026-05-03"
    aside = '<aside itemscope itemprop="mentions"><time itemprop="datePublished" datetime="2001-01-01"></time></aside>'
    assert page(tmp_path, article(after=aside)).article.published_at is None


@pytest.mark.parametrize(
    "cited",
    [
        '<p>Theo <cite itemscope itemtype="https://schema.org/Book"><time itemprop="datePublished" datetime="1979">1979'
        "</time></cite></p>",
        '<ol><li itemscope itemtype="https://schema.org/Book"><meta itemprop="datePublished" content="1979"></li></ol>',
        '<p>Trận mặn <time datetime="1979-04-02">đầu tháng 4 năm 1979</time> làm mất trắng cả nghìn mẫu lúa ở đây.</p>',
        '<div class="related-posts"><article><h3>Giá tôm</h3><time datetime="1979-04-02">2/4</time></article></div>',
    ],
    ids=["a cited book", "a listed book", "a day in a sentence", "another story"],
)
def test_a_date_of_something_that_the_text_names_is_not_the_articles(tmp_path: Path, cited: str) -> None:
    assert page(tmp_path, article(after=cited)).article.published_at is None


@pytest.mark.parametrize(
    ("within", "sentence"),
    [
        ("<time datetime=1979-04-02>đầu tháng 4</time>", "Trận mặn đầu tháng 4 làm mất trắng cả nghìn mẫu lúa ở đây."),
        ("<b><time>năm 1979</time></b>", "Trận mặn năm 1979 làm mất trắng cả nghìn mẫu lúa ở đây."),
        ("<q>chưa từng có</q>", "Trận mặn chưa từng có làm mất trắng cả nghìn mẫu lúa ở đây."),
    ],
)
def test_times_and_quotations_within_a_sentence_stay_in_it(tmp_path: Path, within: str, sentence: str) -> None:
    text = page(tmp_path, article(after=f"<p>Trận mặn {within} làm mất trắng cả nghìn mẫu lúa ở đây.</p>")).article.text
    assert sentence in text.split("\n")


def test_a_headline_may_begin_with_the_place_that_the_paper_is_named_after(tmp_path: Path) -> None:
    site = '<meta property="og:site_name" content="Báo Cồn Dừa">'
    title = "Cồn Dừa - Bến Đá: tuyến đò mới chạy từ thứ hai"
    for stated in (title, f"{title} - Báo Cồn Dừa"):
        head = f"{site}<title>{stated}</title>"
        assert page(tmp_path, article(title=title), head).article.title == title
    assert page(tmp_path, article(title=""), f"{site}<title>Báo Cồn Dừa | {title}</title>").article.title == title


@pytest.mark.parametrize("byline", ["PV Võ Thị Sen", "Phóng viên: Võ Thị Sen"])
def test_what_a_reporter_is_called_is_no_part_of_the_name(tmp_path: Path, byline: str) -> None:
    before = f"<div class=author>{byline}</div>"
    assert page(tmp_path, article(before=before)).article.author == "Võ Thị Sen"


def test_case_of_the_date_of_a_reference(cases: Path) -> None:
    assert read(cases / "date-of-a-reference-taken" / "tham-khao.html").article.published_at == "2017-01-30"


def test_layouts_of_vietnamese_papers(cases: Path) -> None:
    for file in sorted((cases / "vietnamese-layouts").glob("*.html")):
        found = read(file).article
        assert found.title == "Thông xe cầu Bến Thuyền sau ba năm thi công", file.name
        assert (found.author or "").casefold() == "hoàng phúc", file.name
        assert (found.published_at or "").startswith("2026-09-12T07:31"), file.name
        assert found.text.startswith("Cây cầu thay thế bến phà trăm tuổi"), file.name
        assert found.text.endswith("kể từ ngày bàn giao."), file.name
        assert found.text.count("Cây cầu thay thế") == 1, file.name


# Chrome that the markup names.


def test_what_markup_knows_to_be_chrome_goes(tmp_path: Path) -> None:
    after = (
        '<p><a href="/khac">Chợ nổi họp lại sau ba năm vắng khách</a></p>'
        '<p class="newsletter-promo">Nhận bản tin sông nước mỗi sáng qua thư.</p>'
        '<p class="image-caption">Cống số bốn lúc mở.</p>'
    )
    assert page(tmp_path, article(after=after)).article.text == "\n".join(PARAGRAPHS)


def test_a_page_of_links_keeps_them(tmp_path: Path) -> None:
    links = "".join(f'<p><a href="/{n}">Cống số {n} đóng mở theo con nước rằm</a></p>' for n in range(12))
    text = page(tmp_path, f"<article><h1>Lịch các cống</h1><p>{PARAGRAPHS[0]}</p>{links}</article>").article.text
    assert "Cống số 5 đóng mở" in text


def test_a_large_removal_is_doubted_in_a_note(tmp_path: Path) -> None:
    chrome = "\n".join(f"Bài đọc thêm số {number} về con nước và mùa vụ ở miền sông" for number in range(20))
    prepared = text_file(tmp_path, "\n".join(["Cồn Dừa mở cống sớm", *PARAGRAPHS, "Tin liên quan", chrome]))
    assert prepared.article.text == "\n".join(PARAGRAPHS)
    (note,) = prepared.notes
    assert note.startswith("cleaning removed 7")
    assert text_file(tmp_path, "\n".join(["Cồn Dừa mở cống sớm", *PARAGRAPHS])).notes == ()


def test_a_marker_of_other_stories_never_takes_more_sentences_than_stay(tmp_path: Path) -> None:
    short = (
        "Đội thủy nông mở cống số bốn lúc năm giờ sáng.",
        "Độ mặn đo được là 0,8 phần nghìn, theo tổ vận hành.",
        "Mỗi hộ ở cuối kênh cử một người ra canh bờ.",
        "Nước chảy hết ba ấp trong khoảng hai ngày rưỡi.",
    )
    links = "Tin liên quan\nGiá tôm tăng\nChợ đêm dời chỗ"
    text = text_file(tmp_path, "\n".join(["Cồn Dừa mở cống sớm mười ngày", short[0], links, *short[1:]])).article.text
    assert [line for line in text.split("\n") if line] == list(short)
    ended = text_file(tmp_path, "\n".join(["Cồn Dừa mở cống sớm mười ngày", *short, links, "Bấm để xem.", "Hết."]))
    assert [line for line in ended.article.text.split("\n") if line] == list(short)


def test_a_day_that_may_be_a_month_is_no_date_on_an_english_page(tmp_path: Path) -> None:
    english = "".join(
        f"<p>{text}</p>"
        for text in (
            "The keepers of gate four let the fresh water in ten days early, since the salt came up the river so fast.",
            "Every house of the three hamlets sent one person to watch the banks through the first night of the water.",
        )
    )
    body = '<div><span class="date">{}</span></div><article><h1>Gate four opens early</h1>' + english + "</article>"
    for shown, date in (("05/11/2024", None), ("23/11/2024", "2024-11-23"), ("5 November 2024", "2024-11-05")):
        assert page(tmp_path, body.format(shown)).article.published_at == date
    vietnamese = article(before='<div class="ngay">05/11/2024 21:40</div>')
    assert page(tmp_path, vietnamese).article.published_at == "2024-11-05T21:40"
