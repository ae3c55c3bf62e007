"""The cells of a list's rows. What is the same in every row is made once, for a page has two hundred cells."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from markupsafe import Markup, escape

from fanzadmin.console.data.rows import Row
from fanzadmin.console.data.shapes import Label
from fanzadmin.console.rendering.cells import Cell, Formatter, draw, is_numeric

KEY = "__key__"  # stands for a row's key in what is drawn once for all rows


def at_key(drawn: Markup, key: object) -> Markup:
    """What was drawn for KEY, for one row."""
    return drawn.replace(KEY, Markup(quote(str(key), safe="")))  # noqa: S704  quoted


class RowCells:
    """Draws the `<td>`s of a row. The first is the lead; `opening` is the `<a>` around it, drawn for KEY, where the
    record can be opened and the cell is no link itself."""

    def __init__(
        self,
        columns: Sequence[str],
        labels: Mapping[str, Label],
        formatters: Mapping[str, Formatter],
        opening: Markup | None,
    ) -> None:
        self.opening = opening
        self.columns = [
            (name, formatters.get(name), Markup('<td data-label="%s"') % labels.get(name)) for name in columns
        ]

    def __call__(self, row: Row, pk: object) -> Markup:
        drawn: list[str] = []
        for name, formatter, start in self.columns:
            value = row[name]
            cell = escape(draw(formatter, value, row, brief=True))
            if not drawn:
                drawn.append(f'<td class="lead">{self._opened(cell, pk)}</td>')
                continue
            numeric = formatter.numeric if isinstance(formatter, Cell) else is_numeric(formatter, value)
            drawn.append(f'{start} class="num">{cell}</td>' if numeric else f"{start}>{cell}</td>")
        return Markup("".join(drawn))  # noqa: S704  each part is escaped

    def _opened(self, cell: Markup, pk: object) -> str:
        if not self.opening or "<a " in cell:
            return cell
        return f"{at_key(self.opening, pk)}{cell}</a>"
