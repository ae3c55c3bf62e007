"""Compliance through its REST resources and consoles, for the right and the wrong person."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from fanzadmin.compliance import queries, service
from fanzadmin.compliance.models import Custodian
from fanzadmin.contracts.crm import CreatorCard
from fanzadmin.kernel.db import session
from security.models import Cluster
from tests.compliance.conftest import DOCUMENT, PNG, as_person, registered, uploaded
from tests.town import Town

Login = Callable[..., FlaskClient]
Verified = Callable[..., str]
API = "/api/v1/compliance"
PERSON = {"stage_name": "Ben", "legal_name": "Benjamin Hart", "born_on": "1995-02-03"}
QUERY = "kind=passport&country=DE&number=C01X00T47&expires_on=2029-01-01"


@pytest.fixture
def creator(login: Login, mia: CreatorCard) -> FlaskClient:
    return login(user_id=mia.user_id)


class TestPerformers:
    def test_a_creator_registers_and_hands_in_a_document(self, creator: FlaskClient) -> None:
        response = creator.post(f"{API}/performers", json=PERSON)
        assert (response.status_code, response.json["state"]) == (201, "unverified")
        sent = creator.post(
            f"{API}/performers/{response.json['id']}/documents?{QUERY}", data=PNG, content_type="image/png"
        )
        assert (sent.status_code, sent.json["state"]) == (201, "pending")
        assert sent.json["documents"][0]["number_last4"] == "0T47"
        named = creator.post(
            f"{API}/performers/{response.json['id']}/aliases", json={"name": "Benny", "kind": "nickname"}
        )
        assert named.json["aliases"] == ["Ben", "Benny"]
        assert [item["id"] for item in creator.get(f"{API}/performers").json["items"]] == [
            response.json["id"]
        ]

    def test_a_minor_comes_back_rejected(self, creator: FlaskClient) -> None:
        response = creator.post(f"{API}/performers", json=PERSON | {"born_on": "2010-01-01"})
        assert response.json["state"] == "rejected"
        assert "younger than 18" in response.json["reason"]

    def test_a_document_that_is_none_is_a_problem(self, creator: FlaskClient) -> None:
        response = creator.post(f"{API}/performers", json=PERSON)
        sent = creator.post(f"{API}/performers/{response.json['id']}/documents?{QUERY}", data=b"hello")
        assert (sent.status_code, sent.mimetype) == (422, "application/problem+json")

    def test_the_neighbour_finds_nothing(
        self, db: Any, login: Login, people: Town, verified: Verified
    ) -> None:
        performer_id = verified()
        neighbour = login("Creator")
        people.new_creator("Mia Stone", user_id=neighbour.user_id)  # type: ignore[attr-defined]
        session().commit_transaction()
        assert neighbour.get(f"{API}/performers/{performer_id}").status_code == 404
        assert (
            neighbour.post(f"{API}/performers/{performer_id}/documents?{QUERY}", data=PNG).status_code == 404
        )

    @pytest.mark.parametrize("role", ["Fan", "CRM", "Security", "Compliance"])
    def test_only_creators_keep_records_here(self, login: Login, people: Town, role: str) -> None:
        assert login(role).get(f"{API}/performers").status_code == 403

    def test_nobody_must_sign_in(self, client: FlaskClient) -> None:
        assert client.get(f"{API}/performers").status_code == 401


class TestConsents:
    def test_a_release_waits_until_it_is_read(
        self, creator: FlaskClient, mia: CreatorCard, verified: Verified
    ) -> None:
        ben = verified("Ben")
        asset_id = uploaded(mia, ben)
        body = {"performer_id": ben, "acts": ["nudity"], "evidence": "Folder 12"}
        given = creator.post(f"{API}/assets/{asset_id}/consents", json=body)
        assert (given.status_code, given.json["state"]) == (201, "unconfirmed")
        review = creator.get(f"{API}/assets/{asset_id}/review")
        assert review.json["reasons"] == ["Ben's release for this asset waits to be checked."]
        revoked = creator.post(
            f"{API}/consents/{given.json['id']}/revoke", json={"reason": "He asked for it."}
        )
        assert revoked.json["state"] == "revoked"
        assert len(creator.get(f"{API}/assets/{asset_id}/consents").json["items"]) == 1

    def test_a_declaration_releases(
        self, creator: FlaskClient, mia: CreatorCard, officer: int, verified: Verified
    ) -> None:
        asset_id = uploaded(mia, by=officer)
        mine = verified(is_self=True)
        named = creator.post(f"{API}/assets/{asset_id}/performers", json={"performer_id": mine})
        assert named.json["reasons"] == ["No consent of Mia Stone for this asset."]
        assert creator.post(f"{API}/assets/{asset_id}/attestation").status_code == 201
        assert creator.get(f"{API}/assets/{asset_id}/review").json["state"] == "released"

    def test_the_date_of_production_is_stated(self, creator: FlaskClient, mia: CreatorCard) -> None:
        asset_id = uploaded(mia)
        put = creator.put(f"{API}/assets/{asset_id}/production-date", json={"produced_on": "2026-01-02"})
        assert put.json["produced_on"] == "2026-01-02"

    def test_the_neighbour_revokes_nothing(
        self, login: Login, people: Town, mia: CreatorCard, verified: Verified
    ) -> None:
        asset_id = uploaded(mia, verified(is_self=True))
        (consent,) = queries.consents_of_asset(asset_id, creator_id=mia.id)
        neighbour = login("Creator")
        people.new_creator("Mia Stone", user_id=neighbour.user_id)  # type: ignore[attr-defined]
        session().commit_transaction()
        assert neighbour.post(f"{API}/consents/{consent.id}/revoke", json={}).status_code == 404
        assert neighbour.get(f"{API}/assets/{asset_id}/review").status_code == 404


class TestStaff:
    def test_compliance_reads_reviews_and_inspects(
        self, login: Login, mia: CreatorCard, verified: Verified
    ) -> None:
        asset_id = uploaded(mia, verified(is_self=True))
        staff = login("Compliance")
        reviews = staff.get(f"{API}/reviews?q=state:any:released&cols=asset_id").json["items"]
        assert [item["asset_id"] for item in reviews] == [asset_id]
        items = staff.get(f"{API}/inspection?term=Maria").json["items"]
        assert items[0]["record"]["legal_name"] == "Maria Steiner"

    def test_content_staff_read_reviews_but_no_records(self, login: Login) -> None:
        staff = login("Content")
        assert staff.get(f"{API}/reviews").status_code == 200
        assert staff.get(f"{API}/inspection?term=Maria").status_code == 403

    def test_a_document_is_a_download_for_compliance_alone(
        self, login: Login, mia: CreatorCard, verified: Verified
    ) -> None:
        document = queries.record_of(verified(), creator_id=mia.id).documents[0]
        answer = login("Compliance").get(f"{API}/documents/{document.id}/copy")
        assert (answer.status_code, answer.data) == (200, PNG)
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert login("Manager").get(f"{API}/documents/{document.id}/copy").status_code == 403


class TestConsoles:
    @pytest.mark.parametrize("name", ["performer", "review", "consent", "document", "alias", "custodian"])
    def test_compliance_sees_each_list_and_a_manager_none(
        self, login: Login, mia: CreatorCard, verified: Verified, name: str
    ) -> None:
        uploaded(mia, verified(is_self=True))
        assert login("Compliance").get(f"/compliance{name}console/list/").status_code == 200
        assert login("Manager").get(f"/compliance{name}console/list/").status_code in {302, 403}

    def test_the_list_masks_name_and_birth(self, login: Login, verified: Verified) -> None:
        verified()
        page = login("Compliance").get("/complianceperformerconsole/list/").text
        assert "M••• S•••" in page
        assert "Steiner" not in page
        assert "1999-05-04" not in page

    def test_staff_verify_by_action(self, db: Any, login: Login, mia: CreatorCard) -> None:
        with as_person(mia.user_id):
            performer_id = registered(mia)
            service.add_document(performer_id, **DOCUMENT)
        staff = login("Compliance")
        staff.post(
            "/complianceperformerconsole/action_post", data={"action": "verify", "rowid": [performer_id]}
        )
        assert queries.record_of(performer_id, creator_id=mia.id).state == "verified"

    def test_who_registered_is_told_to_find_another(self, db: Any, login: Login, mia: CreatorCard) -> None:
        staff = login("Compliance")
        with as_person(staff.user_id):  # type: ignore[attr-defined]
            performer_id = registered(mia)
            service.add_document(performer_id, **DOCUMENT)
        form = {"action": "verify", "rowid": [performer_id]}
        staff.post("/complianceperformerconsole/action_post", data=form)
        assert queries.record_of(performer_id, creator_id=mia.id).state == "pending"

    def test_a_custodian_is_appointed_by_form(self, db: Any, login: Login) -> None:
        db.merge(Cluster(key="velvet", name="Velvet", currency="USD"))
        form = {
            "cluster": "velvet", "name": "Claire Novak", "title": "Custodian of Records", "organisation": "Velvet Media Ltd",
            "street_address": "1 Main Street", "hours": "9 to 17", "since": "2026-01-01",
        }  # fmt: skip
        login("Compliance").post("/compliancecustodianconsole/add", data=form)
        custodian = db.query(Custodian).filter_by(cluster="velvet").one()
        assert custodian.street_address == "1 Main Street"
