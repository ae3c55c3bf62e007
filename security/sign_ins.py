"""Failed sign-ins, read."""

from dataclasses import dataclass
from datetime import datetime

from flask_appbuilder.security.sqla.models import User
from sqlalchemy import select

from fanzadmin.kernel.db import session


@dataclass(frozen=True, slots=True)
class FailedSignIns:
    """A login with its wrong passwords since the last right one."""

    username: str
    failures: int
    last_login: datetime | None
    active: bool


def failed_sign_ins(*, limit: int = 10) -> tuple[FailedSignIns, ...]:
    """The logins with wrong passwords since their last right one, the most first."""
    query = (
        select(User.username, User.fail_login_count, User.last_login, User.active)
        .where(User.fail_login_count > 0)
        .order_by(User.fail_login_count.desc(), User.username)
        .limit(limit)
    )
    return tuple(FailedSignIns(*row) for row in session.execute(query))
