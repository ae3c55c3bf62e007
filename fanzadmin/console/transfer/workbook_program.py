"""A program of its own: reads an XLSX workbook of a stranger and writes its rows to a file, one JSON array a line.

    python -I workbook_program.py WORKBOOK ROWS MOST_COLUMNS MOST_CELLS

Each line is `[number, values, wrong]`: the row's number as a spreadsheet counts, a text, number or boolean for each cell,
and the first error value of the row with its column ("#REF!", 3). It imports nothing of ours and runs in a sandbox
(kernel/sandbox.py), because a workbook of some kB can unpack to gigabytes. Ends with 3 and a word where it must refuse.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import IO, NoReturn

import openpyxl
from openpyxl.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

Plain = str | int | float | bool
REFUSED = 3
_LITERALS = re.compile(r'"([^"]*)"|\\(.)|\[[^\]]*\]|_.|\*.')
_TIME_PARTS = re.compile(r"[hHsS]|\[m")


def main(path: str, target: str, most_columns: int, most_cells: int) -> None:
    with open(path, "rb") as file, open(target, "w", encoding="ascii") as out:  # noqa: PTH123  few imports
        try:
            book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            sheets = [sheet for sheet in book.worksheets if hasattr(sheet, "reset_dimensions")]
        except MemoryError:
            _refuse("large")
        except Exception:  # whatever openpyxl makes of a broken workbook
            _refuse("damaged")
        if not sheets:
            _refuse("empty")
        _write_rows(out, sheets, most_columns, most_cells)


def _write_rows(out: IO[str], sheets: Sequence[Worksheet], most_columns: int, most_cells: int) -> None:
    """The rows of the first sheet, and of those that continue it because a sheet is full."""
    before = cells = 0
    for sheet in [sheets[0], *(other for other in sheets[1:] if _continues(sheets[0], other))]:
        sheet.reset_dimensions()  # what a workbook says of its size need not be true
        number = 0
        try:
            for number, row in enumerate(sheet.iter_rows(), start=1):
                cells += len(row) + 1
                if cells > most_cells:
                    _refuse("large")
                values, wrong = _row(row[:most_columns])
                if any(value != "" for value in values) or wrong:
                    out.write(json.dumps([before + number, values, wrong]) + "\n")
        except (MemoryError, OSError):
            _refuse("large")
        except Exception:  # whatever openpyxl makes of a broken sheet
            _refuse(f"row {before + number + 1}")
        before += number


def _continues(first: Worksheet, other: Worksheet) -> bool:
    title, own = str(first.title), str(other.title)
    return own.startswith(f"{title} ") and own[len(title) + 1 :].isdigit()


def _row(cells: Sequence[Cell]) -> tuple[list[Plain], list[Plain]]:
    values: list[Plain] = []
    wrong: list[Plain] = []
    for number, cell in enumerate(cells):
        if cell.value is None:
            values.append("")
        elif cell.data_type == "e":
            values.append("")
            wrong = wrong or [str(cell.value), number]
        else:
            values.append(_plain(cell.value, str(cell.number_format or "")))
    while values and values[-1] == "":
        values.pop()
    return values, wrong


def _plain(value: object, shown_as: str) -> Plain:
    """A value as the sheet shows it where the bare value says less: a day without an hour, a number with its zeros."""
    if isinstance(value, datetime):
        if value.time() == time() and not _TIME_PARTS.search(_LITERALS.sub("", shown_as)):
            return value.date().isoformat()
        return f"{value.replace(microsecond=0, tzinfo=None).isoformat()}Z"
    if isinstance(value, date | time | timedelta):
        return value.isoformat() if isinstance(value, date) else str(value)
    if isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return _with_zeros(value, shown_as)
    return str(value).replace("_x000D_", "\r")


def _with_zeros(value: float, shown_as: str) -> Plain:
    """`00000` shows 1067 as 01067: an article number, a postcode, a telephone number."""
    places = list(_places(shown_as.partition(";")[0]))
    count = places.count("0")
    if count < 2 or value < 0 or value != int(value) or any(place in "#?.,%Ee/@" for place in places):
        return value
    digits = str(int(value)).rjust(count, "0")
    rest = list(digits[len(digits) - count :])
    shown = [rest.pop(0) if place == "0" else place.removeprefix("'") for place in places]
    return digits[: len(digits) - count] + "".join(shown)


def _places(shown_as: str) -> Iterator[str]:
    """The characters of a number format; those that stand for themselves after an apostrophe."""
    at = 0
    for match in _LITERALS.finditer(shown_as):
        yield from shown_as[at : match.start()]
        yield from (f"'{letter}" for letter in match[1] or match[2] or "")
        at = match.end()
    yield from shown_as[at:]


def _refuse(why: str) -> NoReturn:
    sys.stderr.write(why)
    sys.exit(REFUSED)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
