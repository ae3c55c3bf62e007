"""A bulk change of many rows, with history and undo, while the web answers.

    .venv/bin/python -m bench.bulk [--rows 100000] [--profile]

A CRM member adds a tag to all fans of a cluster: the console's own path (order, frozen rows, batches through the
service's verb, an audit entry and a before/after per row), carried by the job as in production. Meanwhile one client
asks the `web` role for the fan list again and again. The run fails unless every row has the tag, its audit entry and
its row of the batch, once; then the change is taken back by the undo, measured likewise.
"""

import argparse
import cProfile
import multiprocessing
import os
import pstats
import resource
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select

from bench.machine import cpu_seconds, describe, percentile, table
from config import Config

ROOT = Path(__file__).parents[1]
CLUSTER, TAG, PORT = "bench", "spring", 8791


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--profile", action="store_true", help="say where the time of the change goes")
    arguments = options.parse_args()
    print(f"Bulk change of {arguments.rows:,} rows. {describe()}.\n")
    with tempfile.TemporaryDirectory(prefix="fanz-bench-") as folder:
        rows = measure(Path(folder), arguments.rows, profiled=arguments.profile)
    head = (
        "step",
        "rows",
        "s",
        "rows/s",
        "CPU s job",
        "CPU s database",
        "list p50 ms",
        "p95 ms",
        "max ms",
        "pages",
    )
    print(table(head, rows))


def measure(folder: Path, count: int, *, profiled: bool) -> list[tuple[object, ...]]:
    from fanzadmin.runtime.embedded import Embedded

    stack = Embedded(Config.from_env({"FANZ_VAR": str(folder), "PORT": str(PORT), "WEB_CONCURRENCY": "1"}))
    config = stack.start()
    web = None
    try:
        user_id, token = prepare(config, count)
        web = subprocess.Popen([sys.executable, "run.py", "web"], cwd=ROOT, env=config.environ())
        wait_for(f"{config.web.base_url}/readyz")
        return run(config, count, user_id, token, profiled=profiled)
    finally:
        if web is not None:
            web.terminate()
            web.wait(30)
        stack.stop()


def prepare(config: Config, count: int) -> tuple[int, str]:
    """The tables, a member of the CRM team with a token, and the fans."""
    from flask_appbuilder.security.sqla.models import Role, User
    from flask_jwt_extended import create_access_token

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
        role = session.execute(select(Role).where(Role.name == "CRM")).scalar_one()
        user = User(
            first_name="Cora",
            last_name="Bench",
            username="cora",
            email="c@example.test",
            active=True,
            roles=[role],
        )
        session.add_all([user, Cluster(key=CLUSTER, name="Bench", currency="USD")])
        session.flush()
        for start in range(0, count, 10_000):
            rows = [
                {
                    "id": new_id(),
                    "cluster": CLUSTER,
                    "name": f"Fan {at}",
                    "country": "US",
                    "joined_at": clock.now(),
                }
                for at in range(start, min(start + 10_000, count))
            ]
            session.execute(insert(Fan), rows)
        return int(user.id), create_access_token(identity=str(user.id))


def run(config: Config, count: int, user_id: int, token: str, *, profiled: bool) -> list[tuple[object, ...]]:
    from fanzadmin.console import batches
    from fanzadmin.console.batches import Batch
    from fanzadmin.console.editing import bulk_rows
    from fanzadmin.crm.fans.models import Fan
    from fanzadmin.kernel import db
    from security.models import AuditEntry

    rows = [("web alone", "", "", "", "", "", *figures(config, token, lambda: time.sleep(8)))]
    changes = {"tags": [bulk_rows.ADD, [TAG]]}
    change, *spent = timed(config, token, lambda: order(user_id, changes), profiled=profiled)
    rows.append(line("change", count, *spent))
    with db.transaction() as session:
        tagged = session.execute(select(func.count()).where(Fan.tags == [TAG])).scalar_one()
        entries = session.execute(select(func.count()).where(AuditEntry.table_name == "crm.fan")).scalar_one()
        batch = session.get_one(Batch, change)
        if not tagged == entries == batch.done == count:
            raise SystemExit(f"{tagged} tagged, {entries} audit entries, {batch.done} done: expected {count}")
    back, *spent = timed(config, token, lambda: order_undo(user_id, change))
    rows.append(line("undo", count, *spent))
    with db.transaction() as session:
        left = session.execute(select(func.count()).where(Fan.tags == [TAG])).scalar_one()
        if left or batches.outcomes(session.get_one(Batch, back)) != {"done": count}:
            raise SystemExit(f"{left} rows were not taken back")
    return rows


def line(step: str, count: int, *spent: Any) -> tuple[str, ...]:
    seconds, job, database, pages = spent
    return (
        step, f"{count:,}", f"{seconds:.1f}", f"{count / seconds:,.0f}", f"{job:.1f}", f"{database:.1f}", *pages,
    )  # fmt: skip


def order(user_id: int, changes: dict[str, Any]) -> tuple[str, str]:
    """Order the change as the console does. Returns the ids of batch and task."""
    from fanzadmin.console import batches
    from fanzadmin.console.editing import bulk_rows
    from fanzadmin.console.registry import consoles
    from fanzadmin.kernel import db
    from security.identity import as_person

    with db.transaction(), as_person(user_id):
        console: Any = consoles["CrmFanConsole"]
        batch = batches.create("bulk", console, title="Bench", options={"changes": changes})
        bulk_rows.freeze(batch, console.matching({}))
        batches.dispatch(batch)
        return batch.id, str(batch.task_id)


def order_undo(user_id: int, change: str) -> tuple[str, str]:
    from fanzadmin.console import batches
    from fanzadmin.console.batches import Batch
    from fanzadmin.console.editing import bulk_rows
    from fanzadmin.console.registry import consoles
    from fanzadmin.kernel import db
    from security.identity import as_person

    with db.transaction() as session, as_person(user_id):
        back = batches.create("undo", consoles["CrmFanConsole"], title="Undo")
        bulk_rows.freeze_undo(back, session.get_one(Batch, change))
        batches.dispatch(back)
        return back.id, str(back.task_id)


def timed(
    config: Config, token: str, ordered: Any, *, profiled: bool = False
) -> tuple[str, float, float, float, tuple[str, ...]]:
    """Start a batch and perform it in a fork as the worker does; the freezing is included. Returns the batch's id, seconds,
    CPU seconds of the fork and of the database (the web's questions included), and the pages."""
    took, result = [], []
    lock = next((config.runtime.var / "postgres").rglob("postmaster.pid"))
    database = int(lock.read_text().split()[0])
    server, own = cpu_seconds(database), _children()
    fork = multiprocessing.get_context("fork")
    tasks = fork.SimpleQueue()
    worker = fork.Process(target=_carry_out, args=(tasks, profiled))
    worker.start()  # before there is a thread: it waits for the task

    def perform() -> None:
        began = time.perf_counter()
        batch_id, task_id = ordered()
        tasks.put(task_id)
        worker.join()
        took.append(time.perf_counter() - began)
        result.append(batch_id)

    pages = figures(config, token, perform)
    return result[0], took[0], _children() - own, cpu_seconds(database) - server, pages


def _carry_out(tasks: Any, profiled: bool) -> None:
    from fanzadmin.kernel.db import engine
    from fanzadmin.kernel.queue.worker import POLITE, run_task

    task_id = tasks.get()
    engine().dispose(close=False)
    os.nice(POLITE)
    profile = cProfile.Profile()
    if profiled:
        profile.enable()
    run_task(task_id)
    profile.disable()
    if profiled:
        pstats.Stats(profile).sort_stats("tottime").print_stats(25)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def figures(config: Config, token: str, perform: Any) -> tuple[str, ...]:
    """How the fan list answers while `work` runs: p50, p95, max in ms, and how many were asked for."""
    times: list[float] = []
    ended = threading.Event()

    def ask() -> None:
        address = f"{config.web.base_url}/crmfanconsole/list/"
        request = urllib.request.Request(address, headers={"Authorization": f"Bearer {token}"})
        while not ended.is_set():
            began = time.perf_counter()
            with urllib.request.urlopen(request) as answer:
                answer.read()
            times.append((time.perf_counter() - began) * 1000)
            time.sleep(0.1)

    client = threading.Thread(target=ask)
    client.start()
    try:
        perform()
    finally:
        ended.set()
        client.join()
    return (*(f"{percentile(times, p):.0f}" for p in (50, 95, 100)), str(len(times)))


def wait_for(address: str) -> None:
    for _ in range(120):
        try:
            urllib.request.urlopen(address).close()
            return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.5)
    raise SystemExit("the web role does not answer")


if __name__ == "__main__":
    main()
