"""The People that other systems ask, the REST resources and the consoles, with the wrong person everywhere."""

from collections.abc import Callable
from typing import Any

import pytest

from fanzadmin.contracts.crm import People
from fanzadmin.crm import service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from fanzadmin.crm.notes.models import Note
from fanzadmin.kernel.ids import new_id
from fanzadmin.kernel.ports import ask
from security.models import StaffCluster

Login = Callable[..., Any]


class TestPeople:
    def test_a_creator_is_found_by_id_handle_and_login(self, creator: Creator) -> None:
        people = ask(People)
        card = people.creator(creator.id)
        assert card is not None
        assert (card.handle, card.cluster_name, card.currency, card.state) == (
            "ada.fox",
            "Velvet",
            "USD",
            "active",
        )
        assert people.creator_of_user(creator.user_id or 0) == card
        assert people.creators((creator.id, new_id(), "")) == {creator.id: card}

    def test_a_fan_is_found_by_id_and_login(self, brands: None, login: Login) -> None:
        user_id = login("Fan").user_id
        fan_id = service.register_fan("Tom", cluster="ember", user_id=user_id)
        card = ask(People).fan(fan_id)
        assert card is not None
        assert (card.name, card.cluster) == ("Tom", "ember")
        assert ask(People).fan_of_user(user_id) == card
        assert ask(People).fans((fan_id,)) == {fan_id: card}

    def test_nobody_is_nobody(self, brands: None) -> None:
        people = ask(People)
        assert people.creator(new_id()) is None
        assert people.creator("") is None
        assert people.fan("") is None
        assert people.creator_of_user(0) is None
        assert people.fan_of_user(0) is None


class TestCreatorsResource:
    def test_staff_read_the_creators_of_their_clusters(self, db: Any, creator: Creator, login: Login) -> None:
        staff = login("CRM")
        listed = staff.get("/api/v1/crm/creators?q=state:any:active").json["items"]
        assert [item["id"] for item in listed] == [creator.id]
        db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
        db.flush()
        assert staff.get("/api/v1/crm/creators").json["items"] == []
        assert staff.get(f"/api/v1/crm/creators/{creator.id}").status_code == 404
        assert staff.get(f"/api/v1/crm/creators/{creator.id}/profile").status_code == 404

    def test_one_creator_comes_with_figures_and_story(self, creator: Creator, login: Login) -> None:
        body = login("CRM").get(f"/api/v1/crm/creators/{creator.id}/profile").json
        assert (body["creator"]["handle"], body["numbers"]["currency"]) == ("ada.fox", "USD")
        assert body["timeline"][0]["kind"] == "joined"

    def test_nobody_and_the_wrong_role_are_refused(self, client: Any, creator: Creator, login: Login) -> None:
        assert client.get("/api/v1/crm/creators").status_code == 401
        assert login("Fan").get("/api/v1/crm/creators").status_code == 403
        assert login("Security").get("/api/v1/crm/creators").status_code == 403

    def test_a_creator_is_suspended_and_reinstated(self, db: Any, creator: Creator, login: Login) -> None:
        staff, address = login("CRM"), f"/api/v1/crm/creators/{creator.id}/suspend"
        suspended = staff.post(address, json={"reason": "Record expired."})
        assert (suspended.status_code, suspended.json["state"]) == (200, "suspended")
        refused = staff.post(address, json={"reason": "Once more."})
        assert (refused.status_code, refused.mimetype) == (409, "application/problem+json")
        assert staff.post(f"/api/v1/crm/creators/{creator.id}/reinstate").json["state"] == "active"
        assert staff.post(address, json={}).status_code == 422
        assert login("Finance").post(address, json={"reason": "Not mine."}).status_code == 403


class TestMe:
    def test_a_creator_reads_and_changes_the_own_profile(self, creator: Creator, login: Login) -> None:
        mine = login(user_id=creator.user_id)
        assert mine.get("/api/v1/crm/me").json["creator"]["id"] == creator.id
        changed = mine.patch("/api/v1/crm/me", json={"about": "Hello."})
        assert changed.json["creator"]["about"] == "Hello."
        assert [line["kind"] for line in mine.get("/api/v1/crm/me/timeline").json["items"]] == [
            "joined",
            "applied",
        ]

    def test_the_story_is_read_page_by_page(self, creator: Creator, login: Login) -> None:
        mine = login(user_id=creator.user_id)
        first = mine.get("/api/v1/crm/me/timeline?limit=1").json
        second = mine.get(f"/api/v1/crm/me/timeline?limit=1&cursor={first['next']}").json
        assert [first["items"][0]["kind"], second["items"][0]["kind"]] == ["joined", "applied"]
        assert second["next"] is None

    def test_the_neighbour_sees_nothing_of_it(self, creator: Creator, login: Login, client: Any) -> None:
        neighbour = login("Creator")
        assert neighbour.get("/api/v1/crm/me/timeline").status_code == 403
        assert neighbour.get("/api/v1/crm/me").status_code == 403
        assert neighbour.patch("/api/v1/crm/me", json={"name": "Ada"}).status_code == 403
        assert login("Fan").get("/api/v1/crm/me").status_code == 403
        assert client.get("/api/v1/crm/me").status_code == 401


CONSOLES = ("crmcreatorconsole", "crmnumbersconsole", "crmfanconsole", "crmnoteconsole", "crmtimelineconsole")


class TestConsoles:
    @pytest.mark.parametrize("console", CONSOLES)
    def test_staff_see_the_list_and_others_do_not(
        self, console: str, creator: Creator, fan: Fan, login: Login, client: Any
    ) -> None:
        service.count(creator.id, likes=3, gross_minor=12_345)
        service.add_note_about(fan_id=fan.id, body="A note.")
        page = login("CRM").get(f"/{console}/list/")
        assert page.status_code == 200
        assert any(name in page.text for name in ("Ada Fox", "Tom N."))
        for wrong in (client, login("Fan"), login("Security")):
            assert wrong.get(f"/{console}/list/").status_code != 200

    @pytest.mark.parametrize("console", ["crmcreatorconsole", "crmfanconsole", "crmnoteconsole"])
    def test_forms_open(self, console: str, login: Login, creator: Creator, fan: Fan) -> None:
        note_id = service.add_note_about(fan_id=fan.id, body="A note.")
        key = {"crmcreatorconsole": creator.id, "crmfanconsole": fan.id, "crmnoteconsole": note_id}[console]
        staff = login("CRM")
        assert staff.get(f"/{console}/show/{key}").status_code == 200
        assert staff.get(f"/{console}/edit/{key}").status_code == 200
        if console != "crmfanconsole":
            assert staff.get(f"/{console}/add").status_code == 200

    def test_an_application_is_entered_by_hand(self, db: Any, brands: None, login: Login) -> None:
        form = {
            "handle": "new.one", "cluster": "velvet", "name": "New One", "email": "n@example.test",
            "legal_name": "N One", "about": "", "subscription_minor": "999",
        }  # fmt: skip
        assert login("CRM").post("/crmcreatorconsole/add", data=form).status_code == 302
        assert db.query(Creator).filter_by(handle="new.one").one().state == "applied"

    def test_what_the_service_refuses_is_said_on_the_page(self, brands: None, login: Login) -> None:
        form = {
            "handle": "admin", "cluster": "velvet", "name": "Ada", "email": "n@example.test", "legal_name": "",
            "about": "", "subscription_minor": "999",
        }  # fmt: skip
        assert "kept for the platform" in login("CRM").post("/crmcreatorconsole/add", data=form).text

    def test_creators_are_edited_suspended_and_reinstated(
        self, db: Any, creator: Creator, login: Login
    ) -> None:
        staff = login("CRM")
        form = {
            "name": "Ada F.", "legal_name": "A", "email": "a@example.test", "about": "", "tier": "star",
            "subscription_minor": "1299", "login_name": "",
        }  # fmt: skip
        assert staff.post(f"/crmcreatorconsole/edit/{creator.id}", data=form).status_code == 302
        db.refresh(creator)
        assert (creator.name, creator.tier, creator.subscription_minor) == ("Ada F.", "star", 1299)
        for name, state in (("suspend", "suspended"), ("reinstate", "active")):
            staff.post(
                "/crmcreatorconsole/action_post",
                data={"action": name, "rowid": creator.id, "ask-reason": "As agreed."},
            )
            db.refresh(creator)
            assert creator.state == state

    def test_a_colleague_of_another_cluster_acts_on_nobody_here(
        self, db: Any, creator: Creator, fan: Fan, login: Login
    ) -> None:
        staff = login("CRM")
        db.add(StaffCluster(user_id=staff.user_id, cluster="ember"))
        db.flush()
        staff.post(
            "/crmcreatorconsole/action_post",
            data={"action": "suspend", "rowid": creator.id, "ask-reason": "As agreed."},
        )
        db.refresh(creator)
        assert creator.state == "active"
        assert "Ada Fox" not in staff.get("/crmcreatorconsole/list/").text
        assert staff.get(f"/crmcreatorconsole/show/{creator.id}").status_code == 404
        staff.post("/crmnoteconsole/add", data={"creator": creator.id, "body": "x"})
        assert db.query(Note).count() == 0

    def test_a_fan_is_tagged_in_the_form(self, db: Any, fan: Fan, login: Login) -> None:
        form = {"name": "Tom", "country": "US", "tags": "VIP, night owl"}
        assert login("CRM").post(f"/crmfanconsole/edit/{fan.id}", data=form).status_code == 302
        db.refresh(fan)
        assert fan.tags == ["night owl", "vip"]

    def test_a_note_is_written_reworded_and_thrown_away(self, db: Any, fan: Fan, login: Login) -> None:
        staff = login("CRM")
        assert staff.post("/crmnoteconsole/add", data={"fan": fan.id, "body": "First"}).status_code == 302
        note = db.query(Note).one()
        assert staff.post(f"/crmnoteconsole/edit/{note.id}", data={"body": "Second"}).status_code == 302
        db.refresh(note)
        assert note.body == "Second"
        staff.post(f"/crmnoteconsole/delete/{note.id}")
        assert db.query(Note).count() == 0
