from __future__ import annotations

from pathlib import Path

import pytest

from tests.media import clips


@pytest.fixture(scope="session")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seconds of picture and sound."""
    return clips.video(tmp_path_factory.mktemp("clip") / "clip.mp4", size="640x360", seconds=2)
