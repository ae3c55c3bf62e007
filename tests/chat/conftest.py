"""Makers for ChatSphere's tests."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from tests.chat.makers import Pair
from tests.town import Hints, Town, in_town, listening


@pytest.fixture
def town(db: Any) -> Iterator[Town]:
    with in_town(Town(db)) as result:
        yield result


@pytest.fixture
def pair(town: Town) -> Pair:
    return Pair(town)


@pytest.fixture
def hints() -> Iterator[Hints]:
    with listening() as heard:
        yield heard


@pytest.fixture
def count_statements(db: Any) -> Callable[[], AbstractContextManager[list[str]]]:
    """`with count_statements() as said:` collects the SQL statements of the block."""

    @contextmanager
    def collecting() -> Iterator[list[str]]:
        db.flush()
        texts: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            texts.append(statement)

        connection = db.connection()
        event.listen(connection, "before_cursor_execute", note)
        try:
            yield texts
        finally:
            event.remove(connection, "before_cursor_execute", note)

    return collecting
