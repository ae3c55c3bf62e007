"""Long work that a user starts in a console: bulk changes, their undo, exports, imports.

`start` writes the order and asks for the job; the job opens it with `performing`, as that person and in the language
that she or he read, and ends each batch with `keep`. A batch is a transaction: what it did stays, and a worker that dies loses only the current batch.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from flask_babel import gettext
from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, Uuid, delete, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.console.data.shapes import Json, Value
from fanzadmin.console.registry import by_name, may
from fanzadmin.kernel import clock
from fanzadmin.kernel.context import acting, current
from fanzadmin.kernel.db import Model, commit_request, created, moment, pk, session, user_ref
from fanzadmin.kernel.errors import Forbidden, NotFound, SignInNeeded
from fanzadmin.kernel.i18n.languages import SOURCE, number_text, reader, say, speaking
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.queue import enqueue, progress

RETENTION = timedelta(days=1)


class Work(Model):
    """One order. `arguments` is the query string of the list it was given in, `chosen` its ticked ids, None for
    all that match; `options` belong to the kind, `language` to all; `link` is where the result is, empty for the work's own page."""

    __audited__ = False
    __tablename__ = "work"
    __table_args__ = ({"schema": "console"},)

    id: Mapped[str] = pk()
    kind: Mapped[str] = mapped_column(String(40))
    console: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(Text)
    arguments: Mapped[str] = mapped_column(Text, default="")
    chosen: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))
    options: Mapped[dict[str, Json]] = mapped_column(JSONB, default=dict)
    owner_user_id: Mapped[int | None] = user_ref()
    task_id: Mapped[str | None] = mapped_column(Uuid(as_uuid=False), index=True)
    total: Mapped[int] = mapped_column(Integer, default=0)
    done: Mapped[int] = mapped_column(Integer, default=0)
    refused: Mapped[int] = mapped_column(Integer, default=0)
    link: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime] = created()
    expires_at: Mapped[datetime] = moment(nullable=False, index=True)


class WorkRow(Model):
    """One row of an order, in its place `number`: `waiting`, then `done`, `same` or `refused` with a sentence.
    `before` and `after` hold the changed columns as a browser would send them."""

    __audited__ = False
    __tablename__ = "work_row"
    __table_args__ = (Index("ix_work_row_outcome", "work_id", "outcome", "number"), {"schema": "console"})

    work_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey(Work.id, ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    record_id: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(10))
    sentence: Mapped[str] = mapped_column(Text, default="", server_default="")
    before: Mapped[dict[str, Json] | None] = mapped_column(JSONB(none_as_null=True))
    after: Mapped[dict[str, Json] | None] = mapped_column(JSONB(none_as_null=True))


class AsPerson(Protocol):
    """Works as a user inside the block: the same rights and clusters, her or his name in audit and facts."""

    def __call__(self, user_id: int) -> AbstractContextManager[object]: ...


class NoSuchWork(NotFound):
    title = "There is no such work"


class NoLongerAllowed(Forbidden):
    title = "The right to do this was taken away"


@dataclass(frozen=True, slots=True)
class Performance:
    """A work while its job runs, as the user who ordered it."""

    work: Work
    console: ConsoleLike


def start(
    kind: str,
    console: ConsoleLike,
    *,
    title: str,
    arguments: str = "",
    chosen: Sequence[str] | None = None,
    options: Mapping[str, Value] | None = None,
    keep_for: timedelta = RETENTION,
) -> Work:
    """Order the job `consoles.<kind>` on `console` in the name of the current user. Raises SignInNeeded.

    The job gets the id of the work. Rows and result are kept for `keep_for`.
    """
    work = order(
        kind, console, title=title, arguments=arguments, chosen=chosen, options=options, keep_for=keep_for
    )
    dispatch(work)
    return work


def order(
    kind: str,
    console: ConsoleLike,
    *,
    title: str,
    arguments: str = "",
    chosen: Sequence[str] | None = None,
    options: Mapping[str, Value] | None = None,
    keep_for: timedelta = RETENTION,
) -> Work:
    """Write a work without asking for its job: to be performed at once, or dispatched later. Raises SignInNeeded."""
    owner = current().actor_id
    if owner is None:
        raise SignInNeeded(gettext("Sign in to do this."))
    work = Work(
        id=new_id(),
        kind=kind,
        console=type(console).__name__,
        title=title,
        arguments=arguments,
        chosen=list(chosen) if chosen is not None else None,
        options={"language": reader(), "reason": current().reason, **(options or {})},
        owner_user_id=owner,
        total=0,
        done=0,
        refused=0,
        expires_at=clock.now() + keep_for,
    )
    session.add(work)
    session.flush()  # its rows refer to it
    return work


def dispatch(work: Work) -> None:
    """Ask for the job of a work."""
    work.task_id = enqueue(
        f"consoles.{work.kind}",
        work.id,
        queue="bulk",
        title=work.title,
        owner_user_id=work.owner_user_id,
    )


def work_of(work_id: str) -> Work:
    """A work of the current user. Raises NoSuchWork, also for another user's."""
    work = session.get(Work, work_id) if is_id(work_id) else None
    if work is None or work.owner_user_id is None or work.owner_user_id != current().actor_id:
        raise NoSuchWork(gettext("It is not there, or it was somebody else's."))
    return work


def console_of(work: Work) -> ConsoleLike:
    """The console that a work was ordered in. Raises NoSuchWork when it was taken out of the platform."""
    console = by_name(work.console)
    if console is None:
        raise NoSuchWork(gettext("The console %(name)s is not there any more.", name=work.console))
    return console


def require(console: ConsoleLike, ability: str) -> None:
    """Raise NoLongerAllowed unless the current user may `ability` (read, update, export, an action …) there."""
    if not may(ability, console.resource):
        raise NoLongerAllowed(
            gettext("Your role does not allow this in %(console)s.", console=say(console.menu.label))
        )


@contextmanager
def performing(work_id: str, *, ability: str) -> Iterator[Performance]:
    """Perform a work in its job, as the user who ordered it and may still do it, in her or his language. Raises
    NoLongerAllowed, Forbidden."""
    work = session.get_one(Work, work_id)
    if work.owner_user_id is None:
        raise NoLongerAllowed(gettext("The login of the person who ordered this is gone."))
    with (
        ask(AsPerson)(work.owner_user_id),
        speaking(str(work.options.get("language", SOURCE))),
        acting(reason=str(work.options.get("reason", ""))),
    ):
        console = console_of(work)
        require(console, ability)
        yield Performance(work, console)


def begin_chunk(work: Work) -> None:
    """Begin a batch: no one else works on this work until `keep`. Reads its counters anew."""
    session.refresh(work, with_for_update=True)


def commit_chunk(work: Work, message: str = "", *, percent: int | None = None) -> None:
    """End a batch: say where the work is (how many rows of all, without a `message`), then commit what was done. Raises
    Cancelled, Superseded: nothing is kept."""
    reached = work.done + work.refused
    share = min(99, reached * 100 // max(work.total, 1)) if percent is None else percent
    progress.report(share, message or so_far(reached, work.total))
    commit_request()


def so_far(reached: int, total: int) -> str:
    """`1,000 of 3,000`, as the reader writes it."""
    return str(gettext("%(done)s of %(total)s", done=number_text(reached), total=number_text(total)))


def forget_expired() -> None:
    """Take the works away whose time is over, with their rows."""
    session.execute(delete(Work).where(Work.expires_at < clock.now()))


def outcomes(work: Work) -> dict[str, int]:
    """How many rows of a work are waiting, done, same and refused."""
    query = select(WorkRow.outcome, func.count()).where(WorkRow.work_id == work.id).group_by(WorkRow.outcome)
    return dict(session.execute(query).tuples().all())
