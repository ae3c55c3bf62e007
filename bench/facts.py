"""End-to-end time of a fact: committed in one system → its effect committed in another, beside raw JetStream.

    .venv/bin/python -m bench.facts [--rates 100 300 1000] [--seconds 10] [--stages]

As in production: a producer that commits a row and its fact in one transaction at a steady rate (open loop), the
`events` role with relay and consumers, and the servers with `sync_interval: always`. The clock runs from just before
COMMIT is sent, so the producer's own wait for the disk counts, until the listener's row is committed. The run fails
unless every row has its effect and none failed: a second one would break the primary key. The raw figure is the same number of messages of the same size through the same
JetStream, published one by one with an acknowledgement each. CPU is that of the `events` role alone.
"""

import argparse
import asyncio
import contextlib
import json
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Set
from pathlib import Path
from typing import Any

import nats
from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy
from sqlalchemy import Connection, text

from bench.machine import cpu_seconds, describe, percentile, table
from bench.sample import measured
from config import Config

ROOT = Path(__file__).parents[1]
Row = tuple[object, ...]
PRODUCERS = 4  # threads that commit
_TABLES = [
    f"CREATE TABLE IF NOT EXISTS kernel.{name} (thing_id text PRIMARY KEY)"
    for name in ("bench_cause", "bench_effect")
]
_FAILED = text(
    "SELECT count(*) FROM kernel.inbox WHERE consumer = 'bench' AND (state <> 'done' OR attempts > 1)"
)
_CAUSE = text("INSERT INTO kernel.bench_cause (thing_id) VALUES (:thing_id)")


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rates", type=int, nargs="+", default=[100, 300, 1000])
    options.add_argument("--seconds", type=int, default=10)
    options.add_argument("--stages", action="store_true", help="also print where the time goes")
    options.add_argument("--events", type=Path, help=argparse.SUPPRESS)
    arguments = options.parse_args()
    if arguments.events:
        play_events(arguments.events)
        return
    print(f"Facts end to end. {describe()}.\n")
    with tempfile.TemporaryDirectory(prefix="fanz-bench-") as folder:
        rows, splits = measure(Path(folder), arguments.rates, arguments.seconds)
    head = (
        "rate/s",
        "path",
        "facts",
        "p50 ms",
        "p95 ms",
        "p99 ms",
        "max ms",
        "p99 ÷ raw p99",
        "CPU s / 1,000",
    )
    print(table(head, rows))
    if arguments.stages:
        print("\nMilliseconds since the stage before:\n")
        print(table(("rate/s", "until", "p50 ms", "p95 ms", "p99 ms"), splits))


def measure(folder: Path, rates: list[int], seconds: int) -> tuple[list[Row], list[Row]]:
    """The rows of the table, and those of the stages."""
    from fanzadmin.runtime.embedded import Embedded

    config = Config.from_env({"FANZ_VAR": str(folder)})
    stack = Embedded(config)
    filled = stack.start()
    rows: list[Row] = []
    splits: list[Row] = []
    try:
        for rate in rates:
            raw = asyncio.run(raw_jetstream(filled.nats.url, rate, seconds))
            ours, cpu, stages = fanz(filled, rate, seconds, folder)
            splits += [(rate, *stage) for stage in stages]
            for path, times, cost in (
                ("raw JetStream", raw, ""),
                ("fact → effect", ours, f"{1000 * cpu / len(ours):.1f}"),
            ):
                figures = [percentile(times, p) for p in (50, 95, 99, 100)]
                ratio = figures[2] / percentile(raw, 99)
                rows.append((rate, path, len(times), *(f"{v:.1f}" for v in figures), f"{ratio:.1f}", cost))
    finally:
        stack.stop()
    return rows, splits


def fanz(config: Config, rate: int, seconds: int, folder: Path) -> tuple[list[float], float, list[Row]]:
    """Milliseconds from commit to committed effect for each fact, the CPU seconds of the `events` role, and the
    split of the time into stages."""
    from bench.stages import split
    from fanzadmin.kernel import db
    from fanzadmin.kernel.bus import record
    from fanzadmin.migrations.migrate import upgrade
    from run import load

    app = load(config, "bench")
    upgrade(app)
    with db.engine().begin() as connection:
        for statement in _TABLES:
            connection.execute(text(statement))
    command = [sys.executable, "-m", "bench.facts", "--events", str(folder)]
    events = subprocess.Popen(command, cwd=ROOT, env=config.environ(), stdout=subprocess.PIPE, text=True)
    assert events.stdout is not None
    assert events.stdout.readline().strip() == "ready"
    began: dict[str, float] = {}
    committed: dict[str, float] = {}

    def commit(name: str) -> None:
        with app.app_context(), db.transaction() as session:
            session.execute(_CAUSE, {"thing_id": name})
            record(measured()(cluster="bench", thing_id=name, note="x" * 200))
            session.flush()
            began[name] = time.time()
        committed[name] = time.time()

    commit(f"{rate}-warm-up")
    time.sleep(2)
    began.clear()
    spent = cpu_seconds(events.pid)
    offer(commit, rate, seconds)
    time.sleep(1)
    spent = cpu_seconds(events.pid) - spent
    time.sleep(2)
    events.terminate()
    events.wait()
    noted = [json.loads((folder / f"{part}.json").read_text()) for part in ("relay", "consumer")]
    moments = {"committed": committed, **noted[0], **noted[1]}
    effects = moments["effect"]
    with db.engine().connect() as connection:
        check(connection, began.keys(), effects.keys())
    return [(effects[key] - at) * 1000 for key, at in began.items()], spent, split(moments, began)


def check(connection: Connection, published: Set[str], noted: Set[str]) -> None:
    """Raises SystemExit unless each fact of `published` was `noted`, has its row, and went well at once."""
    rows = {name for (name,) in connection.execute(text("SELECT thing_id FROM kernel.bench_effect"))}
    failed = connection.execute(_FAILED).scalar()
    missing = published - (noted & rows)
    if missing or failed:
        raise SystemExit(f"{len(missing)} facts had no effect, {failed} failed at least once")


def offer(commit: Callable[[str], None], rate: int, seconds: int) -> None:
    """Call `commit(name)` at a steady rate from a few threads, never waiting for the effect."""

    def run_lane(lane: int) -> None:
        began, count = time.perf_counter(), 0
        while count * PRODUCERS < rate * seconds:
            due = began + count * PRODUCERS / rate
            time.sleep(max(0, due - time.perf_counter()))
            commit(f"{rate}-{lane}-{count}")
            count += 1

    lanes = [threading.Thread(target=run_lane, args=(lane,)) for lane in range(PRODUCERS)]
    for lane in lanes:
        lane.start()
    for lane in lanes:
        lane.join()


def play_events(folder: Path) -> None:
    """The `events` role with one more listener, which notes when its effect is committed."""
    import bench.listener
    from bench import stages
    from fanzadmin.kernel.bus.runner import run_events
    from run import load

    config = Config.from_env()
    stages.watch(folder)
    with load(config, "events").app_context():
        print("ready", flush=True)
        run_events(config.nats.url)
    moments = {
        "received": stages.received,
        "claimed": bench.listener.claimed,
        "effect": bench.listener.effects,
    }
    (folder / "consumer.json").write_text(json.dumps(moments))


async def raw_jetstream(url: str, rate: int, seconds: int) -> list[float]:
    """Milliseconds from publish to receipt, without PostgreSQL and without our code."""
    client = await nats.connect(url)
    stream = client.jetstream(timeout=60)
    with contextlib.suppress(nats.js.errors.NotFoundError):
        await stream.delete_stream("RAW")
    await stream.add_stream(name="RAW", subjects=["raw.>"])
    sent: dict[int, float] = {}
    times: list[float] = []

    async def receive(message: Any) -> None:
        times.append((time.perf_counter() - sent[int(message.data[:8])]) * 1000)
        await message.ack()

    await client.subscribe("raw_deliver", cb=receive)
    config = ConsumerConfig(
        durable_name="raw",
        deliver_subject="raw_deliver",
        ack_policy=AckPolicy.EXPLICIT,
        deliver_policy=DeliverPolicy.ALL,
        max_ack_pending=5000,
    )
    await stream.add_consumer("RAW", config)
    began, pending = time.perf_counter(), set()
    for number in range(rate * seconds):
        await asyncio.sleep(max(0, began + number / rate - time.perf_counter()))
        sent[number] = time.perf_counter()
        task = asyncio.create_task(stream.publish("raw.thing", f"{number:08d}".encode() + b"x" * 700))
        pending.add(task)
        task.add_done_callback(pending.discard)
    await asyncio.gather(*pending)
    await asyncio.sleep(1)
    await client.close()
    return times


if __name__ == "__main__":
    main()
