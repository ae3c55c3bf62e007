"""Incidents: every step is a line of the timeline."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from fanzadmin.contracts.compliance import MinorSuspected
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus.outbox import OutboxFact
from fanzadmin.kernel.ids import new_id
from fanzadmin.shield import queries, service
from fanzadmin.shield.incidents.queries import NoSuchIncident
from fanzadmin.shield.incidents.service import report_minor
from fanzadmin.shield.verdicts.models import Verdict
from security.models import Cluster, StaffCluster
from tests.shield.conftest import recorded

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


def opened(**changes: Any) -> str:
    values = {
        "code": "disguised",
        "severity": "medium",
        "cluster": "velvet",
        "about_kind": "asset",
        "about_id": new_id(),
    }
    return service.open_incident("Upload blocked", **(values | changes))


@contextmanager
def later(**delta: float) -> Iterator[None]:
    with clock.frozen(clock.now() + timedelta(**delta)):
        yield


class TestOpenIncident:
    def test_it_is_announced_and_has_a_first_line(self, db: Any) -> None:
        incident_id = opened(detail="The file hides a script.")
        assert recorded(db, incident_id)[0]["title"] == "Upload blocked"
        card = queries.incident_of(incident_id)
        assert [(note.kind, note.text) for note in card.notes] == [("opened", "The file hides a script.")]

    def test_the_same_matter_is_one_incident(self, db: Any) -> None:
        about = new_id()
        assert opened(about_id=about) == opened(about_id=about)

    def test_a_resolved_matter_that_comes_back_is_a_new_one(self, db: Any) -> None:
        about = new_id()
        first = opened(about_id=about)
        service.resolve_incident(first, outcome="confirmed")
        assert opened(about_id=about) != first

    @pytest.mark.parametrize("changes", [{"severity": "huge"}, {"severity": ""}])
    def test_an_unknown_severity_is_refused(self, db: Any, changes: dict[str, str]) -> None:
        with pytest.raises(service.UnclearIncident):
            opened(**changes)

    def test_a_suspected_minor_is_critical(self, db: Any) -> None:
        performer_id = new_id()
        report_minor(MinorSuspected(cluster="velvet", performer_id=performer_id, creator_id=new_id()))
        (incident,) = [card for card in queries.open_incidents() if card.about == f"performer:{performer_id}"]
        assert incident.severity == "critical"


class TestAssignIncident:
    def test_someone_takes_care(self, db: Any) -> None:
        incident_id = opened()
        service.assign_incident(incident_id, user_id=None, name="Selma")
        card = queries.incident_of(incident_id)
        assert (card.state, card.assignee, card.notes[-1].kind) == ("assigned", "Selma", "assigned")

    def test_a_resolved_one_must_be_reopened_first(self, db: Any) -> None:
        incident_id = opened()
        service.resolve_incident(incident_id, outcome="mitigated")
        with pytest.raises(service.IncidentClosed):
            service.assign_incident(incident_id, user_id=None, name="Selma")

    def test_an_unknown_one_is_not_found(self, db: Any) -> None:
        with pytest.raises(service.NoSuchIncident):
            service.assign_incident(new_id(), user_id=None, name="Selma")


class TestResolveIncident:
    def test_it_is_announced_with_its_outcome(self, db: Any) -> None:
        incident_id = opened()
        service.resolve_incident(incident_id, outcome="false_positive", text="An export of an editor.")
        assert recorded(db, incident_id, "shield.incident_resolved.v1")[0]["outcome"] == "false_positive"
        assert (
            queries.incident_of(incident_id).notes[-1].text
            == "Resolved as a false alarm. An export of an editor."
        )

    def test_an_outcome_we_do_not_know_is_refused(self, db: Any) -> None:
        with pytest.raises(service.UnclearIncident):
            service.resolve_incident(opened(), outcome="done")

    def test_reopened_it_is_as_before(self, db: Any) -> None:
        incident_id = opened()
        service.assign_incident(incident_id, user_id=None, name="Selma")
        service.resolve_incident(incident_id, outcome="mitigated")
        service.reopen_incident(incident_id)
        card = queries.incident_of(incident_id)
        assert (card.state, card.outcome, card.resolved_at) == ("assigned", None, None)

    def test_an_open_one_cannot_be_reopened(self, db: Any) -> None:
        with pytest.raises(service.IncidentNotClosed):
            service.reopen_incident(opened())

    def test_a_note_needs_words(self, db: Any) -> None:
        with pytest.raises(service.UnclearIncident):
            service.comment_on_incident(opened(), text="  ")


class TestBoard:
    def test_the_worst_waits_on_top(self, db: Any) -> None:
        low, critical = opened(severity="low"), opened(severity="critical")
        ids = [card.id for card in queries.open_incidents()]
        assert ids.index(critical) < ids.index(low)

    def test_the_mean_time_to_resolve_is_in_hours(self, db: Any) -> None:
        with clock.frozen(NOW):
            for hours in (1, 3):
                incident_id = opened()
                with later(hours=hours):
                    service.resolve_incident(incident_id, outcome="mitigated")
            with later(days=1):
                assert queries.board().resolve_hours == pytest.approx(2)

    def test_without_any_there_is_no_mean(self, db: Any) -> None:
        opened()
        board = queries.board()
        assert (board.unresolved, board.unassigned, board.resolve_hours) == (1, 1, None)

    def test_reasons_are_counted_by_code(self, db: Any) -> None:
        for codes in (["archive"], ["archive", "truncated"]):
            _decided(db, "blocked", [{"code": code, "text": "x"} for code in codes])
        assert queries.counts_by_reason() == (("archive", 2), ("truncated", 1))

    def test_another_brand_is_not_counted(self, db: Any) -> None:
        opened(cluster="noir")
        assert queries.board(clusters=frozenset({"velvet"})).unresolved == 0


class TestWithoutACluster:
    def test_those_who_see_every_brand_see_it_and_no_one_else(self, db: Any) -> None:
        incident_id = opened(cluster=None)
        assert queries.incident_of(incident_id).cluster is None
        with pytest.raises(NoSuchIncident):
            queries.incident_of(incident_id, clusters=frozenset({"velvet"}))

    def test_its_fact_has_none_either(self, db: Any) -> None:
        incident_id = opened(cluster=None)
        db.flush()
        fact = db.execute(select(OutboxFact).where(OutboxFact.subject == incident_id)).scalar_one()
        assert fact.cluster is None

    def test_a_console_shows_it_to_those_who_see_every_brand(self, db: Any, login: Any) -> None:
        incident_id = opened(cluster=None)
        page = login("Security").get(f"/shieldincidentconsole/show/{incident_id}")
        assert page.status_code == 200
        member = login("Security")
        db.add(Cluster(key="velvet", name="Velvet", currency="USD"))
        db.flush()
        db.add(StaffCluster(user_id=member.user_id, cluster="velvet"))
        db().commit_transaction()
        assert member.get(f"/shieldincidentconsole/show/{incident_id}").status_code in {302, 404}

    def test_rest_says_null(self, db: Any, login: Any) -> None:
        incident_id = opened(cluster=None)
        body = login("Security").get(f"/api/v1/shield/incidents/{incident_id}").get_json()
        assert body["cluster"] is None


def _decided(db: Any, outcome: str, reasons: list[dict[str, str]]) -> None:
    db.add(
        Verdict(
            asset_id=new_id(), creator_id=new_id(), cluster="velvet", title="x", filename="", content_type="", source_key="",
            outcome=outcome, reasons=reasons, sha256="0" * 64, size=1, created_at=clock.now(), decided_at=clock.now(), scan_ms=5,
        )
    )  # fmt: skip
    db.flush()
