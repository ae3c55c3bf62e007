"""Statements that may take so long and no longer: what only helps must never hold up a page."""

import logging
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from fanzadmin.kernel.db import session

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


def with_statement_timeout(milliseconds: int, query: Callable[[], Answer], *, subject: str) -> Answer | None:
    """What `query` answers, each of its statements within so many milliseconds; None when one took longer. The log then
    names the `subject`."""
    try:
        with session.begin_nested():
            session.execute(text(f"SET LOCAL statement_timeout = {int(milliseconds)}"))
            return query()
    except OperationalError as error:
        log.info("%s left out: %s", subject, error.orig)
        return None
    finally:
        session.execute(text("SET LOCAL statement_timeout = DEFAULT"))
