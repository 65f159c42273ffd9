"""Which key of a record fills which field."""

from __future__ import annotations

from pathlib import Path

import pytest

from index.errors import HoidapError, InvalidArticle, InvalidMap
from index.readers.field_map import ArticleFields, FieldMap, suggested_map
from index.readers.tables import read_csv
from index.records import Draft


def mapped(fields: str, *records: object) -> list[Draft]:
    articles = ArticleFields(FieldMap.parse(fields))
    return [articles.draft(record, "chỗ") for record in records]


def test_a_map_is_written_as_it_is_read() -> None:
    written = "text=sapo+body,title=name.vi,metadata.topic=a.0.b"
    assert str(FieldMap.parse(" text = sapo + body , title=name.vi,metadata.topic=a.0.b")) == written


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "'' is not FIELD=KEY, such as text=content,published_at=date"),
        ("text", "'text' is not FIELD=KEY"),
        ("text=", "'text=' is not FIELD=KEY"),
        ("text=a+", "'text=a+' is not FIELD=KEY"),
        ("text=a,", "'' is not FIELD=KEY"),
        ("content=text", "'content' is no field of an article; the field stands left of the sign: id, title, text"),
        ("metadata.=x", "'metadata.' is no field of an article"),
        ("metadata=x", "'metadata' is no field of an article"),
        ("text=a,text=b", "text is there twice; join keys with a plus, as in text=sapo+body"),
    ],
)
def test_a_wrong_map_is_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidMap) as caught:
        FieldMap.parse(text)
    assert str(caught.value).startswith(f"map: {message}")


def test_paths_lead_through_objects_and_lists() -> None:
    record = {"a": [{"b": "một"}, {"b": "hai"}], "x.y": "đúng", "x": {"y": "sai"}}
    (draft,) = mapped("text=a.1.b,title=x.y,author=a.7.b,source=a.0.c", record)
    assert (draft.text, draft.title, draft.author, draft.source) == ("hai", "đúng", None, None)


def test_numbers_and_lists_become_text() -> None:
    record = {"n": 12, "body": ["Đoạn một.", "Đoạn hai."], "by": ["An", "Bình"], "year": 2017, "empty": ""}
    (draft,) = mapped("id=n,text=body,author=by,published_at=year,title=empty", record)
    assert (draft.id, draft.author, draft.published_at, draft.title) == ("12", "An, Bình", "2017", None)
    assert draft.text == "Đoạn một.\n\nĐoạn hai."


def test_other_keys_go_to_the_metadata_if_they_are_flat_and_are_named_once_if_not() -> None:
    record = {
        "content": "chữ", "views": 3, "tags": ["a", 1, None], "nothing": None, "geo": {"lat": 1},
        "pics": [{"src": "x"}], "title": "Đề", "metadata": {"own": True, "views": 4},
    }  # fmt: skip
    one, two = mapped("text=content,author=byline", record, record)
    assert (one.title, one.metadata) == ("Đề", {"views": 4, "tags": ["a", 1, None], "own": True})
    assert one.notes == (
        "geo: left out, for it is not flat",
        "pics: left out, for it is not flat",
        "byline: not there",
    )
    assert two.notes == ()


def test_a_text_that_is_not_there_is_named_with_the_keys_that_are() -> None:
    with pytest.raises(InvalidArticle) as caught:
        mapped("text=body+lead", {"noi_dung": "chữ", "ngay": "2017"})
    assert str(caught.value) == (
        "chỗ: text: is required, and there is no 'body' or 'lead'; its keys are 'noi_dung', 'ngay'"
    )
    with pytest.raises(InvalidArticle, match="text: expected text, got an object"):
        mapped("text=body", {"body": {"vi": "chữ"}})


@pytest.mark.parametrize(
    ("names", "suggestion"),
    [
        (["headline", "body", "pubDate", "by"], "title=headline,text=body,published_at=pubDate"),
        (["tiêu đề", "Nội dung", "ngày đăng"], "title=tiêu đề,text=Nội dung,published_at=ngày đăng"),
        (["text", "link"], "url=link"),
        (["Text", "source"], "text=Text"),
        (["a", "b", "date"], ""),
    ],
)
def test_a_map_is_suggested_by_the_usual_names(names: list[str], suggestion: str) -> None:
    assert suggested_map(names) == suggestion


def table(folder: Path, content: str, fields: str) -> list[Draft | HoidapError]:
    file = folder / "tin.csv"
    file.write_text(content, encoding="utf-8")
    return list(read_csv(file, "tin.csv", FieldMap.parse(fields)))


def test_columns_are_mapped_too(tmp_path: Path) -> None:
    content = ',Nội dung,Ngày,Title,metadata.b\n0,"chữ, thật",2017-04,Đề,x\n1,,2018,y,\n'
    first, second = table(tmp_path, content, "text=Nội dung,published_at=Ngày,metadata.day=Ngày")
    assert first == Draft(
        "chữ, thật", "tin.csv:2", title="Đề", published_at="2017-04", metadata={"day": "2017-04", "b": "x"}
    )
    assert str(second).startswith("tin.csv:3: text: is required, and there is no 'Nội dung'")


def test_a_column_that_is_not_there_fails_the_table(tmp_path: Path) -> None:
    with pytest.raises(InvalidArticle) as caught:
        table(tmp_path, "content,date\nchữ,2017\n", "text=contents")
    assert str(caught.value) == (
        "tin.csv:1: article: the map names 'contents', which is no column; they are 'content', 'date'"
    )
