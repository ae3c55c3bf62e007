"""The most used pages and endpoints under load, beside a bare Flask route on the same server settings.

    .venv/bin/python -m bench.api --base-url http://127.0.0.1:8080 [--clients 4] [--seconds 5]

Closed loop: each client sends its next request when the last is answered, and takes a new connection after ten, as the
next person would: connections stay with the worker that took them, and four of them may lie on one of two. Needs a
running platform with the demo (`make run`); the bare route is served by a second gunicorn with the same settings. The
generator's own CPU time per request is in the table: it shares the cores.
"""

import argparse
import http.client
import json
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from urllib.parse import urlsplit

import requests
from flask import Flask

from bench.machine import describe, percentile, table
from config import Config

PASSWORD = "fanz-demo"
BARE_PORT = 8497
PER_CONNECTION = 10  # requests


@dataclass(frozen=True)
class Target:
    """One page: who asks for it, and where it is."""

    name: str
    path: str
    headers: dict[str, str] = field(default_factory=dict)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--base-url", default="http://127.0.0.1:8080")
    options.add_argument("--clients", type=int, default=4)
    options.add_argument("--seconds", type=float, default=5)
    arguments = options.parse_args()
    print(f"Pages and endpoints, {arguments.clients} clients. {describe()}.\n")
    bare = BareFlask()
    try:
        floor, cpu = load(bare.url, Target("bare Flask route", "/"), arguments.clients, arguments.seconds)
        rows = [row("bare Flask route", floor, cpu, floor)]
        for target in targets(arguments.base_url):
            measured = load(arguments.base_url, target, arguments.clients, arguments.seconds)
            rows.append(row(target.name, *measured, floor))
    finally:
        bare.stop()
    head = ("page", "requests", "average ms", "p50 ms", "p99 ms", "average ÷ bare", "generator's CPU ms")
    print(table(head, rows))


def targets(base: str) -> list[Target]:
    """The ten, each with the user who calls it."""
    staff, creator, fan = (cookie(base, name) for name in ("crm", "mia", "fan1"))
    creator_token, fan_token = bearer(base, "mia"), bearer(base, "fan1")
    page = requests.get(f"{base}/api/v1/biolink/pages/mia", timeout=30).json()
    slug = re.search(r"/l/([A-Za-z0-9_-]+)", json.dumps(page))
    return [
        Target("console: fans", "/crmfanconsole/list/", staff),
        Target("console: creators", "/crmcreatorconsole/list/", staff),
        Target("portal: home", "/portal/", creator),
        Target("portal: content", "/portal/content", creator),
        Target("feed", "/feed", fan),
        Target("bio page", "/@mia", fan),
        Target("short link", f"/l/{slug.group(1)}" if slug else "/l/none"),
        Target("REST: feed", "/api/v1/social/feed", fan_token),
        Target("REST: conversations", "/api/v1/chat/conversations", fan_token),
        Target("REST: assets", "/api/v1/media/assets", creator_token),
        Target("REST: balance", "/api/v1/finance/balance", creator_token),
    ]


def load(base: str, target: Target, clients: int, seconds: float) -> tuple[list[float], float]:
    """Milliseconds of each answered request, and what each cost the generator in CPU; an error ends the run."""
    times: list[float] = []
    failures: list[str] = []
    until, cpu = time.perf_counter() + seconds, time.process_time()

    def send_requests() -> None:
        address = urlsplit(base)
        connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=30)
        for number in count(1):
            if time.perf_counter() >= until or failures:
                break
            began = time.perf_counter()
            connection.request("GET", target.path, headers=target.headers)
            answer = connection.getresponse()
            answer.read()
            times.append((time.perf_counter() - began) * 1000)
            if answer.status >= 400 or "/login" in (answer.getheader("Location") or ""):
                failures.append(f"{target.name}: {answer.status}")
            if number % PER_CONNECTION == 0:
                connection.close()  # the next request opens another
        connection.close()

    lanes = [threading.Thread(target=send_requests) for _ in range(clients)]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()
    if failures:
        raise SystemExit(failures[0])
    return times, (time.process_time() - cpu) / len(times) * 1000


def row(name: str, times: list[float], cpu: float, floor: list[float]) -> tuple[object, ...]:
    average, low = sum(times) / len(times), sum(floor) / len(floor)
    return (
        name,
        len(times),
        f"{average:.1f}",
        f"{percentile(times, 50):.1f}",
        f"{percentile(times, 99):.1f}",
        f"{average / low:.1f}",
        f"{cpu:.1f}",
    )


def cookie(base: str, user: str) -> dict[str, str]:
    """A signed-in browser's cookie, with the age gate behind it."""
    browser = requests.Session()
    form = browser.get(f"{base}/login/", timeout=30).text
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', form)
    data = {"username": user, "password": PASSWORD, "csrf_token": token.group(1) if token else ""}
    browser.post(f"{base}/login/", data=data, timeout=30)
    return {"Cookie": "; ".join(f"{key}={value}" for key, value in browser.cookies.items())}


def bearer(base: str, user: str) -> dict[str, str]:
    answer = requests.post(
        f"{base}/api/v1/security/login", json={"username": user, "password": PASSWORD}, timeout=30
    )
    return {"Authorization": f"Bearer {answer.json()['access_token']}"}


class BareFlask:
    """`return "ok"` under the platform's own gunicorn settings, in a process of its own."""

    def __init__(self) -> None:
        import multiprocessing

        self.url = f"http://127.0.0.1:{BARE_PORT}"
        self.process = multiprocessing.get_context("spawn").Process(target=serve_bare)
        self.process.start()
        deadline = time.monotonic() + 30
        while not _answers(self.url):
            if time.monotonic() > deadline:
                raise SystemExit("the bare Flask route did not start")
            time.sleep(0.1)

    def stop(self) -> None:
        self.process.terminate()
        self.process.join(10)


def serve_bare() -> None:
    from fanzadmin.runtime.webserver import serve

    make: Callable[[], Flask] = bare_app
    serve(Config.from_env({"PORT": str(BARE_PORT), "FANZ_VAR": "/tmp/fanz-bare", "LOG_LEVEL": "ERROR"}), make)


def bare_app() -> Flask:
    app = Flask("bare")
    app.add_url_rule("/", view_func=lambda: "ok")
    return app


def _answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=1).ok
    except requests.ConnectionError:
        return False


if __name__ == "__main__":
    main()
