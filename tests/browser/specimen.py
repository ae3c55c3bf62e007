"""A small installation to look at: identity, the kernel's pages and consoles over two tables of its own."""

import faulthandler
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import ClassVar

from flask import Flask, flash, redirect, render_template
from flask_appbuilder import AppBuilder
from flask_appbuilder.models.sqla import Model as FabModel
from sqlalchemy import Boolean, Date, Enum, ForeignKey, MetaData, Numeric, String, Text, text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

import security.audit  # noqa: F401  the audit listens to every flush
from config import Config
from fanzadmin.console import (
    BY_EDIT,
    RECORD,
    Board,
    Calendar,
    Card,
    Console,
    Datamodel,
    Gallery,
    Menu,
    Picture,
    Verb,
    navigation,
)
from fanzadmin.console.rendering.cells import avatar, badge, money, when
from fanzadmin.console.search import palette
from fanzadmin.kernel import db, queue
from fanzadmin.kernel.partitions import is_partitioned
from fanzadmin.runtime.embedded import Embedded
from security import crypto, csrf, headers, identity, staff
from security.home import HomeView
from security.manager import FanzSecurityManager

SCHEMA = "specimen"
PLATFORM = ("security", "kernel", "console")  # the schemas of what every console has
SETTINGS = {
    "APP_NAME": "FANZ Admin",
    "SECRET_KEY": "specimen of the pages",
    "AUTH_TYPE": 1,
    "AUTH_RATE_LIMITED": False,
    "FAB_CREATE_DB": False,
    "FAB_UPDATE_PERMS": False,
    "FAB_API_SWAGGER_UI": False,
    "WTF_CSRF_CHECK_DEFAULT": False,
    "LANGUAGES": {"en": {"flag": "gb", "name": "English"}},
}
STATES = ("draft", "processing", "playable", "needs_records", "quarantined")


class Base(DeclarativeBase):
    metadata = MetaData(schema=SCHEMA)


class Maker(Base):
    __tablename__ = "maker"

    id: Mapped[str] = db.pk()
    name: Mapped[str] = mapped_column(String(80), unique=True)
    handle: Mapped[str] = mapped_column(String(40))
    about: Mapped[str | None] = mapped_column(Text)
    country: Mapped[str] = mapped_column(String(2), default="")
    verified: Mapped[bool] = mapped_column(Boolean, default=False)
    joined_at: Mapped[datetime] = db.created()

    def __str__(self) -> str:
        return self.name


class Work(Base):
    __tablename__ = "work"

    id: Mapped[str] = db.pk()
    title: Mapped[str] = mapped_column(String(120))
    maker_id: Mapped[str] = mapped_column(ForeignKey("specimen.maker.id"))
    maker: Mapped[Maker] = relationship()
    state: Mapped[str] = mapped_column(Enum(*STATES, name="state", native_enum=False), default="draft")
    price_minor: Mapped[int] = db.minor_units()
    currency: Mapped[str] = db.currency_column()
    score: Mapped[float | None] = mapped_column(Numeric(6, 2))
    featured: Mapped[bool] = mapped_column(Boolean, default=False)
    shot_on: Mapped[datetime | None] = mapped_column(Date)
    published_at: Mapped[datetime | None] = db.moment()
    caption: Mapped[str | None] = mapped_column(Text)

    def __str__(self) -> str:
        return self.title


HINT = "1QcSHQRnh493V4dIh4eXh1h4kJUI"  # the example of ThumbHash's own page


def pictures(works: Sequence[Work]) -> dict[str, Picture]:
    """A placeholder for every second work, an icon for the others."""
    return {
        work.id: Picture(thumbhash=HINT if work.featured else "", icon="video", corner="1:02")
        for work in works
    }


class SpecimenWorkConsole(Console):
    datamodel = Datamodel(Work)
    resource = "specimen:work"
    menu = Menu("MediaCore", "Works", icon="video")
    search = ("title",)
    list_title = "Works"
    show_title = "Work"
    add_title = "New work"
    edit_title = "Change the work"
    may_delete = True
    list_columns: ClassVar = [
        "title",
        "maker.name",
        "state",
        "price_minor",
        "score",
        "featured",
        "published_at",
    ]
    label_columns: ClassVar = {"maker.name": "Maker", "price_minor": "Price", "published_at": "Published"}
    search_columns: ClassVar = [
        "title",
        "maker",
        "state",
        "featured",
        "price_minor",
        "shot_on",
        "published_at",
        "id",
    ]
    form: ClassVar = [
        "title",
        "maker",
        "state",
        "price_minor",
        "currency",
        "score",
        "featured",
        "shot_on",
        "published_at",
        "caption",
    ]
    add_columns: ClassVar = form
    edit_columns: ClassVar = form
    show_columns: ClassVar = form
    board = Board(
        "state",
        title="title",
        fields=("maker.name", "price_minor"),
        moves={"draft": BY_EDIT, "playable": {"draft": "release", "processing": "release"}},
    )
    calendar = Calendar("published_at", title="title", fields=("state",))
    gallery = Gallery(pictures=pictures, title="title", badge="state", fields=("price_minor",))
    cards = (
        Card("Ready to play", q="state:any:playable", icon="play"),
        Card("Worth", q="state:any:playable", total="price_minor", icon="coin"),
        Card("First shown", q="state:any:playable", oldest="published_at", icon="clock"),
    )
    description_columns: ClassVar = {"price_minor": "In minor units: 1999 is $19.99."}
    formatters_columns: ClassVar = {
        "maker.name": avatar(note="maker.handle"),
        "state": badge(),
        "price_minor": money("price_minor"),
        "published_at": when(),
    }

    verbs = (
        Verb(
            "release",
            lambda work: setattr(work, "state", "playable"),
            label="Release",
            done="Released",
            icon="fa-play",
            confirm="Release the chosen works to everybody?",
            takes=RECORD,
        ),
    )


class SpecimenMakerConsole(Console):
    datamodel = Datamodel(Maker)
    resource = "specimen:maker"
    menu = Menu("CreatorCRM", "Makers", icon="users")
    search = ("name", "handle")
    list_title = "Makers"
    show_title = "Maker"
    list_columns: ClassVar = ["name", "handle", "verified", "joined_at"]
    search_columns: ClassVar = ["name", "verified", "country"]
    map_of = "country"
    related_views: ClassVar = [SpecimenWorkConsole]
    add_columns: ClassVar = ["name", "handle", "verified", "about"]
    edit_columns: ClassVar = ["name", "handle", "verified", "about"]
    show_columns: ClassVar = ["name", "handle", "verified", "about", "joined_at", "id"]


def make_app(config: Config) -> Flask:
    """The specimen on the database of `config`, its tables made and filled."""
    package = Path(navigation.__file__).parents[1]
    app = Flask("fanzadmin", static_folder=package / "static", template_folder=package / "templates")
    app.config.from_mapping(SETTINGS)
    palette.PALETTE_TIMEOUT = 5000  # ms: the machine of a test does much at once
    db.connect(config.database.url)
    queue.connect(config.redis.url)  # where wrong passwords are counted
    crypto.use_secret(str(SETTINGS["SECRET_KEY"]))
    app.teardown_appcontext(lambda _error: db.rollback_request())
    app.after_request(
        lambda response: (db.commit_request() if response.status_code < 400 else None) or response
    )
    with db.engine().begin() as connection:
        for schema in (*PLATFORM, SCHEMA):
            connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
    own = [table for table in FabModel.metadata.tables.values() if table.schema in {None, *PLATFORM}]
    FabModel.metadata.create_all(db.engine(), tables=own)
    Base.metadata.create_all(db.engine())
    with db.engine().begin() as connection:
        for table in filter(is_partitioned, own):
            connection.execute(
                text(f"CREATE TABLE {table.fullname}_default PARTITION OF {table.fullname} DEFAULT")
            )
    with app.app_context():
        builder = AppBuilder(
            app,
            db.session,
            indexview=HomeView,
            base_template="layouts/shell.html",
            security_manager_class=FanzSecurityManager,
            update_perms=False,
        )
    csrf.install(app)
    identity.install(app)
    staff.install()
    headers.install(app)
    navigation.install(app, systems=[("CreatorCRM", ()), ("MediaCore", ())])
    with app.app_context():
        builder.add_view_no_menu(SpecimenWorkConsole)
        builder.add_view_no_menu(SpecimenMakerConsole)
    _faces(app)
    with app.app_context(), db.transaction():
        builder.sm.sync_roles()
        if builder.sm.find_user("admin") is None:
            admin = builder.sm.find_role("Admin")
            builder.sm.add_user("admin", "Ada", "Admin", "admin@example.com", admin, "admin")
            _fill()
    return app


def _faces(app: Flask) -> None:
    app.jinja_env.globals["statement"] = {"path": "/2257", "title": "18 U.S.C. 2257 Compliance Statement"}
    app.add_url_rule(
        "/specimen/portal",
        "specimen_portal",
        lambda: render_template("specimen/portal.html", place="content"),
    )
    app.add_url_rule("/specimen/public", "specimen_public", lambda: render_template("specimen/public.html"))
    app.add_url_rule("/specimen/missing", "specimen_missing", _missing)
    app.add_url_rule("/specimen/flash", "specimen_flash", _flash)
    app.jinja_loader.searchpath.append(str(Path(__file__).parent / "pages"))  # type: ignore[union-attr]


def _missing() -> tuple[str, int]:
    return render_template(
        "errors/error.html", status=404, title="Not found", detail="The page was moved or never existed."
    ), 404


def _flash() -> object:
    for kind, words in (
        ("success", "Saved"),
        ("danger", "There is already a record with this value."),
        ("info", "It is noted"),
    ):
        flash(words, kind)
    return redirect("/")


def _fill() -> None:
    names = (
        "Luna Hart",
        "Mina Cole",
        "Ada Kern",
        "Bo Lind",
        "Cy Romero",
        "Dana Wolf",
        "Eli Frost",
        "Fay Moss",
        "Gus Hale",
        "Ivy Lake",
    )
    makers = [
        Maker(
            name=name,
            handle="@" + name.replace(" ", "").lower(),
            verified=at % 2 == 0,
            country=("DE", "US", "SG", "")[min(at % 7, 3)],
        )
        for at, name in enumerate(names)
    ]
    db.session.add_all(makers)
    nouns = (
        "Sunset on the roof",
        "Backstage",
        "Studio session",
        "Summer reel",
        "Morning ride",
        "Night market",
    )
    start = datetime(2026, 11, 1, 18, 4, tzinfo=UTC)
    for at in range(140):
        db.session.add(
            Work(
                title=f"{nouns[at % len(nouns)]}, part {at // len(nouns) + 1}",
                maker=makers[at % len(makers)],
                state=STATES[at % len(STATES)],
                price_minor=(at * 137) % 5000,
                currency=("USD", "EUR")[at % 2],
                score=at / 3,
                featured=at % 4 == 0,
                published_at=None if at % 5 == 0 else start + timedelta(hours=at * 7),
                caption="What happened after the show." if at % 3 else None,
            )
        )


def serve(var: Path, port: int) -> None:
    """Serve the specimen from fresh servers under `var` until the process ends."""
    addresses = {"NATS_URL": "nats://127.0.0.1:1"}  # not used by any page
    embedded = Embedded(Config.from_env({"FANZ_VAR": str(var), "PORT": str(port)} | addresses), durable=False)
    try:
        make_app(embedded.start()).run(port=port, threaded=True)
    finally:
        embedded.stop()


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    faulthandler.enable()  # on SIGABRT it says where it hangs
    serve(Path(sys.argv[1]), int(sys.argv[2]))
