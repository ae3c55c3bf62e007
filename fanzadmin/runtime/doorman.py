"""Holds the web role's listener and answers in its place while no web worker does: 503 at once instead of silence.

The socket is bound by the supervisor and handed down to gunicorn, so that it stays open whatever dies. Each web worker that
has loaded the platform leaves a file with its pid; while none of them lives and runs, connections are answered here.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import socket
import time
from pathlib import Path

from config import Config
from fanzadmin.kernel import processes

BACKLOG = 2048
MOST_AT_ONCE = 100  # connections taken in one turn
LONGEST_WAIT = 2.0  # seconds that a client may take to send its request
RETRY_AFTER = 2
_SENTENCE = "The platform is starting again. Nothing was lost; try again in a moment."
_PAGE = (
    "<!doctype html><html lang=en><meta charset=utf-8><meta name=viewport content='width=device-width'>"
    f"<meta http-equiv=refresh content={RETRY_AFTER}><title>One moment</title>"
    "<body style='font:1.1rem system-ui;max-width:34rem;margin:20vh auto;padding:0 1rem'>"
    f"<h1>One moment</h1><p>{_SENTENCE}</p></body></html>"
)
_PROBLEM = (
    '{"type":"/problems/kernel/dependency-away","title":"A part of the platform is away","status":503,'
    f'"detail":"{_SENTENCE}"}}'
)


class PortTakenError(Exception):
    """Another program listens on the web role's port."""


def listen(config: Config) -> socket.socket:
    """The socket of the web role. Raises PortTakenError: better one sentence now than a web role that never starts."""
    bound = socket.socket(socket.AF_INET6 if ":" in config.web.host else socket.AF_INET)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((config.web.host, config.web.port))
        bound.listen(BACKLOG)
    except OSError as error:
        bound.close()
        raise PortTakenError(
            f"Port {config.web.port} of {config.web.host} cannot be had ({error.strerror}). Choose another with PORT=."
        ) from error
    bound.setblocking(False)
    return bound


def announce(folder: Path) -> None:
    """In a web worker: the platform is loaded, connections are taken from now on."""
    processes.write_pid(folder / f"{os.getpid()}.pid", os.getpid())


class Doorman:
    """`folder` holds the files of the web workers that serve. Call `turn` often."""

    def __init__(self, bound: socket.socket, folder: Path, selector: selectors.BaseSelector) -> None:
        self.bound, self.folder, self.selector = bound, folder, selector
        self.is_on_duty = False
        self.guests: dict[socket.socket, float] = {}

    def turn(self) -> None:
        """Stand in, or step back; let go of whoever says nothing."""
        is_needed = not self._is_served()
        if is_needed and not self.is_on_duty:
            self.selector.register(self.bound, selectors.EVENT_READ, self._let_in)
        elif self.is_on_duty and not is_needed:
            self.selector.unregister(self.bound)
        self.is_on_duty = is_needed
        for guest, since in list(self.guests.items()):
            if time.monotonic() - since > LONGEST_WAIT:
                self._let_go(guest)

    def close(self) -> None:
        """Answer no one any more."""
        if self.is_on_duty:
            self.selector.unregister(self.bound)
            self.is_on_duty = False
        for guest in list(self.guests):
            self._let_go(guest)
        self.bound.close()

    def _is_served(self) -> bool:
        """Whether some web worker lives and is not stopped in its tracks."""
        served = False
        for file in self.folder.glob("*.pid"):
            pid = processes.read_pid(file)
            if not pid:
                file.unlink(missing_ok=True)
            elif not processes.is_stopped(pid):
                served = True
        return served

    def _let_in(self) -> None:
        with contextlib.suppress(BlockingIOError, ConnectionError):
            for _ in range(MOST_AT_ONCE):
                guest, _address = self.bound.accept()
                guest.setblocking(False)
                self.guests[guest] = time.monotonic()
                self.selector.register(guest, selectors.EVENT_READ, lambda guest=guest: self._answer(guest))

    def _answer(self, guest: socket.socket) -> None:
        with contextlib.suppress(OSError):
            if request := guest.recv(65_536):
                guest.send(answer_to(request))
                guest.shutdown(socket.SHUT_WR)
        self._let_go(guest)

    def _let_go(self, guest: socket.socket) -> None:
        del self.guests[guest]
        self.selector.unregister(guest)
        guest.close()


def answer_to(request: bytes) -> bytes:
    """503 with Retry-After: a page, or an RFC 9457 problem for programs."""
    head = request.partition(b"\r\n\r\n")[0].lower()
    path = head.split(b" ", 2)[1:2]
    is_program = (path and path[0].startswith(b"/api/")) or b"text/html" not in head
    kind, body = ("application/problem+json", _PROBLEM) if is_program else ("text/html; charset=utf-8", _PAGE)
    return (
        "HTTP/1.1 503 Service Unavailable\r\n"
        f"Retry-After: {RETRY_AFTER}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
        f"Cache-Control: no-store\r\nConnection: close\r\n\r\n{body}"
    ).encode()
