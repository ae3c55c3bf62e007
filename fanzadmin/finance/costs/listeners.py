"""What the costs hear: an asset is ready."""

from fanzadmin.contracts.media import AssetReady
from fanzadmin.finance.costs import service
from fanzadmin.kernel.bus import on


@on(AssetReady)
def book_cost(fact: AssetReady) -> None:
    service.book_asset_cost(
        fact.asset_id,
        creator_id=fact.creator_id,
        cluster=fact.cluster,
        stored_bytes=fact.stored_bytes,
        processing_ms=fact.processing_ms,
    )
