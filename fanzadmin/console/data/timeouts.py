"""Statements that may take so long and no longer: what only helps must never hold up a page."""

import logging
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from fanzadmin.kernel.db import session

log = logging.getLogger(__name__)

Answer = TypeVar("Answer")


def within(milliseconds: int, ask: Callable[[], Answer], *, about: str) -> Answer | None:
    """What `ask` answers, each of its statements within so many milliseconds; None when one took longer. The log then
    names what it was `about`."""
    try:
        with session.begin_nested():
            session.execute(text(f"SET LOCAL statement_timeout = {int(milliseconds)}"))
            return ask()
    except OperationalError as slow:
        log.info("%s left out: %s", about, slow.orig)
        return None
    finally:
        session.execute(text("SET LOCAL statement_timeout = DEFAULT"))
