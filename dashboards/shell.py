"""A board: its cards, what fills them, and the Dash application that serves both inside our own page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import dash
from dash import ClientsideFunction, Input, Output, dcc, html
from dash.development.base_component import Component
from flask import Flask, Response, current_app, render_template, request
from flask_babel import gettext, ngettext, pgettext
from markupsafe import Markup

from dashboards.scope import PERIODS, Scope, choices, scope_of, visible
from dashboards.theme import CONFIG, Figure, nothing
from fanzadmin.console.navigation import NavLink, add_link
from security.headers import csp_nonce, policy
from security.rbac import Right, demand

PARTS = {"figure": ("figure", "data"), "table": ("table", "children"), "numbers": ("numbers", "children")}


@dataclass(frozen=True, slots=True)
class Card:
    """One place of a board. `title` says what it shows, `unit` in what, both lazily; `kind` is figure, table or numbers."""

    id: str
    title: str
    unit: str
    kind: str = "figure"
    wide: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a card shows: a figure, or Dash components; `note` says the same in a sentence. `unit` is given where it
    depends on the choice."""

    content: Figure | Component | Sequence[Component]
    note: str = ""
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """Cards that the same reads fill, in this order."""

    draw: Callable[[Scope], Sequence[Drawn]]
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Board:
    """A page under /boards/<name>/ for those with `right`. A board with `money` shows one currency at a time; it looks
    again every `refresh_s` seconds, and at once when the live event `hint` comes."""

    name: str
    title: str
    lede: str
    right: Right
    feeds: tuple[Feed, ...]
    money: bool = False
    refresh_s: int = 900
    hint: str = ""

    @property
    def prefix(self) -> str:
        return f"/boards/{self.name}/"

    def install(self, app: Flask) -> None:
        """Serve this board from `app`, for those who may see it."""
        application = _application(self, app)
        hashes = " ".join(application.csp_hashes())

        @app.before_request
        def _guard() -> None:
            if request.path.startswith(self.prefix):
                demand(self.right)

        @app.after_request
        def _allow(response: Response) -> Response:
            if request.path.startswith(self.prefix):
                # Dash's components write style elements, its page one inline script
                script = f"'nonce-{csp_nonce()}' {hashes}"
                response.headers["Content-Security-Policy"] = policy(script=script, style="'unsafe-inline'")
            return response

        add_link("Boards", NavLink(str(self.title), self.prefix, "graph", self.right.permission))


class OwnPage(dash.Dash):
    """Dash inside our shell: its page is a template of ours."""

    board: Board

    def interpolate_index(self, **parts: str) -> str:  # type: ignore[override]  # Dash gives them all by name
        return render_template(
            "boards/board.html",
            board=self.board,
            appbuilder=current_app.extensions["appbuilder"],
            dash={name: Markup(part) for name, part in parts.items()},  # noqa: S704  Dash's own tags
        )


def _application(board: Board, app: Flask) -> OwnPage:
    application = OwnPage(
        f"boards.{board.name}",
        server=app,  # type: ignore[arg-type]  # a Flask application, as its documentation says
        url_base_pathname=board.prefix,
        serve_locally=True,
        include_assets_files=False,
        suppress_callback_exceptions=True,
        update_title="",
        title=str(board.title),
        add_log_handler=False,
        use_async=False,  # else Dash makes coroutines as soon as any package brings asgiref, which gevent cannot run
    )
    application.board = board
    application.layout = lambda: _layout(board)
    for feed in board.feeds:
        _fill(application, board, feed)
    return application


def _fill(application: OwnPage, board: Board, feed: Feed) -> None:
    """Let the server draw a feed's cards, and the page paint its figures in the colours of the day."""
    outputs = []
    for card in feed.cards:
        part, prop = PARTS[card.kind]
        outputs += [Output(f"{card.id}-{part}", prop)]
        outputs += [Output(f"{card.id}-{words}", "children") for words in ("note", "unit")]
        if card.kind == "figure":
            application.clientside_callback(  # type: ignore[no-untyped-call]
                ClientsideFunction("fanz", "paint"),
                Output(f"{card.id}-graph", "figure"),
                Input(f"{card.id}-figure", "data"),
                Input("theme", "data"),
            )

    @application.callback(
        outputs,
        Input("cluster", "value"),
        Input("days", "value"),
        Input("tick", "n_intervals"),
        Input("hint", "data"),
    )
    def draw(chosen: str | None, days: int | None, _tick: object, _hint: object) -> list[Any]:
        drawn = feed.draw(scope_of(chosen, days, money=board.money))
        return [
            value
            for card in drawn
            for value in (card.content, card.note, dash.no_update if card.unit is None else card.unit)
        ]


def _layout(board: Board) -> Component:
    # Dash also asks for it at the first request of all, to validate it: that may be any user's, for any page
    brands = visible() if request.path.startswith(board.prefix) else ()
    offered = choices(brands, money=board.money)
    return html.Div(
        className="dash-board",
        children=[
            html.Div(
                className="board-filters",
                children=[
                    _choice(
                        "cluster",
                        pgettext("accounting", "Books") if board.money else gettext("Cluster"),
                        offered,
                    ),
                    _choice("days", gettext("Period"), _periods(), at=1),
                ],
            ),
            html.Div(
                className="board-grid", children=[_place(card) for feed in board.feeds for card in feed.cards]
            ),
            dcc.Interval(id="tick", interval=board.refresh_s * 1000),
            dcc.Store(id="theme"),
            dcc.Store(id="hint"),
        ],
    )


def _periods() -> list[dict[str, Any]]:
    return [{"label": ngettext("%(num)s day", "%(num)s days", days), "value": days} for days in PERIODS]


def _scrolling(key: str, *, named_by: str) -> Component:
    """Room for a table, to be scrolled by keys too."""
    place: dict[str, Any] = {"aria-labelledby": named_by}
    return html.Div(id=key, className="table-wrap", tabIndex="0", role="region", **place)


def _choice(key: str, label: str, options: list[dict[str, Any]], *, at: int = 0) -> Component:
    value = options[at]["value"] if len(options) > at else None
    radio = dcc.RadioItems(id=key, options=options, value=value, inline=True, className="segments")
    return html.Fieldset([html.Legend(label), radio], className="board-filter")


def _place(card: Card) -> Component:
    part, _ = PARTS[card.kind]
    note = html.P(id=f"{card.id}-note", className="board-note")
    unit = html.Span(str(card.unit), id=f"{card.id}-unit", className="board-unit")
    if card.kind == "numbers":
        return html.Section(
            className="board-numbers",
            children=[
                html.H2(str(card.title), className="sr-only"),
                html.Div(id=f"{card.id}-{part}", className="number-row"),
                html.Div([note, unit], hidden=True),
            ],
        )
    inside = (
        [
            dcc.Store(id=f"{card.id}-{part}"),
            html.Div(
                dcc.Graph(id=f"{card.id}-graph", figure=nothing(""), config=CONFIG), className="board-graph"
            ),
        ]
        if card.kind == "figure"
        else [_scrolling(f"{card.id}-{part}", named_by=f"{card.id}-title")]
    )
    head = html.Div(
        className="card-head",
        children=[html.H2(str(card.title), id=f"{card.id}-title"), unit],
    )
    return html.Section(
        [head, *inside, note],
        className="card board-card board-wide" if card.wide else "card board-card",
    )
