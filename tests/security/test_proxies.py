"""Whose address counts when proxies stand in front."""

from __future__ import annotations

import pytest
from flask import Flask, request

from fanzadmin.app import surround
from fanzadmin.kernel.web import proxies

SAID = {"X-Forwarded-For": "198.51.100.9, 203.0.113.5", "X-Forwarded-Proto": "http, https"}


def test_gunicorn_believes_no_header_by_itself() -> None:
    from config import Config
    from fanzadmin.runtime.webserver import WebServer

    server = WebServer(Config(), lambda: None)
    settings = server.cfg
    assert (settings.forwarder_headers, settings.forwarded_allow_ips, settings.secure_scheme_headers) == (
        [],
        [],
        {},
    )


@pytest.mark.parametrize("count", [0, 2])
@pytest.mark.parametrize(
    "name", ["X-Forwarded-Host", "X-Forwarded-Prefix", "Forwarded", "X-Real-IP", "X-Script-Name"]
)
def test_no_part_sees_what_is_never_believed(count: int, name: str) -> None:
    app = Flask("behind")
    app.add_url_rule("/", "seen", lambda: request.headers.get(name, "nothing") + request.host)
    surround(app, proxies.trusting(app.wsgi_app, count))
    surround(app, proxies.ForgetForwarded(app.wsgi_app, proxies=count))
    assert app.test_client().get("/", headers={name: "evil.example"}).text == "nothinglocalhost"


def test_the_platform_forgets_before_its_sockets_read(app: Flask) -> None:
    assert isinstance(app.wsgi_app, proxies.ForgetForwarded)


@pytest.mark.parametrize(
    ("count", "seen"),
    [(0, "192.0.2.1 http"), (1, "203.0.113.5 https"), (2, "198.51.100.9 http"), (3, "192.0.2.1 http")],
)
def test_so_many_are_believed_and_no_more(count: int, seen: str) -> None:
    app = Flask("behind")
    app.add_url_rule("/", "seen", lambda: f"{request.remote_addr} {request.scheme}")
    surround(app, proxies.trusting(app.wsgi_app, count))
    surround(app, proxies.ForgetForwarded(app.wsgi_app, proxies=count))
    answer = app.test_client().get("/", headers=SAID, environ_overrides={"REMOTE_ADDR": "192.0.2.1"})
    assert answer.text == seen
