"""A database and a directory that are written, lost and brought back."""

from __future__ import annotations

import hashlib
import shutil
import stat
import tarfile
from collections.abc import Iterator
from contextlib import closing, suppress
from dataclasses import replace
from pathlib import Path

import psycopg2
import pytest

import config as settings
from config import Config
from fanzadmin.kernel.storage import Storage
from fanzadmin.runtime import backup
from fanzadmin.runtime.backup import back_up, restore
from tests.stack import Stack

KEY = "creators/7/clip.mp4"
BYTES = bytes(range(256)) * 9000  # more than one chunk


@pytest.fixture
def places(stack: Stack, tmp_path: Path) -> Iterator[tuple[Config, Config]]:
    """A full place and an empty one, on the run's PostgreSQL."""

    def sql(database: str, *statements: str) -> None:
        with closing(psycopg2.connect(f"{stack.server_url}/{database}")) as connection:
            connection.autocommit = True
            for statement in statements:
                connection.cursor().execute(statement)

    names = [f"{stack.database}_{part}" for part in ("full", "empty")]
    sql("postgres", *(f'CREATE DATABASE "{name}" TEMPLATE template0' for name in names))
    sql(names[0], "CREATE SCHEMA crm", "CREATE TABLE crm.fan AS SELECT 'Änne ''x''\n' AS name, 42 AS spent")
    full, empty = (
        replace(
            stack.config,
            runtime=replace(stack.config.runtime, var=tmp_path / name),
            storage=settings.Storage(url=f"file://{tmp_path / name / 'storage'}"),
            database=settings.Database(url=f"{stack.config.database.url.rpartition('/')[0]}/{name}"),
        )
        for name in names
    )
    Storage(full.storage.url).put(KEY, BYTES)
    yield full, empty
    sql("postgres", *(f'DROP DATABASE "{name}" WITH (FORCE)' for name in names))


def fans(config: Config) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(config.database.url.replace("+psycopg2", ""))) as connection:
        cursor = connection.cursor()
        cursor.execute("SELECT name, spent FROM crm.fan")
        return cursor.fetchall()


def manifest_of(archive: Path) -> str:
    """What `back_up` says of an archive that is whole."""
    with suppress(tarfile.TarError, KeyError), tarfile.open(archive) as opened:
        body = opened.extractfile("manifest.json")
        return hashlib.sha256(body.read() if body else b"").hexdigest()
    return "0" * 64


@pytest.fixture
def archive(places: tuple[Config, Config], tmp_path: Path) -> Path:
    file = tmp_path / "all.tar"
    assert back_up(places[0], file) == 0
    return file


class TestBackUp:
    def test_holds_dump_objects_and_manifest_for_the_owner_only(self, archive: Path) -> None:
        with tarfile.open(archive) as opened:
            assert opened.getnames() == [f"objects/{KEY}", "database.dump", "manifest.json"]
        assert stat.S_IMODE(archive.stat().st_mode) == 0o600

    def test_that_cannot_be_written_leaves_nothing(
        self, places: tuple[Config, Config], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (tmp_path / "there.tar").mkdir()
        assert back_up(places[0], tmp_path / "there.tar") == 1
        assert "cannot be written" in capsys.readouterr().err
        assert not list(tmp_path.glob(".*.draft"))

    def test_of_a_database_that_is_away_says_so(
        self, places: tuple[Config, Config], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        away = places[0].connected_to(database=f"{places[0].database.url}_nowhere")
        assert back_up(away, tmp_path / "x.tar") == 1
        assert "does not exist" in capsys.readouterr().err
        assert not (tmp_path / "x.tar").exists()

    def test_says_the_hash_of_its_manifest(
        self, places: tuple[Config, Config], tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert back_up(places[0], tmp_path / "all.tar") == 0
        assert manifest_of(tmp_path / "all.tar") in capsys.readouterr().out

    @pytest.mark.parametrize("before", [True, False])
    def test_holds_what_is_moved_away_while_it_is_written(
        self, places: tuple[Config, Config], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, before: bool
    ) -> None:
        """A scan moves an original to quarantine: the dump still speaks of the old place, or already of the new one."""
        storage, run_tool = Storage(places[0].storage.url), backup._run_tool

        def dump_while_moving(*arguments: object, **rest: object) -> None:
            if not before:
                run_tool(*arguments, **rest)  # type: ignore[arg-type]
            storage.put("quarantine/7", storage.get(KEY))
            storage.delete(KEY)
            if before:
                run_tool(*arguments, **rest)  # type: ignore[arg-type]

        monkeypatch.setattr(backup, "_run_tool", dump_while_moving)
        assert back_up(places[0], tmp_path / "all.tar") == 0
        with tarfile.open(tmp_path / "all.tar") as opened:
            assert {f"objects/{KEY}", "objects/quarantine/7"} <= set(opened.getnames())


class TestTrust:
    """Restoring runs the SQL of an archive: whoever wrote it could do anything."""

    def test_is_asked_for(
        self, places: tuple[Config, Config], archive: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert restore(places[1], archive, force=False) == 1
        assert "An archive is a program" in capsys.readouterr().err

    def test_is_not_given_to_another_archive(
        self, places: tuple[Config, Config], archive: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert restore(places[1], archive, force=False, manifest_hash="0" * 64) == 1
        assert "this is not that backup" in capsys.readouterr().err

    def test_is_typed_at_a_terminal(
        self, places: tuple[Config, Config], archive: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("builtins.input", lambda _prompt: f" {manifest_of(archive).upper()} ")
        assert restore(places[1], archive, force=False) == 0


class TestRestore:
    def test_brings_rows_and_objects_back(self, places: tuple[Config, Config], archive: Path) -> None:
        full, empty = places
        assert restore(empty, archive, force=False, manifest_hash=manifest_of(archive)) == 0
        assert fans(empty) == fans(full)
        assert Storage(empty.storage.url).get(KEY) == BYTES

    def test_refuses_a_place_with_data(
        self, places: tuple[Config, Config], archive: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert restore(places[0], archive, force=False, manifest_hash=manifest_of(archive)) == 1
        assert "--force replaces all of it" in capsys.readouterr().err

    def test_forced_replaces_everything(self, places: tuple[Config, Config], archive: Path) -> None:
        full, _ = places
        Storage(full.storage.url).put("later.txt", b"gone afterwards")
        assert restore(full, archive, force=True, manifest_hash=manifest_of(archive)) == 0
        assert [stored.key for stored in Storage(full.storage.url).list_objects("")] == [KEY]
        assert len(fans(full)) == 1

    @pytest.mark.parametrize("where", [600, -40000])
    def test_refuses_an_archive_with_one_changed_byte(
        self, places: tuple[Config, Config], archive: Path, where: int, capsys: pytest.CaptureFixture[str]
    ) -> None:
        data = bytearray(archive.read_bytes())
        data[where] ^= 1
        archive.write_bytes(data)
        assert restore(places[1], archive, force=False, manifest_hash=manifest_of(archive)) == 1
        assert "is damaged, nothing was changed" in capsys.readouterr().err

    def test_refuses_half_an_archive(
        self, places: tuple[Config, Config], archive: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        archive.write_bytes(archive.read_bytes()[:100_000])
        assert restore(places[1], archive, force=False, manifest_hash=manifest_of(archive)) == 1
        assert "is not a whole backup" in capsys.readouterr().err

    def test_refuses_another_secret_key(
        self, places: tuple[Config, Config], archive: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert (
            restore(
                replace(places[1], security=settings.Security(secret_key="another")),
                archive,
                force=False,
                manifest_hash=manifest_of(archive),
            )
            == 1
        )
        assert "another SECRET_KEY" in capsys.readouterr().err

    def test_refuses_while_the_platform_runs(
        self, places: tuple[Config, Config], archive: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        with closing(psycopg2.connect(places[1].database.url.replace("+psycopg2", ""))):
            assert restore(places[1], archive, force=False, manifest_hash=manifest_of(archive)) == 1
        assert "Stop the platform first" in capsys.readouterr().err
        shutil.rmtree(places[1].runtime.var, ignore_errors=True)
