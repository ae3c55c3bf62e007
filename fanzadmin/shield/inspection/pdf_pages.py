"""A program of its own, run in the sandbox: the pages of a PDF as pictures in a new one, or a word for why not.

    python -I pdf_pages.py SOURCE TARGET

Prints `ok <pages>`, or `broken`, `encrypted`, `active`, `attachment`, `too_many_pages`. Imports nothing of the platform.
"""

from __future__ import annotations

import sys

import pypdfium2
from pypdfium2 import raw

MOST_PAGES = 20
DPI, LONGEST_SIDE = 200, 2_600
_ENCRYPTED, _NO_SECURITY = "password", -1
_XFA_FORMS = {raw.FORMTYPE_XFA_FULL, raw.FORMTYPE_XFA_FOREGROUND}
_CARRIERS = {
    raw.FPDF_ANNOT_FILEATTACHMENT,
    raw.FPDF_ANNOT_SOUND,
    raw.FPDF_ANNOT_MOVIE,
    raw.FPDF_ANNOT_SCREEN,
    raw.FPDF_ANNOT_RICHMEDIA,
    raw.FPDF_ANNOT_THREED,
}


def main(source: str, target: str) -> str:
    try:
        document = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        return "encrypted" if _ENCRYPTED in str(error).lower() else "broken"
    if problem := _problem(document):
        return problem
    drawn = []
    for page in document:
        width, height = page.get_size()
        if min(width, height) <= 0:
            return "broken"
        if _carries(page):
            return "attachment"
        scale = min(DPI / 72, LONGEST_SIDE / max(width, height))
        drawn.append(page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB"))
    drawn[0].save(target, "PDF", save_all=True, append_images=drawn[1:], resolution=DPI, quality=90)
    return f"ok {len(drawn)}"


def _problem(document: pypdfium2.PdfDocument) -> str:
    """What the document as a whole says about itself; nothing when it is paper."""
    if raw.FPDF_GetSecurityHandlerRevision(document) != _NO_SECURITY:
        return "encrypted"
    if raw.FPDFDoc_GetJavaScriptActionCount(document) > 0 or document.get_formtype() in _XFA_FORMS:
        return "active"
    if raw.FPDFDoc_GetAttachmentCount(document) > 0:
        return "attachment"
    if not len(document):
        return "broken"
    return "too_many_pages" if len(document) > MOST_PAGES else ""


def _carries(page: pypdfium2.PdfPage) -> bool:
    """Whether a file, a sound or a film lies on the page."""
    for number in range(raw.FPDFPage_GetAnnotCount(page)):
        annotation = raw.FPDFPage_GetAnnot(page, number)
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if kind in _CARRIERS:
            return True
    return False


if __name__ == "__main__":
    try:
        answer = main(*sys.argv[1:3])
    except pypdfium2.PdfiumError:
        answer = "broken"
    sys.stdout.write(answer)
