"""How figures look: plain Plotly figures that name the design system's tokens as colours.

A colour is written "--series-1", or "--series-1/20" for twenty percent of it; static/js/boards.js puts in what the token is
in the current page, and again when the user changes between light and dark. So one figure serves both.
"""

from collections.abc import Sequence
from itertools import zip_longest
from textwrap import wrap
from typing import Any, TypedDict

from babel.numbers import get_decimal_symbol, get_group_symbol
from dash import dcc

from fanzadmin.kernel.i18n.languages import current_language

FEW = 5  # up to here every whole number has its own line


class Trace(TypedDict, total=False):
    """A series, as Plotly's JSON has it."""

    type: str
    mode: str
    name: str
    orientation: str
    x: list[Any]  # Any: amounts, moments or words
    y: list[Any]
    z: list[list[float | None]]
    text: list[str]
    customdata: list[list[str]]
    textposition: str
    line: dict[str, object]
    marker: dict[str, object]
    fill: str
    fillcolor: str
    hoverinfo: str
    hovertemplate: str
    colorscale: list[list[object]]
    zmin: float
    zmax: float
    hoverongaps: bool
    xgap: int
    ygap: int
    showscale: bool


class Figure(TypedDict):
    """Plotly's JSON."""

    data: list[Trace]
    layout: dict[str, Any]  # Any: each part has a shape of its own


SERIES = tuple(f"--series-{number}" for number in range(1, 7))
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif'
CONFIG: dcc.Graph.Config = {"displayModeBar": False, "responsive": True, "showTips": False}


def line(name: str, x: Sequence[object], y: Sequence[object], colour: str, *, dash: str = "solid") -> Trace:
    """A line over time."""
    look = {"color": colour, "width": 2, "dash": dash}
    return {"type": "scatter", "mode": "lines", "name": name, "x": list(x), "y": list(y), "line": look}


def band(name: str, x: Sequence[object], low: Sequence[float], high: Sequence[float], colour: str) -> Trace:
    """The space between two lines."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [*x, *reversed(x)],
        "y": [*high, *reversed(low)],
        "fill": "toself",
        "fillcolor": f"{colour}/30",
        "line": {"width": 0, "color": colour},
        "hoverinfo": "skip",
    }


def bars(
    name: str, x: Sequence[object], y: Sequence[object], colour: str, *, text: Sequence[str] | None = None
) -> Trace:
    """Upright bars; those of one place stand on each other in a figure drawn with `stacked`."""
    trace: Trace = {"type": "bar", "name": name, "x": list(x), "y": list(y), "marker": {"color": colour}}
    return trace if text is None else {**trace, "text": list(text), "textposition": "none"}


def lying_bars(name: str, labels: Sequence[str], values: Sequence[float], colour: str | list[str]) -> Trace:
    """Bars from the left, the first label on top."""
    return {
        "type": "bar",
        "orientation": "h",
        "name": name,
        "y": list(labels),
        "x": list(values),
        "marker": {"color": colour},
    }


def heat(
    x: Sequence[object], y: Sequence[object], z: Sequence[Sequence[float | None]], *, hover: str
) -> Trace:
    """A table of colours, pale to strong; None stays empty."""
    return {
        "type": "heatmap",
        "x": list(x),
        "y": list(y),
        "z": [list(row) for row in z],
        "hovertemplate": hover + "<extra></extra>",
        "colorscale": [[0, "--sunken"], [0.5, "--series-1/45"], [1, "--series-1"]],
        "zmin": 0,
        "zmax": _nearly_largest(z),
        "hoverongaps": False,
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
    }


def figure(
    traces: Sequence[Trace], *, empty: str, stacked: bool = False, money: bool = False, **layout: object
) -> Figure:
    """A figure of `traces`; `empty` is what is shown when they hold nothing."""
    if not any(_has_values(trace) for trace in traces):
        return nothing(empty)
    axis = _axis(",") | {"rangemode": "tozero", "hoverformat": ",.2f" if money else ","}
    if _largest(traces) <= FEW:
        axis["dtick"] = 1
    drawn = _base() | {
        "xaxis": _axis() | {"showgrid": False},
        "yaxis": axis,
        "barmode": "relative" if stacked else "group",
        "bargap": 0.25,
        "hovermode": "x unified",
        "showlegend": len(traces) > 1,
    }
    return {"data": list(traces), "layout": drawn | layout}


def lying_figure(traces: Sequence[Trace], *, empty: str, money: bool = False) -> Figure:
    """As `figure`, for lying bars."""
    drawn = figure(traces, empty=empty, money=money)
    if not drawn["data"]:
        return drawn
    across, down = drawn["layout"]["yaxis"], _axis() | {"showgrid": False, "autorange": "reversed"}
    turned = {"xaxis": across, "yaxis": down, "hovermode": "closest"}
    return {"data": drawn["data"], "layout": drawn["layout"] | turned}


def nothing(words: str) -> Figure:
    """A figure that says that there is nothing to show, and why."""
    hidden = {"visible": False, "fixedrange": True}
    lines = "<br>".join(wrap(words, 36))
    note = {"text": lines, "showarrow": False, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
    look = {"font": {"size": 13, "color": "--ink-muted"}}
    return {
        "data": [],
        "layout": _base() | {"xaxis": hidden, "yaxis": hidden, "annotations": [note | look] if words else []},
    }


def _base() -> dict[str, object]:
    language = current_language()
    return {
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": FONT, "size": 12, "color": "--ink-muted"},
        "colorway": list(SERIES),
        "margin": {"l": 8, "r": 8, "t": 8, "b": 8},
        "legend": {"orientation": "h", "x": 0, "y": 1, "yanchor": "bottom", "font": {"color": "--ink"}},
        "hoverlabel": {
            "bgcolor": "--raised",
            "bordercolor": "--line-strong",
            "font": {"color": "--ink", "family": FONT},
        },
        "separators": get_decimal_symbol(language) + get_group_symbol(language),
        "autosize": True,
        "dragmode": False,
    }


def _axis(tickformat: str = "") -> dict[str, object]:
    return {
        "automargin": True,
        "fixedrange": True,
        "gridcolor": "--line",
        "linecolor": "--line-strong",
        "zerolinecolor": "--line-strong",
        "tickfont": {"color": "--ink-muted"},
        "tickformat": tickformat,
    }


def categories() -> dict[str, object]:
    """An x axis of words, each with its place, also where they read like dates or numbers."""
    return _axis() | {"type": "category", "showgrid": False}


def _largest(traces: Sequence[Trace]) -> float:
    """The longest bar or highest point, as if all traces stood on each other."""
    values = [_values(trace) for trace in traces if "z" not in trace]
    return max((sum(abs(value) for value in place) for place in zip_longest(*values, fillvalue=0)), default=0)


def _nearly_largest(z: Sequence[Sequence[float | None]]) -> float:
    """The value that nineteen of twenty cells do not pass, so that one cell does not pale all others."""
    values = sorted(value for row in z for value in row if value is not None)
    return values[int(0.95 * (len(values) - 1))] if values else 1


def _values(trace: Trace) -> Sequence[Any]:
    return list(trace["x"] if trace.get("orientation") == "h" else trace["y"])


def _has_values(trace: Trace) -> bool:
    cells: Sequence[Sequence[Any]] = trace.get("z") or [_values(trace)]
    return any(value for row in cells for value in row)
