"""PDF files written by hand, with a ToUnicode map and letters of one width, so that every sample needs no font."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, field

WIDTH, HEIGHT = 600.0, 800.0
SIZE = 10.0
PITCH = 14.0
LETTER = 0.5
"""Width of every letter, in font sizes."""


@dataclass
class PdfPage:
    """The text of one page, piece by piece, as its program draws it."""

    pieces: list[tuple[float, float, float, str]] = field(default_factory=list)
    matrix: str = ""
    """What stands before all text, such as a rotation."""
    box: str = f"0 0 {WIDTH:.0f} {HEIGHT:.0f}"

    def write(self, text: str, x: float = 60, y: float = 700, size: float = SIZE) -> PdfPage:
        """Draw one piece of text with its baseline at `y`."""
        self.pieces.append((x, y, size, text))
        return self

    def lines(self, lines: list[str], x: float = 60, y: float = 700, size: float = SIZE, indent: float = 0) -> PdfPage:
        """Draw lines from `y` downwards; the first may be indented."""
        for number, line in enumerate(lines):
            self.write(line, x + (indent if number == 0 else 0), y - number * PITCH * size / SIZE, size)
        return self


def pdf(
    pages: list[PdfPage],
    info: dict[str, str] | None = None,
    outline: list[tuple[str, int]] | None = None,
    encrypted: bool = False,
) -> bytes:
    """Return a PDF file; `outline` has headings with the number of their page, from 0."""
    letters = sorted({letter for page in pages for *_, text in page.pieces for letter in text})
    objects: list[bytes] = [b"", b"", b"", b"", b""]
    kids = []
    for page in pages:
        drawn = "".join(
            f"BT /F1 {size} Tf {x} {y} Td <{text.encode('utf-16-be').hex()}> Tj ET\n"
            for x, y, size, text in page.pieces
        )
        content = zlib.compress(f"{page.matrix}\n{drawn}".encode())
        objects.append(b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(content), content))
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[{page.box}]/Contents {len(objects)} 0 R"
            f"/Resources<</Font<</F1 3 0 R>>>>>>".encode()
        )
        kids.append(len(objects))
    first_heading = len(objects) + 2
    if outline:
        objects.append(
            f"<</Type/Outlines/First {first_heading} 0 R/Last {first_heading + len(outline) - 1} 0 R>>".encode()
        )
        for number, (title, page_number) in enumerate(outline):
            own = first_heading + number
            neighbours = f"/Prev {own - 1} 0 R" * (number > 0) + f"/Next {own + 1} 0 R" * (number < len(outline) - 1)
            target = f"/Dest[{kids[page_number]} 0 R/Fit]/Parent {first_heading - 1} 0 R"
            objects.append(f"<</Title <{_utf16(title)}>{neighbours}{target}>>".encode())
    outlines = f"/Outlines {first_heading - 1} 0 R" if outline else ""
    objects[0] = f"<</Type/Catalog/Pages 2 0 R{outlines}>>".encode()
    objects[1] = f"<</Type/Pages/Count {len(kids)}/Kids[{' '.join(f'{kid} 0 R' for kid in kids)}]>>".encode()
    objects[2] = (
        b"<</Type/Font/Subtype/Type0/BaseFont/Sample/Encoding/Identity-H/DescendantFonts[4 0 R]/ToUnicode 5 0 R>>"
    )
    objects[3] = (
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/Sample/DW %d/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/FontDescriptor<</Type/FontDescriptor/FontName/Sample/Flags 4/Ascent 800/Descent -200"
        b"/FontBBox[0 -200 500 800]/CapHeight 700/ItalicAngle 0/StemV 80>>>>" % (1000 * LETTER)
    )
    codes = "".join(f"<{ord(one):04x}><{ord(one):04x}>\n" for one in letters if ord(one) < 0x10000)
    cmap = f"1 begincodespacerange <0000><ffff> endcodespacerange {codes.count(chr(10))} beginbfchar\n{codes}endbfchar"
    objects[4] = b"<</Length %d>>stream\n%s\nendstream" % (len(cmap), cmap.encode())
    trailer = "/Root 1 0 R"
    if info:
        objects.append(("<<" + "".join(f"/{key} <{_utf16(value)}>" for key, value in info.items()) + ">>").encode())
        trailer += f"/Info {len(objects)} 0 R"
    if encrypted:
        trailer += f"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{'5a' * 32}>/U<{'a5' * 32}>>>/ID[<00><00>]"
    return file_of(objects, trailer)


def scan(pages: int = 2) -> bytes:
    """Return a PDF whose pages show a picture of text, as a scanner writes it."""
    empty = [PdfPage(matrix="q 600 0 0 800 0 0 cm BI /W 1 /H 1 /CS /G /BPC 8 ID \x7f EI Q") for _ in range(pages)]
    return pdf(empty)


def file_of(objects: list[bytes], trailer: str) -> bytes:
    """Return the file of numbered objects, the first of which has number 1."""
    written = b"%PDF-1.7\n"
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    return written + b"xref\n0 %d\n0000000000 65535 f \n%strailer<</Size %d%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        table,
        size,
        trailer.encode(),
        len(written),
    )


def _utf16(text: str) -> str:
    return (b"\xfe\xff" + text.encode("utf-16-be")).hex()
