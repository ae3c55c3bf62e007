"""Real servers, really killed. Each test has a data directory of its own."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psycopg2
import pytest
import redis

from config import Config
from fanzadmin.kernel import processes
from fanzadmin.runtime.embedded import Embedded, InUseError, ServerError, running_or_started
from fanzadmin.runtime.embedded.server import Ports

ROOT = Path(__file__).resolve().parents[2]
EVERYTHING_OF_OURS = ("postgres", "redis", "nats")


def config_in(var: Path, **variables: str) -> Config:
    return Config.from_env({"FANZ_VAR": str(var), **variables})


def connect(config: Config) -> psycopg2.extensions.connection:
    return psycopg2.connect(config.database.url.replace("+psycopg2", ""))


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Callable[..., tuple[Embedded, Config]]]:
    """Starts servers without fsync; they are stopped after the test."""
    running: list[Embedded] = []

    def start(name: str = "var", **variables: str) -> tuple[Embedded, Config]:
        stack = Embedded(config_in(tmp_path / name, **variables), durable=False)
        config = stack.start()
        running.append(stack)
        return stack, config

    yield start
    for stack in running:
        stack.stop()


@pytest.fixture
def owner(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that runs the servers of tmp_path/var, as `run.py up` does."""
    program = textwrap.dedent(f"""
        import sys, time
        from config import Config
        from fanzadmin.runtime.embedded import Embedded
        Embedded(Config.from_env({{"FANZ_VAR": {str(tmp_path / "var")!r}}}), durable=False).start()
        print("up", flush=True)
        time.sleep(600)
    """)
    process = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    assert process.stdout is not None
    assert process.stdout.readline() == "up\n"
    yield process
    process.kill()
    process.wait()
    process.stdout.close()


def pids(var: Path) -> list[int]:
    return [processes.read_pid(var / "run" / f"{name}.pid") for name in EVERYTHING_OF_OURS]


class TestStart:
    def test_every_server_answers_on_the_address_returned(
        self, started: Callable[..., tuple[Embedded, Config]]
    ) -> None:
        _, config = started()
        with connect(config) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT current_database(), current_setting('server_encoding'), current_setting('TimeZone')"
            )
            assert cursor.fetchone() == ("fanz", "UTF8", "UTC")
        connection.close()
        assert redis.Redis.from_url(config.redis.url).ping()

    def test_a_stranger_without_the_password_is_refused(
        self, started: Callable[..., tuple[Embedded, Config]]
    ) -> None:
        stack, _ = started()
        ports = {server.name: server.port for server in stack.servers.values()}
        with pytest.raises(psycopg2.OperationalError, match="password"):
            psycopg2.connect(host="127.0.0.1", port=ports["postgres"], user="fanz", password="guess")
        with pytest.raises(redis.exceptions.AuthenticationError):
            redis.Redis(port=ports["redis"]).ping()

    def test_secrets_are_for_the_owner_only(self, started: Callable[..., tuple[Embedded, Config]]) -> None:
        _, config = started()
        secret = (
            "postgres/password",
            "redis/password",
            "redis/redis.conf",
            "nats/token",
            "nats/nats.conf",
            "run/addresses",
        )
        assert {
            name: stat.S_IMODE((config.runtime.var / name).stat().st_mode) for name in secret
        } == dict.fromkeys(secret, 0o600)

    def test_no_password_shows_in_the_list_of_processes(
        self, started: Callable[..., tuple[Embedded, Config]]
    ) -> None:
        stack, _ = started()
        lines = " ".join(
            Path(f"/proc/{server.process.pid}/cmdline").read_text() for server in stack.servers.values()
        )
        for file in ("postgres/password", "redis/password", "nats/token"):
            assert (stack.config.runtime.var / file).read_text() not in lines

    def test_an_external_address_is_left_alone(self, started: Callable[..., tuple[Embedded, Config]]) -> None:
        stack, config = started(DATABASE_URL="postgres://elsewhere/fanz", NATS_URL="nats://elsewhere:4222")
        assert [server.name for server in stack.servers.values()] == ["redis"]
        assert config.database.url == "postgresql+psycopg2://elsewhere/fanz"

    def test_two_copies_run_side_by_side(self, started: Callable[..., tuple[Embedded, Config]]) -> None:
        (first, _), (second, _) = started("one"), started("two")
        ports = [server.port for stack in (first, second) for server in stack.servers.values()]
        assert len(set(ports)) == 6

    def test_a_second_start_on_the_same_data_is_refused(
        self, started: Callable[..., tuple[Embedded, Config]]
    ) -> None:
        _, config = started()
        with pytest.raises(InUseError, match=f"in use by process {os.getpid()}.*FANZ_VAR"):
            Embedded(config_in(config.runtime.var)).start()

    def test_a_password_that_does_not_fit_the_data_is_said(
        self, started: Callable[..., tuple[Embedded, Config]]
    ) -> None:
        stack, config = started()
        stack.stop()
        (config.runtime.var / "postgres" / "password").write_text("another")
        with pytest.raises(ServerError, match="is not the password of"):
            Embedded(config_in(config.runtime.var), durable=False).start()

    def test_a_server_that_cannot_start_shows_its_log(
        self, started: Callable[..., tuple[Embedded, Config]], tmp_path: Path
    ) -> None:
        (tmp_path / "var" / "nats").mkdir(parents=True)
        (tmp_path / "var" / "nats" / "jetstream").write_text("a file in the way")
        with pytest.raises(ServerError, match=r"embedded nats does not start:\n.*"):
            started()
        assert pids(tmp_path / "var") == [0, 0, 0]

    def test_data_in_a_closed_directory_works_for_root_too(
        self, started: Callable[..., tuple[Embedded, Config]], tmp_path: Path
    ) -> None:
        (tmp_path / "closed").mkdir(mode=0o700)
        _, config = started("closed/var")
        connect(config).close()
        assert stat.S_IMODE((tmp_path / "closed").stat().st_mode) == 0o700


class TestStop:
    def test_leaves_no_process_and_no_pid_file(self, started: Callable[..., tuple[Embedded, Config]]) -> None:
        stack, config = started()
        running = pids(config.runtime.var)
        stack.stop()
        assert all(running)
        assert not any(processes.started_at(pid) for pid in running)
        assert not list((config.runtime.var / "run").glob("*.pid"))

    def test_data_and_ports_are_found_at_the_next_start(
        self, started: Callable[..., tuple[Embedded, Config]]
    ) -> None:
        stack, config = started()
        with connect(config) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE TABLE kept AS SELECT 42 AS answer")
        connection.close()
        stack.stop()
        _, again = started()
        assert again == config
        with connect(again) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT answer FROM kept")
            assert cursor.fetchone() == (42,)
        connection.close()


class TestKill:
    def test_of_the_owner_takes_the_servers_with_it(
        self, owner: subprocess.Popen[str], tmp_path: Path
    ) -> None:
        running = pids(tmp_path / "var")
        assert all(running)
        owner.kill()
        assert processes.wait_gone(running, 10) == []

    def test_of_the_owner_leaves_a_directory_that_starts_again(
        self, owner: subprocess.Popen[str], started: Callable[..., tuple[Embedded, Config]]
    ) -> None:
        owner.kill()
        owner.wait()
        _, config = started()
        connect(config).close()

    def test_of_everything_at_once_leaves_a_directory_that_starts_again(
        self, owner: subprocess.Popen[str], started: Callable[..., tuple[Embedded, Config]], tmp_path: Path
    ) -> None:
        for pid in [*pids(tmp_path / "var"), owner.pid]:
            os.kill(pid, signal.SIGKILL)
        owner.wait()
        _, config = started()
        connect(config).close()

    def test_of_one_server_is_mended_by_reviving_on_the_same_port(
        self, started: Callable[..., tuple[Embedded, Config]]
    ) -> None:
        stack, config = started()
        postgres = stack.servers["database"]
        os.kill(postgres.process.pid, signal.SIGKILL)
        postgres.process.wait()
        revived: list[str] = []
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            revived += stack.revive()
            with suppress(psycopg2.OperationalError):
                connect(config).close()
                break
            time.sleep(0.2)
        connect(config).close()
        assert set(revived) == {"postgres"}

    def test_whose_pid_another_program_got_is_seen_through(
        self, started: Callable[..., tuple[Embedded, Config]]
    ) -> None:
        stack, config = started()
        file = config.runtime.var / "postgres" / "data" / "postmaster.pid"
        stale = file.read_text()
        stack.stop()
        file.write_text(stale.replace(stale.split()[0], str(os.getppid()), 1))
        started()


class TestPorts:
    def test_a_port_that_someone_took_is_changed(self, tmp_path: Path) -> None:
        import socket

        first = Ports(tmp_path / "ports.json").take("redis")
        with socket.socket() as squatter:
            squatter.bind(("127.0.0.1", first))
            squatter.listen()
            assert Ports(tmp_path / "ports.json").take("redis") != first

    def test_a_port_is_kept_from_start_to_start(self, tmp_path: Path) -> None:
        first = Ports(tmp_path / "ports.json").take("redis")
        assert Ports(tmp_path / "ports.json").take("redis") == first

    @pytest.mark.parametrize("text", ["", "[]", '{"redis": "x"}', '{"redis": 22}'])
    def test_a_damaged_file_is_made_anew(self, tmp_path: Path, text: str) -> None:
        (tmp_path / "ports.json").write_text(text)
        assert Ports(tmp_path / "ports.json").take("redis") >= 20000


class TestRunningOrStarted:
    def test_uses_the_servers_that_run_already(self, owner: subprocess.Popen[str], tmp_path: Path) -> None:
        with running_or_started(config_in(tmp_path / "var")) as config:
            connect(config).close()
        assert all(pids(tmp_path / "var"))

    def test_starts_and_stops_its_own_where_none_run(self, tmp_path: Path) -> None:
        with running_or_started(config_in(tmp_path / "var")) as config:
            connect(config).close()
        assert pids(tmp_path / "var") == [0, 0, 0]

    def test_starts_none_where_all_addresses_are_given(self, tmp_path: Path) -> None:
        outside = config_in(
            tmp_path / "var",
            DATABASE_URL="postgres://x/y",
            REDIS_URL="redis://x",
            NATS_URL="nats://x",
            SECRET_KEY="s" * 16,
        )
        with running_or_started(outside) as config:
            assert config is outside
        assert not (tmp_path / "var").exists()
