"""Logins: Flask-AppBuilder's own page of people, where a change of somebody's roles needs a second person."""

from typing import Any, ClassVar

from flask import flash, g
from flask_appbuilder.security.sqla.models import Group, Role, User
from flask_appbuilder.security.views import UserDBModelView
from flask_babel import gettext, lazy_gettext
from sqlalchemy import select
from wtforms import StringField

from fanzadmin.kernel.audit import Audit, Staff
from fanzadmin.kernel.console.approving.ability import NotDone, RightGone
from fanzadmin.kernel.console.approving.approvals import (
    SHORTEST_REASON,
    ApprovalRequest,
    Asked,
    deed,
    is_waiting,
    request_approval,
)
from fanzadmin.kernel.console.guarding.ability import may
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import session
from fanzadmin.kernel.ports import ask

TABLE = "ab_user"
GIVEN = {"roles": Role, "groups": Group}
RESOURCE, PERMISSION = "security:role", "approve"
DEED = "security.roles"

Held = dict[str, list[Any]]  # roles and groups


class PeopleView(UserDBModelView):
    """A login is written at once; its roles and groups when somebody else has agreed."""

    why: ClassVar = StringField(
        lazy_gettext("Why the roles"),
        description=lazy_gettext("Somebody else has to agree to new roles or groups, and reads this."),
    )
    edit_columns: ClassVar = [*UserDBModelView.edit_columns, "why"]
    add_columns: ClassVar = [*UserDBModelView.add_columns, "why"]
    edit_form_extra_fields: ClassVar = {"why": why}
    add_form_extra_fields: ClassVar = {**UserDBModelView.add_form_extra_fields, "why": why}

    def process_form(self, form: Any, is_created: bool) -> None:
        """Before the form is written: take new roles out of it, to be asked for once the login is saved."""
        user = None if is_created else session.get(User, form._id)
        before: Held = _given(user) if user is not None else {name: [] for name in GIVEN}
        wanted: Held = {name: _sorted(form[name].data) for name in GIVEN}
        g.roles_change = None if before == wanted else (before, wanted, form["why"].data)
        if before != wanted and not _is_alone():
            for name in GIVEN:
                form[name].data = before[name]

    def post_update(self, item: Any) -> None:
        self._settle(item)

    def post_add(self, item: Any) -> None:
        self._settle(item)

    @staticmethod
    def _settle(user: Any) -> None:
        change = g.pop("roles_change", None)
        if change is None:
            return
        before, wanted, why = change
        if _is_alone():
            _note(user, before, wanted, reason="Nobody else could agree.")
        else:
            _ask_for(user, wanted, why=why)


def _is_alone() -> bool:
    """Whether nobody else is there to agree, as on the first day of an installation."""
    others = ask(Staff).who_may(PERMISSION, RESOURCE)
    return all(one.user_id == current().actor_id for one in others)


def _ask_for(user: User, wanted: Held, *, why: str) -> None:
    if len((why or "").strip()) < SHORTEST_REASON:
        flash(gettext("The roles stay as they are: say why they should change."), "warning")
        return
    if is_waiting(DEED, f"{TABLE}:{user.id}"):
        flash(gettext("A change of these roles waits for a second person already."), "warning")
        return
    held = _given(user)
    request_approval(
        Asked(
            deed=DEED,
            title=gettext("Roles of %(name)s", name=user.username),
            resource=RESOURCE,
            permission=PERMISSION,
            record_keys=[f"{TABLE}:{user.id}"],
            lines=[
                (name.capitalize(), f"{_words(held[name])} → {_words(wanted[name])}")
                for name in GIVEN
                if held[name] != wanted[name]
            ],
            arguments={"user_id": user.id} | {name: [one.id for one in wanted[name]] for name in GIVEN},
        ),
        reason=why,
    )
    flash(gettext("Asked for a second person; the roles change when somebody has agreed."), "info")


@deed(DEED)
def change_roles(made: ApprovalRequest) -> str:
    """Give somebody the roles and groups that two people agreed on."""
    if not may("edit", "Users"):
        raise RightGone(gettext("The person who asked may not change logins any more."))
    user = session.get(User, made.arguments["user_id"], with_for_update=True)
    if user is None:
        raise NotDone(gettext("This login is gone."))
    before = _given(user)
    wanted = {
        name: list(session.execute(select(model).where(model.id.in_(made.arguments[name]))).scalars())
        for name, model in GIVEN.items()
    }
    _give(user, wanted)
    _note(user, before, wanted)
    return str(gettext("%(name)s now has: %(roles)s.", name=user.username, roles=_words(wanted["roles"])))


def _given(user: User) -> Held:
    return {name: _sorted(getattr(user, name)) for name in GIVEN}


def _sorted(given: Any) -> list[Any]:
    return sorted(given or (), key=lambda one: one.id)


def _give(user: User, held: Held) -> None:
    for name, given in held.items():
        setattr(user, name, list(given))


def _note(user: User, before: Held, after: Held, *, reason: str = "") -> None:
    """The audit of rows does not see what lies between two tables."""
    changes = {
        name: [_words(before[name]), _words(after[name])] for name in GIVEN if before[name] != after[name]
    }
    ask(Audit).note("update", table=TABLE, record_id=str(user.id), changes=changes, reason=reason)


def _words(given: list[Any]) -> str:
    return ", ".join(one.name for one in given) or "none"
