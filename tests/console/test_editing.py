"""How staff change records: long work as the person who ordered it."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any, ClassVar

import pytest
from sqlalchemy import func, select

from fanzadmin.console import Console, batches
from fanzadmin.console.editing import bulk_rows
from fanzadmin.console.registry import consoles
from fanzadmin.crm import service
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.fans.service import MOST_TAGS
from fanzadmin.kernel.context import Context, acting, current
from fanzadmin.kernel.errors import Forbidden, SignInNeeded
from fanzadmin.kernel.queue import Task
from security.identity import me
from security.models import AuditEntry, StaffCluster

Login = Callable[..., Any]


@pytest.fixture
def brand(brands: None) -> str:
    """The key of a cluster."""
    return "velvet"


def ordered(user_id: int) -> batches.Batch:
    with acting(Context(actor_id=user_id, actor="Cora")):
        return batches.start("bulk", consoles["CrmFanConsole"], title="A change")


class TestWork:
    def test_an_order_asks_for_its_job_in_the_name_of_the_person(self, db: Any, login: Login) -> None:
        result = ordered(login("CRM").user_id)
        task = db.get(Task, result.task_id)
        assert (task.name, task.subject, task.queue) == ("consoles.bulk", result.id, "bulk")
        assert task.owner_user_id == result.owner_user_id

    def test_nobody_orders_nothing(self, db: Any) -> None:
        with acting(Context()), pytest.raises(SignInNeeded):
            batches.start("bulk", consoles["CrmFanConsole"], title="A change")

    def test_the_job_sees_and_may_what_the_person_sees_and_may(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
        result = ordered(staff.user_id)
        with batches.performing(result.id, ability="update") as performance:
            assert me().user_id == current().actor_id == staff.user_id
            assert performance.console.matching({}).count() == 0  # type: ignore[arg-type]
        assert current().actor_id != staff.user_id

    def test_a_right_that_was_taken_away_ends_the_work(self, db: Any, login: Login) -> None:
        result = ordered(login("Finance").user_id)
        with pytest.raises(batches.NoLongerAllowed), batches.performing(result.id, ability="update"):
            pass

    def test_a_login_that_was_switched_off_ends_the_work(self, db: Any, login: Login) -> None:
        from flask_appbuilder.security.sqla.models import User

        result = ordered(login("CRM").user_id)
        db.get(User, result.owner_user_id).active = False
        with pytest.raises(Forbidden), batches.performing(result.id, ability="update"):
            pass

    def test_works_are_found_by_their_owner_alone(self, db: Any, login: Login) -> None:
        result = ordered(login("CRM").user_id)
        with acting(Context(actor_id=result.owner_user_id)):
            assert batches.batch_of(result.id) is result
        with acting(Context(actor_id=login("CRM").user_id)), pytest.raises(batches.NoSuchBatch):
            batches.batch_of(result.id)

    def test_works_are_forgotten_after_their_time(self, db: Any, login: Login) -> None:
        result = ordered(login("CRM").user_id)
        db.add(batches.BatchRow(batch_id=result.id, number=1, outcome="done"))
        result.expires_at = result.created_at - timedelta(seconds=1)
        db.flush()
        batches.forget_expired()
        assert db.execute(select(batches.BatchRow)).first() is None


def choose(db: Any, count: int, brand: str) -> list[Fan]:
    """So many fans of a cluster."""
    fans = [service.register_fan(f"Fan {at:04}", cluster=brand) for at in range(count)]
    return list(db.execute(select(Fan).where(Fan.id.in_(fans)).order_by(Fan.id)).scalars())


def editor(staff: Any, record: Any, column: str, console: str = "crmfanconsole") -> dict[str, Any]:
    body: dict[str, Any] = staff.get(f"/{console}/cell/{record.id}/{column}").json
    return body


class TestInlineEdit:
    def test_a_cell_becomes_the_control_of_the_form(self, fan: Fan, login: Login) -> None:
        result = editor(login("CRM"), fan, "country")
        assert result["label"] == "Country"
        assert 'name="country"' in result["control"]
        assert "aria-describedby" not in result["control"]  # the hint it would name is not in the list

    def test_one_value_is_written_and_the_row_drawn_anew(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        version = editor(staff, fan, "tags")["version"]
        answer = staff.post(
            f"/crmfanconsole/cell/{fan.id}/tags", data={"tags": "VIP, owl", "_version": version}
        )
        db.refresh(fan)
        assert fan.tags == ["owl", "vip"]
        assert "Vip" in answer.json["cells"]["tags"] or "vip" in answer.json["cells"]["tags"]
        assert fan.name == "Tom N."

    def test_what_it_held_is_given_back(self, db: Any, fan: Fan, login: Login) -> None:
        staff, address = login("CRM"), f"/crmfanconsole/cell/{fan.id}/country"
        done = staff.post(
            address, data={"country": "de", "_version": editor(staff, fan, "country")["version"]}
        ).json
        back = staff.post(address, data={"_undo": done["undo"], "_version": done["version"]})
        db.refresh(fan)
        assert (back.status_code, fan.country) == (200, "")

    def test_what_the_service_refuses_is_said_at_the_cell(self, db: Any, fan: Fan, login: Login) -> None:
        answer = login("CRM").post(f"/crmfanconsole/cell/{fan.id}/name", data={"name": " "})
        assert answer.status_code == 422
        assert answer.json["error"]
        db.refresh(fan)
        assert fan.name == "Tom N."

    def test_what_changed_meanwhile_is_not_overwritten(self, db: Any, fan: Fan, login: Login) -> None:
        staff, address = login("CRM"), f"/crmfanconsole/cell/{fan.id}/country"
        version = editor(staff, fan, "country")["version"]
        service.describe_fan(fan.id, name=fan.name, country="FR", tags=[])
        db().commit_transaction()  # a refused request rolls back, and must not take this along
        clash = staff.post(address, data={"country": "DE", "_version": version})
        assert (clash.status_code, clash.json["theirs"], clash.json["mine"]) == (409, "FR", "DE")
        staff.post(address, data={"country": "DE", "_version": clash.json["version"]})
        db.refresh(fan)
        assert fan.country == "DE"

    def test_the_wrong_person_and_the_wrong_column_are_refused(
        self, db: Any, fan: Fan, login: Login, client: Any
    ) -> None:
        address = f"/crmfanconsole/cell/{fan.id}/country"
        for wrong in (client, login("Finance"), login("Manager")):
            assert wrong.post(address, data={"country": "DE"}).status_code in {302, 401, 403}
        staff = login("CRM")
        assert staff.get(f"/crmfanconsole/cell/{fan.id}/spent_minor").status_code == 404
        db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
        db.flush()
        assert staff.get(address).status_code == 404


class TestEditForm:
    FORM: ClassVar = {"name": "Tom N.", "country": "", "tags": ""}

    def version(self, staff: Any, fan: Fan) -> str:
        page = staff.get(f"/crmfanconsole/edit/{fan.id}").text
        result = re.search(r'name="_version" value="([^"]*)"', page)
        assert result
        return unescape(result[1])

    def test_the_second_person_chooses_where_both_changed_a_field(
        self, db: Any, fan: Fan, login: Login
    ) -> None:
        staff, address = login("CRM"), f"/crmfanconsole/edit/{fan.id}"
        version = self.version(staff, fan)
        service.describe_fan(fan.id, name="Tomas", country="FR", tags=[])
        form = self.FORM | {"country": "DE", "_version": version}
        page = staff.post(address, data=form)
        assert page.status_code == 200
        assert "Somebody else changed this record meanwhile" in page.text
        db.refresh(fan)
        assert (fan.name, fan.country) == ("Tomas", "FR")
        newer = unescape(re.search(r'name="_version" value="([^"]*)"', page.text)[1])  # type: ignore[index]
        form |= {"_version": newer, "name": "Tomas", "_keep-country": "mine"}
        assert staff.post(address, data=form).status_code == 302
        db.refresh(fan)
        assert (fan.name, fan.country) == ("Tomas", "DE")

    def test_theirs_can_be_kept(self, db: Any, fan: Fan, login: Login) -> None:
        staff, version = login("CRM"), ""
        version = self.version(staff, fan)
        service.describe_fan(fan.id, name="Tom N.", country="FR", tags=[])
        form = self.FORM | {"country": "DE", "_version": version, "_keep-country": "theirs"}
        staff.post(f"/crmfanconsole/edit/{fan.id}", data=form)
        db.refresh(fan)
        assert fan.country == "FR"

    def test_a_field_left_alone_keeps_what_the_other_wrote(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        version = self.version(staff, fan)
        service.describe_fan(fan.id, name="Tomas", country="", tags=[])
        form = self.FORM | {"country": "DE", "_version": version}
        assert staff.post(f"/crmfanconsole/edit/{fan.id}", data=form).status_code == 302
        db.refresh(fan)
        assert (fan.name, fan.country) == ("Tomas", "DE")


class TestBulkChange:
    CHANGE: ClassVar = {"_change": "tags", "_how-tags": "add", "tags": "spring"}

    def test_the_form_offers_what_many_can_share(self, db: Any, fan: Fan, login: Login) -> None:
        page = login("CRM").post("/crmfanconsole/bulk/edit", data={"rowid": [fan.id]})
        assert page.status_code == 200
        assert 'name="_how-tags"' in page.text

    def test_a_preview_shows_what_would_change_and_writes_nothing(
        self, db: Any, fan: Fan, login: Login
    ) -> None:
        page = login("CRM").post("/crmfanconsole/bulk/preview", data={"rowid": [fan.id], **self.CHANGE})
        assert "<ins>spring</ins>" in page.text
        db.refresh(fan)
        assert fan.tags == []

    def test_a_preview_names_who_would_refuse(self, db: Any, fan: Fan, login: Login) -> None:
        full = ",".join(f"tag{at}" for at in range(MOST_TAGS))
        change = {"_change": "tags", "_how-tags": "add", "tags": full + ",more"}
        page = login("CRM").post("/crmfanconsole/bulk/preview", data={"rowid": [fan.id], **change})
        assert "1 of the first 1 would be refused" in page.text

    def test_a_few_are_changed_at_once_and_taken_back(self, db: Any, brand: str, login: Login) -> None:
        staff, fans = login("CRM"), choose(db, 3, brand)
        staff.post("/crmfanconsole/bulk/start", data={"rowid": [fan.id for fan in fans], **self.CHANGE})
        batch = db.execute(select(batches.Batch)).scalar_one()
        assert (batch.total, batch.done, batch.refused) == (3, 3, 0)
        service.describe_fan(fans[0].id, name=fans[0].name, country=fans[0].country, tags=["since", "spring"])
        db.flush()
        staff.post(f"/activity/{batch.id}/undo")
        for items in fans:
            db.refresh(items)
        assert [item.tags for item in fans] == [["since", "spring"], [], []]
        assert staff.post(f"/activity/{batch.id}/undo").status_code == 409

    def test_all_that_match_are_changed_by_a_job(
        self, db: Any, brand: str, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bulk_rows, "CHUNK_ROWS", 40)
        staff, fans = login("CRM"), choose(db, 105, brand)
        service.describe_fan(fans[7].id, name="Full", country="", tags=[f"t{at}" for at in range(MOST_TAGS)])
        other = choose(db, 1, "ember")[0]
        everything = {"_all": "1", "_arguments": "_flt_0_cluster=velvet", **self.CHANGE}
        answer = staff.post("/crmfanconsole/bulk/start", data=everything)
        batch = db.execute(select(batches.Batch)).scalar_one()
        assert answer.headers["Location"].endswith(f"/activity/{batch.id}")
        assert "105" in staff.get(f"/activity/{batch.id}").text
        bulk_rows.perform(batch.id)
        batch = db.get(batches.Batch, batch.id)
        assert (batch.total, batch.done, batch.refused) == (105, 104, 1)
        assert db.get(Fan, fans[0].id).tags == ["spring"]
        assert db.get(Fan, other.id).tags == []
        assert "at most" in staff.get(f"/activity/{batch.id}/refusals.csv").text

    def test_a_killed_worker_goes_on_where_it_was(
        self, db: Any, brand: str, login: Login, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bulk_rows, "CHUNK_ROWS", 50)
        staff = login("CRM")
        choose(db, 120, brand)
        staff.post("/crmfanconsole/bulk/start", data={"_all": "1", **self.CHANGE})
        batch = db.execute(select(batches.Batch)).scalar_one()
        ended = batches.commit_chunk
        monkeypatch.setattr(
            batches, "commit_chunk", lambda *args: (ended(*args), (_ for _ in ()).throw(SystemExit))
        )
        with pytest.raises(SystemExit):
            bulk_rows.perform(batch.id)
        monkeypatch.setattr(batches, "commit_chunk", ended)
        assert db.get(batches.Batch, batch.id).done == 50
        bulk_rows.perform(batch.id)
        batch = db.get(batches.Batch, batch.id)
        assert (batch.done, batch.refused) == (120, 0)
        entries = select(func.count()).select_from(AuditEntry).where(AuditEntry.table_name == "crm.fan")
        assert db.execute(entries.where(AuditEntry.action == "update")).scalar_one() == 120

    def test_what_was_done_at_once_leads_to_its_undo(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        answer = staff.post("/crmfanconsole/bulk/start", data={"rowid": [fan.id], **self.CHANGE})
        batch = db.execute(select(batches.Batch)).scalar_one()
        page = staff.get(answer.headers["Location"]).text
        assert f'1 record changed. <a href="/activity/{batch.id}">' in page
        assert [task["url"] for task in staff.get("/activity/tray").json["tasks"]] == [
            f"/activity/{batch.id}"
        ]

    def test_a_wrong_value_comes_back_to_the_form(self, db: Any, fan: Fan, login: Login) -> None:
        page = login("CRM").post("/crmfanconsole/bulk/start", data={"rowid": [fan.id]})
        assert "Tick at least one column" in page.text

    def test_the_wrong_person_changes_nothing(self, db: Any, fan: Fan, login: Login, client: Any) -> None:
        for wrong in (client, login("Finance"), login("Manager")):
            wrong.post("/crmfanconsole/bulk/start", data={"rowid": [fan.id], **self.CHANGE})
        staff = login("CRM")
        db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
        db.flush()
        staff.post("/crmfanconsole/bulk/start", data={"rowid": [fan.id], **self.CHANGE})
        staff.post("/crmfanconsole/bulk/start", data={"_all": "1", **self.CHANGE})
        db.refresh(fan)
        assert fan.tags == []


class TestBulkAction:
    def creators(self, db: Any, brand: str, count: int) -> list[str]:
        results = [
            service.apply_creator(
                f"bulk{at:03}", cluster=brand, name=f"C {at}", email=f"c{at}@example.test", legal_name="C"
            )
            for at in range(count)
        ]
        db.flush()
        return results

    def test_an_action_on_all_that_match_is_previewed_then_a_job(
        self, db: Any, brand: str, login: Login
    ) -> None:
        staff = login("CRM")
        self.creators(db, brand, 101)
        page = staff.post(
            "/crmcreatorconsole/action_post",
            data={"action": "suspend", "_all": "1", "ask-reason": "The brand is closed."},
        )
        assert "101 records" in page.text
        staff.post(
            "/crmcreatorconsole/bulk/action",
            data={"action": "suspend", "_all": "1", "ask-reason": "The brand is closed."},
        )
        batch = db.execute(select(batches.Batch)).scalar_one()
        bulk_rows.perform(batch.id)
        batch = db.get(batches.Batch, batch.id)
        assert batch.done + batch.refused == 101
        assert batch.refused == 101  # applicants cannot be suspended, and each says why

    def test_the_right_of_the_action_is_asked_for(self, db: Any, brand: str, login: Login) -> None:
        self.creators(db, brand, 1)
        answer = login("Manager").post(
            "/crmcreatorconsole/bulk/action",
            data={"action": "suspend", "_all": "1", "ask-reason": "The brand is closed."},
        )
        assert answer.status_code == 403


class TestTray:
    def test_it_shows_what_the_person_started_and_cancels_it(self, db: Any, brand: str, login: Login) -> None:
        staff = login("CRM")
        result = ordered(staff.user_id)
        tasks = staff.get("/activity/tray").json["tasks"]
        assert [(item["title"], item["state"], item["url"]) for item in tasks] == [
            ("A change", "waiting", f"/activity/{result.id}")
        ]
        assert staff.post(f"/activity/tasks/{result.task_id}/cancel").json == {"cancelled": True}
        assert staff.get("/activity/tray").json["tasks"][0]["state"] == "cancelled"

    def test_it_is_the_persons_own(self, db: Any, login: Login, client: Any) -> None:
        result = ordered(login("CRM").user_id)
        neighbour = login("CRM")
        assert neighbour.get("/activity/tray").json == {"tasks": []}
        assert neighbour.post(f"/activity/tasks/{result.task_id}/cancel").status_code == 404
        assert neighbour.get(f"/activity/{result.id}").status_code == 404
        assert client.get("/activity/tray", headers={"Accept": "application/json"}).status_code == 401


class TestArranging:
    def test_a_record_is_duplicated_in_the_add_form(self, db: Any, creator: Any, login: Login) -> None:
        staff = login("CRM")
        assert (
            f"/crmcreatorconsole/add?_copy={creator.id}"
            in staff.get(f"/crmcreatorconsole/show/{creator.id}").text
        )
        page = staff.get(f"/crmcreatorconsole/add?_copy={creator.id}").text
        assert 'value="Ada Fox"' in page
        assert 'value="ada.fox"' not in page  # a handle is unique
        assert "ada@example.test" not in page  # and an e-mail is masked

    def test_a_neighbours_record_is_not_duplicated(self, db: Any, creator: Any, login: Login) -> None:
        staff = login("CRM")
        db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
        db.flush()
        assert staff.get(f"/crmcreatorconsole/add?_copy={creator.id}").status_code == 404

    def test_a_row_is_added_inside_a_record(self, db: Any, fan: Fan, login: Login) -> None:
        staff, part = login("CRM"), "CrmNoteConsole.fan_id"
        page = staff.get(f"/crmfanconsole/related/{fan.id}/{part}", headers={"X-Part": "1"}).text
        assert f"/crmfanconsole/child/{fan.id}/{part}" in page
        added = staff.post(
            f"/crmfanconsole/child/{fan.id}/{part}", data={"body": "Likes cats."}, headers={"X-Part": "1"}
        )
        assert "Likes cats." in added.text
        refused = staff.post(
            f"/crmfanconsole/child/{fan.id}/{part}", data={"body": ""}, headers={"X-Part": "1"}
        )
        assert refused.status_code == 422
        assert (
            login("Community").post(f"/crmfanconsole/child/{fan.id}/{part}", data={"body": "x"}).status_code
            == 404
        )

    def test_a_row_is_removed_without_leaving_the_record(self, db: Any, fan: Fan, login: Login) -> None:
        staff, note_id = login("CRM"), service.add_note_about(fan_id=fan.id, body="A note.")
        record = f"/crmfanconsole/show/{fan.id}"
        staff.get(record)
        answer = staff.post(
            f"/crmnoteconsole/delete/{note_id}", headers={"Referer": f"http://localhost{record}"}
        )
        assert answer.headers["Location"].endswith(record)


class TestOrdering:
    """On a console that is told to keep an order: fans by what they spent, each cluster for itself."""

    @pytest.fixture
    def places(self, db: Any, brand: str, monkeypatch: pytest.MonkeyPatch) -> list[Fan]:
        console = type(consoles["CrmFanConsole"])
        monkeypatch.setattr(console, "ordered_by", "spent_minor")
        monkeypatch.setattr(console, "ordered_within", ("cluster",))
        fans = choose(db, 3, brand)
        for place, item in enumerate(fans, 1):
            item.spent_minor = place
        db.flush()
        return fans

    def test_a_row_is_put_beside_another(self, db: Any, places: list[Fan], login: Login) -> None:
        first, second, third = places
        moved = login("CRM").post(
            f"/crmfanconsole/move/{third.id}", data={"beside": first.id, "side": "before"}
        )
        assert moved.json["said"] == "Moved to place 1 of 3"
        assert [item.spent_minor for item in (third, first, second)] == [1, 2, 3]

    def test_the_list_has_handles_only_in_that_order(self, db: Any, places: list[Fan], login: Login) -> None:
        staff, order = login("CRM"), "_oc_CrmFanConsole=spent_minor&_od_CrmFanConsole=asc"
        assert "data-row-move" in staff.get(f"/crmfanconsole/list/?{order}").text
        assert "data-row-move" not in staff.get("/crmfanconsole/list/").text

    def test_groups_do_not_mix_and_strangers_do_not_move(
        self, db: Any, places: list[Fan], login: Login
    ) -> None:
        other = choose(db, 1, "ember")[0]
        address, form = f"/crmfanconsole/move/{places[0].id}", {"beside": other.id, "side": "after"}
        assert login("CRM").post(address, data=form).status_code == 400
        assert login("Finance").post(address, data=form).status_code in {302, 403}
        assert [place.spent_minor for place in places] == [1, 2, 3]


class TestAbilities:
    # Named by several abilities on purpose: each calls the one after it.
    CHAINED: ClassVar = {
        "__init__", "__init_subclass__", "RIGHTS", "_init_properties", "_init_forms", "_list", "_show", "_get_list_widget",
        "_get_show_widget", "_get_search_widget", "_get_edit_widget", "_get_add_widget", "_add_blank", "_store_form",
        "columns_for", "value_of", "filters_of", "matching", "guard", "is_masked", "is_writable", "needs_approval",
        "title_of", "approvals", "ask_page", "action", "bulk_action", "moves", "seen", "start", "instead", "declared_views", "action_post", "render_template", "ordering",
    }  # fmt: skip

    def test_no_ability_takes_the_name_of_another(self) -> None:
        owners: dict[str, list[str]] = {}
        for base in Console.__mro__:
            if base.__module__.startswith("fanzadmin.console"):
                for name in vars(base).keys() - self.CHAINED:
                    if not name.startswith("__"):
                        owners.setdefault(name, []).append(base.__name__)
        twice = {name: result for name, result in owners.items() if len(result) > 1}
        assert not twice, (
            f"one of them hides the other: rename it, or list it above if it calls super(): {twice}"
        )
