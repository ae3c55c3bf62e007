"""Saved views: a list's filters, words, columns, order and density under a name, for oneself or shared with a role."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from urllib.parse import parse_qsl, urlencode

from flask import abort, current_app, flash, g, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_appbuilder.baseviews import expose
from flask_appbuilder.security.decorators import has_access
from flask_babel import gettext
from sqlalchemy import ForeignKey, Integer, String, UniqueConstraint, Uuid, delete, or_, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column
from werkzeug.datastructures import MultiDict

from fanzadmin.console.contract import Arguments
from fanzadmin.console.search.mixin import Finding, list_arguments
from fanzadmin.kernel import clock
from fanzadmin.kernel.context import current
from fanzadmin.kernel.db import Model, created, moment, pk, session
from fanzadmin.kernel.errors import BusinessError, Forbidden, NotFound, SignInNeeded
from fanzadmin.kernel.ids import is_id

MOST_VIEWS = 100  # of one person in one console
LONGEST_NAME = 60
EVERYTHING = "all"  # `view=all` is the list itself although there is a default


class SavedView(Model):
    """`arguments` are those of the list's address. `role` names who else sees it; None is no one."""

    __tablename__ = "saved_view"
    __table_args__ = (
        UniqueConstraint("owner_user_id", "console", "name", name="uq_saved_view_name"),
        {"schema": "console"},
    )

    id: Mapped[str] = pk()
    console: Mapped[str] = mapped_column(String(80), index=True)
    owner_user_id: Mapped[int] = mapped_column(Integer, ForeignKey("ab_user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(LONGEST_NAME))
    role: Mapped[str | None] = mapped_column(String(64))
    arguments: Mapped[dict[str, str]] = mapped_column(JSONB)
    created_at: Mapped[datetime] = created()
    changed_at: Mapped[datetime] = moment(nullable=False)


class DefaultView(Model):
    """The view that a user's bare list opens with."""

    __audited__ = False
    __tablename__ = "default_view"
    __table_args__ = ({"schema": "console"},)

    user_id: Mapped[int] = mapped_column(
        Integer, ForeignKey("ab_user.id", ondelete="CASCADE"), primary_key=True
    )
    console: Mapped[str] = mapped_column(String(80), primary_key=True)
    view_id: Mapped[str] = mapped_column(
        Uuid(as_uuid=False), ForeignKey(SavedView.id, ondelete="CASCADE"), index=True
    )


class ViewWithoutName(BusinessError):
    status = 422
    title = "A view needs a name"


class ViewNameTaken(BusinessError):
    title = "You have a view of this name"


class TooManyViews(BusinessError):
    title = "Delete a view first"


class NotYourView(Forbidden):
    title = "Only its owner may change a view"


@dataclass(frozen=True, slots=True)
class ViewTab:
    """A saved view as the current user sees it above the list."""

    id: str
    name: str
    role: str | None
    url: str
    mine: bool
    may_change: bool
    is_default: bool
    is_open: bool
    is_changed: bool


def visible_views(console: str | None = None) -> list[tuple[SavedView, bool]]:
    """The views that the current user may use, own ones first, each with whether it is the default."""
    who = current()
    mine = SavedView.owner_user_id == who.actor_id
    shared = SavedView.role.is_not(None) if _is_admin() else SavedView.role.in_(sorted(who.roles))
    query = (
        select(SavedView, DefaultView.view_id.is_not(None))
        .outerjoin(DefaultView, (DefaultView.view_id == SavedView.id) & (DefaultView.user_id == who.actor_id))
        .where(or_(mine, shared))
        .order_by(mine.desc(), SavedView.name)
    )
    if console:
        query = query.where(SavedView.console == console)
    return [(view, bool(default)) for view, default in session.execute(query)]


def save_view(console: str, *, name: str, arguments: Mapping[str, str], role: str | None = None) -> SavedView:
    """A new view of the current user. Raises ViewWithoutName, ViewNameTaken, TooManyViews, NotYourView."""
    owner = _person()
    own = [view for view, _ in visible_views(console) if view.owner_user_id == owner]
    if len(own) >= MOST_VIEWS:
        raise TooManyViews(gettext("You have %(most_views)s views of this list.", most_views=MOST_VIEWS))
    view = SavedView(
        console=console,
        owner_user_id=owner,
        name=_free_name(name, own),
        role=_role(role),
        arguments=dict(arguments),
        changed_at=clock.now(),
    )
    session.add(view)
    session.flush()  # its id goes into the address
    return view


def change_view(
    view: SavedView,
    *,
    name: str | None = None,
    arguments: Mapping[str, str] | None = None,
    role: str | None = None,
    share: bool = False,
) -> None:
    """Rename, overwrite or (with `share`) share a view. Raises as save_view does."""
    _own(view)
    if name is not None:
        others = [
            other for other, _ in visible_views(view.console)
            if other.owner_user_id == view.owner_user_id and other.id != view.id
        ]  # fmt: skip
        view.name = _free_name(name, others)
    if arguments is not None:
        view.arguments = dict(arguments)
    if share:
        view.role = _role(role)
    view.changed_at = clock.now()


def delete_view(view: SavedView) -> None:
    """Remove a view for everybody. Raises NotYourView."""
    _own(view)
    session.delete(view)


def make_default(view: SavedView, *, default: bool) -> None:
    """Let the bare list open with this view for the current user, or no longer."""
    who = _person()
    session.execute(
        delete(DefaultView).where(DefaultView.user_id == who, DefaultView.console == view.console)
    )
    if default:
        session.add(DefaultView(user_id=who, console=view.console, view_id=view.id))


def shareable_roles() -> list[str]:
    """The roles that the current user may share a view with: the own ones, every one for an administrator."""
    if not _is_admin():
        return sorted(current().roles)
    return sorted(role.name for role in current_app.extensions["appbuilder"].sm.get_all_roles())


class SavedViews(Finding):
    """The tabs of a list, and what can be done with them."""

    RIGHTS: ClassVar[dict[str, str]] = {"save_view": "read", "change_view": "read", "view_roles": "read"}

    def views(self, args: Arguments) -> list[ViewTab]:
        """The saved views of this list for the current user."""
        now = dict(list_arguments(args))
        opened = now.pop("view", None)
        me, admin = current().actor_id, _is_admin()
        return [
            ViewTab(
                id=view.id,
                name=view.name,
                role=view.role,
                url=self.view_address(view),
                mine=view.owner_user_id == me,
                may_change=view.owner_user_id == me or (admin and bool(view.role)),
                is_default=default,
                is_open=view.id == opened,
                is_changed=view.id == opened and (view.arguments != now or _has_old(args)),
            )
            for view, default in self._views()
        ]

    def view_address(self, view: SavedView) -> str:
        """The list as the view shows it."""
        return self.address(MultiDict(view.arguments), view=view.id)

    def start(self) -> str | None:
        default = next((view for view, default in self._views() if default), None)
        return self.view_address(default) if default else None

    @expose("/finding/views", methods=["POST"])
    @has_access
    def save_view(self) -> ResponseReturnValue:
        """Save the list as it is shown; the form carries its address in `arguments`."""
        form = request.form
        try:
            view = save_view(
                type(self).__name__,
                name=form.get("name", ""),
                arguments=_arguments(form.get("arguments", "")),
                role=form.get("role"),
            )
        except BusinessError as refused:
            flash(refused.detail, "danger")
            return redirect(self._back())
        if form.get("default"):
            make_default(view, default=True)
        flash(gettext("View saved"), "success")
        return redirect(self.view_address(view))

    @expose("/finding/views/<view_id>", methods=["POST"])
    @has_access
    def change_view(self, view_id: str) -> ResponseReturnValue:
        """Carry out what the pressed button names: overwrite, rename, delete, default or undefault."""
        view = self._view(view_id)
        verb = self._verbs().get(request.form.get("do", ""))
        if verb is None:
            abort(404)
        try:
            message = verb(view)
        except BusinessError as refused:
            flash(refused.detail, "danger")
            return redirect(self._back())
        session.flush()
        flash(message, "success")
        is_deleted = request.form["do"] == "delete"
        return redirect(
            self.address(MultiDict({"view": EVERYTHING})) if is_deleted else self.view_address(view)
        )

    @expose("/finding/roles")
    @has_access
    def view_roles(self) -> ResponseReturnValue:
        """The roles that a view can be shared with, for the search box."""
        words = request.args.get("q", "").strip().lower()
        return jsonify([{"id": role, "text": role} for role in shareable_roles() if words in role.lower()])

    def _verbs(self) -> dict[str, Callable[[SavedView], str]]:
        form = request.form

        def overwrite(view: SavedView) -> str:
            change_view(view, arguments=_arguments(form.get("arguments", "")))
            return str(gettext("View saved"))

        def rename(view: SavedView) -> str:
            change_view(view, name=form.get("name", ""), role=form.get("role"), share=True)
            return str(gettext("View saved"))

        def remove(view: SavedView) -> str:
            delete_view(view)
            return str(gettext("View deleted"))

        def default(view: SavedView) -> str:
            make_default(view, default=True)
            return str(gettext("This list now opens with the view"))

        def undefault(view: SavedView) -> str:
            make_default(view, default=False)
            return str(gettext("This list now opens without a view"))

        return {
            "overwrite": overwrite, "rename": rename, "delete": remove, "default": default, "undefault": undefault,
        }  # fmt: skip

    def _views(self) -> Sequence[tuple[SavedView, bool]]:
        """The views of this list, read once in a request."""
        read: dict[str, Sequence[tuple[SavedView, bool]]] = g.setdefault("saved_views", {})
        name = type(self).__name__
        if name not in read:
            read[name] = visible_views(name) if current().actor_id is not None else ()
        return read[name]

    def _view(self, view_id: str) -> SavedView:
        saved = next((view for view, _ in self._views() if is_id(view_id) and view.id == view_id), None)
        if saved is None:
            raise NotFound(gettext("There is no such view, or it is not shared with you."))
        return saved

    def _back(self) -> str:
        base = url_for(f"{self.endpoint}.list")
        query = urlencode(_arguments(request.form.get("arguments", "")), safe="(),:;")
        return f"{base}?{query}" if query else base


def _arguments(query: str) -> dict[str, str]:
    """What a query string says about a list, without which view it came from."""
    arguments = dict(list_arguments(MultiDict(parse_qsl(query))))
    arguments.pop("view", None)
    return arguments


def _has_old(args: Arguments) -> bool:
    return any(name.startswith("_flt_") for name in args)


def _is_admin() -> bool:
    return current_app.config["AUTH_ROLE_ADMIN"] in current().roles


def _person() -> int:
    who = current().actor_id
    if who is None:
        raise SignInNeeded(gettext("Sign in to save a view."))
    return who


def _own(view: SavedView) -> None:
    if view.owner_user_id != current().actor_id and not (_is_admin() and view.role):
        raise NotYourView(gettext("Only its owner may change this view; save it under another name."))


def _free_name(name: str, others: Sequence[SavedView]) -> str:
    plain = " ".join(name.replace("\x00", "").split())[:LONGEST_NAME]
    if not plain:
        raise ViewWithoutName(gettext("Give the view a name."))
    if any(view.name.lower() == plain.lower() for view in others):
        raise ViewNameTaken(gettext("You have a view “%(plain)s” already.", plain=plain))
    return plain


def _role(role: str | None) -> str | None:
    if not role:
        return None
    if role not in shareable_roles():
        raise NotYourView(gettext("You can share a view with your own roles only."))
    return role
