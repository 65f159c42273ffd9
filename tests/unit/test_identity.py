"""Which article is which."""

from __future__ import annotations

import hashlib
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.identity import id_of_url, identify, is_valid_id, is_web_address, other_ids
from index.records import Draft

TEXT_ID = "sha256-" + hashlib.sha256("chữ".encode()).hexdigest()[:40]


def test_id_before_url_before_path_before_content() -> None:
    draft = Draft("chữ", id="tin-1", url="https://a.example.org/x", path="tin/x.txt")
    assert identify(draft) == "tin-1"
    assert identify(replace(draft, id=None)) == "a.example.org:x"
    assert identify(replace(draft, id=None, url=None)) == "tin:x.txt"
    assert identify(Draft("chữ")) == TEXT_ID
    assert identify(Draft("chữ", id="", url="", path="")) == TEXT_ID


def test_what_is_given_survives_an_edit_and_content_does_not() -> None:
    assert identify(Draft("một", path="a.txt")) == identify(Draft("hai", path="a.txt"))
    assert identify(Draft("một")) != identify(Draft("hai"))


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://A.Example.org/Tin/", "a.example.org:Tin"),
        ("http://a.example.org/Tin#muc-2", "a.example.org:Tin"),
        ("https://a.example.org", "a.example.org"),
        ("https://a.example.org/?id=7&p=2", "a.example.org~3Fid~3D7~26p~3D2"),
        ("https://a.example.org:8080/x", "a.example.org~3A8080:x"),
        ("https://a.example.org/đ", "a.example.org:~C4~91"),
    ],
)
def test_urls(url: str, expected: str) -> None:
    assert id_of_url(url) == expected


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("2018/tin.md", "2018:tin.md"),
        ("a:b.md", "a~3Ab.md"),
        ("a~b.md", "a~7Eb.md"),
        ("tin tức.txt", "tin~20t~E1~BB~A9c.txt"),
        ("\udcff.txt", "~ED~B3~BF.txt"),
    ],
)
def test_paths(path: str, expected: str) -> None:
    assert identify(Draft("chữ", path=path)) == expected


@pytest.mark.parametrize("path", [".", ".."])
def test_names_that_url_paths_swallow(path: str) -> None:
    identifier = identify(Draft("chữ", path=path))
    assert identifier == f"{path}~{hashlib.sha256(path.encode()).hexdigest()[:40]}"
    assert is_valid_id(identifier)


def test_a_path_is_one_however_its_accents_are_spelt() -> None:
    composed, apart = "b\u00e0i/s\u1ed1.txt", "ba\u0300i/so\u0302\u0301.txt"
    assert identify(Draft("x", path=apart)) == identify(Draft("x", path=composed)) == "b~C3~A0i:s~E1~BB~91.txt"
    assert other_ids(Draft("x", path=composed)) == other_ids(Draft("x", path=apart))
    assert other_ids(Draft("x", path=composed)) == ("ba~CC~80i:so~CC~82~CC~81.txt",)
    assert other_ids(Draft("x", path="a.txt")) == other_ids(Draft("x", path=apart, id="a")) == ()


def test_too_long_names_keep_their_beginning() -> None:
    one, other = ("dài/" * 100 + name for name in ("một", "hai"))
    assert len(identify(Draft("chữ", path=one))) == 200
    assert identify(Draft("chữ", path=one))[:100] == identify(Draft("chữ", path=other))[:100]
    assert identify(Draft("chữ", path=one)) != identify(Draft("chữ", path=other))
    assert identify(Draft("chữ", path="a" * 200)) == "a" * 200
    assert identify(Draft("chữ", path="a" * 201))[:160] == "a" * 159 + "~"


PATHS = st.text(st.characters(), min_size=1) | st.text("a/:~.% é", min_size=1, max_size=6)


@given(PATHS, PATHS)
def test_ids_are_valid_and_one_to_one(one: str, other: str) -> None:
    one, other = (unicodedata.normalize("NFC", path) for path in (one, other))
    ids = [identify(Draft("chữ", path=path)) for path in (one, other)]
    assert all(map(is_valid_id, ids))
    assert (ids[0] == ids[1]) == (one == other)


@pytest.mark.parametrize("text", ["", ".", "..", "a b", "a/b", "é", "a\n", "x" * 201])
def test_invalid_ids(text: str) -> None:
    assert not is_valid_id(text)


@pytest.mark.parametrize("text", ["a", "...", "A.b_c~d:e-f", "x" * 200])
def test_valid_ids(text: str) -> None:
    assert is_valid_id(text)


@pytest.mark.parametrize("text", ["http://a.example.org", "HTTPS://a.example.org/đường?x=1#y", "http://[::1]:80/"])
def test_web_addresses(text: str) -> None:
    assert is_web_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "/a",
        "a.example.org",
        "ftp://a.org",
        "javascript:alert(1)",
        "http://",
        "http://a b",
        "http://[::1",
        "https://a\u200b.org",
    ],
)
def test_no_web_addresses(text: str) -> None:
    assert not is_web_address(text)
