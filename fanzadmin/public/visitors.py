"""The current visitor, as BioLinkHub counts visits."""

from flask import current_app, g, request

from fanzadmin.biolink.service import Visit, visit_of


def visit() -> Visit:
    """What this request says about its visitor; read once per request."""
    if "visit" not in g:
        proxied = current_app.config["FANZ"].web.trusted_proxies > 0
        g.visit = visit_of(
            request.headers.get, address=request.remote_addr or "", method=request.method, proxied=proxied
        )
    return g.visit  # type: ignore[no-any-return]


def is_bot() -> bool:
    """Whether a known program asks."""
    return bool(visit().bot_reason)
