"""The platform in one .tar: PostgreSQL as pg_dump's custom format, every stored object, and a manifest.

An archive is a program: restoring runs its SQL as the owner of the database. The manifest holds the hash of every other part,
and `back_up` says the manifest's own, which is kept apart from the archive; `restore` asks for it and believes no other.

Not in it: Redis and NATS, which hold nothing that PostgreSQL cannot bring back, and the SECRET_KEY, without
which encrypted columns cannot be read. The manifest names the key's fingerprint, so that the wrong one is noticed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from itertools import chain
from pathlib import Path
from typing import IO, Any

from sqlalchemy import URL, Connection, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from config import Config
from fanzadmin.kernel import clock
from fanzadmin.kernel.storage import CHUNK, Meta, NoSuchObject, Storage
from fanzadmin.runtime.embedded import ServerError, postgres

Entry = dict[str, Any]  # a part of the manifest, JSON

FORMAT = 1
DUMP, MANIFEST, OBJECTS = "database.dump", "manifest.json", "objects/"
ALIVE = ".alive"  # written by the health check
ROOM_FOR_HEADER = 60  # lines of SQL before the first statement of ours


class BackupError(Exception):
    """The archive cannot be written, or must not be restored. The message says why and what to do."""


def back_up(config: Config, file: Path) -> int:
    """Writes `file` whole or not at all, readable by its owner only. Returns the exit code."""
    draft = file.with_name(f".{file.name}.draft")
    config.runtime.var.mkdir(parents=True, exist_ok=True)
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as out:
            entries, digest = _write(config, out)
        draft.replace(file)
    except BackupError as error:
        return _failed(error)
    except OSError as error:
        return _failed(BackupError(f"{file} cannot be written: {error.strerror or error}."))
    finally:
        draft.unlink(missing_ok=True)
    _say(f"{file}: the database and {len(entries) - 1} objects, {file.stat().st_size / 1e6:.1f} MB.")
    _say(f"Its manifest is {digest}\nKeep this apart from the archive: restore asks for it.")
    return 0


def restore(config: Config, file: Path, *, force: bool, manifest_hash: str = "") -> int:
    """Checks every byte first, then replaces database and objects. Without `manifest_hash`, what `back_up` said, the operator is
    asked for it at the terminal. Returns the exit code."""
    try:
        manifest, digest = _verified(file)
        _require_trust(digest, manifest_hash)
        config.runtime.var.mkdir(parents=True, exist_ok=True)
        _require_same_key(config, manifest)
        with _database(config) as connection:
            _require_alone(connection)
            _require_empty(connection, Storage(config.storage.url), force=force)
            _empty(connection, Storage(config.storage.url))
        _read(config, file)
    except BackupError as error:
        return _failed(error)
    _say(f"Restored from {file}, as of {manifest['made_at']}.")
    return 0


def _require_trust(digest: str, manifest_hash: str) -> None:
    """Pass an archive whose manifest is the one that the operator knows. Raises BackupError."""
    if not manifest_hash and sys.stdin.isatty():
        _say("An archive is a program: its SQL runs as the owner of the database and can do anything there.")
        manifest_hash = input("The manifest's hash, as backup printed it: ")
    if not manifest_hash:
        raise BackupError(
            "An archive is a program: its SQL runs as the owner of the database and can do anything there. "
            "Say that you know where this one comes from: --manifest with the hash that backup printed."
        )
    if not hmac.compare_digest(manifest_hash.strip().lower(), digest):
        raise BackupError("The manifest's hash is another one: this is not that backup. Nothing was changed.")


def _write(config: Config, out: IO[bytes]) -> tuple[list[Entry], str]:
    """The entries and the manifest's hash. Objects are copied before the dump, and what came or changed meanwhile after it:
    what the dump speaks of is there, also when it is moved away while the archive is written."""
    storage, entries, copied = Storage(config.storage.url), [], dict[str, Meta]()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for _round in ("which may take hours", "what came in the meantime"):
            entries += _copy(archive, storage, copied)
        with tempfile.TemporaryDirectory(prefix="fanz-", dir=config.runtime.var) as directory:
            dump = Path(directory) / DUMP
            _run_tool(config, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={dump}")
            with dump.open("rb") as chunks:
                entries.append(
                    _add(archive, DUMP, dump.stat().st_size, iter(lambda: chunks.read(CHUNK), b""))
                )
        entries += _copy(archive, storage, copied)
        manifest = {
            "format": FORMAT,
            "made_at": clock.now().isoformat(),
            "secret_key": _fingerprint(config),
            "files": entries,
        }
        body = json.dumps(manifest, indent=1).encode()
        _add(archive, MANIFEST, len(body), [body])
    return entries, hashlib.sha256(body).hexdigest()


def _copy(archive: tarfile.TarFile, storage: Storage, copied: dict[str, Meta]) -> list[Entry]:
    """Add the objects that are not `copied` yet as they are now."""
    entries = []
    for item, chunks in _objects(storage, but=copied):
        entries.append(_add(archive, OBJECTS + item.key, item.size, chunks))
        copied[item.key] = item
    return entries


def _objects(storage: Storage, *, but: Mapping[str, Meta]) -> Iterator[tuple[Meta, Iterator[bytes]]]:
    """Every object with its bytes; one that is deleted in the meantime is left out."""
    for item in storage.list_objects(""):
        if but.get(item.key) == item:
            continue
        chunks = storage.open_range(item.key)
        with suppress(NoSuchObject):
            if item.key != ALIVE:
                yield item, chain([next(chunks, b"")], chunks)


def _add(archive: tarfile.TarFile, name: str, size: int, chunks: Iterable[bytes]) -> Entry:
    header = tarfile.TarInfo(name)
    header.size, header.mode, header.mtime = size, 0o600, int(clock.now().timestamp())
    stream = _Stream(chunks)
    archive.addfile(header, stream)  # type: ignore[arg-type]  # it only reads
    return {"name": name, "size": size, "sha256": stream.digest.hexdigest()}


class _Stream:
    """Chunks as a file that hashes what is read of it."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self.chunks = iter(chunks)
        self.rest = b""
        self.digest = hashlib.sha256()

    def read(self, size: int) -> bytes:
        while len(self.rest) < size and (chunk := next(self.chunks, b"")):
            self.rest += chunk
        data, self.rest = self.rest[:size], self.rest[size:]
        self.digest.update(data)
        return data


def _verified(file: Path) -> tuple[Entry, str]:
    """The manifest and its hash, when every file of the archive is there and as it was."""
    try:
        with tarfile.open(file, "r:") as archive:
            digests = {member.name: _sha256(archive, member) for member in archive if member.name != MANIFEST}
            member = archive.extractfile(MANIFEST)
            body = member.read() if member else b"{}"
            manifest: Entry = json.loads(body)
            expected = {entry["name"]: entry["sha256"] for entry in manifest["files"]}
    except (OSError, tarfile.TarError, ValueError, KeyError, TypeError) as error:
        raise BackupError(f"{file} is not a whole backup: {error}.") from error
    if manifest.get("format") != FORMAT:
        raise BackupError(f"{file} has format {manifest.get('format')}; this version reads format {FORMAT}.")
    damaged = sorted(
        name for name in expected.keys() | digests.keys() if expected.get(name) != digests.get(name)
    )
    if damaged or DUMP not in expected:
        raise BackupError(f"{file} is damaged, nothing was changed: {', '.join(damaged[:5]) or DUMP}.")
    return manifest, hashlib.sha256(body).hexdigest()


def _sha256(archive: tarfile.TarFile, member: tarfile.TarInfo) -> str:
    digest, content = hashlib.sha256(), _content(archive, member)
    while chunk := content.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> IO[bytes]:
    content = archive.extractfile(member)
    if content is None:
        raise BackupError(f"{member.name} in the archive is no file.")
    return content


def _fingerprint(config: Config) -> str:
    return hmac.new(config.security.secret_key.encode(), b"fanz backup", "sha256").hexdigest()[:16]


def _require_same_key(config: Config, manifest: Entry) -> None:
    if manifest.get("secret_key") != _fingerprint(config):
        raise BackupError(
            "This backup was made with another SECRET_KEY: encrypted columns could not be read. "
            "Set SECRET_KEY to that one (it lies in secret_key of the data directory it came from) and try again."
        )


def _require_alone(connection: Connection) -> None:
    others = connection.execute(
        text(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    ).scalar_one()
    if others:
        raise BackupError(f"{others} other connections use the database. Stop the platform first.")


def _require_empty(connection: Connection, storage: Storage, *, force: bool) -> None:
    tables = connection.execute(
        text("SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')")
    ).scalar_one()
    if not force and (tables or any(item.key != ALIVE for item in storage.list_objects(""))):
        raise BackupError("There is data here already. --force replaces all of it by the backup.")


def _empty(connection: Connection, storage: Storage) -> None:
    storage.delete_prefix("")
    rows = connection.execute(
        text(
            "SELECT quote_ident(nspname) FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
        )
    )
    for (schema,) in rows.all():
        connection.execute(text(f"DROP SCHEMA {schema} CASCADE"))
    connection.execute(text("CREATE SCHEMA public"))
    connection.commit()


def _read(config: Config, file: Path) -> None:
    storage = Storage(config.storage.url)
    with (
        tarfile.open(file, "r:") as archive,
        tempfile.TemporaryDirectory(prefix="fanz-", dir=config.runtime.var) as directory,
    ):
        for member in archive:
            content = _content(archive, member)
            if member.name == DUMP:
                dump = Path(directory) / DUMP
                with dump.open("wb") as out:
                    shutil.copyfileobj(content, out, CHUNK)
                _restore_database(config, dump)
            elif member.name.startswith(OBJECTS):
                storage.put_stream(member.name.removeprefix(OBJECTS), iter(partial(content.read, CHUNK), b""))


def _restore_database(config: Config, dump: Path) -> None:
    """Through SQL rather than straight: pg_restore 18 sets what a server before 17 does not know."""
    script = dump.with_suffix(".sql")
    _run_tool(
        config, "pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dump), connect=False
    )
    readable = dump.with_suffix(".clean.sql")
    with script.open("rb") as lines, readable.open("wb") as out:
        for number, line in enumerate(lines):
            if number > ROOM_FOR_HEADER:
                out.write(line)
                shutil.copyfileobj(lines, out, CHUNK)
                break
            if not line.startswith((b"SET transaction_timeout", b"CREATE SCHEMA public;")):
                out.write(line)
    script.unlink()
    _run_tool(
        config,
        "psql",
        "--no-psqlrc",
        "--quiet",
        "--single-transaction",
        "-v",
        "ON_ERROR_STOP=1",
        f"--file={readable}",
    )


def _run_tool(config: Config, tool: str, *arguments: str, connect: bool = True) -> None:
    """The wheel's PostgreSQL tools where they are, else those on the PATH. The password travels in the
    environment: a command line can be read by every user of the machine."""
    url = make_url(config.database.url)
    try:
        program: str | None = str(postgres.bin_directory() / tool)
    except ServerError:
        program = shutil.which(tool)
    if program is None:
        raise BackupError(f"{tool} is not installed: apt-get install postgresql-client.")
    where = (f"--dbname={_address(url)}",) if connect else ()
    done = subprocess.run(
        [program, *where, *arguments],
        env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "PGPASSWORD": url.password or ""},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        check=False,
    )
    if done.returncode:
        raise BackupError(f"{tool} failed: {done.stderr.strip()[-1000:]}")


def _address(url: URL) -> str:
    bare = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    return bare.render_as_string()


@contextmanager
def _database(config: Config) -> Iterator[Connection]:
    engine = create_engine(config.database.url, poolclass=NullPool)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _say(sentence: str) -> None:
    sys.stdout.write(f"{sentence}\n")


def _failed(error: BackupError) -> int:
    sys.stderr.write(f"{error}\n")
    return 1


__all__ = ["BackupError", "back_up", "restore"]
