"""How figures look: plain Plotly figures that name the design system's tokens as colours.

A colour is written "--series-1", or "--series-1/20" for twenty percent of it; static/js/boards.js puts in what the token is
in the page at hand, and again when the person changes between light and dark. So one figure serves both.
"""

from collections.abc import Sequence
from typing import Any

Figure = dict[str, Any]  # Any: Plotly's JSON
Trace = dict[str, Any]
SERIES = tuple(f"--series-{number}" for number in range(1, 7))
FONT = 'system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Liberation Sans", Arial, sans-serif'
CONFIG = {"displayModeBar": False, "responsive": True, "showTips": False}


def line(name: str, x: Sequence[Any], y: Sequence[Any], colour: str, *, dash: str = "solid") -> Trace:
    """A line over time."""
    look = {"color": colour, "width": 2, "dash": dash}
    return {"type": "scatter", "mode": "lines", "name": name, "x": list(x), "y": list(y), "line": look}


def band(name: str, x: Sequence[Any], low: Sequence[float], high: Sequence[float], colour: str) -> Trace:
    """The space between two lines."""
    return {
        "type": "scatter",
        "mode": "lines",
        "name": name,
        "x": [*x, *reversed(x)],
        "y": [*high, *reversed(low)],
        "fill": "toself",
        "fillcolor": f"{colour}/20",
        "line": {"width": 0, "color": colour},
        "hoverinfo": "skip",
    }


def bars(
    name: str, x: Sequence[Any], y: Sequence[Any], colour: str, *, text: Sequence[str] | None = None
) -> Trace:
    """Upright bars; those of one place stand on each other in a figure made with `stacked`."""
    trace = {"type": "bar", "name": name, "x": list(x), "y": list(y), "marker": {"color": colour}}
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


def heat(x: Sequence[Any], y: Sequence[Any], z: Sequence[Sequence[float | None]], *, hover: str) -> Trace:
    """A table of colours, pale to strong; None stays empty."""
    return {
        "type": "heatmap",
        "x": list(x),
        "y": list(y),
        "z": [list(row) for row in z],
        "hovertemplate": hover + "<extra></extra>",
        "colorscale": [[0, "--sunken"], [0.5, "--series-1/45"], [1, "--series-1"]],
        "hoverongaps": False,
        "xgap": 2,
        "ygap": 2,
        "showscale": False,
    }


def figure(traces: Sequence[Trace], *, unit: str, empty: str, stacked: bool = False, **layout: Any) -> Figure:
    """A figure of `traces`; `unit` names the values, `empty` is what is said when there are none."""
    if not any(_has_values(trace) for trace in traces):
        return nothing(empty)
    axis = _axis() | {"title": {"text": unit, "font": {"size": 12}}, "rangemode": "tozero"}
    made = _base() | {
        "xaxis": _axis() | {"showgrid": False},
        "yaxis": axis,
        "barmode": "relative" if stacked else "group",
        "bargap": 0.25,
        "hovermode": "x unified",
        "showlegend": len(traces) > 1,
    }
    return {"data": list(traces), "layout": made | layout}


def lying_figure(
    traces: Sequence[Trace], *, unit: str, empty: str, stacked: bool = False, **layout: Any
) -> Figure:
    """As `figure`, for lying bars."""
    made = figure(traces, unit=unit, empty=empty, stacked=stacked)
    if not made["data"]:
        return made
    across = made["layout"]["yaxis"]
    return {
        "data": made["data"],
        "layout": made["layout"]
        | {
            "xaxis": across,
            "yaxis": _axis() | {"showgrid": False, "autorange": "reversed"},
            "hovermode": "closest",
        }
        | layout,
    }


def nothing(words: str) -> Figure:
    """A figure that says that there is nothing to show, and why."""
    hidden = {"visible": False, "fixedrange": True}
    note = {"text": words, "showarrow": False, "xref": "paper", "yref": "paper", "x": 0.5, "y": 0.5}
    look = {"font": {"size": 13, "color": "--ink-muted"}, "width": 260}
    return {
        "data": [],
        "layout": _base() | {"xaxis": hidden, "yaxis": hidden, "annotations": [note | look] if words else []},
    }


def _base() -> dict[str, Any]:
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
        "separators": ".,",
        "autosize": True,
        "dragmode": False,
    }


def _axis() -> dict[str, Any]:
    return {
        "automargin": True,
        "fixedrange": True,
        "gridcolor": "--line",
        "linecolor": "--line-strong",
        "zerolinecolor": "--line-strong",
        "tickfont": {"color": "--ink-muted"},
        "separatethousands": True,
    }


def _has_values(trace: Trace) -> bool:
    cells = trace.get("z") or [trace["x"] if trace.get("orientation") == "h" else trace["y"]]
    return any(value for row in cells for value in row)
