"""Makers for FanzSocial's tests."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.chat.conftest import count_statements
from tests.social.makers import Stage
from tests.town import Town, in_town

__all__ = ["count_statements"]


@pytest.fixture
def town(db: Any) -> Iterator[Town]:
    with in_town(Town(db)) as result:
        yield result


@pytest.fixture
def stage(town: Town) -> Stage:
    return Stage(town)
