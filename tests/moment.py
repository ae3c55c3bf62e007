"""The moment at which every test takes place, whatever day it is outside.

The tests' own thread has a clock that stands still at it. Marked `running_clock`, a test has one that runs on from it;
so do other threads, and every process that a test starts with the variables of `environ`.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from fanzadmin.kernel import clock

MOMENT = datetime(2026, 11, 18, 10, tzinfo=UTC)
_CLOCK, _MARKER = "FANZ_CLOCK", "FANZ_TESTING"


def begin() -> None:
    """Set this process's clock. The first process of a run says when the run began; the others follow it."""
    given = [datetime.fromisoformat(moment) for moment in os.environ.get(_CLOCK, "").split("/") if moment]
    moments = clock.start_at(*(given or (MOMENT,)))
    os.environ[_CLOCK], os.environ[_MARKER] = "/".join(moment.isoformat() for moment in moments), "1"


def environ() -> dict[str, str]:
    """The variables that give a child process the tests' running clock."""
    return {name: os.environ[name] for name in (_CLOCK, _MARKER) if name in os.environ}
