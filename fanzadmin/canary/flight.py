"""The canary's users, each with a login and a socket where they listen, and the notes of one run."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import requests
import socketio

from fanzadmin.canary.report import NotSeen

T = TypeVar("T")
POLL, LONGEST_POLL, POLL_SHARE = 0.05, 0.5, 0.02
"""Seconds between two looks, at least and at most, and as a share of the time waited so far: an effect that takes
long is not slowed down by being watched."""
TIMEOUT = 30.0  # seconds for one answer
BROWSER = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140 Safari/537.36"

Json = dict[str, Any]  # Any: JSON


@dataclass(frozen=True)
class Plan:
    """The operator's choices."""

    media: Path
    base_url: str
    creator: str
    fan: str
    staff: str
    password: str
    payment_token: str
    timeout: float
    keep: bool


class Person:
    """A user with a login, who talks REST and listens on the sockets."""

    def __init__(self, base_url: str, username: str) -> None:
        self.base_url = base_url
        self.username = username
        self.http = requests.Session()
        self.http.headers["User-Agent"] = BROWSER
        self.token = ""
        self.socket: socketio.Client | None = None
        self.received: list[tuple[str, Json]] = []

    def sign_in(self, password: str) -> None:
        answer = self.call(
            "POST", "/api/v1/security/login", json={"username": self.username, "password": password}
        )
        self.token = answer.json()["access_token"]
        self.http.headers["Authorization"] = f"Bearer {self.token}"

    def call(
        self, method: str, path: str, *, expect: tuple[int, ...] = (), **options: Any
    ) -> requests.Response:
        """One request; an answer that is neither a success nor expected is a missing effect."""
        options.setdefault("timeout", TIMEOUT)
        url = path if path.startswith("http") else self.base_url + path
        answer = self.http.request(method, url, **options)
        is_expected = answer.status_code in expect if expect else answer.ok
        if not is_expected:
            raise NotSeen(
                f"{method} {path.partition('?')[0]} answered {answer.status_code}: {_sentence(answer)}"
            )
        return answer

    def get(self, path: str, **options: Any) -> Any:
        """The JSON of a page."""
        return self.call("GET", path, **options).json()

    def listen(self) -> None:
        """Connect to the conversations, and keep all that is heard."""
        self.socket = socketio.Client(reconnection=True)
        self.socket.on("message", lambda data: self.received.append(("message", data)), namespace="/chat")
        self.socket.connect(
            self.base_url, transports=["websocket"], auth={"token": self.token}, namespaces=["/chat"]
        )

    def say(self, event: str, data: Json) -> Json:
        """Send an event and wait for its acknowledgement."""
        if self.socket is None:
            raise NotSeen(f"{self.username} has no socket")
        answer: Json = self.socket.call(event, data, namespace="/chat", timeout=TIMEOUT)
        if answer.get("status", 0) >= 400:
            raise NotSeen(f"{event} was refused: {answer.get('detail')}")
        return answer


@dataclass
class Flight:
    """One run of the canary."""

    plan: Plan
    notes: dict[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        base = self.plan.base_url
        self.creator = Person(base, self.plan.creator)
        self.fan = Person(base, self.plan.fan)
        self.staff = Person(base, self.plan.staff)
        self.visitor = Person(base, "a visitor")

    @property
    def asset_id(self) -> str:
        return str(self.notes["asset"]["id"])

    def until(self, see: Callable[[], T | None], what: str) -> T:
        """Look again and again until `see` brings something. Raises NotSeen."""
        began = time.monotonic()
        while True:
            effect = see()
            if effect:
                return effect
            waited = time.monotonic() - began
            if waited > self.plan.timeout:
                raise NotSeen(f"{what} did not show within {self.plan.timeout:.0f} s")
            time.sleep(min(LONGEST_POLL, max(POLL, waited * POLL_SHARE)))

    def asset(self) -> Json:
        """The uploaded asset as its creator sees it now."""
        asset: Json = self.creator.get(f"/api/v1/media/assets/{self.asset_id}")
        return asset

    def fact(self, trace_id: str, name: str) -> Json:
        """The data of a fact in a trace, as staff see it. Waits for it."""

        def look() -> Json | None:
            answer = self.staff.call("GET", f"/api/v1/operations/traces/{trace_id}", expect=(200, 404))
            steps = answer.json().get("steps", [])
            fact = next((step for step in steps if step["name"] == name), None)
            return fact["data"] if fact else None

        return self.until(look, f"the fact {name}")

    def land(self) -> None:
        """Close what is open."""
        for person in (self.creator, self.fan):
            if person.socket is not None:
                person.socket.disconnect()


def trace_of(answer: requests.Response) -> str:
    """The trace id that an answer carries."""
    parts = answer.headers.get("traceparent", "").split("-")
    if len(parts) != 4:
        raise NotSeen("the answer carries no traceparent")
    return parts[1]


def _sentence(answer: requests.Response) -> str:
    try:
        return str(answer.json().get("detail", ""))[:200]
    except (ValueError, AttributeError):
        return answer.text[:120]
