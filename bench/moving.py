"""Export of many rows at flat memory, and import of many rows with its dry run.

    .venv/bin/python -m bench.moving [--rows 1000000] [--import-rows 100000] [--profile]

A CRM member exports all fans by the console's own job, in each kind of file, first of a small table, then of the large
one: each in a process of its own, whose peak memory is printed. Then a file that changes one column of `--import-rows`
fans is uploaded, compared row by row (the dry run, in which every row is tried against the service's verb), and written
with an audit entry each. The run fails unless the files hold every row and every fan holds what its file said.
"""

import argparse
import cProfile
import csv
import io
import json
import pstats
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from sqlalchemy import func, select, text

from bench.machine import cpu_seconds, describe, table
from config import Config

ROOT = Path(__file__).parents[1]
CLUSTER, SMALL = "bench", 10_000
COLUMNS = ["id", "name", "country", "tags", "spent_minor", "last_seen", "joined_at", "brand.name"]
KINDS = ("csv", "jsonl", "xlsx")

FILL = text(
    """
    INSERT INTO crm.fan (id, cluster, name, email, country, spent_minor, tags, last_seen, joined_at, created_at)
    SELECT gen_random_uuid(), 'bench', 'Fan ' || n, 'fan' || n || '@example.test', 'US', n % 100000,
           ARRAY['night owl', 'vip'], now() - n * interval '1 minute', now() - n * interval '1 hour', now()
      FROM generate_series(:first, :last) n
    """
)


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, default=1_000_000, help="of the exports; 0 leaves them out")
    options.add_argument("--import-rows", type=int, default=100_000, help="0 leaves the import out")
    options.add_argument("--profile", action="store_true", help="say where the time goes")
    options.add_argument("--step", nargs="+", help=argparse.SUPPRESS)
    arguments = options.parse_args()
    if arguments.step:
        print(json.dumps(STEPS[arguments.step[0]](*arguments.step[1:])))
        return
    print(f"Export of {arguments.rows:,} rows, import of {arguments.import_rows:,}. {describe()}.\n")
    with tempfile.TemporaryDirectory(prefix="fanz-bench-") as folder:
        rows = measure(Path(folder), arguments)
    head = (
        "step",
        "rows",
        "s",
        "rows/s",
        "CPU s",
        "CPU s database",
        "file MB",
        "peak MB",
        "over its start MB",
    )
    print(table(head, rows))


def measure(folder: Path, arguments: argparse.Namespace) -> list[tuple[object, ...]]:
    from fanzadmin.runtime.embedded import Embedded

    stack = Embedded(Config.from_env({"FANZ_VAR": str(folder)}))
    config = stack.start()
    try:
        user_id = prepare(config)
        rows = []
        for count in sorted({min(SMALL, arguments.rows), arguments.rows} - {0}):
            fill(count)
            profiled = int(arguments.profile and count == arguments.rows)
            rows += [
                shown(f"export, {kind}", step(config, "export", user_id, kind, count, profiled))
                for kind in KINDS
            ]
        if not arguments.import_rows:
            return rows
        path = folder / "fans.csv"
        fill(arguments.import_rows)
        count = write_file(path, arguments.import_rows)
        results = step(config, "import", user_id, path, count, int(arguments.profile))
        rows += [shown(f"import, {name}", figures) for name, figures in results.items()]
        check(count)
        return rows
    finally:
        stack.stop()


def prepare(config: Config) -> int:
    """The tables and a member of the CRM team."""
    from flask_appbuilder.security.sqla.models import Role, User

    from fanzadmin.kernel import db
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
        return int(user.id)


def fill(count: int) -> None:
    """Fans, up to `count` of them."""
    from fanzadmin.crm.fans.models import Fan
    from fanzadmin.kernel import db

    with db.transaction() as session:
        there = session.execute(select(func.count()).select_from(Fan)).scalar_one()
        session.execute(FILL, {"first": there + 1, "last": count})
    with db.engine().connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("VACUUM ANALYZE crm.fan"))


def write_file(path: Path, count: int) -> int:
    """A file as an editor sends it back who set the country of `count` fans. Returns how many are in it."""
    from fanzadmin.crm.fans.models import Fan
    from fanzadmin.kernel import db

    with db.transaction() as session, path.open("w", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(["Id", "Name", "Country", "Tags"])
        rows = session.execute(select(Fan.id, Fan.name).limit(count)).all()
        lines.writerows([key, name, "FR", "night owl, vip"] for key, name in rows)
    return len(rows)


def check(count: int) -> None:
    from fanzadmin.crm.fans.models import Fan
    from fanzadmin.kernel import db
    from security.models import AuditEntry

    with db.transaction() as session:
        written = session.execute(select(func.count()).where(Fan.country == "FR")).scalar_one()
        of_fans = (AuditEntry.table_name == "crm.fan", AuditEntry.action == "update")
        audited = session.execute(select(func.count()).where(*of_fans)).scalar_one()
    if not written == audited == count:
        raise SystemExit(f"{written} fans changed, {audited} audit entries: expected {count}")


def step(config: Config, *words: object) -> Any:
    """A step in a process of its own, as a worker's fork is one."""
    command = [sys.executable, "-m", "bench.moving", "--step", *(str(word) for word in words)]
    done = subprocess.run(
        command, cwd=ROOT, env=config.environ(), stdout=subprocess.PIPE, text=True, check=True
    )
    *output, figures = done.stdout.splitlines()
    print("\n".join(output), end="\n" if output else "")
    return json.loads(figures)


def shown(name: str, figures: dict[str, Any]) -> tuple[object, ...]:
    count, seconds = figures["rows"], figures["seconds"]
    return (
        name,
        f"{count:,}",
        f"{seconds:.1f}",
        f"{count / seconds:,.0f}",
        f"{figures['cpu']:.1f}",
        f"{figures['database']:.1f}",
        f"{figures['bytes'] / 1e6:.1f}",
        f"{figures['peak']:.0f}",
        f"{figures['peak'] - figures['start']:.0f}",
    )


def export(user_id: str, kind: str, count: str, profiled: str) -> dict[str, Any]:
    """Order an export as its page does, and let the job write it."""
    started()
    from fanzadmin.console import batches
    from fanzadmin.console.batches import Batch
    from fanzadmin.console.registry import consoles
    from fanzadmin.kernel import db
    from fanzadmin.kernel.storage import get_storage
    from security.identity import as_person

    with db.transaction(), as_person(int(user_id)):
        options = {"kind": kind, "columns": COLUMNS, "bom": False, "name": f"fans.{kind}"}
        batch = batches.create("export", consoles["CrmFanConsole"], title="Bench", options=options)
        batches.dispatch(batch)
        batch_id, task_id = batch.id, str(batch.task_id)
    figures = timed(lambda: carry_out(task_id), profiled=profiled == "1")
    with db.transaction() as session:
        batch = session.get_one(Batch, batch_id)
        if batch.done != int(count):
            raise SystemExit(f"{batch.done} rows in the file: expected {count}")
        size = get_storage().head(batch.options["file"]).size
    return {**figures, "rows": int(count), "bytes": size}


def bring_in(user_id: str, path: str, count: str, profiled: str) -> dict[str, Any]:
    """Upload a file, compare it and write it, each as its page does."""
    started()
    from werkzeug.datastructures import FileStorage

    from fanzadmin.console import batches
    from fanzadmin.console.batches import Batch
    from fanzadmin.console.registry import consoles
    from fanzadmin.console.transfer.import_files import store_upload
    from fanzadmin.kernel import db
    from security.identity import as_person

    content = Path(path).read_bytes()
    with db.transaction(), as_person(int(user_id)):
        order = store_upload(consoles["CrmFanConsole"], FileStorage(io.BytesIO(content), "fans.csv"))
        batch_id, task_id = order.id, order.task_id
    if task_id:  # a file of more than a megabyte is read by the job first
        carry_out(task_id)
    results = {}
    for name, phase in (("dry run", "check"), ("writing", "run")):
        with db.transaction() as session, as_person(int(user_id)):
            order = session.get_one(Batch, batch_id)
            order.options = {**order.options, "phase": phase}
            order.total = int(count)
            batches.dispatch(order)
            task_id = str(order.task_id)
        figures = timed(lambda task_id=task_id: carry_out(task_id), profiled=profiled == "1")
        results[name] = {**figures, "rows": int(count), "bytes": len(content)}
        with db.transaction() as session:
            counts = batches.outcomes(session.get_one(Batch, batch_id))
            expected = {"waiting" if phase == "check" else "done": int(count)}
            if counts != expected:
                raise SystemExit(f"{name}: {counts}, expected {expected}")
    both = {key: results["dry run"][key] + results["writing"][key] for key in ("seconds", "cpu", "database")}
    return {**results, "both": {**results["writing"], **both, "start": results["dry run"]["start"]}}


STEPS: dict[str, Callable[..., dict[str, Any]]] = {"export": export, "import": bring_in}


def started() -> None:
    from run import load

    load(Config.from_env(), "worker").app_context().push()


def carry_out(task_id: str) -> None:
    from fanzadmin.kernel.queue.worker import run_task

    run_task(task_id)


def database() -> int:
    """The process id of the embedded server, whose children the connections' processes are."""
    lock = next((Config.from_env().runtime.var / "postgres").rglob("postmaster.pid"))
    return int(lock.read_text().split()[0])


def timed(perform: Callable[[], None], *, profiled: bool = False) -> dict[str, float]:
    """Seconds, CPU seconds of this process and of the database, and its peak memory in MB beside what it held when it began."""
    profile, server = cProfile.Profile(), database()
    before = cpu_seconds(server)
    start, began = resource.getrusage(resource.RUSAGE_SELF), time.perf_counter()
    if profiled:
        profile.enable()
    perform()
    profile.disable()
    seconds, end = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_SELF)
    if profiled:
        pstats.Stats(profile).sort_stats("tottime").print_stats(30)
        pstats.Stats(profile).sort_stats("cumtime").print_stats("fanzadmin|security", 40)
    cpu = end.ru_utime + end.ru_stime - start.ru_utime - start.ru_stime
    spent = cpu_seconds(server) - before
    return {
        "seconds": seconds,
        "cpu": cpu,
        "database": spent,
        "peak": end.ru_maxrss / 1024,
        "start": start.ru_maxrss / 1024,
    }


if __name__ == "__main__":
    main()
