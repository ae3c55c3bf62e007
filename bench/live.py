"""What hints about changed rows cost whoever writes: CPU for each row, with and without the listener.

    .venv/bin/python -m bench.live [--rows 20000]

A process like a worker's changes fans through the ORM, in batches of 1,000 rows as a bulk change does and one row a
transaction as a listener of facts does: without the listener, with it while no viewer has joined, and while one views
the list. The figures are CPU of the writing process alone; each is the least of several turns, because another process only adds.
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from sqlalchemy import event, insert, select

from bench.machine import describe, table
from config import Config

CLUSTER, TURNS = "bench", 5


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, default=20_000)
    rows = options.parse_args().rows
    print(f"Hints about changed rows, {rows:,} rows. {describe()}.\n")
    with tempfile.TemporaryDirectory(prefix="fanz-bench-") as folder:
        print(
            table(
                ("case", "batches of 1,000: µs/row", "one row a transaction: µs"), measure(Path(folder), rows)
            )
        )


def measure(folder: Path, rows: int) -> list[tuple[object, ...]]:
    from fanzadmin.runtime.embedded import Embedded

    stack = Embedded(Config.from_env({"FANZ_VAR": str(folder)}))
    try:
        prepare(stack.start(), rows)
        return compare(rows)
    finally:
        stack.stop()


def prepare(config: Config, rows: int) -> None:
    from fanzadmin.crm.fans.models import Fan
    from fanzadmin.kernel import clock, db
    from fanzadmin.kernel.ids import new_id
    from fanzadmin.migrations.migrate import upgrade
    from run import load
    from security.models import Cluster

    app = load(config, "worker")
    upgrade(app)
    app.app_context().push()
    with db.transaction() as session:
        session.add(Cluster(key=CLUSTER, name="Bench", currency="USD"))
        session.flush()
        values = {"cluster": CLUSTER, "country": "US", "joined_at": clock.now()}
        session.execute(insert(Fan), [{"id": new_id(), "name": f"Fan {at}", **values} for at in range(rows)])


def compare(rows: int) -> list[tuple[object, ...]]:
    from fanzadmin.console.live import changes
    from fanzadmin.kernel.db import UnitOfWork

    cases: dict[str, Callable[[], object]] = {
        "without": lambda: None,
        "no viewer": lambda: event.listen(UnitOfWork, "after_flush", changes._note_rows),
        "one viewer": lambda: changes.renew_rooms(
            [changes.room("crm.fan", changes.ALL_CLUSTERS, blind=False)]
        ),
    }
    event.remove(UnitOfWork, "after_flush", changes._note_rows)
    change(rows, 1000, "warm")
    results = []
    for name, begin in cases.items():
        begin()
        batches = min(change(rows, 1000, f"{name} {turn}") / rows for turn in range(TURNS))
        singles = min(change(1000, 1, f"{name} one {turn}") / 1000 for turn in range(TURNS))
        results.append((name, round(batches * 1e6, 1), round(singles * 1e6)))
    return results


def change(rows: int, batch: int, name: str) -> float:
    """Rename this many fans. Returns the seconds of CPU that it took here."""
    from fanzadmin.crm.fans.models import Fan
    from fanzadmin.kernel import db

    with db.transaction() as session:
        keys = list(session.execute(select(Fan.id).order_by(Fan.id).limit(rows)).scalars())
    began = time.process_time()
    for start in range(0, rows, batch):
        with db.transaction() as session:
            for fan in session.execute(select(Fan).where(Fan.id.in_(keys[start : start + batch]))).scalars():
                fan.name = name
    return time.process_time() - began


if __name__ == "__main__":
    main()
