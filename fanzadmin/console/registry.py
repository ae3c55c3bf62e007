"""Every console of the application: by its name, by its table, and those that the current user may read."""

from collections.abc import Mapping
from types import MappingProxyType

from flask import current_app
from flask_appbuilder.baseviews import BaseModelView

from fanzadmin.console.contract import ConsoleLike
from fanzadmin.kernel.db import Model

_by_name: dict[str, ConsoleLike] = {}
_by_model: dict[type[Model], str] = {}

consoles: Mapping[str, ConsoleLike] = MappingProxyType(_by_name)


def add(console: ConsoleLike) -> None:
    """Register a console; an earlier one of the same class is replaced. Of several over a table the first is found by it."""
    name = type(console).__name__
    _by_name[name] = console
    _by_model.setdefault(console.datamodel.obj, name)


def by_name(name: str) -> ConsoleLike | None:
    return _by_name.get(name)


def by_model(model: type[Model]) -> ConsoleLike | None:
    name = _by_model.get(model)
    return None if name is None else _by_name[name]


def view_over(model: type[Model]) -> BaseModelView | None:
    """The console over a table, else the view that Flask-AppBuilder itself has of it."""
    console = by_model(model)
    views = current_app.extensions["appbuilder"].baseviews if console is None else ()
    stock = (view for view in views if isinstance(view, BaseModelView) and view.datamodel.obj is model)
    return console or next(stock, None)


def readable() -> list[ConsoleLike]:
    """The consoles that the current user may read, in the order of their registration."""
    return [console for console in _by_name.values() if may("read", console.resource)]


def may_read(view: BaseModelView) -> bool:
    """Whether the current user may read a console, or a view of Flask-AppBuilder's own."""
    if type(view).__name__ in _by_name:
        return may("read", view.resource)
    return may("list", view.class_permission_name)


def may(ability: str, resource: str) -> bool:
    """Whether the current user holds `can_<ability>` on a console's resource."""
    return bool(current_app.extensions["appbuilder"].sm.has_access(f"can_{ability}", resource))
