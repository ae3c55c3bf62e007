"""Requests that wait for a second person: asked with a reason, agreed or refused, carried out as who asked.

What is asked for is an *action*: a name and its arguments. `approval_handler(name)` registers what performs it;
consoles register their actions and fields (mixin.py), other modules their own.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from flask_babel import gettext, lazy_gettext
from sqlalchemy import (
    CheckConstraint,
    ColumnElement,
    Index,
    Integer,
    String,
    Text,
    and_,
    or_,
    select,
    text,
    tuple_,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from fanzadmin.console.data.shapes import Json, Label, Value
from fanzadmin.console.registry import may
from fanzadmin.kernel import clock
from fanzadmin.kernel.audit import Audit, Staff, table_of
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import Model, choice, created, moment, pk, session, user_ref
from fanzadmin.kernel.errors import BusinessError, Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.realtime import emit_to_user

SHORTEST_REASON = 8  # characters
VALID = timedelta(days=7)
PAGE = "/opsapprovalconsole/show/"


class ApprovalState(StrEnum):
    WAITING = "waiting"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@marks(
    searched="title state requested_by expires_at decided_by",
    sorted_by="title reason state requested_by expires_at decided_by",
    sealed="arguments",
)
class ApprovalRequest(Model):
    """One request. `permission` on `resource`, for rows of `cluster`, is what the second person must hold. `lines`
    is what will be done, as people read it; `arguments` is what the handler reads."""

    __tablename__ = "approval"
    __table_args__ = (
        CheckConstraint("decided_by_id <> requested_by_id OR state = 'withdrawn'", name="two_people"),
        Index("ix_approval_waiting", "resource", "permission", postgresql_where=text("state = 'waiting'")),
        {"schema": "console"},
    )

    id: Mapped[str] = pk()
    action: Mapped[str] = mapped_column(String(40), info={"label": "Deed"})
    title: Mapped[str] = mapped_column(Text, info={"label": "What"})
    lines: Mapped[list[list[str]]] = mapped_column(JSONB, default=list)
    arguments: Mapped[dict[str, Json]] = mapped_column(JSONB, default=dict, info={"pii": "what was asked"})
    record_keys: Mapped[list[str]] = mapped_column(JSONB, default=list)
    resource: Mapped[str] = mapped_column(String(80))
    permission: Mapped[str] = mapped_column(String(40))
    cluster: Mapped[str | None] = mapped_column(String(40))
    reason: Mapped[str] = mapped_column(Text, info={"label": "Why"})
    state: Mapped[str] = choice(
        ApprovalState,
        10,
        default=ApprovalState.WAITING,
        index=True,
        tones={ApprovalState.WAITING: "warn", ApprovalState.WITHDRAWN: ""},
    )
    requested_by_id: Mapped[int | None] = user_ref()
    requested_by: Mapped[str] = mapped_column(Text, info={"label": "Asked by"})
    created_at: Mapped[datetime] = created(label="Asked")
    expires_at: Mapped[datetime] = moment(nullable=False, label="Open until")
    decided_by_id: Mapped[int | None] = mapped_column(Integer)
    decided_by: Mapped[str] = mapped_column(Text, default="", info={"label": "Decided by"})
    decided_at: Mapped[datetime | None] = moment(label="Decided")
    answer: Mapped[str] = mapped_column(Text, default="", info={"label": "Answer"})
    outcome: Mapped[str] = mapped_column(Text, default="", info={"label": "What came of it"})

    def __str__(self) -> str:
        return self.title


class ReasonMissing(Invalid):
    title = "Say why"


class AlreadyAsked(Conflict):
    title = "This waits for a second person already"


class NoSuchRequest(NotFound):
    title = "There is no such request"


class AlreadyDecided(Conflict):
    title = "This request was decided already"


class OwnRequest(Forbidden):
    title = "Somebody else has to decide"


class NotYoursToDecide(Forbidden):
    title = "Your role does not decide this"


@dataclass(frozen=True, slots=True)
class NewApproval:
    """What someone wants to be done."""

    action: str
    title: str
    resource: str
    permission: str
    record_keys: Sequence[str] = ()
    lines: Sequence[tuple[str, str]] = ()
    arguments: Mapping[str, Value] | None = None
    cluster: str | None = None
    valid: timedelta = VALID


_ENDED = {
    "done": lazy_gettext("This request is done."),
    "refused": lazy_gettext("This request is refused."),
    "failed": lazy_gettext("This request is failed."),
    "expired": lazy_gettext("This request is expired."),
    "withdrawn": lazy_gettext("This request is withdrawn."),
}
_OUTCOMES = {
    "done": lazy_gettext("%(who)s: agreed"),
    "failed": lazy_gettext("%(who)s: agreed, but it could not be done"),
    "refused": lazy_gettext("%(who)s: refused"),
    "expired": lazy_gettext("%(who)s: not decided in time"),
}

ApprovalHandler = Callable[[ApprovalRequest], str]
_handlers: dict[str, ApprovalHandler] = {}


def approval_handler(name: str) -> Callable[[ApprovalHandler], ApprovalHandler]:
    """Register the function that performs the requests of this action. Returns what was done, in a sentence; a BusinessError says
    that it cannot be done."""

    def register(function: ApprovalHandler) -> ApprovalHandler:
        _handlers[name] = function
        return function

    return register


def request_approval(new: NewApproval, *, reason: str) -> ApprovalRequest:
    """Ask for a second person. Raises SignInNeeded, ReasonMissing, AlreadyAsked."""
    person = current()
    if person.actor_id is None:
        raise SignInNeeded(gettext("Sign in to do this."))
    if len(reason.strip()) < SHORTEST_REASON:
        raise ReasonMissing(gettext("The second person reads why: write a few words."))
    _refuse_duplicate(new)
    approval = ApprovalRequest(
        id=new_id(),
        action=new.action,
        title=new.title,
        lines=[list(line) for line in new.lines],
        arguments=dict(new.arguments or {}),
        record_keys=list(new.record_keys),
        resource=new.resource,
        permission=new.permission,
        cluster=new.cluster,
        reason=reason.strip(),
        requested_by_id=person.actor_id,
        requested_by=person.actor,
        expires_at=clock.now() + new.valid,
    )
    session.add(approval)
    for colleague in ask(Staff).who_may(new.permission, new.resource, cluster=new.cluster):
        if colleague.user_id != person.actor_id:
            _notify(colleague.user_id, approval, lazy_gettext("%(who)s asks you to agree"), who=person.actor)
    return approval


def approve(request_id: str, *, answer: str = "") -> ApprovalRequest:
    """Agree: the action is performed at once, as the user who asked, with both names in the audit. Raises NoSuchRequest,
    AlreadyDecided, OwnRequest, NotYoursToDecide. What refuses the action is written into the request."""
    approval = _approval_to_decide(request_id)
    decider = current()
    _decide(approval, "done", answer)
    try:
        with (
            session.begin_nested(),
            ask(Staff).acting_as(
                approval.requested_by_id or 0,
                reason=approval.reason,
                approver_id=decider.actor_id,
                approver=decider.actor,
            ),
        ):
            approval.outcome = _handlers[approval.action](approval)
            session.flush()
    except BusinessError as error:
        approval.state, approval.outcome = "failed", error.detail
    _close(approval, "agreed" if approval.state == "done" else "agreed, but it could not be done")
    return approval


def refuse(request_id: str, *, answer: str) -> ApprovalRequest:
    """Say no, and why. Raises NoSuchRequest, AlreadyDecided, OwnRequest, NotYoursToDecide, ReasonMissing."""
    approval = _approval_to_decide(request_id)
    if len(answer.strip()) < SHORTEST_REASON:
        raise ReasonMissing(gettext("The person who asked reads why not: write a few words."))
    _decide(approval, "refused", answer)
    _close(approval, "refused")
    return approval


def withdraw(request_id: str, *, answer: str = "") -> ApprovalRequest:
    """Take an own request back. Raises NoSuchRequest, AlreadyDecided, NotYoursToDecide."""
    approval = _locked(request_id)
    if approval.requested_by_id != current().actor_id:
        raise NotYoursToDecide(gettext("%(name)s asked for this.", name=approval.requested_by))
    _decide(approval, "withdrawn", answer)
    _drop_value(approval)
    return approval


VERBS: Mapping[str, Callable[..., ApprovalRequest]] = {
    "agree": approve,
    "refuse": refuse,
    "withdraw": withdraw,
}


def expire_requests() -> int:
    """Close the requests that no one decided in time. Returns how many."""
    query = (
        select(ApprovalRequest)
        .where(ApprovalRequest.state == "waiting", ApprovalRequest.expires_at < clock.now())
        .with_for_update(skip_locked=True)
    )
    late = session.execute(query).scalars().all()
    for approval in late:
        approval.state, approval.decided_at = "expired", clock.now()
        _close(approval, "not decided in time")
    return len(late)


def waiting_for_me(*, limit: int = 50) -> list[ApprovalRequest]:
    """The open requests that the current user may decide, the oldest first."""
    query = (
        select(ApprovalRequest)
        .where(
            ApprovalRequest.state == "waiting",
            tuple_(ApprovalRequest.resource, ApprovalRequest.permission).in_(decidable()),
        )
        .where(ApprovalRequest.requested_by_id.is_distinct_from(current().actor_id))
        .order_by(ApprovalRequest.id)
        .limit(limit)
    )
    if (clusters := current().clusters) is not None:
        query = query.where(ApprovalRequest.cluster.in_(clusters))
    return list(session.execute(query).scalars())


def mine_or_decidable() -> ColumnElement[bool]:
    """The requests that the current user made or may decide."""
    mine = ApprovalRequest.requested_by_id == current().actor_id
    fits: ColumnElement[bool] = tuple_(ApprovalRequest.resource, ApprovalRequest.permission).in_(decidable())
    if (clusters := current().clusters) is not None:
        fits = and_(fits, ApprovalRequest.cluster.in_(clusters))
    return or_(mine, fits)


def may_decide(approval: ApprovalRequest) -> bool:
    """Whether the current user may decide a request now."""
    open_to_me = approval.state == "waiting" and approval.requested_by_id != current().actor_id
    return open_to_me and may(approval.permission, approval.resource)


def is_mine(approval: ApprovalRequest) -> bool:
    """Whether the current user asked for it."""
    return approval.requested_by_id == current().actor_id


def decidable() -> list[tuple[str, str]]:
    """The (resource, permission) pairs that were ever asked for and that the current user holds."""
    pairs = session.execute(select(ApprovalRequest.resource, ApprovalRequest.permission).distinct())
    return [(resource, permission) for resource, permission in pairs if may(permission, resource)]


def is_waiting(action: str, record_key: str) -> bool:
    """Whether a request on this record is open."""
    query = select(ApprovalRequest.id).where(
        ApprovalRequest.state == "waiting",
        ApprovalRequest.action == action,
        ApprovalRequest.record_keys.contains([record_key]),
    )
    return session.execute(query.limit(1)).scalar() is not None


def _refuse_duplicate(new: NewApproval) -> None:
    """One open request for one thing: the same title on one of the same records."""
    query = select(ApprovalRequest.record_keys).where(
        ApprovalRequest.state == "waiting",
        ApprovalRequest.action == new.action,
        ApprovalRequest.resource == new.resource,
        ApprovalRequest.title == new.title,
    )
    for keys in session.execute(query).scalars():
        if set(keys) & set(new.record_keys):
            raise AlreadyAsked(gettext("“%(title)s” waits for a second person already.", title=new.title))


def _locked(request_id: str) -> ApprovalRequest:
    query = select(ApprovalRequest).where(ApprovalRequest.id == request_id).with_for_update()
    approval: ApprovalRequest | None = session.execute(query).scalar() if is_id(request_id) else None
    if approval is None:
        raise NoSuchRequest(gettext("It is not there."))
    if approval.state == "waiting" and approval.expires_at < clock.now():
        approval.state, approval.decided_at = "expired", clock.now()
    if approval.state != "waiting":
        raise AlreadyDecided(str(_ENDED[approval.state]))
    return approval


def _approval_to_decide(request_id: str) -> ApprovalRequest:
    approval = _locked(request_id)
    actor = current().actor_id
    if actor is None:
        raise SignInNeeded(gettext("Sign in to do this."))
    if actor == approval.requested_by_id:
        raise OwnRequest(gettext("You asked for this yourself: somebody else has to decide."))
    if not ask(Staff).may(actor, approval.permission, approval.resource, cluster=approval.cluster):
        raise NotYoursToDecide(gettext("Your role does not decide requests of this kind."))
    return approval


def _decide(approval: ApprovalRequest, state: str, answer: str) -> None:
    person = current()
    approval.state, approval.decided_at, approval.answer = state, clock.now(), answer.strip()
    approval.decided_by_id, approval.decided_by = person.actor_id, person.actor


def _drop_value(approval: ApprovalRequest) -> None:
    """A value that was asked for is kept only as long as someone has to decide on it."""
    approval.arguments = {name: value for name, value in approval.arguments.items() if name != "sent"}


def _close(approval: ApprovalRequest, how: str) -> None:
    _drop_value(approval)
    ask(Audit).note(
        "decide",
        table=table_of(ApprovalRequest),
        record_id=approval.id,
        changes={"state": ["waiting", approval.state]},
        reason=f"{how}: {approval.answer or approval.reason}",
    )
    if approval.requested_by_id is not None:
        kind = "success" if approval.state == "done" else "warning"  # bad news stays until it is closed
        who = approval.decided_by or gettext("Your request")
        _notify(approval.requested_by_id, approval, _OUTCOMES[approval.state], who=who, kind=kind)


def _notify(user_id: int, approval: ApprovalRequest, title: Label, *, who: str, kind: str = "info") -> None:
    notice = {
        "kind": kind,
        "title": title % {"who": who},
        "message": approval.title,
        "url": f"{PAGE}{approval.id}",
    }
    emit_to_user(user_id, "notice", notice)
