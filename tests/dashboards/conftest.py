"""A browser's way to a board: what Dash asks for, sent by a test client; and rows whose sums can be done by hand."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from fanzadmin.crm.creators.models import Creator, CreatorDay, CreatorNumbers
from fanzadmin.finance.ledger.models import Account, JournalEntry, Posting
from fanzadmin.finance.payments.models import Payment
from fanzadmin.finance.payouts.models import Payout
from fanzadmin.finance.subscriptions.models import Subscription
from fanzadmin.kernel import clock
from fanzadmin.kernel.context import Context, enter
from fanzadmin.kernel.ids import new_id
from security.models import Cluster, StaffCluster
from tests.conftest import make_user

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
TODAY = NOW.date()
BRANDS = (("velvet", "Velvet", "USD"), ("noir", "Noir", "USD"), ("ember", "Ember", "EUR"))


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    """It is noon of a certain day."""
    with clock.frozen(NOW):
        yield


@pytest.fixture
def brands(db: Any) -> None:
    """Velvet and Noir in dollars, Ember in euro."""
    enter(Context())
    for key, name, currency in BRANDS:
        if db.get(Cluster, key) is None:
            db.add(Cluster(key=key, name=name, currency=currency))
    db.flush()


@dataclass
class Page:
    """One board in one person's browser."""

    client: FlaskClient
    name: str

    @property
    def address(self) -> str:
        return f"/boards/{self.name}/"

    def layout(self) -> str:
        """What Dash builds the page from, as text."""
        return str(self.client.get(f"{self.address}_dash-layout").get_data(as_text=True))

    def ask(self, card: str, *, cluster: str | None = "all", days: int | None = 30) -> Any:
        """Dash's question for everything that is drawn together with `card`; returns the response."""
        dependencies = self.client.get(f"{self.address}_dash-dependencies").get_json()
        output = next(
            dependency["output"]
            for dependency in dependencies
            if f"..{card}-" in f".{dependency['output']}" and not dependency["clientside_function"]
        )
        body = {
            "output": output,
            "outputs": [
                dict(zip(("id", "property"), part.split("."), strict=True))
                for part in output.strip(".").split("...")
            ],
            "inputs": [
                {"id": "cluster", "property": "value", "value": cluster},
                {"id": "days", "property": "value", "value": days},
                {"id": "tick", "property": "n_intervals", "value": None},
                {"id": "hint", "property": "data", "value": None},
            ],
            "changedPropIds": [],
        }
        return self.client.post(f"{self.address}_dash-update-component", json=body)

    def drawn(self, card: str, **choice: Any) -> dict[str, Any]:
        """What `card` shows: figure, table or numbers, with note and unit, by their names."""
        answer = self.ask(card, **choice)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        results = {}
        for key, values in answer.get_json()["response"].items():
            for part in ("figure", "table", "numbers", "note", "unit"):
                if key == f"{card}-{part}":
                    results[part] = next(iter(values.values()))
        return results

    def series(self, card: str, **choice: Any) -> dict[str, dict[str, Any]]:
        """The values of a figure: by trace, by place on the axis."""
        traces = self.drawn(card, **choice)["figure"]["data"]
        lying = [trace.get("orientation") == "h" for trace in traces]
        return {
            trace["name"]: dict(zip(trace["y" if flat else "x"], trace["x" if flat else "y"], strict=True))
            for trace, flat in zip(traces, lying, strict=True)
        }

    def words(self, card: str, **choice: Any) -> list[list[str]]:
        """A table's rows or the numbers on top, as words."""
        drawn = self.drawn(card, **choice)
        if "numbers" in drawn:
            return [list(_words(tile)) for tile in drawn["numbers"]]
        return [list(_words(row)) for row in _rows(drawn["table"])]


@pytest.fixture
def board(login: Callable[..., FlaskClient], brands: None) -> Callable[..., Page]:
    """`board("finance", "Finance")`: that board in the browser of somebody with that role."""
    return lambda name, role: Page(login(role), name)


@pytest.fixture
def within(db: Any) -> Callable[[Page, str], None]:
    """Let the person of a page see one cluster only."""

    def restrict(page: Page, cluster: str) -> None:
        db.add(StaffCluster(user_id=page.client.user_id, cluster=cluster))  # type: ignore[attr-defined]
        db.flush()

    return restrict


@pytest.fixture
def make(db: Any, brands: None) -> "Maker":
    """Rows by hand."""
    return Maker(db)


@dataclass
class Maker:
    db: Any

    def creator(self, name: str = "Mia", *, cluster: str = "velvet", subscribers: int = 0) -> str:
        user_id = make_user(self.db, "Creator")
        row = Creator(
            user_id=user_id,
            cluster=cluster,
            handle=f"{name.lower()}{user_id}",
            name=name,
            subscription_minor=999,
        )
        row.state, row.joined_at = "active", NOW
        self.db.add(row)
        self.db.flush()
        self.db.add(
            CreatorNumbers(creator_id=row.id, cluster=cluster, subscribers=subscribers, updated_at=NOW)
        )
        self.db.flush()
        return str(row.id)

    def day(self, creator_id: str, day: date, **counted: int) -> None:
        cluster = self.db.get(Creator, creator_id).cluster
        self.db.add(CreatorDay(creator_id=creator_id, day=day, cluster=cluster, **counted))
        self.db.flush()

    def payment(
        self,
        shares: tuple[int, int, int],
        *,
        on: date,
        cluster: str = "velvet",
        currency: str = "USD",
        **other: Any,
    ) -> None:
        """A settled payment of `shares`: processor fee, platform fee, creator's share."""
        processor, platform, creator = shares
        values = {"purpose": "tip", "state": "settled", "creator_id": new_id()} | other
        self.db.add(
            Payment(
                fan_id=new_id(),
                cluster=cluster,
                currency=currency,
                gross_minor=sum(shares),
                processor_fee_minor=processor,
                platform_fee_minor=platform,
                creator_minor=creator,
                rule_version=1,
                adapter="sandbox",
                settled_at=datetime.combine(on, NOW.timetz()) - timedelta(hours=1),
                **values,
            )
        )
        self.db.flush()

    def subscription(self, price: int, *, cluster: str = "velvet", currency: str = "USD") -> None:
        at = NOW - timedelta(days=5)
        self.db.add(
            Subscription(
                fan_id=new_id(),
                creator_id=new_id(),
                cluster=cluster,
                currency=currency,
                price_minor=price,
                started_at=at,
                paid_until=NOW,
                next_charge_at=NOW,
            )
        )
        self.db.flush()

    def payout(self, minor: int, *, state: str, cluster: str = "velvet", currency: str = "USD") -> None:
        self.db.add(
            Payout(
                creator_id=new_id(),
                cluster=cluster,
                currency=currency,
                amount_minor=minor,
                state=state,
                requested_at=NOW - timedelta(days=2),
            )
        )
        self.db.flush()

    def entry(self, postings: dict[str, int], *, cluster: str = "velvet", currency: str = "USD") -> None:
        """A journal entry on accounts named by their codes."""
        kinds = {"storage_cost": "expense", "processing_cost": "expense", "accrued_costs": "liability"}
        entry = JournalEntry(
            reference=new_id(),
            template="test",
            cluster=cluster,
            description="By hand",
            effective_at=NOW,
            posted_at=NOW,
        )
        entry.effective_at = NOW - timedelta(days=1)
        self.db.add(entry)
        self.db.flush()
        for code, minor in postings.items():
            values = (
                self.db.query(Account).filter_by(cluster=cluster, currency=currency, code=code).one_or_none()
            )
            account = values or Account(
                cluster=cluster, currency=currency, code=code, kind=kinds[code], title=code
            )
            self.db.add(account)
            self.db.flush()
            self.db.add(
                Posting(entry_id=entry.id, account_id=account.id, amount_minor=minor, currency=currency)
            )
        self.db.flush()


def _rows(component: Any) -> Iterator[Any]:
    """The rows of a table's body."""
    if isinstance(component, list):
        for item in component:
            yield from _rows(item)
    elif isinstance(component, dict) and component.get("type") == "Tbody":
        yield from component["props"]["children"]
    elif isinstance(component, dict):
        yield from _rows(component["props"].get("children"))


def _words(component: Any) -> Iterator[str]:
    if isinstance(component, str):
        yield component
    elif isinstance(component, list):
        for item in component:
            yield from _words(item)
    elif isinstance(component, dict):
        yield from _words(component["props"].get("children"))
