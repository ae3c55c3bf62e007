"""Where the time of a fact goes, for `bench.facts --stages`: moments noted around the relay and the consumer."""

import json
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench.machine import percentile
from fanzadmin.kernel.bus import runner
from fanzadmin.kernel.bus.facts import Envelope
from fanzadmin.kernel.bus.inbox import Outcome
from fanzadmin.kernel.bus.relay import Outlet

STAGES = ("committed", "seen", "stored", "received", "claimed", "effect")
Moments = dict[str, float]  # by the subject of the fact

seen: Moments = {}
stored: Moments = {}
received: Moments = {}
_receive = runner.receive


class NotingOutlet(Outlet):
    """The relay's outlet, which notes what it takes and settles, and writes it down at its end."""

    folder: Path

    def take(self) -> list[Envelope]:
        return _note(seen, super().take())

    def settle(self, carried: Sequence[Envelope]) -> None:
        super().settle(_note(stored, list(carried)))

    def close(self) -> None:
        super().close()
        (self.folder / "relay.json").write_text(json.dumps({"seen": seen, "stored": stored}))


def watch(folder: Path) -> None:
    """Note the stages in this process and in the relay that it forks."""

    def receive(consumer: str, envelopes: Sequence[Envelope]) -> list[Outcome]:
        _note(received, list(envelopes))
        return _receive(consumer, envelopes)

    NotingOutlet.folder = folder
    vars(runner).update(Outlet=NotingOutlet, receive=receive)


def split(moments: Mapping[str, Moments], began: Moments) -> list[tuple[object, ...]]:
    """For each stage, milliseconds since the one before it: p50, p95, p99."""
    rows: list[tuple[object, ...]] = []
    before = began
    for stage in STAGES:
        times = [(at - before[key]) * 1000 for key, at in moments[stage].items() if key in began]
        rows.append((stage, *(f"{percentile(times, p):.1f}" for p in (50, 95, 99))))
        before = moments[stage]
    return rows


def _note(moments: Moments, envelopes: list[Envelope]) -> list[Envelope]:
    now = time.time()
    for envelope in envelopes:
        moments.setdefault(envelope.subject, now)
    return envelopes
