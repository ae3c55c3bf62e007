"""The security board's figures, done by hand beside."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask_appbuilder.security.sqla.models import User

from fanzadmin.kernel.ids import new_id
from fanzadmin.shield.incidents.models import Incident
from fanzadmin.shield.verdicts.models import BlockedHash, Verdict
from tests.conftest import make_user
from tests.dashboards.conftest import NOW, Page, ago


@pytest.fixture
def page(board: Callable[..., Page]) -> Page:
    return board("security", "Security")


@pytest.fixture
def incident(db: Any) -> Callable[..., Incident]:
    def open_one(severity: str, *, hours: float | None = None, **other: Any) -> Incident:
        """One that took `hours`, or that waits still."""
        row = Incident(
            title=f"A {severity} one",
            code="upload_blocked",
            severity=severity,
            opened_by="FanzShield",
            created_at=NOW - timedelta(days=3),
            **{"cluster": "velvet"} | other,
        )
        if hours is not None:
            row.state, row.resolved_at = "resolved", row.created_at + timedelta(hours=hours)
        db.add(row)
        db.flush()
        return row

    return open_one


@pytest.fixture
def verdict(db: Any) -> Callable[..., None]:
    def decide(outcome: str, *codes: str, cluster: str = "velvet") -> None:
        asset = new_id()
        db.add(
            Verdict(
                asset_id=asset,
                creator_id=new_id(),
                cluster=cluster,
                title="Sunset",
                filename="sunset.mp4",
                content_type="video/mp4",
                source_key=f"uploads/{asset}",
                outcome=outcome,
                reasons=[{"code": code, "sentence": "No."} for code in codes],
                sha256="0" * 64,
                size=1,
                created_at=NOW - timedelta(days=1),
            )
        )
        db.flush()

    return decide


class TestOpenIncidents:
    def test_are_counted_by_severity(self, page: Page, incident: Callable[..., Incident]) -> None:
        for severity in ("critical", "high", "high"):
            incident(severity)
        incident("high", hours=1)
        assert page.series("waiting")["Open"] == {"Critical": 1, "High": 2, "Medium": 0, "Low": 0}

    def test_are_listed_the_worst_first_and_lead_to_their_record(
        self, page: Page, incident: Callable[..., Incident]
    ) -> None:
        incident("low")
        worst = incident("critical")
        table = str(page.drawn("open")["table"])
        assert [row[0] for row in page.words("open")] == ["A critical one", "A low one"]
        address = f"/shieldincidentconsole/show/{worst.id}"
        assert address in table
        assert page.client.get(address).status_code == 200

    def test_of_another_cluster_are_not_shown(
        self, page: Page, incident: Callable[..., Incident], within: Callable[[Page, str], None]
    ) -> None:
        incident("high", cluster="velvet")
        within(page, "noir")
        assert page.words("open") == []


class TestVerdicts:
    def test_are_counted_by_day_and_outcome(self, page: Page, verdict: Callable[..., None]) -> None:
        for outcome in ("clean", "clean", "blocked"):
            verdict(outcome)
        drawn = page.series("verdicts")
        day = ago(1).isoformat()
        assert {name: result[day] for name, result in drawn.items()} == {"Clean": 2, "Blocked": 1}

    def test_say_why(self, page: Page, verdict: Callable[..., None]) -> None:
        verdict("blocked", "disguised", "hidden_script")
        verdict("blocked", "disguised")
        assert page.series("reasons")["Files"] == {"Disguised": 2, "Hidden script": 1}


class TestResolution:
    def test_is_the_median_and_the_slow_tenth(self, page: Page, incident: Callable[..., Incident]) -> None:
        for hours in (1, 2, 3, 4, 10):
            incident("high", hours=hours)
        drawn = page.series("resolution")
        assert drawn["p50"] == {"High": 3.0}
        assert drawn["p90"] == {"High": 7.6}  # 4 + 0.6 of the way to 10


class TestBlockList:
    def test_is_counted_with_its_hits(self, db: Any, page: Page, verdict: Callable[..., None]) -> None:
        db.add(
            BlockedHash(sha256="a" * 64, reason="Known", author="Selma", created_at=NOW - timedelta(days=200))
        )
        db.add(
            BlockedHash(sha256="b" * 64, reason="Known", author="Selma", created_at=NOW - timedelta(days=2))
        )
        verdict("blocked", "blocked_hash")
        tiles = {tile[0]: tile[1:] for tile in page.words("waiting-numbers")}
        assert tiles["Blocked hashes"] == ["2", "1 new, 1 caught"]


class TestFailedSignIns:
    def test_name_the_login_with_the_most(self, db: Any, page: Page) -> None:
        for failures in (2, 9):
            db.get(User, make_user(db, None)).fail_login_count = failures
        db.flush()
        assert [row[-1] for row in page.words("sign-ins")] == ["9", "2"]
