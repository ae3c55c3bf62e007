"""`/healthz`: this process is alive. `/readyz`: every dependency by name, with its state."""

import socket
import threading
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from flask import Blueprint, Flask, Response, jsonify

from fanzadmin.kernel import db, queue, storage

TIMEOUT = 2  # seconds


def install(app: Flask, *, nats_url: str) -> None:
    """Register both pages; neither needs a login."""
    health = Blueprint("health", __name__)
    checks: dict[str, Callable[[], object]] = {
        "postgresql": TimedCheck(db.is_alive),
        "redis": lambda: queue.redis().ping(),
        "nats": lambda: _answers(nats_url),
        "storage": lambda: storage.get_storage().is_alive(),
    }

    @health.get("/healthz")
    def alive() -> Response:
        return jsonify(status="alive")

    @health.get("/readyz")
    def ready() -> tuple[Response, int]:
        states = {name: _state(check) for name, check in checks.items()}
        ok = all(state["ok"] for state in states.values())
        body = jsonify(status="ready" if ok else "not ready", dependencies=states)
        return body, 200 if ok else 503

    app.register_blueprint(health)


class TimedCheck:
    """A check that may hang, as a connection to a PostgreSQL that was stopped in its tracks does: it is asked in a thread of
    its own, and while that waits no second one is started. Raises TimeoutError, and what the check raises."""

    def __init__(self, check: Callable[[], object]) -> None:
        self.check = check
        self.asking: threading.Thread | None = None
        self.problem: Exception | None = None

    def __call__(self) -> None:
        if self.asking is None or not self.asking.is_alive():
            self.asking = threading.Thread(target=self._ask, name="readyz", daemon=True)
            self.asking.start()
        self.asking.join(TIMEOUT)
        if self.asking.is_alive():
            raise TimeoutError("no answer yet")
        if self.problem is not None:
            raise self.problem

    def _ask(self) -> None:
        try:
            self.check()
        except Exception as problem:
            self.problem = problem
        else:
            self.problem = None


def _state(check: Callable[[], object]) -> dict[str, object]:
    began = time.perf_counter()
    try:
        check()
    except Exception as error:
        return {"ok": False, "error": type(error).__name__}
    return {"ok": True, "ms": round((time.perf_counter() - began) * 1000, 1)}


def _answers(url: str) -> None:
    """A NATS server greets with an INFO line."""
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 4222), TIMEOUT) as connection:
        connection.settimeout(TIMEOUT)
        if not connection.recv(16).startswith(b"INFO"):
            raise ConnectionError("no NATS greeting")
