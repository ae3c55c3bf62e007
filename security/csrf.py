"""Cross-site request forgery: cookie sessions need a token on every write, bearer tokens do not."""

from flask import Flask, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError, CSRFProtect

from fanzadmin.kernel.errors import BusinessError

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})
TOKENLESS = frozenset({"/api/v1/security/login", "/api/v1/crm/sign-up"})  # they take a password, not a cookie


class FormExpired(BusinessError):
    status = 400
    title = "This form has expired"


def install(app: Flask) -> None:
    """Check the token before any view. Flask-WTF's own check is off, because it knows no bearer tokens."""
    guard = CSRFProtect(app)

    @app.before_request
    def _check() -> None:
        if request.method in SAFE or request.path in TOKENLESS or request.path.startswith(DASH_PREFIX):
            return
        if request.headers.get("Authorization", "").startswith("Bearer "):
            return
        try:
            guard.protect()
        except CSRFError as error:
            raise FormExpired(
                gettext("Load the page again and send it once more: its security token is missing.")
            ) from error


DASH_PREFIX = "/boards/"  # reads only: callbacks answer with figures and change nothing
