"""Batches: what a user starts on many records of a console. Bulk changes, their undo, exports, imports.

`start` writes the batch and enqueues its job; the job opens it with `performing`, as that user and in her or his
language, and works in chunks between `begin_chunk` and `commit_chunk`. A chunk is a transaction: a worker that dies loses
only the current one.
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
from fanzadmin.kernel.i18n.languages import SOURCE, current_language, number_text, translate, using_language
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.queue import enqueue, progress

RETENTION = timedelta(days=1)


class Batch(Model):
    """One batch. `arguments` is the query string of the list it was given in, `chosen` its ticked ids, None for
    all that match; `options` belong to the kind, `language` to all; `link` is where the result is, empty for the batch's own page."""

    __audited__ = False
    __tablename__ = "batch"
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


class BatchRow(Model):
    """One row of a batch, in its place `number`: `waiting`, then `done`, `same` or `refused` with a sentence.
    `before` and `after` hold the changed columns as a browser would send them."""

    __audited__ = False
    __tablename__ = "batch_row"
    __table_args__ = (Index("ix_batch_row_outcome", "batch_id", "outcome", "number"), {"schema": "console"})

    batch_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey(Batch.id, ondelete="CASCADE"), primary_key=True
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


class NoSuchBatch(NotFound):
    title = "There is no such work"


class NoLongerAllowed(Forbidden):
    title = "The right to do this was taken away"


@dataclass(frozen=True, slots=True)
class Performance:
    """A batch while its job runs, as the user who started it."""

    batch: Batch
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
) -> Batch:
    """Start the job `consoles.<kind>` on `console` in the name of the current user. Raises SignInNeeded.

    The job gets the id of the batch. Rows and result are kept for `keep_for`.
    """
    batch = create(
        kind, console, title=title, arguments=arguments, chosen=chosen, options=options, keep_for=keep_for
    )
    dispatch(batch)
    return batch


def create(
    kind: str,
    console: ConsoleLike,
    *,
    title: str,
    arguments: str = "",
    chosen: Sequence[str] | None = None,
    options: Mapping[str, Value] | None = None,
    keep_for: timedelta = RETENTION,
) -> Batch:
    """Write a batch without enqueueing its job: to be performed at once, or dispatched later. Raises SignInNeeded."""
    owner = current().actor_id
    if owner is None:
        raise SignInNeeded(gettext("Sign in to do this."))
    batch = Batch(
        id=new_id(),
        kind=kind,
        console=type(console).__name__,
        title=title,
        arguments=arguments,
        chosen=list(chosen) if chosen is not None else None,
        options={"language": current_language(), "reason": current().reason, **(options or {})},
        owner_user_id=owner,
        total=0,
        done=0,
        refused=0,
        expires_at=clock.now() + keep_for,
    )
    session.add(batch)
    session.flush()  # its rows refer to it
    return batch


def dispatch(batch: Batch) -> None:
    """Enqueue the job of a batch."""
    batch.task_id = enqueue(
        f"consoles.{batch.kind}",
        batch.id,
        queue="bulk",
        title=batch.title,
        owner_user_id=batch.owner_user_id,
    )


def batch_of(batch_id: str) -> Batch:
    """A batch of the current user. Raises NoSuchBatch, also for another user's."""
    batch = session.get(Batch, batch_id) if is_id(batch_id) else None
    if batch is None or batch.owner_user_id is None or batch.owner_user_id != current().actor_id:
        raise NoSuchBatch(gettext("It is not there, or it was somebody else's."))
    return batch


def console_of(batch: Batch) -> ConsoleLike:
    """The console that a batch was started in. Raises NoSuchBatch when it was taken out of the platform."""
    console = by_name(batch.console)
    if console is None:
        raise NoSuchBatch(gettext("The console %(name)s is not there any more.", name=batch.console))
    return console


def require(console: ConsoleLike, ability: str) -> None:
    """Raise NoLongerAllowed unless the current user may `ability` (read, update, export, an action …) there."""
    if not may(ability, console.resource):
        raise NoLongerAllowed(
            gettext("Your role does not allow this in %(console)s.", console=translate(console.menu.label))
        )


@contextmanager
def performing(batch_id: str, *, ability: str) -> Iterator[Performance]:
    """Perform a batch in its job, as the user who started it and may still do it, in her or his language. Raises
    NoLongerAllowed, Forbidden."""
    batch = session.get_one(Batch, batch_id)
    if batch.owner_user_id is None:
        raise NoLongerAllowed(gettext("The login of the person who ordered this is gone."))
    with (
        ask(AsPerson)(batch.owner_user_id),
        using_language(str(batch.options.get("language", SOURCE))),
        acting(reason=str(batch.options.get("reason", ""))),
    ):
        console = console_of(batch)
        require(console, ability)
        yield Performance(batch, console)


def begin_chunk(batch: Batch) -> None:
    """Lock the batch until `commit_chunk` and read its counters anew: two workers never do one chunk."""
    session.refresh(batch, with_for_update=True)


def commit_chunk(batch: Batch, message: str = "", *, percent: int | None = None) -> None:
    """Report the progress (how many rows of all, without a `message`), then commit the chunk. Raises Cancelled,
    Superseded: the chunk is rolled back."""
    reached = batch.done + batch.refused
    share = min(99, reached * 100 // max(batch.total, 1)) if percent is None else percent
    progress.report(share, message or so_far(reached, batch.total))
    commit_request()


def so_far(reached: int, total: int) -> str:
    """`1,000 of 3,000`, as the reader writes it."""
    return str(gettext("%(done)s of %(total)s", done=number_text(reached), total=number_text(total)))


def forget_expired() -> None:
    """Delete the batches that have expired, with their rows."""
    session.execute(delete(Batch).where(Batch.expires_at < clock.now()))


def outcomes(batch: Batch) -> dict[str, int]:
    """How many rows of a batch are waiting, done, same and refused."""
    query = (
        select(BatchRow.outcome, func.count()).where(BatchRow.batch_id == batch.id).group_by(BatchRow.outcome)
    )
    return dict(session.execute(query).tuples().all())
