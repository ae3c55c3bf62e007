"""Tables from files that people send: CSV in what any spreadsheet writes, XLSX, JSON Lines; row by row at flat memory.

A file that cannot be read ends in `UnreadableSheet` with a sentence that says what to do.
"""

import codecs
import csv
import io
import json
import re
import zipfile
from _csv import Reader as CsvReader
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import chain, islice
from pathlib import Path

import openpyxl
from flask_babel import gettext
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from fanzadmin.console.data.shapes import Json, Value
from fanzadmin.console.transfer.sheet_writing import armed, plain
from fanzadmin.kernel.errors import Invalid
from fanzadmin.kernel.text import seen

LARGEST = 512 * 1024 * 1024  # bytes of a file
MOST_COLUMNS = 500
LONGEST_VALUE = 1_000_000  # characters; more than that is a quote that no one closed
UNPACKED = 4 * 1024**3  # bytes of a workbook's sheets
UNPACKED_TEXTS = 256 * 1024**2  # bytes of its table of texts and other parts, which are read whole
THINNEST = 250  # unpacked to packed; spreadsheets reach about 40
DELIMITERS = (",", ";", "\t", "|")
ENCODINGS = ("utf-8", "cp1252", "utf-16", "iso-8859-15", "mac-roman")
_PEEK = 256 * 1024
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # PostgreSQL's texts hold neither NUL nor half a UTF-16 pair

csv.field_size_limit(LONGEST_VALUE)


class UnreadableSheet(Invalid):
    title = "This file cannot be read"


@dataclass(frozen=True, slots=True)
class Form:
    """How a file is to be read: `kind` csv, xlsx or jsonl; encoding and delimiter are a CSV's."""

    kind: str
    encoding: str = "utf-8"
    delimiter: str = ","


@dataclass(frozen=True, slots=True)
class Line:
    """One row: its number in the file as a spreadsheet counts, its values by column, and why it cannot be read."""

    number: int
    values: dict[str, str] = field(default_factory=dict)
    wrong: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: the names of its columns, and its rows once."""

    columns: Sequence[str]
    lines: Iterator[Line]


def recognise(path: Path) -> Form:
    """What kind of file this is, by its bytes and not by its name. Raises UnreadableSheet."""
    size = path.stat().st_size
    if size == 0:
        raise UnreadableSheet(gettext("The file is empty."))
    if size > LARGEST:
        raise UnreadableSheet(
            gettext("The file is larger than %(size)s MB. Split it.", size=LARGEST // 1024**2)
        )
    with path.open("rb") as file:
        head = file.read(_PEEK)
    if head.startswith(b"PK\x03\x04"):
        _check_workbook(path)
        return Form("xlsx")
    encoding = _encoding(path, head)
    start = head.decode(encoding, "ignore").lstrip("\ufeff \r\n\t")
    if not start:
        raise UnreadableSheet(gettext("The file is empty."))
    if start.startswith("{"):
        return Form("jsonl", encoding)
    return Form("csv", encoding, _delimiter(start))


@contextmanager
def opened(path: Path, form: Form) -> Iterator[Sheet]:
    """The table in a file. Raises UnreadableSheet here for a wrong head, and while its rows are read."""
    with _texts(path, form.encoding) if form.kind != "xlsx" else _workbook(path) as source:
        yield {"csv": _csv, "jsonl": _jsonl, "xlsx": _xlsx}[form.kind](source, form)


def _check_workbook(path: Path) -> None:
    """A workbook is a ZIP archive, and an archive of some kB may hold gigabytes: look before unpacking."""
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
        raise UnreadableSheet(
            gettext("This workbook unpacks to far more than a table needs. Save it as CSV and send that.")
        )


def _encoding(path: Path, head: bytes) -> str:
    """UTF-8 where all of the file is, else what Windows writes. Raises UnreadableSheet for what is no text."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in head:
        raise UnreadableSheet(gettext("This is no table: send CSV, XLSX or JSON Lines."))
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while chunk := file.read(1024 * 1024):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return _windows(head)
    return "utf-8"


def _windows(head: bytes) -> str:
    odd = sum(byte < 32 and byte not in b"\t\r\n\x0c" for byte in head)
    try:
        head.decode("cp1252")
    except UnicodeDecodeError:
        odd = len(head)
    if odd > len(head) // 1000:
        raise UnreadableSheet(
            gettext("This is no text in UTF-8 or Windows-1252. Save the table as CSV (UTF-8) or XLSX.")
        )
    return "cp1252"


def _delimiter(start: str) -> str:
    """The separator that gives the first lines the same number of columns, and the most of them."""
    if start.lower().startswith("sep=") and start[4:5] in DELIMITERS:
        return start[4]
    sample = start[:50_000].splitlines(keepends=True)[:30]

    def fitness(delimiter: str) -> tuple[float, int]:
        try:
            widths = [len(row) for row in csv.reader(sample, delimiter=delimiter) if row]
        except csv.Error:
            return 0, 0
        if not widths or widths[0] == 1:
            return 0, 0
        return sum(width == widths[0] for width in widths) / len(widths), widths[0]

    return max(DELIMITERS, key=fitness)


@contextmanager
def _texts(path: Path, encoding: str) -> Iterator[io.TextIOBase]:
    reading = "utf-8-sig" if encoding == "utf-8" else encoding
    try:
        with path.open(encoding=reading, newline="") as file:
            yield file
    except (UnicodeDecodeError, LookupError):
        raise UnreadableSheet(gettext("The text is not in the encoding %(name)s.", name=encoding)) from None


def _csv(file: io.TextIOBase, form: Form) -> Sheet:
    reader = csv.reader(file, delimiter=form.delimiter, strict=True)
    rows = _csv_rows(reader)
    head = next(rows, None)
    if head and len(head[1]) <= 2 and head[1][0].lower().startswith("sep="):
        head = next(rows, None)
    columns = _head([armed(name) for name in head[1]] if head else [])
    return Sheet(
        [name for name in columns if name],
        (_line(number, [armed(value) for value in row], columns, strict=True) for number, row in rows),
    )


def _csv_rows(reader: CsvReader) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of the line on which each begins; empty lines are left out."""
    while True:
        number = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise UnreadableSheet(
                gettext(
                    "Line %(number)s cannot be read: a quotation mark is missing or too many.", number=number
                )
            ) from None
        if any(row):
            yield number, row


@contextmanager
def _workbook(path: Path) -> Iterator[Workbook]:
    with path.open("rb") as file:
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except Exception as error:  # whatever openpyxl makes of a broken workbook
            raise UnreadableSheet(
                gettext("The workbook is damaged. Open and save it again, or save it as CSV.")
            ) from error
        try:
            yield book
        finally:
            book.close()


def _xlsx(book: Workbook, _form: Form) -> Sheet:
    sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "reset_dimensions")]
    if not sheets:
        raise UnreadableSheet(gettext("The workbook has no table."))
    rows = _xlsx_rows(sheets)
    head = next(rows, None)
    columns = _head(head[1] if head else [])
    return Sheet(
        [name for name in columns if name],
        (_line(number, row, columns, strict=False) for number, row in rows if row != head_values(head)),
    )


def head_values(head: tuple[int, list[str]] | None) -> list[str]:
    """A head that later sheets repeat is no row."""
    return head[1] if head else []


def _xlsx_rows(sheets: Sequence[Worksheet]) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet, and of those that continue it because a sheet is full."""
    before = 0
    for sheet in [sheets[0], *(other for other in sheets[1:] if _continues(sheets[0], other))]:
        sheet.reset_dimensions()  # what a workbook says of its size need not be true
        number = 0
        try:
            for number, row in enumerate(sheet.iter_rows(values_only=True), start=1):
                values = [armed(_cell(value)) for value in row[:MOST_COLUMNS]]
                if any(values):
                    yield before + number, values
        except UnreadableSheet:
            raise
        except Exception as error:  # whatever openpyxl makes of a broken sheet
            raise UnreadableSheet(
                gettext("Row %(number)s of the workbook is damaged.", number=before + number + 1)
            ) from error
        before += number


def _continues(first: Worksheet, other: Worksheet) -> bool:
    return (
        str(other.title).startswith(f"{first.title} ") and str(other.title)[len(first.title) + 1 :].isdigit()
    )


def _cell(value: Value) -> str:
    if isinstance(value, datetime) and value.tzinfo is None and value.microsecond:
        value = value.replace(microsecond=0)
    return plain(value).replace("_x000D_", "\r") if value is not None else ""


def _jsonl(file: io.TextIOBase, _form: Form) -> Sheet:
    rows = _jsonl_rows(file)
    first = list(islice(rows, 100))
    columns = list(dict.fromkeys(name for _, row in first for name in row if isinstance(row, dict)))
    _head(columns)
    names = set(columns)
    return Sheet(columns, (_object(number, row, names) for number, row in chain(first, rows)))


def _jsonl_rows(file: io.TextIOBase) -> Iterator[tuple[int, Json]]:
    for number, text in enumerate(file, start=1):
        if not text.strip():
            continue
        try:
            row = json.loads(text)
        except (ValueError, RecursionError):
            row = None
        if number == 1 and not isinstance(row, dict):
            raise UnreadableSheet(
                gettext("Line 1 is no JSON object. JSON Lines has one object in each line.")
            )
        yield number, row if isinstance(row, dict) else {}


def _object(number: int, row: Mapping[str, Json], names: set[str]) -> Line:
    if not row:
        return Line(number, wrong=gettext("This line is no JSON object."))
    values = {name: seen(plain(value)) for name, value in row.items() if name in names}
    if _UNSTORABLE.search("".join(values.values())):
        return Line(number, wrong=_unstorable())
    return Line(number, values)


def _unstorable() -> str:
    return str(gettext("The row holds a character that is no text (NUL, or half of one)."))


def _head(names: Sequence[str]) -> list[str]:
    """The names of the columns; those without one are left out later. Raises UnreadableSheet."""
    columns = [name.strip() for name in names]
    if not any(columns):
        raise UnreadableSheet(gettext("The file has no header: its first row names the columns."))
    if len(columns) > MOST_COLUMNS:
        raise UnreadableSheet(gettext("The file has more than %(count)s columns.", count=MOST_COLUMNS))
    lower = [name.lower() for name in columns if name]
    twice = sorted({name for name in columns if name and lower.count(name.lower()) > 1})
    if twice:
        raise UnreadableSheet(
            gettext("The column “%(name)s” is there twice. Rename or remove one of them.", name=twice[0])
        )
    return columns


def _line(number: int, row: Sequence[str], columns: Sequence[str], *, strict: bool) -> Line:
    """A row by columns. A CSV row of another width than the head has its values in the wrong columns."""
    if any(row[len(columns) :]) or (strict and len(row) < len(columns)):
        return Line(
            number,
            wrong=gettext(
                "The row has %(found)s values, the header %(wanted)s.", found=len(row), wanted=len(columns)
            ),
        )
    values = [*row, *[""] * (len(columns) - len(row))]
    if _UNSTORABLE.search("".join(values)):
        return Line(number, wrong=_unstorable())
    return Line(number, {name: seen(value) for name, value in zip(columns, values, strict=False) if name})
