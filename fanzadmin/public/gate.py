"""The 18+ gate: one honest question before the content, answered once in thirty days, with or without scripts.

Crawlers get the question and never the content; so does every visitor who has not answered. People who are signed in
answered when they joined.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from fanzadmin.kernel.web.addresses import own_path
from fanzadmin.public.visitors import is_bot
from security.crypto import SignatureRefused, sign, unsign
from security.identity import person

P = ParamSpec("P")
COOKIE = "fanz_adult"
PURPOSE = "age-gate"
HOLDS_FOR = 30 * 86400  # seconds
ANSWER = "18+"

blueprint = Blueprint("gate", __name__)


def adults_only(
    title: Callable[..., str],
) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
    """Ask for the age before the view. `title` gets the view's arguments and names what waits behind the gate."""

    def guard(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
            if has_passed():
                return view(*args, **kwargs)
            return question(title(*args, **kwargs))

        return guarded

    return guard


def has_passed() -> bool:
    """Whether the current visitor said to be an adult, or is signed in. A crawler never has."""
    if person() is not None:
        return True
    if is_bot():
        return False
    try:
        return unsign(PURPOSE, request.cookies.get(COOKIE, ""), max_age=HOLDS_FOR) == ANSWER
    except SignatureRefused:
        return False


def question(title: str) -> Response:
    """The interstitial, at the address that was asked for. It holds nothing of the content but the name."""
    page = render_template(
        "public/gate.html", name=title, next=request.full_path.rstrip("?"), asks=not is_bot()
    )
    response = make_response(page)
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Vary"] = "Cookie"
    return response


@blueprint.post("/age")
def answer() -> Response:
    """The visitor is an adult: remembered by a signed cookie that says nothing else."""
    response = make_response(redirect(own_path(request.form.get("next", "")), 303))
    response.set_cookie(
        COOKIE,
        sign(PURPOSE, ANSWER),
        max_age=HOLDS_FOR,
        secure=current_app.config["FANZ"].web.base_url.startswith("https://"),
        httponly=True,
        samesite="Lax",
    )
    return response


@blueprint.get("/age/leave")
def leave() -> Response:
    """The visitor is not, or does not want to be here."""
    response = make_response(render_template("public/left.html"))
    response.delete_cookie(COOKIE)
    return response
