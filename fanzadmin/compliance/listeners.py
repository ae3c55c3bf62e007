"""What Compliance does when it hears of something."""

from fanzadmin.compliance import service
from fanzadmin.contracts.media import AssetUploaded, AssetWithdrawn
from fanzadmin.kernel.bus import on


@on(AssetUploaded)
def review_upload(fact: AssetUploaded) -> None:
    service.take_up(fact)


@on(AssetWithdrawn)
def close_review(fact: AssetWithdrawn) -> None:
    service.close_review(fact.asset_id)
