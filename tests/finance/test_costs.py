"""What assets cost."""

from collections.abc import Callable
from typing import Any

import pytest

from fanzadmin.contracts.finance import CostBooked
from fanzadmin.contracts.media import AssetReady
from fanzadmin.finance.costs import listeners, service
from fanzadmin.finance.costs.service import GIB
from fanzadmin.kernel.ids import new_id
from security.clusters import NoSuchCluster
from tests.finance.conftest import Town, postings

Recorded = Callable[..., list[dict[str, Any]]]


def ready(**changes: Any) -> AssetReady:
    events = {
        "asset_id": new_id(),
        "creator_id": new_id(),
        "cluster": "ember",
        "kind": "video",
        "duration_ms": 30_000,
        "stored_bytes": 2 * GIB,
        "processing_ms": 90_000,
    }
    return AssetReady(**{**events, **changes})


class TestBookAssetCost:
    def test_storage_and_processing_are_booked_when_an_asset_is_ready(
        self, town: Town, recorded: Recorded
    ) -> None:
        fact = ready()
        listeners.book_cost(fact)
        legs = postings(f"asset-cost:{fact.asset_id}")
        assert legs == {"storage_cost": 6, "processing_cost": 3, "accrued_costs": -9}
        booked = recorded(CostBooked)[0]
        assert (booked["storage_minor"], booked["processing_minor"], booked["currency"]) == (6, 3, "EUR")

    def test_a_fact_delivered_twice_is_booked_once(self, town: Town, recorded: Recorded) -> None:
        fact = ready()
        listeners.book_cost(fact)
        listeners.book_cost(fact)
        assert len(recorded(CostBooked)) == 1

    def test_the_smallest_cost_is_one_unit(self, town: Town) -> None:
        fact = ready(stored_bytes=1, processing_ms=0)
        listeners.book_cost(fact)
        assert postings(f"asset-cost:{fact.asset_id}")["accrued_costs"] == -2

    def test_an_unknown_brand_is_an_error_not_a_guess(self, town: Town) -> None:
        with pytest.raises(NoSuchCluster):
            service.book_asset_cost(
                new_id(), creator_id=new_id(), cluster="nowhere", stored_bytes=1, processing_ms=1
            )
