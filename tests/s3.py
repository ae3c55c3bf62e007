"""SeaweedFS, an S3 server from a wheel, for the time of a test. It keeps what it is given below one folder."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import requests

from fanzadmin.kernel import processes
from tests.platforms import free_port

KEY, SECRET = "fanz", "fanz-test-secret"
BUCKET = "fanz"
START_SECONDS = 120


def program() -> Path | None:
    """The server's program, where tests/requirements.txt is installed."""
    result = Path(sys.prefix) / "bin" / "weed"
    return result if result.is_file() else None


@contextmanager
def server(folder: Path) -> Iterator[dict[str, str]]:
    """The settings that lead a platform to a bucket of its own."""
    ports = {name: free_port() for name in _PORTS}
    identity = {
        "name": "tests",
        "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
        "actions": ["Admin", "Read", "List", "Tagging", "Write"],
    }
    (folder / "s3.json").write_text(json.dumps({"identities": [identity]}))
    command = [str(program()), "-logtostderr", "server", f"-dir={folder}", f"-s3.config={folder / 's3.json'}"]
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [*command, *_OPTIONS, *(f"-{name}={port}" for name, port in ports.items())],
            stdout=log,
            stderr=log,
            env={"PATH": "/usr/bin:/bin", "HOME": str(folder)},
            preexec_fn=processes.killed_with_parent(),  # noqa: PLW1509  ends with the tests
        )
    address = f"http://127.0.0.1:{ports['s3.port']}"
    try:
        _wait(address, running, folder / "log")
        yield {
            "STORAGE_URL": f"s3://{BUCKET}/objects",
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "AWS_ENDPOINT": address,
            "AWS_ALLOW_HTTP": "true",
            "AWS_REGION": "us-east-1",
        }
    finally:
        running.kill()
        running.wait()


_PORTS = (
    "master.port",
    "master.port.grpc",
    "volume.port",
    "volume.port.grpc",
    "filer.port",
    "filer.port.grpc",
    "s3.port",
    "s3.port.grpc",
)
_OPTIONS = (
    "-ip=127.0.0.1",
    "-filer",
    "-s3",
    "-s3.port.iceberg=0",
    "-s3.port.lance=0",
    "-master.telemetry=false",
    "-master.volumeSizeLimitMB=64",
    "-volume.max=100",
)


def _wait(address: str, running: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with suppress(requests.RequestException):
            if requests.get(f"{address}/healthz", timeout=5).ok:
                return
        assert running.poll() is None, log.read_text()[-4000:]
        assert time.monotonic() < deadline, log.read_text()[-4000:]
        time.sleep(0.1)
