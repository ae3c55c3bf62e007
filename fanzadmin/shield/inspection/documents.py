"""A copy of an identity document: a PDF is read in the sandbox, and what is kept are pictures of its pages."""

from __future__ import annotations

import re
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

from flask_babel import gettext

from fanzadmin.contracts.shield import DocumentCopy, Documents
from fanzadmin.kernel import sandbox
from fanzadmin.kernel.temp_dirs import temp_dir

PROGRAM = Path(__file__).with_name("pdf_pages.py")
LIMITS = sandbox.Limits(seconds=20, memory=2 << 30, output=64 << 20)
_END_REACH = 2_048
_UNPACKED = 4 << 20
_ACTIVE = re.compile(rb"/(JavaScript|JS|Launch|RichMedia|XFA|GoToE|SubmitForm|ImportData)(?![A-Za-z0-9])")
_EMBEDDED = re.compile(rb"/EmbeddedFiles?(?![A-Za-z0-9])")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECTS = re.compile(rb"/ObjStm.{0,300}?stream\r?\n", re.DOTALL)


class DocumentAnswers(Documents):
    """What other systems may ask."""

    def clean_copy(self, pdf: bytes) -> DocumentCopy:
        return clean_pdf(pdf)


def clean_pdf(pdf: bytes) -> DocumentCopy:
    """The pages of `pdf` as pictures in a new PDF, or the sentence why it is refused."""
    word = _look(pdf)
    if word:
        return DocumentCopy(problem=_sentence(word))
    with temp_dir("document") as folder:
        source, target = folder / "source.pdf", folder / "pages.pdf"
        source.write_bytes(pdf)
        try:
            output = sandbox.run(
                [sys.executable, "-I", str(PROGRAM), str(source), str(target)], limits=LIMITS
            )
        except (sandbox.ProgramFailed, sandbox.TookTooLong, sandbox.Interrupted):
            return DocumentCopy(problem=_sentence("broken"))
        word, _, pages = output.printed.decode().strip().partition(" ")
        if word != "ok":
            return DocumentCopy(problem=_sentence(word))
        return DocumentCopy(content=target.read_bytes(), pages=int(pages))


def _look(pdf: bytes) -> str:
    """What the bytes say before a parser runs: cut off, or with something that acts. Names may be written with escapes."""
    if b"%%EOF" not in pdf[-_END_REACH:] or b"startxref" not in pdf[-_END_REACH:]:
        return "broken"
    for part in (pdf, *_unpacked(pdf)):
        names = _ESCAPED.sub(lambda escape: bytes([int(escape.group(1), 16)]), part)
        if _ACTIVE.search(names):
            return "active"
        if _EMBEDDED.search(names):
            return "attachment"
    return ""


def _unpacked(pdf: bytes) -> Iterator[bytes]:
    """The streams in which a PDF packs its objects (ISO 32000-1, 7.5.7), each as far as it matters."""
    for start in _OBJECTS.finditer(pdf):
        try:
            yield zlib.decompressobj().decompress(pdf[start.end() :], _UNPACKED)
        except zlib.error:
            continue


def _sentence(word: str) -> str:
    if word == "encrypted":
        return str(gettext("The PDF is protected by a password. Hand in a copy without one."))
    if word == "active":
        return str(
            gettext("The PDF can run scripts or open other programs. Print it to a new PDF, or take a photo.")
        )
    if word == "attachment":
        return str(gettext("The PDF carries other files inside. Print it to a new PDF, or take a photo."))
    if word == "too_many_pages":
        return str(gettext("The PDF has more than 20 pages. Hand in only those of the document."))
    return str(gettext("The PDF is damaged or cut off. Hand it in again, or take a photo."))
