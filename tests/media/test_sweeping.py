"""The sweep removes what nothing refers to, and never what somebody is about to refer to."""

import os
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.storage import get_storage
from fanzadmin.media import service
from fanzadmin.media.assets.models import Asset
from fanzadmin.media.sweeping.service import GRACE
from fanzadmin.media.uploads.service import LONGEST
from jobs import media as jobs
from tests.media.conftest import end_of_request, stored_keys

pytestmark = pytest.mark.running_clock  # as the storage has one: it says when an object was written

Make = Callable[..., Asset]
NOW = timedelta(0)


@pytest.fixture
def lost(app: Any) -> Callable[[str], str]:
    """lost("2 days") → the key of an upload whose process was killed before its row was written."""

    def make(key: str = "", *, age: timedelta = NOW) -> str:
        key = key or f"uploads/velvet/{new_id()}/source"
        get_storage().put(key, b"12345")
        grow_older(key, age)
        return key

    return make


def grow_older(key: str, age: timedelta) -> None:
    root = get_storage().root
    assert root is not None
    at = (root / key).stat().st_mtime - age.total_seconds()
    os.utime(root / key, (at, at))


class TestSweepStorage:
    def test_an_upload_without_an_asset_is_removed_and_named(self, db: Any, lost: Callable[..., str]) -> None:
        key = lost(age=timedelta(days=2))
        swept = service.sweep_storage()
        assert [result.key for result in swept.objects] == [key]
        assert str(swept).startswith("Removed 1 objects (5 bytes) without an asset")
        assert stored_keys() == []

    def test_one_that_may_still_get_its_asset_is_left_alone(self, db: Any, lost: Callable[..., str]) -> None:
        key = lost(age=LONGEST)
        service.sweep_storage()
        assert stored_keys() == [key]

    def test_no_upload_lasts_as_long_as_the_sweep_waits(self) -> None:
        assert LONGEST < GRACE

    def test_what_assets_refer_to_stays(self, upload: Make, published: Make) -> None:
        upload(b"abc")
        published()
        before = stored_keys()
        assert service.sweep_storage(grace=NOW).objects == ()
        assert stored_keys() == before

    def test_renditions_that_outlived_their_asset_go(self, published: Make, clear: Any, upload: Make) -> None:
        stored, missing = published(), published()
        service.withdraw(missing, reason="x")
        end_of_request()
        get_storage().put(f"renditions/{missing.id}/cmaf/240p/1.m4s", b"x")
        get_storage().put("renditions/nobody/card.webp", b"x")
        service.sweep_storage(grace=NOW)
        assert {key.split("/")[1] for key in stored_keys() if key.startswith("renditions/")} == {stored.id}

    def test_renditions_that_are_being_made_stay(self, upload: Make, clear: Callable[..., Asset]) -> None:
        asset = clear(upload(b"abc"))
        get_storage().put(f"renditions/{asset.id}/card.webp", b"x")
        assert service.sweep_storage(grace=NOW).objects == ()

    def test_parts_of_a_broken_write_go_when_they_are_old(self, db: Any) -> None:
        root = get_storage().root
        assert root is not None
        for name, age in (("source#1", timedelta(days=2)), ("source#2", NOW)):
            part = root / "uploads/velvet/x" / name
            part.parent.mkdir(parents=True, exist_ok=True)
            part.write_bytes(b"half")
            grow_older(f"uploads/velvet/x/{name}", age)
        assert service.sweep_storage().parts == ("source#1",)
        assert [path.name for path in root.rglob("*#*")] == ["source#2"]

    def test_other_systems_files_are_none_of_its_business(self, db: Any, lost: Callable[..., str]) -> None:
        for key in ("clean/x/source", "quarantine/x/source", "demo/sunset/source", "records/x"):
            lost(key, age=timedelta(days=9))
        assert service.sweep_storage().objects == ()

    def test_the_job_waits_as_long_as_the_setting_says_and_tells_what_it_did(
        self, db: Any, lost: Callable[..., str]
    ) -> None:
        lost(age=timedelta(hours=23))
        assert "Removed 0 objects" in jobs.sweep("")
        lost(age=timedelta(hours=25))
        assert "Removed 1 objects" in jobs.sweep("")
