"""Tables as files: CSV (RFC 4180), XLSX and JSON Lines, written row by row at flat memory.

What a value looks like in a file is `plain`; the importer compares with the same function, so that a file that no one
changed changes nothing. Texts that a spreadsheet would take for a formula are defused, and `armed` gives them back.
"""

import csv
import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

import xlsxwriter
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from fanzadmin.console.data.shapes import Value

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "jsonl": "application/jsonl",
}

ROWS_OF_A_SHEET = 1_048_576
LONGEST_CELL = 32_767  # characters, a limit of Excel
SAFE_INTEGER = 10**15  # beyond it Excel rounds
_EPOCH = datetime(1899, 12, 31)  # noqa: DTZ001  a workbook's moments have no zone
_CHUNK = 64 * 1024

# OWASP, CSV injection: what a spreadsheet may take for the start of a formula, in full width too.
_RISKY = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_DEFUSED = re.compile(r"'+[=+\-@\t\r\n＝＋－＠]")
_NOT_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Row = Sequence[Value]


def plain(value: Value) -> str:
    """A value as text: ISO 8601 in UTC, yes or no, plain digits, a list of words with commas, else JSON."""
    if value is None:
        return ""
    kind = type(value)
    if kind is str:
        return str(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, str):
        return str(value.value) if isinstance(value, Enum) else str(value)
    for kinds, written in _WRITTEN:
        if isinstance(value, kinds):
            return written(value)
    return str(value)


def _moment(value: datetime) -> str:
    at = value.astimezone(UTC) if value.utcoffset() else value  # what has no zone is UTC
    return f"{at.replace(tzinfo=None).isoformat(timespec='seconds')}Z"


def _words(value: Iterable[Value]) -> str:
    items = list(value)
    words = [item for item in items if isinstance(item, str) and "," not in item]
    if len(words) == len(items):
        return ", ".join(words)
    return json.dumps(items, ensure_ascii=False, default=plain)


# In this order: a bool is an int, a datetime is a date. Any: a value of the types beside it.
_WRITTEN: tuple[tuple[type | tuple[type, ...], Callable[[Any], str]], ...] = (
    (bool, lambda value: "yes" if value else "no"),
    (datetime, _moment),
    (date, lambda value: value.isoformat()),
    (Enum, lambda value: plain(value.value)),
    (Decimal, lambda value: format(value, "f")),
    (float, lambda value: repr(int(value)) if value.is_integer() else repr(value)),
    (dict, lambda value: json.dumps(value, ensure_ascii=False, default=plain)),
    ((list, tuple, set, frozenset), _words),
)


def defused(text: str) -> str:
    """A text that no spreadsheet calculates: one apostrophe before what could be a formula."""
    return f"'{text}" if _RISKY.match(text) else text


def armed(text: str) -> str:
    """A text as it was before `defused`."""
    return text[1:] if _DEFUSED.match(text) else text


def write_csv(head: Sequence[str], rows: Iterable[Row], *, bom: bool = False) -> Iterator[bytes]:
    """UTF-8, comma, CRLF. `bom` is the mark by which Excel knows UTF-8."""
    buffer = _Lines()
    writer = csv.writer(buffer, lineterminator="\r\n")
    yield b"\xef\xbb\xbf" if bom else b""
    writer.writerow([defused(name) for name in head])
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if buffer.size > _CHUNK:
            yield buffer.flush()
    yield buffer.flush()


def write_jsonl(names: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """One JSON object a line, UTF-8. Values keep their types; moments are ISO 8601."""
    buffer = _Lines()
    for row in rows:
        buffer.write(json.dumps(dict(zip(names, row, strict=True)), ensure_ascii=False, default=plain) + "\n")
        if buffer.size > _CHUNK:
            yield buffer.flush()
    yield buffer.flush()


def write_xlsx(path: Path, head: Sequence[str], rows: Iterable[Row], *, name: str = "Export") -> None:
    """A workbook at `path`, written row by row; beyond 1,048,576 rows a next sheet begins. Moments are UTC."""
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "tmpdir": str(path.parent), "strings_to_formulas": False}
    )
    styles = _Styles(
        head=book.add_format({"bold": True}),
        moment=book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
        day=book.add_format({"num_format": "yyyy-mm-dd"}),
        text=book.add_format({"quote_prefix": True}),
    )
    title = re.sub(r"[\[\]:*?/\\']", " ", name)[:25].strip() or "Export"
    sheet: Worksheet | None = None
    at: int = ROWS_OF_A_SHEET
    try:
        for row in rows:
            if at >= ROWS_OF_A_SHEET:
                sheet, at = _new_sheet(book, title, head, styles), 1
            for column, value in enumerate(row):
                _write_cell(sheet, at, column, value, styles)
            at += 1
        if sheet is None:
            _new_sheet(book, title, head, styles)
    finally:
        book.close()


@dataclass(frozen=True, slots=True)
class _Styles:
    head: object
    moment: object
    day: object
    text: object


def _new_sheet(book: Workbook, title: str, head: Sequence[str], styles: _Styles) -> Worksheet:
    number = len(book.worksheets()) + 1
    sheet = book.add_worksheet(title if number == 1 else f"{title} {number}")
    sheet.freeze_panes(1, 0)
    for column, name in enumerate(head):
        sheet.set_column(column, column, min(max(len(name) + 2, 12), 40))
    for column, name in enumerate(head):
        sheet.write_string(0, column, name, styles.head)
    return sheet


def _write_cell(sheet: Worksheet, row: int, column: int, value: Value, styles: _Styles) -> None:
    if value is None or value == "":
        return
    if type(value) is str:
        _write_text(sheet, row, column, value, styles)
    elif isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float | Decimal) and -SAFE_INTEGER < value < SAFE_INTEGER:
        sheet.write_number(row, column, float(value) if isinstance(value, Decimal) else value)
    elif isinstance(value, datetime):
        _write_moment(sheet, row, column, value, styles)
    elif isinstance(value, date):
        sheet.write_number(row, column, _days(datetime.combine(value, time())), styles.day)
    else:
        _write_text(sheet, row, column, plain(value), styles)


def _write_moment(sheet: Worksheet, row: int, column: int, value: datetime, styles: _Styles) -> None:
    at = (value.astimezone(UTC) if value.tzinfo else value).replace(tzinfo=None, microsecond=0)
    if at.year < 1900:  # Excel's calendar begins there
        sheet.write_string(row, column, plain(value))
    else:
        sheet.write_number(row, column, _days(at), styles.moment)


def _days(at: datetime) -> float:
    """A moment as Excel counts: days since 1899-12-31, and one more from March 1900, because Excel has a 29 February
    there (ECMA-376, 18.17.4.1)."""
    past = at - _EPOCH
    days = past.days + past.seconds / 86_400
    return days + 1 if days >= 60 else days


def _write_text(sheet: Worksheet, row: int, column: int, text: str, styles: _Styles) -> None:
    """A text cell is never calculated. Excel's own mark for "this is text" spares the apostrophe, except where
    the text itself begins with one and would lose it on the way back."""
    if _NOT_XML.search(text) or len(text) > LONGEST_CELL:
        text = _NOT_XML.sub("", text)[:LONGEST_CELL]
    if _DEFUSED.match(text):
        sheet.write_string(row, column, f"'{text}", styles.text)
    elif _RISKY.match(text):
        sheet.write_string(row, column, text, styles.text)
    else:
        sheet.write_string(row, column, text)


def _cell(value: Value) -> str:
    kind = type(value)
    if kind is int or kind is float or kind is Decimal:
        return plain(value)
    if isinstance(value, datetime):
        return _moment(value)
    if isinstance(value, str):
        return defused(plain(value))
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool):
        return plain(value)
    return defused(plain(value))


class _Lines:
    """What csv.writer writes into, until it is taken."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.size = 0

    def write(self, text: str) -> None:
        self.parts.append(text)
        self.size += len(text)

    def flush(self) -> bytes:
        text = "".join(self.parts)
        self.parts, self.size = [], 0
        return text.encode("utf-8", "replace")
