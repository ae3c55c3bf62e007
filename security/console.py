"""Consoles of identity: everybody who can sign in, and what the roles may do. Flask-AppBuilder's addresses, our base."""

from dataclasses import replace
from functools import cached_property

from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.sqla.models import PermissionView, Role, User
from flask_appbuilder.security.views import UserDBModelView
from flask_babel import lazy_gettext
from wtforms import SelectMultipleField, StringField

from fanzadmin.console import Card, Console, Datamodel, Masked, Menu
from fanzadmin.console.data.shapes import Label
from fanzadmin.console.filters.field import Field, Kind
from fanzadmin.console.filters.kinds import RELATIONS, TEXT
from security import people, roles
from security.rbac import ADMIN

# Found whole or not at all, for a part of an address would be a guess; and by the roles that someone has: who lacks one
# is found by no index.
EXACTLY = Kind("exact", "text", {"is": TEXT.operators["is"]})
HAVING = Kind("having", "relation", {"any": RELATIONS.operators["any"]})


def _key(role: PermissionView | str | int) -> int:
    """The id of a permission view, or what a browser sends for it."""
    return role.id if isinstance(role, PermissionView) else int(role)


class PermissionsField(SelectMultipleField):
    """What a role may do; holds the ids of Flask-AppBuilder's permission views."""

    def __init__(self, label: Label | None = None, **rest: object) -> None:
        rest |= {"coerce": _key, "choices": roles.permission_choices}
        super().__init__(label, **rest)


class SecurityPersonConsole(Console):
    """Every login: staff, creators, fans."""

    datamodel = Datamodel(User)
    route_base = "/users"
    resource = people.PERSON
    rest_name = "logins"
    menu = Menu("Identity", "People", "users")
    may_delete = True
    may_import = False  # a file of logins would be a file of passwords
    duplicates = False
    show_template = "appbuilder/general/security/person.html"
    list_title, show_title, add_title, edit_title = "People", "Person", "New login", "Edit login"
    list_columns = ["username", "first_name", "last_name", "email", "roles", "active", "last_login"]
    show_fieldsets = [
        ("Login", {"fields": ["username", "active", "roles", "groups", "last_login", "login_count"]}),
        ("Person", {"fields": ["first_name", "last_name", "email"]}),
        (
            "Record",
            {
                "fields": ["fail_login_count", "created_on", "created_by", "changed_on", "changed_by", "id"],
                "expanded": False,
            },
        ),
    ]
    edit_columns = ["first_name", "last_name", "username", "active", "email", "roles", "groups", "why"]
    add_columns = [*edit_columns[:-1], "password", "conf_password", "why"]
    search_columns = [
        "username", "first_name", "last_name", "email", "roles", "active", "last_login", "created_on",
    ]  # fmt: skip
    order_columns = ["username", "first_name", "last_name", "active", "last_login", "created_on"]
    search = ("username", "first_name", "last_name")
    base_order = ("id", "desc")
    label_columns = {"created_by": "Created by", "changed_by": "Changed by"}
    description_columns = {"active": "Whoever shall not sign in any more is switched off: the record stays."}
    validators_columns = UserDBModelView.validators_columns
    why = StringField(
        lazy_gettext("Why the roles"),
        description=lazy_gettext("Somebody else has to agree to new roles or groups, and reads this."),
    )
    edit_form_extra_fields = {"why": why}
    add_form_extra_fields = {**UserDBModelView.add_form_extra_fields, "why": why}
    field_rules = {"email": Masked(found_by=(ADMIN,)), "password": Masked()}
    cards = (
        Card("New", since="created_on", days=7, icon="star"),
        Card("Signed in lately", q="last_login:last:1d", icon="check-circle"),
        Card("Switched off", q="active:no", icon="lock"),
    )
    create_with = staticmethod(people.make_login)
    update_with = staticmethod(people.change_login)
    delete_with = staticmethod(people.remove_login)

    @cached_property
    def fields(self) -> dict[str, Field]:
        fields = super().fields
        narrow = {"email": EXACTLY, "roles": HAVING}
        return fields | {name: replace(fields[name], kind=kind) for name, kind in narrow.items()}

    def inline_columns(self) -> dict[str, str]:
        """Roles are asked for with a reason, on the record's own page."""
        return {shown: name for shown, name in super().inline_columns().items() if name not in people.GRANTED}

    def bulk_columns(self) -> list[str]:
        return [name for name in super().bulk_columns() if name == "active"]

    @expose("/act/<string:name>/<pk>", methods=["POST"])
    def action(self, name: str, pk: str) -> ResponseReturnValue:
        """Beside `/users/action/…`, where everybody finds what concerns the own login (manager.PeopleView)."""
        response: ResponseReturnValue = super().action(name, pk)
        return response


class SecurityRoleConsole(Console):
    """The roles, and what each may do."""

    datamodel = Datamodel(Role)
    route_base = "/roles"
    resource = "identity:role"
    menu = Menu("Identity", "Roles", "key")
    may_delete = True
    may_import = False
    inline = bulk = False  # one role at a time, on its own page
    list_title, show_title, add_title, edit_title = "Roles", "Role", "New role", "Edit role"
    list_columns = ["name", "permissions"]
    show_columns = ["name", "permissions"]
    add_columns = edit_columns = ["name", "permissions"]
    search_columns = ["name"]
    order_columns = ["name"]
    search = ("name",)
    base_order = ("name", "asc")
    label_columns = {"permissions": "May"}
    edit_form_extra_fields = {"permissions": PermissionsField(lazy_gettext("May"))}
    add_form_extra_fields = edit_form_extra_fields
    create_with = staticmethod(roles.make_role)
    update_with = staticmethod(roles.change_role)
    delete_with = staticmethod(roles.remove_role)
