"""Lines of an incident's timeline are added on its own page."""

from collections.abc import Callable
from typing import Any

from fanzadmin.shield import queries, service
from security.models import Cluster, StaffCluster

INCIDENTS, NAME = "/shieldincidentconsole", "ShieldIncidentNoteConsole.incident_id"
PART = {"X-Part": "1"}
Login = Callable[..., Any]


def opened(db: Any) -> str:
    incident_id = service.open_incident(
        "Upload blocked", code="reported", severity="low", cluster="velvet", detail=""
    )
    db().commit_transaction()
    return incident_id


def lines(incident_id: str) -> list[tuple[str, str]]:
    return [(note.kind, note.text) for note in queries.incident_of(incident_id).notes][1:]


class TestTimeline:
    def test_a_line_is_added_in_the_own_name(self, db: Any, login: Login) -> None:
        incident_id, staff = opened(db), login("Security")
        address = f"{INCIDENTS}/child/{incident_id}/{NAME}"
        assert address in staff.get(f"{INCIDENTS}/related/{incident_id}/{NAME}", headers=PART).text
        added = staff.post(address, data={"text": "Called the creator."}, headers=PART)
        assert (added.status_code, "Called the creator." in added.text) == (200, True)
        assert lines(incident_id) == [("note", "Called the creator.")]
        assert staff.post(address, data={"text": " "}, headers=PART).status_code == 422

    def test_strangers_and_neighbours_add_nothing(self, db: Any, login: Login, client: Any) -> None:
        incident_id = opened(db)
        address, form = f"{INCIDENTS}/child/{incident_id}/{NAME}", {"text": "Hello"}
        for wrong in (client, login("Manager"), login("Finance")):
            assert wrong.post(address, data=form).status_code in {302, 401, 403, 404}
        neighbour = login("Security")
        db.add(Cluster(key="ember", name="Ember", currency="EUR"))
        db.flush()
        db.add(StaffCluster(user_id=neighbour.user_id, cluster="ember"))
        db().commit_transaction()
        assert neighbour.post(address, data=form).status_code == 404
        neighbour.post("/shieldincidentnoteconsole/add", data=form | {"incident": incident_id})
        assert lines(incident_id) == []
