"""OpenDocument texts for tests."""

from __future__ import annotations

from zips import zip_of

_NAMES = "".join(
    f' xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{long}:1.0"'
    for short, long in {
        "office": "office", "text": "text", "table": "table", "draw": "drawing", "meta": "meta",
    }.items()
) + ' xmlns:dc="http://purl.org/dc/elements/1.1/"'  # fmt: skip
BODY = (
    '<text:h text:outline-level="1">Đò ngang</text:h><text:p>Đò chạy từ năm giờ sáng.</text:p>'
    '<text:h text:outline-level="2">Giá vé</text:h><text:p>Mỗi lượt ba nghìn đồng.</text:p>'
)
META = (
    "<dc:title>Nội quy bến đò</dc:title><meta:initial-creator>Bà Tư</meta:initial-creator><dc:creator>Máy</dc:creator>"
    "<meta:creation-date>2015-03-02T08:00:00</meta:creation-date>"
)


def content(body: str) -> str:
    """Return the part of a document that holds its text."""
    return (
        f"<office:document-content{_NAMES}><office:body><office:text>{body}</office:text></office:body>"
        "</office:document-content>"
    )


def odt_of(body: str = BODY, *, meta: str = META, **more: str) -> bytes:
    """Return a document with this body."""
    return zip_of(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": content(body),
            "meta.xml": f"<office:document-meta{_NAMES}><office:meta>{meta}</office:meta></office:document-meta>",
            **more,
        }
    )
