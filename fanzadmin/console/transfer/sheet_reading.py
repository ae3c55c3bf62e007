"""Tables from files that people send: CSV in what any spreadsheet writes, XLSX, JSON Lines; row by row at flat memory.

A file that cannot be read ends in `UnreadableSheet` with a sentence that says what to do.
"""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path

from flask_babel import gettext

from fanzadmin.console.data.shapes import Json, Value
from fanzadmin.console.transfer.code_pages import guessed, is_utf8, mark_of, sample_of, unmarked_utf16
from fanzadmin.console.transfer.sheet_writing import armed, plain
from fanzadmin.console.transfer.workbooks import MOST_COLUMNS, UnreadableSheet, check_workbook, is_workbook
from fanzadmin.kernel.text import seen

LARGEST = 512 * 1024 * 1024  # bytes of a file
LONGEST_VALUE = 1_000_000  # characters; more than that is a quote that no one closed
LONGEST_ROW = 8_000_000  # characters
DELIMITERS = (",", ";", "\t", "|")
_PEEK = 256 * 1024
_JSON_ARRAY = re.compile(r"\[\s*[\[{\]]")
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")  # PostgreSQL's texts hold neither NUL nor half a UTF-16 pair

csv.field_size_limit(LONGEST_VALUE)


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
    if is_workbook(head):
        check_workbook(path)
        return Form("xlsx")
    encoding = _encoding(path, head)
    start = head.decode(encoding, "ignore").lstrip("\ufeff \r\n\t")
    if not start:
        raise UnreadableSheet(gettext("The file is empty."))
    if _JSON_ARRAY.match(start):
        raise UnreadableSheet(
            gettext("This is a JSON array. Send JSON Lines: one object a line, without brackets around them.")
        )
    if start.startswith("{"):
        return Form("jsonl", encoding)
    return Form("csv", encoding, _delimiter(start))


@contextmanager
def opened(path: Path, form: Form) -> Iterator[Sheet]:
    """The table in a file; of a workbook in the file of its rows (workbooks.py). Raises UnreadableSheet here for a wrong
    head, and while its rows are read."""
    with _texts(path, form.encoding) as source:
        yield {"csv": _csv, "jsonl": _jsonl, "xlsx": _xlsx}[form.kind](source, form)


def _encoding(path: Path, head: bytes) -> str:
    """The encoding that the file names, UTF-8 where all of it is, else the likeliest code page. Raises UnreadableSheet
    for what is no text."""
    if encoding := mark_of(head) or unmarked_utf16(head):
        return encoding
    if b"\0" in head:
        raise UnreadableSheet(gettext("This is no table: send CSV, XLSX or JSON Lines."))
    if is_utf8(path):
        return "utf-8"
    controls = sum(byte < 32 and byte not in b"\t\r\n\x0c" for byte in head)
    encoding = guessed(sample_of(path)) if controls <= len(head) // 1000 else ""
    if not encoding:
        raise UnreadableSheet(
            gettext("This is no text in an encoding that we know. Save the table as CSV (UTF-8) or XLSX.")
        )
    return encoding


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
    try:
        with path.open(encoding=encoding, newline="") as file:
            if file.read(1) != "\ufeff":
                file.seek(0)
            yield file
    except (UnicodeError, LookupError):
        raise UnreadableSheet(gettext("The text is not in the encoding %(name)s.", name=encoding)) from None


class _Lines:
    """The lines of a file, of which no row may have without end: a quote that no one closed, a line of a gigabyte."""

    def __init__(self, file: io.TextIOBase) -> None:
        self.file, self.number, self.size = file, 0, 0

    def __iter__(self) -> Iterator[str]:
        while line := self.file.readline(LONGEST_ROW):
            self.number += 1
            self.size += len(line)
            if self.size >= LONGEST_ROW:
                raise UnreadableSheet(
                    gettext("Row %(number)s is longer than a row of a table.", number=self.number)
                )
            yield line

    def begin_row(self) -> int:
        """The number of the line on which the next row begins."""
        self.size = 0
        return self.number + 1


def _csv(file: io.TextIOBase, form: Form) -> Sheet:
    rows = _csv_rows(_Lines(file), form.delimiter)
    head = next(rows, None)
    if head and len(head[1]) <= 2 and head[1][0].lower().startswith("sep="):
        head = next(rows, None)
    columns = _head([armed(name) for name in head[1]] if head else [])
    return Sheet(
        [name for name in columns if name],
        (_line(number, [armed(value) for value in row], columns, strict=True) for number, row in rows),
    )


def _csv_rows(lines: _Lines, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of the line on which each begins; empty lines are left out."""
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    while True:
        number = lines.begin_row()
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


def _xlsx(file: io.TextIOBase, _form: Form) -> Sheet:
    rows = (
        (number, [_cell(value) for value in values], wrong) for number, values, wrong in map(json.loads, file)
    )
    head = next(rows, (0, [], []))[1]
    columns = _head(head)
    return Sheet(
        [name for name in columns if name],
        (_workbook_line(number, row, wrong, columns) for number, row, wrong in rows if row != head),
    )


def _cell(value: Value) -> str:
    return armed(plain(value))


def _workbook_line(
    number: int, row: list[str], wrong: tuple[str, int] | tuple[()], columns: Sequence[str]
) -> Line:
    """A head that later sheets repeat was left out before; a row with an error of the spreadsheet is refused."""
    if wrong:
        code, at = wrong
        name = columns[at] if at < len(columns) else str(at + 1)
        return Line(
            number, wrong=gettext("The column “%(name)s” holds the error %(code)s.", name=name, code=code)
        )
    return _line(number, row, columns, strict=False)


def _jsonl(file: io.TextIOBase, _form: Form) -> Sheet:
    rows = _jsonl_rows(_Lines(file))
    first = list(islice(rows, 100))
    columns = list(dict.fromkeys(name for _, row in first for name in row if isinstance(row, dict)))
    _head(columns)
    names = set(columns)
    return Sheet(columns, (_object(number, row, names) for number, row in chain(first, rows)))


def _jsonl_rows(lines: _Lines) -> Iterator[tuple[int, Json]]:
    for text in lines:
        number = lines.number
        lines.begin_row()
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
