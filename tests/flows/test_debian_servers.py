"""The main job on servers that the operator brought along: Debian's own PostgreSQL and Redis."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows import debian
from tests.platforms import lived_in

pytestmark = [pytest.mark.slow, pytest.mark.external, pytest.mark.xdist_group("debian")]


class TestDebianServers:
    def test_a_canary_sees_every_effect(self, tmp_path: Path, clip: Path) -> None:
        programs, redis_program = debian.postgres_bin(), debian.redis_server()
        if programs is None or redis_program is None:
            pytest.skip("Debian's postgresql and redis-server are not both installed: apt-get install them.")
        with (
            debian.servers(programs, redis_program) as settings,
            lived_in(tmp_path / "var", **settings) as platform,
        ):
            flown = platform.canary(clip)
            assert not platform.pid("postgres")
            assert not platform.pid("redis")
            assert flown.returncode == 0, flown.stdout
