"""FanzShield through its REST resources and consoles, for the right and the wrong person."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from fanzadmin.contracts.media import AssetUploaded
from fanzadmin.kernel.ids import new_id
from fanzadmin.shield import queries, service
from tests.shield.samples import sample
from tests.town import Town

Login = Callable[..., FlaskClient]
API = "/api/v1/shield"


@pytest.fixture
def incident_id(db: Any) -> str:
    return service.open_incident(
        "Upload blocked", code="disguised", severity="high", cluster="velvet", about_id=new_id()
    )


class TestIncidents:
    def test_the_security_team_reads_them(self, login: Login, incident_id: str) -> None:
        answer = login("Security").get(f"{API}/incidents?q=state:any:open")
        assert answer.status_code == 200
        assert incident_id in [item["id"] for item in answer.json["items"]]

    @pytest.mark.parametrize("role", ["Creator", "Fan", "CRM", "Finance"])
    def test_others_do_not(self, login: Login, incident_id: str, role: str) -> None:
        assert login(role).get(f"{API}/incidents").status_code == 403
        assert login(role).get(f"{API}/incidents/{incident_id}").status_code == 403
        assert (
            login(role)
            .post(f"{API}/incidents/{incident_id}/resolve", json={"outcome": "confirmed"})
            .status_code
            == 403
        )

    def test_nobody_does_not(self, client: FlaskClient) -> None:
        answer = client.get(f"{API}/incidents")
        assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")

    def test_a_manager_reads_but_does_not_resolve(self, login: Login, incident_id: str) -> None:
        manager = login("Manager")
        assert manager.get(f"{API}/incidents/{incident_id}").status_code == 200
        assert manager.post(f"{API}/incidents/{incident_id}/assign").status_code == 403

    def test_from_taking_over_to_the_end(self, login: Login, incident_id: str) -> None:
        analyst = login("Security")
        assert analyst.post(f"{API}/incidents/{incident_id}/assign").json["state"] == "assigned"
        noted = analyst.post(f"{API}/incidents/{incident_id}/timeline", json={"text": "Asked the creator."})
        assert noted.json["notes"][-1]["text"] == "Asked the creator."
        done = analyst.post(
            f"{API}/incidents/{incident_id}/resolve", json={"outcome": "confirmed", "text": "Real."}
        )
        assert done.json["outcome"] == "confirmed"
        again = analyst.post(f"{API}/incidents/{incident_id}/resolve", json={"outcome": "confirmed"})
        assert (again.status_code, again.json["detail"]) == (
            409,
            "This incident is resolved. Reopen it to go on.",
        )
        assert analyst.post(f"{API}/incidents/{incident_id}/reopen").json["state"] == "assigned"

    def test_an_unknown_outcome_is_a_bad_payload(self, login: Login, incident_id: str) -> None:
        answer = login("Security").post(f"{API}/incidents/{incident_id}/resolve", json={"outcome": "fine"})
        assert answer.status_code == 422

    def test_an_unknown_incident_is_not_found(self, login: Login) -> None:
        assert login("Security").get(f"{API}/incidents/{new_id()}").status_code == 404
        assert login("Security").get(f"{API}/incidents/nonsense").status_code == 404


class TestVerdict:
    def test_its_creator_reads_it(
        self, login: Login, people: Town, scanned: Callable[..., AssetUploaded]
    ) -> None:
        creator = login("Creator")
        fact = scanned(sample("png"), creator=people.new_creator("Mia Stone", user_id=creator.user_id))  # type: ignore[attr-defined]
        assert creator.get(f"{API}/assets/{fact.asset_id}/verdict").json["outcome"] == "clean"

    def test_the_neighbour_finds_nothing(
        self, login: Login, people: Town, scanned: Callable[..., AssetUploaded]
    ) -> None:
        fact = scanned(sample("png"))
        neighbour = login("Creator")
        people.new_creator("Mia Stone", user_id=neighbour.user_id)  # type: ignore[attr-defined]
        assert neighbour.get(f"{API}/assets/{fact.asset_id}/verdict").status_code == 404

    def test_a_fan_may_not_ask(
        self, login: Login, people: Town, scanned: Callable[..., AssetUploaded]
    ) -> None:
        fact = scanned(sample("png"))
        assert login("Fan").get(f"{API}/assets/{fact.asset_id}/verdict").status_code == 403

    def test_content_staff_read_every_verdict(
        self, login: Login, scanned: Callable[..., AssetUploaded]
    ) -> None:
        fact = scanned(sample("png"))
        assert login("Content").get(f"{API}/assets/{fact.asset_id}/verdict").status_code == 200


class TestConsoles:
    @pytest.mark.parametrize(
        "name", ["shieldincident", "shieldincidentnote", "shieldverdict", "shieldblockedhash"]
    )
    def test_security_sees_each_list_and_a_creator_none(
        self, login: Login, incident_id: str, name: str
    ) -> None:
        assert login("Security").get(f"/{name}console/list/").status_code == 200
        assert login("Creator").get(f"/{name}console/list/").status_code in {302, 403}

    def test_the_record_shows_its_timeline(self, login: Login, incident_id: str) -> None:
        page = login("Security").get(f"/shieldincidentconsole/show/{incident_id}")
        assert page.status_code == 200
        assert "Upload blocked" in page.text

    def test_an_action_resolves_the_chosen(self, login: Login, incident_id: str) -> None:
        form = {"action": "resolve", "rowid": [incident_id], "ask-outcome": "false_positive", "ask-text": ""}
        assert login("Security").post("/shieldincidentconsole/action_post", data=form).status_code == 302
        assert queries.incident_of(incident_id).outcome == "false_positive"

    def test_a_file_is_blocked_by_form(self, login: Login) -> None:
        form = {"sha256": "a" * 64, "reason": "taken down"}
        login("Security").post("/shieldblockedhashconsole/add", data=form)
        with pytest.raises(service.AlreadyBlocked):
            service.block_hash("a" * 64, reason="again")

    def test_a_wrong_hash_is_said_on_the_page(self, login: Login) -> None:
        page = login("Security").post("/shieldblockedhashconsole/add", data={"sha256": "abc", "reason": "x"})
        assert "64 hexadecimal digits" in page.text
