"""What every page template may use: the navigation, the user, vendored scripts from node_modules."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from flask import Flask, Response, current_app, render_template, request, send_from_directory, url_for
from flask_appbuilder import BaseView
from flask_babel import get_locale
from jinja2 import Environment
from markupsafe import Markup

from fanzadmin.console import tray
from fanzadmin.console.base import Console
from fanzadmin.console.listing import paging
from fanzadmin.console.registry import consoles
from fanzadmin.console.rendering import widgets
from fanzadmin.console.search import palette
from fanzadmin.kernel.i18n import languages
from fanzadmin.kernel.i18n.languages import translate
from fanzadmin.kernel.web import template_cache

ROOT = Path(__file__).parents[2]
VENDOR = {
    "socket.io.min.js": "socket.io-client/dist/socket.io.min.js",
    "hls.min.js": "hls.js/dist/hls.min.js",
    "plotly.min.js": "plotly.js-cartesian-dist-min/plotly-cartesian.min.js",
}
_links: list[tuple[str, "NavLink"]] = []


@dataclass(frozen=True, slots=True)
class NavLink:
    """A page of the staff's navigation that is no console; `permission` is Flask-AppBuilder's pair."""

    label: str
    url: str
    icon: str
    permission: tuple[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class NavItem:
    """A page of the navigation: under `base` lie the addresses at which it is the current page."""

    group: str
    group_icon: str
    label: str
    url: str
    permission: tuple[str, str]

    @property
    def base(self) -> str:
        return self.url.removesuffix("list/")


@dataclass(frozen=True, slots=True)
class NavGroup:
    title: str
    icon: str
    items: tuple[NavItem, ...]
    active: frozenset[NavItem]


@dataclass(frozen=True, slots=True)
class Navigation:
    """What a user may open, `drawn` as a list. `group` and `label` name the current page, empty for none."""

    groups: tuple[NavGroup, ...]
    drawn: Markup
    group: str = ""
    label: str = ""


def add_link(group: str, link: NavLink) -> None:
    """Put a page into the staff's navigation under `group`."""
    if (group, link) not in _links:
        _links.append((group, link))


def links() -> tuple[tuple[str, NavLink], ...]:
    """The pages added by `add_link`, each under its group."""
    return tuple(_links)


def install(app: Flask, *, systems: Sequence[tuple[str, Sequence[type[BaseView]]]]) -> None:
    """Make `navigation()` a template global, and serve the npm packages' scripts from our own origin."""
    order = tuple(title for title, _ in systems)
    app.jinja_env.globals["navigation"] = lambda: navigation(order)
    languages.install(app)
    template_cache.install(app)
    widgets.install(app)
    tray.install(app)
    palette.install(app)
    paging.install(app)

    @app.get("/styleguide")
    def styleguide() -> str:
        return render_template("styleguide.html")

    @app.get("/favicon.ico")
    def favicon() -> Response:
        """Browsers ask for it by themselves, whatever the page's link says."""
        return app.send_static_file("favicon.svg")

    @app.get("/static/vendor/<name>")
    def vendor(name: str) -> Response | tuple[str, int]:
        if name not in VENDOR:
            return "", 404
        return send_from_directory(ROOT / "node_modules", VENDOR[name], max_age=86400)


def navigation(order: tuple[str, ...]) -> Navigation:
    """The groups and pages that the current user may see. Rights are asked each time; what comes out the same is
    drawn once."""
    has_access = current_app.extensions["appbuilder"].sm.has_access
    items = tuple(item for item in _items() if has_access(*item.permission))
    active = frozenset(item for item in items if request.path.startswith(item.base))
    return _drawn(current_app.jinja_env, str(get_locale()), order, items, active)


def _items() -> tuple[NavItem, ...]:
    """Every page that there is, in the order of their making; kept by the application."""
    cache: dict[tuple[str, int, int], tuple[NavItem, ...]] = current_app.extensions.setdefault(
        "navigation", {}
    )
    key = (request.script_root, len(consoles), len(_links))
    if key not in cache:
        cache[key] = (
            *(
                NavItem(entry.menu.group, entry.menu.icon, entry.menu.label, url_for(f"{entry.endpoint}.list"), ("can_read", entry.resource))
                for entry in consoles.values()
                if isinstance(entry, Console)
            ),
            *(NavItem(title, entry.icon, entry.label, entry.url, entry.permission) for title, entry in _links),
        )  # fmt: skip
    return cache[key]


@lru_cache(512)
def _drawn(
    templates: Environment,
    _language: str,
    order: tuple[str, ...],
    items: tuple[NavItem, ...],
    active: frozenset[NavItem],
) -> Navigation:
    by_title: dict[str, list[NavItem]] = {}
    for item in items:
        by_title.setdefault(item.group, []).append(item)
    groups = [
        NavGroup(title, items_[0].group_icon, tuple(items_), active & frozenset(items_))
        for title, items_ in by_title.items()
    ]
    rank = {title: at for at, title in enumerate(order)}
    groups.sort(key=lambda group: rank.get(group.title, -1))
    html = templates.get_template("layouts/_navigation.html").render(groups=groups)
    here = next((item_ for group in groups for item_ in group.items if item_ in active), None)
    return Navigation(
        tuple(groups),
        Markup(html),  # noqa: S704  drawn by a template
        translate(here.group) if here else "",
        translate(here.label) if here else "",
    )
