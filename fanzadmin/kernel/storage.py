"""Objects by key: a directory (`file://`) by default, any S3 (`s3://bucket/prefix`) by URL, through obstore."""

import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import obstore
from flask_babel import gettext
from obstore.exceptions import NotFoundError
from obstore.store import LocalStore, ObjectStore, from_url

from fanzadmin.kernel import clock
from fanzadmin.kernel.errors import BusinessError
from fanzadmin.kernel.temp_dirs import temp_dir

CHUNK = 1024 * 1024
AT_ONCE = 8  # small objects on their way at the same time: elsewhere each costs a round trip
_PART = re.compile(r"#[0-9]+$")  # how obstore names a file until it is whole


class NoSuchObject(LookupError):
    """There is no object under this key."""


class StorageFull(BusinessError):
    status = 507
    title = "The storage is full"


@dataclass(frozen=True, slots=True)
class Stored:
    """An object as it was written: size in bytes, SHA-256 in hexadecimal."""

    key: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Meta:
    """What is known of an object without reading it. `modified_at` is by this process's clock."""

    key: str
    size: int
    modified_at: datetime


class Storage:
    """One place for objects. Keys are `/`-separated and relative."""

    def __init__(self, url: str) -> None:
        self.root: Path | None = None
        parts = urlsplit(url)
        if parts.scheme == "file":
            self.root = Path(parts.path)
            self.root.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.store: ObjectStore = LocalStore(prefix=self.root)
        else:
            self.store = from_url(url)

    def put_stream(self, key: str, chunks: Iterable[bytes]) -> Stored:
        """Write what `chunks` yields, at flat memory; nothing stays if it breaks off. Raises StorageFull."""
        digest, size = hashlib.sha256(), 0
        writer = obstore.open_writer(self.store, key, buffer_size=8 * CHUNK, max_concurrency=2)
        try:
            for chunk in chunks:
                digest.update(chunk)
                size += len(chunk)
                writer.write(chunk)
            writer.close()
        except BaseException as error:
            del writer
            self.delete(key)
            raise _translated(error) from error
        return Stored(key, size, digest.hexdigest())

    def put(self, key: str, data: bytes) -> Stored:
        """Write a small object whole. Raises StorageFull."""
        try:
            obstore.put(self.store, key, data)
        except Exception as error:
            raise _translated(error) from error
        return Stored(key, len(data), hashlib.sha256(data).hexdigest())

    def put_file(self, key: str, path: Path) -> None:
        """Write the file at `path`, in parts where it is large. Raises StorageFull."""
        try:
            obstore.put(self.store, key, path)
        except Exception as error:
            raise _translated(error) from error

    def put_files(self, files: Iterable[tuple[str, Path]]) -> None:
        """Write files under their keys, several at once. Raises StorageFull; some are written then."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(lambda file: self.put_file(*file), files):
                pass

    def get(self, key: str) -> bytes:
        """The whole object. Raises NoSuchObject."""
        try:
            return bytes(obstore.get(self.store, key).bytes())
        except (NotFoundError, FileNotFoundError):
            raise NoSuchObject(key) from None

    def head(self, key: str) -> Meta:
        """Size and age. Raises NoSuchObject."""
        try:
            meta = obstore.head(self.store, key)
        except (NotFoundError, FileNotFoundError):
            raise NoSuchObject(key) from None
        return Meta(key, meta["size"], meta["last_modified"] + clock.offset())

    def open_range(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """The bytes `start` to `end` (exclusive; None: to the end), in chunks. Raises NoSuchObject."""
        size = self.head(key).size
        stop = size if end is None else min(end, size)
        for at in range(start, stop, CHUNK):
            yield bytes(obstore.get_range(self.store, key, start=at, end=min(at + CHUNK, stop)))

    def exists(self, key: str) -> bool:
        try:
            self.head(key)
        except NoSuchObject:
            return False
        return True

    def list_objects(self, prefix: str) -> Iterator[Meta]:
        """Every object below `prefix`."""
        for page in obstore.list(self.store, prefix):
            for meta in page:
                yield Meta(meta["path"], meta["size"], meta["last_modified"] + clock.offset())

    def folders(self, prefix: str) -> list[str]:
        """The names directly below `prefix` that hold, or in a directory held, objects."""
        prefixes = obstore.list_with_delimiter(self.store, prefix)["common_prefixes"]
        return [name.rstrip("/").rpartition("/")[2] for name in prefixes]

    def remove_parts(self, *, before: datetime) -> list[str]:
        """Remove what broken writes left in a directory and no one touched since `before`. Returns the names.

        Elsewhere these are unfinished multipart uploads, which no listing shows: a bucket's own lifecycle rule ends them.
        """
        parts = [path for path in self.root.rglob("*#*") if _PART.search(path.name)] if self.root else []
        return [part.name for part in parts if _removed_if_older(part, before)]

    def copy(self, key: str, to: str) -> None:
        """Copy an object inside the storage. Raises NoSuchObject, StorageFull."""
        try:
            obstore.copy(self.store, key, to)
        except (NotFoundError, FileNotFoundError):
            raise NoSuchObject(key) from None
        except Exception as error:
            raise _translated(error) from error

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is fine."""
        try:
            obstore.delete(self.store, key)
        except (NotFoundError, FileNotFoundError):
            return

    def delete_prefix(self, prefix: str) -> None:
        """Remove every object below `prefix`, several at once."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            for _ in pool.map(lambda meta: self.delete(meta.key), list(self.list_objects(prefix))):
                pass

    @contextmanager
    def local_copy(self, key: str) -> Iterator[Path]:
        """A readable file with the object's bytes: the file itself in a directory, a download elsewhere."""
        if self.root is not None:
            self.head(key)  # refuses a key that leads out of the directory
            yield self.root / key.lstrip("/")
            return
        with temp_dir("copy") as folder:
            path = folder / Path(key).name
            with path.open("wb") as file:
                for chunk in self.open_range(key):
                    file.write(chunk)
            yield path

    def is_alive(self) -> bool:
        """Whether objects can be written at all."""
        self.put(".alive", b"1")
        return True

    def free_bytes(self) -> int | None:
        """Free space of a directory storage; None where that means nothing."""
        return shutil.disk_usage(self.root).free if self.root is not None else None


_storage: Storage | None = None


def connect(url: str) -> Storage:
    """Bind this process to the storage at `url`."""
    global _storage  # noqa: PLW0603  one per process, set once by the composition root
    _storage = Storage(url)
    return _storage


def get_storage() -> Storage:
    """The storage of this process. Raises RuntimeError before `connect`."""
    if _storage is None:
        raise RuntimeError("the storage is not connected yet: call connect(url) first")
    return _storage


def _removed_if_older(part: Path, before: datetime) -> bool:
    try:
        if part.stat().st_mtime >= (before - clock.offset()).timestamp():
            return False
        part.unlink()
    except FileNotFoundError:  # it has become whole
        return False
    return True


def _translated(error: BaseException) -> BaseException:
    if (
        "No space left" in str(error)
        or "Disk quota" in str(error)
        or getattr(error, "errno", None) in (28, 122)
    ):
        return StorageFull(
            gettext("There is no room left to store this file. Nothing was kept; try again later.")
        )
    return error
