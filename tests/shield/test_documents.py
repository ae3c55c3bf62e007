"""A PDF as a copy of an identity document: paper is kept as pictures of its pages, everything else is refused with a sentence."""

from __future__ import annotations

import io
import zlib

import pypdfium2
import pytest
from PIL import Image

from fanzadmin.shield.inspection.documents import clean_pdf


def pdf(
    *objects: bytes, catalog: bytes = b"", trailer: bytes = b"", pages: int = 1, page: bytes = b""
) -> bytes:
    """A PDF of so many pages; `objects` follow from number 20 on."""
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(pages))
    written = {
        1: b"<</Type/Catalog/Pages 2 0 R" + catalog + b">>",
        2: b"<</Type/Pages/Count %d/Kids[%s]>>" % (pages, kids),
    }
    for number in range(pages):
        written[3 + number] = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]" + page + b">>"
    written |= {100 + number: body for number, body in enumerate(objects)}
    out, places = b"%PDF-1.7\n", {}
    for number, body in written.items():
        places[number] = len(out)
        out += b"%d 0 obj" % number + body + b"endobj\n"
    at = len(out)
    out += b"xref\n0 1\n0000000000 65535 f \n"
    for number, place in places.items():
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    return out + b"trailer<</Size 200/Root 1 0 R" + trailer + b">>\nstartxref\n%d\n%%%%EOF\n" % at


def packed(body: bytes) -> bytes:
    """Objects inside an object stream, where a search of the plain bytes finds nothing."""
    content = zlib.compress(b"150 0 " + body)
    return (
        b"<</Type/ObjStm/N 1/First 6/Filter/FlateDecode/Length %d>>stream\n" % len(content)
        + content
        + b"\nendstream"
    )


def scanned() -> bytes:
    target = io.BytesIO()
    Image.linear_gradient("L").resize((400, 250)).save(target, "PDF")
    return target.getvalue()


class TestPaper:
    def test_a_scan_is_kept_as_a_picture_of_its_page(self) -> None:
        copy = clean_pdf(scanned())
        assert (copy.problem, copy.pages) == ("", 1)
        page = pypdfium2.PdfDocument(copy.content)[0].render(scale=1).to_pil().convert("L")
        assert page.getpixel((page.width // 2, page.height // 10)) < page.getpixel(
            (page.width // 2, page.height * 9 // 10)
        )

    def test_every_page_is_there_and_nothing_else(self) -> None:
        copy = clean_pdf(pdf(b"(the author)", trailer=b"/Info 100 0 R", pages=3))
        assert copy.pages == len(pypdfium2.PdfDocument(copy.content)) == 3
        assert b"author" not in copy.content

    def test_a_very_large_page_is_drawn_small(self) -> None:
        copy = clean_pdf(pdf().replace(b"[0 0 200 100]", b"[0 0 9999 100]"))
        assert copy.problem == ""
        assert len(copy.content) < 2_000_000


class TestRefused:
    @pytest.mark.parametrize(
        ("content", "words"),
        [
            (b"%PDF-not really a pdf", "damaged"),
            (b"%PDF-1.7\nstartxref\n0\n%%EOF\n", "damaged"),
            (scanned()[: len(scanned()) // 2], "damaged"),
            (pdf(pages=0), "damaged"),
            (pdf(pages=21), "more than 20 pages"),
            (pdf(catalog=b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>"), "scripts"),
            (pdf(catalog=b"/OpenAction<</S/#4aavaScript/#4aS(app.alert(1))>>"), "scripts"),
            (pdf(packed(b"<</S/JavaScript/JS(app.alert(1))>>")), "scripts"),
            (pdf(catalog=b"/OpenAction<</S/Launch/F(cmd.exe)>>"), "scripts"),
            (pdf(catalog=b"/AcroForm<</XFA(x)>>"), "scripts"),
            (pdf(b"<</Type/EmbeddedFile/Length 3>>stream\nabc\nendstream"), "other files"),
            (pdf(catalog=b"/Names<</EmbeddedFiles<</Names[(a)100 0 R]>>>>"), "other files"),
            (
                pdf(page=b"/Annots[<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]/FS<</Type/F/F(a)>>>>]"),
                "other files",
            ),
            (
                pdf(
                    trailer=b"/Encrypt<</Filter/Standard/V 1/R 2/O<"
                    + b"0" * 64
                    + b">/U<"
                    + b"0" * 64
                    + b">/P -4>>/ID[<00><00>]"
                ),
                "password",
            ),
        ],
    )
    def test_what_is_no_paper_is_refused_with_a_sentence(self, content: bytes, words: str) -> None:
        copy = clean_pdf(content)
        assert words in copy.problem
        assert copy.content == b""
