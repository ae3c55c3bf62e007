"""Flask-AppBuilder's security manager, with one look at a user's permissions per request instead of a query per button."""

from typing import Any, ClassVar

from flask import flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.api import BaseApi
from flask_appbuilder.forms import DynamicForm
from flask_appbuilder.models.sqla.filters import FilterGreater
from flask_appbuilder.security import views
from flask_appbuilder.security.sqla.manager import SecurityManager
from flask_appbuilder.security.sqla.models import Group
from flask_appbuilder.security.views import (
    RoleModelView,
    UserDBModelView,
    UserGroupModelView,
    UserStatsChartView,
)
from flask_babel import gettext
from sqlalchemy import inspect

from fanzadmin.kernel.db import session
from fanzadmin.kernel.errors import BusinessError
from security import limits
from security.console import SecurityPersonConsole, SecurityRoleConsole
from security.grants import granted
from security.identity import Me, person
from security.names import NameTaken, login_of, refuse_taken_name, sign_in_name
from security.rbac import ACCOUNT, ADMIN, RIGHTS, ROLES


class GroupInUse(BusinessError):
    title = "Somebody is in this group"


class NoApi(BaseApi):
    """Stands where Flask-AppBuilder would put its own sign-in API; ours is security/tokens.py."""


class PeopleView(UserDBModelView):
    """The own login, for whoever signs in; everybody's are in SecurityPersonConsole."""

    include_route_methods: ClassVar = {"userinfo", "action"}


class NoRoles(RoleModelView):
    """Stands where Flask-AppBuilder would put its own page of roles; ours is SecurityRoleConsole."""

    include_route_methods: ClassVar[frozenset[str]] = frozenset()


class GroupView(UserGroupModelView):
    """Who is in a group is said on the user's page, where one chooses among groups and not among everybody."""

    exclude_route_methods: ClassVar = frozenset({"download", "action", "action_post"})
    search_columns: ClassVar = ["name", "label", "description", "roles"]
    edit_columns: ClassVar = ["name", "label", "description", "roles"]
    add_columns: ClassVar = edit_columns

    def pre_update(self, item: Group) -> None:
        """What a group gives changes only while no one is in it: whoever comes into it then was agreed on by two."""
        with session.no_autoflush:
            history = inspect(item).attrs.roles.history
            if history.has_changes() and item.users:
                for part in (item, *history.sum()):
                    session.expire(part)
                raise GroupInUse(
                    gettext("Take its people out of the group first, then change what it gives.")
                )


class SignInFigures(UserStatsChartView):
    """Of those who ever signed in."""

    route_base = "/userstatschartview"
    base_filters: ClassVar = [["login_count", FilterGreater, 0]]


class UserInfoEditView(views.UserInfoEditView):
    """The own name; rights and addresses are by the class's name."""

    def form_post(self, form: DynamicForm) -> ResponseReturnValue | None:
        sent = self.form.refresh(request.form)
        try:
            refuse_taken_name(sent.first_name.data or "", sent.last_name.data or "", user_id=g.user.id)
        except NameTaken as error:
            flash(error.detail, "warning")
            return redirect(url_for(f"{self.endpoint}.this_form_get"))
        super().form_post(form)
        return None


class FanzSecurityManager(SecurityManager):
    """Answers `has_access` from the user's set of permissions (grants.py)."""

    security_api = NoApi
    rolemodelview = NoRoles
    userdbmodelview = PeopleView
    groupmodelview = GroupView
    userstatschartview = SignInFigures
    userinfoeditview = UserInfoEditView

    def register_views(self) -> None:
        """The consoles come first: what is said of a table is said by the first view over it."""
        for console in (SecurityPersonConsole, SecurityRoleConsole):
            self.appbuilder.add_view_no_menu(console)
        super().register_views()

    def auth_user_db(self, username: str, password: str) -> Any:
        """The user behind a name or an e-mail address and a password, for page and API; wrong passwords are counted by the
        login that is meant, however it was typed. Raises TooManyAttempts."""
        address, name = request.remote_addr or "", sign_in_name(username or "")
        login = login_of(name) if name else None
        counted = f"login {login.id}" if login else name
        limits.check_attempt(counted, address)
        user = super().auth_user_db(login.username if login else name, password)
        (limits.note_success if user else limits.note_failure)(counted, address)
        return user

    def has_access(self, permission_name: str, view_name: str) -> bool:
        user = person()
        return user is not None and self.person_has(user, permission_name, view_name)

    def person_has(self, user: Me, permission_name: str, view_name: str) -> bool:
        """Whether a user holds a permission; the set is kept for the current request."""
        return ADMIN in user.roles or (permission_name, view_name) in self._permissions(user.user_id)

    @staticmethod
    def _permissions(user_id: int) -> frozenset[tuple[str, str]]:
        held: dict[int, frozenset[tuple[str, str]]] = g.setdefault("permissions", {})
        if user_id not in held:
            held[user_id] = granted(user_id).rights
        return held[user_id]

    def get_user_menu_access(self, menu_names: list[str] | None = None) -> set[str]:  # noqa: ARG002
        return set()  # our navigation asks for rights, not for menu entries

    def sync_roles(self) -> None:
        """Write the rights and roles into the tables; roles made by hand stay as they are."""
        for pair in {right.permission for right in RIGHTS} | ACCOUNT:
            self.add_permission_view_menu(*pair)
        for name, rights in ROLES.items():
            self._sync_role(name, {right.permission for right in rights} | ACCOUNT)
        self.add_role(ADMIN)

    def _sync_role(self, name: str, pairs: set[tuple[str, str]]) -> None:
        role: Any = self.add_role(name)
        held = {(pv.permission.name, pv.view_menu.name): pv for pv in role.permissions}
        for pair in pairs - held.keys():
            role.permissions.append(self.find_permission_view_menu(*pair))
        for pair in held.keys() - pairs:
            role.permissions.remove(held[pair])
        session.flush()
