"""Somebody answers, whatever the web role does."""

from __future__ import annotations

import os
import selectors
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from config import Config, Web
from fanzadmin.kernel import processes
from fanzadmin.runtime.doorman import Doorman, PortTakenError, announce, answer_to, listen
from tests.platforms import free_port


class Standing:
    """A doorman at a free port, turning as the supervisor turns him."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.selector = selectors.DefaultSelector()
        self.doorman = Doorman(listen(Config(web=Web(port=self.port))), folder, self.selector)
        self.ending = threading.Event()
        self.thread = threading.Thread(target=self._turn)
        self.thread.start()

    def _turn(self) -> None:
        while not self.ending.is_set():
            self.doorman.turn()
            for key, _ in self.selector.select(0.02) if self.selector.get_map() else ():
                key.data()
            time.sleep(0.005)
        self.doorman.close()

    def get(self, path: str = "/", accept: str = "text/html") -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.port}{path}", headers={"Accept": accept}, timeout=2)

    def end(self) -> None:
        self.ending.set()
        self.thread.join()


@pytest.fixture
def standing(tmp_path: Path) -> Iterator[Standing]:
    result = Standing(tmp_path / "serving")
    yield result
    result.end()


class TestWhileNobodyServes:
    def test_a_person_gets_a_page_at_once(self, standing: Standing) -> None:
        answer = standing.get()
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "2")
        assert "Nothing was lost" in answer.text

    def test_a_program_gets_a_problem(self, standing: Standing) -> None:
        answer = standing.get("/api/v1/media/assets", accept="*/*")
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == 503

    def test_who_says_nothing_holds_up_nobody(self, standing: Standing) -> None:
        silent = [socket.create_connection(("127.0.0.1", standing.port)) for _ in range(150)]
        assert standing.get().status_code == 503
        for line in silent:
            line.close()

    @pytest.mark.parametrize("request_", [b"", b"\x16\x03\x01", b"GET", b"GET / HTTP/1.1\r\n\r\n"])
    def test_anything_is_answered(self, request_: bytes) -> None:
        assert answer_to(request_).startswith(b"HTTP/1.1 503 ")


class TestWhileAWorkerServes:
    @pytest.fixture
    def worker(self, standing: Standing) -> Iterator[subprocess.Popen[bytes]]:
        code = "import time; time.sleep(600)"
        process = subprocess.Popen([sys.executable, "-c", code])
        processes.write_pid(standing.folder / f"{process.pid}.pid", process.pid)
        yield process
        process.kill()
        process.wait()

    def is_on_duty(self, standing: Standing, *, expected: bool) -> bool:
        deadline = time.monotonic() + 2
        while standing.doorman.is_on_duty != expected and time.monotonic() < deadline:
            time.sleep(0.01)
        return standing.doorman.is_on_duty

    def test_connections_are_left_to_it(self, standing: Standing, worker: subprocess.Popen[bytes]) -> None:
        assert not self.is_on_duty(standing, expected=False)

    @pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGSTOP])
    def test_until_it_dies_or_is_stopped(
        self, standing: Standing, worker: subprocess.Popen[bytes], sign: signal.Signals
    ) -> None:
        assert not self.is_on_duty(standing, expected=False)
        worker.send_signal(sign)
        assert self.is_on_duty(standing, expected=True)
        assert standing.get().status_code == 503

    def test_it_announces_itself(self, tmp_path: Path) -> None:
        announce(tmp_path / "serving")
        assert processes.read_pid(tmp_path / "serving" / f"{os.getpid()}.pid") == os.getpid()


class TestAPort:
    def test_that_is_taken_is_named(self) -> None:
        config = Config(web=Web(port=free_port()))
        bound = listen(config)
        with pytest.raises(PortTakenError, match=f"Port {config.web.port}"):
            listen(config)
        bound.close()
