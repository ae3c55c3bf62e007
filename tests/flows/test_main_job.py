"""The main job: one upload goes through every system of a real deployment, seen from outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fanzadmin.canary.steps import STEPS
from tests.platforms import Platform

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("deployment")]


class TestCanary:
    def test_every_effect_of_one_upload_is_seen(self, deployment: Platform, clip: Path) -> None:
        flown = deployment.canary(clip)
        lines = [json.loads(line) for line in flown.stdout.splitlines()]
        assert lines[-1]["summary"]["missing"] == {}, deployment.log.read_text()[-4000:]
        assert [line["step"] for line in lines[:-1]] == [step.name for step in STEPS]
        assert flown.returncode == 0

    def test_a_missing_effect_is_named_and_ends_with_one(self, deployment: Platform, clip: Path) -> None:
        flown = deployment.canary(clip, "--fan", "nobody", "--timeout", "5")
        summary = json.loads(flown.stdout.splitlines()[-1])["summary"]
        assert flown.returncode == 1
        assert "sign in" in summary["missing"]
