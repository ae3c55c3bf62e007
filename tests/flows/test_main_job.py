"""The main job: one upload goes through every system of a real deployment, seen from outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fanzadmin.canary.steps import STEPS
from tests.media import clips
from tests.platforms import Platform

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("faces")]  # beside the others: they pay and are paid


@pytest.fixture
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """Something else than a clip with sound."""
    if request.param == "image":
        return clips.picture(tmp_path / "picture.jpg")
    if request.param == "audio":
        return clips.sound(tmp_path / "sound.mp3")
    return clips.video(tmp_path / "portrait.mp4", size="360x640", seconds=1, sound=False)


class TestCanary:
    def test_every_effect_of_one_upload_is_seen(self, deployment: Platform, clip: Path) -> None:
        flown = deployment.canary(clip)
        lines = [json.loads(line) for line in flown.stdout.splitlines()]
        assert lines[-1]["summary"]["missing"] == {}, deployment.log.read_text()[-4000:]
        assert [line["step"] for line in lines[:-1]] == [step.name for step in STEPS]
        assert flown.returncode == 0

    @pytest.mark.parametrize("file", ["image", "audio", "silent portrait"], indirect=True)
    def test_so_is_it_for_every_kind_of_file(self, deployment: Platform, file: Path) -> None:
        flown = deployment.canary(file)
        assert flown.returncode == 0, flown.stdout

    def test_a_missing_effect_is_named_and_ends_with_one(self, deployment: Platform, clip: Path) -> None:
        flown = deployment.canary(clip, "--fan", "nobody", "--timeout", "5")
        summary = json.loads(flown.stdout.splitlines()[-1])["summary"]
        assert flown.returncode == 1
        assert "sign in" in summary["missing"]
