"""Makers for ChatSphere's tests."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.town import Hints, Town, in_town, listening


@pytest.fixture
def town(db: Any) -> Iterator[Town]:
    with in_town(db) as made:
        yield made


@pytest.fixture
def hints() -> Iterator[Hints]:
    with listening() as heard:
        yield heard
