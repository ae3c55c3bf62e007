"""`/l/<slug>`: the redirect, and its QR code."""

from flask import Blueprint, Response, abort, make_response, redirect, request
from flask_babel import gettext
from werkzeug.wrappers import Response as WerkzeugResponse

from fanzadmin.biolink import queries, service
from fanzadmin.public import qr
from fanzadmin.public.visitors import visit

PUNCTUATION = ".,;:!?)»”'\""  # what sticks to a link that was copied out of a sentence

blueprint = Blueprint("links", __name__)


@blueprint.get("/l/<slug>", strict_slashes=False)
def follow(slug: str) -> Response:
    """Send the visitor on. The hot path: one SELECT, one INSERT, no wait for the disk."""
    target = service.follow_link(slug.rstrip(PUNCTUATION))
    service.record_click(target, visit())
    sent_along = request.query_string.decode("utf-8", "replace")
    response = make_response(redirect(service.forward_query(target.url, sent_along), 302))
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


@blueprint.get("/l/<slug>/qr.<any(svg, png):kind>")
def link_code(slug: str, kind: str) -> WerkzeugResponse:
    """The QR code of a short link."""
    if not queries.slug_exists(slug):
        abort(404, gettext("This short link does not exist. Look at its spelling."))
    path = f"/l/{slug.lower()}"
    return qr.answer(path, kind=kind, title=path)
