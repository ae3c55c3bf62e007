"""Flask-AppBuilder as it comes, over the same tables: what one writes by its documentation, and nothing mended."""

from datetime import datetime
from typing import Any, ClassVar

from flask import Flask
from flask_appbuilder import AppBuilder, ModelView
from flask_appbuilder.models.sqla import Model
from flask_appbuilder.models.sqla.base import SQLA
from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import BigInteger, DateTime, ForeignKey, String, Text, Uuid, event
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bench.peers import cases
from bench.peers.measure import run

STATEMENTS: list[str] = []
CONTAINS = 2  # the place of "contains" among Flask-AppBuilder's operators of a text
LIST = "/fanview/list/"
SORTED = f"{LIST}?_oc_FanView=spent_minor&_od_FanView=desc"


class Cluster(Model):  # type: ignore[misc]
    __tablename__ = "cluster"
    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))

    def __repr__(self) -> str:
        return self.name


class Fan(Model):  # type: ignore[misc]
    __tablename__ = "fan"
    __table_args__ = ({"schema": "crm"},)
    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    cluster: Mapped[str] = mapped_column(ForeignKey("cluster.key"))
    country: Mapped[str] = mapped_column(String(2))
    spent_minor: Mapped[int] = mapped_column(BigInteger)
    last_seen: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    joined_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    brand: Mapped[Cluster] = relationship(Cluster)


class Creator(Model):  # type: ignore[misc]
    __tablename__ = "creator"
    __table_args__ = ({"schema": "crm"},)
    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))

    def __repr__(self) -> str:
        return self.name


class Note(Model):  # type: ignore[misc]
    __tablename__ = "note"
    __table_args__ = ({"schema": "crm"},)
    id: Mapped[str] = mapped_column(Uuid(as_uuid=False), primary_key=True)
    creator_id: Mapped[str | None] = mapped_column(ForeignKey("crm.creator.id"))
    body: Mapped[str] = mapped_column(Text)
    creator: Mapped[Creator | None] = relationship(Creator)


class FanView(ModelView):  # type: ignore[misc]
    datamodel = SQLAInterface(Fan)
    list_columns: ClassVar = ["name", "brand.name", "country", "spent_minor", "last_seen", "joined_at"]
    base_order = ("joined_at", "desc")
    page_size = cases.PAGE


class NoteView(ModelView):  # type: ignore[misc]
    datamodel = SQLAInterface(Note)
    list_columns: ClassVar = ["body"]
    search_columns: ClassVar = ["body"]
    add_columns: ClassVar = ["creator", "body"]


def peer(database_url: str, rows: int) -> Any:
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY="bench",
        SQLALCHEMY_DATABASE_URI=database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "connect_args": {"options": "-c search_path=security,public -c timezone=utc"}
        },
        FAB_CREATE_DB=False,
        FAB_ADD_SECURITY_API=False,
        WTF_CSRF_ENABLED=False,
    )
    database = SQLA(app)
    with app.app_context():
        builder = AppBuilder(app, database.session)
        builder.add_view(FanView, "Fans", category="CRM")
        builder.add_view(NoteView, "Notes", category="CRM")
        for number in range(cases.MENU):
            further = type(
                f"Further{number}View",
                (ModelView,),
                {"datamodel": SQLAInterface(Cluster), "list_columns": ["name"]},
            )
            builder.add_view(further, f"Further {number}", category=f"Part {number // 8}")
        role = builder.sm.find_role("Admin")
        user = builder.sm.find_user("stock") or builder.sm.add_user(
            "stock", "St", "Ock", "stock@example.test", role, "bench"
        )
        key = str(user.id)
        event.listen(
            database.engine,
            "before_cursor_execute",
            lambda _c, _cursor, statement, *_: STATEMENTS.append(statement),
        )
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = key, True

    def get(address: str) -> tuple[int, bytes]:
        answer = client.get(address)
        return answer.status_code, answer.data

    pages = rows // cases.PAGE
    return get, {
        cases.FIRST: LIST,
        cases.DEEP: f"{LIST}?page_FanView={pages // 2}",
        cases.LAST: f"{LIST}?page_FanView={pages - 1}",
        cases.TEXT: f"{LIST}?_flt_{CONTAINS}_name={cases.SURNAME}",
        cases.FREQUENT: f"{LIST}?_flt_{CONTAINS}_name={cases.FIRST_NAME}",
        cases.RELATION: f"{LIST}?_flt_0_brand={cases.CLUSTER}",
        cases.SORT: SORTED,
        cases.SORT_DEEP: f"{SORTED}&page_FanView={pages // 2}",
        cases.ADD: "/noteview/add",
    }


if __name__ == "__main__":
    run(peer, STATEMENTS)
