#!/usr/bin/env python3
"""FANZ Admin's one command: every role and every operator's task. Imports happen inside the commands, so that
`--help` answers at once and the web role can patch the standard library first."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from config import Config, ConfigError
from fanzadmin.kernel import clock, heartbeat
from fanzadmin.runtime import logs

if TYPE_CHECKING:
    from flask import Flask

PROGRAM = Path(__file__).resolve()


def main(argv: list[str]) -> int:
    # The canary's own options are its own business.
    if argv[:1] == ["canary"]:
        from fanzadmin import canary

        return canary.main(argv[1:])
    arguments = parser().parse_args(argv)
    if arguments.command not in {docs, words, routes}:
        os.umask(0o077)  # what lies in FANZ_VAR is for its owner alone
    try:
        config = Config.from_env()
        if config.runtime.clock:
            moments = clock.start_at(*config.runtime.clock)
            config = replace(config, runtime=replace(config.runtime, clock=moments))
        logs.set_up(config.runtime.log_level)
        if arguments.command in {web, events, worker, scheduler}:
            heartbeat.begin(config.runtime.var / "run")
        return arguments.command(config, arguments) or 0
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def parser() -> argparse.ArgumentParser:
    whole = argparse.ArgumentParser(prog="run.py", description="FANZ Admin. Settings: see README.md.")
    commands = whole.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def add(name: str, command: object, text: str) -> argparse.ArgumentParser:
        parser = commands.add_parser(name, help=text, description=text)
        parser.set_defaults(command=command)
        return parser

    add("up", up, "run everything on this machine, with embedded servers where no address is given")
    web_ = add("web", web, "serve the consoles, portal, boards, APIs and sockets")
    web_.add_argument("--fd", type=int, help="the listener that `up` holds")
    add("events", events, "carry the facts from the outbox to their listeners")
    worker_ = add("worker", worker, "work on jobs")
    worker_.add_argument(
        "queues", nargs="*", default=["media", "ai", "default", "bulk"], help="in order of preference"
    )
    add("scheduler", scheduler, "start the jobs of jobs/schedule.py when their time comes")
    migrate_ = add("migrate", migrate, "bring the tables up to date")
    migrate_.add_argument("--check", action="store_true", help="fail when models and migrations differ")
    migrate_.add_argument("--baseline", action="store_true", help="write the baseline from the models")
    seed_ = add("seed", seed, "fill the database with the demo")
    seed_.add_argument("--scale", type=positive, default=1, help="so many times the usual demo")
    add("canary", None, "carry one upload through every system, as an operator after a deploy")
    backup_ = add("backup", backup, "write database and storage into one archive")
    backup_.add_argument("file", type=Path, help="the .tar to write")
    restore_ = add("restore", restore, "bring back an archive that backup wrote")
    restore_.add_argument("file", type=Path, help="the .tar to read")
    restore_.add_argument("--force", action="store_true", help="replace what is there")
    restore_.add_argument(
        "--manifest", default="", help="the manifest's hash that backup printed, for scripts"
    )
    docs_ = add("docs", docs, "write the references that are generated from the code")
    docs_.add_argument("--check", action="store_true", help="only say which are stale")
    words_ = add("words", words, "collect what the platform says into the catalogues of translation")
    words_.add_argument("--check", action="store_true", help="only say what is missing or does not fit")
    add("routes", routes, "list every address that the web role answers")
    return whole


def positive(text: str) -> int:
    """An argument that counts something. Raises ArgumentTypeError."""
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("use a whole number from 1")
    return int(text)


def load(config: Config, role: str) -> Flask:
    """The application, without the garbage collector, which would walk a million objects that stay, again and again."""
    gc.disable()
    try:
        from fanzadmin.app import create_app

        return create_app(config, role=role)
    finally:
        gc.freeze()
        gc.enable()


def up(config: Config, _: argparse.Namespace) -> int:
    from fanzadmin.runtime.up import up as run

    return run(config, PROGRAM)


def web(config: Config, arguments: argparse.Namespace) -> None:
    from fanzadmin.runtime.webserver import serve

    serve(config, lambda: load(config, "web"), fd=arguments.fd)


def events(config: Config, _: argparse.Namespace) -> None:
    app = load(config, "events")
    from fanzadmin.kernel.bus.runner import run_events

    with app.app_context():
        run_events(config.nats.url)


def worker(config: Config, arguments: argparse.Namespace) -> None:
    app = load(config, "worker")
    from fanzadmin.kernel.queue.worker import run_worker
    from jobs import PRELOAD

    with app.app_context():
        preload = [name for queue in arguments.queues for name in PRELOAD.get(queue, ())]
        run_worker(arguments.queues, preload=preload)


def scheduler(config: Config, _: argparse.Namespace) -> None:
    app = load(config, "scheduler")
    from fanzadmin.kernel.queue.scheduler import run_scheduler
    from jobs.schedule import SCHEDULE

    with app.app_context():
        run_scheduler(SCHEDULE)


def migrate(config: Config, arguments: argparse.Namespace) -> int:
    if arguments.baseline:
        return write_baseline(config)
    from fanzadmin.runtime.embedded import running_or_started, scratch

    with scratch(config) if arguments.check else running_or_started(config) as filled:
        app = load(filled, "migrate")
        from fanzadmin.migrations import migrate as migrations

        migrations.upgrade(app)
        return migrations.check(app) if arguments.check else 0


def write_baseline(config: Config) -> int:
    load(config.unconnected(), "migrate")
    from fanzadmin.migrations import baseline

    for path in baseline.write():
        print(f"{path.relative_to(PROGRAM.parent)} written")
    return 0


def seed(config: Config, arguments: argparse.Namespace) -> int:
    from fanzadmin.runtime.embedded import running_or_started
    from fanzadmin.runtime.up import write_logins

    with running_or_started(config) as filled:
        app = load(filled, "seed")
        from fanzadmin import demo
        from fanzadmin.migrations import migrate as migrations

        migrations.upgrade(app)
        is_new = demo.seed(app, arguments.scale)
        write_logins(filled, demo.logins(app))
    if not is_new and arguments.scale != 1:
        print("There is data already. A demo of another size needs an empty database.", file=sys.stderr)
        return 1
    return 0


def backup(config: Config, arguments: argparse.Namespace) -> int:
    from fanzadmin.runtime.backup import back_up
    from fanzadmin.runtime.embedded import running_or_started

    with running_or_started(config) as filled:
        return back_up(filled, arguments.file)


def restore(config: Config, arguments: argparse.Namespace) -> int:
    from fanzadmin.runtime.backup import restore as bring_back
    from fanzadmin.runtime.embedded import running_or_started

    with running_or_started(config) as filled:
        return bring_back(filled, arguments.file, force=arguments.force, manifest_hash=arguments.manifest)


def docs(config: Config, arguments: argparse.Namespace) -> int:
    app = load(config.unconnected(), "docs")
    from fanzadmin import reference

    with app.app_context():
        pages = reference.stale() if arguments.check else reference.write()
    for page in pages:
        print(f"{page.name} {'is stale: run.py docs writes it anew' if arguments.check else 'written'}")
    return 1 if arguments.check and pages else 0


def words(config: Config, arguments: argparse.Namespace) -> int:
    app = load(config.unconnected(), "words")
    import dashboards
    from fanzadmin import catalogues

    with app.app_context():
        dashboards.install(app)
        lines = list(catalogues.problems() if arguments.check else map(str, catalogues.write()))
    for line in lines:
        print(line if arguments.check else f"{line} written")
    return 1 if arguments.check and lines else 0


def routes(config: Config, _: argparse.Namespace) -> None:
    for rule in sorted(load(config.unconnected(), "routes").url_map.iter_rules(), key=str):
        print(f"{','.join(sorted((rule.methods or set()) - {'HEAD', 'OPTIONS'})):<20} {rule}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
