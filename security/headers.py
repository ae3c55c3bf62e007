"""Response headers that every page carries: a strict Content-Security-Policy with a nonce, and its companions."""

import re
import secrets

from flask import Flask, Response, g, request

HOST = re.compile(r"[\w.\-\[\]:]+")


def csp_nonce() -> str:
    """The nonce of the current response; templates put it on every script tag."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(16)
    return str(g.csp_nonce)


def install(app: Flask) -> None:
    """Set the headers on every response; a view may set its own policy before (the boards do)."""
    app.jinja_env.globals["csp_nonce"] = csp_nonce

    @app.after_request
    def _set(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy(script=f"'nonce-{csp_nonce()}'"))
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        if request.endpoint != "static" and "Cache-Control" not in headers and g.get("me") is not None:
            headers["Cache-Control"] = "private, no-cache"
        return response


def _sockets() -> str:
    """The live channel's addresses: older browsers do not count sockets of the same host as 'self'."""
    host = request.host if HOST.fullmatch(request.host) else ""
    return f"ws://{host} wss://{host}" if host else ""


def policy(*, script: str, style: str = "") -> str:
    """The policy text with extra sources for scripts and styles."""
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' {script}".strip(),
            f"style-src 'self' {style}".strip(),
            "img-src 'self' data: blob:",
            "media-src 'self' blob:",
            f"connect-src 'self' {_sockets()}".strip(),
            "worker-src 'self' blob:",
            "object-src 'none'",
            "base-uri 'none'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )
