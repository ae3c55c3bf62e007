"""Makers for FanzShield's tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from fanzadmin.shield.service.decoding import Caps
from fanzadmin.shield.service.inspection import Finding, inspect_file
from fanzadmin.shield.service.reasons import Reason

Inspect = Callable[..., Finding]


@pytest.fixture(scope="session")
def inspect(tmp_path_factory: pytest.TempPathFactory) -> Inspect:
    """inspect(content, filename=…) → Finding; the clean copy lies beside as `inspect.clean`."""
    folder = tmp_path_factory.mktemp("inspected")

    def run(
        content: bytes,
        *,
        filename: str = "",
        declared_type: str = "",
        caps: Caps | None = None,
        listed: Callable[[str], Reason | None] = lambda _: None,
    ) -> Finding:
        path = folder / "upload"
        path.write_bytes(content)
        return inspect_file(
            path, clean_copy=clean, filename=filename, declared_type=declared_type, caps=caps, listed=listed
        )

    clean: Path = folder / "clean"
    run.clean = clean  # type: ignore[attr-defined]
    return run
