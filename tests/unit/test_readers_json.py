"""JSON files: an object, an array, or one object after the other, each article alone."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.errors import EncodingError, HoidapError, ReadError
from index.identity import identify
from index.preparation import prepare
from index.readers import json_files
from index.readers.field_map import FieldMap
from index.readers.jsonl import read_json_or_lines
from index.readers.walking import ReadFailure, read_path
from index.records import Draft


def read(folder: Path, content: bytes | str, fields: str | None = None) -> list[Draft | HoidapError]:
    file = folder / "tin.json"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    return list(read_json_or_lines(file, "tin.json", FieldMap.parse(fields) if fields else None))


def texts(items: list[Draft | HoidapError]) -> list[str]:
    return [item.text if isinstance(item, Draft) else str(item) for item in items]


@pytest.mark.parametrize(
    "content",
    [
        '{"text": "một"}',
        '\ufeff\r\n {"text": "một",}\n',
        '{\n  "text": "một",\n}\n,',
        '{"text": "một"}'.encode("utf-16"),
    ],
)
def test_a_file_that_is_one_object_is_one_article_known_by_its_path(tmp_path: Path, content: str | bytes) -> None:
    assert read(tmp_path, content) == [Draft("một", origin="tin.json", path="")]
    (draft,) = read_path(tmp_path)
    assert isinstance(draft, Draft)
    assert (draft.path, identify(draft)) == ("tin.json", "tin.json")


@pytest.mark.parametrize(
    "content",
    [
        '[{"text": "một"}, {"text": "hai", "metadata": {"n": [1, 2,],},},]',
        '\ufeff[\n{"text": "một"}\n,\n{"text": "hai", "metadata": {"n": [1, 2]}}\n]\n',
        '[{"text": "một"}]\n[{"text": "hai", "metadata": {"n": [1, 2]}}]',
        '{"text":\n"một"}\n{"text": "hai", "metadata": {"n": [1, 2]}}',
    ],
)
def test_an_array_or_a_sequence_has_an_article_an_element(tmp_path: Path, content: str) -> None:
    assert read(tmp_path, content) == [
        Draft("một", origin="tin.json[1]"),
        Draft("hai", origin="tin.json[2]", metadata={"n": [1, 2]}),
    ]


def test_an_array_of_one_is_no_file_of_one_article(tmp_path: Path) -> None:
    assert read(tmp_path, '[{"text": "một"}]') == [Draft("một", origin="tin.json[1]")]


def test_lines_in_a_json_file_fail_alone(tmp_path: Path) -> None:
    items = texts(read(tmp_path, '{"text": "một"}\n{"text": "hai\n{"text": "ba"}\n'))
    assert items[0::2] == ["một", "ba"]
    assert items[1].startswith("tin.json:2: is not JSON")


def test_a_wrong_element_stops_no_other(tmp_path: Path) -> None:
    content = (
        b'[{"text": "a"}, 3, "x", null, [{"text": "b"}], {"text": NaN}, {"text" "c"}, {"text": "\xff"}, {"text": "d"}]'
    )
    items = read(tmp_path, content)
    assert texts(items) == [
        "a",
        "tin.json[2]: article: expected an object with a text, got a number",
        "tin.json[3]: article: expected an object with a text, got text",
        "tin.json[4]: article: expected an object with a text, got nothing",
        "tin.json[5]: article: expected an object with a text, got a list",
        "tin.json[6]: is not JSON: NaN is no JSON value",
        "tin.json[7]: is not JSON: Expecting ':' delimiter at character 8",
        str(items[7]),
        "d",
    ]
    assert isinstance(items[7], EncodingError)
    assert items[7].byte_offset == content.index(b"\xff")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[{"text": "a"}, {"text": "b', "ends inside article 2; is the file cut off?"),
        ('[{"text": "a"}, {"text": "b"}', "ends inside its array, behind article 2; is the file cut off?"),
        ('{"text": "a"}}', "is not JSON: } at byte 13 closes nothing"),
        ("]", "is not JSON: ] at byte 0 closes nothing"),
        ("[" * 20_000, "ends inside article 1; is the file cut off?"),
        ("[" * 200_000, "article 1 is nested too deeply"),
    ],
)
def test_a_file_that_is_cut_off_says_so(tmp_path: Path, content: str, message: str) -> None:
    with pytest.raises(ReadError) as caught:
        read(tmp_path, content)
    assert str(caught.value) == f"tin.json: {message}"


def test_what_is_no_json_is_an_error(tmp_path: Path) -> None:
    for content in ("callback(x)", "<html><p>a</p></html>", "text: a"):
        items = read(tmp_path, content)
        assert items
        assert all(isinstance(item, ReadError) for item in items)
    assert read(tmp_path, "") == read(tmp_path, " \n") == read(tmp_path, "[]") == []


def test_an_object_without_a_text_names_its_keys_and_the_remedy(tmp_path: Path) -> None:
    (error,) = read(tmp_path, json.dumps({"type": "FeatureCollection", "features": [{"geometry": {}}]}))
    assert str(error) == (
        "tin.json: article: unknown key 'features', 'type'; known are id, title, text, url, source, author, "
        "published_at, language, metadata; put free fields in metadata, or name the fields, for example with --map "
        "text=KEY"
    )


JSON_TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=40)
PLAIN = st.none() | st.booleans() | st.integers(-9, 9) | JSON_TEXTS


@given(
    st.lists(st.tuples(JSON_TEXTS, st.lists(PLAIN, max_size=3)), max_size=6),
    st.booleans(),
    st.sampled_from([None, 1]),
    st.integers(1, 9),
)
def test_what_the_json_module_writes_is_read_back_in_any_portions(
    tmp_path_factory: pytest.TempPathFactory,
    articles: list[tuple[str, list[str | int | None]]],
    ascii_only: bool,
    indent: int | None,
    portion: int,
) -> None:
    records = [{"text": text, "metadata": {'a"{[': values}} for text, values in articles]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_files, "_PORTION_BYTES", portion)
        content = json.dumps(records, ensure_ascii=ascii_only, indent=indent)
        items = read(tmp_path_factory.mktemp("json"), content)
    assert [(item.text, item.metadata) for item in items if isinstance(item, Draft)] == [
        (record["text"], record["metadata"]) for record in records
    ]


def test_a_large_array_takes_the_memory_of_a_portion(tmp_path: Path) -> None:
    file = tmp_path / "tin.json"
    article = json.dumps({"text": "nước lên " * 500}).encode()
    file.write_bytes(b"[" + b",\n".join([article] * 4_000) + b"]")
    assert file.stat().st_size > 30_000_000
    tracemalloc.start()
    try:
        assert sum(isinstance(item, Draft) for item in json_files.read_json(file, "tin.json")) == 4_000
        assert tracemalloc.get_traced_memory()[1] < 6_000_000
    finally:
        tracemalloc.stop()


# The kind: dumps as they come, of a site's database, a crawler, a search engine.

DUMPS = [
    (
        '{"_id": 4711, "headline": "Hồ cạn", "noiDung": "Hồ Nậm Khao cạn đáy.", "ngay_dang": "2025-05-02", "views": 9,'
        ' "tags": ["hạn", "hồ"], "images": [{"src": "a.jpg"}]}',
        "id=_id,title=headline,text=noiDung,published_at=ngay_dang",
        ("4711", "Hồ cạn", "Hồ Nậm Khao cạn đáy.", "2025-05-02", {"views": 9, "tags": ["hạn", "hồ"]}),
    ),
    (
        '[{"guid": "x-1", "name": {"vi": "Chợ nổi", "en": "Floating market"}, "lead": "Chợ họp sớm.",'
        ' "body": "Từ bốn giờ.", "dates": [{"at": "2024-01-03"}]}]',
        "id=guid,title=name.vi,text=lead+body,published_at=dates.0.at,metadata.english=name.en",
        ("x-1", "Chợ nổi", "Chợ họp sớm.\n\nTừ bốn giờ.", "2024-01-03", {"english": "Floating market"}),
    ),
    (
        '{"id": 7, "title": "Phà ngừng", "content": "Phà ngừng chạy.", "date": "2023-11", "authors": ["An", "Bình"]}',
        "text=content,published_at=date,author=authors",
        ("7", "Phà ngừng", "Phà ngừng chạy.", "2023-11", {}),
    ),
]


@pytest.mark.parametrize(("content", "fields", "expected"), DUMPS)
def test_dumps_are_read_by_a_map(tmp_path: Path, content: str, fields: str, expected: tuple[object, ...]) -> None:
    (draft,) = read(tmp_path, content, fields)
    assert isinstance(draft, Draft)
    article = prepare(draft).article
    assert (article.id, article.title, article.text, article.published_at, article.metadata) == expected


def test_the_case_of_dumps(repository: Path) -> None:
    case = repository.parent / "shared/cases/json-dump-needs-conversion"
    if not case.exists():
        pytest.skip("no ../shared here")
    fields = FieldMap.parse("id=postId,text=description+content,published_at=date")
    (mapped,) = read_path(case / "20260802.json", fields=fields)
    assert isinstance(mapped, Draft)
    article = prepare(mapped).article
    assert (article.id, article.title) == ("20260802", "Lũ sông Lam")
    assert (article.author, article.published_at) == ("HOÀNG PHÚC", "2026-08-02T06:10:00+07:00")
    assert article.metadata == {"tags": ["lũ", "đê"]}
    (unmapped,) = read_path(case / "20260802.json")
    assert isinstance(unmapped, ReadFailure)
    assert "--map id=postId,text=content,published_at=date" in str(unmapped.error)
    items = [item for name in ("mang.jsonl", "the.jsonl") for item in read_path(case / name)]
    assert [item.id for item in items if isinstance(item, Draft)] == ["m1", "m2", "t1"]
    assert prepare(items[2]).article.metadata == {"tags": ["lũ", "đê"]}  # type: ignore[arg-type]


def test_brackets_without_end_are_given_up_early(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_files, "_MAX_DEPTH", 5_000)
    (message,) = texts(read_all(tmp_path, "[" * 6_000))
    assert "nested too deeply" in message
    shallow = "[" + "[" * 4_000 + "]" * 4_000 + ',{"text": "Nước lên"}]'
    assert texts(read_all(tmp_path, shallow))[1:] == ["Nước lên"]


def read_all(folder: Path, content: str) -> list[Draft | HoidapError]:
    """Read a file, with an error that ends it in its place."""
    items: list[Draft | HoidapError] = []
    try:
        file = folder / "sau.json"
        file.write_text(content)
        for item in read_json_or_lines(file, "sau.json", None):
            items.append(item)
    except HoidapError as error:
        items.append(error)
    return items
