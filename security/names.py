"""Names of people: the one form in which a login is looked up, and whose display name is taken."""

import unicodedata
from contextlib import suppress

import idna
from flask_appbuilder.security.sqla.models import Role, User
from flask_babel import gettext
from sqlalchemy import func, select

from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import Invalid
from fanzadmin.kernel.text import alike_key, is_invisible
from security.rbac import STAFF_ROLES


class NameTaken(Invalid):
    """A colleague is called so, or so that a reader takes one for the other."""

    title = "This name belongs to a colleague"


def sign_in_name(typed: str) -> str:
    """A user name or e-mail as it is compared: composed, in small letters, without what phones put around it."""
    text = unicodedata.normalize("NFC", typed)
    while text and (is_invisible(text[0]) or is_invisible(text[-1])):
        text = text[1:] if is_invisible(text[0]) else text[:-1]
    return unicodedata.normalize("NFC", text.lower())


def login_of(name: str) -> User | None:
    """The login with this user name, else with this e-mail address, whose host may be written in either form of IDNA."""
    by_name = select(User).where(func.lower(User.username) == name)
    by_email = select(User).where(func.lower(User.email).in_(_addresses(name)))
    named, addressed = session.scalars(by_name.limit(2)).all(), session.scalars(by_email.limit(2)).all()
    users = named or addressed  # both are asked, so that an answer takes as long for either
    return users[0] if len(users) == 1 else None


def _addresses(name: str) -> set[str]:
    local, at, host = name.rpartition("@")
    forms = {name}
    for change in (idna.encode, idna.decode):
        with suppress(UnicodeError):
            changed = change(host)
            forms.add(f"{local}{at}{changed.decode() if isinstance(changed, bytes) else changed}")
    return forms


def refuse_taken_name(first_name: str, last_name: str, *, user_id: int | None = None) -> None:
    """Pass a display name that no colleague has, in whatever letters. Raises NameTaken."""
    key = alike_key(f"{first_name}{last_name}")
    staff = User.roles.any(Role.name.in_(STAFF_ROLES))
    query = select(User.id, User.first_name, User.last_name).where(staff, User.active.is_(True))
    for colleague_id, first, last in session.execute(query):
        if colleague_id != user_id and alike_key(f"{first}{last}") == key:
            raise NameTaken(
                gettext("A colleague is called %(name)s. Add what tells you apart.", name=f"{first} {last}")
            )
