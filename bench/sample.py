"""The fact that `bench.facts` measures."""

from typing import Any

from fanzadmin.kernel.bus import Fact, fact, facts


def measured() -> type[Any]:
    """The fact that is measured; declared once per process."""
    if "bench.thing_done.v1" not in facts:

        @fact("bench.thing_done.v1", subject="thing_id")
        class ThingDone(Fact):
            thing_id: str
            note: str

    return facts["bench.thing_done.v1"]
