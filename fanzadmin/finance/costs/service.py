"""What an asset costs the platform: the first month of its storage, and the processor time it took."""

from datetime import datetime

from fanzadmin.contracts.finance import CostBooked
from fanzadmin.finance.ledger import service as ledger
from fanzadmin.finance.ledger.drafts import Books, Draft
from fanzadmin.kernel import clock
from fanzadmin.kernel.bus import record
from security.clusters import cluster as cluster_card

GIB = 1024**3
CPU_MINUTE_MS = 60_000
STORAGE_MINOR_PER_GIB_MONTH = 3
PROCESSING_MINOR_PER_CPU_MINUTE = 2


def book_asset_cost(
    asset_id: str, *, creator_id: str, cluster: str, stored_bytes: int, processing_ms: int
) -> bool:
    """Book both costs, each rounded up to a whole minor unit, once per asset. Returns whether it was the first time."""
    storage_minor = _rounded_up(stored_bytes * STORAGE_MINOR_PER_GIB_MONTH, GIB)
    processing_minor = _rounded_up(processing_ms * PROCESSING_MINOR_PER_CPU_MINUTE, CPU_MINUTE_MS)
    books = Books(cluster, cluster_card(cluster).currency)
    if not ledger.post(
        asset_cost(
            books, asset_id, storage_minor=storage_minor, processing_minor=processing_minor, at=clock.now()
        )
    ):
        return False
    record(
        CostBooked(
            asset_id=asset_id,
            creator_id=creator_id,
            storage_minor=storage_minor,
            processing_minor=processing_minor,
            currency=books.currency,
            cluster=cluster,
        )
    )
    return True


def _rounded_up(cost: int, unit: int) -> int:
    return max(1, -(-cost // unit))


def asset_cost(
    books: Books, asset_id: str, *, storage_minor: int, processing_minor: int, at: datetime
) -> Draft:
    """What an asset costs the platform."""
    amounts = (
        (books.account("storage_cost"), storage_minor),
        (books.account("processing_cost"), processing_minor),
        (books.account("accrued_costs"), -storage_minor - processing_minor),
    )
    return books.draft(
        "asset_cost",
        f"asset-cost:{asset_id}",
        description="Storage and processing of an asset",
        at=at,
        amounts=amounts,
    )
