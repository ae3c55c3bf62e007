"""A visitor joins: as a fan of one brand, of age, with the terms accepted; by page and by REST."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from flask.testing import FlaskClient
from flask_appbuilder.security.sqla.models import User

from fanzadmin.contracts.crm import FanRegistered
from fanzadmin.crm import service
from fanzadmin.crm.creators.models import Creator
from fanzadmin.crm.fans.models import Fan
from security.clusters import NoSuchCluster
from security.memberships import LoginInUse, LoginRefused
from tests.crm.conftest import recorded
from tests.town import FakeRecords

pytestmark = pytest.mark.usefixtures("brands")

NEW = service.SignUp(
    username="Tom.Fan",
    password="a long password",
    name="Tom N.",
    email="tom@example.test",
    born_on=date(1999, 12, 31),
    accepts_terms=True,
)
FORM = {
    "name": "Tom N.",
    "username": "tom.fan",
    "email": "tom@example.test",
    "password": "a long password",
    "born_on": "1999-12-31",
    "accepts_terms": "y",
}


class TestSignUp:
    def test_a_person_becomes_a_fan_with_a_login(self, db: Any) -> None:
        fan = db.get(Fan, service.sign_up(NEW, cluster="velvet"))
        user = db.get(User, fan.user_id)
        assert (user.username, [role.name for role in user.roles]) == ("tom.fan", ["Fan"])
        assert (fan.name, fan.cluster, fan.terms_version) == ("Tom N.", "velvet", service.TERMS)
        assert fan.terms_accepted_at is not None
        assert recorded(db, FanRegistered) == [{"cluster": "velvet", "fan_id": fan.id}]

    @pytest.mark.parametrize(
        "born_on", [date(2008, 12, 1), date(2020, 1, 1), date(2030, 1, 1), date(1900, 1, 1)]
    )
    def test_nobody_joins_who_is_not_of_age(self, born_on: date) -> None:
        with pytest.raises(service.OnlyAdults):
            service.sign_up(replace(NEW, born_on=born_on), cluster="velvet")

    def test_the_eighteenth_birthday_is_early_enough(self, db: Any) -> None:
        assert service.sign_up(replace(NEW, born_on=date(2008, 11, 1)), cluster="velvet")

    def test_nobody_joins_without_the_terms(self) -> None:
        with pytest.raises(service.TermsNotAccepted):
            service.sign_up(replace(NEW, accepts_terms=False), cluster="velvet")

    def test_there_is_no_other_brand(self) -> None:
        with pytest.raises(NoSuchCluster):
            service.sign_up(NEW, cluster="nowhere")

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("username", "x"),
            ("username", "tom fan"),
            ("password", "short"),
            ("password", "my tom.fan secret"),
            ("email", "no address"),
        ],
    )
    def test_a_login_that_cannot_be_used_is_refused(self, field: str, value: str) -> None:
        with pytest.raises(LoginRefused) as refused:
            service.sign_up(replace(NEW, **{field: value}), cluster="velvet")
        assert refused.value.members["field"] == field

    @pytest.mark.parametrize("again", [{"username": "TOM.FAN"}, {"email": "Tom@Example.test"}])
    def test_a_login_belongs_to_one_person(self, again: dict[str, str]) -> None:
        service.sign_up(NEW, cluster="velvet")
        other = {"username": "other", "email": "other@example.test"} | again
        with pytest.raises(LoginInUse):
            service.sign_up(replace(NEW, **other), cluster="ember")  # type: ignore[arg-type]


class TestPage:
    def test_a_visitor_joins_and_can_sign_in(self, db: Any, client: FlaskClient) -> None:
        assert client.get("/join/velvet").status_code == 200
        answer = client.post("/join/velvet", data=FORM)
        assert (answer.status_code, answer.headers["Location"]) == (303, "/login/?next=/feed")
        token = client.post(
            "/api/v1/security/login", json={"username": "tom.fan", "password": "a long password"}
        )
        assert token.status_code == 200

    def test_what_is_wrong_stands_beside_its_field(self, db: Any, client: FlaskClient) -> None:
        db().commit_transaction()  # a refused request rolls back
        answer = client.post("/join/velvet", data=FORM | {"password": "short"})
        assert answer.status_code == 422
        assert "at least 10 characters" in answer.text
        assert client.post("/join/velvet", data={}).status_code == 422

    def test_a_child_is_refused(self, client: FlaskClient) -> None:
        answer = client.post("/join/velvet", data=FORM | {"born_on": "2015-01-01"})
        assert answer.status_code == 403
        assert "at least 18 years" in answer.text

    def test_the_brands_and_the_terms_are_open_to_all(self, client: FlaskClient) -> None:
        assert "Velvet" in client.get("/join").text
        assert service.TERMS in client.get("/terms").text
        assert client.get("/join/nowhere").status_code == 404

    def test_it_leads_nowhere_else(self, client: FlaskClient) -> None:
        answer = client.post("/join/velvet", data=FORM | {"next": "https://evil.example/"})
        assert "evil" not in answer.headers["Location"]


class TestResource:
    def test_a_program_joins(self, db: Any, client: FlaskClient) -> None:
        body = FORM | {"cluster": "ember", "accepts_terms": True}
        answer = client.post("/api/v1/crm/sign-up", json=body)
        assert answer.status_code == 201
        assert db.get(Fan, answer.json["id"]).cluster == "ember"
        assert client.post("/api/v1/crm/sign-up", json=body).status_code == 409
        assert client.post("/api/v1/crm/sign-up", json=body | {"born_on": "2015-01-01"}).status_code == 403


class TestVerbsOfTheConsoles:
    def test_a_fan_is_tagged_and_untagged(self, db: Any, fan: Fan, login: Callable[..., Any]) -> None:
        staff, console = login("CRM"), "/api/v1/crm/fans"
        assert staff.post(f"{console}/{fan.id}/tag", json={"tag": "  VIP "}).status_code < 300
        db.refresh(fan)
        assert fan.tags == ["vip"]
        assert staff.post(f"{console}/{fan.id}/untag", json={"tag": "vip"}).status_code < 300
        db.refresh(fan)
        assert fan.tags == []
        assert login("Finance").post(f"{console}/{fan.id}/tag", json={"tag": "x"}).status_code == 403

    def test_a_creators_way_from_application_to_the_end(
        self, db: Any, applicant: str, login: Callable[..., Any], records: FakeRecords
    ) -> None:
        staff, url = login("CRM"), f"/api/v1/crm/creators/{applicant}"
        service.give_login(applicant, username=db.get(User, login(None).user_id).username)
        db().commit_transaction()

        def does(verb: str, **answers: str) -> tuple[int, str]:
            status = staff.post(f"{url}/{verb}", json=answers).status_code
            db.expire_all()
            return status // 100, db.get(Creator, applicant).state

        assert does("begin") == (2, "onboarding")
        assert db.get(Creator, applicant).manager_user_id == staff.user_id
        colleague = db.get(User, login("CRM").user_id)
        assert does("assign", username=colleague.username) == (2, "onboarding")
        assert db.get(Creator, applicant).manager_user_id == colleague.id
        records.unverified.add(applicant)
        assert does("onboard") == (4, "onboarding")
        records.unverified.clear()
        assert does("onboard") == (2, "active")
        assert does("offboard") == (4, "active")
        assert does("offboard", reason="She asked for it.") == (2, "offboarded")
        assert login("Content").post(f"{url}/begin", json={}).status_code == 403

    def test_the_page_offers_them(self, creator: Creator, fan: Fan, login: Callable[..., Any]) -> None:
        staff = login("CRM")
        page = staff.get(f"/crmcreatorconsole/show/{creator.id}").text
        assert "Offboard" in page
        assert "Assign a manager" in page
        assert "Remove a tag" in staff.get(f"/crmfanconsole/show/{fan.id}").text
        login_name = staff.get(f"/crmcreatorconsole/edit/{creator.id}").text
        assert f'value="{creator.login_name}"' in login_name
