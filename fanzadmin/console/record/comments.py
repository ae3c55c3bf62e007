"""What colleagues say about a record, and whom they name in it. Whoever may see the record may read and write here."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from flask_babel import gettext, lazy_gettext
from sqlalchemy import ForeignKey, Index, Integer, String, Text, Uuid, func, select, update
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.routing import BuildError

from fanzadmin.kernel import clock
from fanzadmin.kernel.audit import Colleague, Staff
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import Model, created, moment, pk, session, user_ref
from fanzadmin.kernel.errors import BusinessError, Forbidden, Invalid, NotFound, SignInNeeded
from fanzadmin.kernel.i18n.languages import number_text
from fanzadmin.kernel.ids import is_id, new_id
from fanzadmin.kernel.marks import marks
from fanzadmin.kernel.ports import ask
from fanzadmin.kernel.web.realtime import emit_to_user

LONGEST = 4000
PAGE = 20
NOTIFY_WITHIN = timedelta(days=14)  # how long whoever spoke about a record hears of answers
_NAMED = re.compile(r"(?<![\w@.])@([A-Za-z0-9][\w.-]*\w)")


@marks(sealed="body")
class Comment(Model):
    """One comment on a record: `table_name` and `record_id` as in the audit, `console` and `title` to find it again."""

    __tablename__ = "comment"
    __table_args__ = (Index("ix_comment_record", "table_name", "record_id", "id"), {"schema": "console"})

    id: Mapped[str] = pk()
    table_name: Mapped[str] = mapped_column(String(80))
    record_id: Mapped[str] = mapped_column(Text)
    console: Mapped[str] = mapped_column(String(80))
    title: Mapped[str] = mapped_column(Text)
    author_id: Mapped[int | None] = user_ref()
    author: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text, info={"pii": "free text"})
    created_at: Mapped[datetime] = created()
    edited_at: Mapped[datetime | None] = moment()
    removed_at: Mapped[datetime | None] = moment()

    def __str__(self) -> str:
        return f"{self.author} on {self.title}"


class Mention(Model):
    """Someone whom a comment names; `read_at` once they have opened it."""

    __audited__ = False
    __tablename__ = "mention"
    __table_args__ = (Index("ix_mention_user", "user_id", "comment_id"), {"schema": "console"})

    comment_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey(Comment.id, ondelete="CASCADE"), primary_key=True
    )
    user_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("ab_user.id", ondelete="CASCADE"), primary_key=True
    )
    read_at: Mapped[datetime | None] = moment()


class EmptyComment(Invalid):
    title = "Write something first"


class NoSuchComment(NotFound):
    title = "There is no such comment"


class NotYourComment(Forbidden):
    title = "Only its author changes a comment"


class NoSuchColleague(Invalid):
    title = "There is nobody of this name"


class MayNotSee(BusinessError):
    title = "This person may not see the record"


@dataclass(frozen=True, slots=True)
class Subject:
    """The record that is spoken about. `url` opens it; `resource` and `cluster` say who may."""

    table_name: str
    record_id: str
    console: str
    resource: str
    title: str
    url: str
    cluster: str | None = None


@dataclass(frozen=True, slots=True)
class OwnMention:
    """A mention of the current user, for the inbox. `url` is empty where its console is gone."""

    comment: Comment
    read: bool
    url: str


def comment_on(subject: Subject, *, body: str) -> Comment:
    """Say something about a record; who is named by @username is said. Raises SignInNeeded, NothingSaid,
    NobodyOfThisName, MayNotSee."""
    author = _current_user_id()
    colleagues = _colleagues_named(_require_body(body), subject)
    comment = Comment(
        id=new_id(),
        table_name=subject.table_name,
        record_id=subject.record_id,
        console=subject.console,
        title=subject.title,
        author_id=author,
        author=current().actor,
        body=body.strip(),
    )
    session.add(comment)
    session.flush()  # its mentions refer to it
    _mention(comment, colleagues, subject)
    _notify_others(comment, colleagues, subject)
    return comment


def reword_comment(subject: Subject, comment_id: str, *, body: str) -> None:
    """Change an own comment; whoever it names anew is said. Raises NoSuchComment, NotYourComment and as comment_on."""
    comment = _own_comment(subject, comment_id)
    colleagues = _colleagues_named(_require_body(body), subject)
    comment.body, comment.edited_at = body.strip(), clock.now()
    mentioned = set(
        session.execute(select(Mention.user_id).where(Mention.comment_id == comment.id)).scalars()
    )
    _mention(comment, [colleague for colleague in colleagues if colleague.user_id not in mentioned], subject)


def remove_comment(subject: Subject, comment_id: str) -> None:
    """Take an own comment back: its words go, its place stays. Raises NoSuchComment, NotYourComment."""
    comment = _own_comment(subject, comment_id)
    comment.body, comment.removed_at = "", clock.now()


def comments_on(subject: Subject, *, before: str = "", limit: int = PAGE) -> Sequence[Comment]:
    """The comments on a record, the newest first; those older than the comment `before`."""
    query = select(Comment).where(
        Comment.table_name == subject.table_name, Comment.record_id == subject.record_id
    )
    if before:
        query = query.where(Comment.id < before)
    return session.execute(query.order_by(Comment.id.desc()).limit(limit)).scalars().all()


def own_mentions(*, before: str = "", limit: int = PAGE) -> list[OwnMention]:
    """Where the current user was named, the newest first. Raises SignInNeeded."""
    query = (
        select(Comment, Mention.read_at)
        .join(Mention, Mention.comment_id == Comment.id)
        .where(Mention.user_id == _current_user_id(), Comment.removed_at.is_(None))
    )
    if before:
        query = query.where(Comment.id < before)
    rows = session.execute(query.order_by(Comment.id.desc()).limit(limit))
    return [OwnMention(comment, read_at is not None, _address(comment)) for comment, read_at in rows]


def unread_mentions() -> int:
    """How many mentions the current user has not opened, counted up to 100."""
    unread = (
        select(Mention.comment_id)
        .where(Mention.user_id == current().actor_id, Mention.read_at.is_(None))
        .limit(100)
    )
    return session.execute(select(func.count()).select_from(unread.subquery())).scalar_one()


def read_mentions(comment_ids: Sequence[str]) -> None:
    """The current user has seen these comments."""
    session.execute(
        update(Mention)
        .where(
            Mention.user_id == current().actor_id,
            Mention.comment_id.in_(comment_ids),
            Mention.read_at.is_(None),
        )
        .values(read_at=clock.now())
    )


def _address(comment: Comment) -> str:
    try:
        return f"{url_for(f'{comment.console}.show', pk=comment.record_id)}#comments"
    except BuildError:
        return ""


def _current_user_id() -> int:
    actor = current().actor_id
    if actor is None:
        raise SignInNeeded(gettext("Sign in to do this."))
    return actor


def _require_body(body: str) -> str:
    if not body.strip():
        raise EmptyComment(gettext("A comment has at least one word."))
    if len(body) > LONGEST:
        raise EmptyComment(
            gettext("A comment has at most %(longest)s characters.", longest=number_text(LONGEST))
        )
    return body


def _colleagues_named(body: str, subject: Subject) -> list[Colleague]:
    """The people whom the words name. No one hears of a record that they may not see."""
    names = list(dict.fromkeys(name.lower() for name in _NAMED.findall(body)))
    staff = ask(Staff)
    colleagues = {colleague.username.lower(): colleague for colleague in staff.named(names)}
    if unknown := [name for name in names if name not in colleagues]:
        raise NoSuchColleague(gettext("Nobody here is called @%(name)s.", name=unknown[0]))
    for colleague in colleagues.values():
        if not staff.may(colleague.user_id, "read", subject.resource, cluster=subject.cluster):
            raise MayNotSee(
                gettext("%(name)s may not see this record and was not told.", name=colleague.name)
            )
    return list(colleagues.values())


def _mention(comment: Comment, colleagues: Sequence[Colleague], subject: Subject) -> None:
    for colleague in colleagues:
        if colleague.user_id == comment.author_id:
            continue
        session.add(Mention(comment_id=comment.id, user_id=colleague.user_id))
        _notify(colleague.user_id, lazy_gettext("%(name)s named you", name=comment.author), subject)


def _notify_others(comment: Comment, colleagues: Sequence[Colleague], subject: Subject) -> None:
    """Whoever spoke about the record lately hears that someone answers, if they may still see it."""
    query = select(Comment.author_id).where(
        Comment.table_name == subject.table_name,
        Comment.record_id == subject.record_id,
        Comment.created_at > clock.now() - NOTIFY_WITHIN,
        Comment.author_id.is_not(None),
        Comment.author_id.not_in([comment.author_id, *(colleague.user_id for colleague in colleagues)]),
    )
    for user_id in session.execute(query.distinct().limit(PAGE)).scalars():
        if ask(Staff).may(user_id or 0, "read", subject.resource, cluster=subject.cluster):
            _notify(user_id, lazy_gettext("%(name)s commented too", name=comment.author), subject)


def _notify(user_id: int | None, title: object, subject: Subject) -> None:
    url = f"{subject.url}#comments"
    notice: dict[str, object] = {"kind": "info", "title": str(title), "message": subject.title, "url": url}
    emit_to_user(user_id, "notice", notice)


def _own_comment(subject: Subject, comment_id: str) -> Comment:
    comment = session.get(Comment, comment_id) if is_id(comment_id) else None
    of_this = comment is not None and (comment.table_name, comment.record_id) == (
        subject.table_name,
        subject.record_id,
    )
    if comment is None or not of_this or comment.removed_at is not None:
        raise NoSuchComment(gettext("It is not there any more."))
    if comment.author_id != _current_user_id():
        raise NotYourComment(gettext("This comment is %(name)s's.", name=comment.author))
    return comment
