"""XLSX workbooks, unpacked in a sandbox: one of some kB may hold gigabytes, and whoever sends it is a stranger."""

import struct
import sys
import zipfile
from pathlib import Path

from flask_babel import gettext

from fanzadmin.kernel import sandbox
from fanzadmin.kernel.errors import Invalid

PROGRAM = Path(__file__).with_name("workbook_program.py")
MOST_COLUMNS = 500
MOST_CELLS = 20_000_000  # empty ones too: a million rows of twenty
LIMITS = sandbox.Limits(seconds=300, memory=1024**3, output=4 * 1024**3)
UNPACKED = 4 * 1024**3  # bytes of a workbook's sheets
UNPACKED_TEXTS = 256 * 1024**2  # bytes of its table of texts and other parts, which are read whole
THINNEST = 250  # unpacked to packed; spreadsheets reach about 40
DIRECTORY = 1024**2  # bytes of the archive's list of parts
_END = struct.Struct("<4s4H2IH")  # PKWARE APPNOTE 4.3.16


class UnreadableSheet(Invalid):
    """A file that is no table, or none that is read here; the sentence says what to do."""

    title = "This file cannot be read"


def is_workbook(head: bytes) -> bool:
    """Whether a file that begins so is an archive, as workbooks are."""
    return head.startswith(b"PK\x03\x04")


def check_workbook(path: Path) -> None:
    """Look at the list of the archive's parts, which costs little. Raises UnreadableSheet."""
    _check_directory(path)
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError):
        raise UnreadableSheet(gettext("The file is damaged, or it is no workbook.")) from None
    if not any(part.filename == "xl/workbook.xml" for part in parts):
        raise UnreadableSheet(
            gettext("This is an archive, but no Excel workbook (XLSX). Save it as XLSX or CSV.")
        )
    sheets = sum(part.file_size for part in parts if part.filename.startswith("xl/worksheets/"))
    others = sum(part.file_size for part in parts) - sheets
    packed = sum(part.compress_size for part in parts)
    if sheets > UNPACKED or others > UNPACKED_TEXTS or sheets + others > THINNEST * max(packed, 1) + 1024**2:
        raise _too_large()


def _check_directory(path: Path) -> None:
    """The list is read whole: refuse one of a megabyte before."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 65_535 - _END.size))
        tail = file.read()
    at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < _END.size:
        raise UnreadableSheet(gettext("The file is damaged, or it is no workbook."))
    if _END.unpack_from(tail, at)[5] > DIRECTORY:
        raise _too_large()


def unpack(workbook: Path, rows: Path) -> None:
    """Write the rows of `workbook` to `rows`, as `workbook_program` describes them. Raises UnreadableSheet; and Interrupted
    where it was ended from outside and may be tried again."""
    program = [sys.executable, "-I", str(PROGRAM), str(workbook), str(rows)]
    try:
        sandbox.run([*program, str(MOST_COLUMNS), str(MOST_CELLS)], limits=LIMITS)
    except sandbox.TookTooLong:
        raise _too_large() from None
    except sandbox.ProgramFailed as error:
        raise _refusal(str(error)) from None


def _refusal(why: str) -> UnreadableSheet:
    if why == "damaged":
        return UnreadableSheet(gettext("The workbook is damaged. Open and save it again, or save it as CSV."))
    if why == "empty":
        return UnreadableSheet(gettext("The workbook has no table."))
    if why.startswith("row "):
        return UnreadableSheet(gettext("Row %(number)s of the workbook is damaged.", number=why[4:]))
    return _too_large()


def _too_large() -> UnreadableSheet:
    return UnreadableSheet(
        gettext("This workbook unpacks to far more than a table needs. Save it as CSV and send that.")
    )
