"""A storage without room: a sentence for the person, nothing half kept, and work again once there is room."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from fanzadmin.kernel import storage
from tests import people

URL = "/api/v1/media/assets"
ROOM = 2 * 1024**2


@pytest.fixture
def small_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    if os.geteuid() != 0:
        pytest.skip("A disk of two megabytes can be mounted by root alone.")
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(disk)],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"No small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        monkeypatch.setattr(storage, "_storage", storage.Storage(f"file://{disk}/objects"))
        yield disk
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


@pytest.fixture
def mia(app: Any, db: Any, small_disk: Path, login: Callable[..., FlaskClient]) -> FlaskClient:
    return login(user_id=people.move_in()["mia"])


class TestFullDisk:
    def test_an_upload_is_refused_with_a_sentence_and_nothing_of_it_stays(
        self, mia: FlaskClient, small_disk: Path
    ) -> None:
        free = os.statvfs(small_disk).f_bfree
        answer = mia.post(f"{URL}?title=Sunset", data=b"x" * 2 * ROOM, content_type="video/mp4")
        assert (answer.status_code, answer.mimetype) == (507, "application/problem+json")
        assert "no room left" in answer.json["detail"]
        assert os.statvfs(small_disk).f_bfree >= free - 2  # the empty folders

    def test_a_file_that_fits_is_taken_after_one_that_did_not(self, mia: FlaskClient) -> None:
        mia.post(f"{URL}?title=Sunset", data=b"x" * 2 * ROOM, content_type="video/mp4")
        answer = mia.post(f"{URL}?title=Sunset", data=b"x" * (ROOM // 4), content_type="video/mp4")
        assert answer.status_code == 201
