"""What proxies say of a request is believed of so many proxies as are configured, and of no client."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from werkzeug.middleware.proxy_fix import ProxyFix

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

SAID_OF_THE_CLIENT = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO")  # all that is ever believed
NEVER_BELIEVED = (
    "HTTP_FORWARDED",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_FORWARDED_PREFIX",
    "HTTP_X_FORWARDED_PROTOCOL",
    "HTTP_X_FORWARDED_SCHEME",
    "HTTP_X_FORWARDED_SERVER",
    "HTTP_X_FORWARDED_SSL",
    "HTTP_X_ORIGINAL_URL",
    "HTTP_X_REAL_IP",
    "HTTP_X_REWRITE_URL",
    "HTTP_X_SCRIPT_NAME",
)


class ForgetForwarded:
    """Takes the headers away before any part of the application, Socket.IO among them, could read them. Put it around the
    application last: it comes first then."""

    def __init__(self, application: WSGIApplication, *, proxies: int) -> None:
        self.application = application
        self.names = NEVER_BELIEVED if proxies else NEVER_BELIEVED + SAID_OF_THE_CLIENT

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        for name in self.names:
            environ.pop(name, None)
        return self.application(environ, start_response)


def trusting(application: WSGIApplication, proxies: int) -> WSGIApplication:
    """Takes a request's address and scheme from what the last `proxies` said of it (X-Forwarded-For, -Proto)."""
    return ProxyFix(application, x_for=proxies, x_proto=proxies)
