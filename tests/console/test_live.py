"""Live: who else is on a record, and rows that changed while one looks."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask, g
from flask.testing import FlaskClient
from flask_socketio import SocketIO, SocketIOTestClient
from sqlalchemy import text, update

from fanzadmin.console.live import changes, presence
from fanzadmin.console.live.presence import Present
from fanzadmin.crm import service
from fanzadmin.crm.fans.models import Fan
from fanzadmin.kernel import cache, clock
from fanzadmin.kernel.context import acting
from fanzadmin.kernel.db import commit_request
from fanzadmin.kernel.web import realtime
from fanzadmin.shield.service import assign_incident, open_incident
from security import viewers
from security.models import StaffCluster
from security.sockets import LiveNamespace
from tests.town import listening

LIVE = "/live"
FANS = "CrmFanConsole"
Login = Callable[..., Any]
Make = Callable[..., Any]
Connect = Callable[..., SocketIOTestClient]


@pytest.fixture(autouse=True)
def _quiet(app: Flask) -> Iterator[None]:
    """Nobody looks at anything, and no second is used up."""

    def forget() -> None:
        changes._cache.until, viewers._watches = 0.0, {}
        changes._full.clear()
        cache.ask_redis(lambda redis: redis.delete(*(redis.keys("fanz:live:*") or ["nothing"])), default=0)

    forget()
    yield
    forget()


@pytest.fixture
def connect(app: Flask, db: Any, login: Login) -> Iterator[Connect]:
    """`connect(user_id)` opens a socket as this person; a server of its own, since the test client takes no queue."""
    served, emitter, wsgi = app.extensions.get("socketio"), realtime._emitter, app.wsgi_app
    server = SocketIO(app, async_mode="threading", manage_session=False)
    server.on_namespace(LiveNamespace(beats=False))
    realtime.serve_with(server)

    def open_socket(user_id: int | None) -> SocketIOTestClient:
        commit_request()
        g.pop("_login_user", None)
        browser = login(user_id=user_id) if user_id else app.test_client()
        return server.test_client(app, namespace=LIVE, flask_test_client=browser)

    try:
        yield open_socket
    finally:
        app.extensions["socketio"], app.wsgi_app = served, wsgi  # type: ignore[method-assign]
        realtime._emitter = emitter


@dataclass
class Staff:
    """Cora of the CRM desk, and how others are made."""

    db: Any
    login: Login

    def of(self, role: str, *clusters: str) -> int:
        user_id: int = self.login(role).user_id
        for key in clusters:
            self.db.add(StaffCluster(user_id=user_id, cluster=key))
        self.db().commit_transaction()
        return user_id


@pytest.fixture
def fan(db: Any, brands: None) -> Make:
    """`fan(cluster="ember", country="US")` makes a fan and returns the key."""

    def make(*, cluster: str = "velvet", name: str = "Anna Kern", country: str = "DE") -> str:
        result: Fan = db.get(Fan, service.register_fan(name, cluster=cluster, email="anna@example.test"))
        result.country, key = country, result.id
        db.flush()
        db().commit_transaction()
        return key

    return make


@pytest.fixture
def staff(db: Any, login: Login) -> Staff:
    return Staff(db, login)


def change(db: Any, *keys: str, **values: Any) -> None:
    """Somebody else changes these fans in one transaction."""
    for key in keys:
        for name, value in values.items():
            setattr(db.get(Fan, key), name, value)
        db.flush()
    db().commit_transaction()


def watch(socket: SocketIOTestClient, pk: str = "", *, console: str = FANS, **more: Any) -> dict[str, Any]:
    """Say what the page shows; the answer."""
    texts = {
        "console": console,
        "id": pk,
        "mode": "show",
        "since": int(clock.now().timestamp() * 1000) + 2000,
        **more,
    }
    answer: dict[str, Any] = socket.emit("watch", texts, namespace=LIVE, callback=True)
    return answer


def heard(socket: SocketIOTestClient, event: str) -> list[dict[str, Any]]:
    return [packet["args"][0] for packet in socket.get_received(LIVE) if packet["name"] == event]


def names(people: list[dict[str, Any]]) -> list[tuple[int, str]]:
    return [(item["user_id"], item["mode"]) for item in people]


class TestWhoIsHere:
    def test_two_people_see_each_other_come_edit_and_go(
        self, connect: Connect, staff: Staff, fan: Make
    ) -> None:
        key, cora, ben = fan(), staff.of("CRM"), staff.of("CRM")
        first, second = connect(cora), connect(ben)
        assert names(watch(first, key)["people"]) == [(cora, "show")]
        assert names(watch(second, key, mode="edit")["people"]) == [(ben, "edit"), (cora, "show")]
        assert names(heard(first, "presence")[-1]["people"]) == [(ben, "edit"), (cora, "show")]
        second.disconnect(namespace=LIVE)
        assert names(heard(first, "presence")[-1]["people"]) == [(cora, "show")]

    def test_a_person_with_two_pages_is_one_person_who_edits(
        self, connect: Connect, staff: Staff, fan: Make
    ) -> None:
        key, cora = fan(), staff.of("CRM")
        tabs = [connect(cora), connect(cora)]
        watch(tabs[0], key)
        assert names(watch(tabs[1], key, mode="edit")["people"]) == [(cora, "edit")]
        tabs[1].disconnect(namespace=LIVE)
        assert names(heard(tabs[0], "presence")[-1]["people"]) == [(cora, "show")]

    def test_the_name_is_drawn_with_a_face(self, connect: Connect, staff: Staff, fan: Make) -> None:
        (people,) = watch(connect(staff.of("CRM")), fan())["people"]
        assert people["name"].startswith("CRM")
        assert 'class="avatar' in people["face"]

    def test_who_may_not_change_a_record_does_not_edit_it(
        self, connect: Connect, staff: Staff, fan: Make
    ) -> None:
        manager = staff.of("Manager")
        assert names(watch(connect(manager), fan(), mode="edit")["people"]) == [(manager, "show")]

    @pytest.mark.parametrize("role", ["Finance", "Content", "Security", "Creator", "Fan"])
    def test_the_wrong_role_is_told_nothing(
        self, connect: Connect, staff: Staff, fan: Make, role: str
    ) -> None:
        key, stranger, cora = fan(), connect(staff.of(role)), connect(staff.of("CRM"))
        assert watch(stranger, key) == watch(stranger) == {"allowed": False}
        assert len(watch(cora, key)["people"]) == 1
        assert stranger.get_received(LIVE) == []

    def test_the_wrong_cluster_is_told_nothing(self, connect: Connect, staff: Staff, fan: Make) -> None:
        key, other = fan(cluster="velvet"), connect(staff.of("CRM", "ember"))
        assert watch(other, key) == {"allowed": False}
        watch(connect(staff.of("CRM", "velvet")), key)
        assert other.get_received(LIVE) == []

    def test_nobody_has_no_socket(self, connect: Connect) -> None:
        assert not connect(None).is_connected(LIVE)

    @pytest.mark.parametrize(
        "said",
        [None, 7, [], {}, {"console": "Nothing"}, {"console": FANS, "id": "x"}, {"console": FANS, "id": {}}],
    )
    def test_what_makes_no_sense_is_refused_or_is_the_list(
        self, connect: Connect, staff: Staff, said: Any
    ) -> None:
        answer = connect(staff.of("CRM")).emit("watch", said, namespace=LIVE, callback=True)
        assert answer["allowed"] is (isinstance(said, dict) and said.get("id") == {})

    def test_a_page_that_shows_something_else_has_left_the_record(
        self, connect: Connect, staff: Staff, fan: Make
    ) -> None:
        key, socket = fan(), connect(staff.of("CRM"))
        watch(socket, key)
        watch(socket, fan())
        assert presence.people_on(f"crm.fan:{key}") == []


class TestBeat:
    def test_a_killed_process_leaves_nobody_behind(self, connect: Connect, staff: Staff, fan: Make) -> None:
        key, cora = fan(), staff.of("CRM")
        record, socket = f"crm.fan:{key}", connect(cora)
        watch(socket, key)
        lost = Present(0, "Of a killed process", "edit", "gone")
        presence.join(record, lost)
        assert names(heard(socket, "presence")[-1]["people"]) == [(0, "edit"), (cora, "show")]
        over = {
            presence._entry(lost): clock.now().timestamp() - 1
        }  # nobody kept it alive for as long as it may stand
        cache.ask_redis(lambda redis: redis.zadd(presence._key(record), over), default=0)
        assert names(presence.people_on(record)) == [(cora, "show")]
        viewers.heartbeat()
        assert names(heard(socket, "presence")[-1]["people"]) == [(cora, "show")]

    def test_an_entry_and_a_beat_fit_into_45_seconds(self) -> None:
        assert presence.EXPIRES_SECONDS + viewers.HEARTBEAT_SECONDS <= 45
        assert viewers.HEARTBEAT_SECONDS * 2 < presence.EXPIRES_SECONDS

    def test_who_loses_the_cluster_is_let_go(
        self, connect: Connect, staff: Staff, fan: Make, db: Any
    ) -> None:
        item, cora = fan(cluster="velvet"), staff.of("CRM", "velvet")
        socket = connect(cora)
        watch(socket, item)
        db.query(StaffCluster).filter_by(user_id=cora).update({"cluster": "ember"})
        db().commit_transaction()
        viewers.heartbeat()
        assert presence.people_on(f"crm.fan:{item}") == []
        socket.get_received(LIVE)
        change(db, item, name="Anna of another brand")
        assert socket.get_received(LIVE) == []

    def test_a_login_that_is_switched_off_is_let_go(
        self, connect: Connect, staff: Staff, fan: Make, db: Any
    ) -> None:
        key, cora = fan(), staff.of("CRM")
        watch(connect(cora), key)
        db.execute(text("UPDATE ab_user SET active = false WHERE id = :id"), {"id": cora})
        db().commit_transaction()
        db.expire_all()
        viewers.heartbeat()
        assert presence.people_on(f"crm.fan:{key}") == []

    def test_who_stays_is_kept(self, connect: Connect, staff: Staff, fan: Make) -> None:
        key, cora = fan(), staff.of("CRM")
        socket = connect(cora)
        watch(socket, key)
        socket.get_received(LIVE)
        viewers.heartbeat()
        assert names(presence.people_on(f"crm.fan:{key}")) == [(cora, "show")]
        assert socket.get_received(LIVE) == []  # nobody came or went: nobody is told


class TestChangedRows:
    def test_a_change_is_hinted_at_after_the_commit_with_the_key_alone(
        self, connect: Connect, staff: Staff, fan: Make, db: Any
    ) -> None:
        item, socket = fan(), connect(staff.of("CRM"))
        watch(socket)
        db.get(Fan, item).name = "Anna Newname"
        db.flush()
        assert heard(socket, "rows") == []
        db().commit_transaction()
        assert heard(socket, "rows") == [
            {"table": "crm.fan", "ids": [item], "new": [], "look": False, "many": False}
        ]

    def test_a_new_row_is_told_apart(self, connect: Connect, staff: Staff, fan: Make, db: Any) -> None:
        fan()
        socket = connect(staff.of("CRM"))
        watch(socket)
        result = fan()
        db().commit_transaction()
        (hint,) = [item for item in heard(socket, "rows") if item["table"] == "crm.fan"]
        assert (hint["ids"], hint["new"]) == ([], [result])

    def test_what_is_taken_back_is_not_hinted_at(
        self, connect: Connect, staff: Staff, fan: Make, db: Any
    ) -> None:
        item, other, socket = fan(), fan(), connect(staff.of("CRM"))
        watch(socket)
        savepoint = db.begin_nested()
        db.get(Fan, item).name = "Not to be"
        db.flush()
        savepoint.rollback()
        change(db, other, name="To be")
        assert [hint["ids"] for hint in heard(socket, "rows")] == [[other]]
        db.get(Fan, other).name = "Not to be either"
        db.flush()
        db.rollback()
        assert heard(socket, "rows") == []

    def test_one_transaction_is_one_message_and_many_rows_are_no_list(
        self, connect: Connect, staff: Staff, fan: Make, db: Any
    ) -> None:
        rows, socket = [fan() for _ in range(changes.MOST_IDS + 5)], connect(staff.of("CRM"))
        watch(socket)
        change(db, *rows, name="Fan")
        assert heard(socket, "rows") == [
            {"table": "crm.fan", "ids": [], "new": [], "look": True, "many": True}
        ]

    def test_a_second_has_a_most(
        self, connect: Connect, staff: Staff, fan: Make, db: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(changes, "MOST_PER_SECOND", 3)
        item, socket = fan(), connect(staff.of("CRM"))
        watch(socket)
        for at in range(40):
            change(db, item, name=f"Fan {at}")
        events = heard(socket, "rows")
        assert [hint["look"] for hint in events[:4]] == [False, False, False, True]
        assert len(events) < 12
        time.sleep(1.05)
        change(db, item, name="A second later")
        assert [hint["ids"] for hint in heard(socket, "rows")] == [[item]]

    def test_statements_around_the_orm_name_their_table(
        self, connect: Connect, staff: Staff, fan: Make, db: Any
    ) -> None:
        item, socket = fan(), connect(staff.of("CRM"))
        watch(socket)
        db.execute(update(Fan).where(Fan.id == item).values(country="US"))
        db().commit_transaction()
        assert [hint["look"] for hint in heard(socket, "rows")] == [True]
        time.sleep(1.05)
        db.execute(text("UPDATE crm.fan SET name = 'By hand' WHERE id = :id"), {"id": item})
        db().commit_transaction()
        assert [hint["look"] for hint in heard(socket, "rows")] == [True]

    def test_a_cluster_hears_of_its_own_rows_only(
        self, connect: Connect, staff: Staff, fan: Make, db: Any
    ) -> None:
        ours, theirs = fan(cluster="velvet"), fan(cluster="ember")
        velvet, everybody = connect(staff.of("CRM", "velvet")), connect(staff.of("CRM"))
        watch(velvet), watch(everybody)
        change(db, theirs, name="Theirs")
        assert heard(velvet, "rows") == []
        assert [hint["ids"] for hint in heard(everybody, "rows")] == [[theirs]]
        change(db, ours, theirs, name="Both")
        assert [hint["ids"] for hint in heard(velvet, "rows")] == [[ours]]

    def test_many_rows_of_another_cluster_are_not_told(
        self, connect: Connect, staff: Staff, fan: Make, db: Any
    ) -> None:
        theirs = [fan(cluster="ember") for _ in range(changes.MOST_IDS + 2)]
        velvet = connect(staff.of("CRM", "velvet"))
        watch(velvet)
        change(db, *theirs, name="Theirs")
        assert heard(velvet, "rows") == []

    def test_a_row_that_changes_its_cluster_is_told_to_both(
        self, connect: Connect, staff: Staff, fan: Make, db: Any
    ) -> None:
        item, velvet, noir = fan(cluster="velvet"), staff.of("CRM", "velvet"), staff.of("CRM", "ember")
        sockets = [connect(velvet), connect(noir)]
        for socket in sockets:
            watch(socket)
        change(db, item, cluster="ember")
        assert [[hint["ids"] for hint in heard(socket, "rows")] for socket in sockets] == [[[item]]] * 2

    def test_where_rows_are_hidden_a_hint_has_no_ids(self, connect: Connect, staff: Staff, db: Any) -> None:
        from fanzadmin.console.approvals.requests import NewApproval, request_approval

        user_id = staff.of("CRM")
        socket = connect(user_id)
        assert watch(socket, console="OpsApprovalConsole")["allowed"]
        with acting(actor_id=staff.of("Finance"), actor="Finn"):
            asked = NewApproval("console.verb", "Pay", "finance:payout", "pay")
            request_approval(asked, reason="Because it is due.")
        db().commit_transaction()
        events = [hint for hint in heard(socket, "rows") if hint["table"] == "console.approval"]
        assert [(hint["ids"], hint["new"], hint["look"]) for hint in events] == [([], [], True)]

    def test_where_nobody_looks_nothing_is_sent(self, fan: Make, db: Any) -> None:
        item = fan()
        db().commit_transaction()
        with listening() as events:
            change(db, item, name="Unseen")
        assert events.sent == []

    def test_redis_away_costs_the_hint_and_not_the_work(
        self, connect: Connect, staff: Staff, fan: Make, db: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        item, socket = fan(), connect(staff.of("CRM"))
        watch(socket)
        monkeypatch.setattr(cache, "_redis", None)
        changes._cache.until = 0.0
        change(db, item, name="Kept")
        assert heard(socket, "rows") == []
        assert db.get(Fan, item).name == "Kept"

    def test_a_page_that_came_late_is_told_so(
        self, connect: Connect, staff: Staff, fan: Make, db: Any
    ) -> None:
        item, first, second = fan(), connect(staff.of("CRM")), connect(staff.of("CRM"))
        assert watch(first)["behind"]  # nobody looked before: nobody was told
        assert not watch(second)["behind"]
        change(db, item, name="Changed before the second page's socket was there")
        assert watch(second, since=int(clock.now().timestamp() * 1000) - 500)["behind"]


class TestRows:
    """What a list asks after a hint."""

    def ask(
        self, client: FlaskClient, *keys: str, new: tuple[str, ...] = (), address: str = ""
    ) -> dict[str, Any]:
        answer = client.post(
            f"/crmfanconsole/rows{address}",
            data={"ids": list(keys), "new": list(new)},
            headers={"Accept": "text/html"},
        )
        assert answer.status_code == 200, answer.status
        return dict(answer.json)

    def test_cells_are_drawn_as_the_list_draws_them(self, login: Login, fan: Make, db: Any) -> None:
        item, crm = fan(), login("CRM")
        db().commit_transaction()
        drawn = self.ask(crm, item)["rows"][item]
        page = crm.get("/crmfanconsole/list/").text
        for html in drawn.values():
            assert html in page

    def test_chosen_columns_are_the_address_s(self, login: Login, fan: Make, db: Any) -> None:
        item, crm = fan(), login("CRM")
        db().commit_transaction()
        drawn = self.ask(crm, item, address="?cols=country,joined_at")["rows"][item]
        assert list(drawn) == ["country", "joined_at"]

    def test_a_row_that_left_the_filter_is_not_in_the_answer(self, login: Login, fan: Make, db: Any) -> None:
        item, other, crm = fan(), fan(country="US"), login("CRM")
        db().commit_transaction()
        answer = self.ask(crm, item, other, address="?q=country:is:US")
        assert list(answer["rows"]) == [other]

    def test_new_rows_are_counted_where_they_match(self, login: Login, fan: Make, db: Any) -> None:
        item, other, crm = fan(), fan(country="US"), login("CRM")
        db().commit_transaction()
        assert self.ask(crm, new=(item, other), address="?q=country:is:US") == {"rows": {}, "new": 1}

    def test_rows_of_another_cluster_are_not_drawn_nor_counted(
        self, staff: Staff, login: Login, fan: Make
    ) -> None:
        item = fan(cluster="ember")
        crm = login(user_id=staff.of("CRM", "velvet"))
        assert self.ask(crm, item, new=(item,)) == {"rows": {}, "new": 0}

    def test_masked_values_stay_masked(self, login: Login, fan: Make, db: Any) -> None:
        item, crm = fan(), login("CRM")
        db().commit_transaction()
        drawn = self.ask(crm, item, address="?cols=name,email")["rows"][item]
        assert "Anna Kern" in drawn["name"]
        assert "concealed" in drawn["email"]
        assert "anna@" not in drawn["email"]

    def test_the_wrong_role_and_nobody_are_refused(
        self, login: Login, client: FlaskClient, fan: Make, db: Any
    ) -> None:
        item = fan()
        db().commit_transaction()
        assert login("Finance").post("/crmfanconsole/rows", data={"ids": item}).status_code == 403
        assert client.post("/crmfanconsole/rows", data={"ids": item}).status_code in {302, 401, 403}

    @pytest.mark.parametrize(
        "key", ["", "x", "[1]", "null", "0" * 500, "01900000-0000-7000-8000-00000000000"]
    )
    def test_keys_that_cannot_be_are_no_rows(self, login: Login, key: str) -> None:
        assert self.ask(login("CRM"), key) == {"rows": {}, "new": 0}


class TestLatest:
    """What a record's page asks after a hint."""

    @pytest.mark.running_clock
    def test_who_changed_it_is_named(self, login: Login, fan: Make, db: Any) -> None:
        item, crm = fan(), login("CRM")
        db().commit_transaction()
        since = int(clock.now().timestamp() * 1000) + 1
        assert crm.get(f"/crmfanconsole/latest/{item}?since={since}").json["changed"] is False
        time.sleep(0.01)
        with acting(actor_id=7_000_000, actor="Cora"):
            change(db, item, name="Anna Newname")
        body = crm.get(f"/crmfanconsole/latest/{item}?since={since}").json
        assert body == {"gone": False, "changed": True, "by": "Cora", "mine": False}

    def test_an_own_change_in_another_window_is_mine(self, login: Login, fan: Make, db: Any) -> None:
        item, crm = fan(), login("CRM")
        with acting(actor_id=crm.user_id, actor="Me"):
            change(db, item, name="Anna Newname")
        assert crm.get(f"/crmfanconsole/latest/{item}").json["mine"] is True

    def test_what_is_gone_or_out_of_reach_looks_the_same(self, staff: Staff, login: Login, fan: Make) -> None:
        item = fan(cluster="ember")
        crm = login(user_id=staff.of("CRM", "velvet"))
        nothing = "01900000-0000-7000-8000-000000000001"
        answers = [crm.get(f"/crmfanconsole/latest/{key}").json for key in (item, nothing, "x")]
        assert answers == [{"gone": True, "changed": True, "by": "", "mine": False}] * 3

    @pytest.mark.parametrize("since", ["nan", "-1", "x", "9" * 40, ""])
    def test_a_moment_that_cannot_be_is_the_beginning_or_the_end(
        self, login: Login, fan: Make, db: Any, since: str
    ) -> None:
        item = fan()
        db().commit_transaction()
        assert login("CRM").get(f"/crmfanconsole/latest/{item}?since={since}").status_code == 200


class TestToasts:
    """What concerns a person, and nobody else."""

    def test_whoever_spoke_before_hears_of_an_answer(self, login: Login, fan: Make, db: Any) -> None:
        key, first, second, other = fan(), login("CRM"), login("CRM"), login("CRM")
        address = f"/crmfanconsole/comments/{key}"
        first.post(address, data={"body": "Called her."})
        with listening() as events:
            second.post(address, data={"body": "She called back."})
        (texts,) = events.to(first.user_id, "notice")
        assert texts["title"].endswith("commented too")
        assert texts["url"].endswith(f"{key}#comments")
        assert events.to(second.user_id, "notice") == events.to(other.user_id, "notice") == []

    def test_whoever_may_not_see_the_record_any_more_hears_nothing(
        self, login: Login, fan: Make, db: Any
    ) -> None:
        key, first, second = fan(cluster="velvet"), login("CRM"), login("CRM")
        first.post(f"/crmfanconsole/comments/{key}", data={"body": "Called her."})
        db.add(StaffCluster(user_id=first.user_id, cluster="ember"))
        db().commit_transaction()
        with listening() as events:
            second.post(f"/crmfanconsole/comments/{key}", data={"body": "She called back."})
        assert events.to(first.user_id, "notice") == []

    @pytest.mark.parametrize(("severity", "count"), [("low", 0), ("medium", 0), ("high", 1), ("critical", 1)])
    def test_the_team_is_interrupted_by_what_is_grave(
        self, connect: Connect, staff: Staff, brands: None, severity: str, count: int
    ) -> None:
        team = [connect(staff.of("Security")), connect(staff.of("Security", "velvet"))]
        others = [connect(staff.of("Security", "ember")), connect(staff.of("CRM"))]
        open_incident("A key leaked", code="leak", severity=severity, cluster="velvet")
        commit_request()
        assert [len(heard(item, "notice")) for item in team] == [count] * 2
        assert [other.get_received(LIVE) for other in others] == [[], []]

    def test_an_incident_that_becomes_yours_says_so(self, staff: Staff, brands: None) -> None:
        mine = staff.of("Security")
        incident = open_incident("A key leaked", code="leak", severity="low", cluster="velvet")
        with listening() as events:
            assign_incident(incident, user_id=mine, name="Sam")
            commit_request()
        assert [item["title"] for item in events.to(mine, "notice")] == ["An incident is yours now"]

    def test_taking_one_oneself_is_no_news(self, staff: Staff, brands: None) -> None:
        mine = staff.of("Security")
        incident = open_incident("A key leaked", code="leak", severity="low", cluster="velvet")
        with listening() as events, acting(actor_id=mine, actor="Sam"):
            assign_incident(incident, user_id=mine, name="Sam")
            commit_request()
        assert events.to(mine, "notice") == []


class TestPages:
    def test_pages_say_what_they_show(self, login: Login, fan: Make, db: Any) -> None:
        item, crm = fan(), login("CRM")
        db().commit_transaction()
        listed = crm.get("/crmfanconsole/list/").text
        assert 'data-watch="CrmFanConsole"' in listed
        assert f'data-id="{item}"' in listed
        for page, mode in ((f"/crmfanconsole/show/{item}", "show"), (f"/crmfanconsole/edit/{item}", "edit")):
            shown = crm.get(page).text
            assert f'data-watch="CrmFanConsole" data-id="{item}" data-mode="{mode}"' in shown
