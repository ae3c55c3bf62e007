"""What every test may ask for: the servers, the application, a transaction that is rolled back, a signed-in client."""

from __future__ import annotations

import gc
import itertools
import os
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from _pytest.assertion import rewrite
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import Role, User
from hypothesis import settings
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import select

from config import Config
from fanzadmin.kernel import clock
from fanzadmin.kernel.context import Context, acting
from tests import moment, platforms, reporting
from tests import stack as stacks

UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})
CSRF_SECRET = "0" * 40
_numbers = itertools.count(1)


gc.disable()  # while the tests are collected: hundreds of thousands of objects that all stay


def pytest_collection_finish() -> None:
    """What is there now stays: the garbage collector need not walk it again and again."""
    gc.freeze()
    gc.enable()


def pytest_configure(config: pytest.Config) -> None:
    moment.begin()
    config.pluginmanager.register(reporting)
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(reporting.Times())


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    """Compile the tests as pytest does, which keeps that: on a clean checkout each worker would do it for itself."""
    for path in (config.rootpath / "tests").rglob("*.py"):
        if path.name.startswith("test_") or path.name == "conftest.py":
            stored = rewrite.get_cache_dir(path) / f"{path.stem}{rewrite.PYC_TAIL}"
            if rewrite._read_pyc(path, stored) is None and rewrite.try_makedirs(stored.parent):
                source_hash, code = rewrite._rewrite_test(path, config)
                rewrite._write_pyc(config.stash[rewrite.assertstate_key], code, source_hash, stored)


LONGEST = ("day", "faces", "look", "kills", "own")  # groups, in the order in which they start


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """A file's tests run in one process, in order, and share what it sets up; so do the files that name one
    xdist_group. What takes longest starts first. (pytest 9.2 keeps its node ids to itself, so that pytest-xdist 3.8
    cannot write the group into them any more.)"""
    from xdist.scheduler import LoadScopeScheduling

    class Grouped(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            file = nodeid.partition("::")[0]
            return group_of(config.rootpath / file) or file

        def _assign_work_unit(self, node: Any) -> None:
            first = next((group for group in LONGEST if group in self.workqueue), None)
            if first is not None:
                self.workqueue.move_to_end(first, last=False)
            super()._assign_work_unit(node)

    return Grouped(config, log) if config.getvalue("dist") == "loadgroup" else None


@cache
def group_of(file: Path) -> str:
    """The xdist_group that a test file names, or nothing."""
    name = re.search(r'xdist_group\("([a-z]+)"\)', file.read_text()) if file.is_file() else None
    return name[1] if name else ""


# No test is timed: the first example may load a library. The examples are the same in every run, so that a commit that
# was green stays green; HYPOTHESIS_PROFILE=search looks for new ones.
settings.register_profile("search", deadline=None)
settings.register_profile("house", deadline=None, derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "house"))


@pytest.fixture(scope="session", autouse=True)
def still_clock() -> Iterator[None]:
    """Time stands still for the tests and for what they share."""
    with clock.frozen(moment.MOMENT):
        yield


@pytest.fixture(autouse=True)
def running_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Time runs, from the same moment, for a test that is marked so."""
    if request.node.get_closest_marker("running_clock") is None:
        yield
        return
    with clock.frozen(None):
        yield


@pytest.fixture(autouse=True)
def nobody() -> Iterator[None]:
    """No test acts as the person of the test before."""
    with acting(Context()):
        yield


@dataclass(frozen=True)
class Run:
    """This worker's place in the run: its number, how many there are, what they share, and the process that all watch."""

    worker: int
    workers: int
    shared: Path
    watch: int


@pytest.fixture(scope="session")
def whole_run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Run:
    own = tmp_path_factory.getbasetemp()
    workerinput: dict[str, Any] | None = getattr(request.config, "workerinput", None)
    if workerinput is None:
        return Run(worker=0, workers=1, shared=own, watch=os.getpid())
    number, count = int(workerinput["workerid"].removeprefix("gw")), int(workerinput["workercount"])
    return Run(worker=number, workers=count, shared=own.parent, watch=os.getppid())


@pytest.fixture(scope="session")
def stack(whole_run: Run, tmp_path_factory: pytest.TempPathFactory) -> stacks.Stack:
    """PostgreSQL, Redis and NATS, with an empty migrated database for this worker."""
    own = tmp_path_factory.getbasetemp() / "var"
    return stacks.join(
        whole_run.shared, own, worker=whole_run.worker, workers=whole_run.workers, watch=whole_run.watch
    )


@pytest.fixture(scope="session")
def deployment(whole_run: Run) -> platforms.Platform:
    """A whole platform with a few people, as `run.py up` starts it: one for the whole run. Nobody kills its parts."""
    return platforms.shared(whole_run.shared / "deployment", watch=whole_run.watch)


@pytest.fixture(scope="session")
def expendable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], platforms.OwnPlatform]]:
    """`expendable()` is a platform of which everything may be killed, the whole too: then the next call starts another.
    Files that use it name the xdist_group "kills"."""
    with ExitStack() as started:
        running: list[platforms.OwnPlatform] = []

        def get() -> platforms.OwnPlatform:
            if not running or running[-1].process.poll() is not None:
                var = tmp_path_factory.mktemp("expendable") / "var"
                running.append(started.enter_context(platforms.lived_in(var)))
            return running[-1]

        yield get


@pytest.fixture(scope="session")
def config(stack: stacks.Stack) -> Config:
    return stack.config


@pytest.fixture(scope="session")
def app(config: Config) -> Flask:
    """The whole application, as the web role has it."""
    from fanzadmin.app import create_app

    result = create_app(config)
    result.testing = True
    result.test_client_class = Client
    gc.freeze()
    return result


@pytest.fixture
def db(app: Flask) -> Iterator[Any]:
    """The session, inside a transaction that is rolled back after the test: what the code under test commits is
    seen by it and by nobody else."""
    from fanzadmin.kernel.db import engine, session

    whole = engine()
    session.remove()
    with app.app_context(), whole.connect() as connection:
        outer = connection.begin()
        session.configure(bind=connection, join_transaction_mode="create_savepoint")
        try:
            yield session
        finally:
            session.remove()
            session.configure(bind=whole, join_transaction_mode="conditional_savepoint")
            outer.rollback()


@pytest.fixture
def fresh_db(app: Flask, stack: stacks.Stack) -> Iterator[Any]:
    """The session on a database where commits are real, for what happens across transactions, threads and
    processes. The database is made anew afterwards."""
    from fanzadmin.kernel.db import engine, session

    session.remove()
    with app.app_context():
        yield session
    session.remove()
    engine().dispose()
    stack.recreate_database()


class Client(FlaskClient):
    """A browser of one person. Sends the CSRF token with every write; pass an empty X-CSRFToken to forget it."""

    user_id: int | None = None

    def open(self, *args: Any, **kwargs: Any) -> Any:  # as werkzeug's client takes them
        for name in (
            list(g) if has_app_context() else ()
        ):  # a request begins with nobody, though the tests' requests share one context
            g.pop(name)
        method = str(kwargs.get("method", "GET")).upper()
        headers = dict(kwargs.pop("headers", None) or {})
        if method in UNSAFE and not {"X-CSRFToken", "Authorization"} & headers.keys():
            with self.session_transaction() as cookie:
                cookie["csrf_token"] = CSRF_SECRET
            signer = URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token")
            headers["X-CSRFToken"] = str(signer.dumps(CSRF_SECRET))
        return super().open(*args, headers=headers, **kwargs)


@pytest.fixture
def client(app: Flask, db: Any) -> FlaskClient:
    """Somebody who has not signed in."""
    return app.test_client()


@pytest.fixture
def login(app: Flask, db: Any) -> Callable[..., FlaskClient]:
    """`login("Creator")` makes a person with that role and returns a client signed in as them, with `.user_id`.
    `login(user_id=7)` signs in somebody who is there."""

    def sign_in(role: str | None = None, *, user_id: int | None = None) -> FlaskClient:
        signed_in = app.test_client()
        signed_in.user_id = user_id or make_user(db, role)  # type: ignore[attr-defined]
        db().commit_transaction()  # a refused request rolls back, and must not take the person along
        with signed_in.session_transaction() as cookie:
            cookie["_user_id"] = str(signed_in.user_id)  # type: ignore[attr-defined]
            cookie["_fresh"] = True
        return signed_in

    return sign_in


def make_user(session: Any, role: str | None) -> int:
    """A login of its own with one role, or none."""
    number = next(_numbers)
    user = User(
        first_name=role or "Nobody",
        last_name=f"Number {number}",
        username=f"{(role or 'nobody').lower()}{number}",
        email=f"{(role or 'nobody').lower()}{number}@example.test",
        active=True,
        roles=list(session.execute(select(Role).where(Role.name == role)).scalars()) if role else [],
    )
    if role and not user.roles:
        raise LookupError(f"there is no role {role}")
    session.add(user)
    session.flush()
    return int(user.id)


@pytest.fixture
def reading(app: Flask) -> Callable[[str], AbstractContextManager[None]]:
    """`with reading("de"):` what a reader gets whose browser asks for German."""

    @contextmanager
    def read(language: str) -> Iterator[None]:
        with app.test_request_context("/", headers={"Accept-Language": language}):
            g.pop("_flask_babel", None)  # tests share one application context, in which the language is kept
            yield
            g.pop("_flask_babel", None)

    return read
