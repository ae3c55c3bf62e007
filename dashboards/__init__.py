"""The boards: Dash inside the app, one file per board. Only the web role imports it: Dash takes a second to load."""

from flask import Flask

from dashboards.analytics import BOARD as ANALYTICS
from dashboards.finance import BOARD as FINANCE
from dashboards.security import BOARD as SECURITY
from dashboards.shell import Board

BOARDS: tuple[Board, ...] = (ANALYTICS, FINANCE, SECURITY)


def install(app: Flask) -> None:
    """Serve every board from `app`."""
    for board in BOARDS:
        board.install(app)
