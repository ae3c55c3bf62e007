"""Our own fan console, by the whole application, as a member of the CRM team."""

from typing import Any

from flask import request
from sqlalchemy import event, select

from bench.peers import cases
from bench.peers.measure import run
from config import Config
from fanzadmin.app import create_app
from fanzadmin.console.listing.paging import AFTER, END, _signer
from fanzadmin.console.registry import consoles
from fanzadmin.crm.fans.models import Fan
from fanzadmin.kernel.db import engine, session

STATEMENTS: list[str] = []
LIST = "/crmfanconsole/list/"
SORTED = f"{LIST}?_oc_CrmFanConsole=spent_minor&_od_CrmFanConsole=desc"
USER = "bench"


def peer(database_url: str, rows: int) -> Any:
    app = create_app(Config.from_env().connected_to(database=database_url))
    app.testing = True
    event.listen(
        engine(), "before_cursor_execute", lambda _c, _cursor, statement, *_: STATEMENTS.append(statement)
    )
    client = app.test_client()
    with app.app_context():
        user = app.extensions["appbuilder"].sm.find_user(USER)
        key = str(user.id)
        session.remove()
    with client.session_transaction() as cookie:
        cookie["_user_id"], cookie["_fresh"] = key, True

    def get(address: str) -> tuple[int, bytes]:
        answer = client.get(address)
        return answer.status_code, answer.data

    return get, {
        cases.FIRST: LIST,
        cases.DEEP: _place(app, LIST, AFTER, rows // 2),
        cases.LAST: _place(app, LIST, END, rows),
        cases.TEXT: f"{LIST}?find={cases.SURNAME}",
        cases.FREQUENT: f"{LIST}?find={cases.FIRST_NAME}",
        cases.RELATION: f"{LIST}?q=cluster:any:{cases.CLUSTER}",
        cases.SORT: SORTED,
        cases.SORT_DEEP: _place(app, SORTED, AFTER, rows // 2),
        cases.ADD: "/crmnoteconsole/add",
    }


def _place(app: Any, address: str, side: str, position: int) -> str:
    """The address that the links of the page before `position` would carry."""
    console = consoles["CrmFanConsole"]
    with app.test_request_context(address):
        order = console.datamodel.order(
            "spent_minor" if "spent_minor" in address else "joined_at", descending=True
        )
        edge: tuple[list[Any], list[Any]] = ([], [])
        if side == AFTER:
            ordered = (column.desc() for column in order.columns)
            row = session.execute(
                select(*order.columns).select_from(Fan).order_by(*ordered).offset(position - 1).limit(1)
            )
            edge = order.written(row.one())
        token = _signer().dumps([console._mark(order), side, *edge, position if side == AFTER else None])
        separator = "&" if "?" in address else "?"
        session.remove()
        return f"{request.full_path.rstrip('?')}{separator}at_CrmFanConsole={token}"


if __name__ == "__main__":
    run(peer, STATEMENTS)
