"""Each process of a platform is killed without warning while an upload is under way. Once it is back the work is
done, and done once: nothing lost, nothing doubled."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.faults.client import Program
from tests.faults.witness import Witness
from tests.media import clips
from tests.platforms import OwnPlatform

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("kills"), pytest.mark.timeout(900)]

SCAN, ENCODE = "shield.scan", "media.encode"
UNDER_WAY = {
    "events": None,
    "worker-default": SCAN,
    "worker-media": ENCODE,
    "scheduler": None,
    "postgres": ENCODE,
    "redis": SCAN,
    "nats": None,
}  # each with the task that must have begun before the kill


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clips.video(tmp_path_factory.mktemp("clip") / "clip.mp4", size="640x360", seconds=3)


@pytest.fixture(scope="module")
def platform(expendable: Callable[[], OwnPlatform]) -> OwnPlatform:
    return expendable()


@pytest.fixture(scope="module")
def witness(platform: OwnPlatform) -> Witness:
    import fanzadmin.app  # noqa: F401  knows every listener

    return Witness(platform)


@pytest.fixture(scope="module")
def mia(platform: OwnPlatform) -> Program:
    return Program(platform)


@pytest.fixture
def kill(platform: OwnPlatform) -> Callable[[str], None]:
    return lambda role: os.kill(platform.pid(role), signal.SIGKILL)


class TestKill:
    @pytest.mark.parametrize("role", UNDER_WAY)
    def test_work_under_way_is_done_once(
        self, role: str, kill: Callable[[str], None], mia: Program, witness: Witness, clip: Path
    ) -> None:
        asset_id = mia.upload(clip)
        if task := UNDER_WAY[role]:
            witness.wait_for_task(task, asset_id)
        kill(role)
        witness.wait_until_published(asset_id)
        assert witness.effects(asset_id) == witness.each_once()
        if role == "worker-media":
            assert witness.attempts(ENCODE, asset_id) == 2, "the kill came too late"

    def test_an_upload_that_the_web_role_drops_halfway_is_taken_once(
        self, kill: Callable[[str], None], mia: Program, witness: Witness, clip: Path
    ) -> None:
        before = witness.scalar("SELECT count(*) FROM media.asset")
        asset_id = mia.upload(clip, halfway=lambda: kill("web"))
        witness.wait_until_published(asset_id)
        assert witness.effects(asset_id) == witness.each_once()
        assert witness.scalar("SELECT count(*) FROM media.asset") == before + 1


class TestAfterAll:
    """After every kill above."""

    def test_books_facts_tasks_and_files_are_whole(self, witness: Witness) -> None:
        witness.until(lambda: witness.uncarried() == 0, "facts were never carried")
        witness.until(lambda: not witness.unheard(), "facts were never heard")
        witness.until(lambda: not witness.open_tasks(), "tasks never ended")
        witness.sweep()
        assert witness.broken() == {"dead letters": [], "failed tasks": [], "entries": [], "orphans": []}

    def test_a_canary_sees_every_effect(self, platform: OwnPlatform, clip: Path) -> None:
        flown = platform.canary(clip)
        assert flown.returncode == 0, flown.stdout
