"""What boards are made of beside figures: numbers and tables."""

from collections.abc import Sequence
from datetime import date

from babel.dates import format_date
from babel.numbers import format_decimal
from dash import html
from dash.development.base_component import Component

from fanzadmin.kernel.i18n.languages import current_language, number_text
from fanzadmin.kernel.money import exponent


def number(label: str, value: str, note: str = "", *, tone: str = "") -> Component:
    """One figure in large type."""
    note_text = html.Span(note, className=f"badge badge-{tone} status" if tone else "note")
    return html.Div(
        [html.Span(label, className="label"), html.Span(value, className="value"), note_text],
        className="number-card",
    )


def table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str | float | Component | None]],
    *,
    numeric: int,
    empty: str,
) -> Component:
    """A table whose columns from `numeric` on are numbers; `empty` is shown when it has no rows."""
    if not rows:
        return html.P(empty, className="board-empty")
    look = ["" if at < numeric else "num" for at in range(len(headings))]
    return html.Table(
        [
            html.Thead(
                html.Tr([html.Th(word, scope="col", className=look[at]) for at, word in enumerate(headings)])
            ),
            html.Tbody(
                [html.Tr([html.Td(cell, className=look[at]) for at, cell in enumerate(row)]) for row in rows]
            ),
        ],
        className="table",
    )


def badge(word: str, tone: str) -> Component:
    """A word on its tint."""
    return html.Span(word, className=f"badge badge-{tone} status")


def whole(value: float) -> str:
    """`12,345`."""
    return number_text(round(value))


def tenth(value: float, *, grouped: bool = True) -> str:
    """`12,345.6`, or `12345.6`."""
    return format_decimal(round(value, 1), "#,##0.0" if grouped else "0.0", current_language())


def signed(value: float) -> str:
    """`+12` or `−12`."""
    return ("−" if value < 0 else "+") + whole(abs(value))


def month_name(month: date) -> str:
    """`Nov 2026`."""
    return format_date(month, "LLL y", current_language())


def major(minor: int, currency: str) -> float:
    """Minor units as the amount that an axis shows."""
    return float(minor / 10 ** exponent(currency))
