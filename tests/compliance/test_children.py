"""Other names are noted on the performer's own page, by whoever may enter records."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from fanzadmin.compliance.models import PerformerAlias
from fanzadmin.contracts.crm import CreatorCard
from security.models import Cluster, StaffCluster
from tests.compliance.conftest import registered

PERFORMERS = "/complianceperformerconsole"
PART = {"X-Part": "1"}
Login = Callable[..., Any]


@pytest.fixture
def performer(db: Any, mia: CreatorCard) -> str:
    result = registered(mia)
    db().commit_transaction()
    return result


def names(db: Any) -> list[tuple[str, str]]:
    rows = db.execute(select(PerformerAlias.name, PerformerAlias.kind).order_by(PerformerAlias.name))
    return [tuple(row) for row in rows]


STAGE = ("Mia Stone", "stage")  # noted with the record


class TestAliases:
    def test_a_name_is_noted_and_stays_masked(self, db: Any, performer: str, login: Login) -> None:
        officer, name = login("Compliance"), "ComplianceAliasConsole.performer_id"
        page = officer.get(f"{PERFORMERS}/related/{performer}/{name}", headers=PART).text
        assert f"{PERFORMERS}/child/{performer}/{name}" in page
        form = {"name": "Marie Stein", "kind": "maiden"}
        added = officer.post(f"{PERFORMERS}/child/{performer}/{name}", data=form, headers=PART)
        assert added.status_code == 200
        assert "Marie Stein" not in added.text
        assert names(db) == [("Marie Stein", "maiden"), STAGE]

    @pytest.mark.parametrize("form", [{"name": "", "kind": "maiden"}, {"name": "Marie", "kind": "pet"}])
    def test_what_is_no_name_is_refused(
        self, db: Any, performer: str, login: Login, form: dict[str, str]
    ) -> None:
        address = f"{PERFORMERS}/child/{performer}/ComplianceAliasConsole.performer_id"
        assert login("Compliance").post(address, data=form, headers=PART).status_code == 422
        assert names(db) == [STAGE]

    def test_strangers_and_neighbours_note_nothing(
        self, db: Any, performer: str, login: Login, client: Any
    ) -> None:
        address = f"{PERFORMERS}/child/{performer}/ComplianceAliasConsole.performer_id"
        form = {"name": "Marie Stein", "kind": "maiden"}
        for wrong in (client, login("Manager"), login("CRM"), login("Creator")):
            assert wrong.post(address, data=form).status_code in {302, 401, 403}
        neighbour = login("Compliance")
        db.add(Cluster(key="ember", name="Ember", currency="EUR"))
        db.flush()
        db.add(StaffCluster(user_id=neighbour.user_id, cluster="ember"))
        db().commit_transaction()
        assert neighbour.post(address, data=form).status_code == 404
        neighbour.post("/compliancealiasconsole/add", data=form | {"performer": performer})
        assert names(db) == [STAGE]

    def test_documents_are_listed_there_without_a_form(self, db: Any, performer: str, login: Login) -> None:
        name = "ComplianceDocumentConsole.performer_id"
        officer = login("Compliance")
        page = officer.get(f"{PERFORMERS}/related/{performer}/{name}", headers=PART)
        assert page.status_code == 200
        assert "child-add" not in page.text
        address = f"{PERFORMERS}/child/{performer}/{name}"
        assert officer.post(address, data={"kind": "passport"}, headers=PART).status_code == 404
