"""Vietnamese from before Unicode: known samples, every letter there and back, and what must stay as it is."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from index.preparation import prepare
from index.readers.text import read_markdown, read_plain_text
from index.readers.walking import read_path
from index.records import Draft
from index.text.legacy_vietnamese import TCVN3, VIQR, VISCII, VNI, WINDOWS_1258, LegacyEncoding, recognise
from index.text.vietnamese_syllables import is_syllable

TONES = {"\u0300": "`", "\u0309": "?", "\u0303": "~", "\u0301": "'", "\u0323": "."}
QUALITIES = {"\u0302": "^", "\u0306": "(", "\u031b": "+"}
VOWELS = "aăâeêioôơuưy"
LETTERS = [unicodedata.normalize("NFC", vowel + tone) for vowel in VOWELS for tone in ("", *TONES)] + ["đ"]
TEXT = (
    "Sáng nay ủy ban xã Vĩnh An họp với bà con về chuyện đê điều. Ông Nguyễn Thế Kỷ nói nước sông đã xuống, "
    "nhưng ai nấy vẫn phải giữ gìn tài sản, bởi đợt mưa thứ hai sẽ tới vào cuối tuần này."
)
VNI_MARKS = dict(zip(("", *TONES), ("", "ø", "û", "õ", "ù", "ï"), strict=True))
VNI_CIRCUMFLEX = dict(zip(("", *TONES), "âàåãáä", strict=True))
VNI_BREVE = dict(zip(("", *TONES), "êèúüéë", strict=True))
VNI_WHOLE = dict(zip("íìỉĩịỵđ", "íìæóòîñ", strict=True))


def parts(letter: str) -> tuple[str, str, str]:
    """Return the base letter, its quality and its tone."""
    decomposed = unicodedata.normalize("NFD", letter)
    base, marks = decomposed[0], decomposed[1:]
    quality = next((mark for mark in marks if mark in QUALITIES), "")
    return base, quality, next((mark for mark in marks if mark in TONES), "")


def to_viqr(letter: str) -> str:
    if letter in "đĐ":
        return "dd" if letter == "đ" else "DD"
    base, quality, tone = parts(letter)
    return base + QUALITIES.get(quality, "") + TONES.get(tone, "")


def to_vni(letter: str) -> str:
    small = letter.lower()
    base, quality, tone = parts(small)
    if small in VNI_WHOLE:
        written = VNI_WHOLE[small]
    elif quality == "\u031b":
        written = {"o": "ô", "u": "ö"}[base] + VNI_MARKS[tone]
    else:
        written = base + {"\u0302": VNI_CIRCUMFLEX, "\u0306": VNI_BREVE, "": VNI_MARKS}[quality][tone]
    return written if letter == small else written.upper()


def to_windows_1258(letter: str) -> str:
    base, quality, tone = parts(letter)
    return (unicodedata.normalize("NFC", base + quality) + tone).encode("cp1258").decode("latin-1")


def written(text: str, letter_in: Callable[[str], str]) -> str:
    """Return a text as an encoding writes it, each byte a character of Latin-1."""
    return "".join(character if character.isascii() else letter_in(character) for character in text)


def inverse(encoding: LegacyEncoding) -> Callable[[str], str]:
    """Return what writes letters in an encoding of single bytes, by trying each byte."""
    bytes_of = {encoding.convert("b" + chr(byte))[1:]: chr(byte) for byte in range(1, 256)}
    small_only = encoding is TCVN3
    return lambda letter: bytes_of[letter.lower() if small_only and letter not in "ĂÂÊÔƠƯĐ" else letter]


WRITERS: dict[str, tuple[LegacyEncoding, Callable[[str], str]]] = {
    "tcvn3": (TCVN3, inverse(TCVN3)),
    "vni": (VNI, to_vni),
    "viscii": (VISCII, inverse(VISCII)),
    "windows-1258": (WINDOWS_1258, to_windows_1258),
    "viqr": (VIQR, to_viqr),
}


@pytest.mark.parametrize(
    ("text", "encoding", "unicode"),
    [
        ("C¬n m­a chiÒu qua lµm ngËp ®­êng lµng", TCVN3, "Cơn mưa chiều qua làm ngập đường làng"),
        ("Ñöôøng laøng ngaäp saâu sau traän möa chieàu", VNI, "Đường làng ngập sâu sau trận mưa chiều"),
        ("Tra^.n mu+a chie^`u la`m nga^.p ddu+o+`ng la`ng", VIQR, "Trận mưa chiều làm ngập đường làng"),
        ("Tra^.n mu*a chie^`u la`m nga^.p ddu*o*`ng la`ng", VIQR, "Trận mưa chiều làm ngập đường làng"),
        ("ÐýõÌng laÌng ngâòp sau trâòn mýa chiêÌu", WINDOWS_1258, "Đường làng ngập sau trận mưa chiều"),
        ("§­êng lµng bÞ ngËp, ñy ban häp gÊp", TCVN3, "Đường làng bị ngập, ủy ban họp gấp"),
    ],
)
def test_samples(text: str, encoding: LegacyEncoding, unicode: str) -> None:
    assert recognise(text) is encoding
    assert encoding.convert(text) == unicode


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("letter", LETTERS)
def test_every_letter_there_and_back(name: str, letter: str) -> None:
    encoding, writer = WRITERS[name]
    # A letter alone is read as part of a word: "b" before it, and for VIQR nothing that a sign could be punctuation of.
    word = f"b{letter}" if letter != "đ" else "đi"
    assert encoding.convert(written(word, writer)) == word
    if name != "tcvn3" or letter in "ăâêôơưđ":
        assert encoding.convert(written(word.upper(), writer)) == word.upper()


@pytest.mark.parametrize("name", WRITERS)
def test_a_text_is_recognised_and_comes_back(name: str) -> None:
    encoding, writer = WRITERS[name]
    legacy = written(TEXT, writer)
    assert recognise(legacy) is encoding
    assert encoding.convert(legacy) == TEXT


WORDS = st.sampled_from(TEXT.replace(",", "").replace(".", "").split())


@given(st.lists(WORDS, min_size=12, max_size=40), st.sampled_from(sorted(WRITERS)))
def test_any_vietnamese_comes_back(words: list[str], name: str) -> None:
    encoding, writer = WRITERS[name]
    text = " ".join(words)
    assume(len({word for word in words if not word.isascii()}) > 6)
    found = recognise(written(text, writer))
    assert found in (None, encoding)
    assert encoding.convert(written(text, writer)) == text


def test_capitals_that_tcvn3_does_not_have() -> None:
    _, writer = WRITERS["tcvn3"]
    assert TCVN3.convert(written("ỦY BAN XÃ HỌP GẤP", writer)) == "ỦY BAN XÃ HỌP GẤP"
    assert TCVN3.convert(written("Hà Nội và Xã Mỹ Đức", writer)) == "Hà Nội và Xã Mỹ Đức"
    assert TCVN3.convert(written("Áo mới", writer)) == "áo mới", "nothing tells it"


def test_full_stops_in_viqr() -> None:
    assert VIQR.convert("Ho. ddi xa. To^i o+? nha`. Co' ddi kho^ng?") == "Họ đi xạ Tôi ở nhà. Có đi không?"
    assert VIQR.convert(r"Ho. ddi xa\. To^i") == "Họ đi xa. Tôi"
    address = "xem https://bao.example.org/tin.a?b=c^.d hay vie^'t cho toa_so.an@bao.example.org"
    assert VIQR.convert(address).split()[1:3] == ["https://bao.example.org/tin.a?b=c^.d", "hay"]


@pytest.mark.parametrize(
    "text",
    [
        TEXT,
        unicodedata.normalize("NFD", TEXT),
        "Cet été, les élèves du collège sont allés à la forêt ; où ça ? À côté, près du château. Ça va être très gai.",
        "Die Bürger möchten über größere Häuser für Familien, höhere Löhne und schöne Gärten reden.",
        "Não há pão nem maçãs; as irmãs são três, e o avô também não vê televisão à noite.",
        "El niño comió tres piñas, según él, y mañana él verá más árboles, ríos y montañas aquí.",
        "Så går vi över bron på måndag, när älven är låg och båtarna förtöjda vid ån.",
        "Þú ert hér, já, og ég á bók, sól, hól, tól, dót, og bót; það er gott.",
        "Gallia est omnis divisa in partes tres, quarum unam incolunt Belgae, aliam Aquitani.",
        "x = a^b + (c*d); if (a?b:c) { e = f(a.b, o+u); } // e^x, o* a( u+ i.e. d.d",
        "Price: £20, £30 (±5 %), 5 µm, 7 µg, 10 °C, ½ cup, © 2003, ® «quoted» §4",
        "Is he? No. Go to http://a.example/?o^.u+e=a( now. Who? Me. So he did. Hi. Do you? I do.",
        "E^x, a^2 + b^2 = c^2, o(n), O(n^2), u+v, o*o, dd if=a of=b, add, ladder, ddos, odd.",
    ],
)
def test_what_stays_as_it_is(text: str) -> None:
    assert recognise(text) is None
    assert recognise(text.encode("cp1252", "replace").decode("latin-1")) is None


@pytest.mark.parametrize("word", ["nghiêng", "quý", "quí", "hòa", "hoà", "giặt", "gì", "Ủy", "tuyết", "khuỷu", "ĐƯỜNG"])
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word", ["", "b", "tôỉ", "toáń", "hoaì", "cầt", "tuýet", "über", "naïve", "ngí2", "strên", "wà"]
)
def test_what_is_no_syllable(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("codec", ["latin-1", "utf-8"])
@pytest.mark.parametrize("ending", [".txt", ".md", ".html"])
def test_files(tmp_path: Path, name: str, codec: str, ending: str) -> None:
    encoding, writer = WRITERS[name]
    title = "Nước sông đã xuống"
    bodies = {
        ".txt": "{1}",
        ".md": "# {0}\n\n{1}",
        ".html": "<html lang=vi><title>{0}</title><body><article><h1>{0}</h1><p>{1}</p></article></body></html>",
    }
    file = tmp_path / f"bài{ending}"
    file.write_bytes(bodies[ending].format(written(title, writer), written(TEXT, writer)).encode(codec))
    (draft,) = read_path(file)
    assert isinstance(draft, Draft)
    assert TEXT in draft.text
    assert draft.notes == (encoding.note,)
    if ending != ".txt":
        assert draft.title == title
    assert prepare(draft).article.language == "vi"


def test_files_in_unicode_are_untouched(tmp_path: Path) -> None:
    file = tmp_path / "bài.md"
    file.write_text(f"---\ntitle: Vie^.t ngu+~ trong ma.ng\n---\n{TEXT}\n", encoding="utf-8")
    draft = read_markdown(file, "x")
    assert (draft.title, draft.text, draft.notes) == ("Vie^.t ngu+~ trong ma.ng", TEXT + "\n", ())
    file.write_text(written(TEXT, to_vni), encoding="utf-8")
    assert read_plain_text(file, "x").notes == ("read as VNI",)
