"""The fan console at any size, beside stock Flask-AppBuilder and Django's admin on the same tables.

    .venv/bin/pip install -r bench/requirements.txt
    .venv/bin/python -m bench.consoles --rows 10000000 [--json FILE] [--keep]

Makes databases of its own in the PostgreSQL of FANZ_VAR (or DATABASE_URL), fills them, and drops them at the end; with
--keep they stay and are used again. Ours is measured at 10,000 rows too. Every peer runs in a process of its own and is
asked through its test client, so that no network and no server's queue is in the figures.
"""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg2

from bench.machine import describe, percentile, table
from bench.peers import cases
from config import Config
from fanzadmin.runtime.embedded import running_or_started

ROOT = Path(__file__).resolve().parents[1]
FEW = 10_000
CHUNK = 1_000_000
PEERS = ("ours", "stock_fab", "django_admin")
Figures = dict[str, dict[str, Any]]

_PEOPLE = """
    INSERT INTO security.cluster (key, name, currency, created_at)
    VALUES ('velvet', 'Velvet', 'USD', now()), ('ember', 'Ember', 'EUR', now()), ('noir', 'Noir', 'GBP', now());
    INSERT INTO crm.creator (id, cluster, handle, name, subscription_minor, legal_name, email, about, state, state_reason,
                             tier, created_at)
    SELECT uuidv7(), (ARRAY['velvet', 'ember', 'noir'])[1 + i % 3], 'creator' || i, 'Creator ' || i, 999, '', '', '',
           'active', '', 'starter', now() - i * interval '1 minute'
      FROM generate_series(1, %(creators)s) AS i
"""

# Moments, amounts and names are spread by multiplication with primes: no order of theirs is that of the rows.
_FANS = """
    INSERT INTO crm.fan (id, cluster, name, email, country, spent_minor, last_seen, joined_at, created_at)
    SELECT uuidv7(),
           (ARRAY['velvet', 'ember', 'noir'])[1 + i %% 3],
           (ARRAY['Mila', 'Noah', 'Ada', 'Luca', 'Emma', 'Liam', 'Zoe', 'Ben', 'Ida', 'Max', 'Eva', 'Tom', 'Ana', 'Leo', 'Mia', 'Jan',
                  'Lea', 'Tim', 'Amy', 'Sam', 'Joy', 'Kai', 'Uma', 'Rob', 'Fay', 'Gus', 'Liv', 'Pia', 'Ray', 'Sue', 'Ted', 'Vic'])[1 + n %% 32]
           || ' ' || initcap(
           (ARRAY['ka', 'mo', 'te', 'li', 'so', 'ra', 'nu', 'pe', 'do', 'vi', 'he', 'ju', 'ba', 'zo', 'gi', 'fa', 'wu', 'ce', 'qa', 'ly'])[1 + n / 32 %% 20]
           || (ARRAY['ra', 'na', 'lo', 'mi', 'ke', 'tu', 'sa', 'po', 'di', 've', 'ho', 'je', 'bi', 'za', 'go', 'fe', 'wi', 'co', 'qu', 'lu'])[1 + n / 640 %% 20]
           || (ARRAY['vell', 'berg', 'ston', 'man', 'ley', 'wood', 'feld', 'son', 'ini', 'ova', 'ski', 'rez', 'dottir', 'mann', 'ton', 'ard', 'eau', 'ides', 'oglu', 'nen'])[1 + n / 12800 %% 20]),
           'fan' || i || '@example.test',
           (ARRAY['US', 'DE', 'FR', 'ES', 'BR', 'GB', 'IT', 'MX', 'PL', 'NL', 'SE', 'PT'])[1 + n / 7 %% 12],
           CASE WHEN n %% 3 = 0 THEN 0 ELSE n %% 90001 END,
           CASE WHEN n %% 4 = 0 THEN NULL ELSE now() - (n * 7 %% 31536000) * interval '1 second' END,
           now() - (n * 11 %% 94608000) * interval '1 second',
           now() - (n * 11 %% 94608000) * interval '1 second'
      FROM (SELECT i, i::bigint * 7919 %% 2147483647 AS n FROM generate_series(%(first)s, %(last)s) AS i) AS numbers
"""


def main() -> None:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--rows", type=int, default=1_000_000)
    options.add_argument("--json", type=Path, help="write the figures here too")
    options.add_argument("--keep", action="store_true", help="leave the databases for the next run")
    options.add_argument("--only", choices=PEERS, nargs="*", default=PEERS)
    arguments = options.parse_args()
    print(f"The fan console at {arguments.rows:,} rows. {describe()}.\n")
    with (
        running_or_started(Config.from_env()) as config,
        filled(config, arguments.rows, keep=arguments.keep) as large,
        filled(config, FEW, keep=arguments.keep) as small,
    ):
        few = figures("ours", small, FEW)  # right before the same at full size: both meet the same machine
        many = {peer: figures(peer, large, arguments.rows) for peer in arguments.only}
    report(few, many)
    if arguments.json:
        arguments.json.write_text(
            json.dumps({"machine": describe(), "rows": arguments.rows, "few": few, **many}, indent=1)
        )


@contextmanager
def filled(config: Config, rows: int, *, keep: bool) -> Iterator[Config]:
    """A database with that many fans, for the time of the block (with `keep`: for good)."""
    name = f"bench_consoles_{rows}"
    server = config.database.url.replace("+psycopg2", "").rpartition("/")[0]
    own = config.connected_to(database=f"{config.database.url.rpartition('/')[0]}/{name}")
    is_new = not _exists(server, name)
    if is_new:
        _sql(f"{server}/postgres", f'CREATE DATABASE "{name}"')
    subprocess.run([sys.executable, "run.py", "migrate"], cwd=ROOT, env=own.environ(), check=True)
    if is_new:
        try:
            fill(f"{server}/{name}", rows, own)
        except BaseException:
            _sql(f"{server}/postgres", f'DROP DATABASE "{name}" WITH (FORCE)')
            raise
    try:
        yield own
    finally:
        if not keep:
            _sql(f"{server}/postgres", f'DROP DATABASE "{name}" WITH (FORCE)')


def fill(url: str, rows: int, config: Config) -> None:
    """Clusters, creators, fans and the staff login that reads them. Indexes are made after the rows: that is faster."""
    began = time.perf_counter()
    indexes = [
        definition
        for (definition,) in _rows(
            url,
            "SELECT indexdef FROM pg_indexes WHERE schemaname = 'crm' AND tablename = 'fan' AND indexname NOT LIKE 'pk_%'",
        )
    ]
    names = [
        name
        for (name,) in _rows(
            url,
            "SELECT indexrelid::regclass::text FROM pg_index WHERE indrelid = 'crm.fan'::regclass AND NOT indisprimary",
        )
    ]
    _sql(url, "ALTER TABLE crm.note SET UNLOGGED; ALTER TABLE crm.fan SET UNLOGGED")
    _sql(url, ";".join(_dropping(url, name) for name in names))
    _sql(url, _PEOPLE.replace("%(creators)s", str(cases.CREATORS)))
    for first in range(1, rows + 1, CHUNK):
        _sql(url, _FANS, first=first, last=min(first + CHUNK - 1, rows))
    for definition in indexes:
        _sql(url, f"SET maintenance_work_mem = '1GB'; {definition}")
    _sql(url, "VACUUM (ANALYZE) crm.fan")
    _sql(url, "VACUUM (ANALYZE) crm.creator")
    subprocess.run([sys.executable, "-c", _SETTLE], cwd=ROOT, env=config.environ(), check=True)
    print(f"{rows:,} fans filled in {time.perf_counter() - began:,.0f} s", file=sys.stderr)


_SETTLE = """
from config import Config
from fanzadmin.app import create_app
from fanzadmin.kernel.db import transaction
app = create_app(Config.from_env(), role="seed")
with app.app_context(), transaction():
    sm = app.extensions["appbuilder"].sm
    sm.sync_roles()
    sm.add_user("bench", "Be", "Nch", "bench@example.test", sm.find_role("CRM"), "bench")
"""


def figures(peer: str, config: Config, rows: int) -> Figures:
    """What one peer measured, in a process of its own."""
    print(f"{peer} at {rows:,}", file=sys.stderr)
    done = subprocess.run(
        [sys.executable, "-m", f"bench.peers.{peer}", config.database.url, str(rows)],
        cwd=ROOT,
        env=config.environ(),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
    )
    figures: Figures = json.loads(done.stdout.splitlines()[-1])
    return figures


def report(few: Figures, many: dict[str, Figures]) -> None:
    """A table of ours at both sizes, and one of each peer beside ours."""
    ours = many.get("ours", {})
    head = ("page", "10,000 rows: p50 ms", "p50 ms", "p95 ms", "times as long", "CPU ms", "statements", "KB")
    print(
        table(
            head,
            (
                (
                    case,
                    _p(few[case], 50),
                    _p(figures, 50),
                    _p(figures, 95),
                    f"{_median(figures) / _median(few[case]):.2f}",
                    figures["cpu_milliseconds"],
                    figures["statements"],
                    round(figures["bytes"] / 1000),
                )
                for case, figures in ours.items()
            ),
        )
    )
    for peer in (name for name in many if name != "ours"):
        rows = [
            (
                case,
                _p(figures, 50),
                _p(figures, 95),
                figures["statements"],
                round(figures["bytes"] / 1000),
                f"{_median(figures) / _median(ours[case]):.1f}" if case in ours else "",
            )
            for case, figures in many[peer].items()
        ]
        print(f"\n{peer}\n\n" + table(("page", "p50 ms", "p95 ms", "statements", "KB", "times ours"), rows))
        slowest = max(many[peer], key=lambda case: _median(many[peer][case]))
        ours_there = f", ours {_p(ours[slowest], 50)} ms" if slowest in ours else ""
        print(f"\nSlowest: {slowest}, {_p(many[peer][slowest], 50)} ms{ours_there}.")


def _median(figure: dict[str, Any]) -> float:
    return percentile(figure["milliseconds"], 50)


def _p(figure: dict[str, Any], percent: float) -> str:
    value = percentile(figure["milliseconds"], percent)
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _exists(server: str, name: str) -> bool:
    return bool(_rows(f"{server}/postgres", "SELECT FROM pg_database WHERE datname = %(name)s", name=name))


def _dropping(url: str, index: str) -> str:
    """How an index goes: by itself, or with the constraint that made it."""
    constraint = _rows(
        url, "SELECT conname FROM pg_constraint WHERE conindid = to_regclass(%(index)s)", index=index
    )
    return (
        f'ALTER TABLE crm.fan DROP CONSTRAINT "{constraint[0][0]}"' if constraint else f"DROP INDEX {index}"
    )


def _rows(url: str, sql: str, **parameters: object) -> list[tuple[Any, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(sql, parameters or None)
        return cursor.fetchall()


def _sql(url: str, sql: str, **parameters: object) -> None:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql, parameters or None)


if __name__ == "__main__":
    main()
