"""Plotly's script: served once for all boards, compressed, under a name that changes with its version."""

import gzip
from functools import cache
from importlib.metadata import version
from pathlib import Path

import plotly
from flask import Flask, Response, request

SCRIPT = Path(plotly.__file__).parent / "package_data" / "plotly.min.js"
YEAR_S = 31_536_000


def script_url() -> str:
    return f"/static/plotly-{version('plotly')}.min.js"


def install(app: Flask) -> None:
    """Serve it. Dash would send it anew for each board, and never compressed."""

    @app.get(script_url())
    def plotly_script() -> Response:
        packed = "gzip" in request.headers.get("Accept-Encoding", "")
        response = Response(_packed() if packed else SCRIPT.read_bytes(), mimetype="text/javascript")
        if packed:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = f"public, max-age={YEAR_S}, immutable"
        return response


@cache
def _packed() -> bytes:
    return gzip.compress(SCRIPT.read_bytes(), compresslevel=6)
