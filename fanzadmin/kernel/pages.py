"""What every page template may use: the navigation, the person, vendored scripts from node_modules."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask, Response, current_app, render_template, request, send_from_directory, url_for
from flask_appbuilder import BaseView

from fanzadmin.kernel.console import paging, palette, tray, widgets
from fanzadmin.kernel.console.base import Console, consoles

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


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    url: str
    icon: str
    active: bool


@dataclass(slots=True)
class NavGroup:
    title: str
    icon: str
    items: list[NavItem] = field(default_factory=list)


def add_link(group: str, link: NavLink) -> None:
    """Put a page into the staff's navigation under `group`."""
    if (group, link) not in _links:
        _links.append((group, link))


def install(app: Flask, *, systems: Sequence[tuple[str, Sequence[type[BaseView]]]]) -> None:
    """Make `navigation()` a template global, and serve the npm packages' scripts from our own origin."""
    order = [title for title, _ in systems]
    app.jinja_env.globals["navigation"] = lambda: navigation(order)
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


def navigation(order: Sequence[str]) -> list[NavGroup]:
    """The groups and pages that the person at hand may see."""
    has_access = current_app.extensions["appbuilder"].sm.has_access
    groups: dict[str, NavGroup] = {}
    for console in consoles.values():
        if isinstance(console, Console) and has_access("can_read", console.resource):
            url = url_for(f"{console.endpoint}.list")
            _add(groups, console.menu.group, console.menu.label, url, console.menu.icon)
    for title, link in _links:
        if has_access(*link.permission):
            _add(groups, title, link.label, link.url, link.icon)
    rank = {title: at for at, title in enumerate(order)}
    return sorted(groups.values(), key=lambda group: rank.get(group.title, -1))


def _add(groups: dict[str, NavGroup], title: str, label: str, url: str, icon: str) -> None:
    group = groups.setdefault(title, NavGroup(title, icon))
    base = url.removesuffix("list/")
    group.items.append(NavItem(label, url, icon, active=request.path.startswith(base)))
