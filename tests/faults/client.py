"""A creator's program that does not give up: it sends the same request with the same key until it is answered."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import requests

from fanzadmin.kernel.ids import new_id
from security.demo import PASSWORD
from tests.platforms import Platform

TIMEOUT = 90.0
CHUNK = 16 * 1024


class Program:
    """Signed in as mia."""

    def __init__(self, platform: Platform) -> None:
        self.address = platform.address
        self.http = requests.Session()
        login = {"username": "mia", "password": PASSWORD}
        token = self.call("POST", "/api/v1/security/login", json=login)["access_token"]
        self.http.headers["Authorization"] = f"Bearer {token}"
        (own,) = self.call("GET", "/api/v1/compliance/performers")["items"]
        self.performer_id = str(own["id"])

    def call(self, method: str, path: str, **options: Any) -> Any:
        """The JSON of an answer; asked again while nobody answers or the answer is an error of the platform."""
        deadline = time.monotonic() + TIMEOUT
        while True:
            try:
                answer = self.http.request(method, self.address + path, timeout=20, **options)
                if answer.status_code < 500:
                    assert answer.ok, answer.text
                    return answer.json()
            except requests.RequestException:
                pass
            assert time.monotonic() < deadline, f"{method} {path} was never answered"
            time.sleep(0.2)

    def upload(self, media: Path, *, halfway: Callable[[], None] = lambda: None) -> str:
        """Returns the asset's id. `halfway` happens once, when half of the first attempt is sent."""
        query = {
            "title": f"Sunset {new_id()[-6:]}",
            "filename": media.name,
            "audience": "subscribers",
            "announce": "both",
            "performer_ids": self.performer_id,
            "acts": "clothed",
            "produced_on": "2026-01-02",
        }
        headers = {"Idempotency-Key": new_id(), "Content-Type": "video/mp4"}
        body = _Body(media, halfway)
        return str(self.call("POST", "/api/v1/media/assets", params=query, headers=headers, data=body)["id"])


class _Body:
    """Read from its beginning at every attempt."""

    def __init__(self, media: Path, halfway: Callable[[], None]) -> None:
        self.content = media.read_bytes()
        self.halfway: Callable[[], None] | None = halfway

    def __len__(self) -> int:
        return len(self.content)

    def __iter__(self) -> Iterator[bytes]:
        for at in range(0, len(self.content), CHUNK):
            if at > len(self.content) / 2 and self.halfway:
                happens, self.halfway = self.halfway, None
                happens()
            yield self.content[at : at + CHUNK]
